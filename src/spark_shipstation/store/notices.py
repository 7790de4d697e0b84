"""The inbox: notices exactly as they came in, what became of each, and the questions asked of them."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from ..rules.inbox import OPEN, NoticeState
from .asking import plain_rows, plain_write, records
from .base import ACCOUNT, Base, Json, Owned, among, given, owned_by
from .orders import VendorOrder

# Of the indexes for notices that wait or that a person has dealt with.
WAITING = text("(state IN ('unmatched', 'unreadable', 'dismissed') OR corrected_number <> '')")


class Notice(Owned, Base):
    """A notification as received (credentials taken out of `query`), and what became of it.

    States: `received` → `applied`, `repeated`, `unreadable`, `unmatched`; by hand: `dismissed`. `order_number` is that
    of the vendor order that it was matched with, else the one that it names; `corrected_number` the one that a person
    named instead; `tracking_key` its tracking number, in the form that is compared.
    """

    __tablename__ = "notices"
    __table_args__ = (
        owned_by("vendor_id", "vendors"),
        owned_by("vendor_order_id", "vendor_orders"),
        Index("ix_notices_by_state", "account_id", "state", "received_at", "id"),
        Index(None, "account_id", "order_number", "id"),
        Index("ix_notices_waiting", "account_id", "vendor_id", "digest", postgresql_where=WAITING),
        Index("ix_notices_waiting_package", "account_id", "vendor_id", "tracking_key", postgresql_where=WAITING),
    )

    vendor_id: Mapped[UUID]
    received_at: Mapped[datetime]
    request_id: Mapped[str]
    query: Mapped[Json]
    content_type: Mapped[str]
    body: Mapped[bytes]
    digest: Mapped[bytes]
    state: Mapped[str]
    answer: Mapped[int | None]
    reason: Mapped[str]
    vendor_order_id: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    order_number: Mapped[str] = mapped_column(default="", server_default=text("''"))
    tracking_key: Mapped[str] = mapped_column(default="", server_default=text("''"))
    corrected_number: Mapped[str] = mapped_column(default="", server_default=text("''"))
    handled_by: Mapped[str] = mapped_column(default="", server_default=text("''"))


def _waiting(notice: type[Notice]) -> ColumnElement[bool]:
    """As WAITING, with literals: only so can PostgreSQL see that the indexes serve."""
    states: list[ColumnElement[str]] = [
        literal_column(f"'{state}'") for state in ("unmatched", "unreadable", "dismissed")
    ]
    return or_(notice.state.in_(states), notice.corrected_number != literal_column("''"))


class Kept(NamedTuple):
    """A notice as it came in, locked to be settled. `has_twins` says whether `twins` has any."""

    account_id: UUID
    id: UUID
    vendor_id: UUID
    query: Json
    content_type: str
    body: bytes
    digest: bytes
    has_twins: bool


_BY_ID = and_(Notice.account_id == ACCOUNT, Notice.id == bindparam("id"))
_twin = aliased(Notice)
_IS_TWIN = and_(
    _twin.account_id == Notice.account_id, _twin.vendor_id == Notice.vendor_id, _twin.digest == Notice.digest
)
_HAS_TWINS = exists().where(_IS_TWIN, _twin.id != Notice.id, _waiting(_twin))
_LOCK_KEPT = (
    select(
        Notice.account_id,
        Notice.id,
        Notice.vendor_id,
        Notice.query,
        Notice.content_type,
        Notice.body,
        Notice.digest,
        _HAS_TWINS,
    )
    .where(Notice.account_id == ACCOUNT, Notice.id == given("ids", Notice.id))
    .order_by(Notice.id)
    .with_for_update(key_share=True, of=Notice)
)
_LOCK = select(Notice).where(_BY_ID).with_for_update(key_share=True).execution_options(populate_existing=True)


def lock_kept(session: Session, account_id: UUID, notice_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """Locked before their orders are: who replays one by hand, and ShipStation's own repeat, take their turns."""
    rows = records(session, Kept._make, _LOCK_KEPT, account_id=account_id, ids=list(notice_ids))
    return {row.id: row for row in rows}


def lock_notice(session: Session, account_id: UUID, notice_id: UUID) -> Notice | None:
    """As `lock_kept`, for a person who works at the inbox."""
    return session.scalars(_LOCK, {"account_id": account_id, "id": notice_id}).first()


_FIND = select(Notice).where(_BY_ID)


def find_notice(session: Session, account_id: UUID, notice_id: UUID) -> Notice | None:
    return session.scalars(_FIND, {"account_id": account_id, "id": notice_id}).first()


def twins(session: Session, notice: Kept) -> Sequence[Notice]:
    """The same bytes, where they wait in the inbox or a person has dealt with them. Oldest first."""
    return session.scalars(
        select(Notice)
        .where(
            Notice.account_id == notice.account_id,
            Notice.vendor_id == notice.vendor_id,
            Notice.digest == notice.digest,
            Notice.id != notice.id,
            _waiting(Notice),
        )
        .order_by(Notice.received_at, Notice.id)
        .limit(10)
    ).all()


_HOLD = select(func.pg_advisory_xact_lock(func.unnest(bindparam("keys", type_=ARRAY(BigInteger())))))


def hold_bytes(session: Session, vendor_id: UUID, digests: Collection[bytes]) -> None:
    """These bytes from that vendor are this transaction's, for all who ask in this way. In one order for everybody."""
    if digests:
        halves = (hashlib.blake2b(vendor_id.bytes + digest, digest_size=8).digest() for digest in digests)
        plain_write(session, _HOLD, keys=sorted(int.from_bytes(half, "big", signed=True) for half in halves))


_EARLIER_TWIN = and_(_IS_TWIN, _twin.id < Notice.id)
_WAITS_ALREADY = or_(
    exists().where(_EARLIER_TWIN, _twin.state == literal_column("'received'")),
    exists().where(_EARLIER_TWIN, _waiting(_twin)),
)


def put_off(
    session: Session, account_id: UUID, notice_ids: Collection[UUID], answer: int, reason: str, *, now: datetime
) -> None:
    """These notices, just kept, wait until they come again or a person applies them. Bytes that wait already, or that a
    person has dealt with, do not wait once more."""
    session.execute(
        update(Notice)
        .where(Notice.account_id == account_id, among(Notice.id, notice_ids))
        .values(answer=answer, reason=reason)
        .values(state=case((_WAITS_ALREADY, NoticeState.REPEATED.value), else_=Notice.state))
        .values(settled_at=case((_WAITS_ALREADY, literal(now)))),
        execution_options={"synchronize_session": False},
    )


_OF_VENDOR = (Notice.account_id == ACCOUNT, Notice.vendor_id == bindparam("vendor_id"))
_SAME_BYTES = Notice.digest == given("digests", Notice.digest)
_SAME_PACKAGE = Notice.tracking_key == given("keys", Notice.tracking_key)
_IS_OPEN = among(Notice.state, sorted(OPEN))
# Each by a range of an index. Joined by OR they would be read as bitmaps, in which every notice that was settled since
# the last vacuum is looked at again. One that is `received` has no tracking key yet.
_EARLIER = union(
    select(Notice.id).where(*_OF_VENDOR, _SAME_BYTES, Notice.state == literal_column("'received'")),
    select(Notice.id).where(*_OF_VENDOR, _SAME_BYTES, _waiting(Notice), _IS_OPEN),
    select(Notice.id).where(*_OF_VENDOR, _SAME_PACKAGE, _waiting(Notice), _IS_OPEN),
)
_LOCK_EARLIER = (
    select(Notice)
    .where(Notice.account_id == ACCOUNT, Notice.id == given("ids", Notice.id), _IS_OPEN)
    .order_by(Notice.id)
    .limit(100)
    .with_for_update(key_share=True, skip_locked=True)
    .execution_options(populate_existing=True)
)


def lock_earlier(
    session: Session, account_id: UUID, vendor_id: UUID, kept: Sequence[Kept], tracking_keys: Iterable[str]
) -> Sequence[Notice]:
    """Unsettled notices of this vendor, but for these, that may be of the same packages: the same bytes, or the same
    tracking number. Those that somebody else works at are left to them."""
    facts = {
        "account_id": account_id,
        "vendor_id": vendor_id,
        "digests": [notice.digest for notice in kept],
        "keys": [key for key in tracking_keys if key],
    }
    found = {id_ for (id_,) in plain_rows(session, _EARLIER, **facts)} - {notice.id for notice in kept}
    if not found:
        return []
    return session.scalars(_LOCK_EARLIER, {"account_id": account_id, "ids": list(found)}).all()


_NUMBERS = (
    select(VendorOrder.number)
    .where(VendorOrder.account_id == ACCOUNT, VendorOrder.vendor_id == bindparam("vendor_id"))
    .where(VendorOrder.number == given("numbers", VendorOrder.number))
    .order_by(VendorOrder.created_at.desc(), VendorOrder.id.desc())
    .limit(bindparam("most", type_=Integer()))
)


def numbers_among(
    session: Session, account_id: UUID, vendor_id: UUID, numbers: Sequence[str], most: int
) -> Sequence[str]:
    """Which of these numbers the vendor's orders have."""
    facts = {"account_id": account_id, "vendor_id": vendor_id, "numbers": list(numbers), "most": most}
    return [number for (number,) in plain_rows(session, _NUMBERS, **facts)]
