"""What a vendor order shows to its vendor: a row for its head, one for each line, nothing of another part."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts import Store
from ..asking import plain_rows
from ..base import ACCOUNT, given
from .tables import Cancellation, Order, OrderLine, VendorOrder, VendorOrderLine
from .tallying import CANCELLED_UNITS


class Head(NamedTuple):
    id: UUID
    order_id: UUID
    vendor_id: UUID
    number: str
    status: str
    flags: list[str]
    changed_at: datetime | None
    discounts: list[dict[str, Any]]
    tax_amount: Decimal
    shipping_amount: Decimal
    total: Decimal
    placed_at: datetime
    payment_method: str
    shipping_method: str
    currency: str
    customer: dict[str, Any]
    bill_to: dict[str, Any]
    ship_to: dict[str, Any]
    gift: bool
    gift_message: str
    customer_notes: str
    internal_notes: str
    marked_notes: list[dict[str, Any]]
    custom_fields: list[str]
    source: str
    requested_warehouse: str
    package: dict[str, Any] | None
    store_name: str


class Line(NamedTuple):
    vendor_order_id: UUID
    id: UUID
    order_line_id: UUID
    sku: str
    vendor_sku: str
    name: str
    quantity: int
    last_quantity: int
    cancelled: int
    unit_price: Decimal
    weight: Decimal | None
    weight_unit: str
    image_url: str
    upc: str
    options: list[dict[str, Any]]
    line_location: str
    vendor_location: str


@dataclass(frozen=True, slots=True)
class Face:
    head: Head
    lines: list[Line]


_HEADS = (
    select(
        VendorOrder.id,
        VendorOrder.order_id,
        VendorOrder.vendor_id,
        VendorOrder.number,
        VendorOrder.status,
        VendorOrder.flags,
        VendorOrder.changed_at,
        VendorOrder.discounts,
        VendorOrder.tax_amount,
        VendorOrder.shipping_amount,
        VendorOrder.total,
        Order.placed_at,
        Order.payment_method,
        Order.shipping_method,
        Order.currency,
        Order.customer,
        Order.bill_to,
        Order.ship_to,
        Order.gift,
        Order.gift_message,
        Order.customer_notes,
        Order.internal_notes,
        Order.marked_notes,
        Order.custom_fields,
        Order.source,
        Order.requested_warehouse,
        Order.package,
        Store.name,
    )
    .join(Order, (Order.account_id == VendorOrder.account_id) & (Order.id == VendorOrder.order_id))
    .join(Store, (Store.account_id == Order.account_id) & (Store.id == Order.store_id))
)

_LINES = (
    select(
        VendorOrderLine.vendor_order_id,
        VendorOrderLine.id,
        VendorOrderLine.order_line_id,
        OrderLine.sku,
        VendorOrderLine.vendor_sku,
        OrderLine.name,
        VendorOrderLine.quantity,
        VendorOrderLine.last_quantity,
        CANCELLED_UNITS,
        OrderLine.unit_price,
        OrderLine.weight,
        OrderLine.weight_unit,
        OrderLine.image_url,
        OrderLine.upc,
        OrderLine.options,
        OrderLine.location,
        VendorOrderLine.location,
    )
    .join(
        OrderLine,
        (OrderLine.account_id == VendorOrderLine.account_id) & (OrderLine.id == VendorOrderLine.order_line_id),
    )
    .order_by(VendorOrderLine.vendor_order_id, VendorOrderLine.position, VendorOrderLine.id)
)


_HEADS_OF = _HEADS.where(VendorOrder.account_id == ACCOUNT, VendorOrder.id == given("ids", VendorOrder.id))
_LINES_OF = _LINES.where(
    VendorOrderLine.account_id == ACCOUNT,
    VendorOrderLine.vendor_order_id == given("ids", VendorOrderLine.vendor_order_id),
)


def faces(session: Session, account_id: UUID, vendor_order_ids: Collection[UUID]) -> dict[UUID, Face]:
    """The faces of these vendor orders, in two statements. They are built once: a page is asked for often."""
    if not vendor_order_ids:
        return {}
    facts = {"account_id": account_id, "ids": list(vendor_order_ids)}
    found = {row[0]: Face(Head._make(row), []) for row in plain_rows(session, _HEADS_OF, **facts)}
    for row in plain_rows(session, _LINES_OF, **facts):
        found[row[0]].lines.append(Line._make(row))
    return found


def face_of(order: Order, part: VendorOrder) -> Face:
    """As `faces`, of an order that was read whole: what is there already is not asked for again."""
    bought = {line.id: line for line in order.lines}
    of_part = [getattr(part, name) for name in _OF_PART]
    of_order = [getattr(order, name) for name in _OF_ORDER]
    lines = [_line(line, bought[line.order_line_id], order.cancellations) for line in part.lines]
    return Face(Head._make([*of_part, *of_order, order.store.name]), lines)


_OF_PART = Head._fields[: Head._fields.index("placed_at")]
_OF_ORDER = Head._fields[Head._fields.index("placed_at") : -1]


def _line(line: VendorOrderLine, bought: OrderLine, cancellations: Iterable[Cancellation]) -> Line:
    return Line(
        vendor_order_id=line.vendor_order_id,
        id=line.id,
        order_line_id=line.order_line_id,
        sku=bought.sku,
        vendor_sku=line.vendor_sku,
        name=bought.name,
        quantity=line.quantity,
        last_quantity=line.last_quantity,
        cancelled=sum(one.quantity for one in cancellations if one.vendor_order_line_id == line.id),
        unit_price=bought.unit_price,
        weight=bought.weight,
        weight_unit=bought.weight_unit,
        image_url=bought.image_url,
        upc=bought.upc,
        options=bought.options,
        line_location=bought.location,
        vendor_location=line.location,
    )
