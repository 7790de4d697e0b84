"""An order with all that its life depends on: where the units of each line are, and what became of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import NotFound
from ...rules import acting
from ...rules.shopstatus import Meaning, holds
from ...rules.status import Tally
from ...store.orders import Order, OrderLine, VendorOrder, VendorOrderLine, planning, tallying
from ...store.pickups import Pickup, pickups
from ...store.vendorlist import KnownVendor, known_vendors
from ...store.vendors import SHIPSTATION, Vendor
from ..forms import as_uuid

Vendors = Mapping[UUID, Vendor | KnownVendor]


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
    vendors: Vendors

    def facts(self, picked: Mapping[UUID, Pickup]) -> acting.Order:
        """What the rules of acting are given."""
        return acting.Order(
            number=self.order.number,
            paid=self.order.is_paid,
            held=self.order.held,
            said_to_wait=self.order.shop_status if holds(self.order.meaning) else "",
            said_unpaid=self.order.shop_status if self.order.meaning == Meaning.UNPAID else "",
            parts=tuple(self._part(part, picked.get(part.id)) for part in self.parts),
            unrouted=tuple(
                acting.Item(place.name, place.tally, place.line.excluded) for place in self.places if place.part is None
            ),
        )

    def _part(self, part: VendorOrder, picked: Pickup | None) -> acting.Part:
        vendor = self.vendors[part.vendor_id]
        return acting.Part(
            id=part.id,
            number=part.number,
            vendor=vendor.name,
            connected=vendor.kind == SHIPSTATION,
            active=vendor.active,
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
    [rows] = rows_of_orders(session, order.account_id, [order])
    return rows


def rows_of_orders(session: Session, account_id: UUID, orders: Sequence[Order]) -> list[Rows]:
    """In a fixed number of statements, however many orders."""
    ids = [order.id for order in orders]
    lines = planning.lines_of_orders(session, account_id, ids)
    parts = planning.vendor_orders_of_orders(session, account_id, ids)
    part_ids = [part.id for of_order in parts.values() for part in of_order]
    part_lines = planning.lines_of_vendor_orders(session, account_id, part_ids)
    sums = tallying.tallies(session, account_id, [line.id for own in part_lines.values() for line in own])
    unplaced = tallying.unrouted_cancellations(session, account_id, ids)
    known = {vendor.id: vendor for vendor in known_vendors(session, account_id)}
    found = []
    for order in orders:
        own_lines, own_parts = lines.get(order.id, []), parts.get(order.id, [])
        places = [place for line in own_lines for place in _places(line, own_parts, part_lines, sums, unplaced)]
        found.append(Rows(order, own_lines, own_parts, places, known))
    return found


def rows_read(order: Order, sums: tallying.Sums, unplaced: Mapping[UUID, int], known: Vendors) -> Rows:
    """Of an order that was read whole, with its units by vendor order line, and the cancelled ones that none held."""
    part_lines = {part.id: part.lines for part in order.vendor_orders}
    places = [place for line in order.lines for place in _places(line, order.vendor_orders, part_lines, sums, unplaced)]
    return Rows(order, order.lines, order.vendor_orders, places, known)


def _places(
    line: OrderLine,
    parts: Sequence[VendorOrder],
    part_lines: Mapping[UUID, Sequence[VendorOrderLine]],
    sums: tallying.Sums,
    unplaced: Mapping[UUID, int],
) -> Iterator[Place]:
    """The vendor orders that hold it, oldest first, then what none holds."""
    rest = line.quantity
    for part in parts:
        for own in part_lines.get(part.id, ()):
            if own.order_line_id == line.id:
                rest -= own.quantity
                yield Place(line, part, own, tallying.tally_of(own, sums))
    if rest > 0:
        yield Place(line, None, None, Tally(rest, unplaced.get(line.id, 0)))


def facts_of(session: Session, rows: Rows) -> acting.Order:
    return rows.facts(pickups(session, rows.order.account_id, [part.id for part in rows.parts]))
