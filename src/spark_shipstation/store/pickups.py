"""When a vendor order, as it is now, was given to its vendor: asked of its last change and ShipStation's calls."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from .asking import plain_rows
from .base import ACCOUNT, given
from .journal import EXPORT, Exchange
from .orders import VendorOrder
from .polls import WITH_ORDERS


class Pickup(NamedTuple):
    """`served_at` is when its newest content was first served, None while it was not; `earlier_at` then, when older
    content of it was first served."""

    served_at: datetime | None
    earlier_at: datetime | None

    @property
    def outdated(self) -> bool:
        """The vendor has it, but not as it is now."""
        return self.served_at is None and self.earlier_at is not None

    @property
    def fetched_at(self) -> datetime | None:
        return self.served_at or self.earlier_at


def pickups(session: Session, account_id: UUID, vendor_order_ids: Collection[UUID]) -> dict[UUID, Pickup]:
    """In one statement. What calls that are no longer kept had served stands with the vendor order."""
    if not vendor_order_ids:
        return {}
    rows = plain_rows(session, _pickups(), account_id=account_id, ids=list(vendor_order_ids))
    return {id_: Pickup(at, before) for id_, at, before in rows}


@cache
def _pickups() -> Select[UUID, datetime | None, datetime | None]:
    """Made once: putting it together takes longer than asking it."""
    since = case((VendorOrder.resent_at == VendorOrder.changed_at, VendorOrder.resent_of), else_=VendorOrder.changed_at)
    pruned = VendorOrder.fetched_at
    served_at = func.coalesce(case((pruned >= since, pruned)), _first_call(lambda at: at >= since))
    earlier = func.coalesce(case((pruned < since, pruned)), _first_call(lambda at: at < since))
    return select(VendorOrder.id, served_at, case((served_at.is_(None), earlier))).where(
        VendorOrder.account_id == ACCOUNT,
        VendorOrder.id == given("ids", VendorOrder.id),
    )


def _first_call(when: Callable[[ColumnElement[datetime]], ColumnElement[bool]]) -> ScalarSelect[datetime]:
    """The first of the calls `when` that is so. Those that served it are found by their index, whenever they were:
    OFFSET keeps PostgreSQL from looking through all calls by time instead."""
    served = (
        select(Exchange.at)
        .where(
            Exchange.account_id == VendorOrder.account_id,
            Exchange.vendor_id == VendorOrder.vendor_id,
            Exchange.action == EXPORT,
            Exchange.status == 200,
            Exchange.served.contains(array([VendorOrder.id])),
            WITH_ORDERS,
        )
        .offset(0)
        .correlate(VendorOrder)
        .lateral("served_it")
    )
    return select(func.min(served.c.at)).where(when(served.c.at)).correlate(VendorOrder).scalar_subquery()
