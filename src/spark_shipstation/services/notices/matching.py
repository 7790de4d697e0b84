"""Which vendor order a notice is about, and which of its lines units can go to."""

from uuid import UUID

from sqlalchemy.orm import Session

from ...customstore.messages import NoticeMessage
from ...errors import NotFound
from ...rules.numbers import without_split_suffix
from ...store.orders import Order, VendorOrder, planning
from ..forms import as_uuid
from .packing import Slot


def matched(session: Session, account_id: UUID, vendor_id: UUID, message: NoticeMessage) -> VendorOrder:
    """By OrderID, then by number, then without ShipStation's split suffix; only among this vendor's own orders."""
    id_ = as_uuid(message.order_id) if message.order_id else None
    found = planning.vendor_order_of(session, account_id, vendor_id, id_) if id_ else None
    # An OrderID is authoritative: one that is of this form but not ours must not ship what its number happens to name.
    numbers = [] if id_ else [message.order_number, without_split_suffix(message.order_number) or ""]
    for number in numbers:
        if found is None and number:
            found = planning.vendor_order_numbered(session, account_id, vendor_id, number)
    if found is None:
        named = " / ".join(word for word in (message.order_id, message.order_number) if word)
        raise NotFound(f"No order {named} was given to this ShipStation account. The notice is kept to be matched.")
    return found


def slots_of(session: Session, account_id: UUID, order: Order, vendor_order: VendorOrder) -> list[Slot]:
    """The lines of a vendor order whose order the caller has locked."""
    lines = planning.lines_of_vendor_orders(session, account_id, [vendor_order.id]).get(vendor_order.id, [])
    bought = {line.id: line for line in planning.lines_of_orders(session, account_id, [order.id]).get(order.id, [])}
    sums = planning.tallies(session, account_id, [line.id for line in lines])
    slots = []
    for line in lines:
        sold = bought[line.order_line_id]
        skus = frozenset(sku.casefold() for sku in (line.vendor_sku, sold.sku) if sku)
        slots.append(
            Slot(line.id, sold.id, skus, line.vendor_sku or sold.sku, sold.name, planning.tally_of(line, sums))
        )
    return slots
