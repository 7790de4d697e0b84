"""A kept notice → a shipment, exactly once: understood, matched, packed, recorded, and the statuses that follow."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from ...customstore.messages import NoticeMessage
from ...customstore.reader import NoticeReading
from ...customstore.window import candidates, zone
from ...errors import NotFound, Unreadable, UnsupportedMedia
from ...rules.carriers import carrier_code
from ...rules.numbers import without_split_suffix
from ...rules.status import Flag
from ...store import journal, shipments
from ...store.base import new_id
from ...store.orders import Order, VendorOrder, planning
from ...store.shipments import Notice, Shipment, ShipmentLine
from ...store.vendors import Channel
from ..actor import Actor
from ..forms import as_uuid
from ..restating import restate
from .packing import Packed, Slot, named, pack
from .understanding import understand


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of it: the state it is kept in, the HTTP status and the sentence of our answer."""

    state: str
    status: int
    sentence: str


def settle(session: Session, channel: Channel, notice_id: UUID, actor: Actor, *, now: datetime) -> Settlement:
    """Apply a kept notice. What cannot be read or matched stays in the inbox with its reason. Raises NotFound."""
    notice = shipments.find_notice(session, channel.account_id, notice_id)
    if notice is None:
        raise NotFound("There is no such notice.")
    try:
        settlement = _apply(session, channel, notice, actor, now)
    except UnsupportedMedia as error:
        settlement = Settlement("unreadable", 415, error.sentence)
    except Unreadable as error:
        settlement = Settlement("unreadable", 400, error.sentence)
    except NotFound as error:
        settlement = Settlement("unmatched", 404, error.sentence)
    notice.state, notice.answer, notice.reason = settlement.state, settlement.status, settlement.sentence
    notice.settled_at = now
    session.flush()
    return settlement


def _apply(session: Session, channel: Channel, notice: Notice, actor: Actor, now: datetime) -> Settlement:
    reading = understand(notice.query, notice.content_type, notice.body)
    vendor_order = _matched(session, channel, reading.message)
    order = planning.lock_order(session, channel.account_id, vendor_order.order_id)
    if order is None:
        raise NotFound("The order of this vendor order is gone.")
    notice.vendor_order_id = vendor_order.id  # not before the lock: who waits for it must hold nothing
    slots = _slots(session, channel.account_id, order, vendor_order)
    packed, flags = pack(reading.message, slots)
    if reading.problems:
        flags.add(Flag.UNCLEAR_VALUES)
    shipment = _shipment(channel, notice, reading, order, vendor_order, slots, flags, now)
    if not shipments.add_once(session, shipment):
        _settle_earlier(session, notice, now)
        return Settlement("repeated", 200, f"Order {vendor_order.number}: this shipment was recorded before.")
    _add_lines(session, shipment, packed)
    _write_timeline(session, actor, order, vendor_order, shipment, packed, now)
    restate(session, [order], actor, "shipped", now=now, publish=False)
    _settle_earlier(session, notice, now)
    return Settlement("applied", 200, _said(vendor_order, packed, flags, reading))


def _matched(session: Session, channel: Channel, message: NoticeMessage) -> VendorOrder:
    """By OrderID, then by number, then without ShipStation's split suffix; only among this vendor's own orders."""
    account_id, vendor_id = channel.account_id, channel.vendor_id
    id_ = as_uuid(message.order_id) if message.order_id else None
    found = planning.vendor_order_of(session, account_id, vendor_id, id_) if id_ else None
    # An OrderID is authoritative: one that is of this form but not ours must not ship what its number happens to name.
    numbers = [] if id_ else [message.order_number, without_split_suffix(message.order_number) or ""]
    for number in numbers:
        if found is None and number:
            found = planning.vendor_order_numbered(session, account_id, vendor_id, number)
    if found is None:
        named = " / ".join(word for word in (message.order_id, message.order_number) if word)
        raise NotFound(f"No order {named} was given to this ShipStation account. The notice is kept to be matched.")
    return found


def _slots(session: Session, account_id: UUID, order: Order, vendor_order: VendorOrder) -> list[Slot]:
    lines = planning.lines_of_vendor_orders(session, account_id, [vendor_order.id]).get(vendor_order.id, [])
    bought = {line.id: line for line in planning.lines_of_orders(session, account_id, [order.id]).get(order.id, [])}
    sums = planning.tallies(session, account_id, [line.id for line in lines])
    slots = []
    for line in lines:
        sold = bought[line.order_line_id]
        skus = frozenset(sku.casefold() for sku in (line.vendor_sku, sold.sku) if sku)
        slots.append(
            Slot(line.id, sold.id, skus, line.vendor_sku or sold.sku, sold.name, planning.tally_of(line, sums))
        )
    return slots


def _shipment(
    channel: Channel,
    notice: Notice,
    reading: NoticeReading,
    order: Order,
    vendor_order: VendorOrder,
    slots: Sequence[Slot],
    flags: set[Flag],
    now: datetime,
) -> Shipment:
    message = reading.message
    label = message.label_create_date
    recipient = {
        name: getattr(message.recipient, name)
        for name in message.recipient.__dataclass_fields__
        if getattr(message.recipient, name)
    }
    return Shipment(
        account_id=order.account_id,
        id=new_id(),
        order_id=order.id,
        vendor_order_id=vendor_order.id,
        notice_id=notice.id,
        dedupe_key=dedupe_key(message, notice.digest, slots),
        carrier=message.carrier,
        carrier_code=carrier_code(message.carrier),
        service=message.service,
        tracking_number=message.tracking_number.strip(),
        ship_date=message.ship_date,
        label_created_at=candidates(label, zone(channel.time_zone))[0] if label else None,
        shipping_cost=message.shipping_cost,
        currency=order.currency,
        notes_to_customer=message.notes_to_customer,
        notify_customer=message.notify_customer,
        recipient=recipient,
        source="shipstation",
        flags=sorted(flags),
        recorded_at=now,
    )


def dedupe_key(message: NoticeMessage, digest: bytes, slots: Sequence[Slot]) -> bytes:
    """What makes two notices of one vendor order the same package (contract, point 3). The same line is the same
    item, however it was named."""
    tracking = "".join(message.tracking_number.split()).upper()
    if not tracking:
        return hashlib.sha256(b"body" + digest).digest()
    when = message.label_create_date or message.ship_date
    items = sorted((named(item, slots), item.quantity or 0) for item in message.items)
    facts = [tracking, carrier_code(message.carrier), when.isoformat() if when else "", items]
    return hashlib.sha256(json.dumps(facts).encode()).digest()


def _add_lines(session: Session, shipment: Shipment, packed: Sequence[Packed]) -> None:
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
    if rows:
        session.execute(insert(ShipmentLine), rows)


def _settle_earlier(session: Session, notice: Notice, now: datetime) -> None:
    """The same bytes that failed before are answered by this notice, too."""
    session.execute(
        update(Notice)
        .where(
            Notice.account_id == notice.account_id,
            Notice.vendor_id == notice.vendor_id,
            Notice.state.in_(("received", "unmatched", "unreadable")),
            Notice.digest == notice.digest,
            Notice.id != notice.id,
        )
        .values(state="repeated", settled_at=now, vendor_order_id=notice.vendor_order_id,
                reason="The same notice came again and was applied.")
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _write_timeline(
    session: Session,
    actor: Actor,
    order: Order,
    vendor_order: VendorOrder,
    shipment: Shipment,
    packed: Sequence[Packed],
    now: datetime,
) -> None:
    by = " ".join(word for word in (shipment.carrier, shipment.service) if word)
    what = f"{vendor_order.number} shipped: {_units(packed)}" + (f" by {by}" if by else "")
    if shipment.tracking_number:
        what += f", tracking {shipment.tracking_number}"
    event = journal.NewEvent(order.id, what, {"shipment": shipment.id.hex, "flags": list(shipment.flags)})
    journal.append_events(session, actor.account_id, [event], now=now, who=actor.who, request_id=actor.request_id)


def _units(packed: Sequence[Packed]) -> str:
    units = ", ".join(f"{part.quantity} × {part.sku or part.name or 'item'}" for part in packed)
    return units or "nothing that was open"


def _said(vendor_order: VendorOrder, packed: Sequence[Packed], flags: set[Flag], reading: NoticeReading) -> str:
    sentence = f"Order {vendor_order.number}: recorded {_units(packed)}."
    if flags:
        sentence += f" To check: {', '.join(sorted(flags))}."
    if reading.problems:
        sentence += " Not understood: " + "; ".join(map(str, reading.problems[:10])) + "."
    return sentence
