"""ShipStation's calls as they are looked through: newest first, by vendor, kind, result and order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    text,
    true,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from .asking import records
from .base import ACCOUNT, at_most
from .journal import Exchange
from .notices import Notice
from .orders import Order, VendorOrder
from .polls import MOMENT, WITH_ORDERS
from .shipments import Shipment
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
    at, id_ = wanted.after or (None, None)
    facts = {
        "account_id": account_id,
        "vendor_id": wanted.vendor_id,
        "action": wanted.action,
        "number": wanted.order,
        "after_at": at,
        "after_id": id_,
        "most": limit,
    }
    shape = CallFilter(
        vendor_id=wanted.vendor_id and _ANY,
        action=wanted.action and "any",
        result=wanted.result,
        order=wanted.order and "any",
        after=wanted.after and _SOMEWHERE,
    )
    is_filtered = replace(shape, after=None) != CallFilter()
    return records(session, Call._make, _statement(shape, None if is_filtered else limit), **facts)


_ANY = UUID(int=0)
_SOMEWHERE = datetime.min.replace(tzinfo=UTC), _ANY
NUMBER = bindparam("number", type_=Text())


@cache
def _statement(shape: CallFilter, most: int | None) -> Select[*tuple[Any, ...]]:
    """Made once for each way to ask, which only says what is asked for: putting one together takes longer than asking
    it."""
    statement = (
        select(
            Exchange.id, Exchange.at, Exchange.vendor_id, Vendor.name, Exchange.action, Exchange.window_start,
            Exchange.window_end, Exchange.page, Exchange.pages, func.cardinality(Exchange.served), Exchange.status,
            Exchange.duration_ms, Exchange.complaint, Exchange.request_id,
        )
        .join(Vendor, and_(Vendor.account_id == Exchange.account_id, Vendor.id == Exchange.vendor_id))
        .where(Exchange.account_id == ACCOUNT)
    )  # fmt: skip
    if shape.vendor_id is not None:
        statement = statement.where(Exchange.vendor_id == bindparam("vendor_id"))
    if shape.action is not None:
        statement = statement.where(Exchange.action == bindparam("action"))
    if shape.result == FAILED:
        statement = statement.where(text("exchanges.status >= 400"))  # as the index ix_exchanges_failed has it
    if shape.result == WITH:
        statement = statement.where(WITH_ORDERS)
    if shape.after is not None:
        after = bindparam("after_at", type_=MOMENT), bindparam("after_id", type_=Uuid())
        statement = statement.where(tuple_(Exchange.at, Exchange.id) < tuple_(*after))
    if shape.order is not None:
        statement = statement.where(Exchange.id.in_(_about()))
    newest = statement.order_by(Exchange.at.desc(), Exchange.id.desc())
    return newest.limit(at_most(most))


def _about() -> CompoundSelect[UUID]:
    """The calls that are about vendor orders of that number, their own or their order's: whose page they stood on, or
    whose notice names them. Each is found by an index, however long ago it was."""
    columns = (VendorOrder.id, VendorOrder.vendor_id, VendorOrder.number)
    same_order = and_(VendorOrder.account_id == Order.account_id, VendorOrder.order_id == Order.id)
    same_vendor = and_(VendorOrder.account_id == Vendor.account_id, VendorOrder.vendor_id == Vendor.id)
    part = union(
        select(*columns).join(Order, same_order).where(Order.account_id == ACCOUNT, Order.number == NUMBER),
        select(*columns).join(Vendor, same_vendor).where(Vendor.account_id == ACCOUNT, VendorOrder.number == NUMBER),
    ).cte("part")
    one = aliased(Exchange)
    serving = (
        select(one.id)
        .where(
            one.account_id == ACCOUNT,
            one.vendor_id == part.c.vendor_id,
            one.served.contains(array([part.c.id])),
            one.served != literal_column("'{}'"),  # as the index ix_exchanges_served has it
        )
        .correlate(part)
        .lateral("serving")
    )
    of_account = and_(Notice.account_id == ACCOUNT, Notice.vendor_id == part.c.vendor_id)
    names_it = and_(of_account, Notice.order_number == part.c.number)
    brought_it = and_(of_account, Notice.id == Shipment.notice_id)
    packages = and_(Shipment.account_id == ACCOUNT, Shipment.vendor_order_id == part.c.id)
    call = and_(  # its time is that of the notice: both are that of the request
        one.account_id == ACCOUNT,
        one.vendor_id == Notice.vendor_id,
        one.at == Notice.received_at,
        one.notice_id == Notice.id,
    )
    return union(
        select(serving.c.id).select_from(part).join(serving, true()),
        select(one.id).select_from(part).join(Notice, names_it).join(one, call),
        select(one.id).select_from(part).join(Shipment, packages).join(Notice, brought_it).join(one, call),
    )
