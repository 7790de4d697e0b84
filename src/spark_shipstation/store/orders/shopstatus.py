"""Open orders by the shop's own word for their status, for when a word gets another meaning."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from ...rules.status import Status
from ..accounts import Store
from ..base import among
from .tables import Order

_OPEN = (Status.UNPAID, Status.ON_HOLD, Status.AWAITING_SHIPMENT, Status.PARTIALLY_SHIPPED)


def _open(store: Store) -> tuple[ColumnElement[bool], ...]:
    return (
        Order.account_id == store.account_id,
        Order.store_id == store.id,
        among(Order.status, _OPEN),
        Order.shop_status != "",
    )


def words_of_open_orders(session: Session, store: Store) -> list[tuple[str, str]]:
    """Each word with the meaning that it had when the orders were last looked at."""
    pair = (Order.shop_status, Order.meaning)
    rows = session.execute(select(*pair).where(*_open(store)).group_by(*pair).order_by(*pair))
    return [(row[0], row[1]) for row in rows]


def _differing(words: Mapping[str, str]) -> ColumnElement[bool]:
    return or_(*(and_(Order.shop_status == word, Order.meaning != meaning) for word, meaning in words.items()))


def lock_orders_that_differ(session: Session, store: Store, words: Mapping[str, str], most: int) -> Sequence[Order]:
    """Open orders whose word has another meaning now than they were given, oldest first, locked."""
    ids = select(Order.id).where(*_open(store), _differing(words)).order_by(Order.id).limit(most)
    return session.scalars(
        select(Order)
        .where(Order.account_id == store.account_id, Order.id.in_(ids), _differing(words))
        .order_by(Order.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def count_orders_that_differ(session: Session, store: Store, words: Mapping[str, str]) -> int:
    return session.execute(select(func.count()).where(*_open(store), _differing(words))).scalar_one()


def words_of_stores(session: Session, account_id: UUID, store_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """What each of these stores says its words mean."""
    rows = session.execute(
        select(Store.id, Store.statuses).where(Store.account_id == account_id, among(Store.id, store_ids))
    )
    return {row.id: row.statuses for row in rows}
