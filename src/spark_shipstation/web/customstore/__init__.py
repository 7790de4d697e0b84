"""ShipStation's URL: one path, two actions. Every answer is XML, errors too, with a sentence a merchant can act on."""

from contextlib import suppress

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from ...errors import BadRequest, MethodNotAllowed, SparkError
from ..deps import notice_body
from ..gathering import Gathering
from .calls import CALLS, CHECK, Call, answered, recognise
from .exporting import WINDOW_OFFSET, WRONG_CALLS, ZONE_MISMATCH, export
from .notifying import alone, together
from .xml import xml_error, xml_error_of

__all__ = ["CHECK", "PATH", "WINDOW_OFFSET", "WRONG_CALLS", "ZONE_MISMATCH", "router", "xml_error", "xml_error_of"]

router = APIRouter()
PATH = "/shipstation/{public_id}"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


async def shipstation(request: Request) -> Response:
    """GET ?action=export, POST ?action=shipnotify."""
    call = Call(request, request.path_params["public_id"], await notice_body(request))
    if call.wanted == ("POST", "shipnotify") and isinstance(call.body, bytes):
        notices: Gathering[Call, Response] = request.app.state.notices
        return await notices.answer((call.public_id, *call.credentials), call)
    return await run_in_threadpool(answered, call, _answer)


# Without FastAPI's own handling of parameters, of which there are none: ShipStation polls without an end.
for path in (PATH, f"{PATH}/"):
    router.add_route(path, shipstation, METHODS, include_in_schema=False)


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
