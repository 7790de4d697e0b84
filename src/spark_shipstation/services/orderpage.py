"""One order with all that a person may want to know of it: its rows, why each part is where it is, what ShipStation
gets of it, and what can be done. A fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ..customstore import writer
from ..customstore.formatting import formatted
from ..customstore.window import zone
from ..errors import NotFound, Unwritable
from ..rules import acting
from ..rules.acting import Action
from ..rules.explaining.words import Clock
from ..store import journal, shipments
from ..store.orders import Order, VendorOrder
from ..store.orders.faces import Face, face_of
from ..store.orders.reading import find_order
from ..store.pickups import Pickup, pickups
from ..store.shipments import Shipment
from ..store.vendorlist import vendors_with_connections
from ..store.vendors import Connection, Vendor, presentation_of
from . import explain, reading
from .answers import ExplainedPartOut, ExplanationOut, OrderOut, ShipmentOut, VendorOrderOut
from .faces import message_of
from .forms import LineToCancel, ShipmentIn, as_uuid
from .life.foreseeing import Foresight, foreseen, foreseen_package
from .life.rows import Rows, rows_read


@dataclass(frozen=True, slots=True)
class PartView:
    """`xml` is the `<Order>` as its vendor gets it, a line for each element; "" where they get none, and then `fault`
    says why where something is wrong."""

    part: VendorOrderOut
    said: ExplainedPartOut
    packages: Sequence[ShipmentOut]
    xml: str
    fault: str

    @property
    def open(self) -> int:
        return sum(max(0, line.quantity - line.cancelled - line.shipped) for line in self.part.lines)


@dataclass(frozen=True, slots=True)
class OrderView:
    order: OrderOut
    said: ExplanationOut
    parts: Sequence[PartView]
    can: Mapping[Action, Foresight]

    @property
    def open(self) -> int:
        return sum(max(0, line.quantity - line.cancelled - line.shipped) for line in self.order.lines)


def read_order_page(session: Session, account_id: UUID, word: str, clock: Clock) -> OrderView:
    """By our id. Times in sentences are said in the clock's zone, and in UTC. Raises NotFound."""
    order = _found(session, account_id, word)
    rows = explain.load(session, account_id, order)
    events = journal.timeline_of_orders(session, account_id, [order.id]).get(order.id, [])
    picked = pickups(session, account_id, [part.id for part in order.vendor_orders])
    names = {id_: vendor.name for id_, vendor in rows.vendors.items()}
    out = reading.order_out(order, rows.packages, events, rows.connections, names, picked)
    said = explain.explained(order, rows, clock, on_page=True)
    return OrderView(
        order=out,
        said=said,
        parts=[
            _part_view(order, part, shown, told, out.shipments, rows.connections.get(part.vendor_id))
            for part, shown, told in zip(order.vendor_orders, out.vendor_orders, said.vendor_orders, strict=True)
        ],
        can=_can(_life(order, rows.packages, rows.vendors), picked),
    )


@dataclass(frozen=True, slots=True)
class OrderToActOn:
    """An order, and all that tells what an action on it leads to."""

    order: OrderOut
    rows: Rows
    facts: acting.Order

    def foresee(self, action: Action, lines: Sequence[LineToCancel], clock: Clock) -> Foresight:
        return foreseen(self.rows, self.facts, action, lines, clock.moment)

    def foresee_package(self, vendor_order: str, form: ShipmentIn, clock: Clock) -> Foresight:
        """`vendor_order` is the id of one of its own."""
        return foreseen_package(self.rows, self.facts, UUID(vendor_order), form, clock.moment)


def read_order_to_act_on(session: Session, account_id: UUID, word: str) -> OrderToActOn:
    """By our id, without its timeline. Writes and locks nothing. Raises NotFound."""
    order = _found(session, account_id, word)
    packages = shipments.shipments_of_orders(session, account_id, [order.id]).get(order.id, [])
    both = vendors_with_connections(session, account_id)
    connections = {vendor.id: connection for vendor, connection in both if connection}
    known = {vendor.id: vendor for vendor, _ in both}
    picked = pickups(session, account_id, [part.id for part in order.vendor_orders])
    names = {id_: vendor.name for id_, vendor in known.items()}
    rows = _life(order, packages, known)
    out = reading.order_out(order, packages, [], connections, names, picked)
    return OrderToActOn(out, rows, rows.facts(picked))


def _can(rows: Rows, picked: Mapping[UUID, Pickup]) -> dict[Action, Foresight]:
    facts = rows.facts(picked)
    return {action: foreseen(rows, facts, action) for action in Action}


def _found(session: Session, account_id: UUID, word: str) -> Order:
    id_ = as_uuid(word)
    order = find_order(session, account_id, id_) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {word[:60]}.")
    return order


def _life(order: Order, packages: Sequence[Shipment], known: Mapping[UUID, Vendor]) -> Rows:
    _, shipped = reading.shipped_units(packages)
    _, cancelled = reading.cancelled_units(order)
    sums = {id_: (cancelled.get(id_, 0), shipped.get(id_, 0)) for id_ in shipped.keys() | cancelled.keys()}
    unplaced: dict[UUID, int] = {}
    for row in order.cancellations:
        if row.vendor_order_line_id is None:
            unplaced[row.order_line_id] = unplaced.get(row.order_line_id, 0) + row.quantity
    return rows_read(order, sums, unplaced, known)


def _part_view(
    order: Order,
    part: VendorOrder,
    shown: VendorOrderOut,
    said: ExplainedPartOut,
    packages: Sequence[ShipmentOut],
    connection: Connection | None,
) -> PartView:
    xml, fault = _written(part, face_of(order, part), connection) if connection else ("", "")
    return PartView(shown, said, [one for one in packages if one.vendor_order == shown.id], xml, fault)


def _written(part: VendorOrder, face: Face, connection: Connection) -> tuple[str, str]:
    presentation = presentation_of(connection.presentation, part.vendor_id, part.vendor.name)
    try:
        xml = writer.write_order(message_of(face, connection.statuses, zone(connection.time_zone), presentation))
    except Unwritable as error:
        return "", error.sentence
    return formatted(xml.encode()), ""
