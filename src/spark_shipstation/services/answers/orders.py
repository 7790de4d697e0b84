"""Orders, with all that belongs to them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from .amounts import DiscountOut, Money
from .shipments import ShipmentOut
from .vendor_orders import VendorOrderOut


class OrderLineOut(BaseModel):
    """`vendor` is the vendor's name, None while unrouted and for a line that is `excluded`: nobody ships it.
    `vendor_order` is the newest part that holds the line."""

    id: str
    external_id: str
    sku: str
    name: str
    quantity: int
    cancelled: int
    shipped: int
    unit_price: Money
    vendor: str | None
    vendor_id: str | None
    vendor_order: str | None
    reason: str
    excluded: bool
    discounts: list[DiscountOut]


class ChangedOut(BaseModel):
    """A fact before and after, None where there was none: a field of the order such as `ship_to.city`, of a line by the
    shop's id (`lines.l1.quantity`), or of a vendor order by its id (`vendor_orders.01a2….status`)."""

    field: str
    before: Any
    after: Any


class EventOut(BaseModel):
    """`who` is a key, a user, a vendor or a command; `request_id` is that of the call, as in its answer and the log."""

    at: datetime
    who: str
    what: str
    changes: list[ChangedOut]
    request_id: str


class NoteOut(BaseModel):
    text: str
    vendors: list[str]


class OrderOut(BaseModel):
    """`shop_status` is the `status` that the shop sent; `status` is ours."""

    id: str
    store: str
    external_id: str
    number: str
    status: str
    flags: list[str]
    held: bool
    placed_at: datetime
    payment_status: str
    shop_status: str
    payment_method: str
    shipping_method: str
    currency: str
    customer: dict[str, Any]
    bill_to: dict[str, Any]
    ship_to: dict[str, Any]
    discounts: list[DiscountOut]
    shipping_amount: Money
    tax_amount: Money
    total: Money
    gift: bool
    gift_message: str
    customer_notes: str
    internal_notes: str | list[NoteOut]
    custom_fields: list[str]
    created_at: datetime
    updated_at: datetime
    lines: list[OrderLineOut]
    vendor_orders: list[VendorOrderOut]
    shipments: list[ShipmentOut]
    timeline: list[EventOut]


class OrdersOut(BaseModel):
    """`next_cursor` is None on the last page."""

    orders: list[OrderOut]
    next_cursor: str | None
