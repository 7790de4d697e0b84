"""Which vendor order a notice is about, and which of its lines units can go to."""

from uuid import UUID

from sqlalchemy.orm import Session

from ...customstore.messages import NoticeMessage
from ...errors import NotFound
from ...rules.numbers import without_split_suffix
from ...rules.status import Tally
from ...store.orders import Order, VendorOrder, planning
from ..forms import as_uuid
from .packing import Slot


def matched(session: Session, account_id: UUID, vendor_id: UUID, message: NoticeMessage) -> tuple[VendorOrder, Order]:
    """By OrderID, then by number, then without ShipStation's split suffix; only among this vendor's own orders. The
    order is locked."""
    id_ = as_uuid(message.order_id) if message.order_id else None
    found = planning.lock_with_order(session, account_id, vendor_id, id_=id_) if id_ else None
    # An OrderID is authoritative: one that is of this form but not ours must not ship what its number happens to name.
    numbers = [] if id_ else [message.order_number, without_split_suffix(message.order_number) or ""]
    for number in numbers:
        if found is None and number:
            found = planning.lock_with_order(session, account_id, vendor_id, number=number)
    if found is None:
        named = " / ".join(word for word in (message.order_id, message.order_number) if word)
        raise NotFound(f"No order {named} was given to this ShipStation account. The notice is kept to be matched.")
    return found


def named_by_hand(
    session: Session, account_id: UUID, vendor_id: UUID, target: VendorOrder
) -> tuple[VendorOrder, Order]:
    """As `matched`, for the vendor order that a person named."""
    found = planning.lock_with_order(session, account_id, vendor_id, id_=target.id)
    if found is None:
        raise NotFound("The order that was named is gone.")
    return found


def names(session: Session, message: NoticeMessage, vendor_order: VendorOrder) -> bool:
    """Is it that vendor order which would be matched? Without a lock."""
    if message.order_id and (id_ := as_uuid(message.order_id)):
        return id_ == vendor_order.id
    if message.order_number == vendor_order.number:
        return True
    account_id, vendor_id = vendor_order.account_id, vendor_order.vendor_id
    if without_split_suffix(message.order_number) != vendor_order.number:
        return False
    return planning.vendor_order_numbered(session, account_id, vendor_id, message.order_number) is None


def slots_of(session: Session, account_id: UUID, vendor_order: VendorOrder) -> list[Slot]:
    """The lines of a vendor order whose order the caller has locked."""
    return [
        Slot(
            line_id=line.id,
            order_line_id=line.order_line_id,
            skus=frozenset(sku.casefold() for sku in (line.vendor_sku, line.sku) if sku),
            sku=line.vendor_sku or line.sku,
            name=line.name,
            tally=Tally(line.quantity, int(line.cancelled), int(line.shipped)),
            shown=line.quantity or line.last_quantity,
        )
        for line in planning.part_lines(session, account_id, vendor_order.id)
    ]
