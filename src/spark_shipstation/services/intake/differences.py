"""What an update of an order changed, for its timeline: each fact before and after, and the same in a few words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ...store.base import Json
from ...store.orders import Order, OrderLine, VendorOrder, planning
from ...store.vendorlist import names_of_vendors
from ..answers import format_money

LINE_FACTS = (
    "position", "sku", "name", "quantity", "unit_price", "weight", "weight_unit", "image_url", "upc", "options",
    "location", "reason",
)  # fmt: skip
SHORT = frozenset({"number", "payment_status", "shipping_method", "shipping_amount", "tax_amount", "total"})
MOST_LINES = 5
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """Facts of one order at one moment, by dotted name: its statuses and numbers, and those of each line."""

    order: Facts
    lines: Mapping[str, Facts] = field(default_factory=dict)  # by the shop's id


def standings(session: Session, account_id: UUID, orders: Sequence[Order]) -> dict[UUID, Standing]:
    """As these orders are now, in a fixed number of statements; nothing is asked where there are none."""
    if not orders:
        return {}
    ids = [order.id for order in orders]
    lines = planning.lines_of_orders(session, account_id, ids)
    parts = planning.vendor_orders_of_orders(session, account_id, ids)
    names = names_of_vendors(session, account_id)
    return {
        order.id: Standing(
            _order_facts(order, parts.get(order.id, ())),
            {line.external_id: _line_facts(line, names) for line in lines.get(order.id, ())},
        )
        for order in orders
    }


def _order_facts(order: Order, parts: Sequence[VendorOrder]) -> Facts:
    facts: Facts = {"status": order.status}
    for part in parts:
        facts |= {f"vendor_orders.{part.id.hex}.{name}": getattr(part, name) for name in ("number", "status")}
    return facts


def _line_facts(line: OrderLine, names: Mapping[UUID, str]) -> Facts:
    vendor = names[line.vendor_id] if line.vendor_id else None
    return {name: plain(getattr(line, name)) for name in LINE_FACTS} | {"vendor": vendor}


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Decimal):
        return format_money(value)
    return value if isinstance(value, bool | int | str | list | dict | None) else str(value)


def flattened(facts: Mapping[str, Any]) -> Facts:
    """Objects with their fields by dotted name: `ship_to.city`."""
    flat: Facts = {}
    for name, value in facts.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": plain(part) for inner, part in value.items()}
        else:
            flat[name] = plain(value)
    return flat


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` and `after` have the same names; `told` says it in a few words."""

    before: Facts
    after: Facts
    told: str

    def __bool__(self) -> bool:
        return bool(self.after)

    def facts(self) -> Json | None:
        return {"before": self.before, "after": self.after} if self else None


def difference(was: Standing, now: Standing, replaced: Facts, by: Facts) -> Difference:
    """`replaced` are the order's own columns that differ, as they were, `by` as they are now."""
    before, after = flattened(replaced) | was.order, flattened(by) | now.order
    words = [_word(name, replaced[name], by[name]) for name in replaced]
    lines = []
    for external_id, facts in now.lines.items():
        old = was.lines.get(external_id)
        if old != facts:
            lines.append(_line_words(external_id, old, facts))
            before |= {f"lines.{external_id}.{name}": value for name, value in (old or {}).items()}
            after |= {f"lines.{external_id}.{name}": value for name, value in facts.items()}
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"{len(lines) - MOST_LINES} more lines"]
    names = [name for name in before | after if before.get(name) != after.get(name)]
    return Difference(
        {name: before.get(name) for name in names},
        {name: after.get(name) for name in names},
        "; ".join(filter(None, (", ".join(words), *lines))),
    )


def _word(name: str, old: Any, new: Any) -> str:
    """What is short is said in full."""
    word = name.replace("_", " ")
    return f"{word} {plain(old)} → {plain(new)}" if name in SHORT else word


def _line_words(external_id: str, old: Facts | None, new: Facts) -> str:
    name = f"line {external_id}"
    if old is None:
        return f"{name} added ({new['quantity']} × {new['sku'] or new['name']})"
    if old["quantity"] and not new["quantity"]:
        return f"{name} taken off ({old['quantity']} × {old['sku'] or old['name']})"
    said = []
    if old["quantity"] != new["quantity"]:
        said.append(f"quantity {old['quantity']} → {new['quantity']}")
    if old["vendor"] != new["vendor"]:
        said.append(f"{old['vendor'] or 'no vendor'} → {new['vendor'] or 'no vendor'}: {new['reason']}")
    said += [
        fact.replace("_", " ") for fact in new
        if fact not in {"quantity", "vendor", "reason"} and old[fact] != new[fact]
    ]  # fmt: skip
    return f"{name} {', '.join(said) or 'reason'}"
