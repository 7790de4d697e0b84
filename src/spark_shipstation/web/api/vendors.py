"""Vendors, and the credentials of ShipStation connections."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from ...services import vendor_edits, vendors
from ...services.answers import RetoldOut, VendorOut
from ...services.forms import VendorIn, VendorPatch
from ...services.retelling import retell
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller, parts_of
from .documents import body_schema, read_form

router = APIRouter(tags=["vendors"])


def _base_url(request: Request) -> str:
    return parts_of(request).settings.url()


@router.get("/vendors", summary="All vendors, oldest first")
def get_vendors(request: Request, session: ReadSession, caller: ReadingCaller) -> dict[str, list[VendorOut]]:
    return {"vendors": vendors.list_vendors(session, caller.actor.account_id, _base_url(request), now=caller.now)}


@router.post(
    "/vendors",
    status_code=201,
    summary="Add a vendor; for ShipStation, with its URL, username and password",
    description="The password is in this answer and never again.",
    openapi_extra=body_schema(VendorIn),
)
def post_vendor(request: Request, session: WriteSession, caller: WritingCaller, body: ApiBody) -> VendorOut:
    form = read_form(VendorIn, body)
    return vendor_edits.add_vendor(session, caller.actor, form, _base_url(request), now=caller.now)


@router.get("/vendors/{vendor}", summary="One vendor, by id or name")
def get_vendor(request: Request, session: ReadSession, caller: ReadingCaller, vendor: str) -> VendorOut:
    return vendors.read_vendor(session, caller.actor.account_id, vendor, _base_url(request), now=caller.now)


@router.patch("/vendors/{vendor}", summary="Change what is given", openapi_extra=body_schema(VendorPatch))
def patch_vendor(
    request: Request, session: WriteSession, caller: WritingCaller, vendor: str, body: ApiBody
) -> VendorOut:
    found = vendors.find_vendor(session, caller.actor.account_id, vendor)
    form = read_form(VendorPatch, body)
    return vendor_edits.change_vendor(session, caller.actor, found, form, _base_url(request), now=caller.now)


@router.post(
    "/vendors/{vendor}/retell",
    summary="Tell ShipStation anew of open orders that it has from before the settings changed",
    description="Up to 1,000 in a call, the longest unchanged first; `left` says how many are left for the next one.",
)
def post_retell(session: WriteSession, caller: WritingCaller, vendor: str) -> RetoldOut:
    found = vendors.find_vendor(session, caller.actor.account_id, vendor)
    return retell(session, found, caller.actor, now=caller.now)


@router.post(
    "/vendors/{vendor}/credentials",
    summary="A new password for a ShipStation vendor",
    description="The old one stays valid for `keep_old_minutes`, so that nothing fails while ShipStation is changed.",
)
def post_credentials(
    request: Request,
    session: WriteSession,
    caller: WritingCaller,
    vendor: str,
    keep_old_minutes: Annotated[int, Query(ge=0, le=7 * 24 * 60)] = 60,
) -> VendorOut:
    found = vendors.find_vendor(session, caller.actor.account_id, vendor)
    keep_old = timedelta(minutes=keep_old_minutes)
    return vendors.rotate(
        session, caller.actor.account_id, found, _base_url(request), now=caller.now, keep_old=keep_old
    )
