"""Cancelling: all that is open of an order, or some units of some of its lines. What has shipped stays shipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ...errors import Conflict, Invalid, Reason
from ...rules import acting
from ...rules.acting import Action
from ...store import journal
from ...store.base import new_id
from ...store.orders import Cancellation, Order, OrderLine
from ...store.orders.cancelling import key_is_used
from ..actor import Actor
from ..forms import LineToCancel
from .rows import Place, Rows, locked_rows, rows_of_orders
from .writing import finish, refuse_unless_allowed, standing, units_told

REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Cut:
    """Units to cancel at one place."""

    place: Place
    quantity: int


def cancel(
    session: Session,
    actor: Actor,
    order_id: str | UUID,
    lines: Sequence[LineToCancel] = (),
    *,
    now: datetime,
    reason: str = "",
    key: str = "",
) -> bool:
    """Cancel these lines, or without any all that is open. A `key` that the order was cancelled with before does
    nothing more. False = nothing had to be done. Raises NotFound, Conflict and Invalid with every reason."""
    rows = locked_rows(session, actor.account_id, order_id)
    if key and key_is_used(session, actor.account_id, rows.order.id, key):
        return False
    facts = rows.facts({})
    refuse_unless_allowed(Action.CANCEL, facts)
    if not lines and acting.changes_nothing(Action.CANCEL, facts):
        return False
    cuts = chosen(rows, lines)
    counted = _cancelled_facts(rows, cuts)
    before = standing(rows) | counted["before"]
    _write(session, rows.order, cuts, actor, reason, key, now)
    finish(session, rows, actor, _told(cuts), before, counted["after"], now=now, reason=reason)
    return True


def cancel_open(
    session: Session, orders: Sequence[Order], actor: Actor, reason: str, *, now: datetime
) -> list[journal.NewEvent]:
    """Cancel all that is open of these orders, which the caller has locked and restates afterwards. Answers what their
    timelines must say of it."""
    events = []
    for rows in rows_of_orders(session, actor.account_id, orders) if orders else ():
        cuts = chosen(rows, ())
        if cuts:
            _write(session, rows.order, cuts, actor, reason, "", now)
            what = f"{_told(cuts)} ({reason})"
            events.append(journal.NewEvent(rows.order.id, what, _cancelled_facts(rows, cuts)))
    return events


def _cancelled_facts(rows: Rows, cuts: Sequence[Cut]) -> dict[str, Any]:
    """The cancelled units of each line that is cut, before and after."""
    before: dict[str, int] = {}
    for place in rows.places:
        name = f"lines.{place.line.external_id}.cancelled"
        before[name] = before.get(name, 0) + place.tally.cancelled
    after: dict[str, int] = {}
    for cut in cuts:
        name = f"lines.{cut.place.line.external_id}.cancelled"
        after[name] = after.get(name, before[name]) + cut.quantity
    return {"before": {name: before[name] for name in after}, "after": after}


def _told(cuts: Sequence[Cut]) -> str:
    return f"cancelled: {units_told([(cut.place.name, cut.quantity) for cut in cuts])}"


def chosen(rows: Rows, lines: Sequence[LineToCancel]) -> list[Cut]:
    """Where the units are taken from. Raises Invalid for lines that the order does not have, Conflict for more units
    than are open, each with every reason."""
    if not lines:
        return [Cut(place, place.tally.open) for place in rows.places if place.tally.open]
    cuts: list[Cut] = []
    unknown, too_many = [], []
    for index, wanted in enumerate(lines):
        line = _line(rows, wanted.line)
        pointer = f"/lines/{index}"
        if line is None:
            unknown.append(Reason(f"Order {rows.order.number} has no line {wanted.line[:60]}.", f"{pointer}/line"))
            continue
        places = [place for place in rows.places if place.line.id == line.id]
        quantity = wanted.quantity or sum(place.tally.open for place in places)
        left = _take(places, quantity, cuts)
        if left or not quantity:
            too_many.append(Reason(_more_than_open(line, places, wanted.quantity), pointer))
    if unknown:
        raise Invalid("The request was refused.", unknown + too_many)
    if too_many:
        raise Conflict(f"Order {rows.order.number} cannot be cancelled like this.", too_many)
    return cuts


def _line(rows: Rows, word: str) -> OrderLine | None:
    """By the shop's own id of the line, or ours."""
    return next((line for line in rows.lines if line.external_id == word), None) or next(
        (line for line in rows.lines if word.replace("-", "").lower() == line.id.hex), None
    )


def _take(places: Sequence[Place], quantity: int, cuts: list[Cut]) -> int:
    """What nobody has comes first, then what was given to a vendor last. Answers the units that were not there."""
    for place in reversed(places):  # the unrouted ones stand last
        taken = sum(cut.quantity for cut in cuts if cut.place is place)  # the same line can be named twice
        units = min(quantity, place.tally.open - taken)
        if units > 0:
            cuts.append(Cut(place, units))
            quantity -= units
    return quantity


def _more_than_open(line: OrderLine, places: Sequence[Place], wanted: int | None) -> str:
    open_, shipped = sum(p.tally.open for p in places), sum(p.tally.shipped for p in places)
    gone = sum(p.tally.quantity - p.tally.wanted for p in places)
    of_it = f"of {line.quantity} × {line.sku or line.name}, {shipped} have shipped and {gone} are cancelled"
    if not open_:
        return f"Nothing is open: {of_it}."
    return f"{wanted} cannot be cancelled, {open_} {'is' if open_ == 1 else 'are'} open: {of_it}."


def _write(
    session: Session, order: Order, cuts: Sequence[Cut], actor: Actor, reason: str, key: str, now: datetime
) -> None:
    session.execute(
        insert(Cancellation),
        [
            {
                "account_id": order.account_id,
                "id": new_id(),
                "order_id": order.id,
                "order_line_id": cut.place.line.id,
                "vendor_order_line_id": cut.place.part_line.id if cut.place.part_line else None,
                "quantity": cut.quantity,
                "who": actor.who,
                "reason": reason,
                "key": key or None,
                "at": now,
            }
            for cut in cuts
        ],
    )
