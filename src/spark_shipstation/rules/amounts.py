"""What each part of an order costs: its own lines with their discounts, and its share of the order's discounts, tax and
shipping.

Shared by line value, in the currency's smallest unit, by largest remainder: the parts add up to the order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from .money import WIRE_DIGITS, ZERO, rounded, shares, sharing_digits

Units = Mapping[UUID, int]  # by order line


@dataclass(frozen=True, slots=True)
class Discount:
    """`amount` is what the buyer saved: a positive amount. `line_id` is None for one of the order as a whole."""

    code: str
    amount: Decimal
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """Of an order line as it was sold: the price of one unit, and what was saved on the line as a whole."""

    unit_price: Decimal
    discounts: tuple[Discount, ...] = ()


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of an order as it was sold. `discounts` are those of the order as a whole."""

    currency: str
    discounts: tuple[Discount, ...]
    tax: Decimal
    shipping: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Portion:
    """A part's units by order line. `ships` is False for units that nobody ships: they bear no shipping."""

    units: Units
    ships: bool = True


@dataclass(frozen=True, slots=True)
class PartAmounts:
    subtotal: Decimal
    discounts: tuple[Discount, ...]
    tax: Decimal
    shipping: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Shared:
    """An order's amounts by part; and what is left for units without a vendor, and for those that nobody ships."""

    parts: dict[UUID, PartAmounts]
    unrouted: PartAmounts | None
    excluded: PartAmounts | None


def share_among_parts(
    order: Amounts, lines: Mapping[UUID, LineAmounts], parts: Mapping[UUID, Units], unrouted: Units, excluded: Units
) -> Shared:
    """Units without a vendor take their share too, so that routing them later moves nobody else's. A part that holds
    nothing any more has none, and is left out."""
    held = {id_: units for id_, units in parts.items() if any(units.values())}
    portions = [Portion(units) for units in held.values()]
    if unrouted or not (held or excluded):
        portions.append(Portion(unrouted))
    if excluded:
        portions.append(Portion(excluded, ships=False))
    amounts = iter(share_out(order, lines, portions))
    return Shared(
        {id_: next(amounts) for id_ in held},
        next(amounts) if unrouted else None,
        next(amounts) if excluded else None,
    )


def share_out(order: Amounts, lines: Mapping[UUID, LineAmounts], portions: Sequence[Portion]) -> list[PartAmounts]:
    """One result for each portion. A line's discounts go with its units, those of the order by value: what the lines
    of a portion cost after their own discounts.

    What the order's total holds beside lines, discounts, tax and shipping (a fee, a rounding) is shared as well.
    """
    gross = [_gross(portion, lines) for portion in portions]
    on_lines = _on_lines(lines, portions)
    off, value = _sum(order.discounts) + _sum(on_lines), sum(gross, ZERO)
    digits = sharing_digits(order.currency, order.total, order.tax, order.shipping, off, value)
    own = _with_units(on_lines, portions, digits)
    net = [amount - _sum(discounts) for amount, discounts in zip(gross, own, strict=True)]
    for discount in order.discounts:
        for discounts, share in zip(own, shares(discount.amount, net, digits), strict=True):
            discounts.append(replace(discount, amount=share))
    worth = rounded(value, digits)
    other = order.total - (worth - off + order.tax + order.shipping)
    subtotals = shares(worth, gross, digits)
    taxes, others = shares(order.tax, net, digits), shares(other, net, digits)
    shippings = _among_those_that_ship(order.shipping, net, portions, digits)
    parts = []
    for i, discounts in enumerate(own):
        total = subtotals[i] - _sum(discounts) + taxes[i] + shippings[i] + others[i]
        parts.append(PartAmounts(subtotals[i], tuple(discounts), taxes[i], shippings[i], total))
    return parts if digits <= WIRE_DIGITS else _on_the_wire(order.total, parts)


def _gross(portion: Portion, lines: Mapping[UUID, LineAmounts]) -> Decimal:
    return sum((lines[id_].unit_price * units for id_, units in portion.units.items()), ZERO)


def _sum(discounts: Iterable[Discount]) -> Decimal:
    return sum((discount.amount for discount in discounts), ZERO)


def _on_lines(lines: Mapping[UUID, LineAmounts], portions: Sequence[Portion]) -> list[Discount]:
    """The discounts of the lines that any portion has units of."""
    held = {id_ for portion in portions for id_, units in portion.units.items() if units}
    return [discount for id_, line in lines.items() if id_ in held for discount in line.discounts]


def _with_units(on_lines: Sequence[Discount], portions: Sequence[Portion], digits: int) -> list[list[Discount]]:
    """For each portion its share of the lines' discounts: by units, none where it has no units of the line."""
    own: list[list[Discount]] = [[] for _ in portions]
    for discount in on_lines:
        holders = [i for i, portion in enumerate(portions) if discount.line_id and portion.units.get(discount.line_id)]
        units = [Decimal(portions[i].units[discount.line_id]) for i in holders if discount.line_id]
        for i, share in zip(holders, shares(discount.amount, units, digits), strict=True):
            own[i].append(replace(discount, amount=share))
    return own


def _among_those_that_ship(
    shipping: Decimal, net: Sequence[Decimal], portions: Sequence[Portion], digits: int
) -> list[Decimal]:
    """Nobody pays for the shipping of what nobody ships, unless that is all there is."""
    ships = [i for i, portion in enumerate(portions) if portion.ships] or list(range(len(portions)))
    result = [ZERO] * len(portions)
    for i, share in zip(ships, shares(shipping, [net[i] for i in ships], digits), strict=True):
        result[i] = share
    return result


def _on_the_wire(total: Decimal, parts: Sequence[PartAmounts]) -> list[PartAmounts]:
    """Totals in hundredths, as the wire says them, that still add up; what is finer stays with the first part."""
    totals = shares(total, [part.total for part in parts], WIRE_DIGITS)
    return [replace(part, total=own) for part, own in zip(parts, totals, strict=True)]
