"""Telling ShipStation anew what it has imported: after a vendor's settings changed, or a backup was put back."""

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
    return tell_anew(session, vendor, actor, before=changed, what=WHAT, now=now, most=most)


def tell_anew(
    session: Session, vendor: Vendor, actor: Actor, *, before: datetime, what: str, now: datetime, most: int
) -> RetoldOut:
    """Put the vendor's open vendor orders that last changed before that moment into the feed, `most` at a time."""
    ids = store.orders_told_before(session, actor.account_id, vendor.id, before, most)
    orders = planning.lock_orders(session, actor.account_id, ids)
    parts = store.lock_told_before(session, actor.account_id, vendor.id, before, ids)
    for part in parts:
        part.face_digest = b""  # as if it had never been told, so that it goes out whatever its face is
    told = {part.order_id for part in parts}
    events = [journal.NewEvent(order_id, what) for order_id in sorted(told)]
    journal.append_events(session, actor.account_id, events, now=now, who=actor.who, request_id=actor.request_id)
    restate(session, [order for order in orders if order.id in told], actor, what, now=now)
    left = store.count_told_before(session, actor.account_id, vendor.id, before)
    return RetoldOut(retold=len(parts), left=left)
