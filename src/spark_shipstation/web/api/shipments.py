"""Packages: the stream that a shop reads on, and corrections by hand."""

from typing import Annotated

from fastapi import APIRouter, Query

from ...services import shipments
from ...services.shipments import ReasonIn, ShipmentPatch, ShipmentsOut, StreamedShipmentOut
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from .documents import body_schema, read_form

router = APIRouter(tags=["shipments"])


@router.get(
    "/shipments",
    summary="Shipments as they come, from where the last answer ended",
    description="Ask with `after` = the `next_after` of the answer before; the first time without. None is ever left "
    "out. A shipment that was corrected, voided or restored comes again, in its newest form.",
)
def get_shipments(
    session: WriteSession,
    caller: WritingCaller,
    after: Annotated[str, Query(description="the `next_after` of the answer before")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ShipmentsOut:
    return shipments.read_stream(session, caller.actor.account_id, after, limit)


@router.get("/shipments/{shipment_id}", summary="One shipment")
def get_shipment(session: ReadSession, caller: ReadingCaller, shipment_id: str) -> StreamedShipmentOut:
    return shipments.read_shipment(session, caller.actor.account_id, shipment_id)


@router.patch(
    "/shipments/{shipment_id}",
    summary="Correct a shipment's tracking number, carrier or service",
    description="After a label was voided and made anew, ShipStation does not send the new number. What was there "
    "before stands in `corrections`.",
    openapi_extra=body_schema(ShipmentPatch),
)
def patch_shipment(
    session: WriteSession, caller: WritingCaller, shipment_id: str, body: ApiBody
) -> StreamedShipmentOut:
    form = read_form(ShipmentPatch, body)
    return shipments.correct(session, caller.actor, shipment_id, form, now=caller.now)


@router.post(
    "/shipments/{shipment_id}/void",
    summary="Void a shipment that is a mistake: its units are open again",
    openapi_extra=body_schema(ReasonIn),
)
def post_void(session: WriteSession, caller: WritingCaller, shipment_id: str, body: ApiBody) -> StreamedShipmentOut:
    reason = read_form(ReasonIn, body).reason
    return shipments.void(session, caller.actor, shipment_id, reason, now=caller.now)


@router.post(
    "/shipments/{shipment_id}/restore",
    summary="Have a voided shipment count again",
    openapi_extra=body_schema(ReasonIn),
)
def post_restore(session: WriteSession, caller: WritingCaller, shipment_id: str, body: ApiBody) -> StreamedShipmentOut:
    reason = read_form(ReasonIn, body).reason
    return shipments.restore(session, caller.actor, shipment_id, reason, now=caller.now)
