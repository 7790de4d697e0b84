"""What ShipStation would keep: the orders it imported, by OrderID, and what it shipped of them, in one JSON file."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from ...errors import Conflict, NotFound, SparkError, Unavailable, Unreadable
from ..messages import ItemMessage, NoticeMessage, OrderMessage
from .plain import Plain, order_as_plain, order_from_plain
from .shipping import open_items

FORMAT = "spark-shipstation stand-in, version 1"
Outcome = Literal["new", "changed", "same"]


class Taken(NamedTuple):
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ImportedOrder:
    """An order as it was last seen. `shipped` is by LineItemID; it outlives every change of the order."""

    order: OrderMessage
    imported_at: datetime
    times_seen: int = 1
    shipped: dict[str, int] = field(default_factory=dict)


class Imports:
    """The kept orders. `polled_until` is the moment up to which every change has been asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.polled_until: datetime | None = None
        self.orders: dict[str, ImportedOrder] = {}

    @classmethod
    def load(cls, path: Path) -> Self:
        """What the file holds; nothing where there is none yet. Raises Unreadable rather than forget anything."""
        imports = cls(path)
        try:
            kept = json.loads(path.read_bytes())
        except FileNotFoundError:
            return imports
        except OSError as error:
            raise Unreadable(f"The kept imports {path} cannot be read: {error.strerror}.") from None
        except (ValueError, RecursionError):
            raise Unreadable(f"{path} is damaged: it is not JSON. {_WAY_OUT}") from None
        imports._fill(kept)
        return imports

    def save(self) -> None:
        """Written beside the file and put in its place whole; only its owner may read it. Raises Unavailable."""
        kept = {
            "format": FORMAT,
            "polled_until": self.polled_until.isoformat() if self.polled_until else None,
            "orders": {order_id: _entry(imported) for order_id, imported in self.orders.items()},
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self.path, json.dumps(kept, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise Unavailable(f"The imports cannot be kept in {self.path}: {error.strerror}.") from None

    def outcome(self, order: OrderMessage) -> Outcome:
        """What taking this order would make of it."""
        known = self.orders.get(order.order_id)
        if known is None:
            return "new"
        return "same" if known.order == order else "changed"

    def take(self, orders: Iterable[OrderMessage], now: datetime) -> Taken:
        """Upserts by OrderID, as ShipStation does: the newest content, one entry however often it is seen."""
        counts: dict[Outcome, int] = {"new": 0, "changed": 0, "same": 0}
        for order in orders:
            counts[self.outcome(order)] += 1
            known = self.orders.get(order.order_id) or ImportedOrder(order, now, times_seen=0)
            self.orders[order.order_id] = replace(known, order=order, times_seen=known.times_seen + 1)
        return Taken(counts["new"], counts["changed"], counts["same"])

    def polled(self, start: datetime, end: datetime, now: datetime) -> None:
        """Moves `polled_until`, never over a gap that no poll has covered and never into the future."""
        until = min(end, now)
        if self.polled_until is None or start <= self.polled_until < until:
            self.polled_until = until

    def find(self, name: str) -> ImportedOrder:
        """By OrderID, else by number. Raises NotFound, and Conflict where several orders have that number."""
        if name in self.orders:
            return self.orders[name]
        found = [imported for imported in self.orders.values() if imported.order.number == name]
        if not found:
            raise NotFound(f"No order {name} among the {len(self.orders)} imported ones. Poll the store first.")
        if len(found) > 1:
            ids = ", ".join(imported.order.order_id for imported in found)
            raise Conflict(f"{len(found)} orders have the number {name}. Name one by its OrderID: {ids}.")
        return found[0]

    def open_items(self, order: OrderMessage) -> tuple[ItemMessage, ...]:
        """What the stand-in has not shipped of that order yet."""
        known = self.orders.get(order.order_id)
        return open_items(order, known.shipped if known else None)

    def ship(self, notice: NoticeMessage) -> None:
        """Keeps what an accepted notice has shipped of a kept order."""
        imported = self.orders[notice.order_id]
        shipped = dict(imported.shipped)
        for item in notice.items:
            if item.line_item_id and item.quantity:
                shipped[item.line_item_id] = shipped.get(item.line_item_id, 0) + item.quantity
        self.orders[notice.order_id] = replace(imported, shipped=shipped)

    def _fill(self, kept: Any) -> None:
        if not isinstance(kept, dict) or kept.get("format") != FORMAT:
            raise Unreadable(f"{self.path} was not written by this stand-in. {_WAY_OUT}")
        try:
            self.polled_until = _moment(kept["polled_until"]) if kept["polled_until"] else None
            self.orders = {order_id: _imported(order_id, entry) for order_id, entry in kept["orders"].items()}
        except (SparkError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable(f"{self.path} is damaged: {error}. {_WAY_OUT}") from None


_WAY_OUT = "Name another file to keep the imports in, or move this one away."


def _entry(imported: ImportedOrder) -> Plain:
    return {
        "order": order_as_plain(imported.order),
        "imported_at": imported.imported_at.isoformat(),
        "times_seen": imported.times_seen,
        "shipped": imported.shipped,
    }


def _imported(order_id: str, entry: Any) -> ImportedOrder:
    order = order_from_plain(entry["order"])
    if order.order_id != order_id:
        raise ValueError(f"order {order.order_id} is kept as {order_id}")
    shipped = {line: int(quantity) for line, quantity in entry["shipped"].items()}
    return ImportedOrder(order, _moment(entry["imported_at"]), int(entry["times_seen"]), shipped)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment


def _replace(path: Path, content: bytes) -> None:
    """`mkstemp` makes its file with mode 600, which the replaced one then has."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
