"""Products, and who can ship them."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from .kinds import Form, Name, Sku, WebAddress, Weight, Word


def _once_each(tags: list[str]) -> list[str]:
    return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


# No semicolon: in CSV it stands between two of them.
Tag = Annotated[Word, StringConstraints(min_length=1, max_length=100, pattern=r"^[^;]*$")]
Tags = Annotated[list[Tag], Field(max_length=100), AfterValidator(_once_each)]


class ProductVendorIn(Form):
    """`vendor` is its name or id; the lowest `priority` is asked first. `vendor_id` may stand there as it is read, and
    must then be that vendor's."""

    vendor: Name
    vendor_id: Name | None = None
    vendor_sku: Word = ""
    location: Word = ""
    priority: Annotated[int, Field(ge=1, le=1_000)] = 1


class ProductIn(Form):
    """Routing rules may ask for `brand` and `tags`."""

    name: Word = ""
    weight: Weight | None = None
    image_url: WebAddress = ""
    brand: Word = ""
    tags: Tags = []
    vendors: Annotated[list[ProductVendorIn], Field(max_length=100)] = []


class ProductWithSkuIn(ProductIn):
    """One of many."""

    sku: Sku


class NamedProductIn(ProductIn):
    """One that its address names. `sku` may stand there as it is read, and must then be the same."""

    sku: Sku | None = None
