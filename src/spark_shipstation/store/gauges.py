"""What /metrics asks of the database: of all active accounts at once, and of each no more than MOST rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, or_, select, text, true
from sqlalchemy.orm import Session

from ..rules.inbox import OPEN, NoticeState
from .accounts import Account
from .base import among
from .journal import EXPORT, Exchange
from .notices import Notice
from .orders import Order
from .vendors import Connection, Vendor

MOST = 1_000


class LastPoll(NamedTuple):
    """Of an active connection; `at` is None where none was answered yet."""

    vendor_id: str
    vendor: str
    at: datetime | None


class Waiting(NamedTuple):
    account: str
    what: str
    number: int


def last_polls(session: Session) -> Sequence[LastPoll]:
    newest = (
        select(Exchange.at)
        .where(
            Exchange.account_id == Vendor.account_id,
            Exchange.vendor_id == Vendor.id,
            Exchange.action == EXPORT,
            Exchange.status == 200,
        )
        .order_by(Exchange.at.desc())
        .limit(1)
        .correlate(Vendor)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Vendor.id, Vendor.name, newest)
        .join(Connection, (Connection.account_id == Vendor.account_id) & (Connection.vendor_id == Vendor.id))
        .join(Account, Account.account_id == Vendor.account_id)
        .where(Vendor.active, Account.active)
        .order_by(Vendor.account_id, Vendor.created_at, Vendor.id)
    )
    return [LastPoll(id_.hex, name, at) for id_, name, at in rows]


def flagged_orders(session: Session) -> Sequence[Waiting]:
    """By account and flag, among the newest MOST orders of the account that have any."""
    newest = (
        select(Order.flags)
        .where(Order.account_id == Account.account_id, text("orders.flags <> '{}'"))  # as ix_orders_flagged has it
        .order_by(Order.created_at.desc(), Order.id.desc())
        .limit(MOST)
        .correlate(Account)
        .lateral("newest")
    )
    each = (
        select(Account.name, func.unnest(newest.c.flags).label("flag"))
        .join(newest, true())
        .where(Account.active)
        .subquery()
    )
    rows = session.execute(select(each.c.name, each.c.flag, func.count()).group_by(each.c.name, each.c.flag))
    return [Waiting(*row) for row in rows]


def waiting_notices(session: Session, *, before: datetime) -> Sequence[Waiting]:
    """By account and state. One that came after `before` may be being applied at this moment."""
    some = (
        select(Notice.state)
        .where(
            Notice.account_id == Account.account_id,
            among(Notice.state, sorted(OPEN)),
            or_(Notice.state != NoticeState.RECEIVED, Notice.received_at < before),
        )
        .limit(literal(MOST))
        .correlate(Account)
        .lateral("some")
    )
    rows = session.execute(
        select(Account.name, some.c.state, func.count())
        .join(some, true())
        .where(Account.active)
        .group_by(Account.name, some.c.state)
    )
    return [Waiting(*row) for row in rows]
