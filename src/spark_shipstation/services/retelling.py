"""After a vendor's settings changed: telling ShipStation anew what it has imported with the old ones."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import Conflict
from ..store import journal, vendors
from ..store.orders import planning
from ..store.orders import retelling as store
from ..store.vendors import Vendor
from .actor import Actor
from .answers import RetoldOut
from .restating import restate

MOST_AT_ONCE = 1_000
WHAT = "told anew: the vendor's settings changed"


def retell(session: Session, vendor: Vendor, actor: Actor, *, now: datetime, most: int = MOST_AT_ONCE) -> RetoldOut:
    """Put the vendor's open vendor orders into the feed that last changed before its settings did, `most` at a time.

    Once all are told, calling it again does nothing. Raises Conflict for a vendor without a connection.
    """
    connection = vendors.connections_of(session, actor.account_id).get(vendor.id)
    if connection is None:
        raise Conflict(f"{vendor.name} is no ShipStation vendor: it has nothing to be told.")
    changed = connection.settings_changed_at
    if changed is None:
        return RetoldOut(retold=0, left=0)
    ids = store.orders_told_before(session, actor.account_id, vendor.id, changed, most)
    orders = planning.lock_orders(session, actor.account_id, ids)
    parts = store.lock_told_before(session, actor.account_id, vendor.id, changed, ids)
    for part in parts:
        part.face_digest = b""  # as if it had never been told, so that it goes out whatever its face is
    told = {part.order_id for part in parts}
    events = [journal.NewEvent(order_id, WHAT) for order_id in sorted(told)]
    journal.append_events(session, actor.account_id, events, now=now, who=actor.who, request_id=actor.request_id)
    restate(session, [order for order in orders if order.id in told], actor, WHAT, now=now)
    left = store.count_told_before(session, actor.account_id, vendor.id, changed)
    return RetoldOut(retold=len(parts), left=left)
