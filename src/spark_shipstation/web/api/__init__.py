"""The JSON API, version 1: HTTP Basic with an API key."""

from typing import Any

from fastapi import APIRouter

from ..problems import MEDIA_TYPE
from . import actions, files, notices, orders, products, routing, shipments, stores, vendor_orders, vendors

_PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}

router = APIRouter(
    responses={
        401: {"description": "The API key's id or secret is not right."} | _PROBLEM,
        403: {"description": "The account is not active."} | _PROBLEM,
        503: {"description": "Try again later: see Retry-After."} | _PROBLEM,
    }
)
for module in (orders, actions, vendor_orders, routing, shipments, stores, vendors, files, products, notices):
    router.include_router(module.router)
