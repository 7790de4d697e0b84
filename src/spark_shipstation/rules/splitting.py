"""Splitting an order into one part per vendor, and re-planning what has not shipped.

For every order line, always: quantities on parts + unrouted + excluded = ordered. What has shipped or was cancelled
stays where it is; only the rest moves. Planning the same order twice plans nothing the second time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from .status import Tally


@dataclass(frozen=True, slots=True)
class Wish:
    """An order line as it should now be: `quantity` ordered (0 = taken off the order), at `vendor_id`. Without a vendor
    it is unrouted, or `excluded`: nobody ships it."""

    line_id: UUID
    quantity: int
    vendor_id: UUID | None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class PartLine:
    id: UUID
    line_id: UUID
    tally: Tally


@dataclass(frozen=True, slots=True)
class Part:
    """A vendor order as it is. Parts are given oldest first."""

    id: UUID
    vendor_id: UUID
    lines: tuple[PartLine, ...]

    @property
    def closed(self) -> bool:
        """Nothing is left to ship, so the vendor is done with it: more of the order needs a part of its own."""
        return all(line.tally.open == 0 for line in self.lines)


@dataclass(frozen=True, slots=True)
class Placing:
    line_id: UUID
    quantity: int


@dataclass(slots=True)
class Plan:
    """What must change. Quantities are totals to set, not differences."""

    quantities: dict[UUID, int] = field(default_factory=dict)  # part line → its new quantity
    additions: dict[UUID, list[Placing]] = field(default_factory=dict)  # open part → lines new to it
    new_parts: dict[UUID, list[Placing]] = field(default_factory=dict)  # vendor → the lines of a part to make
    unrouted: dict[UUID, int] = field(default_factory=dict)  # order line → units without a vendor
    excluded: dict[UUID, int] = field(default_factory=dict)  # order line → units that nobody ships

    def _set(self, line: PartLine, quantity: int) -> None:
        if quantity != line.tally.quantity:
            self.quantities[line.id] = quantity


def units_after(result: Plan, parts: Sequence[Part], new: Mapping[UUID, UUID]) -> dict[UUID, dict[UUID, int]]:
    """Part → order line → units, once the plan was carried out. `new` are the ids of the parts made, by vendor."""
    after = {
        part.id: {line.line_id: result.quantities.get(line.id, line.tally.quantity) for line in part.lines}
        for part in parts
    }
    for part_id, placings in result.additions.items():
        after[part_id].update({placing.line_id: placing.quantity for placing in placings})
    for vendor_id, placings in result.new_parts.items():
        after[new[vendor_id]] = {placing.line_id: placing.quantity for placing in placings}
    return after


def plan(wishes: Iterable[Wish], parts: Sequence[Part]) -> Plan:
    result = Plan()
    open_parts = {part.vendor_id: part for part in parts if not part.closed}
    for wish in wishes:
        placed = [(part, line) for part in parts for line in part.lines if line.line_id == wish.line_id]
        _plan_line(wish, placed, open_parts, result)
    return result


def _plan_line(wish: Wish, placed: list[tuple[Part, PartLine]], open_parts: dict[UUID, Part], result: Plan) -> None:
    fixed = {line.id: _fixed(line.tally) for _, line in placed}
    rest = wish.quantity - sum(fixed.values())
    home = open_parts.get(wish.vendor_id) if wish.vendor_id else None
    for _, line in placed:  # what left the house beyond what was asked for counts before anything more is sent
        taken = max(0, min(rest, _surplus(line.tally)))
        fixed[line.id], rest = fixed[line.id] + taken, rest - taken
    for part, line in reversed(placed):
        quantity = fixed[line.id]
        if rest < 0:  # fewer are ordered than have left or were cancelled: the newest part gives them up
            given_up = min(quantity, -rest)
            quantity, rest = quantity - given_up, rest + given_up
        elif home is not None and part.id == home.id:
            quantity, rest = quantity + rest, 0
        result._set(line, quantity)
    if rest <= 0:
        return
    placing = Placing(wish.line_id, rest)
    if wish.vendor_id is None:
        (result.excluded if wish.excluded else result.unrouted)[wish.line_id] = rest
    elif home is not None:
        result.additions.setdefault(home.id, []).append(placing)
    else:
        result.new_parts.setdefault(wish.vendor_id, []).append(placing)


def movable(quantity: int, tallies: Iterable[Tally]) -> int:
    """The units of a line with that quantity that can still go to another vendor."""
    return max(0, quantity - sum(_fixed(tally) + _surplus(tally) for tally in tallies))


def _fixed(tally: Tally) -> int:
    """The units that cannot move: what has left the house, and what was cancelled here."""
    return min(tally.quantity, tally.shipped + tally.cancelled)


def _surplus(tally: Tally) -> int:
    return tally.shipped + tally.cancelled - _fixed(tally)
