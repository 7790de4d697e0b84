"""Products as they are read: plain rows, a page of them by what is asked for or some by their SKUs."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from .asking import records
from .base import ACCOUNT, at_most, given
from .catalog import Product, ProductVendor


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What to list. `sku` is how the SKU begins; `search` stands somewhere in the SKU or the name, in any case; `after`
    is the last SKU of the page before."""

    sku: str = ""
    search: str = ""
    brand: str | None = None
    tag: str | None = None
    vendor_id: UUID | None = None
    after: str = ""


class ListedProduct(NamedTuple):
    sku: str
    name: str
    image_url: str
    weight: Decimal | None
    weight_unit: str
    brand: str
    tags: list[str]


class Shape(NamedTuple):
    """Which of what can be asked for is."""

    sku: bool
    search: bool
    brand: bool
    tag: bool
    vendor: bool
    after: bool

    @property
    def is_filtered(self) -> bool:
        return any(self[:-1])


def list_products(session: Session, account_id: UUID, wanted: ProductFilter, limit: int) -> list[ListedProduct]:
    """One page, by SKU."""
    shape = Shape(
        bool(wanted.sku), bool(wanted.search), wanted.brand is not None, wanted.tag is not None,
        wanted.vendor_id is not None, bool(wanted.after),
    )  # fmt: skip
    facts = {
        "account_id": account_id,
        "sku": f"{_escaped(wanted.sku)}%",
        "search": f"%{_escaped(wanted.search)}%",
        "brand": wanted.brand,
        "tags": [wanted.tag],
        "vendor_id": wanted.vendor_id,
        "after": wanted.after,
        "most": limit,
    }
    return _listed(session, _statement(shape, None if shape.is_filtered else limit), **facts)


def find_product(session: Session, account_id: UUID, sku: str) -> ListedProduct | None:
    found = _listed(session, _ONE, account_id=account_id, sku=sku)
    return found[0] if found else None


def products_by_sku(session: Session, account_id: UUID, skus: Collection[str]) -> dict[str, ListedProduct]:
    return {one.sku: one for one in _listed(session, _OF_SKUS, account_id=account_id, skus=list(skus))}


def _listed(session: Session, statement: Select[*tuple[Any, ...]], **facts: Any) -> list[ListedProduct]:
    return records(session, ListedProduct._make, statement, **facts)


_PRODUCTS = select(
    Product.sku, Product.name, Product.image_url, Product.weight, Product.weight_unit, Product.brand, Product.tags
).where(Product.account_id == ACCOUNT)
_ONE = _PRODUCTS.where(Product.sku == bindparam("sku", type_=Text()))
_OF_SKUS = _PRODUCTS.where(Product.sku == given("skus", Product.sku))


_OF_VENDOR = select(ProductVendor.product_id).where(
    ProductVendor.account_id == ACCOUNT, ProductVendor.vendor_id == bindparam("vendor_id", type_=Uuid())
)


@lru_cache(100)
def _statement(shape: Shape, most: int | None) -> Select[*tuple[Any, ...]]:
    """Made once: putting one together takes longer than asking it."""
    statement = _PRODUCTS
    if shape.sku:
        statement = statement.where(Product.sku.like(bindparam("sku", type_=Text()), escape="/"))
    if shape.search:
        statement = statement.where(or_(_holds(Product.sku), _holds(Product.name)))
    if shape.brand:
        statement = statement.where(Product.brand == bindparam("brand", type_=Text()))
    if shape.tag:
        statement = statement.where(Product.tags.contains(bindparam("tags", type_=ARRAY(Text()))))
    if shape.vendor:
        statement = statement.where(Product.id.in_(_OF_VENDOR))
    if shape.after:
        statement = statement.where(Product.sku > bindparam("after", type_=Text()))
    return statement.order_by(Product.sku).limit(at_most(most))


def _holds(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """As ILIKE, which makes the word small once more for each row: that took longer than all else."""
    word = select(func.lower(bindparam("search", type_=Text()))).scalar_subquery()
    return func.lower(column).like(word, escape="/")


def _escaped(word: str) -> str:
    """For LIKE, as it stands."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")
