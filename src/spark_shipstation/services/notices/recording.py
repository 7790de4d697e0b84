"""A package → its rows: the shipment, its lines and the line of the timeline. And what makes two packages one."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from ...customstore.messages import NoticeMessage, RecipientMessage
from ...customstore.window import candidates, zone
from ...rules.carriers import carrier_code
from ...rules.inbox import tracking_key
from ...rules.status import Flag
from ...store import journal
from ...store.base import Json, new_id
from ...store.bulk import Writes
from ...store.orders.planning import Named
from ...store.shipments import Shipment, ShipmentLine
from ...store.vendors import SHIPSTATION
from ..actor import Actor
from .packing import Packed, Slot, named


@dataclass(frozen=True, slots=True)
class Parcel:
    """A notice that was read and matched: everything that its rows are made of."""

    message: NoticeMessage
    named: Named
    packed: Sequence[Packed]
    key: bytes
    flags: frozenset[Flag]


def package_key(message: NoticeMessage, digest: bytes, slots: Sequence[Slot]) -> bytes:
    """What makes two notices of one vendor order the same package (contract, point 3). The same line is the same
    item, however it was named and in however many rows it stands."""
    tracking = tracking_key(message.tracking_number)
    if not tracking:
        return hashlib.sha256(b"body" + digest).digest()
    units: Counter[str] = Counter()
    for item in message.items:
        units[named(item, slots)] += item.quantity or 0
    facts = [tracking, carrier_code(message.carrier), label_of(message), sorted(units.items())]
    return hashlib.sha256(json.dumps(facts).encode()).digest()


def label_of(message: NoticeMessage) -> str:
    """What tells two labels of one tracking number apart: when it was made, else when it shipped."""
    when = message.label_create_date or message.ship_date
    return when.isoformat() if when else ""


def write(
    writes: Writes, parcel: Parcel, notice_id: UUID, time_zone: str, actor: Actor, how: str, *, now: datetime
) -> None:
    """The package, its lines and the line of the order's timeline. `how` says in words what is unusual about the way in
    which the notice came; mostly nothing."""
    shipment = _shipment(parcel, notice_id, time_zone, now) | {"account_id": actor.account_id}
    writes.insert(Shipment, [shipment])
    lines = [_line(part, position) for position, part in enumerate(parcel.packed, start=1)]
    ids = {"account_id": actor.account_id, "shipment_id": shipment["id"]}
    writes.insert(ShipmentLine, [line | ids for line in lines])
    facts = {"shipment": shipment["id"].hex, "flags": shipment["flags"]}
    event = journal.NewEvent(parcel.named.order_id, _told(parcel) + how, facts)
    rows = journal.event_rows(actor.account_id, [event], now=now, who=actor.who, request_id=actor.request_id)
    writes.insert(journal.Event, rows)


def _shipment(parcel: Parcel, notice_id: UUID, time_zone: str, now: datetime) -> dict[str, Any]:
    message, label = parcel.message, parcel.message.label_create_date
    return {
        "id": new_id(),
        "order_id": parcel.named.order_id,
        "vendor_order_id": parcel.named.id,
        "notice_id": notice_id,
        "dedupe_key": parcel.key,
        "carrier": message.carrier,
        "carrier_code": carrier_code(message.carrier),
        "service": message.service,
        "tracking_number": message.tracking_number.strip(),
        "ship_date": message.ship_date,
        "label_created_at": candidates(label, zone(time_zone))[0] if label else None,
        "shipping_cost": message.shipping_cost,
        "currency": parcel.named.currency,
        "notes_to_customer": message.notes_to_customer,
        "notify_customer": message.notify_customer,
        "recipient": _recipient(message.recipient),
        "source": SHIPSTATION,
        "flags": sorted(parcel.flags),
        "recorded_at": now,
    }


def _recipient(recipient: RecipientMessage) -> Json:
    told = {field.name: getattr(recipient, field.name) for field in fields(recipient)}
    return {name: text for name, text in told.items() if text}


def _line(part: Packed, position: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "position": position,
        "vendor_order_line_id": part.slot.line_id if part.slot else None,
        "order_line_id": part.slot.order_line_id if part.slot else None,
        "sku": part.sku,
        "name": part.name,
        "quantity": part.quantity,
    }


def _told(parcel: Parcel) -> str:
    message = parcel.message
    by = " ".join(word for word in (message.carrier, message.service) if word)
    tracking = message.tracking_number.strip()
    what = f"{parcel.named.number} shipped: {units(parcel.packed)}" + (f" by {by}" if by else "")
    return what + (f", tracking {tracking}" if tracking else "")


def units_by_line(packed: Iterable[Packed]) -> Counter[UUID | None]:
    """By vendor order line."""
    shipped: Counter[UUID | None] = Counter()
    for part in packed:
        if part.slot:
            shipped[part.slot.line_id] += part.quantity
    return shipped


def units(packed: Sequence[Packed]) -> str:
    said = ", ".join(f"{part.quantity} × {part.sku or part.name or 'item'}" for part in packed)
    return said or "nothing that was open"
