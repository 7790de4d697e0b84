"""Around every request: an id, one log line, and the last net under a handler. Pure ASGI, so it costs little."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .counting import count_request

log = structlog.get_logger("spark.request")
_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestLog:
    """The id comes from X-Request-ID where that is a plain word, and goes out in the same header.

    `failed` answers an error that nothing else has, and logs it. Were it left to Starlette, the server would log it a
    second time, and the answer would lack the id. An answer that had begun can only be broken off: the server does it.
    """

    def __init__(self, app: ASGIApp, failed: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith("//"):  # a base URL that was pasted with a slash at its end
            scope["path"] = "/" + scope["path"].lstrip("/")
        scope["query_string"] = scope.pop("spark_query", scope["query_string"])  # telemetry has not seen it
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given.decode() if _GOOD_ID.fullmatch(given) else uuid.uuid4().hex
        scope["spark_request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            if status:
                raise
            await self.failed(Request(scope), error)(scope, receive, send_with_id)
        finally:
            seconds, route, status = time.perf_counter() - started, _route(scope), status or 500
            count_request(scope["method"], route, status, seconds)
            log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


def _route(scope: Scope) -> str:
    """The path with its parameters' names for their values: a path can hold a SKU or an id. A route knows its own
    template, which is the path's end: the prefix that its router is included under stands before it."""
    template: str | None = getattr(scope.get("route"), "path_format", None)
    if template is None:
        return "(none)"
    path: str = scope["path"]
    end = template.format(**scope.get("path_params", {}))
    return path.removesuffix(end) + template if path.endswith(end) else template
