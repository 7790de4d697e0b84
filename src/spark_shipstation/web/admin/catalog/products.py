"""`/products`: what is sold, and who can ship it."""

from collections.abc import Sequence
from typing import Any

from fastapi.responses import Response

from ....errors import Conflict, Invalid
from ....services import product_edits, products
from ....services.forms import as_uuid
from ....services.versions import version_of
from ....store.productlist import ProductFilter
from ..choices import Choice, names_of, vendor_choices
from ..rendering import query
from ..routes import PageRouter
from ..visits import Changing, Visit, may_change
from . import product_form
from .product_form import Fields

router = PageRouter()

PAGE = 50


@router.page("/products")
def show_products(
    visit: Visit, search: str = "", brand: str = "", tag: str = "", vendor: str = "", cursor: str = ""
) -> Response:
    wanted = {"search": search.strip(), "brand": brand.strip(), "tag": tag.strip(), "vendor": vendor}
    filters = ProductFilter(
        search=wanted["search"],
        brand=wanted["brand"] or None,
        tag=wanted["tag"] or None,
        vendor_id=as_uuid(vendor) if vendor else None,
        after=cursor,
    )
    there = vendor_choices(visit)
    return visit.show(
        "products.html",
        found=products.list_products(visit.session, visit.account_id, filters, PAGE, names_of(there)),
        vendors=there,
        wanted=wanted,
        is_later=bool(cursor),
    )


@router.page("/products/one")
def show_product(visit: Visit, sku: str = "") -> Response:
    there = vendor_choices(visit)
    product = products.read_product(visit.session, visit.account_id, sku, names_of(there))
    fields = product_form.fields_of_product(product)
    return visit.show("product.html", **_facts(fields, there), seen=version_of(product), product=product)


@router.page("/products/new", may_change)
def show_new_product(visit: Visit, sku: str = "") -> Response:
    return visit.show("product.html", **_facts(Fields(sku=sku.strip()), vendor_choices(visit)), seen="", product=None)


@router.post("/products/new")
def add_product(visit: Changing) -> Response:
    fields = product_form.fields_of_form(visit.form)
    try:
        with visit.session.begin_nested():
            form = product_form.read(fields)
            product_edits.add_product(visit.session, visit.actor(), form, now=visit.now)
    except (Invalid, Conflict) as error:
        return visit.refused("product.html", error, **_facts(fields, vendor_choices(visit)), seen="", product=None)
    return _saved(visit, form.sku, f"Added {form.sku}.")


@router.post("/products/one")
def change_product(visit: Changing) -> Response:
    fields, seen = product_form.fields_of_form(visit.form), visit.form.text("seen")
    try:
        with visit.session.begin_nested():
            form = product_form.read(fields)
            product_edits.change_product(visit.session, visit.actor(), form, seen, now=visit.now)
    except (Invalid, Conflict) as error:
        product = products.read_product(visit.session, visit.account_id, fields.sku)
        return visit.refused("product.html", error, **_facts(fields, vendor_choices(visit)), seen=seen, product=product)
    return _saved(visit, form.sku, f"Saved {form.sku}.")


def _saved(visit: Visit, sku: str, sentence: str) -> Response:
    counts = "It counts for lines that come in from now on, and for those that wait for a vendor."
    return visit.go(f"/products/one{query(sku=sku)}", f"{sentence} {counts}")


def _facts(fields: Fields, there: Sequence[Choice]) -> dict[str, Any]:
    return {"fields": fields, "vendors": there, "units": product_form.UNITS}
