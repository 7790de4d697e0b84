"""Times as the viewer reads them: in their zone, with the exact UTC instant at hand."""

from datetime import UTC, date, datetime, timedelta, tzinfo

import pytz
from fastapi import Request
from markupsafe import Markup

from ...rules.explaining.words import Clock, duration
from . import cookies


def clock_for(request: Request, chosen: str, now: datetime) -> Clock:
    """The zone of the person's setting, else of their browser, else UTC."""
    for name in (chosen, request.cookies.get(cookies.ZONE, "").replace("%2F", "/")):
        if name in pytz.all_timezones_set:
            return Clock(now, name, pytz.timezone(name))
    return Clock(now)


def moment(clock: Clock, at: datetime | None, *, seconds: bool = False) -> Markup:
    """`8 Mar 2026, 09:59`, and UTC on pointing at it. The year stands there unless it is this one."""
    if at is None:
        return Markup("–")
    local, now = at.astimezone(clock.zone), clock.now.astimezone(clock.zone)
    day = f"{local.day} {local:%b}" + ("" if local.year == now.year else f" {local.year}")
    return _time(at, f"{day}, {local:%H:%M:%S}" if seconds else f"{day}, {local:%H:%M}")


def ago(clock: Clock, at: datetime | None) -> Markup:
    """`3 hours ago`, and UTC on pointing at it."""
    if at is None:
        return Markup("never")
    return _time(at, "just now" if clock.now - at < timedelta(seconds=2) else f"{duration(clock.now - at)} ago")


def _time(at: datetime, words: str) -> Markup:
    """`words` are our own: digits, names of months, `ago`. Escaping them took longer than all else of a long list."""
    utc = at.astimezone(UTC).replace(tzinfo=None)
    exact, plain = utc.isoformat(timespec="milliseconds"), utc.isoformat(" ", "seconds")
    return Markup(f'<time datetime="{exact}Z" title="{plain} UTC">{words}</time>')  # noqa: S704


def window(start: datetime | None, end: datetime | None, zone: tzinfo) -> str:
    """As ShipStation asked for it, in the connection's zone; `end` is the first instant after it."""
    if start is None or end is None:
        return "–"
    first, last = start.astimezone(zone), (end - timedelta(minutes=1)).astimezone(zone)
    same = first.date() == last.date()
    return f"{first:%Y-%m-%d %H:%M} to {last:%H:%M}" if same else f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"


def local(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
