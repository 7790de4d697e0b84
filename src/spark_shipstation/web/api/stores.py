"""Stores and their settings."""

from fastapi import APIRouter

from ...services import stores
from ...services.answers import StoreOut
from ...services.forms.stores import StorePatch
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from .documents import body_schema, read_form

router = APIRouter(tags=["stores"])


@router.get("/stores", summary="All stores, by code")
def get_stores(session: ReadSession, caller: ReadingCaller) -> dict[str, list[StoreOut]]:
    return {"stores": stores.list_stores(session, caller.actor.account_id)}


@router.get("/stores/{code}", summary="One store")
def get_store(session: ReadSession, caller: ReadingCaller, code: str) -> StoreOut:
    return stores.read_store(session, caller.actor.account_id, code)


@router.patch(
    "/stores/{code}",
    summary="Change what is given",
    description="Up to 1,000 open orders are given what their status means now; `orders_left` says how many are left "
    "for the same call once more.",
    openapi_extra=body_schema(StorePatch),
)
def patch_store(session: WriteSession, caller: WritingCaller, code: str, body: ApiBody) -> StoreOut:
    return stores.change_store(session, code, read_form(StorePatch, body), caller.actor, now=caller.now)
