"""The documents as tables: element, attribute of the message, kind, required. PROTOCOL: "export: the fields" and
"shipnotify: the body". The writer and the reader hold no field names of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import kinds, messages
from .kinds import (
    AMOUNT,
    ANY_AMOUNT,
    ANY_DATE,
    ANY_TIME,
    ANY_WHOLE,
    COUNTRY,
    CURRENCY,
    FLAG,
    TIME,
    UPC,
    URL,
    WHOLE,
    Kind,
    code,
    filled,
    free,
    text,
)

SKU_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Field:
    tag: str
    attribute: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A nested document. A missing optional group reads as the message's default."""

    tag: str
    attribute: str
    document: "Document"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """`<tag><item.tag/>…</tag>`; `most` is how many the protocol allows."""

    tag: str
    attribute: str
    item: "Document"
    required: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    tag: str
    make: Callable[..., Any]
    entries: tuple[Field | Group | Series, ...]
    tags: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tags", frozenset(entry.tag for entry in self.entries))


OPTION = Document(
    "Option",
    messages.OptionMessage,
    (
        Field("Name", "name", text(100), required=True),
        Field("Value", "value", text(100), required=True),
        Field("Weight", "weight", AMOUNT),
    ),
)

ITEM = Document(
    "Item",
    messages.ItemMessage,
    (
        Field("LineItemID", "line_item_id", filled(code(50)), required=True),  # ours: the protocol can do without
        Field("SKU", "sku", code(SKU_LENGTH), required=True),
        Field("Name", "name", text(200), required=True),
        Field("Adjustment", "adjustment", FLAG),
        Field("ImageUrl", "image_url", URL),
        Field("UPC", "upc", UPC),
        Field("Weight", "weight", AMOUNT),
        Field("WeightUnits", "weight_units", kinds.one_of("Pounds", "Ounces", "Grams")),
        Field("Quantity", "quantity", WHOLE, required=True),
        Field("UnitPrice", "unit_price", AMOUNT, required=True),
        Field("Location", "location", text(100)),
        Series("Options", "options", OPTION, most=100),
    ),
)

BILL_TO = Document(
    "BillTo",
    messages.BillToMessage,
    (
        Field("Name", "name", text(100), required=True),
        Field("Company", "company", text(100)),
        Field("Phone", "phone", text(50)),
        Field("Email", "email", text(100)),
        Field("Address1", "address1", text(200)),
        Field("Address2", "address2", text(200)),
        Field("City", "city", text(100)),
        Field("State", "state", text(100)),
        Field("PostalCode", "postal_code", text(50)),
        Field("Country", "country", COUNTRY),
    ),
)

SHIP_TO = Document(
    "ShipTo",
    messages.ShipToMessage,
    (
        Field("Name", "name", filled(text(100)), required=True),
        Field("Company", "company", text(100)),
        Field("Address1", "address1", filled(text(200)), required=True),
        Field("Address2", "address2", text(200)),
        Field("City", "city", filled(text(100)), required=True),
        Field("State", "state", text(100), required=True),
        Field("PostalCode", "postal_code", text(50), required=True),
        Field("Country", "country", COUNTRY, required=True),
        Field("Phone", "phone", text(50)),
    ),
)

DIMENSIONS = Document(
    "Dimensions",
    messages.DimensionsMessage,
    (
        Field("DimensionUnits", "units", kinds.one_of("Inch", "Centimeter"), required=True),
        Field("Length", "length", AMOUNT, required=True),
        Field("Width", "width", AMOUNT, required=True),
        Field("Height", "height", AMOUNT, required=True),
    ),
)

CUSTOMER = Document(
    "Customer",
    messages.CustomerMessage,
    (
        Field("CustomerCode", "code", filled(text(50)), required=True),
        Group("BillTo", "bill_to", BILL_TO, required=True),
        Group("ShipTo", "ship_to", SHIP_TO, required=True),
    ),
)

ORDER = Document(
    "Order",
    messages.OrderMessage,
    (
        Field("OrderID", "order_id", filled(code(50)), required=True),
        Field("OrderNumber", "number", filled(code(50)), required=True),
        Field("OrderDate", "order_date", TIME, required=True),
        Field("OrderStatus", "status", filled(code(50)), required=True),
        Field("LastModified", "last_modified", TIME, required=True),
        Field("ShippingMethod", "shipping_method", text(100)),
        Field("PaymentMethod", "payment_method", text(50)),
        Field("CurrencyCode", "currency", CURRENCY),
        Field("OrderTotal", "total", AMOUNT, required=True),
        Field("TaxAmount", "tax_amount", AMOUNT),
        Field("ShippingAmount", "shipping_amount", AMOUNT, required=True),
        Field("CustomerNotes", "customer_notes", text(1000)),
        Field("InternalNotes", "internal_notes", text(1000)),
        Field("Gift", "gift", FLAG),
        Field("GiftMessage", "gift_message", text(1000)),
        Field("CustomField1", "custom_field1", text(100)),
        Field("CustomField2", "custom_field2", text(100)),
        Field("CustomField3", "custom_field3", text(100)),
        Field("RequestedWarehouse", "requested_warehouse", text(100)),
        Field("Source", "source", text(50)),
        Group("Dimensions", "dimensions", DIMENSIONS),
        Group("Customer", "customer", CUSTOMER, required=True),
        Series("Items", "items", ITEM, required=True),
    ),
)

NOTICE_ITEM = Document(
    "Item",
    messages.NoticeItem,
    (
        Field("SKU", "sku", free(SKU_LENGTH)),
        Field("Name", "name", free(200)),
        Field("Quantity", "quantity", ANY_WHOLE, required=True),
        Field("LineItemID", "line_item_id", free(50)),
        Field("UPC", "upc", free(50)),
    ),
)

RECIPIENT = Document(
    "Recipient",
    messages.RecipientMessage,
    (
        Field("Name", "name", free(100)),
        Field("Company", "company", free(100)),
        Field("Address1", "address1", free(200)),
        Field("Address2", "address2", free(200)),
        Field("City", "city", free(100)),
        Field("State", "state", free(100)),
        Field("PostalCode", "postal_code", free(50)),
        Field("Country", "country", free(50)),
    ),
)

NOTICE = Document(
    "ShipNotice",
    messages.NoticeMessage,
    (
        Field("OrderNumber", "order_number", free(50)),
        Field("OrderID", "order_id", free(50)),
        Field("CustomerCode", "customer_code", free(100)),
        Field("CustomerNotes", "customer_notes", free(4000)),
        Field("InternalNotes", "internal_notes", free(4000)),
        Field("NotesToCustomer", "notes_to_customer", free(4000)),
        Field("NotifyCustomer", "notify_customer", FLAG),
        Field("LabelCreateDate", "label_create_date", ANY_TIME),
        Field("ShipDate", "ship_date", ANY_DATE),
        Field("Carrier", "carrier", free(50)),
        Field("Service", "service", free(100)),
        Field("TrackingNumber", "tracking_number", free(100)),
        Field("ShippingCost", "shipping_cost", ANY_AMOUNT),
        Field("CustomField1", "custom_field1", free(1000)),
        Field("CustomField2", "custom_field2", free(1000)),
        Field("CustomField3", "custom_field3", free(1000)),
        Group("Recipient", "recipient", RECIPIENT),
        Series("Items", "items", NOTICE_ITEM),
    ),
)
