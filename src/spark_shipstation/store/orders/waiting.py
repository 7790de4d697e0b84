"""Orders to route anew: those that are still open, and those with lines that no vendor ships. Oldest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TIMESTAMP, Integer, Select, Uuid, and_, bindparam, exists, func, select, text, tuple_
from sqlalchemy.orm import Session

from ...rules.status import Flag, Status
from ..asking import plain_rows, records
from ..base import ACCOUNT, given
from .tables import Order, OrderLine, VendorOrderLine
from .tallying import UNROUTED_CANCELLED_UNITS

_OPEN = [status.value for status in Status if status not in (Status.SHIPPED, Status.CANCELLED)]
# Said twice, so that the index of flagged orders serves it.
_UNROUTED = and_(text("orders.flags <> '{}'"), Order.flags.contains([Flag.UNROUTED.value]))
_HELD = Order.flags.contains([Flag.NEEDS_ROUTING.value])
_LINE_OF_ORDER = and_(OrderLine.account_id == Order.account_id, OrderLine.order_id == Order.id)
_WITHOUT_VENDOR = and_(OrderLine.vendor_id.is_(None), ~OrderLine.excluded, OrderLine.quantity > 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders. `unrouted` = only those with a line without a vendor; `held` = only those that wait as a whole for
    one; `skus` = only those with such a line; `after` is the (created_at, id) of the last one before."""

    unrouted: bool
    held: bool = False
    skus: Collection[str] | None = None
    store_id: UUID | None = None
    after: tuple[datetime, UUID] | None = None


class Shape(NamedTuple):
    """Which of what can be wanted is."""

    unrouted: bool
    held: bool
    skus: bool
    store: bool
    after: bool


def order_places(session: Session, account_id: UUID, wanted: Wanted, limit: int) -> list[tuple[datetime, UUID]]:
    """(created_at, id) of the next of these orders."""
    shape = Shape(
        wanted.unrouted, wanted.held, wanted.skus is not None, wanted.store_id is not None, wanted.after is not None
    )
    at, id_ = wanted.after or (None, None)
    facts = {
        "account_id": account_id,
        "open": _OPEN,
        "skus": list(wanted.skus or ()),
        "store_id": wanted.store_id,
        "after_at": at,
        "after_id": id_,
        "most": limit,
    }
    return [(at, id_) for at, id_ in plain_rows(session, _places(shape), **facts)]


@cache
def _places(shape: Shape) -> Select[datetime, UUID]:
    """Made once: putting one together takes longer than asking it."""
    statement = select(Order.created_at, Order.id).where(Order.account_id == ACCOUNT)
    statement = statement.where(_UNROUTED if shape.unrouted else Order.status == given("open", Order.status))
    if shape.held:
        statement = statement.where(_HELD)
    if shape.skus:
        has = OrderLine.sku == given("skus", OrderLine.sku)
        with_sku = and_(has, _WITHOUT_VENDOR) if shape.unrouted else has
        statement = statement.where(exists().where(_LINE_OF_ORDER, with_sku))
    if shape.store:
        statement = statement.where(Order.store_id == bindparam("store_id", type_=Uuid()))
    if shape.after:
        after = bindparam("after_at", type_=TIMESTAMP(timezone=True)), bindparam("after_id", type_=Uuid())
        statement = statement.where(tuple_(Order.created_at, Order.id) > tuple_(*after))
    return statement.order_by(Order.created_at, Order.id).limit(bindparam("most", type_=Integer()))


def count_unrouted(session: Session, account_id: UUID) -> int:
    [(number,)] = plain_rows(session, _COUNT_UNROUTED, account_id=account_id)
    return int(number)


_COUNT_UNROUTED = select(func.count()).select_from(Order).where(Order.account_id == ACCOUNT, _UNROUTED)


def count_held(session: Session, account_id: UUID, store_id: UUID) -> int:
    """The orders of a store that wait as a whole for a vendor of each line."""
    mine = (Order.account_id == account_id, Order.store_id == store_id)
    return session.scalar(select(func.count()).select_from(Order).where(*mine, _UNROUTED, _HELD)) or 0


class Group(NamedTuple):
    """Lines without a vendor that have the SKU and the reason in common."""

    sku: str
    name: str
    reason: str
    orders: int
    units: int
    oldest: datetime


def unrouted_groups(session: Session, account_id: UUID, most: int) -> Sequence[Group]:
    """Those with the most orders first."""
    return records(session, Group._make, _GROUPS, account_id=account_id, most=most)


def _groups() -> Select[*tuple[Any, ...]]:
    placed = (
        select(func.coalesce(func.sum(VendorOrderLine.quantity), 0))
        .where(VendorOrderLine.account_id == OrderLine.account_id, VendorOrderLine.order_line_id == OrderLine.id)
        .scalar_subquery()
    )
    lines = (
        select(
            OrderLine.sku,
            OrderLine.name,
            OrderLine.reason,
            OrderLine.order_id,
            Order.created_at,
            (OrderLine.quantity - placed - UNROUTED_CANCELLED_UNITS).label("units"),
        )
        .join(Order, _LINE_OF_ORDER)
        .where(Order.account_id == ACCOUNT, _UNROUTED, _WITHOUT_VENDOR)
        .subquery()
    )
    orders = func.count(lines.c.order_id.distinct())
    return (
        select(
            lines.c.sku,
            func.min(lines.c.name),
            lines.c.reason,
            orders,
            func.sum(lines.c.units),
            func.min(lines.c.created_at),
        )
        .where(lines.c.units > 0)
        .group_by(lines.c.sku, lines.c.reason)
        .order_by(orders.desc(), lines.c.sku, lines.c.reason)
        .limit(bindparam("most", type_=Integer()))
    )


_GROUPS = _groups()
