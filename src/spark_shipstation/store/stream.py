"""The stream of shipments: each package once, in an order that a reader can go on from, and nothing left out.

A transaction commits later than its clock or its ids say, so neither time nor id is a cursor without a gap. Here a
package gets its place only after it was committed: whoever reads gives places to what is there and has none, one reader
after the other under a lock that outlives the commit. So at any moment the places that can be seen are a beginning of
all that will ever be given, and a later one is always larger. A package that changed loses its place, and comes again.

Places are microseconds of the clock, or one more than the last. They live in the rows, so they survive a dump; and
after going back to an older backup, new places lie beyond every cursor that was given out before.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BigInteger, func, literal_column, select, update
from sqlalchemy.orm import Session, selectinload

from .shipments import WITH_PLACE, WITHOUT_PLACE, Shipment

_LOCK = 7_415_923_007  # beside the account, the key of the advisory lock


def give_places(session: Session, account_id: UUID, most: int) -> None:
    """Places for up to `most` packages that are committed and have none. Those being changed just now wait."""
    waiting = select(Shipment.id).where(Shipment.account_id == account_id, WITHOUT_PLACE)
    if session.execute(waiting.limit(1)).first() is None:
        return
    key = func.hashtextextended(account_id.hex, _LOCK)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    chosen = (
        waiting.add_columns(Shipment.recorded_at)
        .order_by(Shipment.recorded_at, Shipment.id)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
        .subquery()
    )
    turns = select(chosen.c.id, func.row_number().over(order_by=(chosen.c.recorded_at, chosen.c.id)).label("turn"))
    last = select(func.max(Shipment.position)).where(Shipment.account_id == account_id, WITH_PLACE)
    clock = literal_column("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger)
    start = select(func.greatest(func.coalesce(last.scalar_subquery(), 0), clock)).scalar_subquery()
    places = turns.subquery()
    session.execute(
        update(Shipment)
        .where(Shipment.account_id == account_id, Shipment.id == places.c.id)
        .values(position=start + places.c.turn)
        .execution_options(synchronize_session=False)
    )


def packages_after(session: Session, account_id: UUID, after: int, limit: int) -> Sequence[Shipment]:
    """The packages behind that place, with their lines, in the order of their places."""
    return session.scalars(
        select(Shipment)
        .where(Shipment.account_id == account_id, WITH_PLACE, Shipment.position > after)
        .order_by(Shipment.position)
        .limit(limit)
        .options(selectinload(Shipment.lines))
        .execution_options(populate_existing=True)
    ).all()
