"""Packages as they were reported, what was corrected of them by hand, and their places in the stream of shipments."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from sqlalchemy import BigInteger, Index, Select, UniqueConstraint, Uuid, and_, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from .asking import plain_rows
from .base import ACCOUNT, Base, Json, Owned, given, owned_by

WITHOUT_PLACE, WITH_PLACE = text("position IS NULL"), text("position IS NOT NULL")


class Shipment(Owned, Base):
    """One package. `dedupe_key` makes a notice apply once, however often and however concurrently it comes.

    `corrections` holds what was there before each correction by hand. `position` is its place in the stream, None until
    it gets one: see store.stream.
    """

    __tablename__ = "shipments"
    __table_args__ = (
        owned_by("order_id", "orders"),
        owned_by("vendor_order_id", "vendor_orders"),
        owned_by("notice_id", "notices"),
        UniqueConstraint("account_id", "vendor_order_id", "dedupe_key"),
        Index(None, "account_id", "order_id"),
        Index(None, "account_id", "tracking_number"),
        Index(None, "account_id", "notice_id"),
        Index("uq_shipments_account_id_position", "account_id", "position", unique=True, postgresql_where=WITH_PLACE),
        Index("ix_shipments_without_place", "account_id", "recorded_at", "id", postgresql_where=WITHOUT_PLACE),
        Index("ix_shipments_recorded", "account_id", "recorded_at"),
    )

    order_id: Mapped[UUID]
    vendor_order_id: Mapped[UUID]
    notice_id: Mapped[UUID | None]
    dedupe_key: Mapped[bytes]
    carrier: Mapped[str]
    carrier_code: Mapped[str]
    service: Mapped[str]
    tracking_number: Mapped[str]
    ship_date: Mapped[date | None]
    label_created_at: Mapped[datetime | None]
    shipping_cost: Mapped[Decimal | None]
    currency: Mapped[str]
    notes_to_customer: Mapped[str]
    notify_customer: Mapped[bool | None]
    recipient: Mapped[Json]
    source: Mapped[str]
    flags: Mapped[list[str]]
    recorded_at: Mapped[datetime]
    position: Mapped[int | None] = mapped_column(BigInteger)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    corrections: Mapped[list[Json]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))

    lines: Mapped[list["ShipmentLine"]] = relationship(
        viewonly=True, lazy="raise", order_by="(ShipmentLine.position, ShipmentLine.id)"
    )


class ShipmentLine(Owned, Base):
    """`vendor_order_line_id` and `order_line_id` are None for an item that the vendor order does not have. The lines of
    a voided package are voided with it, so that sums need not ask for the package."""

    __tablename__ = "shipment_lines"
    __table_args__ = (
        owned_by("shipment_id", "shipments"),
        owned_by("vendor_order_line_id", "vendor_order_lines"),
        owned_by("order_line_id", "order_lines"),
        Index(None, "account_id", "shipment_id"),
        Index(None, "account_id", "vendor_order_line_id"),
    )

    shipment_id: Mapped[UUID]
    position: Mapped[int]
    vendor_order_line_id: Mapped[UUID | None]
    order_line_id: Mapped[UUID | None]
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    voided: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


_WITH_LINES = (
    select(Shipment, ShipmentLine)
    .outerjoin(
        ShipmentLine,
        and_(ShipmentLine.account_id == Shipment.account_id, ShipmentLine.shipment_id == Shipment.id),
    )
    .where(Shipment.account_id == ACCOUNT)
    .order_by(Shipment.recorded_at, Shipment.id, ShipmentLine.position, ShipmentLine.id)
)
_OF_ORDERS = _WITH_LINES.where(Shipment.order_id == given("ids", Shipment.order_id))
_OF_PART = _WITH_LINES.where(Shipment.vendor_order_id == bindparam("id", type_=Uuid())).execution_options(
    populate_existing=True
)


def _with_lines(session: Session, statement: Select[Shipment, ShipmentLine], facts: Json) -> list[Shipment]:
    """In one statement that was made once: having relationships loaded puts a second one together each time."""
    found: dict[Shipment, list[ShipmentLine]] = {}
    for shipment, line in session.execute(statement, facts):
        own = found.setdefault(shipment, [])
        if line is not None:
            own.append(line)
    for shipment, own in found.items():
        set_committed_value(shipment, "lines", own)
    return list(found)


def shipments_of_orders(session: Session, account_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, list[Shipment]]:
    """The packages of these orders with their lines, oldest first. One statement."""
    found: dict[UUID, list[Shipment]] = {}
    for shipment in _with_lines(session, _OF_ORDERS, {"account_id": account_id, "ids": list(order_ids)}):
        found.setdefault(shipment.order_id, []).append(shipment)
    return found


_BY_KEY = select(Shipment).where(
    Shipment.account_id == ACCOUNT,
    Shipment.vendor_order_id == bindparam("id", type_=Uuid()),
    Shipment.dedupe_key == bindparam("key"),
)


def find_by_key(session: Session, account_id: UUID, vendor_order_id: UUID, dedupe_key: bytes) -> Shipment | None:
    """The package of that key, where the vendor order has it already."""
    return session.scalars(_BY_KEY, {"account_id": account_id, "id": vendor_order_id, "key": dedupe_key}).first()


def find_shipment(session: Session, account_id: UUID, shipment_id: UUID) -> Shipment | None:
    return session.scalars(_one(), {"account_id": account_id, "id": shipment_id}).first()


@cache
def _one() -> Select[Shipment]:
    """Its lines are read once more with the package, when it is locked."""
    of_account = Shipment.account_id == ACCOUNT
    statement = select(Shipment).where(of_account, Shipment.id == bindparam("id", type_=Uuid()))
    return statement.options(selectinload(Shipment.lines))


def packages_of(session: Session, account_id: UUID, vendor_order_id: UUID) -> Sequence[Shipment]:
    """All packages of that vendor order with their lines, voided ones too, oldest first."""
    return _with_lines(session, _OF_PART, {"account_id": account_id, "id": vendor_order_id})


_OF_NOTICE = (
    select(Shipment.id)
    .where(Shipment.account_id == ACCOUNT, Shipment.notice_id == bindparam("id", type_=Uuid()))
    .where(Shipment.voided_at.is_(None))
    .order_by(Shipment.recorded_at.desc(), Shipment.id.desc())
    .limit(1)
)


def package_of_notice(session: Session, account_id: UUID, notice_id: UUID) -> UUID | None:
    """The package that this notice was recorded as, unless it was voided: the newest."""
    return next((id_ for (id_,) in plain_rows(session, _OF_NOTICE, account_id=account_id, id=notice_id)), None)
