"""Somebody knows better than the shop that an order is paid: cash, a transfer, a cheque."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ...rules import acting
from ...rules.acting import Action
from ..actor import Actor
from .rows import locked_rows
from .writing import finish, refuse_unless_allowed, standing

PAID = "paid"


def mark_paid(session: Session, actor: Actor, order_id: str | UUID, *, now: datetime, reason: str = "") -> bool:
    """Until the shop changes the order and still says that it is not paid. False = it was paid already. Raises
    NotFound, and Conflict with every reason."""
    rows = locked_rows(session, actor.account_id, order_id)
    facts = rows.facts({})
    refuse_unless_allowed(Action.MARK_PAID, facts)
    if acting.changes_nothing(Action.MARK_PAID, facts):
        return False
    before = standing(rows) | {"payment_status": rows.order.payment_status}
    rows.order.payment_status = PAID
    finish(session, rows, actor, "marked as paid", before, {"payment_status": PAID}, now=now, reason=reason)
    return True
