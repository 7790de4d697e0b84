"""What a vendor is shown of its orders: the settings of a ShipStation vendor, whole and as a change."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from .kinds import Form, Name, UpTo50, UpTo100

CustomField = Literal["", "custom_field1", "custom_field2", "custom_field3"]
DiscountForm = Literal["lines", "spread"]
NotesShown = Literal["marked", "all", "none"]


def _one_meaning_each(methods: dict[str, str]) -> dict[str, str]:
    folded: dict[str, str] = {}
    for said in methods:
        other = folded.setdefault(" ".join(said.split()).casefold(), said)
        if other != said:
            raise ValueError(f"“{other}” and “{said}” are the same shipping method")
        if not methods[said]:
            raise ValueError(f"“{said}” stands for nothing: leave it out, or say what the vendor is told")
    return methods


ShippingMethods = Annotated[dict[Name, UpTo100], Field(max_length=500), AfterValidator(_one_meaning_each)]


class PresentationIn(Form):
    """`discounts`: as Adjustment `lines` with the code, or `spread` over the unit prices. `internal_notes`: those
    `marked` for the vendor, `all` (those marked for nobody, too) or `none`. `shipping_methods`: what the buyer chose →
    what the vendor is told. `requested_warehouse` and `source` stand in where the order says nothing."""

    withhold_email: bool = False
    withhold_phone: bool = False
    discounts: DiscountForm = "lines"
    coupon_codes_in: CustomField = ""
    internal_notes: NotesShown = "marked"
    shipping_methods: ShippingMethods = {}
    requested_warehouse: UpTo100 = ""
    source: UpTo50 = ""


class PresentationPatch(Form):
    """Only what is given changes; `shipping_methods` as a whole."""

    withhold_email: bool | None = None
    withhold_phone: bool | None = None
    discounts: DiscountForm | None = None
    coupon_codes_in: CustomField | None = None
    internal_notes: NotesShown | None = None
    shipping_methods: ShippingMethods | None = None
    requested_warehouse: UpTo100 | None = None
    source: UpTo50 | None = None
