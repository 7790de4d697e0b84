"""Where orders and their parts stand: statuses and flags, computed from plain rows. Asks nothing, writes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ...rules.address import missing_fields
from ...rules.shopstatus import Meaning
from ...rules.status import Facts, Flag, Status, Tally, quantity_flags, status_of
from ...store.orders import Order
from ...store.orders.standing import Part, Units

# What a package's flags say about its vendor order as a whole. Assumed items are nothing to worry about there.
_NOTED = {Flag.UNKNOWN_ITEM, Flag.UNCLEAR_VALUES, Flag.POSSIBLE_RELABEL, Flag.SHIPPED_BY_HAND}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an order's own row says to its status."""

    id: UUID
    store_id: UUID
    is_paid: bool
    is_held: bool
    meaning: str
    ship_to: Mapping[str, Any]


def facts_of(order: Order) -> OrderFacts:
    return OrderFacts(order.id, order.store_id, order.is_paid, order.is_held, order.meaning, order.ship_to)


@dataclass(slots=True)
class Standing:
    """Of a vendor order: `was` is what is stored, the rest what is to be."""

    was: Part
    status: Status
    flags: set[str]
    face_digest: bytes
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rows:
    """All that the statuses of orders follow from, by order."""

    units: Mapping[UUID, Sequence[Units]]
    parts: Mapping[UUID, Sequence[Part]]

    def of_part(self, part: Part) -> list[Units]:
        return [units for units in self.units.get(part.order_id, ()) if units.vendor_order_id == part.id]

    def unplaced(self, order_id: UUID) -> list[tuple[Units, Tally]]:
        """Each line, with those of its units that no vendor order holds."""
        placed: dict[UUID, int] = {}
        lines: dict[UUID, Units] = {}
        for units in self.units.get(order_id, ()):
            lines[units.order_line_id] = units
            placed[units.order_line_id] = placed.get(units.order_line_id, 0) + units.quantity
        return [(line, Tally(line.ordered - placed[id_], line.unrouted_cancelled)) for id_, line in lines.items()]

    def after(self, part: Part, shipped: Mapping[UUID | None, int], flags: Collection[str]) -> "Rows":
        """As they are once a package of that part is recorded: units by vendor order line, and the package's flags."""
        units = [
            line._replace(shipped=line.shipped + shipped.get(line.vendor_order_line_id, 0))
            for line in self.units.get(part.order_id, ())
        ]
        parts = [one._replace(noted=[*one.noted, *flags]) if one is part else one for one in self.parts[part.order_id]]
        return Rows({part.order_id: units}, {part.order_id: parts})


Unplaced = Sequence[tuple[Units, Tally]]


def is_unrouted(unplaced: Unplaced) -> bool:
    return any(tally.wanted and not line.excluded for line, tally in unplaced)


def standing_of(order: OrderFacts, part: Part, units: Sequence[Units], *, waits: bool) -> Standing:
    """`waits`: no part of the order goes out before all have a vendor."""
    tallies = tuple(map(_tally, units))
    status = status_of(Facts(order.is_paid, order.is_held, tallies))
    flags: set[str] = {*quantity_flags(tallies), *_status_flags(order, status), *_NOTED.intersection(part.noted)}
    if status != Status.CANCELLED and missing_fields(order.ship_to):
        flags.add(Flag.NEEDS_ADDRESS)  # a cancelled part needs none, and its vendor must hear of the cancel
    if any(one.unweighed and tally.open for one, tally in zip(units, tallies, strict=True)):
        flags.add(Flag.MISSING_WEIGHT)  # a unit to ship that nobody said the weight of
    if waits and part.changed_at is None and status != Status.CANCELLED:
        flags.add(Flag.NEEDS_ROUTING)  # what a vendor has seen is not taken back
    return Standing(part, status, flags, part.face_digest, part.changed_at)


def order_standing(
    order: OrderFacts, parts: Sequence[Standing], units: Sequence[Units], unplaced: Unplaced
) -> tuple[Status, set[str]]:
    """An order's status counts every line once, with or without a vendor; what nobody ships counts where there is
    nothing else: then nothing is open any more."""
    flags = {flag for part in parts for flag in part.flags}
    if is_unrouted(unplaced):
        flags.add(Flag.UNROUTED)
    tallies = [_tally(one) for one in units if one.vendor_order_id]
    tallies += [tally for line, tally in unplaced if not line.excluded]
    if not any(tally.wanted or tally.shipped for tally in tallies):
        tallies += [Tally(tally.wanted, 0, tally.wanted) for line, tally in unplaced if line.excluded]
    status = status_of(Facts(order.is_paid, order.is_held, tuple(tallies)))
    return status, flags | _status_flags(order, status)


def _tally(units: Units) -> Tally:
    return Tally(units.quantity, units.cancelled, units.shipped)


def _status_flags(order: OrderFacts, status: str) -> set[Flag]:
    """What has shipped or was cancelled needs no meaning of the shop's word any more."""
    return {Flag.UNKNOWN_STATUS} if order.meaning == Meaning.UNKNOWN and status == Status.ON_HOLD else set()
