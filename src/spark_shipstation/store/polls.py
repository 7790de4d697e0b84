"""How connections are doing: questions asked of ShipStation's calls and of the changes that wait for one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, cast, func, literal, select, text, true
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import LateralFromClause

from .asking import plain_rows, records
from .base import ACCOUNT, among
from .feed import FIRSTS, Feed
from .journal import Change, Exchange
from .orders import VendorOrder
from .vendors import Connection, ConnectionPassword, Vendor

DAY = timedelta(days=1)
MOST_WAITING, MOST_CALLS, LATEST_POLLS, CALLS_WITH_ORDERS = 1_000, 5_000, 20, 300
SWITCHED_OFF = 403  # the status of calls for a vendor or an account that is not active
WITH_ORDERS = text("exchanges.served <> '{}'")  # as the index ix_exchanges_with_orders has it
MOMENT = TIMESTAMP(timezone=True)
_NEVER = cast(literal("-infinity"), MOMENT)


class Doing(NamedTuple):
    """A connection as it does. `calls` and what follows are of the last 24 hours; counts stop at their most."""

    vendor_id: UUID
    name: str
    active: bool
    is_default: bool
    time_zone: str
    offset: int
    offset_since: datetime | None
    polled_at: datetime | None
    window_start: datetime | None
    window_end: datetime | None
    refused_at: datetime | None
    refusal: str | None
    calls: int
    served: int
    notices: int
    failures: int
    waiting: int


def connections_doing(
    session: Session, account_id: UUID, *, now: datetime, late: timedelta, vendor_id: UUID | None = None
) -> Sequence[Doing]:
    """All connections of the account, or that one, oldest first. One statement.

    `waiting` are vendor orders that changed more than `late` ago and after everything that a poll has asked for yet.
    """
    facts: dict[str, object] = {"account_id": account_id, "day_ago": now - DAY, "late_since": now - late}
    if vendor_id is None:
        return records(session, Doing._make, _ALL_DOING, **facts)
    return records(session, Doing._make, _ONE_DOING, **facts, vendor_id=vendor_id)


def _of_vendor() -> ColumnElement[bool]:
    return and_(Exchange.account_id == Vendor.account_id, Exchange.vendor_id == Vendor.id)


def _newest_poll() -> LateralFromClause:
    """The newest answered poll; `reached` is up to when the latest ones have asked, whichever window came last."""
    latest = (
        select(Exchange.at, Exchange.id, Exchange.window_start, Exchange.window_end)
        .where(_of_vendor(), Exchange.action == "export", Exchange.status == 200)
        .order_by(Exchange.at.desc(), Exchange.id.desc())
        .limit(LATEST_POLLS)
        .correlate(Vendor)
        .subquery("latest")
    )
    until = case((Connection.offset_minutes != 0, latest.c.at), else_=func.least(latest.c.window_end, latest.c.at))
    return (
        select(latest.c.at, latest.c.window_start, latest.c.window_end, func.max(until).over().label("reached"))
        .correlate(Connection)
        .order_by(latest.c.at.desc(), latest.c.id.desc())
        .limit(1)
        .lateral("poll")
    )


def _newest_refusal() -> LateralFromClause:
    """Of a poll: what became of a notice stands in the inbox. Not of one for a vendor that was switched off: it says so
    itself for as long as it is."""
    return (
        select(Exchange.at, Exchange.complaint)
        .where(_of_vendor(), Exchange.status >= 400, Exchange.status != SWITCHED_OFF)
        .where(~among(Exchange.action, ["check", "shipnotify"]))
        .order_by(Exchange.at.desc(), Exchange.id.desc())
        .limit(1)
        .correlate(Vendor)
        .lateral("refusal")
    )


def _last_day() -> LateralFromClause:
    calls = (
        select(Exchange.action, Exchange.status, func.cardinality(Exchange.served).label("served"))
        .where(_of_vendor(), Exchange.at > bindparam("day_ago", type_=MOMENT), Exchange.action != "check")
        .order_by(Exchange.at.desc(), Exchange.id.desc())
        .limit(MOST_CALLS)
        .correlate(Vendor)
        .subquery("calls")
    )
    return (
        select(
            func.count().label("calls"),
            func.sum(calls.c.served).label("served"),
            func.count().filter(calls.c.action == "shipnotify").label("notices"),
            func.count().filter(calls.c.status >= 400).label("failures"),
        )
        .select_from(calls)
        .lateral("day")
    )


def _waiting(poll: LateralFromClause) -> LateralFromClause:
    changed = (
        select(Change.vendor_order_id)
        .where(
            Change.account_id == Vendor.account_id,
            Change.vendor_id == Vendor.id,
            Change.at > func.coalesce(poll.c.reached, _NEVER),
            Change.at < bindparam("late_since", type_=MOMENT),
        )
        .limit(MOST_WAITING + 1)
        .correlate(Vendor, poll)
        .subquery("changed")
    )
    return select(func.count(changed.c.vendor_order_id.distinct()).label("waiting")).lateral("waiting")


def _doing() -> Select[*tuple[Any, ...]]:
    poll, refusal, day = _newest_poll(), _newest_refusal(), _last_day()
    waiting = _waiting(poll)
    return (
        select(
            Vendor.id,
            Vendor.name,
            Vendor.active,
            Vendor.is_default,
            Connection.time_zone,
            Connection.offset_minutes,
            Connection.offset_since,
            poll.c.at,
            poll.c.window_start,
            poll.c.window_end,
            refusal.c.at,
            refusal.c.complaint,
            day.c.calls,
            func.coalesce(day.c.served, 0),
            day.c.notices,
            day.c.failures,
            waiting.c.waiting,
        )
        .join(Connection, (Connection.account_id == Vendor.account_id) & (Connection.vendor_id == Vendor.id))
        .outerjoin(poll, true())
        .outerjoin(refusal, true())
        .join(day, true())
        .join(waiting, true())
        .where(Vendor.account_id == ACCOUNT)
        .order_by(Vendor.created_at, Vendor.id)
    )


# Made once: putting such a statement together takes longer than asking it.
_ALL_DOING = _doing()
_ONE_DOING = _ALL_DOING.where(Vendor.id == bindparam("vendor_id"))


def imported(session: Session, account_id: UUID, vendor_id: UUID) -> tuple[int, bool]:
    """How many orders of the vendor the latest calls that had any have served, and whether older ones were left out."""
    [(number, of_calls)] = plain_rows(session, _IMPORTED, account_id=account_id, vendor_id=vendor_id)
    return number, of_calls == CALLS_WITH_ORDERS


def _imported() -> Select[int, int]:
    calls = (
        select(Exchange.served)
        .where(
            Exchange.account_id == ACCOUNT,
            Exchange.vendor_id == bindparam("vendor_id"),
            Exchange.status == 200,
            Exchange.action == "export",
            WITH_ORDERS,
        )
        .order_by(Exchange.at.desc(), Exchange.id.desc())
        .limit(CALLS_WITH_ORDERS)
        .cte("calls")
    )
    ones = select(func.unnest(calls.c.served).label("one")).subquery("ones")
    distinct = select(func.count(ones.c.one.distinct())).scalar_subquery()
    return select(distinct, select(func.count()).select_from(calls).scalar_subquery())


_IMPORTED = _imported()


class Listed(NamedTuple):
    """A vendor order in a window, with what it is told and what may hold it back."""

    order_id: UUID
    number: str
    status: str
    flags: list[str]
    changed_at: datetime


def window_lists(session: Session, feed: Feed, most: int) -> Sequence[Listed]:
    """The first vendor orders of that window, in its order: what a poll would get. At most `most`."""
    return records(session, Listed._make, _LISTED, **feed.facts(), most=most)


def _listed() -> Select[*tuple[Any, ...]]:
    firsts = (
        select(Change.account_id, Change.vendor_order_id, Change.at, Change.id)
        .where(FIRSTS)
        .order_by(Change.at, Change.id)
        .limit(bindparam("most", type_=Integer()))
        .subquery()
    )
    of_order = and_(VendorOrder.account_id == firsts.c.account_id, VendorOrder.id == firsts.c.vendor_order_id)
    return (
        select(VendorOrder.order_id, VendorOrder.number, VendorOrder.status, VendorOrder.flags, firsts.c.at)
        .join(firsts, of_order)
        .order_by(firsts.c.at, firsts.c.id)
    )


_LISTED = _listed()


class GoodPassword(NamedTuple):
    created_at: datetime
    expires_at: datetime | None


def good_passwords(session: Session, account_id: UUID, vendor_id: UUID, *, now: datetime) -> Sequence[GoodPassword]:
    """When the passwords that are good now were made, and until when they are. Newest first."""
    return records(session, GoodPassword._make, _PASSWORDS, account_id=account_id, vendor_id=vendor_id, now=now)


_PASSWORDS = (
    select(ConnectionPassword.created_at, ConnectionPassword.expires_at)
    .where(
        ConnectionPassword.account_id == ACCOUNT,
        ConnectionPassword.vendor_id == bindparam("vendor_id"),
        (ConnectionPassword.expires_at.is_(None)) | (ConnectionPassword.expires_at > bindparam("now")),
    )
    .order_by(ConnectionPassword.created_at.desc(), ConnectionPassword.id.desc())
)
