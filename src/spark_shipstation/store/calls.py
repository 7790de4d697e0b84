"""ShipStation's calls as they are looked through: newest first, by vendor, kind, result and order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Subquery

from .journal import Change, Exchange
from .notices import Notice
from .orders import Order, VendorOrder
from .polls import WITH_ORDERS
from .vendors import Vendor

ACTIONS = ("export", "shipnotify", "check")
FAILED, WITH = "failed", "orders"


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What to list. `after` is the (at, id) of the last call of the page before; `order` is an order's number."""

    vendor_id: UUID | None = None
    action: str | None = None
    result: str | None = None
    order: str | None = None
    after: tuple[datetime, UUID] | None = None


class Call(NamedTuple):
    id: UUID
    at: datetime
    vendor_id: UUID
    vendor: str
    action: str
    window_start: datetime | None
    window_end: datetime | None
    page: int | None
    pages: int | None
    served: int
    status: int
    duration_ms: int
    complaint: str
    request_id: str


def list_calls(session: Session, account_id: UUID, wanted: CallFilter, limit: int) -> Sequence[Call]:
    """One page, newest first. The time of a call never changes, so pages neither skip nor repeat."""
    statement = (
        select(
            Exchange.id, Exchange.at, Exchange.vendor_id, Vendor.name, Exchange.action, Exchange.window_start,
            Exchange.window_end, Exchange.page, Exchange.pages, func.cardinality(Exchange.served), Exchange.status,
            Exchange.duration_ms, Exchange.complaint, Exchange.request_id,
        )
        .join(Vendor, and_(Vendor.account_id == Exchange.account_id, Vendor.id == Exchange.vendor_id))
        .where(Exchange.account_id == account_id)
    )  # fmt: skip
    if wanted.vendor_id is not None:
        statement = statement.where(Exchange.vendor_id == wanted.vendor_id)
    if wanted.action is not None:
        statement = statement.where(Exchange.action == wanted.action)
    if wanted.result == FAILED:
        statement = statement.where(text("exchanges.status >= 400"))  # as the index ix_exchanges_failed has it
    if wanted.result == WITH:
        statement = statement.where(WITH_ORDERS)
    if wanted.after is not None:
        statement = statement.where(tuple_(Exchange.at, Exchange.id) < tuple_(*wanted.after))
    if wanted.order is not None:
        part = _parts_numbered(account_id, wanted.order)
        concerns_it = or_(Exchange.served.contains(array([part.c.id])), Notice.vendor_order_id == part.c.id)
        statement = (
            statement.join(part, and_(part.c.vendor_id == Exchange.vendor_id, Exchange.at >= part.c.since))
            .outerjoin(Notice, and_(Notice.account_id == Exchange.account_id, Notice.id == Exchange.notice_id))
            .where(concerns_it)
            .distinct()
        )
    rows = session.execute(statement.order_by(Exchange.at.desc(), Exchange.id.desc()).limit(limit))
    return [Call(*row) for row in rows]


def _parts_numbered(account_id: UUID, number: str) -> Subquery:
    """Vendor orders of that number, their own or their order's. Only calls since the first change can be about one."""
    since = (
        select(func.min(Change.at).label("since"))
        .where(Change.account_id == VendorOrder.account_id, Change.vendor_order_id == VendorOrder.id)
        .correlate(VendorOrder)
        .lateral("first_change")
    )
    of_order = select(Order.id).where(Order.account_id == account_id, Order.number == number)
    return (
        select(VendorOrder.id, VendorOrder.vendor_id, since.c.since)
        .join(since, true())
        .where(VendorOrder.account_id == account_id)
        .where(or_(VendorOrder.number == number, VendorOrder.order_id.in_(of_order)))
        .subquery("part")
    )
