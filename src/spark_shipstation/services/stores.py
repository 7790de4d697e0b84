"""Stores: where orders are sold, what their words for statuses mean, and what becomes of their unrouted lines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import NotFound
from ..store import accounts
from ..store.accounts import Store
from ..store.orders.waiting import Wanted, count_held
from .actor import Actor
from .answers import StoreOut
from .forms.stores import StorePatch
from .rerouting import reroute_orders
from .shopstatus import change_words, unknown_words

SEND_REST, WAIT = "send_rest", "wait"


def list_stores(session: Session, account_id: UUID) -> list[StoreOut]:
    return [store_out(session, store) for store in accounts.stores_of(session, account_id)]


def read_store(session: Session, account_id: UUID, code: str) -> StoreOut:
    """Raises NotFound."""
    return store_out(session, _find(session, account_id, code))


def change_store(session: Session, code: str, form: StorePatch, actor: Actor, *, now: datetime) -> StoreOut:
    """Open orders follow, some at a time: `orders_left` says how many still have to. Raises NotFound."""
    store = _find(session, actor.account_id, code)
    left = 0
    if form.statuses is not None:
        left += change_words(session, store, form.statuses, actor, now=now)
    if form.when_unrouted is not None:
        store.unrouted_waits = form.when_unrouted == WAIT
        session.flush()
        left += _release(session, store, actor, now=now)
    return store_out(session, store, left)


def _release(session: Session, store: Store, actor: Actor, *, now: datetime) -> int:
    """Orders that waited as a whole go out where the store no longer lets them; answers how many are left."""
    if store.unrouted_waits:
        return 0
    reroute_orders(session, Wanted(unrouted=True, held=True, store_id=store.id), actor, now=now)
    return count_held(session, store.account_id, store.id)


def _find(session: Session, account_id: UUID, code: str) -> Store:
    store = accounts.find_store(session, account_id, code)
    if store is None:
        known = [store.code for store in accounts.stores_of(session, account_id)]
        raise NotFound(f"There is no store {code[:60]}. The stores are: {', '.join(known[:20]) or 'none yet'}.")
    return store


def store_out(session: Session, store: Store, left: int = 0) -> StoreOut:
    return StoreOut(
        code=store.code,
        name=store.name,
        currency=store.currency,
        time_zone=store.time_zone,
        statuses=store.statuses,
        unknown_statuses=unknown_words(session, store),
        orders_left=left,
        when_unrouted=WAIT if store.unrouted_waits else SEND_REST,
    )
