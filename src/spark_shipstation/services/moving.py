"""What routing an order again would lead to, before anybody does it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import NotFound
from ..rules.acting import Say, minute
from ..rules.moving import Move, moving_consequences
from ..rules.routing import named_way_out
from ..store.orders import planning
from .forms import as_uuid
from .life.rows import facts_of, rows_of
from .rerouting import Verdict, verdicts_on


@dataclass(frozen=True, slots=True)
class Moving:
    """`sentences` say what it leads to, empty where nothing would move; `stays` why the other lines stay, and
    `ways_out` what sends them elsewhere. The order by its id and its number."""

    id: str
    number: str
    sentences: list[str]
    stays: list[str]
    ways_out: list[str]


def foresee_rerouting(session: Session, account_id: UUID, order_id: str, say: Say = minute) -> Moving:
    """Writes and locks nothing. Raises NotFound."""
    id_ = as_uuid(order_id)
    order = next(iter(planning.orders_by_id(session, account_id, [id_])), None) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {order_id[:60]}.")
    verdicts = verdicts_on(session, account_id, [order])[order.id]
    moves = [_move(verdict) for verdict in verdicts if verdict.moves]
    stays = [_stays(verdict) for verdict in verdicts if not verdict.moves]
    ways_out = list(dict.fromkeys(_way_out(verdict) for verdict in verdicts if not verdict.moves))
    if not moves:
        return Moving(order.id.hex, order.number, [], stays, ways_out)
    facts = facts_of(session, rows_of(session, order))
    return Moving(order.id.hex, order.number, moving_consequences(moves, facts.parts, say), stays, ways_out)


def _move(verdict: Verdict) -> Move:
    return Move(_name(verdict), verdict.units, verdict.before, verdict.after, verdict.decision.reason.rstrip("."))


def _stays(verdict: Verdict) -> str:
    where = f"stays with {verdict.before}" if verdict.before else "still waits for a vendor"
    return f"{verdict.units} × {_name(verdict)} {where}: {verdict.decision.reason.rstrip('.')}."


def _way_out(verdict: Verdict) -> str:
    return named_way_out(verdict.decision.reason, has_vendor=bool(verdict.before)) or _BY_CATALOG


_BY_CATALOG = "To send a line elsewhere, change the vendors of its product or the routing rules first."


def _name(verdict: Verdict) -> str:
    return verdict.line.sku or verdict.line.name
