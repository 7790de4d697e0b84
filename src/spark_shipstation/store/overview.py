"""What the overview counts. Each count stops at its most, so that a page takes as long in a large shop as in a small
one; each is one statement. The statements are made once: putting one together takes longer than asking it."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..rules.inbox import OPEN, NoticeState
from ..rules.status import Status
from .asking import plain_rows
from .base import ACCOUNT, among
from .journal import Exchange
from .notices import Notice
from .orders import Order
from .polls import MOMENT, WITH_ORDERS
from .shipments import Shipment

MOST = 1_000
MOST_FLAGGED = 5_000


def orders_by_status(session: Session, account_id: UUID) -> Mapping[str, int]:
    """For each status the number of orders, MOST + 1 where there are more than MOST."""
    rows = plain_rows(session, _BY_STATUS, account_id=account_id, names=[status.value for status in Status])
    return {status: number for status, number in rows}  # noqa: C416 - rows, not pairs


def _by_status() -> Select[str, int]:
    names = func.unnest(bindparam("names", type_=ARRAY(Text()))).table_valued("status").render_derived()
    some = (
        select(literal(1).label("one"))
        .where(Order.account_id == ACCOUNT, Order.status == names.c.status)
        .limit(MOST + 1)
        .correlate(names)
        .subquery("some")
    )
    counted = select(func.count().label("number")).select_from(some).lateral("counted")
    return select(names.c.status, counted.c.number).join(counted, true())


def orders_by_flag(session: Session, account_id: UUID) -> tuple[Mapping[str, int], bool]:
    """For each flag the number of orders among the newest MOST_FLAGGED that have any; whether there are older ones."""
    rows = plain_rows(session, _BY_FLAG, account_id=account_id)
    found = {flag: number for flag, number in rows}  # noqa: C416
    return found, found.pop("") > MOST_FLAGGED


def _by_flag() -> CompoundSelect[str, int]:
    flagged = (
        select(Order.flags)
        .where(Order.account_id == ACCOUNT, text("orders.flags <> '{}'"))
        .order_by(Order.created_at.desc(), Order.id.desc())
        .limit(MOST_FLAGGED + 1)
        .cte("flagged")
    )
    each = select(func.unnest(flagged.c.flags).label("flag")).subquery("each")
    by_flag = select(each.c.flag, func.count().label("number")).group_by(each.c.flag)
    return by_flag.union_all(select(literal(""), func.count()).select_from(flagged))


def notices_for_a_person(session: Session, account_id: UUID, *, before: datetime) -> int:
    """Those in the inbox, MOST + 1 where there are more. One that came after `before` may be being applied."""
    [(number,)] = plain_rows(session, _NOTICES, account_id=account_id, before=before)
    return int(number)


def _notices() -> Select[int]:
    is_there = or_(Notice.state != NoticeState.RECEIVED, Notice.received_at < bindparam("before", type_=MOMENT))
    some = (
        select(literal(1))
        .where(Notice.account_id == ACCOUNT, among(Notice.state, sorted(OPEN)), is_there)
        .limit(MOST + 1)
        .subquery()
    )
    return select(func.count()).select_from(some)


def served_by_day(session: Session, account_id: UUID, *, since: datetime, zone: str) -> Mapping[date, int]:
    """How many orders were handed out on each day of that zone; one that was asked for twice a day counts once."""
    rows = plain_rows(session, _SERVED, account_id=account_id, since=since, zone=zone)
    return {day: number for day, number in rows}  # noqa: C416


def _served() -> Select[date, int]:
    served = (
        select(_day(Exchange.at).label("day"), func.unnest(Exchange.served).label("one"))
        .where(Exchange.account_id == ACCOUNT, Exchange.at >= SINCE, Exchange.action == "export", WITH_ORDERS)
        .subquery("served")
    )
    return select(served.c.day, func.count(served.c.one.distinct())).group_by(served.c.day)


def shipped_by_day(session: Session, account_id: UUID, *, since: datetime, zone: str) -> Mapping[date, int]:
    """How many packages were reported on each day of that zone."""
    rows = plain_rows(session, _SHIPPED, account_id=account_id, since=since, zone=zone)
    return {day: number for day, number in rows}  # noqa: C416


def _shipped() -> Select[date, int]:
    recorded = (
        select(_day(Shipment.recorded_at).label("day"))
        .where(Shipment.account_id == ACCOUNT, Shipment.recorded_at >= SINCE)
        .subquery("recorded")
    )
    return select(recorded.c.day, func.count()).group_by(recorded.c.day)


def _day(at: InstrumentedAttribute[datetime]) -> ColumnElement[date]:
    return cast(func.timezone(bindparam("zone", type_=Text()), at), Date())


SINCE = bindparam("since", type_=MOMENT)
_BY_STATUS, _BY_FLAG, _NOTICES, _SERVED, _SHIPPED = _by_status(), _by_flag(), _notices(), _served(), _shipped()
