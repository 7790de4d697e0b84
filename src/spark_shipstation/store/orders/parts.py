"""Vendor orders as the API and the pages read them: newest first, with their order, vendor and lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from ..accounts import Store
from .tables import Order, VendorOrder


@dataclass(frozen=True, slots=True)
class VendorOrderFilter:
    """What to list. `after` is the (created_at, id) of the last one of the page before."""

    vendor_id: UUID | None = None
    status: str | None = None
    store: str | None = None
    number: str | None = None
    updated_after: datetime | None = None
    after: tuple[datetime, UUID] | None = None


def order_of_vendor_order(session: Session, account_id: UUID, vendor_order_id: UUID) -> UUID | None:
    return session.scalar(
        select(VendorOrder.order_id).where(VendorOrder.account_id == account_id, VendorOrder.id == vendor_order_id)
    )


def _whole(account_id: UUID) -> Select[VendorOrder]:
    order = contains_eager(VendorOrder.order)
    return (
        select(VendorOrder)
        .join(Order, (Order.account_id == VendorOrder.account_id) & (Order.id == VendorOrder.order_id))
        .where(VendorOrder.account_id == account_id)
        .options(
            order.options(joinedload(Order.store), selectinload(Order.lines), selectinload(Order.cancellations)),
            joinedload(VendorOrder.vendor),
            selectinload(VendorOrder.lines),
        )
    )


def find_vendor_order(session: Session, account_id: UUID, vendor_order_id: UUID) -> VendorOrder | None:
    return session.scalars(_whole(account_id).where(VendorOrder.id == vendor_order_id)).first()


def list_vendor_orders(
    session: Session, account_id: UUID, wanted: VendorOrderFilter, limit: int
) -> Sequence[VendorOrder]:
    """One page, newest first: by the time it was made, which never changes, so pages neither skip nor repeat."""
    statement = _whole(account_id)
    if wanted.vendor_id is not None:
        statement = statement.where(VendorOrder.vendor_id == wanted.vendor_id)
    if wanted.status is not None:
        statement = statement.where(VendorOrder.status == wanted.status)
    if wanted.number is not None:
        statement = statement.where(VendorOrder.number == wanted.number)
    if wanted.store is not None:
        of_store = select(Store.id).where(Store.account_id == account_id, Store.code == wanted.store)
        statement = statement.where(Order.store_id.in_(of_store))
    if wanted.updated_after is not None:
        statement = statement.where(Order.updated_at > wanted.updated_after)
    if wanted.after is not None:
        statement = statement.where(tuple_(VendorOrder.created_at, VendorOrder.id) < tuple_(*wanted.after))
    return session.scalars(statement.order_by(VendorOrder.created_at.desc(), VendorOrder.id.desc()).limit(limit)).all()
