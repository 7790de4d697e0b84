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
from ..rules.acting import Action
from ..rules.explaining.words import Clock
from ..store import journal
from ..store.orders import Order, VendorOrder
from ..store.orders.faces import Face
from ..store.orders.reading import find_order
from ..store.pickups import pickups
from ..store.vendors import Connection, presentation_of
from . import explain, reading
from .answers import ExplainedPartOut, ExplanationOut, OrderOut, ShipmentOut, VendorOrderOut
from .faces import message_of
from .forms import as_uuid
from .life.foreseeing import Foresight, foresee_all
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
    id_ = as_uuid(word)
    order = find_order(session, account_id, id_) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {word[:60]}.")
    rows = explain.load(session, account_id, order)
    events = journal.timeline_of_orders(session, account_id, [order.id]).get(order.id, [])
    picked = pickups(session, account_id, [part.id for part in order.vendor_orders])
    names = {id_: vendor.name for id_, vendor in rows.vendors.items()}
    out = reading.order_out(order, rows.packages, events, rows.connections, names, picked)
    said = explain.explained(order, rows, clock, everywhere=True)
    return OrderView(
        order=out,
        said=said,
        parts=[
            _part_view(part, shown, told, out.shipments, rows)
            for part, shown, told in zip(order.vendor_orders, out.vendor_orders, said.vendor_orders, strict=True)
        ],
        can=foresee_all(_life(order, rows), picked),
    )


def _life(order: Order, rows: explain.Rows) -> Rows:
    _, shipped = reading.shipped_units(rows.packages)
    _, cancelled = reading.cancelled_units(order)
    sums = {id_: (cancelled.get(id_, 0), shipped.get(id_, 0)) for id_ in shipped.keys() | cancelled.keys()}
    unplaced: dict[UUID, int] = {}
    for row in order.cancellations:
        if row.vendor_order_line_id is None:
            unplaced[row.order_line_id] = unplaced.get(row.order_line_id, 0) + row.quantity
    return rows_read(order, sums, unplaced, rows.vendors)


def _part_view(
    part: VendorOrder,
    shown: VendorOrderOut,
    said: ExplainedPartOut,
    packages: Sequence[ShipmentOut],
    rows: explain.Rows,
) -> PartView:
    connection = rows.connections.get(part.vendor_id)
    xml, fault = _written(part, rows.faces[part.id], connection) if connection else ("", "")
    return PartView(shown, said, [one for one in packages if one.vendor_order == shown.id], xml, fault)


def _written(part: VendorOrder, face: Face, connection: Connection) -> tuple[str, str]:
    presentation = presentation_of(connection.presentation, part.vendor_id, part.vendor.name)
    try:
        xml = writer.write_order(message_of(face, connection.statuses, zone(connection.time_zone), presentation))
    except Unwritable as error:
        return "", error.sentence
    return formatted(xml.encode()), ""
