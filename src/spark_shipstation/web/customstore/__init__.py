"""ShipStation's URL: one path, two actions. Every answer is XML, errors too, with a sentence a merchant can act on."""

from contextlib import suppress

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from ...errors import BadRequest, MethodNotAllowed, SparkError
from ..deps import NoticeBody
from ..gathering import Gathering
from .calls import CALLS, CHECK, Call, answered, recognise
from .exporting import WINDOW_OFFSET, WRONG_CALLS, ZONE_MISMATCH, export
from .notifying import alone, together
from .xml import xml_error, xml_error_of

__all__ = ["CHECK", "PATH", "WINDOW_OFFSET", "WRONG_CALLS", "ZONE_MISMATCH", "router", "xml_error", "xml_error_of"]

router = APIRouter()
PATH = "/shipstation/{public_id}"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


@router.api_route(PATH, methods=METHODS, include_in_schema=False)
@router.api_route(PATH + "/", methods=METHODS, include_in_schema=False)
async def shipstation(request: Request, public_id: str, body: NoticeBody) -> Response:
    """GET ?action=export, POST ?action=shipnotify."""
    call = Call(request, public_id, body)
    if call.wanted == ("POST", "shipnotify") and isinstance(body, bytes):
        notices: Gathering[Call, Response] = request.app.state.notices
        return await notices.answer((public_id, *call.credentials), call)
    return await run_in_threadpool(answered, call, _answer)


def gathered() -> Gathering[Call, Response]:
    """For `app.state.notices`: those of one caller that come together are answered together."""
    return Gathering(together, alone)


def _answer(call: Call) -> Response:
    if isinstance(call.body, SparkError):
        with suppress(SparkError, SQLAlchemyError):
            recognise(call)
        raise call.body
    if call.wanted == ("GET", "export"):
        return export(call)
    recognise(call)
    raise _misunderstood(*call.wanted)


def _misunderstood(method: str, action: str) -> SparkError:
    """Which of the two it is: a wrong action, or the right one with the wrong method."""
    methods = {word: (verb,) for verb, word in CALLS}
    if action not in methods and method in {"GET", "POST"}:
        return BadRequest(f"action must be export or shipnotify, not “{action[:40]}”.")
    allowed = methods.get(action, ("GET", "POST"))
    return MethodNotAllowed(f"{method} is not possible here; use {' or '.join(allowed)}.", allowed)
