"""The log of calls by ShipStation: when, which window and page, what was served, how long it took, what was wrong."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ..customstore.window import Window
from ..rules.texts import clean
from ..store.base import new_id
from ..store.vendors import Channel


@dataclass(slots=True)
class Facts:
    """Of one call, as far as it got."""

    action: str = ""
    window: Window | None = None
    page: int | None = None
    pages: int | None = None
    served: list[UUID] = field(default_factory=list)
    notice_id: UUID | None = None
    complaint: str = ""


def row_of(
    channel: Channel, facts: Facts, status: int, *, now: datetime, milliseconds: int, request_id: str
) -> dict[str, Any]:
    """For the table of exchanges."""
    return {
        "account_id": channel.account_id,
        "id": new_id(),
        "vendor_id": channel.vendor_id,
        "at": now,
        "request_id": request_id,
        "action": facts.action,
        "window_start": facts.window.start if facts.window else None,
        "window_end": facts.window.end if facts.window else None,
        "page": facts.page,
        "pages": facts.pages,
        "served": facts.served,
        "notice_id": facts.notice_id,
        "status": status,
        "duration_ms": milliseconds,
        "complaint": clean(facts.complaint)[:2000],
    }
