"""Messages → bytes, by the tables of `schema`. What this module writes is valid, or it raises Unwritable."""

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any

from ..errors import Unwritable
from ..rules.money import rounded
from ..rules.texts import clean
from .messages import NoticeMessage, OrderMessage
from .schema import NOTICE, ORDER, Document, Field, Group, Series

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
MOST_PAGES = 32_767  # `pages` is an xs:short

Out = list[str]
Put = Callable[[Any, Out], None]


def _fields(entries: Iterable[Field]) -> Put:
    """Fields that stand side by side, in one function: a page has thousands of them."""
    rows = [(entry.attribute, entry.kind.write, entry.tag, f"<{entry.tag}>", f"</{entry.tag}>", _absent(entry))
            for entry in entries]  # fmt: skip

    def put(message: Any, out: Out) -> None:
        for name, write, tag, opening, closing, absent in rows:
            value = getattr(message, name)
            try:
                content = None if not value and (value is None or value == "") else write(value)
            except Unwritable as error:
                raise Unwritable(tag, f"{tag}: {error.sentence}") from None
            if content is not None:
                out.append(f"{opening}{content}{closing}")
            elif absent is None:
                raise Unwritable(tag, f"{tag} is missing")
            elif absent:
                out.append(absent)

    return put


def _absent(entry: Field) -> str | None:
    """What stands for a field with nothing to say: nothing, an empty element, or (None) it must not be."""
    if not entry.required:
        return ""
    return None if entry.kind.empty is None else f"<{entry.tag}></{entry.tag}>"


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
    puts: list[Put] = []
    for kind, entries in groupby(document.entries, key=type):
        if kind is Field:
            puts.append(_fields(entry for entry in entries if isinstance(entry, Field)))
        else:
            puts += [_group(entry) if isinstance(entry, Group) else _series(entry) for entry in entries
                     if not isinstance(entry, Field)]  # fmt: skip
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
