"""After anything changed: statuses and flags computed anew from the rows, and what changed to the outside published.

The one place that writes `status`, `flags` and changes. The caller has locked the orders.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from ...store import accounts
from ...store.bulk import Writes
from ...store.orders import Order, VendorOrder, planning
from ...store.orders.standing import parts_of_orders, units_of_orders
from ..actor import Actor
from .publishing import publish, take_as_known
from .standing import OrderFacts, Rows, Standing, Unplaced, facts_of, is_unrouted, order_standing, standing_of

__all__ = ["OrderFacts", "Rows", "load", "restate", "state"]

Row = dict[str, Any]


def restate(session: Session, orders: Sequence[Order], actor: Actor, what: str, *, now: datetime) -> None:
    """Bring statuses, flags and the feed up to date for these orders, in the database and in the session."""
    if not orders:
        return
    session.flush()
    order_ids = [order.id for order in orders]
    parts = planning.vendor_orders_of_orders(session, actor.account_id, order_ids)
    objects: dict[UUID, Order | VendorOrder] = {order.id: order for order in orders}
    objects |= {part.id: part for of_order in parts.values() for part in of_order}
    rows, writes = load(session, actor.account_id, order_ids), Writes()
    for row in state(session, list(map(facts_of, orders)), rows, actor, what, writes, now=now):
        for name, value in row.items():
            set_committed_value(objects[row["id"]], name, value)  # as if read so: the unit of work need not write it
    writes.write(session)


def load(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> Rows:
    """Two statements, past the unit of work."""
    return Rows(units_of_orders(session, account_id, order_ids), parts_of_orders(session, account_id, order_ids))


def state(
    session: Session,
    orders: Sequence[OrderFacts],
    rows: Rows,
    actor: Actor,
    what: str,
    writes: Writes,
    *,
    now: datetime,
    is_news: bool = True,
) -> list[Row]:
    """The rows to be written of these orders and their parts, which are given to `writes`, too.

    `is_news=False` is for what the vendor itself has told: it is not sent back to it.
    """
    unplaced = {order.id: rows.unplaced(order.id) for order in orders}
    waiting = _waiting(session, actor.account_id, orders, unplaced)
    parts = {
        order.id: [
            standing_of(order, part, rows.of_part(part), waits=order.id in waiting)
            for part in rows.parts.get(order.id, ())
        ]
        for order in orders
    }
    all_parts = [part for of_order in parts.values() for part in of_order]
    if is_news:
        publish(session, all_parts, actor, what, now=now)
    else:
        take_as_known(session, all_parts, actor, now=now)
    part_rows = [_part_row(part) for part in all_parts]
    order_rows = [_order_row(order, parts[order.id], rows, unplaced[order.id], now) for order in orders]
    for model, written in ((VendorOrder, part_rows), (Order, order_rows)):
        writes.update(model, [{"account_id": actor.account_id, **row} for row in written])
    return part_rows + order_rows


def _waiting(
    session: Session, account_id: UUID, orders: Sequence[OrderFacts], unplaced: Mapping[UUID, Unplaced]
) -> set[UUID]:
    """The orders whose store lets all of it wait for a vendor of each line."""
    unrouted = [order for order in orders if is_unrouted(unplaced[order.id])]
    stores = accounts.stores_that_wait(session, account_id) if unrouted else set()
    return {order.id for order in unrouted if order.store_id in stores}


def _part_row(part: Standing) -> Row:
    return {
        "id": part.was.id,
        "status": part.status,
        "flags": sorted(part.flags),
        "face_digest": part.face_digest,
        "changed_at": part.changed_at,
    }


def _order_row(order: OrderFacts, parts: Sequence[Standing], rows: Rows, unplaced: Unplaced, now: datetime) -> Row:
    status, flags = order_standing(order, parts, rows.units.get(order.id, ()), unplaced)
    return {"id": order.id, "status": status, "flags": sorted(flags), "updated_at": now}
