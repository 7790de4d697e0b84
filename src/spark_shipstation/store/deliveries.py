"""What went out and when: questions asked of vendor orders, their changes and ShipStation's calls together."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    distinct,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from ..rules.explaining import Change as ChangeFacts
from ..rules.explaining import Poll
from .asking import plain_rows
from .base import ACCOUNT, given
from .journal import EXPORT, Change, Exchange
from .orders import VendorOrder
from .polls import WITH_ORDERS
from .vendors import Vendor

# The statements are made once: putting one together takes longer than asking it.
MOST = bindparam("most", type_=Integer())
MINUTE = timedelta(minutes=1)
READING = timedelta(days=1)  # the pages of a window are asked for one after another: no longer than this apart


def calls_that_served(
    session: Session, account_id: UUID, vendor_order_ids: Collection[UUID], *, most: int
) -> dict[UUID, list[Poll]]:
    """For each of these vendor orders the newest calls whose page it stood on, newest first, at most `most`."""
    rows = plain_rows(session, _calls_that_served(), account_id=account_id, ids=list(vendor_order_ids), most=most)
    found: dict[UUID, list[Poll]] = {}
    for id_, *columns in rows:
        found.setdefault(id_, []).append(Poll(*columns))
    return found


@cache
def _calls_that_served() -> Select[Any]:
    served = (
        select(Exchange)
        .where(
            _answered(Exchange),
            Exchange.account_id == VendorOrder.account_id,
            Exchange.vendor_id == VendorOrder.vendor_id,
            Exchange.served.contains(array([VendorOrder.id])),
            WITH_ORDERS,
        )
        .offset(0)  # first those that served it, by their index; else PostgreSQL may look through all calls by time
        .correlate(VendorOrder)
        .lateral("served_it")
    )
    call = select(served).order_by(served.c.at.desc(), served.c.id.desc()).limit(MOST).lateral("call")
    return (
        select(VendorOrder.id, *_poll_columns(call))
        .join(call, true())
        .where(VendorOrder.account_id == ACCOUNT, VendorOrder.id == given("ids", VendorOrder.id))
        .order_by(VendorOrder.id, call.c.at.desc(), call.c.id.desc())
    )


def last_polls(session: Session, account_id: UUID, vendor_ids: Collection[UUID]) -> dict[UUID, Poll]:
    """The newest call for a page of each of these vendors. One that never asked is left out."""
    rows = plain_rows(session, _last_polls(), account_id=account_id, ids=list(vendor_ids))
    return {id_: Poll(*columns) for id_, *columns in rows}


@cache
def _last_polls() -> Select[Any]:
    call = (
        select(Exchange)
        .where(_answered(Exchange), Exchange.account_id == Vendor.account_id, Exchange.vendor_id == Vendor.id)
        .order_by(Exchange.at.desc(), Exchange.id.desc())
        .limit(1)
        .correlate(Vendor)
        .lateral("call")
    )
    return (
        select(Vendor.id, *_poll_columns(call))
        .join(call, true())
        .where(Vendor.account_id == ACCOUNT, Vendor.id == given("ids", Vendor.id))
    )


def poll_before(
    session: Session, account_id: UUID, vendor_id: UUID, start: datetime, *, since: datetime
) -> datetime | None:
    """When the poll came, by our clock and after `since`, from which a window with that start goes on: the one whose
    end date is that start, else the nearest before it.

    As a rule that is the newest one, and nothing else is looked at. It is not where the clock was set back.
    """
    polls = select(Exchange.at, Exchange.window_end).where(
        _answered(Exchange),
        Exchange.account_id == account_id,
        Exchange.vendor_id == vendor_id,
        Exchange.page == 1,
        Exchange.at > since,
    )
    end = start + MINUTE  # of its end date's minute
    newest = polls.order_by(Exchange.at.desc()).limit(1).subquery()
    ended = polls.where(Exchange.window_end <= end).order_by(Exchange.window_end.desc(), Exchange.at)
    nearest = ended.limit(1).subquery()
    found = func.coalesce(
        select(newest.c.at).where(newest.c.window_end == end).scalar_subquery(), select(nearest.c.at).scalar_subquery()
    )
    at: datetime | None = session.scalar(select(found))
    return at


def newest_changes(
    session: Session, account_id: UUID, vendor_order_ids: Collection[UUID], *, most: int
) -> dict[UUID, list[ChangeFacts]]:
    """The last changes of each of these vendor orders, newest first, at most `most`."""
    rows = plain_rows(session, _newest_changes(), account_id=account_id, ids=list(vendor_order_ids), most=most)
    found: dict[UUID, list[ChangeFacts]] = {}
    for id_, at, who, what in rows:
        found.setdefault(id_, []).append(ChangeFacts(at, who, what))
    return found


@cache
def _newest_changes() -> Select[Any]:
    change = (
        select(Change.at, Change.id, Change.who, Change.what)
        .where(Change.account_id == VendorOrder.account_id, Change.vendor_order_id == VendorOrder.id)
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(MOST)
        .correlate(VendorOrder)
        .lateral("change")
    )
    return (
        select(VendorOrder.id, change.c.at, change.c.who, change.c.what)
        .join(change, true())
        .where(VendorOrder.account_id == ACCOUNT, VendorOrder.id == given("ids", VendorOrder.id))
        .order_by(VendorOrder.id, change.c.at.desc(), change.c.id.desc())
    )


def _answered(exchange: type[Exchange]) -> ColumnElement[bool]:
    return and_(exchange.action == EXPORT, exchange.status == 200)


def _poll_columns(call: FromClause) -> list[ColumnElement[Any]]:
    """Of a call, in the order of Poll's fields."""
    columns = call.c
    return [
        columns.at,
        columns.window_start,
        columns.window_end,
        columns.page,
        columns.pages,
        _completed(call).label("completed"),
    ]


def _completed(call: FromClause) -> ColumnElement[bool]:
    """Whether each of the call's `pages` was asked for, from the first page before it (or the call itself) on."""
    first, other = aliased(Exchange), aliased(Exchange)
    began = (
        select(func.max(first.at))
        .where(_same_window(first, call), first.page == 1, first.at <= call.c.at, first.at > call.c.at - READING)
        .correlate(call)
        .scalar_subquery()
    )
    asked = (
        select(func.count(distinct(other.page)))
        .where(
            _same_window(other, call),
            other.page <= call.c.pages,
            other.at >= began,
            other.at < call.c.at + READING,
        )
        .correlate(call)
        .scalar_subquery()
    )
    return asked == call.c.pages


def _same_window(exchange: type[Exchange], call: FromClause) -> ColumnElement[bool]:
    return and_(
        _answered(exchange),
        exchange.account_id == call.c.account_id,
        exchange.vendor_id == call.c.vendor_id,
        exchange.window_start == call.c.window_start,
        exchange.window_end == call.c.window_end,
    )
