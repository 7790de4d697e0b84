"""Times as the viewer reads them: in their zone, with the exact UTC instant at hand."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import pytz
from fastapi import Request
from markupsafe import Markup, escape

from ...rules.explaining.words import Clock, duration, minutes
from . import cookies

ASKED = "zone"  # in a page's query: the zone that this page is read in, this once
_AT = r"\d{4}-\d\d-\d\d \d\d:\d\d"
_SAID = re.compile(  # as Clock.moment and Clock.window say it
    rf"(?P<local>{_AT}(?::\d\d)?(?: to [-\d]* ?\d\d:\d\d)? \S+ \()?"
    rf"(?P<first>{_AT}(?::\d\d)?)(?: to (?P<day>\d{{4}}-\d\d-\d\d )?(?P<last>\d\d:\d\d))? UTC(?(local)\))"
)


def clock_for(request: Request, chosen: str, now: datetime) -> Clock:
    """The zone that the page is asked for in, else of the person's setting, else of their browser, else UTC."""
    asked = request.query_params.get(ASKED, "")
    for name in (asked, chosen, request.cookies.get(cookies.ZONE, "").replace("%2F", "/")):
        if name in pytz.all_timezones_set:
            return Clock(now, name, zone_named(name))
    return Clock(now)


@cache
def zone_named(name: str) -> tzinfo:
    """Of pytz's files, as everywhere; this class reads a long list of times in a tenth of the time."""
    with pytz.open_resource(name) as file:  # type: ignore[attr-defined]  # which its types leave out
        return ZoneInfo.from_file(file, key=name)


def other_zone(request: Request) -> str:
    """This page in UTC, or in the viewer's own zone again; "" of a page that a form has led to."""
    path = request.scope["path"]
    if request.method != "GET" or path.startswith("//"):
        return ""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != ASKED]
    if ASKED not in request.query_params:
        query.append((ASKED, "UTC"))
    return f"{quote(path)}?{urlencode(query)}".removesuffix("?")


def moment(at: datetime | None, clock: Clock, *, seconds: bool = False) -> Markup:
    """`8 Mar 2026, 09:59`, and UTC on pointing at it. The year stands there unless it is this one."""
    if at is None:
        return Markup("–")
    local = at.astimezone(clock.zone)
    return _time(at, f"{_day(clock, local)}, {_time_of(local, 'seconds' if seconds else 'minutes')}")


def ago(at: datetime | None, clock: Clock) -> Markup:
    """`3 hours ago`, and UTC on pointing at it."""
    if at is None:
        return Markup("never")
    return _time(at, "just now" if clock.now - at < timedelta(seconds=2) else f"{duration(clock.now - at)} ago")


def _time(at: datetime, words: str) -> Markup:
    """`words` are our own: digits, names of months, `ago`. Escaping them took longer than all else of a long list."""
    utc = at.astimezone(UTC)
    day, time = utc.date().isoformat(), _time_of(utc, "milliseconds")
    return Markup(f'<time datetime="{day}T{time}Z" title="{day} {time[:8]} UTC">{words}</time>')  # noqa: S704


def window(start: datetime | None, end: datetime | None, clock: Clock, zone: tzinfo | None = None) -> Markup:
    """`8 Mar, 10:00 to 11:00`, and UTC on pointing at it; `end` is the first instant after it. `zone` is another one
    than the viewer's."""
    if start is None or end is None:
        return Markup("–")
    last, there = end - timedelta(minutes=1), zone or clock.zone
    utc = minutes(start.astimezone(UTC), last.astimezone(UTC))
    return Markup(f'<span title="{utc} UTC">{_span(clock, start.astimezone(there), last.astimezone(there))}</span>')  # noqa: S704


def local(at: datetime, zone: tzinfo, clock: Clock) -> Markup:
    """As `moment`, in another zone than the viewer's."""
    there = at.astimezone(zone)
    return _time(at, f"{_day(clock, there)}, {_time_of(there)}")


def timed(sentence: str, clock: Clock) -> Markup:
    """A sentence whose times are said in full, each in its short form with UTC on pointing at it."""
    if " UTC" not in sentence:  # looking for times is the dearest part of a long list of sentences
        return escape(sentence)
    parts, place = [], 0
    for found in _SAID.finditer(sentence):
        parts += [escape(sentence[place : found.start()]), _short(clock, found)]
        place = found.end()
    return Markup("").join([*parts, escape(sentence[place:])])


def _short(clock: Clock, found: re.Match[str]) -> Markup:
    try:
        first = datetime.fromisoformat(found["first"]).replace(tzinfo=UTC)
        if not found["last"]:
            return moment(first, clock, seconds=found["first"].count(":") > 1)
        last = datetime.fromisoformat(f"{found['day'] or found['first'][:11]}{found['last']}").replace(tzinfo=UTC)
        return window(first, last + timedelta(minutes=1), clock)
    except (ValueError, OverflowError):  # words of somebody else that only look like a time
        return escape(found[0])


def _span(clock: Clock, first: datetime, last: datetime) -> str:
    until = f"{_time_of(last)}" if first.date() == last.date() else f"{_day(clock, last)}, {_time_of(last)}"
    return f"{_day(clock, first)}, {_time_of(first)} to {until}"


def _day(clock: Clock, local: datetime) -> str:
    """The year stands there unless it is this one."""
    year = "" if local.year == clock.now.astimezone(clock.zone).year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month]}{year}"


def _time_of(local: datetime, to: str = "minutes") -> str:
    """Of the day. Of all ways to write it the quickest by far: it took most of the time of a long list."""
    return local.time().isoformat(to)


_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
