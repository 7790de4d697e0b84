"""A cancelled order must reach ShipStation whatever its amounts are: nobody ships by them any more."""

from dataclasses import replace
from decimal import Decimal

from .kinds import MAX_AMOUNT, MAX_QUANTITY
from .messages import ItemMessage, OrderMessage


def within_limits(message: OrderMessage) -> OrderMessage:
    """The same order with each amount and quantity cut to what the wire can hold; measures that do not fit are left
    out."""
    sides = (
        (message.dimensions.length, message.dimensions.width, message.dimensions.height) if message.dimensions else ()
    )
    return replace(
        message,
        total=_cut(message.total),
        tax_amount=None if message.tax_amount is None else _cut(message.tax_amount),
        shipping_amount=_cut(message.shipping_amount),
        dimensions=message.dimensions if all(map(_fits, sides)) else None,
        items=tuple(map(_item, message.items)),
    )


def _item(item: ItemMessage) -> ItemMessage:
    heavy = item.weight is not None and not _fits(item.weight)
    return replace(
        item,
        unit_price=_cut(item.unit_price),
        quantity=min(item.quantity, MAX_QUANTITY),
        weight=None if heavy else item.weight,
        weight_units=None if heavy else item.weight_units,
        options=tuple(replace(option, weight=None) for option in item.options),
    )


def _cut(amount: Decimal) -> Decimal:
    return max(-MAX_AMOUNT, min(amount, MAX_AMOUNT))


def _fits(amount: Decimal) -> bool:
    return abs(amount) <= MAX_AMOUNT
