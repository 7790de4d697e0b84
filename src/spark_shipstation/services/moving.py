"""What routing an order again would lead to, before anybody does it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import NotFound
from ..rules.acting import Say, minute
from ..rules.moving import Move, moving_consequences
from ..store.orders import planning
from .forms import as_uuid
from .life.rows import facts_of, rows_of
from .rerouting import Verdict, verdicts_on


@dataclass(frozen=True, slots=True)
class Moving:
    """`sentences` say what it leads to, empty where nothing would move; `stays` why the other lines stay. The order
    by its id and its number."""

    id: str
    number: str
    sentences: list[str]
    stays: list[str]


def foresee_rerouting(session: Session, account_id: UUID, order_id: str, say: Say = minute) -> Moving:
    """Writes and locks nothing. Raises NotFound."""
    id_ = as_uuid(order_id)
    order = next(iter(planning.orders_by_id(session, account_id, [id_])), None) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {order_id[:60]}.")
    verdicts = verdicts_on(session, account_id, [order])[order.id]
    moves = [_move(verdict) for verdict in verdicts if verdict.moves]
    stays = [_stays(verdict) for verdict in verdicts if not verdict.moves]
    if not moves:
        return Moving(order.id.hex, order.number, [], stays)
    facts = facts_of(session, rows_of(session, order))
    return Moving(order.id.hex, order.number, moving_consequences(moves, facts.parts, say), stays)


def _move(verdict: Verdict) -> Move:
    return Move(_name(verdict), verdict.units, verdict.before, verdict.after, verdict.decision.reason.rstrip("."))


def _stays(verdict: Verdict) -> str:
    where = f"stays with {verdict.before}" if verdict.before else "still waits for a vendor"
    return f"{verdict.units} × {_name(verdict)} {where}: {verdict.decision.reason.rstrip('.')}."


def _name(verdict: Verdict) -> str:
    return verdict.line.sku or verdict.line.name
