"""Errors as pages: what went wrong, every reason, and the way on."""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.routing import Match

from ...errors import Conflict, Invalid, Reason, SignInNeeded, SparkError
from ..statuses import headers_of, status_of
from . import cookies, rendering
from .routes import Page
from .visits import Visit, own_hosts

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
    """And back to the page that was asked for. A form that was sent without a session is lost: the page says so, and
    leads back to where the form stood."""
    if request.url.path == "/sign-out":
        way = ["out=1"]
    elif request.method == "GET":
        way = _next(_with_query(request.url.path, request.url.query))
    else:
        way = ["lost=1", *_next(_page_of_form(request))]
    response = RedirectResponse(_with_query("/sign-in", "&".join(way)), 303, headers=rendering.HEADERS)
    if cookies.read(request, cookies.SESSION):
        cookies.drop(request, response, cookies.SESSION)
    return response


def _next(target: str) -> list[str]:
    return [f"next={quote(target)}"] if target != "/" else []


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _page_of_form(request: Request) -> str:
    """As the browser names it, where it is one of ours; else the page above the form's own address."""
    named = urlsplit(request.headers.get("referer", ""))
    is_ours = named.netloc in own_hosts(request)
    if is_ours and _is_page(request, named.path):
        return _with_query(named.path, named.query)
    path = named.path if is_ours else request.url.path
    while path and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def _is_page(request: Request, path: str) -> bool:
    asked = {"type": "http", "method": "GET", "path": path}
    pages = (route for route in request.app.routes if isinstance(route, Page))
    return any(page.matches(asked)[0] is Match.FULL for page in pages)
