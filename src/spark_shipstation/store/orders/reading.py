"""Orders as the API and the pages read them: newest first, with everything loaded in a fixed number of statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, Row, Uuid, and_, bindparam, select, text, tuple_, union
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from ..accounts import Store
from ..base import ACCOUNT, Json, among, given
from ..vendors import Vendor
from .tables import Cancellation, Order, OrderLine, VendorOrder, VendorOrderLine
from .tallying import grouped


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to list. `after` is the (created_at, id) of the last order of the page before."""

    status: str | None = None
    store: str | None = None
    number: str | None = None
    external_id: str | None = None
    updated_after: datetime | None = None
    flag: str | None = None
    after: tuple[datetime, UUID] | None = None


_OF_STORE = and_(Store.account_id == Order.account_id, Store.id == Order.store_id)
_ONE = (
    select(Order, Store)
    .join(Store, _OF_STORE)
    .where(Order.account_id == ACCOUNT, Order.id == bindparam("id", type_=Uuid()))
)
_LINES = (
    select(OrderLine)
    .where(OrderLine.account_id == ACCOUNT, OrderLine.order_id == given("ids", OrderLine.order_id))
    .order_by(OrderLine.position, OrderLine.id)
)
_CANCELLATIONS = (
    select(Cancellation)
    .where(Cancellation.account_id == ACCOUNT, Cancellation.order_id == given("ids", Cancellation.order_id))
    .order_by(Cancellation.at, Cancellation.id)
)
_PARTS = (
    select(VendorOrder, Vendor, VendorOrderLine)
    .join(Vendor, and_(Vendor.account_id == VendorOrder.account_id, Vendor.id == VendorOrder.vendor_id))
    .outerjoin(
        VendorOrderLine,
        and_(VendorOrderLine.account_id == VendorOrder.account_id, VendorOrderLine.vendor_order_id == VendorOrder.id),
    )
    .where(VendorOrder.account_id == ACCOUNT, VendorOrder.order_id == given("ids", VendorOrder.order_id))
    .order_by(VendorOrder.created_at, VendorOrder.id, VendorOrderLine.position, VendorOrderLine.id)
)


def find_order(session: Session, account_id: UUID, order_id: UUID) -> Order | None:
    rows = session.execute(_ONE, {"account_id": account_id, "id": order_id})
    return next(iter(_whole(session, account_id, rows)), None)


def _whole(session: Session, account_id: UUID, rows: Iterable[Row[Order, Store]]) -> list[Order]:
    """With all that belongs to them, in three statements, which are made once: having relationships loaded puts each
    together anew, which takes longer than asking it."""
    found = {order.id: (order, store) for order, store in rows}
    if not found:
        return []
    facts = {"account_id": account_id, "ids": list(found)}
    lines = grouped(session.scalars(_LINES, facts), attrgetter("order_id"))
    cancellations = grouped(session.scalars(_CANCELLATIONS, facts), attrgetter("order_id"))
    parts = grouped(_parts(session, facts), attrgetter("order_id"))
    for id_, (order, store) in found.items():
        set_committed_value(order, "store", store)
        set_committed_value(order, "lines", lines.get(id_, []))
        set_committed_value(order, "cancellations", cancellations.get(id_, []))
        set_committed_value(order, "vendor_orders", parts.get(id_, []))
    return [order for order, _ in found.values()]


def _parts(session: Session, facts: Json) -> list[VendorOrder]:
    """With their vendors and lines."""
    lines: dict[VendorOrder, list[VendorOrderLine]] = {}
    for part, vendor, line in session.execute(_PARTS, facts):
        if part not in lines:
            set_committed_value(part, "vendor", vendor)
        own = lines.setdefault(part, [])
        if line is not None:
            own.append(line)
    for part, own in lines.items():
        set_committed_value(part, "lines", own)
    return list(lines)


def list_orders(session: Session, account_id: UUID, wanted: OrderFilter, limit: int) -> Sequence[Order]:
    """One page, newest first: by the time we got the order, which never changes, so pages neither skip nor repeat."""
    statement = select(Order, Store).join(Store, _OF_STORE).where(Order.account_id == account_id)
    if wanted.status is not None:
        statement = statement.where(Order.status == wanted.status)
    if wanted.store is not None:
        of_store = select(Store.id).where(Store.account_id == account_id, Store.code == wanted.store)
        statement = statement.where(Order.store_id.in_(of_store))
    if wanted.number is not None:
        statement = statement.where(Order.id.in_(_numbered(account_id, wanted.number)))
    if wanted.external_id is not None:
        statement = statement.where(Order.external_id == wanted.external_id)
    if wanted.updated_after is not None:
        statement = statement.where(Order.updated_at > wanted.updated_after)
    if wanted.flag is not None:  # said twice, so that the index of flagged orders serves it
        statement = statement.where(text("orders.flags <> '{}'"), Order.flags.contains([wanted.flag]))
    if wanted.after is not None:
        statement = statement.where(tuple_(Order.created_at, Order.id) < tuple_(*wanted.after))
    statement = statement.order_by(Order.created_at.desc(), Order.id.desc()).limit(limit)
    return _whole(session, account_id, session.execute(statement))


def _numbered(account_id: UUID, number: str) -> CompoundSelect[UUID]:
    """The orders of that number, and those with a vendor order of it: each by its own index."""
    same_vendor = and_(VendorOrder.account_id == Vendor.account_id, VendorOrder.vendor_id == Vendor.id)
    return union(
        select(Order.id).where(Order.account_id == account_id, Order.number == number),
        select(VendorOrder.order_id)
        .join(Vendor, same_vendor)
        .where(Vendor.account_id == account_id, VendorOrder.number == number),
    )


class OrderName(NamedTuple):
    """What names an order to the shop that sold it."""

    number: str
    external_id: str
    store: str


def names_of_orders(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> dict[UUID, OrderName]:
    rows = session.execute(
        select(Order.id, Order.number, Order.external_id, Store.code)
        .join(Store, _OF_STORE)
        .where(Order.account_id == account_id, among(Order.id, order_ids))
    )
    return {id_: OrderName(*name) for id_, *name in rows}
