"""Messages → bytes, by the tables of `schema`. What this module writes is valid, or it raises Unwritable."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from ..errors import Unwritable
from ..rules.money import rounded
from .kinds import clean
from .messages import NoticeMessage, OrderMessage
from .schema import NOTICE, ORDER, Document, Field, Group, Series

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
MOST_PAGES = 32_767  # `pages` is an xs:short

Out = list[str]
Put = Callable[[Any, Out], None]


def _field(entry: Field) -> Put:
    get, write, required = attrgetter(entry.attribute), entry.kind.write, entry.required
    opening, closing, empty = f"<{entry.tag}>", f"</{entry.tag}>", entry.kind.empty

    def put(message: Any, out: Out) -> None:
        value = get(message)
        try:
            content = None if value is None or value == "" else write(value)
        except Unwritable as error:
            raise Unwritable(entry.tag, f"{entry.tag}: {error.sentence}") from None
        if content is not None:
            out.append(opening + content + closing)
        elif required:
            if empty is None:
                raise Unwritable(entry.tag, f"{entry.tag} is missing")
            out.append(opening + closing)

    return put


def _group(entry: Group) -> Put:
    get, put_inner = attrgetter(entry.attribute), compiled(entry.document)

    def put(message: Any, out: Out) -> None:
        inner = get(message)
        if inner is not None:
            put_inner(inner, out)

    return put


def _series(entry: Series) -> Put:
    get, put_item = attrgetter(entry.attribute), compiled(entry.item)
    opening, closing = f"<{entry.tag}>", f"</{entry.tag}>"

    def put(message: Any, out: Out) -> None:
        items = get(message)[: entry.most]
        if not items:
            if entry.required:
                raise Unwritable(entry.tag, f"{entry.tag}: there is nothing to ship")
            return
        out.append(opening)
        for item in items:
            put_item(item, out)
        out.append(closing)

    return put


def compiled(document: Document) -> Put:
    """The table turned into one function, once, so that a page costs no look-ups."""
    puts = [
        _field(entry) if isinstance(entry, Field) else _group(entry) if isinstance(entry, Group) else _series(entry)
        for entry in document.entries
    ]
    opening, closing = f"<{document.tag}>", f"</{document.tag}>"

    def put(message: Any, out: Out) -> None:
        out.append(opening)
        for put_entry in puts:
            put_entry(message, out)
        out.append(closing)

    return put


_put_order = compiled(ORDER)
_put_notice = compiled(NOTICE)


def write_order(message: OrderMessage) -> str:
    """One `<Order>`. Raises Unwritable with the element at fault."""
    out: Out = []
    _put_order(message, out)
    if any(item.adjustment and rounded(item.unit_price) >= 0 for item in message.items):
        raise Unwritable("UnitPrice", "UnitPrice: of an adjustment must be negative")
    return "".join(out)


def write_orders(orders: Iterable[str], pages: int) -> bytes:
    """A page of the export, from orders that `write_order` has written."""
    return f'{DECLARATION}<Orders pages="{pages}">{"".join(orders)}</Orders>\n'.encode()


def write_notice(message: NoticeMessage) -> bytes:
    """A ShipNotice, as ShipStation would post it: for the stand-in."""
    out: Out = [DECLARATION]
    _put_notice(message, out)
    return "".join(out).encode()


def write_answer(tag: str, sentence: str) -> bytes:
    """Our answer to a call that has no document of its own: `<Error>` or `<Success>` with one sentence."""
    text = clean(sentence).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{DECLARATION}<{tag}><Message>{text}</Message></{tag}>\n".encode()
