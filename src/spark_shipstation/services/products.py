"""Products and who can ship them, as far as routing needs to know. A change counts for lines that are routed from then
on; what has a vendor keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from ..errors import Invalid, NotFound, Reason
from ..rules.routing import UNKNOWN, Catalog, Offer
from ..store import catalog, productlist
from ..store.catalog import Product
from ..store.productlist import ListedProduct, ProductFilter
from ..store.vendorlist import names_of_vendors
from .actor import Actor
from .answers import ProductOut, ProductVendorOut, format_money
from .forms import NamedProductIn, ProductIn, ProductVendorIn, Sku, as_uuid, reasons_of
from .outcomes import Outcome
from .rerouting import route_waiting
from .routing_answers import ProductsOut

_SKU = TypeAdapter(Sku)


@dataclass(frozen=True, slots=True)
class Result:
    sku: str
    outcome: Outcome
    reasons: list[Reason] = field(default_factory=list)


def put_products(
    session: Session, actor: Actor, wanted: Sequence[tuple[str, ProductIn]], *, now: datetime
) -> list[Result]:
    """Make or replace each of these products; one result for each, in their order. A bad one is refused, the good ones
    stand. Lines that waited for a vendor are routed where there is one now."""
    account_id = actor.account_id
    routing = catalog.routing_catalog(session, account_id, [])
    good: dict[str, tuple[ProductIn, tuple[Offer, ...]]] = {}
    results: list[Result | str] = []
    for sku, form in wanted:
        offers, reasons = offers_of(form.vendors, routing)
        if sku in good:
            reasons = [Reason("the SKU stands there twice", "/sku")]
        if reasons:
            results.append(Result(sku, Outcome.REFUSED, reasons))
        else:
            good[sku] = (form, tuple(offers))
            results.append(sku)
    outcomes = _write(session, account_id, good)
    if changed := [sku for sku, outcome in outcomes.items() if outcome is not Outcome.UNCHANGED]:
        route_waiting(session, actor, now=now, skus=changed)
    return [found if isinstance(found, Result) else Result(found, outcomes[found]) for found in results]


def offers_of(vendors: Sequence[ProductVendorIn], routing: Catalog) -> tuple[list[Offer], list[Reason]]:
    """By whom a product can be shipped, and what is wrong with what says so."""
    offers: dict[UUID, Offer] = {}
    reasons = []
    for index, wanted in enumerate(vendors):
        vendor = routing.named(wanted.vendor)
        if vendor is None:
            reasons.append(Reason(f"there is no vendor {wanted.vendor}", f"/vendors/{index}/vendor"))
        elif wanted.vendor_id and as_uuid(wanted.vendor_id) != vendor.id:
            detail = f"that is not the id of {vendor.name}: leave it out, or write {vendor.id.hex}"
            reasons.append(Reason(detail, f"/vendors/{index}/vendor_id"))
        elif vendor.id in offers:
            reasons.append(Reason(f"the vendor {vendor.name} stands there twice", f"/vendors/{index}/vendor"))
        else:
            offers[vendor.id] = Offer(vendor.id, wanted.priority, wanted.vendor_sku, wanted.location)
    return list(offers.values()), reasons


def _write(
    session: Session, account_id: UUID, wanted: Mapping[str, tuple[ProductIn, tuple[Offer, ...]]]
) -> dict[str, Outcome]:
    if not wanted:
        return {}
    products, new = catalog.lock_products(session, account_id, wanted)
    known = catalog.routing_products(session, account_id, list(wanted))
    outcomes = {}
    moved: dict[UUID, tuple[Offer, ...]] = {}
    for sku, (form, offers) in wanted.items():
        product = products[sku]
        differs = _set(product, form)
        if set(offers) != set(known.get(sku, UNKNOWN).offers):
            moved[product.id] = offers
            differs = True
        outcomes[sku] = Outcome.CREATED if sku in new else Outcome.UPDATED if differs else Outcome.UNCHANGED
    session.flush()
    if moved:
        catalog.replace_offers(session, account_id, moved)
    return outcomes


def _set(product: Product, form: ProductIn) -> bool:
    """True where anything differs."""
    facts = {
        "name": form.name,
        "image_url": form.image_url,
        "weight": form.weight.value if form.weight else None,
        "weight_unit": form.weight.unit if form.weight else "",
        "brand": form.brand,
        "tags": form.tags,
    }
    differs = {name: value for name, value in facts.items() if getattr(product, name) != value}
    for name, value in differs.items():
        setattr(product, name, value)
    return bool(differs)


def put_product(session: Session, actor: Actor, sku: str, form: NamedProductIn, *, now: datetime) -> ProductOut:
    """Make it or replace it. Raises Invalid for an unknown vendor, for a SKU that no line could have, and for a form of
    another SKU."""
    sku = _named(sku)
    if form.sku not in (None, sku):
        raise Invalid("The product was refused.", [Reason(f"the address says {sku[:100]}: leave it out", "/sku")])
    (result,) = put_products(session, actor, [(sku, form)], now=now)
    if result.reasons:
        raise Invalid("The product was refused.", result.reasons)
    return read_product(session, actor.account_id, sku)


def _named(sku: str) -> str:
    """A SKU as order lines have it, or it would never be found. Raises Invalid."""
    try:
        return str(_SKU.validate_python(sku))
    except ValidationError as error:
        raise Invalid("The product was refused.", reasons_of(error, "/sku")) from None


def read_product(session: Session, account_id: UUID, sku: str, names: Mapping[UUID, str] | None = None) -> ProductOut:
    """`names` as for `products_out`. Raises NotFound."""
    product = productlist.find_product(session, account_id, sku.strip())
    if product is None:
        raise NotFound(f"There is no product with the SKU {sku.strip()[:100]}.")
    return products_out(session, account_id, [product], names)[0]


def list_products(
    session: Session, account_id: UUID, wanted: ProductFilter, limit: int, names: Mapping[UUID, str] | None = None
) -> ProductsOut:
    """One page, by SKU; the cursor is the last SKU of the page, so pages neither skip nor repeat. `names` as for
    `products_out`."""
    found = productlist.list_products(session, account_id, wanted, limit + 1)
    page = products_out(session, account_id, found[:limit], names)
    return ProductsOut(products=page, next_cursor=page[-1].sku if len(found) > limit else None)


def products_out(
    session: Session, account_id: UUID, products: Sequence[ListedProduct], names: Mapping[UUID, str] | None = None
) -> list[ProductOut]:
    """In two statements, however many products; in one where the `names` of the vendors are known already."""
    if names is None:
        names = names_of_vendors(session, account_id)
    known = catalog.routing_products(session, account_id, [product.sku for product in products])
    return [_product_out(product, known.get(product.sku, UNKNOWN).offers, names) for product in products]


def _product_out(product: ListedProduct, offers: Sequence[Offer], names: Mapping[UUID, str]) -> ProductOut:
    weight = None
    if product.weight is not None:
        weight = {"value": format_money(product.weight), "unit": product.weight_unit}
    return ProductOut(
        sku=product.sku,
        name=product.name,
        weight=weight,
        image_url=product.image_url,
        brand=product.brand,
        tags=product.tags,
        vendors=[
            ProductVendorOut(
                vendor=names[offer.vendor_id],
                vendor_id=offer.vendor_id.hex,
                vendor_sku=offer.vendor_sku,
                location=offer.location,
                priority=offer.priority,
            )
            for offer in offers
        ],
    )
