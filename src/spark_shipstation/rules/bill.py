"""What a part costs as the wire says it: prices in hundredths, and a total that lines, tax and shipping add up to.

Everything is counted in whole hundredths, so nothing is lost on the way: what does not divide gets a line of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .money import ZERO, shares

_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")
TAX_INCLUDED = "Tax included in the prices"
ROUNDING = "Rounding"
OTHER = "Adjustment"
_NOISE = 2  # hundredths that a total, a tax and a shipping amount with finer digits may miss each other by


@dataclass(slots=True)
class Part:
    """A part's money. `lines` are (unit price, units) of what is still wanted. `gone` is what the units were worth that
    the amounts are for and that were cancelled since. Discounts are positive amounts by code."""

    lines: Sequence[tuple[Decimal, int]]
    discounts: Sequence[tuple[str, Decimal]]
    tax: Decimal
    shipping: Decimal
    total: Decimal
    gone: Decimal = ZERO


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
    worth = [_hundredths(price * units) for price, units in part.lines]
    tax, shipping = _hundredths(part.tax), _hundredths(part.shipping)
    before = [_hundredths(amount) for _, amount in part.discounts]
    wanted, all_off = sum(worth), sum(before)
    sold = wanted + _hundredths(part.gone) if part.gone else wanted
    off = before if wanted == sold else _left_of(before, wanted, sold)
    still_off = sum(off)
    other = _hundredths(part.total) - (sold - all_off + tax + shipping)
    included = tax if 0 < tax == -other else 0
    lowered = _lowered(worth, still_off) if spread else worth
    prices = [-(-value // (units or 1)) for value, (_, units) in zip(lowered, part.lines, strict=True)]
    told = sum([price * units for price, (_, units) in zip(prices, part.lines, strict=True)])
    rest = wanted + other + included - told - (still_off if spread else 0)
    rounding = told - sum(lowered)
    return Bill(
        prices=[_money(price) for price in prices],
        adjustments=[*([] if spread else _coupons(part.discounts, off)), *_others(included, rest, rounding)],
        tax=_money(tax),
        shipping=_money(shipping + max(0, rest)),
        total=_money(wanted - still_off + tax + shipping + other),
    )


def _left_of(off: Sequence[int], worth: int, all_worth: int) -> list[int]:
    """The discounts' share in what is still wanted, each rounded at the half."""
    if all_worth <= 0:
        return list(off)
    return [(2 * amount * worth + all_worth) // (2 * all_worth) for amount in off]


def _lowered(worth: Sequence[int], off: int) -> list[int]:
    """The lines' worth less the discounts, shared by worth. No line goes below nothing."""
    spread = shares(Decimal(min(off, sum(worth))), [Decimal(value) for value in worth], digits=0)
    return [value - int(share) for value, share in zip(worth, spread, strict=True)]


def _coupons(discounts: Sequence[tuple[str, Decimal]], off: Sequence[int]) -> list[Adjustment]:
    named = enumerate(zip(discounts, off, strict=True), start=1)
    return [Adjustment(str(place), code or "Discount", _money(-own)) for place, ((code, _), own) in named if own]


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
