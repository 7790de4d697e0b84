"""A store's own words for statuses, and what becomes of its open orders when a word gets another meaning."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from ..rules.shopstatus import Meaning, meaning_of
from ..store import journal
from ..store.accounts import Store
from ..store.orders import shopstatus as store_of
from .actor import Actor
from .life.said import cancel_said, ship_said
from .restating import restate

MOST_AT_ONCE = 1_000


def change_words(
    session: Session, store: Store, words: Mapping[str, str], actor: Actor, *, now: datetime, most: int = MOST_AT_ONCE
) -> int:
    """These are the store's words from now on: up to `most` open orders are given what theirs mean now. Answers how
    many are left for the next call."""
    store.statuses = dict(words)
    session.flush()
    differing = _differing(session, store)
    if not differing:
        return 0
    orders = store_of.lock_orders_that_differ(session, store, differing, most)
    events = []
    for order in orders:
        before, order.meaning = order.meaning, differing[order.shop_status]
        facts = {"before": {"meaning": before}, "after": {"meaning": order.meaning}}
        events.append(journal.NewEvent(order.id, _told(order.shop_status, order.meaning), facts))
    session.flush()
    events += cancel_said(session, orders, actor, now=now)
    restate(session, orders, actor, "the shop's status has another meaning", now=now)
    journal.append_events(session, actor.account_id, events, now=now, who=actor.who, request_id=actor.request_id)
    ship_said(session, orders, actor, now=now)
    return store_of.count_orders_that_differ(session, store, differing)


def _differing(session: Session, store: Store) -> dict[str, str]:
    """The words of open orders that mean something else now."""
    seen = store_of.words_of_open_orders(session, store)
    now = {word: meaning_of(word, store.statuses) for word, _ in seen}
    return {word: now[word] for word, before in seen if now[word] != before}


def _told(word: str, meaning: str) -> str:
    return f"the shop's status “{word}” means {meaning.replace('_', ' ')} now"


def unknown_words(session: Session, store: Store) -> list[str]:
    """The words of open orders that have no meaning yet."""
    return [word for word, meaning in store_of.words_of_open_orders(session, store) if meaning == Meaning.UNKNOWN]
