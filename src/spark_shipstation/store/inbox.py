"""The inbox as it is read: notices without their bodies, each with where it ended. Newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, Text, Uuid, and_, bindparam, select
from sqlalchemy.orm import Session

from ..rules.inbox import OPEN, NoticeState
from .asking import plain_rows, records
from .base import ACCOUNT, at_most, given
from .notices import Notice
from .orders import VendorOrder
from .shipments import Shipment
from .vendors import Vendor


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """What to list. `before` is the id of the last notice of the page before."""

    states: frozenset[NoticeState] = frozenset()
    number: str = ""
    before: UUID | None = None


class ListedNotice(NamedTuple):
    """`vendor` is a name, `shipment_id` the package that it was recorded as: the newest, where one was voided and the
    notice given to another order."""

    id: UUID
    vendor_id: UUID
    vendor: str
    received_at: datetime
    state: str
    answer: int | None
    reason: str
    order_number: str
    corrected_number: str
    order_id: UUID | None
    vendor_order_id: UUID | None
    shipment_id: UUID | None
    settled_at: datetime | None
    handled_by: str
    request_id: str


class Shape(NamedTuple):
    """Which of what can be asked for is."""

    states: bool
    number: bool
    before: bool


def list_notices(session: Session, account_id: UUID, wanted: NoticeFilter, limit: int) -> list[ListedNotice]:
    """One page, newest first: ids grow with time."""
    shape = Shape(bool(wanted.states), bool(wanted.number), wanted.before is not None)
    statement = _statement(shape, None if shape.states or shape.number else limit)
    facts = {"states": sorted(wanted.states), "number": wanted.number, "before": wanted.before, "most": limit}
    return records(session, ListedNotice._make, statement, account_id=account_id, **facts)


def listed_notice(session: Session, account_id: UUID, notice_id: UUID) -> ListedNotice:
    """One that is there."""
    [notice] = records(session, ListedNotice._make, _ONE, account_id=account_id, id=notice_id)
    return notice


def open_ids(session: Session, account_id: UUID) -> Sequence[UUID]:
    """All that wait for somebody, oldest first."""
    return [id_ for (id_,) in plain_rows(session, _OPEN_IDS, account_id=account_id, states=sorted(OPEN))]


def _shipment() -> ScalarSelect[UUID]:
    return (
        select(Shipment.id)
        .where(Shipment.account_id == Notice.account_id, Shipment.notice_id == Notice.id)
        .order_by(Shipment.recorded_at.desc(), Shipment.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_NOTICES = (
    select(
        Notice.id, Notice.vendor_id, Vendor.name, Notice.received_at, Notice.state, Notice.answer, Notice.reason,
        Notice.order_number, Notice.corrected_number, VendorOrder.order_id, Notice.vendor_order_id, _shipment(),
        Notice.settled_at, Notice.handled_by, Notice.request_id,
    )
    .join(Vendor, and_(Vendor.account_id == Notice.account_id, Vendor.id == Notice.vendor_id))
    .outerjoin(
        VendorOrder, and_(VendorOrder.account_id == Notice.account_id, VendorOrder.id == Notice.vendor_order_id)
    )
    .where(Notice.account_id == ACCOUNT)
)  # fmt: skip
_ONE = _NOTICES.where(Notice.id == bindparam("id", type_=Uuid()))
_IN_STATES = Notice.state == given("states", Notice.state)
_OPEN_IDS = select(Notice.id).where(Notice.account_id == ACCOUNT, _IN_STATES).order_by(Notice.received_at, Notice.id)


@lru_cache(100)
def _statement(shape: Shape, most: int | None) -> Select[*tuple[Any, ...]]:
    """Made once: putting one together takes longer than asking it."""
    statement = _NOTICES
    if shape.states:
        statement = statement.where(_IN_STATES)
    if shape.number:
        statement = statement.where(Notice.order_number == bindparam("number", type_=Text()))
    if shape.before:
        statement = statement.where(Notice.id < bindparam("before", type_=Uuid()))
    return statement.order_by(Notice.id.desc()).limit(at_most(most))
