"""An order as a shop sends it."""

from typing import Annotated, Literal

from pydantic import (
    ConfigDict,
    Field,
    model_validator,
)

from .kinds import (
    ZERO,
    Amount,
    Currency,
    Form,
    Moment,
    Name,
    OrderedQuantity,
    OrderNumber,
    Text,
    UpTo50,
    WebAddress,
    Weight,
    Word,
)
from .notes import InternalNotes, Note

MOST_LINES = 1_000


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


class Discount(Form):
    """`amount` is what the buyer saved: a positive amount."""

    code: Word = ""
    amount: Amount


class Line(Form):
    """`discounts` are on the line as a whole, all its units; `unit_price` is the price before them."""

    external_id: Name
    sku: Word = ""
    name: Name
    quantity: OrderedQuantity
    unit_price: Amount
    weight: Weight | None = None
    image_url: WebAddress = ""
    upc: Word = ""
    options: Annotated[list[Option], Field(max_length=100)] = []
    location: Word = ""
    vendor: Word | None = None
    discounts: Annotated[list[Discount], Field(max_length=100)] = []


class Package(Form):
    """The dimensions of the order's package."""

    unit: Literal["in", "cm"]
    length: Annotated[Amount, Field(gt=0)]
    width: Annotated[Amount, Field(gt=0)]
    height: Annotated[Amount, Field(gt=0)]


class OrderIn(Form):
    """An order as a shop sends it. Unique by store and external_id: sending it again updates it. `status` is the shop's
    own word: the store says which of ours it means."""

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
    number: OrderNumber
    placed_at: Moment
    payment_status: Literal["paid", "unpaid", "refunded"]
    status: UpTo50 = ""
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
    internal_notes: InternalNotes = []
    custom_fields: Annotated[list[Word], Field(max_length=3)] = []
    source: Word = ""
    requested_warehouse: Word = ""
    package: Package | None = None

    @property
    def unmarked_notes(self) -> str:
        """The internal notes that are marked for no vendor."""
        return "\n".join(note.text for note in self.internal_notes if not note.vendors)

    @property
    def marked_notes(self) -> list[Note]:
        return [note for note in self.internal_notes if note.vendors]

    @model_validator(mode="after")
    def line_ids_are_unique(self) -> "OrderIn":
        seen: set[str] = set()
        twice = {line.external_id for line in self.lines if line.external_id in seen or seen.add(line.external_id)}  # type: ignore[func-returns-value]
        if twice:
            raise ValueError(f"two lines have the external_id {', '.join(sorted(twice))}")
        return self
