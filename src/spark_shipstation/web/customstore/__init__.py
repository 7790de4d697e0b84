"""ShipStation's URL: one path, two actions. Every answer is XML, errors too, with a sentence a merchant can act on."""

from contextlib import suppress

from fastapi import Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match, Route
from starlette.types import Scope

from ...errors import BadRequest, MethodNotAllowed, SparkError
from ..deps import notice_body
from ..gathering import Gathering
from .calls import CALLS, CHECK, Call, answered, recognise
from .exporting import WINDOW_OFFSET, WRONG_CALLS, ZONE_MISMATCH, export
from .notifying import alone, together
from .xml import xml_answer, xml_error_of

__all__ = ["CHECK", "PATH", "WINDOW_OFFSET", "WRONG_CALLS", "ZONE_MISMATCH", "routes", "xml_answer", "xml_error_of"]

PATH = "/shipstation/{public_id}"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


async def shipstation(request: Request) -> Response:
    """GET ?action=export, POST ?action=shipnotify."""
    call = Call(request, request.path_params["public_id"], await notice_body(request))
    if call.wanted == ("POST", "shipnotify") and isinstance(call.body, bytes):
        notices: Gathering[Call, Response] = request.app.state.notices
        return await notices.answer((call.public_id, *call.credentials), call)
    return await run_in_threadpool(answered, call, _answer)


class _Route(Route):
    """It says that it was found, as FastAPI's do: the log and the metrics name it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, found if match is Match.NONE else {**found, "route": self}


# Without FastAPI's own handling of parameters, of which there are none: ShipStation polls without an end.
routes = [_Route(path, shipstation, methods=METHODS, include_in_schema=False) for path in (PATH, f"{PATH}/")]


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
