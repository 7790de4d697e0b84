"""What an action would lead to, before anybody does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import Conflict, Invalid, NotFound, Reason
from ...rules import acting
from ...rules.acting import Action
from ...store.orders.reading import find_order
from ..forms import LineToCancel, as_uuid
from .cancelling import Cut, chosen
from .rows import facts_of, rows_of


@dataclass(frozen=True, slots=True)
class Foresight:
    """`reasons` are all that speak against it; where there are none, `sentences` say what it leads to: empty where it
    would change nothing."""

    sentences: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def allowed(self) -> bool:
        return not self.reasons


def foresee(
    session: Session, account_id: UUID, order_id: str | UUID, action: Action, lines: Sequence[LineToCancel] = ()
) -> Foresight:
    """For the pages and for dry runs; `lines` are those to cancel. Writes and locks nothing. Raises NotFound."""
    id_ = order_id if isinstance(order_id, UUID) else as_uuid(order_id)
    order = find_order(session, account_id, id_) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {str(order_id)[:60]}.")
    rows = rows_of(session, order)
    facts = facts_of(session, rows)
    reasons = [Reason(reason) for reason in acting.refusals(action, facts)]
    if reasons or action is not Action.CANCEL:
        return Foresight(acting.consequences(action, facts), reasons)
    try:
        return Foresight(acting.consequences(action, facts, _by_part(chosen(rows, lines))))
    except (Conflict, Invalid) as error:
        return Foresight(reasons=error.reasons)


def _by_part(cuts: Sequence[Cut]) -> dict[UUID | None, list[tuple[str, int]]]:
    found: dict[UUID | None, list[tuple[str, int]]] = {}
    for cut in cuts:
        found.setdefault(cut.place.part.id if cut.place.part else None, []).append((cut.place.name, cut.quantity))
    return found
