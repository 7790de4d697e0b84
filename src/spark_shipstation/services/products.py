"""Products and who can ship them, as far as routing needs to know."""

from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from ..errors import Invalid, NotFound, Reason
from ..rules.routing import Offer
from ..store import catalog
from .answers import ProductOut, ProductVendorOut, format_money
from .forms import ProductIn, Sku, reasons_of

_SKU = TypeAdapter(Sku)


def put_product(session: Session, account_id: UUID, sku: str, form: ProductIn) -> ProductOut:
    """Make it or replace it. Counts for orders that come in from now on. Raises Invalid for unknown vendors."""
    sku = _named(sku)
    routing = catalog.routing_catalog(session, account_id, [sku])
    offers: dict[UUID, Offer] = {}
    reasons = []
    for index, wanted in enumerate(form.vendors):
        vendor = routing.named(wanted.vendor)
        if vendor is None:
            reasons.append(Reason(f"there is no vendor {wanted.vendor}", f"/vendors/{index}/vendor"))
        elif vendor.id in offers:
            reasons.append(Reason(f"the vendor {vendor.name} stands there twice", f"/vendors/{index}/vendor"))
        else:
            offers[vendor.id] = Offer(vendor.id, wanted.priority, wanted.vendor_sku, wanted.location)
    if reasons:
        raise Invalid("The product was refused.", reasons)
    product = catalog.lock_product(session, account_id, sku)
    product.name, product.image_url = form.name, form.image_url
    product.weight = form.weight.value if form.weight else None
    product.weight_unit = form.weight.unit if form.weight else ""
    session.flush()
    catalog.replace_offers(session, product, list(offers.values()))
    session.flush()
    return read_product(session, account_id, sku)


def _named(sku: str) -> str:
    """A SKU as order lines have it, or it would never be found. Raises Invalid."""
    try:
        return str(_SKU.validate_python(sku))
    except ValidationError as error:
        raise Invalid("The product was refused.", reasons_of(error, "/sku")) from None


def read_product(session: Session, account_id: UUID, sku: str) -> ProductOut:
    """Raises NotFound."""
    sku = sku.strip()
    product = catalog.find_product(session, account_id, sku)
    if product is None:
        raise NotFound(f"There is no product with the SKU {sku[:100]}.")
    routing = catalog.routing_catalog(session, account_id, [sku])
    weight = (
        {"value": format_money(product.weight), "unit": product.weight_unit} if product.weight is not None else None
    )
    return ProductOut(
        sku=product.sku,
        name=product.name,
        weight=weight,
        image_url=product.image_url,
        vendors=[
            ProductVendorOut(
                vendor=routing.vendors[offer.vendor_id].name,
                vendor_id=offer.vendor_id.hex,
                vendor_sku=offer.vendor_sku,
                location=offer.location,
                priority=offer.priority,
            )
            for offer in routing.offers.get(sku, ())
        ],
    )
