"""Files of orders → JSON documents, one order at a time: JSON, NDJSON and CSV. Validation comes later."""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import ijson

from ..errors import Unreadable


@dataclass(frozen=True, slots=True)
class Document:
    """`line` is where it stands in the file (for JSON: its place in the list); `read` how many bytes are behind it.
    `fault` says why a piece of the file is no document at all; `order` is then the piece."""

    line: int
    order: Any
    read: int
    fault: str = ""


def read_orders(path: Path, form: str | None = None) -> Iterator[Document]:
    """Raises Unreadable for a file that cannot be read as what it is."""
    form = form or {".json": "json", ".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}.get(path.suffix.lower())
    if form is None:
        raise Unreadable(f"{path.name} is neither .json, .ndjson, .jsonl nor .csv; say which with --format.")
    try:
        with path.open("rb") as file:
            yield from {"json": _json, "ndjson": _ndjson, "csv": _csv}[form](file)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is not UTF-8: {error.reason} at byte {error.start}.") from None


def _loads(text: bytes | str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _json(file: IO[bytes]) -> Iterator[Document]:
    """Read as a stream, since a file of all orders is larger than any one of them."""
    try:
        where = _list_of_orders(file)
        if where is None:
            yield from _json_document(file)
            return
        size = os.fstat(file.fileno()).st_size
        for place, order in enumerate(ijson.items(file, where), start=1):
            yield Document(place, order, min(file.tell(), size))
    except ijson.JSONError as error:
        reason = str(error).partition("\n")[0].removeprefix("b'").partition("\\n")[0].strip()  # the rest is names
        raise Unreadable(f"The file is not JSON: {reason}.") from None


def _list_of_orders(file: IO[bytes]) -> str | None:
    """Where the orders stand: "item" of a list, "orders.item" of {"orders": […]}; None: the file is one order."""
    lists = (prefix for prefix, event, _ in ijson.parse(file) if event == "start_array" and prefix in {"", "orders"})
    found = next(lists, None)
    file.seek(0)
    return None if found is None else f"{found}.item".lstrip(".")


def _json_document(file: IO[bytes]) -> Iterator[Document]:
    try:
        document = _loads(file.read())
    except ValueError as error:
        raise Unreadable(f"The file is not JSON: {error}.") from None
    if not isinstance(document, dict):
        raise Unreadable('The file must hold an order, a list of orders, or {"orders": […]}.')
    yield Document(1, document, file.tell())


def _ndjson(file: IO[bytes]) -> Iterator[Document]:
    read = 0
    for number, text in enumerate(file, start=1):
        read += len(text)
        if not text.strip():
            continue
        try:
            yield Document(number, _loads(text), read)
        except ValueError as error:
            yield Document(number, text.decode("utf-8", "replace").rstrip("\n"), read, f"not JSON: {error}")


# CSV: one row for each order line. Dots nest (`ship_to.city`); rows of one order stand together and repeat its fields.
_LISTED = {"line": "lines", "discount": "discounts"}
_FLAGS = {"gift"}


def _csv(file: IO[bytes]) -> Iterator[Document]:
    lines = _Lines(file)
    reader = csv.DictReader(lines, strict=True)
    order: dict[str, Any] = {}
    first_line = 0
    try:
        _refuse_clashes(reader.fieldnames or ())
        for row in reader:
            if None in row:
                raise Unreadable(f"Line {reader.line_num} has more fields than the header.")
            fields = {name.strip(): value for name, value in row.items() if name and value not in ("", None)}
            if not fields:
                continue
            if order and (fields.get("store"), fields.get("external_id")) != (
                order.get("store"),
                order.get("external_id"),
            ):
                yield Document(first_line, order, lines.read)
                order = {}
            if not order:
                first_line = reader.line_num
            _add_row(order, fields)
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} is not CSV: {error}.") from None
    if order:
        yield Document(first_line, order, lines.read)


def _refuse_clashes(names: Sequence[str]) -> None:
    """`ship_to` and `ship_to.city` cannot both be said."""
    plain = {name.strip() for name in names if name}
    for name in sorted(plain):
        head = name.partition(".")[0]
        if head != name and head in plain:
            raise Unreadable(f"The columns {head} and {name} cannot stand together.")


class _Lines:
    """Decoded lines, counting the bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        for text in self.file:
            first = self.read == 0
            self.read += len(text)
            yield text.decode("utf-8-sig" if first else "utf-8")


def _add_row(order: dict[str, Any], fields: dict[str, str]) -> None:
    listed: dict[str, dict[str, Any]] = {}
    for name, value in fields.items():
        head, _, rest = name.partition(".")
        if head in _LISTED and rest:
            listed.setdefault(head, {})[rest] = value
        elif rest:
            order.setdefault(head, {})[rest] = value
        elif head in {"custom_field1", "custom_field2", "custom_field3"}:
            custom = order.setdefault("custom_fields", ["", "", ""])
            custom[int(head[-1]) - 1] = value
        else:
            order[head] = _flag(value) if head in _FLAGS else value
    if "line" in listed:
        order.setdefault("lines", []).append(_line(listed["line"]))
    if "discount" in listed:
        order.setdefault("discounts", []).append(listed["discount"])


def _line(fields: dict[str, Any]) -> dict[str, Any]:
    if "weight" in fields or "weight_unit" in fields:
        fields["weight"] = {"value": fields.pop("weight", ""), "unit": fields.pop("weight_unit", "")}
    if "discount_code" in fields or "discount_amount" in fields:
        code, amount = fields.pop("discount_code", ""), fields.pop("discount_amount", "")
        fields["discounts"] = [{"code": code, "amount": amount}]
    if "options" in fields:  # Size=M; Colour=Red
        pairs = [pair.partition("=") for pair in fields["options"].split(";") if pair.strip()]
        fields["options"] = [{"name": name.strip(), "value": value.strip()} for name, _, value in pairs]
    return fields


def _flag(value: str) -> bool | str:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        value.strip().lower(), value
    )
