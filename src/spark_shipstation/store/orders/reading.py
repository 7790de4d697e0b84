"""Orders as the API and the pages read them: newest first, with everything loaded in a fixed number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, Uuid, and_, bindparam, select, text, tuple_, union
from sqlalchemy.orm import Session, joinedload, selectinload

from ..accounts import Store
from ..base import ACCOUNT, among
from ..vendors import Vendor
from .tables import Order, VendorOrder


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


def _whole(statement: Select[Order]) -> Select[Order]:
    return statement.options(
        joinedload(Order.store),
        selectinload(Order.lines),
        selectinload(Order.cancellations),
        selectinload(Order.vendor_orders).options(joinedload(VendorOrder.vendor), selectinload(VendorOrder.lines)),
    )


def find_order(session: Session, account_id: UUID, order_id: UUID) -> Order | None:
    return session.scalars(_one(), {"account_id": account_id, "order_id": order_id}).first()


@cache
def _one() -> Select[Order]:
    """Made once: putting it together takes longer than asking it."""
    of_account = Order.account_id == ACCOUNT
    return _whole(select(Order).where(of_account, Order.id == bindparam("order_id", type_=Uuid())))


def list_orders(session: Session, account_id: UUID, wanted: OrderFilter, limit: int) -> Sequence[Order]:
    """One page, newest first: by the time we got the order, which never changes, so pages neither skip nor repeat."""
    statement = select(Order).where(Order.account_id == account_id)
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
    return session.scalars(_whole(statement)).all()


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
        .join(Store, (Store.account_id == Order.account_id) & (Store.id == Order.store_id))
        .where(Order.account_id == account_id, among(Order.id, order_ids))
    )
    return {id_: OrderName(*name) for id_, *name in rows}
