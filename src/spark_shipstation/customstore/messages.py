"""What travels: an order as ShipStation gets it, and a notice as ShipStation sends it.

Field names are ours; `schema` maps them to ShipStation's. Times are wall-clock times of the connection's zone.
Orders are not frozen: a page makes a thousand of these values, and frozen ones take twice as long to make.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(slots=True)
class OptionMessage:
    name: str
    value: str
    weight: Decimal | None = None


@dataclass(slots=True)
class ItemMessage:
    line_item_id: str
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    adjustment: bool | None = None
    image_url: str | None = None
    upc: str | None = None
    weight: Decimal | None = None
    weight_units: str | None = None
    location: str | None = None
    options: tuple[OptionMessage, ...] = ()


@dataclass(slots=True)
class BillToMessage:
    name: str
    company: str | None = None
    phone: str | None = None
    email: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(slots=True)
class ShipToMessage:
    name: str
    address1: str
    city: str
    state: str
    postal_code: str
    country: str
    company: str | None = None
    address2: str | None = None
    phone: str | None = None


@dataclass(slots=True)
class CustomerMessage:
    code: str
    bill_to: BillToMessage
    ship_to: ShipToMessage


@dataclass(slots=True)
class DimensionsMessage:
    """Of the order's package."""

    units: str
    length: Decimal
    width: Decimal
    height: Decimal


@dataclass(slots=True)
class OrderMessage:
    order_id: str
    number: str
    order_date: datetime
    status: str
    last_modified: datetime
    total: Decimal
    shipping_amount: Decimal
    customer: CustomerMessage
    items: tuple[ItemMessage, ...]
    shipping_method: str | None = None
    payment_method: str | None = None
    currency: str | None = None
    tax_amount: Decimal | None = None
    customer_notes: str | None = None
    internal_notes: str | None = None
    gift: bool | None = None
    gift_message: str | None = None
    custom_field1: str | None = None
    custom_field2: str | None = None
    custom_field3: str | None = None
    requested_warehouse: str | None = None
    source: str | None = None
    dimensions: DimensionsMessage | None = None


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """What is in the package. `quantity` is None where it was missing or no whole number."""

    line_item_id: str = ""
    sku: str = ""
    name: str = ""
    quantity: int | None = None
    upc: str = ""


@dataclass(frozen=True, slots=True)
class RecipientMessage:
    name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class NoticeMessage:
    """A shipnotify, body and query put together. `label_create_date` is a wall-clock time of the connection."""

    order_id: str = ""
    order_number: str = ""
    customer_code: str = ""
    customer_notes: str = ""
    internal_notes: str = ""
    notes_to_customer: str = ""
    notify_customer: bool | None = None
    label_create_date: datetime | None = None
    ship_date: date | None = None
    carrier: str = ""
    service: str = ""
    tracking_number: str = ""
    shipping_cost: Decimal | None = None
    custom_field1: str = ""
    custom_field2: str = ""
    custom_field3: str = ""
    recipient: RecipientMessage = field(default_factory=RecipientMessage)
    items: tuple[NoticeItem, ...] = ()
