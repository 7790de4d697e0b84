"""What each part of an order costs: its own lines, and its share of discounts, tax and shipping.

Shared by line value, in the currency's smallest unit, by largest remainder: the parts add up to the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .money import WIRE_DIGITS, ZERO, rounded, shares, sharing_digits


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
    off = sum((amount for _, amount in order.discounts), ZERO)
    value = sum(values, ZERO)
    digits = sharing_digits(order.currency, order.total, order.tax, order.shipping, off, value)
    worth = rounded(value, digits)
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
    return parts if digits <= WIRE_DIGITS else _on_the_wire(order.total, parts)


def _on_the_wire(total: Decimal, parts: Sequence[PartAmounts]) -> list[PartAmounts]:
    """Totals in hundredths, as the wire says them, that still add up; what is finer stays with the first part."""
    totals = shares(total, [part.total for part in parts], WIRE_DIGITS)
    return [replace(part, total=own) for part, own in zip(parts, totals, strict=True)]
