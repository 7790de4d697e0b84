"""What comes in from outside, validated: orders, products, vendors. Every reason is reported.

Text is taken as it comes, without the characters that a database cannot hold. Money is decimal; times carry an offset.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from dateutil import parser as dateutil_parser
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from ..errors import Reason

MOST_LINES = 1_000


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _clean(value: Any) -> Any:
    """Control characters say nothing, and PostgreSQL has no NUL. (The type itself refuses JSON's lone surrogates.)"""
    return _CONTROLS.sub("", value) if isinstance(value, str) else value


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return dateutil_parser.isoparse(value.strip())
    except ValueError:
        raise ValueError(f"“{value[:40]}” is not an ISO 8601 time such as 2026-03-08T09:59:00-05:00") from None


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the time has no offset; write it as 2026-03-08T09:59:00-05:00, or with Z for UTC")
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None
    if not 1970 <= value.year <= 2999:
        raise ValueError("the year must lie between 1970 and 2999")
    return value


def _plain_decimal(value: Any) -> Any:
    """No floats: 0.1 would not be 0.1. No `1e3`, no `NaN`."""
    if isinstance(value, bool | float):
        raise ValueError('write the amount as a string of digits, for example "10.00"')
    if isinstance(value, str) and not re.fullmatch(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*", value):
        raise ValueError(f"“{value[:40]}” is not a decimal number such as 10.00")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, bool | float | Decimal):
        raise ValueError("must be a whole number")
    return value


Text = Annotated[str, BeforeValidator(_clean), StringConstraints(max_length=10_000)]
Word = Annotated[str, BeforeValidator(_clean), StringConstraints(max_length=500, strip_whitespace=True)]
Name = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
ShortName = Annotated[
    str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=50, strip_whitespace=True)
]
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_with_offset)]
Money = Annotated[Decimal, BeforeValidator(_plain_decimal), Field(max_digits=16, decimal_places=4)]
Amount = Annotated[Money, Field(ge=0)]
Quantity = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=99_999)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", strip_whitespace=True)]
ZERO = Decimal(0)


class Form(BaseModel):
    """Unknown fields are refused: what is misspelt must not vanish without a word."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Weight(Form):
    value: Annotated[Decimal, BeforeValidator(_plain_decimal), Field(ge=0, max_digits=12, decimal_places=4)]
    unit: Literal["oz", "lb", "g", "kg"]


class Customer(Form):
    code: Word = ""
    name: Word = ""
    company: Word = ""
    email: Word = ""
    phone: Word = ""


class Address(Form):
    """No field is required: an order without a usable address is taken in, held back and flagged."""

    name: Word = ""
    company: Word = ""
    address1: Word = ""
    address2: Word = ""
    city: Word = ""
    state: Word = ""
    postal_code: Word = ""
    country: Word = ""
    phone: Word = ""
    email: Word = ""


class Option(Form):
    name: Name
    value: Word
    weight: Weight | None = None


class Line(Form):
    external_id: Name
    sku: Word = ""
    name: Name
    quantity: Quantity
    unit_price: Amount
    weight: Weight | None = None
    image_url: Annotated[str, BeforeValidator(_clean), StringConstraints(max_length=2_000)] = ""
    upc: Word = ""
    options: Annotated[list[Option], Field(max_length=100)] = []
    location: Word = ""
    vendor: Word | None = None


class Discount(Form):
    """`amount` is what the buyer saved: a positive amount."""

    code: Word = ""
    amount: Amount


class Package(Form):
    """The dimensions of the order's package."""

    unit: Literal["in", "cm"]
    length: Annotated[Amount, Field(gt=0)]
    width: Annotated[Amount, Field(gt=0)]
    height: Annotated[Amount, Field(gt=0)]


class OrderIn(Form):
    """An order as a shop sends it. Unique by store and external_id: sending it again updates it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "store": "web",
                "external_id": "gid-1001",
                "number": "1001",
                "placed_at": "2026-03-08T09:59:00-05:00",
                "payment_status": "paid",
                "currency": "USD",
                "customer": {"name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100"},
                "ship_to": {
                    "name": "Ada Buyer", "address1": "1 Main St", "city": "Austin", "state": "TX",
                    "postal_code": "78701", "country": "US",
                },
                "lines": [
                    {"external_id": "l1", "sku": "TEE-M", "name": "Tee", "quantity": 3, "unit_price": "10.00",
                     "weight": {"value": "6", "unit": "oz"}}
                ],
                "shipping_amount": "5.00",
                "tax_amount": "2.10",
                "total": "37.10",
            }
        }
    )  # fmt: skip

    store: Name
    external_id: Name
    number: Annotated[
        str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=46, strip_whitespace=True)
    ]
    placed_at: Moment
    payment_status: Literal["paid", "unpaid"]
    payment_method: Word = ""
    shipping_method: Word = ""
    currency: Currency
    customer: Customer = Customer()
    bill_to: Address = Address()
    ship_to: Address = Address()
    lines: Annotated[list[Line], Field(min_length=1, max_length=MOST_LINES)]
    discounts: Annotated[list[Discount], Field(max_length=100)] = []
    shipping_amount: Amount = ZERO
    tax_amount: Amount = ZERO
    total: Amount
    gift: bool = False
    gift_message: Text = ""
    customer_notes: Text = ""
    internal_notes: Text = ""
    custom_fields: Annotated[list[Word], Field(max_length=3)] = []
    source: Word = ""
    requested_warehouse: Word = ""
    package: Package | None = None

    @model_validator(mode="after")
    def line_ids_are_unique(self) -> "OrderIn":
        seen: set[str] = set()
        twice = {line.external_id for line in self.lines if line.external_id in seen or seen.add(line.external_id)}  # type: ignore[func-returns-value]
        if twice:
            raise ValueError(f"two lines have the external_id {', '.join(sorted(twice))}")
        return self


class ProductVendorIn(Form):
    """`vendor` is its name or id; the lowest `priority` is asked first."""

    vendor: Name
    vendor_sku: Word = ""
    location: Word = ""
    priority: Annotated[int, Field(ge=1, le=1_000)] = 1


class ProductIn(Form):
    name: Word = ""
    weight: Weight | None = None
    image_url: Annotated[str, BeforeValidator(_clean), StringConstraints(max_length=2_000)] = ""
    vendors: list[ProductVendorIn] = []


StatusName = Annotated[
    str,
    BeforeValidator(_clean),
    # ShipStation's form takes several names in one field, separated by commas.
    StringConstraints(min_length=1, max_length=50, strip_whitespace=True, pattern=r"^[^,]*$"),
]


class StatusNamesIn(Form):
    """What ShipStation is told; the merchant maps these exact words in its Custom Store form."""

    unpaid: StatusName = "unpaid"
    paid: StatusName = "awaiting_shipment"
    shipped: StatusName = "shipped"
    cancelled: StatusName = "cancelled"
    on_hold: StatusName = "on_hold"

    @model_validator(mode="after")
    def names_differ(self) -> "StatusNamesIn":
        names = list(self.model_dump().values())
        if len(set(names)) < len(names):
            raise ValueError("the five status names must differ from each other")
        return self


class StatusNamesPatch(Form):
    unpaid: StatusName | None = None
    paid: StatusName | None = None
    shipped: StatusName | None = None
    cancelled: StatusName | None = None
    on_hold: StatusName | None = None


class VendorIn(Form):
    """The settings below `kind` are for ShipStation vendors."""

    name: ShortName
    kind: Literal["shipstation", "manual"] = "shipstation"
    active: bool = True
    default: bool | None = None
    time_zone: Word = "UTC"
    statuses: StatusNamesIn = StatusNamesIn()
    page_size: Annotated[int, Field(ge=1, le=500)] = 100


class VendorPatch(Form):
    """Only what is given changes."""

    name: ShortName | None = None
    active: bool | None = None
    default: Literal[True] | None = None
    time_zone: Word | None = None
    statuses: StatusNamesPatch | None = None
    page_size: Annotated[int, Field(ge=1, le=500)] | None = None


def reasons_of(error: ValidationError, prefix: str = "") -> list[Reason]:
    """Every reason, each with a JSON pointer to the value at fault."""
    return [
        Reason(_sentence(item["msg"]), prefix + "".join(f"/{_escaped(part)}" for part in item["loc"]))
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")


def as_uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None
