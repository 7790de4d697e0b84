"""Products, and who can ship them."""

from operator import itemgetter
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from ...services import products, vendors
from ...services.answers import ProductOut, ReasonOut
from ...services.forms import NamedProductIn, ProductWithSkuIn
from ...services.outcomes import Outcome
from ...services.products import Result
from ...services.routing_answers import ProductResultOut, ProductsOut
from ...store.productlist import ProductFilter
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from ..problems import AsciiJSONResponse, problem
from .documents import body_schema, documents, read_form, read_forms, read_json, text_of

router = APIRouter(tags=["products"])

_MANY = {
    "type": "object",
    "properties": {"products": {"type": "array", "maxItems": 1_000, "items": {"type": "object"}}},
}


@router.post(
    "/products",
    summary='Make or replace up to 1,000 products: {"products": […]}, or one',
    description="One result for each, in order. A bad one is refused with its reasons, the good ones stand: 200 when "
    "at least one does, 422 when all are refused. Counts for lines that are routed from then on, and for those that "
    "wait.",
    openapi_extra=body_schema(ProductWithSkuIn, _MANY),
    response_model=dict[str, list[ProductResultOut]],
)
def post_products(session: WriteSession, caller: WritingCaller, body: ApiBody) -> Response:
    forms, bad = read_forms(ProductWithSkuIn, documents(read_json(body), "product", "products"))
    taken = products.put_products(session, caller.actor, [(form.sku, form) for _, form in forms], now=caller.now)
    found = [(index, result) for (index, _), result in zip(forms, taken, strict=True)]
    found += [(index, Result(text_of(item, "sku") or "", Outcome.REFUSED, why)) for index, item, why in bad]
    results = [_result_out(index, result).model_dump() for index, result in sorted(found, key=itemgetter(0))]
    if all(out["outcome"] == Outcome.REFUSED for out in results):
        return problem(422, "Every product was refused.", results=results)
    return AsciiJSONResponse({"results": results})


def _result_out(index: int, result: Result) -> ProductResultOut:
    errors = [ReasonOut(detail=reason.detail, pointer=reason.pointer) for reason in result.reasons]
    return ProductResultOut(index=index, sku=result.sku or None, outcome=result.outcome, errors=errors)


@router.get("/products", summary="Products, by SKU")
def get_products(
    session: ReadSession,
    caller: ReadingCaller,
    sku: Annotated[str, Query(description="How the SKU begins")] = "",
    brand: str | None = None,
    tag: str | None = None,
    vendor: Annotated[str | None, Query(description="Name or id of a vendor that can ship it")] = None,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ProductsOut:
    account_id = caller.actor.account_id
    vendor_id = vendors.find_vendor(session, account_id, vendor).id if vendor else None
    wanted = ProductFilter(sku=sku, brand=brand, tag=tag, vendor_id=vendor_id, after=cursor)
    return products.list_products(session, account_id, wanted, limit)


@router.put(
    "/products/{sku:path}",
    summary="Make or replace a product",
    description="Takes back what `GET` answers. Counts for lines that are routed from then on, and for those that "
    "wait.",
    openapi_extra=body_schema(NamedProductIn),
)
def put_product(session: WriteSession, caller: WritingCaller, sku: str, body: ApiBody) -> ProductOut:
    return products.put_product(session, caller.actor, sku, read_form(NamedProductIn, body), now=caller.now)


@router.get("/products/{sku:path}", summary="One product")
def get_product(session: ReadSession, caller: ReadingCaller, sku: str) -> ProductOut:
    return products.read_product(session, caller.actor.account_id, sku)
