"""A product as the fields of a form: filled from what is stored, or with what a person entered."""

import re
from dataclasses import dataclass, field

from pydantic import ValidationError

from ....errors import Invalid, Reason
from ....services.answers import ProductOut
from ....services.forms import ProductWithSkuIn, reasons_of
from ....services.productfiles import BETWEEN_TAGS
from ..visits import Form

UNITS = ("oz", "lb", "g", "kg")
BLANK_ROWS = 2
_ROW = re.compile(r"vendor-(\d{1,3})")


@dataclass(frozen=True, slots=True)
class VendorRow:
    vendor: str = ""
    vendor_sku: str = ""
    location: str = ""
    priority: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.vendor or self.vendor_sku or self.location)


@dataclass(frozen=True, slots=True)
class Fields:
    """All as text. `vendors` are ids of the account's, and none of the rows is blank."""

    sku: str = ""
    name: str = ""
    brand: str = ""
    tags: str = ""
    weight: str = ""
    weight_unit: str = UNITS[0]
    image_url: str = ""
    vendors: list[VendorRow] = field(default_factory=list)

    @property
    def rows(self) -> list[VendorRow]:
        """With some to fill in."""
        return self.vendors + [VendorRow()] * BLANK_ROWS


def fields_of_product(product: ProductOut) -> Fields:
    weight = product.weight or {"value": "", "unit": UNITS[0]}
    return Fields(
        sku=product.sku,
        name=product.name,
        brand=product.brand,
        tags=f"{BETWEEN_TAGS} ".join(product.tags),
        weight=weight["value"],
        weight_unit=weight["unit"],
        image_url=product.image_url,
        vendors=[VendorRow(own.vendor_id, own.vendor_sku, own.location, str(own.priority)) for own in product.vendors],
    )


def fields_of_form(form: Form) -> Fields:
    numbers = sorted(int(found[1]) for name in form if (found := _ROW.fullmatch(name)))
    rows = [
        VendorRow(*(form.text(f"{name}-{number}") for name in ("vendor", "vendor_sku", "location", "priority")))
        for number in numbers
    ]
    return Fields(
        sku=form.text("sku"),
        name=form.text("name"),
        brand=form.text("brand"),
        tags=form.text("tags"),
        weight=form.text("weight"),
        weight_unit=form.text("weight_unit"),
        image_url=form.text("image_url"),
        vendors=[row for row in rows if not row.is_blank],
    )


def read(fields: Fields) -> ProductWithSkuIn:
    """Raises Invalid with every reason."""
    nameless = [
        Reason("choose the vendor, or empty the row", f"/vendors/{place}/vendor")
        for place, row in enumerate(fields.vendors)
        if not row.vendor
    ]
    document = {
        "sku": fields.sku,
        "name": fields.name,
        "brand": fields.brand,
        "tags": [tag.strip() for tag in fields.tags.split(BETWEEN_TAGS) if tag.strip()],
        "weight": {"value": fields.weight, "unit": fields.weight_unit} if fields.weight else None,
        "image_url": fields.image_url,
        "vendors": [
            {"vendor": row.vendor or "-", "vendor_sku": row.vendor_sku, "location": row.location,
             "priority": row.priority or "1"}
            for row in fields.vendors
        ],
    }  # fmt: skip
    try:
        form = ProductWithSkuIn.model_validate(document)
    except ValidationError as error:
        raise Invalid("Nothing was saved.", nameless + reasons_of(error)) from None
    if nameless:
        raise Invalid("Nothing was saved.", nameless)
    return form
