"""The vendor orders that a vendor was told of before its settings changed, and that are still to be shipped."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ...rules.status import Status
from ..base import among
from .tables import VendorOrder

_OPEN = (Status.UNPAID, Status.ON_HOLD, Status.AWAITING_SHIPMENT, Status.PARTIALLY_SHIPPED)


def _told_before(account_id: UUID, vendor_id: UUID, moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Held-back ones are told when they are mended, so they are left out."""
    return (
        VendorOrder.account_id == account_id,
        VendorOrder.vendor_id == vendor_id,
        VendorOrder.changed_at < moment,
        VendorOrder.face_digest != b"",
        among(VendorOrder.status, _OPEN),
    )


def orders_told_before(session: Session, account_id: UUID, vendor_id: UUID, moment: datetime, most: int) -> set[UUID]:
    """Of the vendor orders whose last change lies before that moment, the longest unchanged ones' orders."""
    rows = session.execute(
        select(VendorOrder.order_id)
        .where(*_told_before(account_id, vendor_id, moment))
        .order_by(VendorOrder.changed_at, VendorOrder.id)
        .limit(most)
    )
    return {row.order_id for row in rows}


def count_told_before(session: Session, account_id: UUID, vendor_id: UUID, moment: datetime) -> int:
    counted = select(func.count()).where(*_told_before(account_id, vendor_id, moment))
    return session.execute(counted).scalar_one()


def lock_told_before(
    session: Session, account_id: UUID, vendor_id: UUID, moment: datetime, order_ids: Collection[UUID]
) -> Sequence[VendorOrder]:
    """Those of these orders, which the caller has locked, that are still to be told."""
    return session.scalars(
        select(VendorOrder)
        .where(*_told_before(account_id, vendor_id, moment), among(VendorOrder.order_id, order_ids))
        .order_by(VendorOrder.id)
        .execution_options(populate_existing=True)
    ).all()
