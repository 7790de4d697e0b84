"""What the shop's own status of an order brings about: all that is open is cancelled, or counts as shipped."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ...rules.shopstatus import Meaning
from ...store import journal
from ...store.orders import Order
from ..actor import Actor
from ..forms import ShipmentIn
from .cancelling import cancel_open
from .rows import Rows, rows_of_orders
from .shipping import ship


def cancel_said(session: Session, orders: Sequence[Order], actor: Actor, *, now: datetime) -> list[journal.NewEvent]:
    """Cancel what is open of those that the shop says are cancelled. The caller has locked them, and restates them
    afterwards. Answers what their timelines must say of it."""
    said = [order for order in orders if order.meaning == Meaning.CANCELLED]
    return cancel_open(session, said, actor, "the shop's status", now=now)


def ship_said(session: Session, orders: Sequence[Order], actor: Actor, *, now: datetime) -> None:
    """Record what is open of those that the shop says have shipped, without a tracking number: nobody told one. Units
    without a vendor stay where they are. The caller has locked and restated the orders."""
    said = [order for order in orders if order.meaning == Meaning.SHIPPED]
    for rows in rows_of_orders(session, actor.account_id, said) if said else ():
        for part_id, shipped in _open_parts(rows).items():
            # The same word is said again and again: what has shipped until now tells this package from the next.
            ship(session, actor, part_id, ShipmentIn(key=f"status {rows.order.shop_status}, {shipped}"), now=now)


def _open_parts(rows: Rows) -> dict[str, int]:
    """The vendor orders with something to ship, and how many units of each have left."""
    found = {}
    for part in rows.parts:
        own = [place.tally for place in rows.places if place.part is not None and place.part.id == part.id]
        if any(tally.open for tally in own):
            found[part.id.hex] = sum(tally.shipped for tally in own)
    return found
