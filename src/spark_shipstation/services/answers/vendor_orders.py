"""What one vendor gets of an order."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from .amounts import DiscountOut, Money
from .shipments import ShipmentOut


class VendorOrderLineOut(BaseModel):
    id: str
    line: str
    sku: str
    name: str
    quantity: int
    cancelled: int
    shipped: int


class VendorOrderOut(BaseModel):
    """`changed_at` is when what the vendor can see last changed; `served_at` when that was first served, None while it
    was not. A vendor that has something older of it is flagged `changed_after_pickup` or `cancel_requested`."""

    id: str
    number: str
    vendor: str
    vendor_id: str
    status: str
    told: str | None
    flags: list[str]
    total: Money
    tax_amount: Money
    shipping_amount: Money
    discounts: list[DiscountOut]
    changed_at: datetime | None
    served_at: datetime | None
    lines: list[VendorOrderLineOut]


class VendorOrderWholeOut(VendorOrderOut):
    """A vendor order by itself: with what its vendor must know of the order, and its packages."""

    order: str
    order_number: str
    store: str
    external_id: str
    placed_at: datetime
    created_at: datetime
    currency: str
    shipping_method: str
    ship_to: dict[str, Any]
    gift: bool
    gift_message: str
    customer_notes: str
    shipments: list[ShipmentOut]


class VendorOrdersOut(BaseModel):
    """`next_cursor` is None on the last page."""

    vendor_orders: list[VendorOrderWholeOut]
    next_cursor: str | None
