"""What every action on an order ends with: its refusal with all reasons, or statuses, feed and timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ...errors import Conflict, Reason
from ...rules import acting
from ...rules.acting import PAST, Action
from ...store import journal
from ..actor import Actor
from ..restating import restate
from .rows import Rows


def refuse_unless_allowed(action: Action, order: acting.Order) -> None:
    """Raises Conflict with every reason."""
    reasons = acting.refusals(action, order)
    if reasons:
        sentence = f"Order {order.number} cannot be {PAST[action]}."
        raise Conflict(sentence, [Reason(reason) for reason in reasons])


def standing(rows: Rows) -> dict[str, Any]:
    """The order's status and those of its vendor orders, for what the timeline says of before and after."""
    return {"status": rows.order.status} | {f"vendor_orders.{part.id.hex}.status": part.status for part in rows.parts}


def finish(
    session: Session, rows: Rows, actor: Actor, what: str, before: Mapping[str, Any], changes: dict[str, Any], *,
    now: datetime, reason: str = "",
) -> None:  # fmt: skip
    """Compute statuses, publish, and write the timeline. `before` is as the order stood; `changes` came to be since."""
    restate(session, [rows.order], actor, what, now=now)
    after = standing(rows) | changes
    words = f"{what} ({reason})" if reason else what
    note(session, rows, actor, words, _differing(before, after), now=now)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in after if before.get(name) != after[name]]
    return {"before": {name: before.get(name) for name in names}, "after": {name: after[name] for name in names}}


def note(
    session: Session, rows: Rows, actor: Actor, what: str, facts: dict[str, Any] | None = None, *, now: datetime
) -> None:
    event = journal.NewEvent(rows.order.id, what, facts)
    journal.append_events(session, actor.account_id, [event], now=now, who=actor.who, request_id=actor.request_id)


def units_told(units: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in units)
