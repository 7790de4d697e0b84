"""Errors as pages: what went wrong, every reason, and the way on."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from ...errors import Conflict, Invalid, Reason, SignInNeeded, SparkError
from ..statuses import headers_of, status_of
from . import cookies, rendering
from .visits import Visit

TITLES = {
    400: "That could not be understood",
    401: "Sign in first",
    403: "That is not allowed",
    404: "There is nothing here",
    405: "That is not possible here",
    409: "That does not go together",
    413: "That is too large",
    415: "That could not be understood",
    422: "That was refused",
    429: "Too many tries",
    500: "Spark failed",
    503: "Spark is busy",
}
FOR_PROGRAMS = ("/api", "/shipstation", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics")


def wants_page(request: Request) -> bool:
    """A person's browser at one of the pages, and no program."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.lower().startswith(FOR_PROGRAMS)


def page_of(request: Request, error: SparkError) -> Response:
    if isinstance(error, SignInNeeded):
        return _to_sign_in(request)
    reasons = error.reasons if isinstance(error, Invalid | Conflict) else ()
    headers = {name: value for name, value in headers_of(error).items() if name != "WWW-Authenticate"}
    return page(request, status_of(error), error.sentence, reasons, headers)


def page(
    request: Request,
    status: int,
    sentence: str,
    reasons: Sequence[Reason] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    visit: Visit | None = getattr(request.state, "visit", None)
    facts = {"title": TITLES.get(status, "That did not work"), "sentence": sentence, "reasons": reasons}
    return rendering.page(
        request,
        "error.html",
        facts | {"status": status},
        viewer=visit.viewer if visit else None,
        clock=visit.clock if visit else None,
        status=status,
        headers=headers,
    )


def _to_sign_in(request: Request) -> Response:
    """And back to the page that was asked for. A form that was sent without a session is lost, so not back to it."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(target)}" if request.method == "GET" and target != "/" else ""
    response = RedirectResponse(f"/sign-in{back}", 303, headers=rendering.HEADERS)
    if cookies.read(request, cookies.SESSION):
        cookies.drop(request, response, cookies.SESSION)
    return response
