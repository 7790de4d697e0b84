"""A package → its rows: the shipment, its lines and the line of the timeline. And what makes two packages one."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ...customstore.messages import NoticeMessage, RecipientMessage
from ...customstore.window import candidates, zone
from ...rules.carriers import carrier_code
from ...rules.inbox import tracking_key
from ...rules.status import Flag
from ...store import bulk, journal
from ...store.base import Json, new_id
from ...store.orders import Order, VendorOrder
from ...store.shipments import Shipment, ShipmentLine
from ...store.vendors import SHIPSTATION
from ..actor import Actor
from .packing import Packed, Slot, named


@dataclass(frozen=True, slots=True)
class Parcel:
    """A notice that was read and matched: everything that its rows are made of."""

    message: NoticeMessage
    order: Order
    vendor_order: VendorOrder
    packed: Sequence[Packed]
    key: bytes
    flags: frozenset[Flag]


def package_key(message: NoticeMessage, digest: bytes, slots: Sequence[Slot]) -> bytes:
    """What makes two notices of one vendor order the same package (contract, point 3). The same line is the same
    item, however it was named."""
    tracking = tracking_key(message.tracking_number)
    if not tracking:
        return hashlib.sha256(b"body" + digest).digest()
    when = message.label_create_date or message.ship_date
    items = sorted((named(item, slots), item.quantity or 0) for item in message.items)
    facts = [tracking, carrier_code(message.carrier), when.isoformat() if when else "", items]
    return hashlib.sha256(json.dumps(facts).encode()).digest()


def shipment_of(parcel: Parcel, notice_id: UUID, time_zone: str, *, now: datetime) -> Shipment:
    message, label = parcel.message, parcel.message.label_create_date
    return Shipment(
        account_id=parcel.order.account_id,
        id=new_id(),
        order_id=parcel.order.id,
        vendor_order_id=parcel.vendor_order.id,
        notice_id=notice_id,
        dedupe_key=parcel.key,
        carrier=message.carrier,
        carrier_code=carrier_code(message.carrier),
        service=message.service,
        tracking_number=message.tracking_number.strip(),
        ship_date=message.ship_date,
        label_created_at=candidates(label, zone(time_zone))[0] if label else None,
        shipping_cost=message.shipping_cost,
        currency=parcel.order.currency,
        notes_to_customer=message.notes_to_customer,
        notify_customer=message.notify_customer,
        recipient=_recipient(message.recipient),
        source=SHIPSTATION,
        flags=sorted(parcel.flags),
        recorded_at=now,
    )


def _recipient(recipient: RecipientMessage) -> Json:
    told = {field.name: getattr(recipient, field.name) for field in fields(recipient)}
    return {name: text for name, text in told.items() if text}


def add_lines(session: Session, shipment: Shipment, packed: Sequence[Packed]) -> None:
    rows = [
        {
            "account_id": shipment.account_id,
            "id": new_id(),
            "shipment_id": shipment.id,
            "position": position,
            "vendor_order_line_id": part.slot.line_id if part.slot else None,
            "order_line_id": part.slot.order_line_id if part.slot else None,
            "sku": part.sku,
            "name": part.name,
            "quantity": part.quantity,
        }
        for position, part in enumerate(packed, start=1)
    ]
    bulk.insert_rows(session, ShipmentLine, rows)


def write_timeline(
    session: Session, actor: Actor, parcel: Parcel, shipment: Shipment, how: str, *, now: datetime
) -> None:
    """`how` says in words what is unusual about the way in which the notice came; mostly nothing."""
    by = " ".join(word for word in (shipment.carrier, shipment.service) if word)
    what = f"{parcel.vendor_order.number} shipped: {units(parcel.packed)}" + (f" by {by}" if by else "")
    if shipment.tracking_number:
        what += f", tracking {shipment.tracking_number}"
    facts = {"shipment": shipment.id.hex, "flags": list(shipment.flags)}
    event = journal.NewEvent(parcel.order.id, what + how, facts)
    journal.append_events(session, actor.account_id, [event], now=now, who=actor.who, request_id=actor.request_id)


def units(packed: Sequence[Packed]) -> str:
    said = ", ".join(f"{part.quantity} × {part.sku or part.name or 'item'}" for part in packed)
    return said or "nothing that was open"
