"""The inbox: bytes are stored before they are understood, without the credentials that a query may carry."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from ...rules.inbox import NoticeState
from ...store import bulk
from ...store.base import new_id
from ...store.notices import Notice
from ...store.vendors import Channel
from .masking import masked, without_secrets


@dataclass(frozen=True, slots=True)
class RawNotice:
    """A notification as it came. `query` and a form in `body` may still hold credentials; what is kept does not."""

    query: Mapping[str, str]
    content_type: str
    body: bytes
    request_id: str = ""


def keep(session: Session, channel: Channel, raws: Sequence[RawNotice], *, now: datetime) -> list[UUID]:
    """Store them as `received`, in one statement. The caller commits before anything else is done with them."""
    rows = [_row(channel, raw, now) for raw in raws]
    bulk.insert_rows(session, Notice, rows)
    return [row["id"] for row in rows]


def _row(channel: Channel, raw: RawNotice, now: datetime) -> dict[str, Any]:
    plain = {name.replace("\x00", ""): value.replace("\x00", "") for name, value in raw.query.items()}
    query, body = without_secrets(plain), masked(raw.body)
    digest = hashlib.sha256(repr(sorted(query.items())).encode("utf-8", "surrogatepass") + b"\n" + body).digest()
    return {
        "account_id": channel.account_id,
        "id": new_id(),
        "vendor_id": channel.vendor_id,
        "received_at": now,
        "request_id": raw.request_id,
        "query": query,
        "content_type": raw.content_type.replace("\x00", "")[:200],
        "body": body,
        "digest": digest,
        "state": NoticeState.RECEIVED,
        "reason": "",
    }


def tell_failure(session: Session, channel: Channel, notice_id: UUID, reason: str) -> None:
    """Why a kept notice was not settled. It stays `received`: the next time it comes, it is settled."""
    session.execute(
        update(Notice)
        .where(Notice.account_id == channel.account_id, Notice.id == notice_id, Notice.state == "received")
        .values(reason=reason)
    )
