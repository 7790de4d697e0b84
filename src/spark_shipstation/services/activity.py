"""ShipStation's calls, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ..store.calls import ACTIONS, FAILED, WITH, Call, CallFilter, list_calls
from .forms import as_uuid
from .reading import read_cursor, write_cursor

RESULTS = (FAILED, WITH)


@dataclass(frozen=True, slots=True)
class Activity:
    calls: Sequence[Call]
    next_cursor: str | None


def activity(
    session: Session,
    account_id: UUID,
    *,
    vendor: str = "",
    action: str = "",
    result: str = "",
    order: str = "",
    cursor: str = "",
    limit: int = 50,
) -> Activity:
    """Newest first. An unknown word filters nothing out. Raises BadRequest for a cursor that is none."""
    wanted = CallFilter(
        vendor_id=as_uuid(vendor),
        action=action if action in ACTIONS else None,
        result=result if result in RESULTS else None,
        order=order.strip() or None,
        after=read_cursor(cursor) if cursor else None,
    )
    calls = list_calls(session, account_id, wanted, limit + 1)
    page = calls[:limit]
    return Activity(page, write_cursor(page[-1].at, page[-1].id) if len(calls) > limit else None)
