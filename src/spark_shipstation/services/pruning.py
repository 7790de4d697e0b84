"""Pruning, in batches that each are a transaction of their own: the caller says how one is made."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import Invalid, Reason
from ..store import pruning as store
from ..store.pruning import Of, Place

Batch = Callable[[Session], int]
Transact = Callable[[Batch], int]


def cutoff(now: datetime, older_than: timedelta) -> datetime:
    """Raises Invalid for what is too young."""
    if older_than < store.SHORTEST:
        days = store.SHORTEST.days
        raise Invalid("Nothing was pruned.", [Reason(f"what is younger than {days} days is never pruned")])
    return now - older_than


def prune(
    transact: Transact, owners: Sequence[tuple[UUID, UUID]], before: datetime, *, now: datetime
) -> Iterator[tuple[str, int]]:
    """Connection by connection. Yields after each batch what it was about and how many rows it deleted."""
    for account_id, vendor_id in owners:
        of = Of(account_id, vendor_id, before)
        yield from _until_none(transact, "calls", partial(store.prune_calls, of=of))
        yield from _until_none(transact, "notices", partial(store.prune_notices, of=of))
        yield from _until_none(transact, "readings", partial(store.prune_readings, of=of))
        yield from _changes(transact, of, now)


def _until_none(transact: Transact, what: str, batch: Batch) -> Iterator[tuple[str, int]]:
    while number := transact(batch):
        yield what, number


def _changes(transact: Transact, of: Of, now: datetime) -> Iterator[tuple[str, int]]:
    place: Place | None = None
    while True:

        def batch(session: Session, after: Place | None = place) -> int:
            nonlocal place
            number, place = store.prune_changes(session, of, after, now=now)
            return number

        yield "changes", transact(batch)
        if place is None:
            return
