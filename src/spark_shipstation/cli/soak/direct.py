"""What has no call in the JSON API yet, done through the services on the database: hold, release, cancel.

Once there are calls for it, this module is the only one to change.
"""

import random
import time
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from ...services.accounts import find_account
from ...services.actor import Actor
from ...services.restating import restate
from ...store.accounts import clock
from ...store.base import new_id
from ...store.orders import Cancellation, planning
from ...store.vendors import connections_of


def shorten_overlaps(session: Session, seconds: int) -> UUID:
    """On every connection of the first account, whose id is answered."""
    account = find_account(session, None)
    for connection in connections_of(session, account.account_id).values():
        connection.overlap_seconds = seconds
    return account.account_id


def actor_in(account_id: UUID) -> Actor:
    return Actor(account_id, "soak")


def turn_hold(session: Session, actor: Actor, order_ids: Sequence[UUID], linger: float = 0) -> int:
    """Hold what is free, release what is held. `linger` is how long the commit is put off, in seconds."""
    now = clock(session)
    orders = [planning.lock_order(session, actor.account_id, id_) for id_ in sorted(order_ids)]
    found = [order for order in orders if order is not None]
    for order in found:
        order.held = not order.held
    restate(session, found, actor, "held or released", now=now)
    time.sleep(linger)
    return len(found)


def cancel(session: Session, actor: Actor, order_id: UUID, dice: random.Random, *, whole: bool) -> bool:
    """Everything that is open, or some units of one line. False where nothing was open."""
    now = clock(session)
    order = planning.lock_order(session, actor.account_id, order_id)
    if order is None:
        return False
    parts = planning.vendor_orders_of_orders(session, actor.account_id, [order.id]).get(order.id, [])
    lines = planning.lines_of_vendor_orders(session, actor.account_id, [part.id for part in parts])
    flat = [line for part in parts for line in lines.get(part.id, [])]
    sums = planning.tallies(session, actor.account_id, [line.id for line in flat])
    left = [(line, units) for line in flat if (units := planning.tally_of(line, sums).open)]
    if not left:
        return False
    chosen = left if whole else [(line, dice.randint(1, units)) for line, units in [dice.choice(left)]]
    session.add_all(
        Cancellation(
            account_id=order.account_id, id=new_id(), order_id=order.id, order_line_id=line.order_line_id,
            vendor_order_line_id=line.id, quantity=units, who=actor.who, reason="soak", at=now,
        )
        for line, units in chosen
    )  # fmt: skip
    restate(session, [order], actor, "cancelled", now=now)
    return True
