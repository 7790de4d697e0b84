"""What each part of an order costs: its own lines, and its share of discounts, tax and shipping.

Shared by line value, in the currency's smallest unit, by largest remainder: the parts add up to the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO, digits_of, rounded, shares


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of an order as it was sold. `discounts` are positive amounts by code."""

    currency: str
    discounts: tuple[tuple[str, Decimal], ...]
    tax: Decimal
    shipping: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class PartAmounts:
    subtotal: Decimal
    discounts: tuple[tuple[str, Decimal], ...]
    tax: Decimal
    shipping: Decimal
    total: Decimal


def share_out(order: Amounts, values: Sequence[Decimal]) -> list[PartAmounts]:
    """One result for each part, given the value of each part's lines (units × unit price).

    What the order's total holds beside lines, discounts, tax and shipping (a fee, a rounding) is shared as well.
    """
    digits = digits_of(order.currency)
    worth = rounded(sum(values, ZERO), digits)
    off = sum((amount for _, amount in order.discounts), ZERO)
    other = order.total - (worth - off + order.tax + order.shipping)
    subtotals = shares(worth, values, digits)
    taxes, shippings, others = (shares(amount, values, digits) for amount in (order.tax, order.shipping, other))
    discounts = [(code, shares(amount, values, digits)) for code, amount in order.discounts]
    parts = []
    for i, subtotal in enumerate(subtotals):
        own = tuple((code, amounts[i]) for code, amounts in discounts)
        given = sum((amount for _, amount in own), ZERO)
        total = subtotal - given + taxes[i] + shippings[i] + others[i]
        parts.append(PartAmounts(subtotal, own, taxes[i], shippings[i], total))
    return parts
