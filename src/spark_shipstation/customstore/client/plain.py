"""An order message ↔ plain JSON values, by the tables of `schema`. Amounts are strings, times ISO 8601."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ...errors import Unreadable
from ..kinds import TIME
from ..messages import OrderMessage
from ..schema import ORDER, Document, Field, Group

Plain = dict[str, Any]


def order_as_plain(order: OrderMessage) -> Plain:
    return _plain(order, ORDER)


def order_from_plain(plain: Any) -> OrderMessage:
    """The order that `order_as_plain` wrote. Raises Unreadable."""
    order: OrderMessage = _made(plain, ORDER)
    return order


def _plain(message: Any, document: Document) -> Plain:
    """Every field that says something, under the message's own names."""
    plain: Plain = {}
    for entry in document.entries:
        value = getattr(message, entry.attribute)
        if value is None:
            continue
        if isinstance(entry, Field):
            plain[entry.attribute] = _plain_value(value)
        elif isinstance(entry, Group):
            plain[entry.attribute] = _plain(value, entry.document)
        else:
            plain[entry.attribute] = [_plain(item, entry.item) for item in value]
    return plain


def _plain_value(value: Any) -> str | int | bool:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):  # a date with or without a time
        return value.isoformat()
    return value if isinstance(value, bool | int) else str(value)


def _value(entry: Field, text: str) -> Any:
    if entry.kind is not TIME:
        return entry.kind.read(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"“{text[:40]}” is not an ISO 8601 time") from None


def _made(plain: Any, document: Document) -> Any:
    if not isinstance(plain, dict):
        raise Unreadable(f"{document.tag} is not an object")
    values: dict[str, Any] = {}
    for entry in document.entries:
        value = plain.get(entry.attribute)
        if value is None:
            continue
        if isinstance(entry, Field):
            values[entry.attribute] = _value(entry, str(value))
        elif isinstance(entry, Group):
            values[entry.attribute] = _made(value, entry.document)
        elif isinstance(value, list):
            values[entry.attribute] = tuple(_made(item, entry.item) for item in value)
        else:
            raise Unreadable(f"{entry.tag} is not a list")
    try:
        return document.make(**values)
    except TypeError:
        raise Unreadable(f"{document.tag} lacks a field") from None
