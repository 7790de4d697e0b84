"""What goes out about the catalog and about routing."""

from datetime import datetime

from pydantic import BaseModel

from .answers import DiscountOut, Money, ProductOut, ReasonOut


class ProductsOut(BaseModel):
    """`next_cursor` is None on the last page."""

    products: list[ProductOut]
    next_cursor: str | None


class ProductResultOut(BaseModel):
    """`outcome` is `created`, `updated`, `unchanged` or `refused`."""

    index: int
    sku: str | None
    outcome: str
    errors: list[ReasonOut] = []


class RuleOut(BaseModel):
    """As it can be sent back. `vendor` is None where nobody ships what matches: `exclude`."""

    name: str
    sku: str
    sku_pattern: str
    brand: str
    tag: str
    countries: list[str]
    vendor: str | None
    exclude: bool


class RulesOut(BaseModel):
    rules: list[RuleOut]


class ReroutedLineOut(BaseModel):
    """A line with `units` left to ship. `before` and `after` are vendors' names, `nobody` for what nobody ships, None
    for a line that waits for a vendor. `reason` is that of today's decision: where it `moves` nothing, why not."""

    line: str
    external_id: str
    sku: str
    units: int
    before: str | None
    after: str | None
    moves: bool
    reason: str


class ReroutedOut(BaseModel):
    id: str
    number: str
    changed: bool
    lines: list[ReroutedLineOut]


class ReroutedOrdersOut(BaseModel):
    """`orders` are those of which anything moved. `next_cursor` is None when no more are left to look at."""

    looked_at: int
    orders: list[ReroutedOut]
    next_cursor: str | None


class UnroutedGroupOut(BaseModel):
    """Lines without a vendor that have the SKU and the reason in common."""

    sku: str
    name: str
    reason: str
    orders: int
    units: int
    oldest: datetime


class UnroutedOut(BaseModel):
    """`orders` is how many have a line without a vendor."""

    orders: int
    groups: list[UnroutedGroupOut]


class RoutedLineOut(BaseModel):
    """What a line would get, and why. `vendor` is None where it would wait, or where it is `excluded`."""

    external_id: str
    sku: str
    quantity: int
    vendor: str | None
    vendor_id: str | None
    excluded: bool
    reason: str


class RoutedUnitsOut(BaseModel):
    """`sku` and `location` are those of the vendor, where the product has them."""

    external_id: str
    sku: str
    location: str
    quantity: int


class PortionOut(BaseModel):
    """Units of an order with their share of its money. A discount's `line` is the shop's own id of the line."""

    lines: list[RoutedUnitsOut]
    subtotal: Money
    discounts: list[DiscountOut]
    tax_amount: Money
    shipping_amount: Money
    total: Money


class RoutedPartOut(PortionOut):
    """`id` is None for a vendor order that would be new."""

    id: str | None
    number: str
    vendor: str
    vendor_id: str


class RoutedOut(BaseModel):
    """An order as it would be routed and split. `id` is None for one that would be new; `unrouted` and `excluded` are
    what no vendor order would hold. `outcome` is `routed` or `refused`."""

    index: int
    outcome: str
    errors: list[ReasonOut] = []
    id: str | None = None
    store: str | None = None
    external_id: str | None = None
    number: str | None = None
    flags: list[str] = []
    lines: list[RoutedLineOut] = []
    vendor_orders: list[RoutedPartOut] = []
    unrouted: PortionOut | None = None
    excluded: PortionOut | None = None


class RoutedOrdersOut(BaseModel):
    results: list[RoutedOut]
