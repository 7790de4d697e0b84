"""What no call can do, done on the database: connections with a short overlap, and holds that are committed late."""

import time
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import Conflict
from ...services import life
from ...services.accounts import find_account
from ...services.actor import Actor
from ...store.accounts import clock
from ...store.vendors import connections_of


def shorten_overlaps(session: Session, seconds: int) -> UUID:
    """On every connection of the first account, whose id is answered."""
    account = find_account(session, None)
    for connection in connections_of(session, account.account_id).values():
        connection.overlap_seconds = seconds
    return account.account_id


def actor_in(account_id: UUID) -> Actor:
    return Actor(account_id, "soak")


def turn_late(session: Session, actor: Actor, order_ids: Sequence[UUID], linger: float) -> int:
    """Hold what is free, release what is held, and put the commit off by `linger` seconds. Answers how many changed."""
    now = clock(session)
    turned = 0
    for order_id in sorted(order_ids):
        try:
            turned += life.release(session, actor, order_id, now=now) or life.hold(session, actor, order_id, now=now)
        except Conflict:  # all of it has shipped
            continue
    time.sleep(linger)
    return turned
