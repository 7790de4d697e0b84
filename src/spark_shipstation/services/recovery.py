"""After a backup was put back: what happened since it was made is lost here, while ShipStation knows it.

Until a person has seen to that no page is served, so that ShipStation keeps what it knows and asks for the same window
again. Then every open order is told anew, as it is now.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import Unavailable
from ..store import vendors as store
from ..store.vendors import Caller, Connection, Vendor
from .actor import Actor
from .answers import RetoldOut
from .retelling import tell_anew

MOST_AT_ONCE = 1_000
WHAT = "told anew: a backup was put back"
WAITS_SECONDS = 300


def refuse_until_resumed(caller: Caller) -> None:
    """Raises Unavailable where the connection waits for a person."""
    if caller.is_restored:
        raise Unavailable(
            "Spark was put back from a backup. It gives out no orders until what was lost is there again and "
            "somebody has run `spark-shipstation db resume`.",
            retry_after=WAITS_SECONDS,
        )


def resume_some(
    session: Session, connection: Connection, vendor: Vendor, actor: Actor, *, now: datetime, most: int = MOST_AT_ONCE
) -> RetoldOut:
    """Tell some of its open orders anew that have not changed since the backup was put back; with the last of them
    the connection serves again."""
    if connection.restored_at is None:
        return RetoldOut(retold=0, left=0)
    before = connection.restored_at
    told = tell_anew(session, vendor, actor, before=before, what=WHAT, now=now, most=most)
    if not told.left:
        connection.restored_at = None
        session.flush()
    return told


def connections_that_wait(session: Session) -> list[tuple[Connection, Vendor]]:
    return list(store.restored_connections(session))


def wait_for_a_person(session: Session) -> int:
    """From now on, for every connection. Answers how many there are."""
    return store.mark_restored(session)
