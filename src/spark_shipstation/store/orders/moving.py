"""What routing orders again needs to know of them, as plain rows."""

from collections.abc import Collection
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..asking import records
from ..base import ACCOUNT, Json, given
from .tables import Order, OrderLine
from .tallying import grouped


class OrderToMove(NamedTuple):
    id: UUID
    number: str
    ship_to: Json


class LineToMove(NamedTuple):
    """Whose it is, and what decides about it."""

    order_id: UUID
    id: UUID
    external_id: str
    sku: str
    name: str
    named_vendor: str
    vendor_id: UUID | None
    excluded: bool


_ORDERS = (
    select(Order.id, Order.number, Order.ship_to)
    .where(Order.account_id == ACCOUNT, Order.id == given("ids", Order.id))
    .order_by(Order.created_at, Order.id)
)
_LINES = (
    select(
        OrderLine.order_id,
        OrderLine.id,
        OrderLine.external_id,
        OrderLine.sku,
        OrderLine.name,
        OrderLine.named_vendor,
        OrderLine.vendor_id,
        OrderLine.excluded,
    )
    .where(OrderLine.account_id == ACCOUNT, OrderLine.order_id == given("ids", OrderLine.order_id))
    .order_by(OrderLine.order_id, OrderLine.position, OrderLine.id)
)


def orders_to_move(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> list[OrderToMove]:
    """As they are, the oldest first."""
    return records(session, OrderToMove._make, _ORDERS, account_id=account_id, ids=list(order_ids))


def lines_to_move(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> dict[UUID, list[LineToMove]]:
    """By order, each in the order in which they stand there."""
    lines = records(session, LineToMove._make, _LINES, account_id=account_id, ids=list(order_ids))
    return grouped(lines, attrgetter("order_id"))
