"""The inbox: notices exactly as they came in, what became of each, and the questions asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, and_, exists, literal_column, or_, select, text
from sqlalchemy.orm import Mapped, Session, aliased, defer, mapped_column

from ..rules.inbox import OPEN, NoticeState
from .base import Base, Json, Owned, among, owned_by
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


def lock_notice(session: Session, account_id: UUID, notice_id: UUID) -> tuple[Notice, bool] | None:
    """With whether `twins` has any. Locked before its order is: who replays it by hand, and ShipStation's own repeat,
    take their turns."""
    twin = aliased(Notice)
    has_twins = exists().where(
        twin.account_id == Notice.account_id,
        twin.vendor_id == Notice.vendor_id,
        twin.digest == Notice.digest,
        twin.id != Notice.id,
        _waiting(twin),
    )
    row = session.execute(
        select(Notice, has_twins)
        .where(Notice.account_id == account_id, Notice.id == notice_id)
        .with_for_update(key_share=True, of=Notice)
        .execution_options(populate_existing=True)
    ).first()
    return (row[0], row[1]) if row else None


def find_notice(session: Session, account_id: UUID, notice_id: UUID) -> Notice | None:
    return session.scalars(select(Notice).where(Notice.account_id == account_id, Notice.id == notice_id)).first()


def twins(session: Session, notice: Notice) -> Sequence[Notice]:
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


def lock_earlier(session: Session, notice: Notice, tracking_key: str) -> Sequence[Notice]:
    """Unsettled notices of this vendor that may be of the same package: the same bytes, or the same tracking number.
    Those that somebody else works at are left to them."""
    same = [Notice.digest == notice.digest]
    if tracking_key:
        same.append(Notice.tracking_key == tracking_key)
    of_vendor = (Notice.account_id == notice.account_id, Notice.vendor_id == notice.vendor_id, Notice.id != notice.id)
    received = and_(Notice.state == NoticeState.RECEIVED, or_(*same))
    waiting = [and_(_waiting(Notice), among(Notice.state, sorted(OPEN)), one) for one in same]
    return session.scalars(
        select(Notice)
        .where(*of_vendor, or_(received, *waiting))
        .order_by(Notice.id)
        .limit(100)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """What to list. `before` is the id of the last notice of the page before."""

    states: frozenset[NoticeState] = frozenset()
    number: str = ""
    before: UUID | None = None


def list_notices(session: Session, account_id: UUID, wanted: NoticeFilter, limit: int) -> Sequence[Notice]:
    """One page without the bodies, newest first: ids grow with time."""
    statement = select(Notice).where(Notice.account_id == account_id).options(defer(Notice.body, raiseload=True))
    if wanted.states:
        statement = statement.where(among(Notice.state, sorted(wanted.states)))
    if wanted.number:
        statement = statement.where(Notice.order_number == wanted.number)
    if wanted.before is not None:
        statement = statement.where(Notice.id < wanted.before)
    return session.scalars(statement.order_by(Notice.id.desc()).limit(limit)).all()


def open_ids(session: Session, account_id: UUID) -> Sequence[UUID]:
    """All that wait for somebody, oldest first."""
    return session.scalars(
        select(Notice.id)
        .where(Notice.account_id == account_id, among(Notice.state, sorted(OPEN)))
        .order_by(Notice.received_at, Notice.id)
    ).all()


def numbers_among(
    session: Session, account_id: UUID, vendor_id: UUID, numbers: Sequence[str], most: int
) -> Sequence[str]:
    """Which of these numbers the vendor's orders have."""
    return session.scalars(
        select(VendorOrder.number)
        .where(VendorOrder.account_id == account_id, VendorOrder.vendor_id == vendor_id)
        .where(among(VendorOrder.number, numbers))
        .order_by(VendorOrder.created_at.desc(), VendorOrder.id.desc())
        .limit(most)
    ).all()
