"""The queue of lines that no vendor ships, with the reasons."""

from uuid import UUID

from sqlalchemy.orm import Session

from ..store.orders import waiting
from .routing_answers import UnroutedGroupOut, UnroutedOut

MOST_GROUPS = 200


def read_unrouted(session: Session, account_id: UUID) -> UnroutedOut:
    """Grouped by SKU and reason, those with the most orders first, at most 200."""
    groups = waiting.unrouted_groups(session, account_id, MOST_GROUPS)
    return UnroutedOut(
        orders=waiting.count_unrouted(session, account_id),
        groups=[UnroutedGroupOut(**group._asdict()) for group in groups],
    )


def count_unrouted(session: Session, account_id: UUID) -> int:
    """How many orders have a line that no vendor ships."""
    return waiting.count_unrouted(session, account_id)
