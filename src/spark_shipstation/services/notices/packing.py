"""What is in the package: the notice's items as units of the vendor order's lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ...customstore.messages import NoticeItem, NoticeMessage
from ...rules.status import Flag, Tally
from ..faces import ADJUSTMENT_MARK
from ..forms import as_uuid


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the vendor order that units can go to. `shown` is how many units the vendor last saw of it."""

    line_id: UUID
    order_line_id: UUID
    skus: frozenset[str]
    sku: str
    name: str
    tally: Tally
    shown: int


@dataclass(frozen=True, slots=True)
class Packed:
    """`slot` is None for an item that the vendor order does not have."""

    slot: Slot | None
    sku: str
    name: str
    quantity: int


def pack(message: NoticeMessage, slots: Sequence[Slot]) -> tuple[list[Packed], set[Flag]]:
    """Items by LineItemID, then SKU; no items = everything still open, marked as assumed. Nothing is dropped.

    Our own adjustment lines are no articles. A package of nothing else, or of zero units, ships nothing.
    """
    items = [item for item in message.items if ADJUSTMENT_MARK not in item.line_item_id]
    if not message.items:
        packed = _assumed(slots)
        return packed, {Flag.ASSUMED_ITEMS} | _flags(packed, slots)
    left = {slot.line_id: slot.tally.open for slot in slots}
    packed = [part for item in items for part in _place(item, slots, left)]
    return packed, _flags(packed, slots)


def _assumed(slots: Sequence[Slot]) -> list[Packed]:
    """What is still open. Where that is nothing although nothing has shipped, the cancel came too late: then it is what
    the vendor had been shown."""
    units = [(slot, slot.tally.open) for slot in slots]
    if not any(left or slot.tally.shipped for slot, left in units):
        units = [(slot, slot.shown) for slot in slots]
    return [Packed(slot, slot.sku, slot.name, left) for slot, left in units if left]


def named(item: NoticeItem, slots: Sequence[Slot]) -> str:
    """The line that the item names, where there is one; else its own words without case."""
    id_ = as_uuid(item.line_item_id)
    if any(slot.line_id == id_ for slot in slots):
        return str(id_)
    same_sku = [slot for slot in slots if item.sku and item.sku.casefold() in slot.skus]
    if len(same_sku) == 1:
        return str(same_sku[0].line_id)
    has_code = item.line_item_id or item.sku
    return (f"{item.line_item_id}|{item.sku}" if has_code else f"||{item.name}|{item.upc}").casefold()


def _place(item: NoticeItem, slots: Sequence[Slot], left: dict[UUID, int]) -> list[Packed]:
    quantity = item.quantity or 0
    id_ = as_uuid(item.line_item_id)
    by_id = next((slot for slot in slots if slot.line_id == id_), None)
    if by_id is not None:
        left[by_id.line_id] -= quantity
        return [Packed(by_id, item.sku or by_id.sku, item.name or by_id.name, quantity)]
    same_sku = [slot for slot in slots if item.sku and item.sku.casefold() in slot.skus]
    if not same_sku:
        return [Packed(None, item.sku, item.name or (f"UPC {item.upc}" if item.upc else ""), quantity)]
    packed = []
    for slot in same_sku:  # several lines can have one SKU: fill the open ones in turn
        units = min(quantity, max(0, left[slot.line_id]))
        if slot is same_sku[-1]:
            units = quantity
        if units:
            left[slot.line_id] -= units
            quantity -= units
            packed.append(Packed(slot, item.sku, item.name or slot.name, units))
    return packed


def _flags(packed: Iterable[Packed], slots: Sequence[Slot]) -> set[Flag]:
    flags = set()
    units: dict[UUID, int] = {}
    for part in packed:
        if part.slot is None:
            flags.add(Flag.UNKNOWN_ITEM)
        else:
            units[part.slot.line_id] = units.get(part.slot.line_id, 0) + part.quantity
    for slot in slots:
        shipped = slot.tally.shipped + units.get(slot.line_id, 0)
        if slot.line_id in units and shipped > slot.tally.quantity:
            flags.add(Flag.OVER_SHIPPED)
        elif slot.line_id in units and shipped > slot.tally.wanted:
            flags.add(Flag.CANCEL_TOO_LATE)
    return flags
