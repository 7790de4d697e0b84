"""What a part costs as the wire says it: prices in hundredths, and a total that lines, tax and shipping add up to.

Everything is counted in whole hundredths, so nothing is lost on the way: what does not divide gets a line of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from uuid import UUID

from .amounts import Discount
from .money import ZERO, shares

_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")
TAX_INCLUDED = "Tax included in the prices"
ROUNDING = "Rounding"
OTHER = "Adjustment"
_NOISE = 2  # hundredths that a total, a tax and a shipping amount with finer digits may miss each other by


class Sold(NamedTuple):
    """An order line's units in a part: `units` are still wanted, of `sold` that the part's amounts are for."""

    unit_price: Decimal
    units: int
    sold: int
    line_id: UUID


@dataclass(slots=True)
class Part:
    """A discount with a `line_id` is on that line alone."""

    lines: Sequence[Sold]
    discounts: Sequence[Discount]
    tax: Decimal
    shipping: Decimal
    total: Decimal


@dataclass(slots=True)
class Adjustment:
    """`key` tells it from the part's others, whatever becomes of those. `amount` is negative."""

    key: str
    name: str
    amount: Decimal


@dataclass(slots=True)
class Bill:
    """`total` is exactly Σ price × units + Σ adjustments + tax + shipping."""

    prices: list[Decimal]
    adjustments: list[Adjustment]
    tax: Decimal
    shipping: Decimal
    total: Decimal


def bill(part: Part, *, spread: bool) -> Bill:
    """A discount is an adjustment with its code, or with `spread` lowers the unit prices as far as they go.

    What the part's total lacks beside all this is an adjustment too: tax that the prices include, a rounding. What it
    holds beyond (a fee) counts as shipping, as an adjustment must be negative. Cancelled units take their price and
    their share of the discounts with them.
    """
    worth = [_hundredths(price * units) for price, units, _, _ in part.lines]
    tax, shipping = _hundredths(part.tax), _hundredths(part.shipping)
    before = [_hundredths(discount.amount) for discount in part.discounts]
    wanted, all_off = sum(worth), sum(before)
    gone = [price * (sold - units) for price, units, sold, _ in part.lines if sold != units]
    all_worth = wanted + _hundredths(sum(gone, ZERO)) if gone else wanted
    off = _left_of(part, before, wanted, all_worth) if gone else before
    still_off = sum(off)
    other = _hundredths(part.total) - (all_worth - all_off + tax + shipping)
    included = tax if 0 < tax == -other else 0
    lowered = _lowered(part, worth, off) if spread else worth
    prices = [-(-value // (units or 1)) for value, (_, units, _, _) in zip(lowered, part.lines, strict=True)]
    told = sum([price * units for price, (_, units, _, _) in zip(prices, part.lines, strict=True)])
    rest = wanted + other + included - told - (still_off if spread else 0)
    rounding = told - sum(lowered)
    return Bill(
        prices=[_money(price) for price in prices],
        adjustments=[*([] if spread else _coupons(part.discounts, off)), *_others(included, rest, rounding)],
        tax=_money(tax),
        shipping=_money(shipping + max(0, rest)),
        total=_money(wanted - still_off + tax + shipping + other),
    )


def _places(part: Part) -> list[int | None]:
    """For each discount, the place of the line that it is on."""
    places = {line.line_id: place for place, line in enumerate(part.lines)}
    return [places.get(discount.line_id) if discount.line_id else None for discount in part.discounts]


def _left_of(part: Part, off: Sequence[int], worth: int, all_worth: int) -> list[int]:
    """The discounts' share in what is still wanted, rounded at the half: a line's by its units, another by worth."""
    left = []
    for amount, place in zip(off, _places(part), strict=True):
        kept, of = (worth, all_worth) if place is None else (part.lines[place].units, part.lines[place].sold)
        left.append((2 * amount * kept + of) // (2 * of) if of > 0 else amount)
    return left


def _lowered(part: Part, worth: Sequence[int], off: Sequence[int]) -> list[int]:
    """The lines' worth less the discounts: a line's own first, then those of all lines, shared by what is left. No line
    goes below nothing."""
    left, of_all = list(worth), 0
    for amount, place in zip(off, _places(part), strict=True):
        if place is None:
            of_all += amount
        else:
            left[place] -= min(left[place], amount)
    spread = shares(Decimal(min(of_all, sum(left))), [Decimal(value) for value in left], digits=0)
    return [value - int(share) for value, share in zip(left, spread, strict=True)]


def _coupons(discounts: Sequence[Discount], off: Sequence[int]) -> list[Adjustment]:
    named = enumerate(zip(discounts, off, strict=True), start=1)
    return [Adjustment(str(place), given.code or "Discount", _money(-own)) for place, (given, own) in named if own]


def _others(included: int, rest: int, rounding: int) -> list[Adjustment]:
    """`rest` is what is missing still; `rounding` is what prices that do not divide hold too much."""
    found = [Adjustment("tax", TAX_INCLUDED, _money(-included))] if included else []
    if rest < 0:
        name = ROUNDING if rounding + rest >= -_NOISE else OTHER
        found.append(Adjustment("rest", name, _money(rest)))
    return found


def _hundredths(amount: Decimal) -> int:
    return int((amount * _HUNDRED).to_integral_value(ROUND_HALF_UP))


def _money(hundredths: int) -> Decimal:
    return hundredths * _HUNDREDTH
