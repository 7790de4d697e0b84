"""Hold, release, resend. Each answers False where nothing had to be done, and raises Conflict with every reason."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ...rules import acting
from ...rules.acting import Action
from ...store import journal
from ..actor import Actor
from .rows import Rows, facts_of, locked_rows
from .writing import finish, note, refuse_unless_allowed, standing


def hold(session: Session, actor: Actor, order_id: str | UUID, *, now: datetime, reason: str = "") -> bool:
    """Nothing of it that is open may be shipped until it is released: ShipStation is told on hold. Raises NotFound,
    Conflict."""
    return _turn(session, actor, order_id, Action.HOLD, now, reason)


def release(session: Session, actor: Actor, order_id: str | UUID, *, now: datetime, reason: str = "") -> bool:
    """Raises NotFound."""
    return _turn(session, actor, order_id, Action.RELEASE, now, reason)


def _turn(session: Session, actor: Actor, order_id: str | UUID, action: Action, now: datetime, reason: str) -> bool:
    rows = locked_rows(session, actor.account_id, order_id)
    facts = rows.facts({})
    refuse_unless_allowed(action, facts)
    if acting.changes_nothing(action, facts):
        return False
    before = standing(rows) | {"held": rows.order.held}
    rows.order.held = action is Action.HOLD
    what = "put on hold" if action is Action.HOLD else "released"
    finish(session, rows, actor, what, before, {"held": rows.order.held}, now=now, reason=reason)
    return True


def resend(session: Session, actor: Actor, order_id: str | UUID, *, now: datetime, reason: str = "") -> bool:
    """Give ShipStation everything that it may have of the order once more: same OrderID, same content, a later
    LastModified. Raises NotFound, Conflict."""
    rows = locked_rows(session, actor.account_id, order_id)
    facts = facts_of(session, rows)
    refuse_unless_allowed(Action.RESEND, facts)
    sent = [part for part, said in zip(rows.parts, facts.parts, strict=True) if acting.sendable(said)]
    what = "sent to ShipStation again"
    changes = [journal.NewChange(part.vendor_id, part.id, part.changed_at, what) for part in sent]
    times = journal.append_changes(session, actor.account_id, changes, now=now, who=actor.who)
    for part in sent:
        if part.resent_at is None or part.resent_at != part.changed_at:  # else it was sent again before, unchanged
            part.resent_of = part.changed_at
        part.changed_at = part.resent_at = times[part.id]
    _note_resent(session, rows, actor, [part.number for part in sent], now, reason)
    return True


def _note_resent(session: Session, rows: Rows, actor: Actor, numbers: list[str], now: datetime, reason: str) -> None:
    rows.order.updated_at = now
    what = f"{', '.join(numbers)} sent to ShipStation again" + (f" ({reason})" if reason else "")
    note(session, rows, actor, what, now=now)
    session.flush()
