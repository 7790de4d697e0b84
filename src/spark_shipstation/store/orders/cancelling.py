"""Questions asked when units of an order are cancelled."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from .tables import Cancellation


def key_is_used(session: Session, account_id: UUID, order_id: UUID, key: str) -> bool:
    """Whether the order, which the caller has locked, was cancelled with that key before."""
    found = exists().where(
        Cancellation.account_id == account_id, Cancellation.order_id == order_id, Cancellation.key == key
    )
    return bool(session.scalar(select(found)))
