"""What goes out to programs: the JSON objects of the API and of the commands' `--json`. Money is decimal strings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, PlainSerializer


def format_money(value: Decimal) -> str:
    """At least two digits after the point, more only where they are not zero."""
    text = f"{value:.4f}"
    return text[:-2] if text.endswith("00") else text.rstrip("0")


Money = Annotated[Decimal, PlainSerializer(format_money, return_type=str)]


class StatusNamesOut(BaseModel):
    unpaid: str
    paid: str
    shipped: str
    cancelled: str
    on_hold: str


class ZoneMismatchOut(BaseModel):
    """ShipStation's dates are that many minutes ahead of the connection's zone (behind it where negative)."""

    offset_minutes: int
    since: datetime
    sentence: str


class VendorOut(BaseModel):
    """The fields from `url` on are of ShipStation vendors; `password` is there when it was just made, and never
    again."""

    id: str
    name: str
    kind: str
    active: bool
    default: bool
    url: str | None = None
    username: str | None = None
    password: str | None = None
    time_zone: str | None = None
    statuses: StatusNamesOut | None = None
    page_size: int | None = None
    withhold_email: bool | None = None
    withhold_phone: bool | None = None
    discounts: str | None = None
    coupon_codes_in: str | None = None
    internal_notes: str | None = None
    shipping_methods: dict[str, str] | None = None
    requested_warehouse: str | None = None
    source: str | None = None
    settings_changed_at: datetime | None = None
    query_credentials: bool | None = None
    zone_mismatch: ZoneMismatchOut | None = None


class RetoldOut(BaseModel):
    """How many vendor orders go out anew, and how many are left for the next call."""

    retold: int
    left: int


class StoreOut(BaseModel):
    """`statuses`: the shop's word → what it means. `unknown_statuses` are the words of open orders that have no meaning
    yet. `when_unrouted`: an order with a line that has no vendor is sent without it (`send_rest`), or waits (`wait`).
    `orders_left` is how many open orders still have to follow what was changed: repeat the call."""

    code: str
    name: str
    currency: str
    time_zone: str
    statuses: dict[str, str]
    unknown_statuses: list[str]
    when_unrouted: str
    orders_left: int = 0


class ApiKeyOut(BaseModel):
    id: str
    secret: str


class ReasonOut(BaseModel):
    detail: str
    pointer: str = ""


class ResultOut(BaseModel):
    index: int
    id: str | None
    number: str | None
    outcome: str
    errors: list[ReasonOut] = []


class ResultsOut(BaseModel):
    """One for each order that was sent, in its order."""

    results: list[ResultOut]


class DiscountOut(BaseModel):
    """`line` is the id of the order line that it is on; None for one of the order as a whole."""

    code: str
    amount: Money
    line: str | None = None


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


class ShipmentLineOut(BaseModel):
    line: str | None
    sku: str
    quantity: int


class CorrectionOut(BaseModel):
    """What a package said before a person corrected it."""

    at: datetime
    who: str
    reason: str
    tracking_number: str
    carrier: str
    service: str


class ShipmentOut(BaseModel):
    """A package. One that was voided (`voided_at`) counts for nothing. `corrections` are oldest first."""

    id: str
    vendor_order: str
    carrier: str
    carrier_code: str
    service: str
    tracking_number: str
    tracking_url: str | None
    ship_date: date | None
    shipping_cost: Money | None
    currency: str
    notes_to_customer: str
    notify_customer: bool | None
    source: str
    flags: list[str]
    recorded_at: datetime
    voided_at: datetime | None = None
    void_reason: str = ""
    corrections: list[CorrectionOut] = []
    lines: list[ShipmentLineOut]


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


class ProductVendorOut(BaseModel):
    vendor: str
    vendor_id: str
    vendor_sku: str
    location: str
    priority: int


class ProductOut(BaseModel):
    sku: str
    name: str
    weight: dict[str, str] | None
    image_url: str
    brand: str
    tags: list[str]
    vendors: list[ProductVendorOut]


class ServedOut(BaseModel):
    """A page that a vendor order stood on. `window_end` is the first instant after the window; `completed` = every page
    of the window was asked for."""

    at: datetime
    window_start: datetime
    window_end: datetime
    page: int
    pages: int
    completed: bool


class NextOut(BaseModel):
    """What must happen first: `mending`, `activation`, `resuming`, `first_poll`, `earlier_poll`, `next_poll`,
    `payment`, `release`, `shipment`."""

    event: str
    sentence: str


class ExplainedLineOut(BaseModel):
    id: str
    external_id: str
    sku: str
    vendor: str | None
    unrouted: int
    excluded: int
    reason: str
    sentence: str


class ExplainedPartOut(BaseModel):
    """`state`: `never_goes_out`, `not_connected`, `held_back`, `vendor_inactive`, `restored`, `never_polled`,
    `waiting`, `changed`, `served`. `served` holds the newest pages it stood on; `next` is None where nothing more
    is to come."""

    id: str
    number: str
    vendor: str
    vendor_id: str
    state: str
    status: str
    told: str | None
    flags: list[str]
    sentences: list[str]
    changed_at: datetime | None
    last_poll: ServedOut | None
    served: list[ServedOut]
    next: NextOut | None


class ExplanationOut(BaseModel):
    """An order in words. `state` is `unrouted`, or that of the vendor order which needs a look first."""

    id: str
    store: str
    external_id: str
    number: str
    state: str
    status: str
    flags: list[str]
    sentences: list[str]
    lines: list[ExplainedLineOut]
    vendor_orders: list[ExplainedPartOut]
