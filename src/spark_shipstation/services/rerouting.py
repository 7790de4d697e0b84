"""Routing again what has not shipped, by the rules as they are now: of one order, of many, of all that wait.

A line keeps its vendor where nobody else would take it. What has shipped stays where it is; a part that gives away all
it had is cancelled, and what moves is a new vendor order with an id of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import NotFound
from ..rules.address import country_code
from ..rules.routing import Catalog, Decision, route
from ..rules.splitting import movable
from ..rules.status import Flag, Tally
from ..store import accounts, catalog, journal
from ..store.orders import Order, OrderLine, planning
from ..store.orders.moving import LineToMove, OrderToMove, lines_to_move, orders_to_move
from ..store.orders.standing import Units, units_of_orders
from ..store.orders.tallying import grouped
from ..store.orders.waiting import Wanted, order_places
from .actor import Actor
from .forms import as_uuid
from .intake.splitting import split_orders
from .reading import read_cursor, write_cursor
from .restating import restate
from .routing_answers import ReroutedLineOut, ReroutedOrdersOut, ReroutedOut

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """On a line with `units` left to ship: what is decided now, and whether it `moves` from one to the other."""

    line: LineToMove
    units: int
    decision: Decision
    before: str
    after: str
    moves: bool


def reroute_order(
    session: Session, order_id: str, actor: Actor, *, now: datetime, reason: str = "", preview: bool = False
) -> ReroutedOut:
    """One order by our id. `preview` changes nothing and says what would. Raises NotFound."""
    id_ = as_uuid(order_id)
    orders = planning.lock_orders(session, actor.account_id, [id_] if id_ else [])
    if not orders:
        raise NotFound(f"There is no order {order_id[:60]}.")
    verdicts = verdicts_on(session, actor.account_id, orders)
    if not preview:
        _carry_out(session, orders, verdicts, actor, reason, now)
    return _out(orders[0], verdicts[orders[0].id])


def reroute_orders(
    session: Session, wanted: Wanted, actor: Actor, *, now: datetime, reason: str = "", most: int = MOST_AT_ONCE
) -> ReroutedOrdersOut:
    """The next of these orders, oldest first, all in this transaction. `next_cursor` is None when there are no more."""
    places = order_places(session, actor.account_id, wanted, most + 1)
    orders = planning.lock_orders(session, actor.account_id, [id_ for _, id_ in places[:most]])
    verdicts = verdicts_on(session, actor.account_id, orders, only_unrouted=wanted.unrouted)
    changed = _carry_out(session, orders, verdicts, actor, reason, now)
    return ReroutedOrdersOut(
        looked_at=len(orders),
        orders=[_out(order, verdicts[order.id]) for order in changed],
        next_cursor=write_cursor(*places[most - 1]) if len(places) > most else None,
    )


def foresee_orders(session: Session, account_id: UUID, wanted: Wanted, most: int = MOST_AT_ONCE) -> ReroutedOrdersOut:
    """What `reroute_orders` would do now. Holds nothing and writes nothing."""
    places = order_places(session, account_id, wanted, most + 1)
    orders = orders_to_move(session, account_id, [id_ for _, id_ in places[:most]])
    verdicts = verdicts_on(session, account_id, orders, only_unrouted=wanted.unrouted)
    told = [_out(order, verdicts[order.id]) for order in orders]
    return ReroutedOrdersOut(
        looked_at=len(orders),
        orders=[order for order in told if order.changed],
        next_cursor=write_cursor(*places[most - 1]) if len(places) > most else None,
    )


def route_waiting(session: Session, actor: Actor, *, now: datetime, skus: Collection[str] | None = None) -> None:
    """After the catalog has changed: the oldest lines that found no vendor before, of these SKUs if any are given."""
    reroute_orders(session, Wanted(unrouted=True, skus=skus), actor, now=now)


def cursor_of(text: str | None) -> tuple[datetime, UUID] | None:
    """Raises BadRequest."""
    return read_cursor(text) if text else None


def verdicts_on(
    session: Session, account_id: UUID, orders: Sequence[Order | OrderToMove], *, only_unrouted: bool = False
) -> dict[UUID, list[Verdict]]:
    """By order: on each line of which anything can still move."""
    if not orders:
        return {}
    left = _left_to_move(session, account_id, orders)
    routing = catalog.routing_catalog(session, account_id, {line.sku for lines in left.values() for line, _ in lines})
    return {
        order.id: [
            _verdict(line, units, order, routing)
            for line, units in left[order.id]
            if not only_unrouted or (line.vendor_id is None and not line.excluded)
        ]
        for order in orders
    }


def _left_to_move(
    session: Session, account_id: UUID, orders: Sequence[Order | OrderToMove]
) -> dict[UUID, list[tuple[LineToMove, int]]]:
    ids = [order.id for order in orders]
    lines, units = lines_to_move(session, account_id, ids), units_of_orders(session, account_id, ids)
    left = {id_: _units_left(of_order) for id_, of_order in units.items()}
    return {id_: [(line, left[id_][line.id]) for line in lines.get(id_, ()) if left[id_][line.id]] for id_ in ids}


def _units_left(units: Sequence[Units]) -> dict[UUID, int]:
    """By line of an order."""
    lines = grouped(units, attrgetter("order_line_id"))
    return {id_: movable(own[0].ordered - own[0].unrouted_cancelled, map(_tally, own)) for id_, own in lines.items()}


def _tally(units: Units) -> Tally:
    return Tally(units.quantity, units.cancelled, units.shipped)


def _verdict(line: LineToMove, units: int, order: Order | OrderToMove, routing: Catalog) -> Verdict:
    country = country_code(order.ship_to.get("country", "")) or ""
    decision = route(line.sku, line.named_vendor, routing, country)
    before = _whom(line.vendor_id, line.excluded, routing)
    after = _whom(decision.vendor_id, decision.excluded, routing)
    return Verdict(line, units, decision, before, after, moves=_moves(line, decision))


def _moves(line: LineToMove, decision: Decision) -> bool:
    """A line with a vendor moves only to another one, or out: never back into the queue."""
    if (decision.vendor_id, decision.excluded) == (line.vendor_id, line.excluded):
        return False
    return decision.vendor_id is not None or decision.excluded or line.vendor_id is None


def _whom(vendor_id: UUID | None, excluded: bool, routing: Catalog) -> str:
    """Who ships it, "" for a line that waits for a vendor."""
    if vendor_id is None:
        return "nobody" if excluded else ""
    return routing.vendors[vendor_id].name


def _carry_out(
    session: Session,
    orders: Sequence[Order],
    verdicts: Mapping[UUID, Sequence[Verdict]],
    actor: Actor,
    reason: str,
    now: datetime,
) -> list[Order]:
    """Answers the orders of which anything moved."""
    if not orders:
        return []
    events = {order.id: _event(order, verdicts[order.id], reason) for order in orders}
    lines = planning.lines_of_orders(session, actor.account_id, [order.id for order in orders])
    stored = {line.id: line for of_order in lines.values() for line in of_order}
    for verdict in (verdict for of_order in verdicts.values() for verdict in of_order):
        _decide(stored[verdict.line.id], verdict)
    session.flush()
    moved = [order for order in orders if events[order.id]]
    split_orders(session, moved, actor, now=now)
    said = [event for event in events.values() if event]
    journal.append_events(session, actor.account_id, said, now=now, who=actor.who, request_id=actor.request_id)
    restate(session, moved + _released(session, actor.account_id, orders, moved), actor, "routed again", now=now)
    return moved


def _decide(line: OrderLine, verdict: Verdict) -> None:
    """The reason is that of the decision that stands; one that took the line nowhere says why it waits."""
    decision = verdict.decision
    stands = decision.vendor_id == line.vendor_id and decision.excluded == line.excluded
    if (verdict.moves or stands) and line.reason != decision.reason:
        line.reason = decision.reason
    if verdict.moves:
        line.vendor_id, line.excluded = decision.vendor_id, decision.excluded


def _released(session: Session, account_id: UUID, orders: Sequence[Order], moved: Sequence[Order]) -> list[Order]:
    """Orders that were held back as a whole, of stores that let the rest go by now."""
    held = [order for order in orders if order not in moved and Flag.NEEDS_ROUTING in order.flags]
    stores = accounts.stores_that_wait(session, account_id) if held else set()
    return [order for order in held if order.store_id not in stores]


def _event(order: Order, verdicts: Sequence[Verdict], reason: str) -> journal.NewEvent | None:
    """Built before anything is set: it tells what was."""
    moves = [verdict for verdict in verdicts if verdict.moves]
    if not moves:
        return None
    words = "; ".join(
        f"{move.units} × {move.line.sku or move.line.name}{f' from {move.before}' if move.before else ''} "
        f"to {move.after or 'the queue of unrouted lines'}: {move.decision.reason}"
        for move in moves
    )
    fields = {f"lines.{move.line.external_id}.vendor": (move.before or None, move.after or None) for move in moves}
    facts = {
        "before": {name: before for name, (before, _) in fields.items()},
        "after": {name: after for name, (_, after) in fields.items()},
    }
    return journal.NewEvent(order.id, f"routed again: {words}{f' ({reason})' if reason else ''}", facts)


def _out(order: Order | OrderToMove, verdicts: Sequence[Verdict]) -> ReroutedOut:
    lines = [_line_out(verdict) for verdict in verdicts]
    return ReroutedOut(id=order.id.hex, number=order.number, changed=any(line.moves for line in lines), lines=lines)


def _line_out(verdict: Verdict) -> ReroutedLineOut:
    line = verdict.line
    return ReroutedLineOut(
        line=line.id.hex,
        external_id=line.external_id,
        sku=line.sku,
        units=verdict.units,
        before=verdict.before or None,
        after=(verdict.after if verdict.moves else verdict.before) or None,
        moves=verdict.moves,
        reason=verdict.decision.reason,
    )
