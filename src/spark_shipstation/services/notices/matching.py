"""Which vendor orders notices are about, and which of their lines units can go to."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from ...customstore.messages import NoticeMessage
from ...customstore.schema import SKU_LENGTH
from ...rules.numbers import without_split_suffix
from ...rules.status import Tally
from ...rules.texts import as_code
from ...store.orders import planning
from ...store.orders.planning import Named
from ...store.orders.standing import Units
from ...store.vendors import Channel
from ..forms import as_uuid
from .packing import Slot


class Names(NamedTuple):
    """What a vendor order is looked for by: its id, else the first of the numbers that there is."""

    id: UUID | None
    numbers: tuple[str, ...] = ()


def names_of(message: NoticeMessage) -> Names:
    """By OrderID, then by number, then without ShipStation's split suffix. An OrderID is authoritative: one that is of
    its form but not ours must not ship what its number happens to name."""
    id_ = as_uuid(message.order_id) if message.order_id else None
    if id_:
        return Names(id_)
    numbers = (message.order_number, without_split_suffix(message.order_number))
    return Names(None, tuple(filter(None, numbers)))


def matched(session: Session, channel: Channel, wanted: Sequence[Names]) -> list[Named | None]:
    """The vendor orders that are meant, only among this vendor's own. Their orders are locked."""
    ids = {names.id for names in wanted if names.id}
    numbers = {number for names in wanted for number in names.numbers}
    found = planning.lock_named(session, channel.account_id, channel.vendor_id, ids, numbers)
    by_id, by_number = {one.id: one for one in found}, {one.number: one for one in found}
    return [
        by_id.get(names.id) if names.id else next((by_number[n] for n in names.numbers if n in by_number), None)
        for names in wanted
    ]


def unknown(message: NoticeMessage) -> str:
    named = " / ".join(word for word in (message.order_id, message.order_number) if word)
    return f"No order {named} was given to this ShipStation account. The notice is kept to be matched."


def is_named(session: Session, channel: Channel, message: NoticeMessage, one: Named) -> bool:
    """Is it that vendor order which would be matched? Without a lock."""
    names = names_of(message)
    if names.id:
        return names.id == one.id
    if message.order_number == one.number:
        return True
    if one.number not in names.numbers:
        return False
    return planning.vendor_order_numbered(session, channel.account_id, channel.vendor_id, message.order_number) is None


def _forms(sku: str) -> set[str]:
    """As it is, and as ShipStation was sent it."""
    return {sku.casefold(), as_code(sku, SKU_LENGTH).casefold()}


def slots_of(lines: Iterable[Units]) -> list[Slot]:
    """The lines of one vendor order."""
    return [
        Slot(
            line_id=line.vendor_order_line_id,
            order_line_id=line.order_line_id,
            skus=frozenset(form for sku in (line.vendor_sku, line.sku) if sku for form in _forms(sku)),
            sku=line.vendor_sku or line.sku,
            name=line.name,
            tally=Tally(line.quantity, line.cancelled, line.shipped),
            shown=line.quantity or line.last_quantity,
        )
        for line in lines
        if line.vendor_order_line_id
    ]
