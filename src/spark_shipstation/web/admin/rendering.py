"""Templates into answers: what every page is given, and the headers that keep it to itself."""

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytz
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import Headers

from ... import __version__
from ...rules.explaining.words import Clock
from ...rules.matching import asked
from ...services.answers import format_money
from ...services.signin import Viewer
from . import cookies, labels, navigation, times
from .escaping import EscapingEnvironment

STATIC = Path(__file__).parent / "static"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOR_A_YEAR = {"Strict-Transport-Security": "max-age=31536000"}
_ready = (Headers(HEADERS).raw, Headers(HEADERS | FOR_A_YEAR).raw)  # as pages send them, by whether the site is secure

_environment = EscapingEnvironment(
    loader=PackageLoader("spark_shipstation.web.admin"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # else every page asks the file system about each of its templates
)


@cache
def static(name: str) -> str:
    """The address of one of our own files. It changes with the file, so browsers may keep it."""
    return f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def count(number: int, most: int | None = None) -> str:
    """`1,204`; `1,000+` where the counting stopped at `most`."""
    return f"{most:,}+" if most is not None and number > most else f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def words(name: str) -> str:
    """A status or a flag as people say it."""
    return name.replace("_", " ")


def badge(status: str) -> Markup:
    """A status as every page shows it."""
    said = escape(status)
    return Markup(f'<span class="badge status-{said}">{words(said)}</span>')  # noqa: S704 - it is escaped


def fact(value: Any) -> str:
    """A fact of a timeline: one of a few kinds of JSON."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def field(pointer: str) -> str:
    """What a JSON pointer leads to, as people say it: `/statuses/on_hold` is the field “On-Hold Status”, `/brand`
    “Brand”, `/vendors/1/priority` “Priority 2”, `/countries/0` “Countries”, `/weight/value` “Weight”."""
    if label := labels.BY_POINTER.get(pointer):
        return label
    *before, last = pointer.split("/")
    if last.isdigit() or last == "value":
        return field("/".join(before))
    place = f" {int(before[-1]) + 1}" if before and before[-1].isdigit() else ""
    return words(last).capitalize() + place


def query(**parameters: Any) -> str:
    """`?…` of what is given; "" where nothing is."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"?{urlencode(given)}" if given else ""


@lru_cache(64)
def zone_options(chosen: str) -> Markup:
    """An `<option>` for each time zone: several hundred, which a page would else put together each time."""
    options = (f"<option{' selected' if name == chosen else ''}>{escape(name)}</option>" for name in _zones(chosen))
    return Markup("".join(options))  # noqa: S704 - each name is escaped


def _zones(chosen: str) -> list[str]:
    known = list(pytz.common_timezones)
    return known if not chosen or chosen in pytz.common_timezones_set else [chosen, *known]


_environment.globals = {"zone_options": zone_options, "query": query, "version": __version__}  # copied for each page
_environment.filters.update(static=static, count=count, plural=plural, words=words, field=field)
_environment.filters.update(fact=fact, money=format_money)
_environment.filters.update(badge=badge, asked=asked)
_environment.filters.update(day=times.day, moment=times.moment, ago=times.ago, window=times.window)
_environment.filters.update(local=times.local, timed=times.timed)


def page(
    request: Request,
    template: str,
    facts: dict[str, Any],
    *,
    viewer: Viewer | None,
    clock: Clock | None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    """A whole page. What the page before left for this one is shown, and dropped."""
    flash = cookies.kept(request, cookies.FLASH)
    content = _environment.get_template(template).render(**shared(request, viewer, clock), flash=flash or [], **facts)
    response = _answer(request, content, status, headers)
    if flash is not None:
        cookies.drop(request, response, cookies.FLASH)
    return response


def fragment(request: Request, template: str, facts: dict[str, Any], *, viewer: Viewer, clock: Clock) -> HTMLResponse:
    """A part of a page, for a script that keeps it fresh."""
    content = _environment.get_template(template).render(**shared(request, viewer, clock), **facts)
    return _answer(request, content)


def shared(request: Request, viewer: Viewer | None, clock: Clock | None) -> dict[str, Any]:
    return {
        "path": request.scope["path"],
        "viewer": viewer,
        "clock": clock,
        "may_change": viewer is not None and viewer.may_change,
        "navigation": navigation.shown_at(request.scope["path"]),
        "pages": navigation.PATHS,
        "form_token": cookies.form_token(cookies.key_of(request)) if viewer else "",
        "asked_zone": request.query_params.get(times.ASKED, ""),
        "other_zone": times.other_zone(request),
    }


def _answer(request: Request, content: str, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    response = HTMLResponse(content, status, headers)
    response.raw_headers += _ready[cookies.is_secure(request)]
    return response
