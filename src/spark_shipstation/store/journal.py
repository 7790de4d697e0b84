"""What happened: changes (the source of the export), exchanges (calls by ShipStation), readings (windows that are
being read page by page) and events (an order's timeline). All append-only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    and_,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, Session, mapped_column

from .base import Base, Json, Owned, PgSnapshot, Xid8, among, new_id, owned_by

MICROSECOND = timedelta(microseconds=1)


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


class Reading(Owned, Base):
    """A window of more than one page, fixed when its first page was asked for: where each further page starts.

    `snapshot` is what was visible then. The newest reading of a window is the one that counts.
    """

    __tablename__ = "readings"
    __table_args__ = (
        owned_by("vendor_id", "vendors"),
        Index("ix_readings_window", "account_id", "vendor_id", "window_start", "window_end", "started_at"),
    )

    vendor_id: Mapped[UUID]
    window_start: Mapped[datetime]
    window_end: Mapped[datetime]
    page_size: Mapped[int]
    started_at: Mapped[datetime]
    snapshot: Mapped[str] = mapped_column(server_default=text("pg_current_snapshot()::text"))
    bound_times: Mapped[list[datetime]] = mapped_column(ARRAY(TIMESTAMP(timezone=True)))
    bound_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


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


@dataclass(frozen=True, slots=True)
class Feed:
    """The changes of one vendor between two instants: `start <= at < end`."""

    account_id: UUID
    vendor_id: UUID
    start: datetime
    end: datetime

    def firsts(self) -> ColumnElement[bool]:
        """The first change of each vendor order in the window: its place in the feed."""
        return and_(
            Change.account_id == self.account_id,
            Change.vendor_id == self.vendor_id,
            Change.at >= self.start,
            Change.at < self.end,
            or_(Change.previous_at.is_(None), Change.previous_at < self.start),
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """The first page of a window and where the others start."""

    page_size: int
    first_page: list[UUID]
    total: int
    bounds: list[tuple[datetime, int]]


def survey(session: Session, feed: Feed, page_size: int) -> Survey:
    """Count the window, take its first page and mark the start of each further page, in one statement."""
    numbered = (
        select(
            Change.at,
            Change.id,
            Change.vendor_order_id,
            func.row_number().over(order_by=(Change.at, Change.id)).label("place"),
            func.count().over().label("total"),
        )
        .where(feed.firsts())
        .subquery()
    )
    columns = numbered.c
    rows = session.execute(
        select(columns.at, columns.id, columns.vendor_order_id, columns.place, columns.total)
        .where(or_(columns.place <= page_size, columns.place % page_size == (1 % page_size)))
        .order_by(columns.place)
    ).all()
    return Survey(
        page_size=page_size,
        first_page=[row.vendor_order_id for row in rows if row.place <= page_size],
        total=rows[0].total if rows else 0,
        bounds=[(row.at, row.id) for row in rows if row.place > page_size],
    )


def newest_reading(session: Session, feed: Feed) -> Reading | None:
    return session.scalars(
        select(Reading)
        .where(
            Reading.account_id == feed.account_id,
            Reading.vendor_id == feed.vendor_id,
            Reading.window_start == feed.start,
            Reading.window_end == feed.end,
        )
        .order_by(Reading.started_at.desc(), Reading.id.desc())
        .limit(1)
    ).first()


def keep_reading(session: Session, feed: Feed, found: Survey, *, now: datetime) -> Reading:
    reading = Reading(
        account_id=feed.account_id,
        vendor_id=feed.vendor_id,
        window_start=feed.start,
        window_end=feed.end,
        page_size=found.page_size,
        started_at=now,
        bound_times=[at for at, _ in found.bounds],
        bound_ids=[id_ for _, id_ in found.bounds],
    )
    session.add(reading)
    session.flush()
    return reading


def rest_of_reading(
    session: Session, feed: Feed, reading: Reading, page: int, *, certain_before: datetime | None
) -> list[UUID]:
    """The vendor orders of a further page (2 = the first further one); of the last one, all that follows.

    `certain_before` is given for a window that had ended when it was first read: a change from that time on counts
    only if it had been committed by then, so that pages never change; what was late is left to the next window.
    Without it, new changes show at the end.
    """
    bounds = list(zip(reading.bound_times, reading.bound_ids, strict=True))
    last = len(bounds) + 1
    place = tuple_(Change.at, Change.id)
    wanted = [feed.firsts(), place >= tuple_(*bounds[min(page, last) - 2])]
    if page < last:
        wanted.append(place < tuple_(*bounds[page - 1]))
    if certain_before is not None:
        snapshot = cast(literal(reading.snapshot), PgSnapshot())
        wanted.append(or_(Change.at < certain_before, func.pg_visible_in_snapshot(Change.xact, snapshot)))
    return list(session.scalars(select(Change.vendor_order_id).where(*wanted).order_by(Change.at, Change.id)))


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
    if changes:
        session.execute(
            insert(Change),
            [
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
            ],
        )
    return times


@dataclass(frozen=True, slots=True)
class NewEvent:
    order_id: UUID
    what: str
    facts: Json | None = None


def append_events(
    session: Session, account_id: UUID, events: Sequence[NewEvent], *, now: datetime, who: str, request_id: str
) -> None:
    if events:
        session.execute(
            insert(Event),
            [
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
            ],
        )


def timeline_of_orders(session: Session, account_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, list[Event]]:
    """The events of these orders, oldest first."""
    rows = session.scalars(
        select(Event)
        .where(Event.account_id == account_id, among(Event.order_id, order_ids))
        .order_by(Event.at, Event.id)
    )
    found: dict[UUID, list[Event]] = {}
    for event in rows:
        found.setdefault(event.order_id, []).append(event)
    return found
