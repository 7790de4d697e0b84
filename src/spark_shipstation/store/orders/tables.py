"""Orders as they were sold, and the vendor orders they are split into. `status` and `flags` are computed from the
rows by services.restating and kept only so that lists can filter on them.
"""

from datetime import datetime
from decimal import Decimal
from functools import reduce
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...rules import shopstatus
from ..accounts import Store
from ..base import Base, Json, Owned, owned_by
from ..vendors import Vendor

# What orders are looked for by: the words of a customer's names, and a SKU whatever its case. Written as PostgreSQL
# tells its indexes, so that both can be compared.
_NAMES = (("customer", "name"), ("customer", "company"), ("customer", "email"), ("ship_to", "name"),
          ("ship_to", "company"), ("bill_to", "name"))  # fmt: skip
_WORDS = [f"coalesce({column} ->> '{field}', '')" for column, field in _NAMES]
_JOINED = reduce(lambda words, more: "((" + words + " || ' ') || " + more + ")", _WORDS)
PEOPLE = f"to_tsvector('simple', {_JOINED[1:-1]})"
SKU = 'lower(sku) COLLATE "C"'


class Order(Owned, Base):
    """`shop_status` is the shop's own word, `meaning` which of ours it meant when it was last looked at. `held` is what
    people did; the word can hold it as well."""

    __tablename__ = "orders"
    __table_args__ = (
        owned_by("store_id", "stores"),
        UniqueConstraint("account_id", "store_id", "external_id"),
        Index("ix_orders_newest", "account_id", "created_at", "id"),
        Index("ix_orders_by_status", "account_id", "status", "created_at", "id"),
        Index(None, "account_id", "number"),
        Index(None, "account_id", "updated_at"),
        Index("ix_orders_flagged", "account_id", "created_at", "id", postgresql_where=text("flags <> '{}'")),
        Index("ix_orders_of_store", "account_id", "store_id", "created_at", "id"),
        Index("ix_orders_flags", "flags", postgresql_using="gin", postgresql_where=text("flags <> '{}'")),
        Index("ix_orders_people", text(PEOPLE), postgresql_using="gin"),
    )

    store_id: Mapped[UUID]
    external_id: Mapped[str]
    number: Mapped[str]
    placed_at: Mapped[datetime]
    payment_status: Mapped[str]
    payment_method: Mapped[str]
    shipping_method: Mapped[str]
    currency: Mapped[str]
    customer: Mapped[Json]
    bill_to: Mapped[Json]
    ship_to: Mapped[Json]
    discounts: Mapped[list[Json]]
    shipping_amount: Mapped[Decimal]
    tax_amount: Mapped[Decimal]
    total: Mapped[Decimal]
    gift: Mapped[bool]
    gift_message: Mapped[str]
    customer_notes: Mapped[str]
    internal_notes: Mapped[str]
    marked_notes: Mapped[list[Json]] = mapped_column(server_default=text("'[]'::jsonb"))
    custom_fields: Mapped[list[str]]
    source: Mapped[str]
    requested_warehouse: Mapped[str]
    package: Mapped[Json | None]
    held: Mapped[bool] = mapped_column(default=False)
    shop_status: Mapped[str] = mapped_column(server_default="")
    meaning: Mapped[str] = mapped_column(server_default="")
    content_digest: Mapped[bytes]
    status: Mapped[str]
    flags: Mapped[list[str]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def is_paid(self) -> bool:
        return shopstatus.is_paid(self.meaning, self.payment_status)

    @property
    def is_held(self) -> bool:
        return self.held or shopstatus.holds(self.meaning)

    store: Mapped[Store] = relationship(viewonly=True, lazy="raise")
    lines: Mapped[list["OrderLine"]] = relationship(
        viewonly=True, lazy="raise", order_by="(OrderLine.position, OrderLine.id)"
    )
    vendor_orders: Mapped[list["VendorOrder"]] = relationship(
        viewonly=True, lazy="raise", order_by="(VendorOrder.created_at, VendorOrder.id)"
    )
    cancellations: Mapped[list["Cancellation"]] = relationship(
        viewonly=True, lazy="raise", order_by="(Cancellation.at, Cancellation.id)"
    )


class OrderLine(Owned, Base):
    """What the buyer bought. `quantity` 0 = taken off the order since. `vendor_id` None = unrouted, or `excluded`:
    nobody ships it; see `reason`. `discounts` are on the line as a whole."""

    __tablename__ = "order_lines"
    __table_args__ = (
        owned_by("order_id", "orders"),
        owned_by("vendor_id", "vendors"),
        UniqueConstraint("account_id", "order_id", "external_id"),
        Index("ix_order_lines_sku", "account_id", text("lower(sku)"), "order_id"),  # its collation is C: see SKU
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    order_id: Mapped[UUID]
    position: Mapped[int]
    external_id: Mapped[str]
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]
    weight: Mapped[Decimal | None]
    weight_unit: Mapped[str]
    image_url: Mapped[str]
    upc: Mapped[str]
    options: Mapped[list[Json]]
    location: Mapped[str]
    named_vendor: Mapped[str]
    vendor_id: Mapped[UUID | None]
    reason: Mapped[str]
    excluded: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    discounts: Mapped[list[Json]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))


class VendorOrder(Owned, Base):
    """The part of an order that one vendor gets. Its id is ShipStation's OrderID: never changed, never reused.

    `face_digest` is of its exported face as it was last published; empty while it is held back. Where `changed_at` is
    `resent_at`, nothing changed then: it was sent again with what it had since `resent_of`. `fetched_at` is when the
    newest call served it of those that are no longer kept.
    """

    __tablename__ = "vendor_orders"
    __table_args__ = (
        owned_by("order_id", "orders"),
        owned_by("vendor_id", "vendors"),
        UniqueConstraint("account_id", "vendor_id", "number"),
        Index(None, "account_id", "order_id"),
        Index("ix_vendor_orders_newest", "account_id", "created_at", "id"),
        Index("ix_vendor_orders_of_vendor", "account_id", "vendor_id", "created_at", "id"),
    )

    order_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    number: Mapped[str]
    discounts: Mapped[list[Json]]
    tax_amount: Mapped[Decimal]
    shipping_amount: Mapped[Decimal]
    total: Mapped[Decimal]
    status: Mapped[str]
    flags: Mapped[list[str]]
    face_digest: Mapped[bytes]
    changed_at: Mapped[datetime | None]
    resent_at: Mapped[datetime | None]
    resent_of: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    order: Mapped[Order] = relationship(viewonly=True, lazy="raise")
    vendor: Mapped[Vendor] = relationship(viewonly=True, lazy="raise")
    lines: Mapped[list["VendorOrderLine"]] = relationship(
        viewonly=True, lazy="raise", order_by="(VendorOrderLine.position, VendorOrderLine.id)"
    )


class VendorOrderLine(Owned, Base):
    """Some or all units of one order line. Its id is ShipStation's LineItemID.

    `last_quantity` is the last `quantity` above 0: what a part that was emptied since shows as cancelled.
    """

    __tablename__ = "vendor_order_lines"
    __table_args__ = (
        owned_by("vendor_order_id", "vendor_orders"),
        owned_by("order_line_id", "order_lines"),
        UniqueConstraint("account_id", "vendor_order_id", "order_line_id"),
        Index(None, "account_id", "order_line_id"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    vendor_order_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    position: Mapped[int]
    quantity: Mapped[int]
    last_quantity: Mapped[int]
    vendor_sku: Mapped[str]
    location: Mapped[str]


class Cancellation(Owned, Base):
    """Units of a line that will not be shipped. `vendor_order_line_id` None = they were unrouted. Append-only.

    `key` is the caller's own name of the cancellation, so that it can be asked for twice.
    """

    __tablename__ = "cancellations"
    __table_args__ = (
        owned_by("order_id", "orders"),
        owned_by("order_line_id", "order_lines"),
        owned_by("vendor_order_line_id", "vendor_order_lines"),
        Index(None, "account_id", "order_id"),
        Index(None, "account_id", "vendor_order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    order_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    vendor_order_line_id: Mapped[UUID | None]
    quantity: Mapped[int]
    who: Mapped[str]
    reason: Mapped[str]
    key: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
