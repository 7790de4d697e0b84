"""Wire time ↔ UTC: the date forms of the protocol, the connection's zone, and the window of an export.

The forms that ShipStation and its relatives send are listed in `read_wire_time`. Rules for daylight saving:
a local time that exists twice is the earlier one at a window's start and the later one at its end; one that
does not exist moves out of the gap, so that the window never shrinks.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytz
from dateutil import parser as dateutil_parser

from ..errors import BadRequest, Unreadable

EXPECTED_FORM = "MM/dd/yyyy HH:mm, for example 03/08/2026 21:56"
MINUTE = timedelta(minutes=1)
FIRST_YEAR, LAST_YEAR = 1970, 2999

_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
_SLASHED = re.compile(rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}})(?:\s+{_CLOCK})?")
_COMPACT = re.compile(
    r"(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<year>[0-9]{4})\s+(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})"
    r"(?P<second>)(?P<half>)"
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?)?")


def zone(name: str) -> pytz.BaseTzInfo:
    """The IANA time zone of that name. Raises BadRequest with examples."""
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        raise BadRequest(
            f"“{name}” is not a time zone. Use a name such as UTC, America/New_York or Europe/Paris."
        ) from None


def read_wire_time(text: str) -> datetime:
    """A wall-clock time (no zone) from any form of the protocol. Raises Unreadable.

    `MM/dd/yyyy HH:mm`, one-digit month, day and hour, optional seconds, optional AM/PM (ignored where the hour
    is already past 12, as in ShipStation's own sample `12/8/2011 21:56 PM`), the date alone, the compact
    `MMddyyyy HHmm`, and ISO 8601 without an offset.
    """
    text = text.strip()
    match = _SLASHED.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        if match is not None:
            return _assembled(match)
        if _ISO.fullmatch(text):
            return _within_years(dateutil_parser.isoparse(text))
    except (ValueError, OverflowError):  # the latter for the midnight after the last day that there is
        pass
    raise Unreadable(f"“{text[:40]}” is not a date and time. Expected {EXPECTED_FORM}.")


_OFFSET = re.compile(r"(?<=:[0-9]{2})(?:\.[0-9]+)?\s*(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$")


def read_told_time(text: str) -> datetime:
    """As `read_wire_time`, for what ShipStation tells us: `Z` or an offset may stand behind the clock, and the wall
    clock counts as it is written. A window's dates must not have one: there it could mean another instant.
    Raises Unreadable.
    """
    return read_wire_time(_OFFSET.sub("", text.strip()))


def _assembled(match: re.Match[str]) -> datetime:
    parts = {name: int(match[name] or 0) for name in ("month", "day", "year", "hour", "minute", "second")}
    half = (match["half"] or "").upper()
    if half == "P" and 1 <= parts["hour"] < 12:
        parts["hour"] += 12
    elif half == "A" and parts["hour"] == 12:
        parts["hour"] = 0
    day = (parts["year"], parts["month"], parts["day"])
    clock = (parts["hour"], parts["minute"], parts["second"])
    return _within_years(datetime(*day, *clock))  # noqa: DTZ001 - a wall-clock time; the zone is the connection's


def _within_years(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(moment)
    return moment


def candidates(local: datetime, tz: pytz.BaseTzInfo) -> tuple[datetime, datetime]:
    """The earliest and the latest instant (UTC) that a wall-clock time can mean. Equal on ordinary days."""
    instants = [tz.localize(local, is_dst=is_dst).astimezone(UTC) for is_dst in (True, False)]
    return min(instants), max(instants)


def to_wire(instant: datetime, tz: pytz.BaseTzInfo) -> datetime:
    """The wall-clock time of an instant in the connection's zone."""
    return instant.astimezone(tz).replace(tzinfo=None)


def format_wire_time(local: datetime) -> str:
    return f"{local.month:02}/{local.day:02}/{local.year:04} {local.hour:02}:{local.minute:02}"


def read_wire_date(text: str) -> date:
    """The date of what ShipStation tells us, as it is written: no offset moves it to the day before or after."""
    return read_told_time(text).date()


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open, in UTC: `start <= time < end`. `end` is the end of the end date's whole minute."""

    start: datetime
    end: datetime

    def meanings_of_end(self, tz: pytz.BaseTzInfo) -> tuple[datetime, datetime]:
        """The instants that the end date can mean, at the start of its minute."""
        return candidates(to_wire(self.end - MINUTE, tz), tz)


_DAY = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")  # as an end: to the end of that day


def read_window(
    start_date: str | None, end_date: str | None, tz: pytz.BaseTzInfo, *, slack: timedelta = timedelta(0)
) -> Window:
    """The window that the query of an export names. Raises BadRequest with every reason in one sentence.

    A start that is later than the end by less than `slack` is let pass: so looks the window of a store in another
    zone that has just set its clocks back.
    """
    wanted = {"start_date": start_date, "end_date": end_date}
    missing = [name for name, text in wanted.items() if not (text or "").strip()]
    if missing:
        raise BadRequest(f"{' and '.join(missing)} must be given as {EXPECTED_FORM}.")
    moments: list[datetime] = []
    complaints: list[str] = []
    for name, text in wanted.items():
        try:
            moment = read_wire_time(text or "").replace(second=0, microsecond=0)
            whole_day = name == "end_date" and _DAY.fullmatch((text or "").strip())
            moments.append(moment.replace(hour=23, minute=59) if whole_day else moment)
        except Unreadable as error:
            complaints.append(f"{name}: {error.sentence}")
    if complaints:
        raise BadRequest(" ".join(complaints))
    window = Window(candidates(moments[0], tz)[0], candidates(moments[1], tz)[1] + MINUTE)
    if window.start >= window.end + slack:  # as instants: clocks that are set back make 01:50 come before 01:10
        raise BadRequest(
            f"start_date {format_wire_time(moments[0])} is later than end_date {format_wire_time(moments[1])}."
        )
    return window


def read_page(text: str | None) -> int:
    """The page number, 1 where it is missing (the first version of the protocol had none)."""
    if text is None or not text.strip():
        return 1
    word = text.strip()
    if not re.fullmatch(r"[0-9]{1,9}", word) or int(word) < 1:
        raise BadRequest(f"page must be a whole number from 1 up, not “{word[:20]}”.")
    return int(word)
