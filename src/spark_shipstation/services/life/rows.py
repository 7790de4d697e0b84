"""An order with all that its life depends on: where the units of each line are, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import NotFound
from ...rules import acting
from ...rules.status import Tally
from ...store import vendors
from ...store.orders import Order, OrderLine, VendorOrder, VendorOrderLine, planning
from ...store.pickups import Pickup, pickups
from ...store.vendors import SHIPSTATION, Vendor
from ..forms import as_uuid


@dataclass(frozen=True, slots=True)
class Place:
    """Units of one order line: on a vendor order, or on none (`part` is None: they are unrouted)."""

    line: OrderLine
    part: VendorOrder | None
    part_line: VendorOrderLine | None
    tally: Tally

    @property
    def name(self) -> str:
        return self.line.sku or self.line.name


@dataclass(frozen=True, slots=True)
class Rows:
    order: Order
    lines: Sequence[OrderLine]
    parts: Sequence[VendorOrder]
    places: Sequence[Place]
    vendors: Mapping[UUID, Vendor]

    def facts(self, picked: Mapping[UUID, Pickup]) -> acting.Order:
        """What the rules of acting are given."""
        return acting.Order(
            number=self.order.number,
            paid=self.order.payment_status == "paid",
            held=self.order.held,
            parts=tuple(self._part(part, picked.get(part.id)) for part in self.parts),
            unrouted=tuple(acting.Item(place.name, place.tally) for place in self.places if place.part is None),
        )

    def _part(self, part: VendorOrder, picked: Pickup | None) -> acting.Part:
        vendor = self.vendors[part.vendor_id]
        return acting.Part(
            id=part.id,
            number=part.number,
            vendor=vendor.name,
            connected=vendor.kind == SHIPSTATION,
            status=part.status,
            flags=frozenset(part.flags),
            in_feed=part.changed_at is not None,
            fetched_at=picked.fetched_at if picked else None,
            items=tuple(
                acting.Item(p.name, p.tally) for p in self.places if p.part is not None and p.part.id == part.id
            ),
        )


def locked_rows(session: Session, account_id: UUID, word: str | UUID) -> Rows:
    """The order of that id (ours), locked until the transaction ends. Raises NotFound."""
    id_ = word if isinstance(word, UUID) else as_uuid(word)
    order = planning.lock_order(session, account_id, id_) if id_ else None
    if order is None:
        raise NotFound(f"There is no order {str(word)[:60]}.")
    return rows_of(session, order)


def rows_of(session: Session, order: Order) -> Rows:
    """In a fixed number of statements."""
    account_id = order.account_id
    lines = planning.lines_of_orders(session, account_id, [order.id]).get(order.id, [])
    parts = planning.vendor_orders_of_orders(session, account_id, [order.id]).get(order.id, [])
    part_lines = planning.lines_of_vendor_orders(session, account_id, [part.id for part in parts])
    sums = planning.tallies(session, account_id, [line.id for own in part_lines.values() for line in own])
    unplaced = planning.unrouted_cancellations(session, account_id, [order.id])
    places = []
    for line in lines:
        placed = [
            Place(line, part, own, planning.tally_of(own, sums))
            for part in parts
            for own in part_lines.get(part.id, ())
            if own.order_line_id == line.id
        ]
        rest = Tally(line.quantity - sum(place.tally.quantity for place in placed), unplaced.get(line.id, 0))
        places += placed
        if rest.quantity > 0:
            places.append(Place(line, None, None, rest))
    return Rows(order, lines, parts, places, {vendor.id: vendor for vendor in vendors.vendors_of(session, account_id)})


def facts_of(session: Session, rows: Rows) -> acting.Order:
    return rows.facts(pickups(session, rows.order.account_id, [part.id for part in rows.parts]))
