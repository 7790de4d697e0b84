"""The feed of changes as ShipStation reads it: a window, its pages, and the readings that keep pages where they are."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, Session, mapped_column

from .asking import plain_rows
from .base import ACCOUNT, Base, Owned, PgSnapshot, owned_by
from .journal import MICROSECOND, Change
from .session import make_durable

LARGEST_PAGE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Feed:
    """The changes of one vendor between two instants: `start <= at < end`. `asked` are start and end as they were
    asked for, which is what the requests for its pages have in common."""

    account_id: UUID
    vendor_id: UUID
    start: datetime
    end: datetime
    asked: tuple[datetime, datetime]

    def facts(self) -> dict[str, object]:
        """The parameters of `FIRSTS`."""
        return {"account_id": self.account_id, "vendor_id": self.vendor_id, "start": self.start, "end": self.end}


_OF_VENDOR = and_(Change.account_id == ACCOUNT, Change.vendor_id == bindparam("vendor_id"))
_IS_FIRST = or_(Change.previous_at.is_(None), Change.previous_at < bindparam("start"))
# The first change of each vendor order in a feed: its place there.
FIRSTS = and_(_OF_VENDOR, Change.at >= bindparam("start"), Change.at < bindparam("end"), _IS_FIRST)


class Reading(Owned, Base):
    """A window of more than one page, fixed when its first page was asked for: where each further page starts.

    `snapshot` is what was visible then. The newest reading of a window is the one that counts. It is found by the
    window as it was asked for; `served_start` and `served_end` are there where it was served widened.
    """

    __tablename__ = "readings"
    __table_args__ = (
        owned_by("vendor_id", "vendors"),
        Index("ix_readings_window", "account_id", "vendor_id", "window_start", "window_end", "started_at"),
    )

    vendor_id: Mapped[UUID]
    window_start: Mapped[datetime]
    window_end: Mapped[datetime]
    served_start: Mapped[datetime | None]
    served_end: Mapped[datetime | None]
    page_size: Mapped[int]
    started_at: Mapped[datetime]
    snapshot: Mapped[str] = mapped_column(server_default=text("pg_current_snapshot()::text"))
    bound_times: Mapped[list[datetime]] = mapped_column(ARRAY(TIMESTAMP(timezone=True)))
    bound_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """One further page of a reading: its first place, and that of the next page, None for the last one. `feed` is as
    it was when the first page was served, whatever has become of the connection's settings."""

    feed: Feed
    page_size: int
    pages: int
    started_at: datetime
    snapshot: str
    first: Place
    next: Place | None


@dataclass(frozen=True, slots=True)
class Survey:
    """The first page of a window and where the others start."""

    page_size: int
    first_page: list[UUID]
    bounds: list[Place]


_NUMBERED = (
    select(
        Change.at,
        Change.id,
        Change.vendor_order_id,
        func.row_number().over(order_by=(Change.at, Change.id)).label("place"),
    )
    .where(FIRSTS)
    .subquery()
)
_SIZE = bindparam("size", type_=BigInteger())
# Without a total beside each row: for that PostgreSQL would keep them all on disk before it gave the first.
_SURVEY = (
    select(_NUMBERED)
    .where(or_(_NUMBERED.c.place <= _SIZE, _NUMBERED.c.place % _SIZE == literal(1) % _SIZE))
    .order_by(_NUMBERED.c.place)
)


_COUNT = select(func.count()).select_from(Change).where(FIRSTS)


def survey(session: Session, feed: Feed, page_size: int) -> Survey:
    """Take the window's first page and mark the start of each further page, in one statement."""
    rows = plain_rows(session, _SURVEY, **feed.facts(), size=page_size)
    return Survey(
        page_size=page_size,
        first_page=[vendor_order_id for _, _, vendor_order_id, place in rows if place <= page_size],
        bounds=[(at, id_) for at, id_, _, place in rows if place > page_size],
    )


def count(session: Session, feed: Feed) -> int:
    """How many vendor orders the window holds."""
    [(number,)] = plain_rows(session, _COUNT, **feed.facts())
    return int(number)


def _of_window(feed: Feed) -> ColumnElement[bool]:
    return and_(
        Reading.account_id == feed.account_id,
        Reading.vendor_id == feed.vendor_id,
        Reading.window_start == feed.asked[0],
        Reading.window_end == feed.asked[1],
    )


_PAGE = bindparam("page", type_=Integer())
_PAGES = func.cardinality(Reading.bound_ids) + 1
_CUT = (
    select(
        Reading.served_start,
        Reading.served_end,
        Reading.page_size,
        _PAGES,
        Reading.started_at,
        Reading.snapshot,
        Reading.bound_times[func.least(_PAGE, _PAGES) - 1],
        Reading.bound_ids[func.least(_PAGE, _PAGES) - 1],
        Reading.bound_times[_PAGE],
        Reading.bound_ids[_PAGE],
    )
    .where(
        Reading.account_id == ACCOUNT,
        Reading.vendor_id == bindparam("vendor_id"),
        Reading.window_start == bindparam("start"),
        Reading.window_end == bindparam("end"),
    )
    .order_by(Reading.started_at.desc(), Reading.id.desc())
    .limit(1)
)


def cut_of(session: Session, feed: Feed, page: int) -> Cut | None:
    """That page (2 = the first further one) of the newest reading of the window; for one past the last, the last.
    Only its own bounds are fetched: a reading can have thousands."""
    start, end = feed.asked
    facts = {"account_id": feed.account_id, "vendor_id": feed.vendor_id, "start": start, "end": end}
    rows = plain_rows(session, _CUT, **facts, page=min(page, LARGEST_PAGE))
    if not rows:
        return None
    served_start, served_end, page_size, pages, started_at, snapshot, *bounds = rows[0]
    return Cut(
        Feed(feed.account_id, feed.vendor_id, served_start or start, served_end or end, feed.asked),
        page_size,
        pages,
        started_at,
        snapshot,
        (bounds[0], bounds[1]),
        (bounds[2], bounds[3]) if page < pages else None,
    )


def keep_reading(session: Session, feed: Feed, found: Survey, *, now: datetime) -> None:
    """The newest reading of that window from now on, also where the clock has been set back since the last one."""
    after_last = select(func.max(Reading.started_at) + MICROSECOND).where(_of_window(feed)).scalar_subquery()
    reading = Reading(
        account_id=feed.account_id,
        vendor_id=feed.vendor_id,
        window_start=feed.asked[0],
        window_end=feed.asked[1],
        served_start=None if feed.start == feed.asked[0] else feed.start,
        served_end=None if feed.end == feed.asked[1] else feed.end,
        page_size=found.page_size,
        started_at=func.greatest(now, after_last),
        bound_times=[at for at, _ in found.bounds],
        bound_ids=[id_ for _, id_ in found.bounds],
    )
    make_durable(session)  # were the newest reading lost, an older one would cut the pages elsewhere
    session.add(reading)
    session.flush()


_place = tuple_(Change.at, Change.id)
# Each bound once more by its time alone: from that, and not from the pair, PostgreSQL takes where it begins to look.
_FROM_FIRST = (
    select(Change.vendor_order_id)
    .where(_OF_VENDOR, Change.at >= bindparam("first_at"), Change.at < bindparam("end"), _IS_FIRST)
    .where(_place >= tuple_(bindparam("first_at"), bindparam("first_id")))
    .order_by(Change.at, Change.id)
)
_TO_NEXT = and_(Change.at <= bindparam("next_at"), _place < tuple_(bindparam("next_at"), bindparam("next_id")))
_COMMITTED_BY_THEN = or_(
    Change.at < bindparam("certain_before"),
    func.pg_visible_in_snapshot(Change.xact, cast(bindparam("snapshot"), PgSnapshot())),
)


def vendor_orders_of(session: Session, cut: Cut, *, certain_before: datetime | None) -> list[UUID]:
    """The vendor orders of that page; of the last one, all that follows.

    `certain_before` is given for a window that had ended when it was first read: a change from that time on counts
    only if it had been committed by then, so that pages never change; what was late is left to the next window.
    Without it, new changes show at the end.
    """
    facts = cut.feed.facts() | {"first_at": cut.first[0], "first_id": cut.first[1]}
    if cut.next is not None:
        facts |= {"next_at": cut.next[0], "next_id": cut.next[1]}
    if certain_before is not None:
        facts |= {"certain_before": certain_before, "snapshot": cut.snapshot}
    statement = _of_page(ends=cut.next is not None, has_ended=certain_before is not None)
    return [id_ for (id_,) in plain_rows(session, statement, **facts)]


@cache
def _of_page(*, ends: bool, has_ended: bool) -> Select[UUID]:
    statement = _FROM_FIRST.where(_TO_NEXT) if ends else _FROM_FIRST
    return statement.where(_COMMITTED_BY_THEN) if has_ended else statement
