"""What is done to an order. Each call answers the order as it is then; 409 lists every reason why it cannot be done."""

from fastapi import APIRouter

from ...services import life
from ...services.answers import OrderOut
from ...services.forms import CancelIn, ReasonIn
from ...services.reading import read_order
from ..deps import ApiBody, WriteSession, WritingCaller
from .documents import body_schema, read_optional_form

router = APIRouter(tags=["orders"], responses={409: {"description": "It cannot be done: every reason."}})


@router.post(
    "/orders/{order_id}/hold",
    summary="Hold an order: nothing more of it may be shipped until it is released",
    description="What has shipped stays shipped. Holding it again changes nothing.",
    openapi_extra=body_schema(ReasonIn, required=False),
)
def post_hold(session: WriteSession, caller: WritingCaller, order_id: str, body: ApiBody) -> OrderOut:
    form = read_optional_form(ReasonIn, body)
    life.hold(session, caller.actor, order_id, now=caller.now, reason=form.reason)
    return read_order(session, caller.actor.account_id, order_id)


@router.post(
    "/orders/{order_id}/release",
    summary="Release a held order",
    description="Releasing what is not held changes nothing.",
    openapi_extra=body_schema(ReasonIn, required=False),
)
def post_release(session: WriteSession, caller: WritingCaller, order_id: str, body: ApiBody) -> OrderOut:
    form = read_optional_form(ReasonIn, body)
    life.release(session, caller.actor, order_id, now=caller.now, reason=form.reason)
    return read_order(session, caller.actor.account_id, order_id)


@router.post(
    "/orders/{order_id}/mark-paid",
    summary="Mark an order as paid",
    description="Until the shop changes the order and still sends it as unpaid. Marking it again changes nothing.",
    openapi_extra=body_schema(ReasonIn, required=False),
)
def post_mark_paid(session: WriteSession, caller: WritingCaller, order_id: str, body: ApiBody) -> OrderOut:
    form = read_optional_form(ReasonIn, body)
    life.mark_paid(session, caller.actor, order_id, now=caller.now, reason=form.reason)
    return read_order(session, caller.actor.account_id, order_id)


@router.post(
    "/orders/{order_id}/cancel",
    summary="Cancel all that is open of an order, or some units of some lines",
    description="What has shipped stays shipped. Cancelling an order again changes nothing; the same `key` "
    "cancels the same units once.",
    openapi_extra=body_schema(CancelIn, required=False),
)
def post_cancel(session: WriteSession, caller: WritingCaller, order_id: str, body: ApiBody) -> OrderOut:
    form = read_optional_form(CancelIn, body)
    life.cancel(session, caller.actor, order_id, form.lines, now=caller.now, reason=form.reason, key=form.key)
    return read_order(session, caller.actor.account_id, order_id)


@router.post(
    "/orders/{order_id}/resend",
    summary="Give ShipStation its vendor orders once more with the next poll",
    description="The same OrderID with a later LastModified, so that ShipStation updates what it has.",
    openapi_extra=body_schema(ReasonIn, required=False),
)
def post_resend(session: WriteSession, caller: WritingCaller, order_id: str, body: ApiBody) -> OrderOut:
    form = read_optional_form(ReasonIn, body)
    life.resend(session, caller.actor, order_id, now=caller.now, reason=form.reason)
    return read_order(session, caller.actor.account_id, order_id)
