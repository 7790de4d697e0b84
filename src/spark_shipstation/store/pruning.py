"""Deleting what is no longer needed, a batch at a time: calls, settled notices, readings and superseded changes.

A change is superseded when its vendor order changed again, before the cutoff too. What is left of the changes then
says the same of every window that ends after the cutoff: whatever changed in such a window has its newest old change
in it. Only the places within the window differ, so a window that is being read is left alone: see `hold_off_pruning`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Label, and_, delete, exists, func, select, text, tuple_, update
from sqlalchemy.orm import Session, aliased

from ..rules.inbox import NoticeState
from .base import among
from .feed import Feed, Reading
from .journal import EXPORT, Change, Exchange
from .notices import Notice
from .orders import VendorOrder
from .shipments import Shipment
from .vendors import Connection
from .wrong_credentials import forget_wrong_calls

BATCH = 2_000
CALLS_KEPT = 100  # of each connection, however old: the pages tell of its last polls
SHORTEST = timedelta(days=2)  # what is younger than this is never pruned
BEING_READ = timedelta(days=1)  # pages of a window are asked for one after another, no longer than this apart

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Of:
    """One connection, and before when to prune."""

    account_id: UUID
    vendor_id: UUID
    before: datetime


def connections(session: Session, account_id: UUID | None) -> Sequence[tuple[UUID, UUID]]:
    """Account and vendor of every connection, or of that account's."""
    statement = select(Connection.account_id, Connection.vendor_id).order_by(
        Connection.account_id, Connection.vendor_id
    )
    rows = session.execute(statement if account_id is None else statement.where(Connection.account_id == account_id))
    return [(row.account_id, row.vendor_id) for row in rows]


def prune_calls(session: Session, of: Of) -> int:
    """The oldest calls of the connection. What they served remembers when it was fetched."""
    mine = and_(Exchange.account_id == of.account_id, Exchange.vendor_id == of.vendor_id)
    kept_from = (
        select(Exchange.at).where(mine).order_by(Exchange.at.desc()).offset(CALLS_KEPT - 1).limit(1).scalar_subquery()
    )
    rows = session.execute(
        select(Exchange.id, Exchange.at, Exchange.served, Exchange.action, Exchange.status)
        .where(mine, Exchange.at < of.before, Exchange.at < kept_from)
        .order_by(Exchange.at, Exchange.id)
        .limit(BATCH)
    ).all()
    fetched: dict[UUID, datetime] = {}
    for row in rows:
        if row.action == EXPORT and row.status == 200:
            fetched.update(dict.fromkeys(row.served, row.at))  # oldest first, so the last one stays
    _remember(session, of.account_id, fetched)
    session.execute(
        delete(Exchange).where(Exchange.account_id == of.account_id, among(Exchange.id, [row.id for row in rows]))
    )
    return len(rows)


def _remember(session: Session, account_id: UUID, fetched: dict[UUID, datetime]) -> None:
    """In the order of ids, as everybody locks them."""
    if not fetched:
        return
    ids = sorted(fetched)
    session.execute(
        select(VendorOrder.id)
        .where(VendorOrder.account_id == account_id, among(VendorOrder.id, ids))
        .order_by(VendorOrder.id)
        .with_for_update(key_share=True)
    )
    session.execute(
        text(
            "UPDATE vendor_orders AS v SET fetched_at = greatest(v.fetched_at, f.at) "
            "FROM unnest(CAST(:ids AS uuid[]), CAST(:times AS timestamptz[])) AS f(id, at) "
            "WHERE v.account_id = :account_id AND v.id = f.id"
        ),
        {"account_id": account_id, "ids": ids, "times": [fetched[id_] for id_ in ids]},
    )


def prune_readings(session: Session, of: Of) -> int:
    """And the counts of wrong passwords, a row an hour at most."""
    ids = session.scalars(
        select(Reading.id)
        .where(Reading.account_id == of.account_id, Reading.vendor_id == of.vendor_id, Reading.started_at < of.before)
        .limit(BATCH)
    ).all()
    session.execute(delete(Reading).where(Reading.account_id == of.account_id, among(Reading.id, ids)))
    forget_wrong_calls(session, of.account_id, of.vendor_id, of.before)
    return len(ids)


def prune_notices(session: Session, of: Of) -> int:
    """Those that were applied, or repeated one that was: the shipment stays, and with it the key by which it counts
    once. What a person has corrected or put aside stays, because its repeats are told by it; so does what waits."""
    of_call = exists().where(Exchange.account_id == Notice.account_id, Exchange.notice_id == Notice.id)
    ids = session.scalars(
        select(Notice.id)
        .where(
            Notice.account_id == of.account_id,
            Notice.vendor_id == of.vendor_id,
            Notice.state.in_([NoticeState.APPLIED, NoticeState.REPEATED]),
            Notice.corrected_number == "",
            Notice.received_at < of.before,
            ~of_call,
        )
        .order_by(Notice.received_at, Notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    mine = Shipment.account_id == of.account_id
    session.execute(update(Shipment).where(mine, among(Shipment.notice_id, ids)).values(notice_id=None))
    session.execute(delete(Notice).where(Notice.account_id == of.account_id, among(Notice.id, ids)))
    return len(ids)


def hold_off_pruning(session: Session, feed: Feed, *, now: datetime) -> None:
    """Before a reading of an old window is kept: waits for a batch that is being pruned, and then PostgreSQL undoes
    this transaction (40001), because it has seen what was there before. So pruning sees every reading or is seen."""
    if feed.start < now - SHORTEST / 2:
        session.execute(
            select(Connection.vendor_id)
            .where(Connection.account_id == feed.account_id, Connection.vendor_id == feed.vendor_id)
            .with_for_update(read=True)
        )


def prune_changes(session: Session, of: Of, after: Place | None, *, now: datetime) -> tuple[int, Place | None]:
    """Looks at one batch of changes, from that place on. Answers how many it deleted, and the last place that it looked
    at: None when there is nothing left to look at."""
    before = _undisturbed(session, of, now)
    statement = select(Change.at, Change.id, Change.vendor_order_id, _is_superseded(before)).where(
        Change.account_id == of.account_id, Change.vendor_id == of.vendor_id, Change.at < before
    )
    if after is not None:
        statement = statement.where(tuple_(Change.at, Change.id) > tuple_(*after))
    rows = session.execute(statement.order_by(Change.at, Change.id).limit(BATCH)).all()
    old = [row.id for row in rows if row.superseded]
    session.execute(delete(Change).where(Change.account_id == of.account_id, among(Change.id, old)))
    _begin_anew(session, of.account_id, {row.vendor_order_id for row in rows if row.superseded})
    return len(old), (rows[-1].at, rows[-1].id) if len(rows) == BATCH else None


def _undisturbed(session: Session, of: Of, now: datetime) -> datetime:
    """Before when no window is being read. The connection is held until the end of the transaction, and marked, so that
    a reading that began meanwhile is undone."""
    mine = (Connection.account_id == of.account_id, Connection.vendor_id == of.vendor_id)
    session.execute(select(Connection.vendor_id).where(*mine).with_for_update())
    earliest = session.scalar(
        select(func.min(func.least(Reading.window_start, Reading.served_start))).where(
            Reading.account_id == of.account_id,
            Reading.vendor_id == of.vendor_id,
            Reading.started_at > now - BEING_READ,
        )
    )
    before = of.before if earliest is None else min(of.before, earliest)
    session.execute(
        update(Connection).where(*mine).values(pruned_before=func.greatest(Connection.pruned_before, before))
    )
    return before


def _is_superseded(before: datetime) -> Label[bool]:
    newer = aliased(Change)
    return (
        exists()
        .where(
            newer.account_id == Change.account_id,
            newer.vendor_order_id == Change.vendor_order_id,
            newer.at > Change.at,
            newer.at < before,
        )
        .label("superseded")
    )


def _begin_anew(session: Session, account_id: UUID, vendor_order_ids: set[UUID]) -> None:
    """The oldest change that is left of each is its first one now."""
    older = aliased(Change)
    has_older = exists().where(
        older.account_id == Change.account_id,
        older.vendor_order_id == Change.vendor_order_id,
        older.at < Change.at,
    )
    session.execute(
        update(Change)
        .where(
            Change.account_id == account_id,
            among(Change.vendor_order_id, vendor_order_ids),
            Change.previous_at.is_not(None),
            ~has_older,
        )
        .values(previous_at=None)
        .execution_options(synchronize_session=False)
    )
