"""What happened: changes (the source of the export), exchanges (calls by ShipStation) and events (an order's
timeline). All append-only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    bindparam,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import bulk
from .asking import plain_rows, plain_write
from .base import ACCOUNT, Base, Json, Owned, Xid8, given, new_id, owned_by

MICROSECOND = timedelta(microseconds=1)
EXPORT = "export"  # the action of a poll


class Change(Base):
    """One row each time a vendor order's exported face changed.

    `previous_at` is the time of the same vendor order's change before: a change is the first one in a window
    exactly when `previous_at` lies before it, so membership needs no grouping. `xact` is the transaction that
    wrote it, so that a reading can tell a change that was committed late.
    """

    __tablename__ = "changes"
    __table_args__ = (
        owned_by("vendor_id", "vendors"),
        owned_by("vendor_order_id", "vendor_orders"),
        Index(
            "ix_changes_feed",
            "account_id",
            "vendor_id",
            "at",
            "id",
            postgresql_include=["previous_at", "vendor_order_id"],
        ),
        Index(None, "account_id", "vendor_order_id", "at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    vendor_id: Mapped[UUID]
    vendor_order_id: Mapped[UUID]
    at: Mapped[datetime]
    previous_at: Mapped[datetime | None]
    xact: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    who: Mapped[str]
    what: Mapped[str]


class Exchange(Owned, Base):
    """A call by ShipStation: `served` are the vendor orders of the page, in its order."""

    __tablename__ = "exchanges"
    __table_args__ = (
        owned_by("vendor_id", "vendors"),
        owned_by("notice_id", "notices"),
        Index(None, "account_id", "vendor_id", "at"),
        Index("ix_exchanges_of_notice", "account_id", "notice_id", postgresql_where=text("notice_id IS NOT NULL")),
        Index("ix_exchanges_newest", "account_id", "at", "id"),
        Index("ix_exchanges_failed", "account_id", "at", "id", postgresql_where=text("status >= 400")),
        Index("ix_exchanges_with_orders", "account_id", "at", "id", postgresql_where=text("served <> '{}'")),
        Index(
            "ix_exchanges_served",
            "served",
            postgresql_using="gin",
            postgresql_where=text("served <> '{}'"),
            postgresql_with={"fastupdate": "off"},  # else one poll in many would have to sort in what the others left
        ),
    )

    vendor_id: Mapped[UUID]
    at: Mapped[datetime]
    request_id: Mapped[str]
    action: Mapped[str]
    window_start: Mapped[datetime | None]
    window_end: Mapped[datetime | None]
    page: Mapped[int | None]
    pages: Mapped[int | None]
    served: Mapped[list[UUID]]
    notice_id: Mapped[UUID | None]
    status: Mapped[int]
    duration_ms: Mapped[int]
    complaint: Mapped[str]


class Event(Owned, Base):
    """A line of an order's timeline: who did what, with the facts before and after where they changed."""

    __tablename__ = "events"
    __table_args__ = (owned_by("order_id", "orders"), Index(None, "account_id", "order_id", "at"))

    order_id: Mapped[UUID]
    at: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[str]
    facts: Mapped[Json | None]
    request_id: Mapped[str]


_NEW_EXCHANGE = insert(Exchange).values({column.key: bindparam(column.key) for column in Exchange.__table__.columns})


def append_exchange(session: Session, row: Mapping[str, Any]) -> None:
    """Past the unit of work: every poll writes one, and most polls write nothing else."""
    plain_write(session, _NEW_EXCHANGE, **row)


@dataclass(frozen=True, slots=True)
class NewChange:
    vendor_id: UUID
    vendor_order_id: UUID
    previous_at: datetime | None
    what: str


def append_changes(
    session: Session, account_id: UUID, changes: Sequence[NewChange], *, now: datetime, who: str
) -> dict[UUID, datetime]:
    """Append one change for each of these vendor orders, which the caller has locked. Answers their times.

    A time never lies before the vendor order's last one, whatever a clock does.
    """
    times = {
        change.vendor_order_id: now if change.previous_at is None else max(now, change.previous_at + MICROSECOND)
        for change in changes
    }
    rows = [
        {
            "account_id": account_id,
            "vendor_id": change.vendor_id,
            "vendor_order_id": change.vendor_order_id,
            "at": times[change.vendor_order_id],
            "previous_at": change.previous_at,
            "who": who,
            "what": change.what,
        }
        for change in changes
    ]
    bulk.insert_rows(session, Change, rows)
    return times


@dataclass(frozen=True, slots=True)
class NewEvent:
    order_id: UUID
    what: str
    facts: Json | None = None


def append_events(
    session: Session, account_id: UUID, events: Sequence[NewEvent], *, now: datetime, who: str, request_id: str
) -> None:
    bulk.insert_rows(session, Event, event_rows(account_id, events, now=now, who=who, request_id=request_id))


def event_rows(
    account_id: UUID, events: Sequence[NewEvent], *, now: datetime, who: str, request_id: str
) -> list[dict[str, Any]]:
    return [
        {
            "account_id": account_id,
            "id": new_id(),
            "order_id": event.order_id,
            "at": now,
            "who": who,
            "what": event.what,
            "facts": event.facts,
            "request_id": request_id,
        }
        for event in events
    ]


class Told(NamedTuple):
    """An event as timelines show it."""

    at: datetime
    who: str
    what: str
    facts: Json | None
    request_id: str


_TIMELINE = (
    select(Event.order_id, Event.at, Event.who, Event.what, Event.facts, Event.request_id)
    .where(Event.account_id == ACCOUNT, Event.order_id == given("ids", Event.order_id))
    .order_by(Event.at, Event.id)
)


def timeline_of_orders(session: Session, account_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, list[Told]]:
    """The events of these orders, oldest first."""
    found: dict[UUID, list[Told]] = {}
    for order_id, *told in plain_rows(session, _TIMELINE, account_id=account_id, ids=list(order_ids)):
        found.setdefault(order_id, []).append(Told(*told))
    return found
