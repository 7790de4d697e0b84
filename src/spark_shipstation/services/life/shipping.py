"""A package that ShipStation did not report: from another kind of vendor, or shipped by hand. Recorded once.

It is a fact, so more units than are open are recorded and flagged, as in a notice. Unlike a notice it goes out to a
ShipStation vendor, which does not know of it.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ...errors import Conflict, Invalid, NotFound, Reason
from ...rules.carriers import carrier_code
from ...rules.inbox import tracking_key
from ...rules.status import Flag, Tally, quantity_flags
from ...store import shipments
from ...store.base import new_id
from ...store.orders import VendorOrder
from ...store.orders.parts import order_of_vendor_order
from ...store.shipments import Shipment, ShipmentLine
from ..actor import Actor
from ..forms import LineToShip, ShipmentIn, as_uuid
from .rows import Place, Rows, locked_rows
from .writing import finish, standing, units_told


@dataclass(frozen=True, slots=True)
class Shipped:
    """`is_new` is False for a package that was recorded before."""

    shipment_id: UUID
    order_id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class Packed:
    place: Place
    quantity: int


def ship(session: Session, actor: Actor, vendor_order_id: str, form: ShipmentIn, *, now: datetime) -> Shipped:
    """Record a package of this vendor order. Raises NotFound; Invalid for lines that it does not have; Conflict where
    nothing is open and no lines are named, or where the key belongs to another package."""
    rows, part = _locked(session, actor.account_id, vendor_order_id)
    dedupe_key = _dedupe_key(form)
    known = shipments.find_by_key(session, actor.account_id, part.id, dedupe_key)
    if known is not None:
        return _repeated(known, form)
    places = [place for place in rows.places if place.part is not None and place.part.id == part.id]
    packed = packed_units(part, places, form.lines)
    before = standing(rows) | {_shipped_name(p): p.place.tally.shipped for p in packed}
    shipment = _shipment(rows, part, form, dedupe_key, _flags(packed), actor, now)
    session.add(shipment)
    session.flush()
    session.execute(insert(ShipmentLine), [_line(shipment, p, position) for position, p in enumerate(packed, start=1)])
    after = {_shipped_name(p): p.place.tally.shipped + p.quantity for p in packed}
    finish(session, rows, actor, _told(part, shipment, packed), before, after, now=now)
    return Shipped(shipment.id, rows.order.id, is_new=True)


def _locked(session: Session, account_id: UUID, word: str) -> tuple[Rows, VendorOrder]:
    id_ = as_uuid(word)
    order_id = order_of_vendor_order(session, account_id, id_) if id_ else None
    if order_id is None:
        raise NotFound(f"There is no vendor order {word[:60]}.")
    rows = locked_rows(session, account_id, order_id)
    return rows, next(part for part in rows.parts if part.id == id_)


def _repeated(known: Shipment, form: ShipmentIn) -> Shipped:
    if known.voided_at is not None:
        raise Conflict("This package was recorded before and voided: restore it, or give this one a key of its own.")
    if (known.carrier, tracking_key(known.tracking_number)) != (form.carrier, tracking_key(form.tracking_number)):
        told = " ".join(filter(None, (known.carrier, known.tracking_number))) or "no tracking number"
        raise Conflict(f"The key {form.key[:60]} belongs to another package of this vendor order: {told}.")
    return Shipped(known.id, known.order_id, is_new=False)


def _dedupe_key(form: ShipmentIn) -> bytes:
    if form.key:
        return hashlib.sha256(b"key" + form.key.encode()).digest()
    when = form.ship_date.isoformat() if form.ship_date else ""
    items = sorted((line.line.casefold(), line.quantity) for line in form.lines)
    facts = ["by hand", tracking_key(form.tracking_number), carrier_code(form.carrier), when, items]
    return hashlib.sha256(json.dumps(facts).encode()).digest()


def packed_units(part: VendorOrder, places: Sequence[Place], lines: Sequence[LineToShip]) -> list[Packed]:
    if not lines:
        packed = [Packed(place, place.tally.open) for place in places if place.tally.open]
        if not packed:
            raise Conflict(
                f"Nothing of vendor order {part.number} is open. Name the lines, if a package left all the same."
            )
        return packed
    left = {id(place): place.tally.open for place in places}
    units: dict[int, int] = {}
    unknown = []
    for index, line in enumerate(lines):
        named = _named(places, line.line)
        if not named:
            unknown.append(Reason(f"Vendor order {part.number} has no line {line.line[:60]}.", f"/lines/{index}/line"))
        for place, quantity in _filled(named, line.quantity, left):
            units[id(place)] = units.get(id(place), 0) + quantity
    if unknown:
        raise Invalid("The request was refused.", unknown)
    return [Packed(place, units[id(place)]) for place in places if units.get(id(place))]


def _named(places: Sequence[Place], word: str) -> list[Place]:
    """The places that a line's word means: by an id, else by SKU."""
    id_ = as_uuid(word)
    by_id = [p for p in places if p.line.external_id == word or (id_ and id_ in _ids(p))]
    return by_id or [p for p in places if word.casefold() in _skus(p)]


def _ids(place: Place) -> set[UUID]:
    return {place.line.id, *([place.part_line.id] if place.part_line else [])}


def _skus(place: Place) -> set[str]:
    own = place.part_line.vendor_sku if place.part_line else ""
    return {sku.casefold() for sku in (place.line.sku, own) if sku}


def _filled(places: Sequence[Place], quantity: int, left: dict[int, int]) -> Iterator[tuple[Place, int]]:
    """Several lines can have one SKU: the open ones are filled in turn, and the last takes what is too much."""
    for place in places:
        units = quantity if place is places[-1] else min(quantity, max(0, left[id(place)]))
        left[id(place)] -= units
        quantity -= units
        yield place, units


def _flags(packed: Sequence[Packed]) -> list[str]:
    """Of the lines in this package, as they are once it has left."""
    flags: set[Flag] = set()
    for p in packed:
        tally = p.place.tally
        flags |= quantity_flags([Tally(tally.quantity, tally.cancelled, tally.shipped + p.quantity)])
    return sorted(flags)


def _shipment(
    rows: Rows, part: VendorOrder, form: ShipmentIn, dedupe_key: bytes, flags: list[str], actor: Actor, now: datetime
) -> Shipment:
    return Shipment(
        account_id=actor.account_id,
        id=new_id(),
        order_id=rows.order.id,
        vendor_order_id=part.id,
        notice_id=None,
        dedupe_key=dedupe_key,
        carrier=form.carrier,
        carrier_code=carrier_code(form.carrier),
        service=form.service,
        tracking_number=form.tracking_number,
        ship_date=form.ship_date,
        label_created_at=None,
        shipping_cost=form.shipping_cost,
        currency=rows.order.currency,
        notes_to_customer=form.notes_to_customer,
        notify_customer=form.notify_customer,
        recipient={},
        source=actor.who,
        flags=flags,
        recorded_at=now,
    )


def _line(shipment: Shipment, packed: Packed, position: int) -> dict[str, object]:
    place = packed.place
    return {
        "account_id": shipment.account_id,
        "id": new_id(),
        "shipment_id": shipment.id,
        "position": position,
        "vendor_order_line_id": place.part_line.id if place.part_line else None,
        "order_line_id": place.line.id,
        "sku": place.part_line.vendor_sku or place.line.sku if place.part_line else place.line.sku,
        "name": place.line.name,
        "quantity": packed.quantity,
    }


def _shipped_name(packed: Packed) -> str:
    return f"lines.{packed.place.line.external_id}.shipped"


def _told(part: VendorOrder, shipment: Shipment, packed: Sequence[Packed]) -> str:
    by = " ".join(word for word in (shipment.carrier, shipment.service) if word)
    what = f"{part.number} shipped: {units_told([(p.place.name, p.quantity) for p in packed])}"
    what += f" by {by}" if by else ""
    return what + (f", tracking {shipment.tracking_number}" if shipment.tracking_number else "")
