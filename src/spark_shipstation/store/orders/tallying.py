"""Units of lines, as far as statuses follow from them: ordered, placed with vendors, cancelled, shipped. Plain rows,
which are read for every change of an order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from ...rules.status import Tally
from ..asking import plain_rows
from ..base import ACCOUNT, given
from ..shipments import ShipmentLine
from .tables import Cancellation, OrderLine, VendorOrderLine

Row = TypeVar("Row")
Sums = Mapping[UUID, tuple[int, int]]  # vendor order line → (cancelled, shipped)


def grouped(rows: Iterable[Row], parent: Callable[[Row], UUID]) -> dict[UUID, list[Row]]:
    """By parent, each group in the order of the rows."""
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(parent(row), []).append(row)
    return found


# Of the vendor order line beside it.
CANCELLED_UNITS = (
    select(func.coalesce(func.sum(Cancellation.quantity), 0))
    .where(
        Cancellation.account_id == VendorOrderLine.account_id,
        Cancellation.vendor_order_line_id == VendorOrderLine.id,
    )
    .scalar_subquery()
)
# Of the order line beside it, those that no vendor order held.
UNROUTED_CANCELLED_UNITS = (
    select(func.coalesce(func.sum(Cancellation.quantity), 0))
    .where(
        Cancellation.account_id == OrderLine.account_id,
        Cancellation.order_id == OrderLine.order_id,
        Cancellation.order_line_id == OrderLine.id,
        Cancellation.vendor_order_line_id.is_(None),
    )
    .scalar_subquery()
)
_CANCELLED = (
    select(Cancellation.vendor_order_line_id, func.sum(Cancellation.quantity), literal(0))
    .where(
        Cancellation.account_id == ACCOUNT,
        Cancellation.vendor_order_line_id == given("ids", Cancellation.vendor_order_line_id),
    )
    .group_by(Cancellation.vendor_order_line_id)
)
_SHIPPED = (
    select(ShipmentLine.vendor_order_line_id, literal(0), func.sum(ShipmentLine.quantity))
    .where(
        ShipmentLine.account_id == ACCOUNT,
        ShipmentLine.vendor_order_line_id == given("ids", ShipmentLine.vendor_order_line_id),
        ~ShipmentLine.voided,
    )
    .group_by(ShipmentLine.vendor_order_line_id)
)
_TALLIES = _CANCELLED.union_all(_SHIPPED)
_UNROUTED_CANCELLATIONS = (
    select(Cancellation.order_line_id, func.sum(Cancellation.quantity))
    .where(
        Cancellation.account_id == ACCOUNT,
        Cancellation.order_id == given("ids", Cancellation.order_id),
        Cancellation.vendor_order_line_id.is_(None),
    )
    .group_by(Cancellation.order_line_id)
)


def tallies(session: Session, account_id: UUID, line_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(cancelled, shipped) of these vendor order lines, summed from the rows. Lines with neither are left out."""
    found: dict[UUID, tuple[int, int]] = {}
    for line_id, cancelled, shipped in plain_rows(session, _TALLIES, account_id=account_id, ids=list(line_ids)):
        before = found.get(line_id, (0, 0))
        found[line_id] = (before[0] + int(cancelled), before[1] + int(shipped))
    return found


def tally_of(line: VendorOrderLine, sums: Sums) -> Tally:
    cancelled, shipped = sums.get(line.id, (0, 0))
    return Tally(line.quantity, cancelled, shipped)


def unrouted_cancellations(session: Session, account_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Cancelled units by order line, of those that no vendor order held."""
    rows = plain_rows(session, _UNROUTED_CANCELLATIONS, account_id=account_id, ids=list(order_ids))
    return {line_id: int(units) for line_id, units in rows}
