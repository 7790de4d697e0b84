"""What is true, read from the database: every vendor order that was ever published, as it would be served now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from ...customstore import reader, window, writer
from ...customstore.messages import OrderMessage
from ...rules.presentation import Presentation
from ...rules.status import Facts, Status, Tally, holds_back, status_of
from ...services.faces import message_of
from ...store.base import among
from ...store.journal import Change
from ...store.orders import Order, VendorOrder, planning, tallying
from ...store.orders.faces import Face, faces
from ...store.shipments import Shipment, ShipmentLine
from ...store.vendors import Connection, presentations_of
from .comparison import Truth
from .plan import LOCK_SECONDS

AT_ONCE = 500
# A change that waited for the order's lock carries a time before that of what it waited for.
CLOCK_SLACK = timedelta(seconds=2 * LOCK_SECONDS)
_PACKED = and_(ShipmentLine.account_id == Shipment.account_id, ShipmentLine.shipment_id == Shipment.id)


@dataclass(slots=True)
class Package:
    at: datetime
    units: Counter[UUID] = field(default_factory=Counter)  # by vendor order line

    @classmethod
    def of(cls, at: datetime, units: Mapping[UUID, int]) -> "Package":
        return cls(at, Counter(units))


def published(session: Session, account_id: UUID, vendor_id: UUID) -> list[UUID]:
    """The vendor orders with a change."""
    wanted = select(Change.vendor_order_id).where(Change.account_id == account_id, Change.vendor_id == vendor_id)
    return list(session.scalars(wanted.distinct().order_by(Change.vendor_order_id)))


def due(session: Session, account_id: UUID, vendor_id: UUID, start: datetime, end: datetime) -> set[str]:
    """What a window that is asked for now must serve: every vendor order with a change committed in it by now."""
    changed = select(Change.vendor_order_id).where(
        Change.account_id == account_id, Change.vendor_id == vendor_id, Change.at >= start, Change.at < end
    )
    return {id_.hex for id_ in session.scalars(changed.distinct())}


def true_orders(session: Session, connection: Connection) -> dict[str, Truth]:
    """By OrderID; what is held back for a person is left out."""
    ids = published(session, connection.account_id, connection.vendor_id)
    found: dict[str, Truth] = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= _truths(session, connection, ids[start : start + AT_ONCE])
    return found


def _truths(session: Session, connection: Connection, ids: Sequence[UUID]) -> dict[str, Truth]:
    shown = faces(session, connection.account_id, ids)
    lines = planning.lines_of_vendor_orders(session, connection.account_id, ids)
    sums = tallying.tallies(session, connection.account_id, [line.id for own in lines.values() for line in own])
    packages = _packages(session, connection.account_id, ids)
    presentation = presentations_of(session, connection.account_id)[connection.vendor_id]
    paid_held = _paid_and_held(session, connection.account_id, ids)
    found = {}
    for id_ in ids:
        if holds_back(shown[id_].head.flags):
            continue
        tallies = {line.id: tallying.tally_of(line, sums) for line in lines.get(id_, ())}
        head, (paid, held) = shown[id_].head, paid_held[id_]
        own = packages.get(id_, [])
        statuses = possible_statuses(head.status, head.changed_at, tallies, own, paid=paid, held=held)
        told = frozenset(connection.statuses.told(status) for status in statuses)
        found[id_.hex] = Truth(as_served(shown[id_], connection, presentation), told)
    return found


def as_served(face: Face, connection: Connection, presentation: Presentation) -> OrderMessage:
    """Written and read again, so that it is cut and cleaned as on its way to ShipStation."""
    message = message_of(face, connection.statuses, window.zone(connection.time_zone), presentation)
    return reader.read_orders(writer.write_orders([writer.write_order(message)], 1)).orders[0]


def possible_statuses(
    status: str,
    changed: datetime | None,
    tallies: Mapping[UUID, Tally],
    packages: Sequence[Package],
    *,
    paid: bool,
    held: bool,
) -> set[str]:
    """`status`, which holds now; and those after the last change, before ShipStation's own notices since.

    Holding or releasing what has left the house changes no face, so before that both are possible.
    """
    found = {status}
    since = [package for package in packages if changed is None or package.at > changed - CLOCK_SLACK]
    holds = {True, False} if status == Status.SHIPPED else {held}
    for first in range(len(since)):
        undone = sum((package.units for package in since[first:]), Counter[UUID]())
        before = tuple(Tally(t.quantity, t.cancelled, t.shipped - undone[id_]) for id_, t in tallies.items())
        found |= {str(status_of(Facts(paid, at_hold, before))) for at_hold in holds}
    return found


def _packages(session: Session, account_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[Package]]:
    """Of each vendor order, in the order they were recorded."""
    rows = session.execute(
        select(
            Shipment.vendor_order_id, Shipment.id, Shipment.recorded_at,
            ShipmentLine.vendor_order_line_id, ShipmentLine.quantity,
        )
        .join(ShipmentLine, _PACKED)
        .where(Shipment.account_id == account_id, among(Shipment.vendor_order_id, ids))
        .order_by(Shipment.recorded_at, Shipment.id)
    )  # fmt: skip
    found: dict[UUID, dict[UUID, Package]] = {}
    for vendor_order_id, shipment_id, at, line_id, quantity in rows:
        package = found.setdefault(vendor_order_id, {}).setdefault(shipment_id, Package(at))
        if line_id is not None:
            package.units[line_id] += quantity
    return {id_: list(packages.values()) for id_, packages in found.items()}


def _paid_and_held(session: Session, account_id: UUID, ids: Sequence[UUID]) -> dict[UUID, tuple[bool, bool]]:
    rows = session.execute(
        select(VendorOrder.id, Order)
        .join(Order, (Order.account_id == VendorOrder.account_id) & (Order.id == VendorOrder.order_id))
        .where(VendorOrder.account_id == account_id, among(VendorOrder.id, ids))
    )
    return {id_: (order.is_paid, order.is_held) for id_, order in rows}


def recorded_units(session: Session, account_id: UUID) -> dict[str, int]:
    """Shipped units by tracking number."""
    rows = session.execute(
        select(Shipment.tracking_number, func.sum(ShipmentLine.quantity))
        .join(ShipmentLine, _PACKED)
        .where(Shipment.account_id == account_id)
        .group_by(Shipment.tracking_number)
    )
    return {tracking: int(quantity) for tracking, quantity in rows}


def counts(session: Session, account_id: UUID) -> dict[str, int]:
    """How much there is: orders, vendor orders, changes."""
    owners = {"orders": Order.account_id, "vendor_orders": VendorOrder.account_id, "changes": Change.account_id}
    return {
        name: session.scalar(select(func.count()).where(owner == account_id)) or 0 for name, owner in owners.items()
    }
