"""Why an order is where it is, in words: its rows as the facts that the rules of an explanation are given."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from ..customstore.window import zone
from ..errors import NotFound, Unwritable
from ..rules import explaining
from ..rules.address import missing_fields
from ..rules.explaining import Cancelled, Channel, Clock, Item, Package
from ..rules.status import Tally, holds_back
from ..store import deliveries, shipments
from ..store.orders import Cancellation, Order, OrderLine, VendorOrder
from ..store.orders.faces import face_of
from ..store.orders.reading import OrderFilter, find_order, list_orders
from ..store.shipments import Shipment
from ..store.vendorlist import vendors_with_connections
from ..store.vendors import SHIPSTATION, Connection, Vendor, presentation_of
from .answers import ExplainedLineOut, ExplainedPartOut, ExplanationOut, NextOut, ServedOut
from .faces import digest_of
from .forms import as_uuid

MOST_SERVED = 10
MOST_CHANGES = 10
MOST_ORDERS = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """All that an order's explanation is made of, beside the order itself."""

    connections: Mapping[UUID, Connection]
    vendors: Mapping[UUID, Vendor]
    changes: Mapping[UUID, list[explaining.Change]]
    served: Mapping[UUID, list[explaining.Poll]]
    last_polls: Mapping[UUID, explaining.Poll]
    packages: Sequence[Shipment]

    @property
    def live_packages(self) -> list[Shipment]:
        """Without those that were voided by hand, of which the timeline tells."""
        return [package for package in self.packages if package.voided_at is None]


def explain(session: Session, account_id: UUID, order_id: str, *, now: datetime) -> ExplanationOut:
    """One order by our id, in a fixed number of statements. Raises NotFound."""
    id_ = as_uuid(order_id)
    order = find_order(session, account_id, id_) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {order_id[:60]}.")
    return explained(order, load(session, account_id, order), Clock(now))


def explain_number(session: Session, account_id: UUID, number: str, *, now: datetime) -> list[ExplanationOut]:
    """The orders of that number, or with a vendor order of that number, newest first. Raises NotFound."""
    orders = list_orders(session, account_id, OrderFilter(number=number.strip()), MOST_ORDERS)
    if not orders:
        raise NotFound(f"There is no order {number[:60]}, and no vendor order of that number.")
    return [explained(order, load(session, account_id, order), Clock(now)) for order in orders]


def load(session: Session, account_id: UUID, order: Order) -> Rows:
    part_ids = [part.id for part in order.vendor_orders]
    vendor_ids = {part.vendor_id for part in order.vendor_orders}
    known = vendors_with_connections(session, account_id)
    return Rows(
        connections={vendor.id: connection for vendor, connection in known if connection},
        vendors={vendor.id: vendor for vendor, _ in known},
        changes=deliveries.newest_changes(session, account_id, part_ids, most=MOST_CHANGES),
        served=deliveries.calls_that_served(session, account_id, part_ids, most=MOST_SERVED),
        last_polls=deliveries.last_polls(session, account_id, vendor_ids),
        packages=shipments.shipments_of_orders(session, account_id, [order.id]).get(order.id, []),
    )


def explained(order: Order, rows: Rows, clock: Clock, *, on_page: bool = False) -> ExplanationOut:
    """In the clock's zone what is of the order as a whole, and in the zones of their connections what is of its parts.
    `on_page` = all of it in the clock's zone, beside the lines and packages of each part."""
    parts = [_part_facts(order, part, rows, clock, on_page) for part in order.vendor_orders]
    facts = _order_facts(order, parts, rows, clock)
    return ExplanationOut(
        id=order.id.hex,
        store=order.store.code,
        external_id=order.external_id,
        number=order.number,
        state=explaining.order_state(facts),
        status=order.status,
        flags=order.flags,
        sentences=explaining.explain_order(facts),
        lines=[_line_out(line, said) for line, said in zip(order.lines, facts.lines, strict=True)],
        vendor_orders=[_part_out(part, said, on_page) for part, said in zip(order.vendor_orders, parts, strict=True)],
    )


def _order_facts(order: Order, parts: Sequence[explaining.Part], rows: Rows, clock: Clock) -> explaining.Order:
    names = _line_names(order)
    return explaining.Order(
        number=order.number,
        store=order.store.code,
        status=order.status,
        paid=order.is_paid,
        held=order.is_held,
        shop_status=order.shop_status,
        meaning=order.meaning,
        received_at=order.created_at,
        lines=tuple(_line_facts(order, line, rows) for line in order.lines),
        parts=tuple(parts),
        cancelled=tuple(_cancelled(row, names) for row in order.cancellations if row.vendor_order_line_id is None),
        clock=clock,
    )


def _line_facts(order: Order, line: OrderLine, rows: Rows) -> explaining.OrderLine:
    placed = sum(own.quantity for part in order.vendor_orders for own in part.lines if own.order_line_id == line.id)
    gone = sum(
        row.quantity for row in order.cancellations if row.order_line_id == line.id and row.vendor_order_line_id is None
    )
    left = max(0, line.quantity - placed - gone)
    return explaining.OrderLine(
        external_id=line.external_id,
        name=line.sku or line.name,
        quantity=line.quantity,
        vendor=rows.vendors[line.vendor_id].name if line.vendor_id else None,
        reason=line.reason,
        unrouted=0 if line.excluded else left,
        excluded=left if line.excluded else 0,
    )


def _line_names(order: Order) -> dict[UUID, str]:
    return {line.id: line.sku or line.name for line in order.lines}


def _cancelled(row: Cancellation, names: Mapping[UUID, str]) -> Cancelled:
    return Cancelled(row.at, row.who, row.reason, row.quantity, names[row.order_line_id])


def _part_facts(order: Order, part: VendorOrder, rows: Rows, clock: Clock, on_page: bool) -> explaining.Part:
    connection = rows.connections.get(part.vendor_id)
    packages = [package for package in rows.live_packages if package.vendor_order_id == part.id]
    own = {line.id for line in part.lines}
    cancelled = [row for row in order.cancellations if row.vendor_order_line_id in own]
    return explaining.Part(
        number=part.number,
        vendor=part.vendor.name,
        active=part.vendor.active,
        channel=_channel(connection, rows.last_polls.get(part.vendor_id)) if connection else None,
        status=part.status,
        flags=frozenset(part.flags),
        missing=tuple(missing_fields(order.ship_to)),
        fault=_fault(order, part, connection),
        lines=tuple(_part_lines(order, part, packages, cancelled)),
        changed_at=part.changed_at,
        changes=tuple(rows.changes.get(part.id, ())),
        served=tuple(rows.served.get(part.id, ())),
        packages=tuple(_package(package, part) for package in packages),
        cancelled=tuple(_cancelled(row, _line_names(order)) for row in cancelled),
        clock=_clock_of(connection, clock) if connection and not on_page else clock,
        fetched_at=part.fetched_at,
    )


def _clock_of(connection: Connection, clock: Clock) -> Clock:
    return Clock(clock.now, connection.time_zone, zone(connection.time_zone))


def _channel(connection: Connection, last_poll: explaining.Poll | None) -> Channel:
    overlap = timedelta(seconds=connection.overlap_seconds)
    is_restored = connection.restored_at is not None
    return Channel(connection.statuses, overlap, last_poll, connection.mismatch, is_restored, connection.time_zone)


def _fault(order: Order, part: VendorOrder, connection: Connection | None) -> str:
    """Why a vendor order that is held back cannot be written."""
    if holds_back(part.flags):
        settings = connection.presentation if connection else {}
        try:
            digest_of(face_of(order, part), presentation_of(settings, part.vendor_id, part.vendor.name))
        except Unwritable as error:
            return error.sentence
    return ""


def _part_lines(
    order: Order, part: VendorOrder, packages: Sequence[Shipment], cancelled: Sequence[Cancellation]
) -> list[explaining.Line]:
    names = _line_names(order)
    return [
        explaining.Line(
            names[line.order_line_id],
            Tally(
                line.quantity,
                sum(row.quantity for row in cancelled if row.vendor_order_line_id == line.id),
                sum(sent.quantity for package in packages for sent in package.lines
                    if sent.vendor_order_line_id == line.id),
            ),
        )
        for line in part.lines
    ]  # fmt: skip


def _package(package: Shipment, part: VendorOrder) -> Package:
    who = f"ShipStation ({part.vendor.name})" if package.source == SHIPSTATION else package.source
    return Package(
        recorded_at=package.recorded_at,
        ship_date=package.ship_date,
        carrier=package.carrier,
        service=package.service,
        tracking_number=package.tracking_number,
        who=who,
        flags=frozenset(package.flags),
        items=tuple(
            Item(line.sku or line.name or "item", line.quantity, line.vendor_order_line_id is not None)
            for line in package.lines
        ),
    )


def _line_out(line: OrderLine, facts: explaining.OrderLine) -> ExplainedLineOut:
    return ExplainedLineOut(
        id=line.id.hex,
        external_id=line.external_id,
        sku=line.sku,
        vendor=facts.vendor,
        unrouted=facts.unrouted,
        excluded=facts.excluded,
        reason=line.reason,
        sentence=explaining.explain_line(facts),
    )


def _part_out(part: VendorOrder, facts: explaining.Part, on_page: bool) -> ExplainedPartOut:
    follows = explaining.next_of(facts)
    return ExplainedPartOut(
        id=part.id.hex,
        number=part.number,
        vendor=facts.vendor,
        vendor_id=part.vendor_id.hex,
        state=explaining.state_of(facts).value,
        status=part.status,
        told=facts.channel.names.told(part.status) if facts.channel else None,
        flags=part.flags,
        sentences=explaining.explain_part(facts, is_beside=on_page),
        changed_at=part.changed_at,
        last_poll=_served_out(facts.last_poll) if facts.last_poll else None,
        served=[_served_out(poll) for poll in facts.served],
        next=NextOut(event=follows.event, sentence=follows.sentence) if follows else None,
    )


def _served_out(poll: explaining.Poll) -> ServedOut:
    return ServedOut(**asdict(poll))
