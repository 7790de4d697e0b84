"""Which order is meant: by its number, as people say it."""

from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import Conflict, NotFound, Reason
from ...store.orders.reading import OrderFilter, list_orders

MOST_TOLD = 20


def find_order_id(session: Session, account_id: UUID, number: str, store: str | None = None) -> UUID:
    """By its number or that of one of its vendor orders. Raises NotFound; Conflict where several orders have it."""
    orders = list_orders(session, account_id, OrderFilter(number=number.strip(), store=store), MOST_TOLD)
    if not orders:
        raise NotFound(f"There is no order {number[:60]}, and no vendor order of that number.")
    if len(orders) > 1:
        reasons = [Reason(f"{order.number} of {order.store.code}, id {order.id.hex}") for order in orders]
        raise Conflict(f"{len(orders)} orders have the number {number[:60]}: name the store, too.", reasons)
    return orders[0].id
