"""What an action would lead to, before anybody does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import Conflict, Invalid, NotFound, Reason
from ...rules import acting
from ...rules.acting import Action, Say, minute
from ...rules.shipping import package_consequences
from ...store.orders import Order
from ...store.orders.reading import find_order
from ..forms import LineToCancel, ShipmentIn, as_uuid
from .cancelling import Cut, chosen
from .rows import Rows, facts_of, rows_of
from .shipping import packed_units


@dataclass(frozen=True, slots=True)
class Foresight:
    """`reasons` are all that speak against it; where there are none, `sentences` say what it leads to: empty where it
    would change nothing."""

    sentences: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def allowed(self) -> bool:
        return not self.reasons

    @property
    def is_possible(self) -> bool:
        """It is allowed, and would change something."""
        return bool(self.sentences)


def foresee(
    session: Session,
    account_id: UUID,
    order_id: str | UUID,
    action: Action,
    lines: Sequence[LineToCancel] = (),
    say: Say = minute,
) -> Foresight:
    """For the pages and for dry runs; `lines` are those to cancel. Writes and locks nothing. Raises NotFound."""
    rows = rows_of(session, _found(session, account_id, order_id))
    return foreseen(rows, facts_of(session, rows), action, lines, say)


def foreseen_package(
    rows: Rows, facts: acting.Order, vendor_order_id: UUID, form: ShipmentIn, say: Say = minute
) -> Foresight:
    """Recording a package of that vendor order by hand, for rows that were read before."""
    part = next(part for part in rows.parts if part.id == vendor_order_id)
    places = [place for place in rows.places if place.part is not None and place.part.id == part.id]
    try:
        packed = {id(one.place): one.quantity for one in packed_units(part, places, form.lines)}
    except (Conflict, Invalid) as error:
        return Foresight(reasons=error.reasons or [Reason(error.sentence)])
    said = next(one for one in facts.parts if one.id == part.id)
    units = [(place.name, place.tally, packed.get(id(place), 0)) for place in places]
    return Foresight(package_consequences(said, units, paid=rows.order.is_paid, held=rows.order.is_held, say=say))


def _found(session: Session, account_id: UUID, order_id: str | UUID) -> Order:
    id_ = order_id if isinstance(order_id, UUID) else as_uuid(order_id)
    order = find_order(session, account_id, id_) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {str(order_id)[:60]}.")
    return order


def foreseen(
    rows: Rows, facts: acting.Order, action: Action, lines: Sequence[LineToCancel] = (), say: Say = minute
) -> Foresight:
    """As `foresee`, for rows that were read before."""
    reasons = [Reason(reason) for reason in acting.refusals(action, facts)]
    if reasons or action is not Action.CANCEL:
        return Foresight(acting.consequences(action, facts, say=say), reasons)
    try:
        return Foresight(acting.consequences(action, facts, _by_part(chosen(rows, lines)), say))
    except (Conflict, Invalid) as error:
        return Foresight(reasons=error.reasons)


def _by_part(cuts: Sequence[Cut]) -> dict[UUID | None, list[tuple[str, int]]]:
    found: dict[UUID | None, list[tuple[str, int]]] = {}
    for cut in cuts:
        found.setdefault(cut.place.part.id if cut.place.part else None, []).append((cut.place.name, cut.quantity))
    return found
