"""A package set right by hand: its number corrected, or itself voided and restored. What was there before is kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import Conflict, NotFound
from ...rules.carriers import carrier_code
from ...rules.status import Flag
from ...store import journal
from ...store import shipments as store
from ...store.orders import Order, planning, tallying
from ...store.shipments import Shipment
from ..actor import Actor
from ..forms import as_uuid
from ..restating import restate
from .answers import StreamedShipmentOut
from .forms import ShipmentPatch
from .reading import outs

CORRECTABLE = ("tracking_number", "carrier", "service")
# What a package is flagged with because there was less open than it holds.
_OF_TOO_MUCH = {Flag.OVER_SHIPPED, Flag.CANCEL_TOO_LATE, Flag.POSSIBLE_RELABEL, Flag.SHIPPED_BY_HAND}


def correct(session: Session, actor: Actor, word: str, form: ShipmentPatch, *, now: datetime) -> StreamedShipmentOut:
    """Change what the label says. The old words are kept. Raises NotFound, and Conflict for a voided package."""
    order, package = _locked(session, actor, word)
    if package.voided_at is not None:
        raise Conflict("This shipment was voided: restore it first.")
    old = {name: getattr(package, name) for name in CORRECTABLE}
    new = {name: value for name in CORRECTABLE if (value := getattr(form, name)) not in (None, old[name])}
    if new:
        made = {"at": now.isoformat(), "who": actor.who, "reason": form.reason, **old}
        package.corrections = [*package.corrections, made]
        for name, value in new.items():
            setattr(package, name, value)
        package.carrier_code = carrier_code(package.carrier)
        what = ", ".join(f"{_WORDS[name]} {old[name] or 'none'} → {value or 'none'}" for name, value in new.items())
        _conclude(session, actor, order, package, f"shipment corrected: {what}", form.reason, now)
    return outs(session, actor.account_id, [package])[0]


def void(session: Session, actor: Actor, word: str, reason: str, *, now: datetime) -> StreamedShipmentOut:
    """It counts for nothing any more, and its units are open again. ShipStation's repeats of it change nothing.

    Raises NotFound.
    """
    order, package = _locked(session, actor, word)
    if package.voided_at is None:
        package.voided_at, package.void_reason = now, reason
        _set_lines(package, voided=True)
        _take_flags_off(session, package)
        _conclude(session, actor, order, package, f"shipment voided: {_named(package)}", reason, now)
    return outs(session, actor.account_id, [package])[0]


def restore(session: Session, actor: Actor, word: str, reason: str, *, now: datetime) -> StreamedShipmentOut:
    """A voided package counts again. Raises NotFound."""
    order, package = _locked(session, actor, word)
    if package.voided_at is not None:
        package.voided_at, package.void_reason = None, ""
        _set_lines(package, voided=False)
        _conclude(session, actor, order, package, f"shipment restored: {_named(package)}", reason, now)
    return outs(session, actor.account_id, [package])[0]


_WORDS = {"tracking_number": "tracking", "carrier": "carrier", "service": "service"}


def _named(package: Shipment) -> str:
    units = ", ".join(f"{line.quantity} × {line.sku or line.name or 'item'}" for line in package.lines)
    return f"{units or 'no items'}, tracking {package.tracking_number or 'none'}"


def _locked(session: Session, actor: Actor, word: str) -> tuple[Order, Shipment]:
    """The order first, as everybody locks it; then the package as it is under that lock."""
    id_ = as_uuid(word)
    found = store.find_shipment(session, actor.account_id, id_) if id_ else None
    order = planning.lock_order(session, actor.account_id, found.order_id) if found else None
    if found is None or order is None:
        raise NotFound(f"There is no shipment {word[:60]}.")
    session.refresh(found, with_for_update={"key_share": True})
    return order, found


def _set_lines(package: Shipment, *, voided: bool) -> None:
    for line in package.lines:
        line.voided = voided


def _take_flags_off(session: Session, voided: Shipment) -> None:
    """From the other packages of the vendor order that hold too much no longer."""
    session.flush()
    packages = store.packages_of(session, voided.account_id, voided.vendor_order_id)
    lines = planning.lines_of_vendor_orders(session, voided.account_id, [voided.vendor_order_id])
    own = lines.get(voided.vendor_order_id, [])
    sums = tallying.tallies(session, voided.account_id, [line.id for line in own])
    over = {line.id for line in own if (tally := tallying.tally_of(line, sums)).shipped > tally.wanted}
    for package in packages:
        if package.voided_at is None and _OF_TOO_MUCH & set(package.flags) and not _holds(package, over):
            package.flags = sorted(set(package.flags) - _OF_TOO_MUCH)
            package.position = None


def _holds(package: Shipment, lines: set[UUID]) -> bool:
    return any(line.vendor_order_line_id in lines for line in package.lines)


def _conclude(
    session: Session, actor: Actor, order: Order, package: Shipment, what: str, reason: str, now: datetime
) -> None:
    """It comes again in the stream; the statuses follow; the timeline says so."""
    package.position = None
    session.flush()
    restate(session, [order], actor, what.partition(":")[0], now=now)
    event = journal.NewEvent(order.id, what + (f" ({reason})" if reason else ""), {"shipment": package.id.hex})
    journal.append_events(session, actor.account_id, [event], now=now, who=actor.who, request_id=actor.request_id)
