"""Packages as they were reported, and the inbox of notices exactly as they came in."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, relationship, selectinload

from .base import Base, Json, Owned, among, owned_by


class Notice(Owned, Base):
    """A notification as received (credentials taken out of `query`), and what became of it.

    States: `received` → `applied`, `repeated`, `unreadable`, `unmatched`.
    """

    __tablename__ = "notices"
    __table_args__ = (
        owned_by("vendor_id", "vendors"),
        owned_by("vendor_order_id", "vendor_orders"),
        Index("ix_notices_by_state", "account_id", "state", "received_at", "id"),
    )

    vendor_id: Mapped[UUID]
    received_at: Mapped[datetime]
    request_id: Mapped[str]
    query: Mapped[Json]
    content_type: Mapped[str]
    body: Mapped[bytes]
    digest: Mapped[bytes]
    state: Mapped[str]
    answer: Mapped[int | None]
    reason: Mapped[str]
    vendor_order_id: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]


class Shipment(Owned, Base):
    """One package. `dedupe_key` makes a notice apply once, however often and however concurrently it comes."""

    __tablename__ = "shipments"
    __table_args__ = (
        owned_by("order_id", "orders"),
        owned_by("vendor_order_id", "vendor_orders"),
        owned_by("notice_id", "notices"),
        UniqueConstraint("account_id", "vendor_order_id", "dedupe_key"),
        Index(None, "account_id", "order_id"),
        Index(None, "account_id", "tracking_number"),
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

    lines: Mapped[list["ShipmentLine"]] = relationship(
        viewonly=True, lazy="raise", order_by="(ShipmentLine.position, ShipmentLine.id)"
    )


class ShipmentLine(Owned, Base):
    """`vendor_order_line_id` and `order_line_id` are None for an item that the vendor order does not have."""

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


def shipments_of_orders(session: Session, account_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, list[Shipment]]:
    """The packages of these orders with their lines, oldest first. Two statements."""
    shipments = session.scalars(
        select(Shipment)
        .where(Shipment.account_id == account_id, among(Shipment.order_id, order_ids))
        .order_by(Shipment.recorded_at, Shipment.id)
        .options(selectinload(Shipment.lines))
    )
    found: dict[UUID, list[Shipment]] = {}
    for shipment in shipments:
        found.setdefault(shipment.order_id, []).append(shipment)
    return found


def flags_by_vendor_order(session: Session, account_id: UUID, vendor_order_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """What the packages of these vendor orders were flagged with."""
    rows = session.execute(
        select(Shipment.vendor_order_id, func.unnest(Shipment.flags)).where(
            Shipment.account_id == account_id, among(Shipment.vendor_order_id, vendor_order_ids)
        )
    )
    found: dict[UUID, set[str]] = {}
    for vendor_order_id, flag in rows:
        found.setdefault(vendor_order_id, set()).add(flag)
    return found


def add_once(session: Session, shipment: Shipment) -> bool:
    """Add the package unless its key is there already. False = it was there."""
    values = {column.key: getattr(shipment, column.key) for column in Shipment.__mapper__.column_attrs}
    added = session.execute(
        insert(Shipment)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["account_id", "vendor_order_id", "dedupe_key"])
        .returning(Shipment.id)
    )
    return added.first() is not None


def find_notice(session: Session, account_id: UUID, notice_id: UUID) -> Notice | None:
    """Not locked: who settles a notice locks its order, and writes to notices only under that lock."""
    return session.scalars(select(Notice).where(Notice.account_id == account_id, Notice.id == notice_id)).first()
