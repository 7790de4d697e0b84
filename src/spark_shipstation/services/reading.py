"""Orders read back: an order's rows as the API's object, quantities summed from shipments and cancellations."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import BadRequest, NotFound
from ..rules.carriers import tracking_url
from ..rules.status import pickup_flags
from ..store import journal, shipments
from ..store.journal import Told
from ..store.orders import Order, OrderLine, VendorOrder, VendorOrderLine
from ..store.orders.reading import OrderFilter, find_order, list_orders
from ..store.pickups import Pickup, pickups
from ..store.shipments import Shipment
from ..store.vendorlist import vendors_with_connections
from ..store.vendors import Connection
from .answers import (
    ChangedOut,
    CorrectionOut,
    DiscountOut,
    EventOut,
    NoteOut,
    OrderLineOut,
    OrderOut,
    OrdersOut,
    ShipmentLineOut,
    ShipmentOut,
    VendorOrderLineOut,
    VendorOrderOut,
)
from .forms import as_uuid

Units = dict[UUID, int]


def read_order(session: Session, account_id: UUID, word: str) -> OrderOut:
    """One order by our id. Raises NotFound."""
    id_ = as_uuid(word)
    order = find_order(session, account_id, id_) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {word[:60]}.")
    return _outs(session, account_id, [order])[0]


def read_orders(session: Session, account_id: UUID, wanted: OrderFilter, limit: int) -> OrdersOut:
    """One page, newest first. A fixed number of statements, however many orders."""
    orders = list_orders(session, account_id, wanted, limit + 1)
    page = orders[:limit]
    cursor = write_cursor(page[-1].created_at, page[-1].id) if len(orders) > limit else None
    return OrdersOut(orders=_outs(session, account_id, page), next_cursor=cursor)


def write_cursor(at: datetime, id_: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), id_.hex]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, UUID]:
    """Raises BadRequest for anything but what `write_cursor` made."""
    try:
        at, id_ = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(id_)
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise BadRequest("The cursor is not one that this API gave out.") from None


def _outs(session: Session, account_id: UUID, orders: Sequence[Order]) -> list[OrderOut]:
    ids = [order.id for order in orders]
    packages = shipments.shipments_of_orders(session, account_id, ids)
    events = journal.timeline_of_orders(session, account_id, ids)
    picked = pickups(session, account_id, [part.id for order in orders for part in order.vendor_orders])
    known = vendors_with_connections(session, account_id)
    connections = {vendor.id: connection for vendor, connection in known if connection}
    names = {vendor.id: vendor.name for vendor, _ in known}
    return [
        order_out(order, packages.get(order.id, []), events.get(order.id, []), connections, names, picked)
        for order in orders
    ]


def order_out(
    order: Order,
    packages: Sequence[Shipment],
    events: Sequence[Told],
    connections: Mapping[UUID, Connection],
    names: Mapping[UUID, str],
    picked: Mapping[UUID, Pickup],
) -> OrderOut:
    shipped, _ = shipped_units(packages)
    cancelled, _ = cancelled_units(order)
    holders = {line.order_line_id: part.id for part in order.vendor_orders for line in part.lines if line.quantity}
    parts = [VendorOrderOut(**part_facts(order, part, packages, connections, picked)) for part in order.vendor_orders]
    return OrderOut(
        **{name: getattr(order, name) for name in _PLAIN},
        flags=sorted({*order.flags, *(flag for part in parts for flag in part.flags)}),
        discounts=[DiscountOut.model_validate(given) for given in order.discounts],
        internal_notes=_notes_out(order),
        id=order.id.hex,
        store=order.store.code,
        lines=[_line_out(line, shipped, cancelled, holders, names) for line in order.lines],
        vendor_orders=parts,
        shipments=[shipment_out(package) for package in packages],
        timeline=[_event_out(event) for event in events],
    )


def _event_out(event: Told) -> EventOut:
    facts = event.facts or {}
    before, after = facts.get("before") or {}, facts.get("after") or {}
    changes = [ChangedOut(field=name, before=before.get(name), after=value) for name, value in after.items()]
    return EventOut(at=event.at, who=event.who, what=event.what, changes=changes, request_id=event.request_id)


_PLAIN = (
    "external_id", "number", "status", "held", "placed_at", "payment_status", "shop_status",
    "payment_method", "shipping_method",
    "currency", "customer", "bill_to", "ship_to", "shipping_amount", "tax_amount", "total", "gift",
    "gift_message", "customer_notes", "custom_fields", "created_at", "updated_at",
)  # fmt: skip


def _notes_out(order: Order) -> str | list[NoteOut]:
    """In the form in which they can be sent."""
    if not order.marked_notes:
        return order.internal_notes
    unmarked = [NoteOut(text=order.internal_notes, vendors=[])] if order.internal_notes else []
    return unmarked + [NoteOut.model_validate(note) for note in order.marked_notes]


def shipped_units(packages: Sequence[Shipment]) -> tuple[Units, Units]:
    """Units by order line, and by vendor order line."""
    of_lines: Units = {}
    of_parts: Units = {}
    for package in packages:
        for line in package.lines if package.voided_at is None else ():
            if line.order_line_id is not None and line.vendor_order_line_id is not None:
                of_lines[line.order_line_id] = of_lines.get(line.order_line_id, 0) + line.quantity
                of_parts[line.vendor_order_line_id] = of_parts.get(line.vendor_order_line_id, 0) + line.quantity
    return of_lines, of_parts


def cancelled_units(order: Order) -> tuple[Units, Units]:
    of_lines: Units = {}
    of_parts: Units = {}
    for row in order.cancellations:
        of_lines[row.order_line_id] = of_lines.get(row.order_line_id, 0) + row.quantity
        if row.vendor_order_line_id is not None:
            of_parts[row.vendor_order_line_id] = of_parts.get(row.vendor_order_line_id, 0) + row.quantity
    return of_lines, of_parts


def _line_out(
    line: OrderLine, shipped: Units, cancelled: Units, holders: Mapping[UUID, UUID], names: Mapping[UUID, str]
) -> OrderLineOut:
    holder = holders.get(line.id)
    return OrderLineOut(
        id=line.id.hex,
        external_id=line.external_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        cancelled=cancelled.get(line.id, 0),
        shipped=shipped.get(line.id, 0),
        unit_price=line.unit_price,
        vendor=names[line.vendor_id] if line.vendor_id else None,
        vendor_id=line.vendor_id.hex if line.vendor_id else None,
        vendor_order=holder.hex if holder else None,
        reason=line.reason,
        excluded=line.excluded,
        discounts=[DiscountOut.model_validate(given) for given in line.discounts],
    )


def part_facts(
    order: Order,
    part: VendorOrder,
    packages: Sequence[Shipment],
    connections: Mapping[UUID, Connection],
    picked: Mapping[UUID, Pickup],
) -> dict[str, Any]:
    """The fields of a vendor order's answer. `packages` are those of its order, or its own."""
    connection, pickup = connections.get(part.vendor_id), picked.get(part.id, Pickup(None, None))
    _, shipped = shipped_units(packages)
    _, cancelled = cancelled_units(order)
    bought = {line.id: line for line in order.lines}
    return {
        "id": part.id.hex,
        "number": part.number,
        "vendor": part.vendor.name,
        "vendor_id": part.vendor_id.hex,
        "status": part.status,
        "told": connection.statuses.told(part.status) if connection else None,
        "flags": sorted({*part.flags, *pickup_flags(part.status, outdated=pickup.outdated)}),
        "total": part.total,
        "tax_amount": part.tax_amount,
        "shipping_amount": part.shipping_amount,
        "discounts": [given for given in map(DiscountOut.model_validate, part.discounts) if given.amount],
        "changed_at": part.changed_at,
        "served_at": pickup.served_at,
        "lines": [_part_line_out(line, bought[line.order_line_id], shipped, cancelled) for line in part.lines],
    }


def _part_line_out(line: VendorOrderLine, bought: OrderLine, shipped: Units, cancelled: Units) -> VendorOrderLineOut:
    return VendorOrderLineOut(
        id=line.id.hex,
        line=line.order_line_id.hex,
        sku=line.vendor_sku or bought.sku,
        name=bought.name,
        quantity=line.quantity,
        cancelled=cancelled.get(line.id, 0),
        shipped=shipped.get(line.id, 0),
    )


def shipment_out(package: Shipment) -> ShipmentOut:
    return ShipmentOut(
        id=package.id.hex,
        vendor_order=package.vendor_order_id.hex,
        carrier=package.carrier,
        carrier_code=package.carrier_code,
        service=package.service,
        tracking_number=package.tracking_number,
        tracking_url=tracking_url(package.carrier_code, package.tracking_number),
        ship_date=package.ship_date,
        shipping_cost=package.shipping_cost,
        currency=package.currency,
        notes_to_customer=package.notes_to_customer,
        notify_customer=package.notify_customer,
        source=package.source,
        flags=package.flags,
        recorded_at=package.recorded_at,
        voided_at=package.voided_at,
        void_reason=package.void_reason,
        corrections=[CorrectionOut.model_validate(made) for made in package.corrections],
        lines=[
            ShipmentLineOut(
                line=line.order_line_id.hex if line.order_line_id else None, sku=line.sku, quantity=line.quantity
            )
            for line in package.lines
        ],
    )
