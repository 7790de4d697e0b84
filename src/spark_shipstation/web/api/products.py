"""Products, and who can ship them."""

from fastapi import APIRouter

from ...services import products
from ...services.answers import ProductOut
from ...services.forms import ProductIn
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from .documents import body_schema, read_form

router = APIRouter(tags=["products"])


@router.put(
    "/products/{sku:path}",
    summary="Make or replace a product",
    description="Counts for orders that come in from now on.",
    openapi_extra=body_schema(ProductIn),
)
def put_product(session: WriteSession, caller: WritingCaller, sku: str, body: ApiBody) -> ProductOut:
    return products.put_product(session, caller.actor.account_id, sku, read_form(ProductIn, body))


@router.get("/products/{sku:path}", summary="One product")
def get_product(session: ReadSession, caller: ReadingCaller, sku: str) -> ProductOut:
    return products.read_product(session, caller.actor.account_id, sku)
