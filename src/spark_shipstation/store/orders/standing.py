"""What the statuses of orders follow from, as plain rows: in two statements, however many orders."""

from collections.abc import Collection
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import LargeBinary, Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from ..asking import records
from ..base import ACCOUNT, given
from ..shipments import Shipment, ShipmentLine
from .tables import OrderLine, VendorOrder, VendorOrderLine
from .tallying import CANCELLED_UNITS, UNROUTED_CANCELLED_UNITS, grouped


class Units(NamedTuple):
    """An order line beside one of the vendor order lines that hold units of it. A line that no vendor has stands once,
    with None for the ids and 0 for the units of the vendor's side. `last_quantity` as in VendorOrderLine."""

    order_id: UUID
    order_line_id: UUID
    sku: str
    name: str
    ordered: int
    unweighed: bool
    excluded: bool
    unrouted_cancelled: int
    vendor_order_id: UUID | None
    vendor_order_line_id: UUID | None
    vendor_sku: str
    quantity: int
    last_quantity: int
    cancelled: int
    shipped: int


_SHIPPED = (
    select(func.coalesce(func.sum(ShipmentLine.quantity), 0))
    .where(
        ShipmentLine.account_id == VendorOrderLine.account_id,
        ShipmentLine.vendor_order_line_id == VendorOrderLine.id,
        ~ShipmentLine.voided,
    )
    .scalar_subquery()
)
_UNITS = (
    select(
        OrderLine.order_id,
        OrderLine.id,
        OrderLine.sku,
        OrderLine.name,
        OrderLine.quantity,
        OrderLine.weight.is_(None),
        OrderLine.excluded,
        UNROUTED_CANCELLED_UNITS,
        VendorOrderLine.vendor_order_id,
        VendorOrderLine.id,
        func.coalesce(VendorOrderLine.vendor_sku, ""),
        func.coalesce(VendorOrderLine.quantity, 0),
        func.coalesce(VendorOrderLine.last_quantity, 0),
        CANCELLED_UNITS,
        _SHIPPED,
    )
    .outerjoin(
        VendorOrderLine,
        (VendorOrderLine.account_id == OrderLine.account_id) & (VendorOrderLine.order_line_id == OrderLine.id),
    )
    .where(OrderLine.account_id == ACCOUNT, OrderLine.order_id == given("ids", OrderLine.order_id))
    .order_by(VendorOrderLine.position, VendorOrderLine.id)
)


def units_of_orders(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> dict[UUID, list[Units]]:
    """In the order in which a vendor order's lines stand."""
    rows = records(session, Units._make, _UNITS, account_id=account_id, ids=list(order_ids))
    return grouped(rows, attrgetter("order_id"))


class Part(NamedTuple):
    """A vendor order. `noted` are the flags of its packages, but for voided ones; `keys` what all of them are told
    apart by."""

    order_id: UUID
    id: UUID
    vendor_id: UUID
    status: str
    flags: list[str]
    face_digest: bytes
    changed_at: datetime | None
    noted: list[str]
    keys: list[bytes]


_OF_PART = (Shipment.account_id == VendorOrder.account_id, Shipment.vendor_order_id == VendorOrder.id)
_NOTED = select(func.unnest(Shipment.flags)).where(*_OF_PART, Shipment.voided_at.is_(None)).scalar_subquery()
_KEYS = select(Shipment.dedupe_key).where(*_OF_PART).scalar_subquery()
_PARTS = (
    select(
        VendorOrder.order_id,
        VendorOrder.id,
        VendorOrder.vendor_id,
        VendorOrder.status,
        VendorOrder.flags,
        VendorOrder.face_digest,
        VendorOrder.changed_at,
        func.array(_NOTED, type_=ARRAY(Text())),
        func.array(_KEYS, type_=ARRAY(LargeBinary())),
    )
    .where(VendorOrder.account_id == ACCOUNT, VendorOrder.order_id == given("ids", VendorOrder.order_id))
    .order_by(VendorOrder.created_at, VendorOrder.id)
)


def parts_of_orders(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> dict[UUID, list[Part]]:
    """The parts of these orders, oldest first."""
    rows = records(session, Part._make, _PARTS, account_id=account_id, ids=list(order_ids))
    return grouped(rows, attrgetter("order_id"))
