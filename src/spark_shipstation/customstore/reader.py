"""Bytes → messages: the one safe parser. No DTD, no entities, no network, libxml2's own bounds on depth and size."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from ..errors import Unreadable
from .charsets import text_of
from .messages import NoticeMessage, OrderMessage
from .schema import NOTICE, ORDER, Document, Field, Group, Series
from .writer import MOST_PAGES

MOST_ELEMENTS = 50_000  # of a notice: a package of ten thousand different items has fewer


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that could not be read, or an element out of place. `path` as in `Items/Item[2]/Quantity`."""

    path: str
    sentence: str
    unknown: bool = False  # an element that the protocol does not have: to be ignored in what ShipStation sends

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class OrdersPage:
    pages: int
    orders: tuple[OrderMessage, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class NoticeReading:
    message: NoticeMessage
    problems: tuple[Problem, ...]


def parse(body: bytes, charset: str | None = None) -> etree._Element:
    """The root of a well-formed document without a DTD. A charset that is given counts, else the document's own word.
    Raises Unreadable."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding=charset,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"The body is not well-formed XML: {_why(error)[:200]}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("The body has a DOCTYPE, which is refused.")
    return root


def _why(error: Exception) -> str:
    """What was wrong and where; lxml adds the name of a file, and there is none."""
    return str(error.msg) if isinstance(error, etree.XMLSyntaxError) else str(error)


class _Reader:
    """Reads one document by its table and collects what is wrong on the way. `strict` is for what we send ourselves."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.problems: list[Problem] = []

    def read(self, element: etree._Element, document: Document, path: str) -> Any:
        children = self._children(element, document, path)
        values: dict[str, Any] = {}
        for entry in document.entries:
            child = children.get(entry.tag)
            if child is None and not entry.required:
                continue
            here = f"{path}/{entry.tag}" if path else entry.tag
            if child is None:
                self.problems.append(Problem(here, "is missing"))
                continue
            if isinstance(entry, Field):
                value = self._value(child, entry, here)
            elif isinstance(entry, Group):
                value = self.read(child, entry.document, here)
            else:
                value = self._series(child, entry, here)
            if value is not None:
                values[entry.attribute] = value
        return self._made(document, values)

    def _children(self, element: etree._Element, document: Document, path: str) -> dict[str, etree._Element]:
        children: dict[str, etree._Element] = {}
        for child in element:
            tag = str(child.tag)
            if tag in document.tags and tag not in children:
                children[tag] = child
                continue
            here = f"{path}/{tag}" if path else tag
            known = tag in document.tags
            sentence = "stands there twice" if known else "is not part of the protocol"
            self.problems.append(Problem(here, sentence, unknown=not known))
        return children

    def _value(self, child: etree._Element, entry: Field, here: str) -> Any:
        text = "".join(child.itertext()) if len(child) else child.text or ""
        if self.strict and len(child):
            self.problems.append(Problem(here, "holds elements where a text belongs"))
        if not text.strip():
            if entry.kind.empty is None and (entry.required or self.strict):
                self.problems.append(Problem(here, "is empty"))
            return None if entry.kind.empty is None else ""
        try:
            return entry.kind.read(text)
        except Unreadable as error:
            self.problems.append(Problem(here, error.sentence))
            return None

    def _series(self, child: etree._Element, entry: Series, here: str) -> tuple[Any, ...]:
        items = []
        for index, item in enumerate(child, start=1):
            if item.tag == entry.item.tag:
                items.append(self.read(item, entry.item, f"{here}/{entry.item.tag}[{index}]"))
            else:
                self.problems.append(Problem(f"{here}/{item.tag!s}", "is not part of the protocol"))
        if entry.required and not items:
            self.problems.append(Problem(here, "is empty"))
        if entry.most is not None and len(items) > entry.most:
            self.problems.append(Problem(here, f"has {len(items)} entries; the limit is {entry.most}"))
        return tuple(item for item in items if item is not None)

    def _made(self, document: Document, values: dict[str, Any]) -> Any:
        """The message, or None where a required part is missing (which `problems` then says)."""
        try:
            return document.make(**values)
        except TypeError:
            return None


def read_orders(body: bytes) -> OrdersPage:
    """A page of the export, checked against the table. What breaks a rule is listed in `problems`.

    Raises Unreadable for what is no `<Orders>` document at all.
    """
    root = parse(body)
    if root.tag != "Orders":
        raise Unreadable(f"The root element is <{root.tag!s}>, not <Orders>.")
    reader = _Reader(strict=True)
    orders = []
    for index, element in enumerate(root, start=1):
        here = f"Order[{index}]"
        if element.tag != "Order":
            reader.problems.append(Problem(f"{element.tag!s}", "is not part of the protocol"))
            continue
        order = reader.read(element, ORDER, here)
        if order is not None:
            orders.append(order)
            reader.problems += _order_problems(order, here)
    pages = root.get("pages", "")
    if not (pages.isascii() and pages.isdigit() and int(pages) <= MOST_PAGES):
        reader.problems.append(Problem("@pages", f"“{pages}” is not a number of pages"))
        pages = "0"
    return OrdersPage(int(pages), tuple(orders), tuple(reader.problems))


def _order_problems(order: OrderMessage, here: str) -> list[Problem]:
    """A rule between two fields: adjustments take something off."""
    return [
        Problem(f"{here}/Items/Item[{index}]/UnitPrice", "of an adjustment must be negative")
        for index, item in enumerate(order.items, start=1)
        if item.adjustment and item.unit_price >= 0
    ]


def read_notice(body: bytes, content_type: str = "") -> NoticeReading:
    """A ShipNotice, in whatever charset. Raises Unreadable for a body that is none; single bad values are listed in
    `problems`."""
    root = parse(text_of(body, content_type).strip().encode(), "utf-8")
    if next(islice(root.iter(), MOST_ELEMENTS, None), None) is not None:
        raise Unreadable(f"The body has more than {MOST_ELEMENTS} elements.")
    if root.tag != "ShipNotice":
        raise Unreadable(f"The root element is <{root.tag!s}>, not <ShipNotice>.")
    reader = _Reader(strict=False)
    message = reader.read(root, NOTICE, "")
    return NoticeReading(message, tuple(reader.problems))
