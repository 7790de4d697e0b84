"""How times, windows and units are said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

MINUTE = timedelta(minutes=1)
_SPANS = (
    (timedelta(days=2), timedelta(days=1), "days"),
    (timedelta(hours=2), timedelta(hours=1), "hours"),
    (timedelta(minutes=2), MINUTE, "minutes"),
    (timedelta(seconds=2), timedelta(seconds=1), "seconds"),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time now, and a zone with its name. Every time is said in that zone and, where it differs, in UTC."""

    now: datetime
    zone_name: str = "UTC"
    zone: tzinfo = UTC

    def moment(self, at: datetime) -> str:
        utc = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        if self.is_utc:
            return utc
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S} {self.zone_name} ({utc})"

    def window(self, start: datetime, end: datetime) -> str:
        """As ShipStation asked for it, in whole minutes; `end` is the first instant after it."""
        utc = f"{minutes(start.astimezone(UTC), (end - MINUTE).astimezone(UTC))} UTC"
        if self.is_utc:
            return utc
        return f"{minutes(start.astimezone(self.zone), (end - MINUTE).astimezone(self.zone))} {self.zone_name} ({utc})"

    def ago(self, at: datetime) -> str:
        return f"{duration(self.now - at)} ago" if self.now - at >= _SPANS[-1][0] else "just now"

    @property
    def is_utc(self) -> bool:
        return self.zone_name.upper() in {"UTC", "ETC/UTC"}


def minutes(start: datetime, end: datetime) -> str:
    """`2026-03-08 09:59 to 10:29`: the date once, where both have it."""
    last = _minute(end) if start.date() != end.date() else end.time().isoformat("minutes")
    return f"{_minute(start)} to {last}"


def _minute(at: datetime) -> str:
    """Many times as quick as `strftime`, and a page says a hundred of them."""
    return f"{at.date().isoformat()} {at.time().isoformat('minutes')}"


def duration(span: timedelta) -> str:
    """In the largest unit of which there are two or more."""
    for least, unit, name in _SPANS:
        if span >= least:
            return f"{span // unit} {name}"
    return "a second"


def counted(number: int, one: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def units(named: Iterable[tuple[int, str]]) -> str:
    return listed([f"{quantity} × {name}" for quantity, name in named])


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def sentence(words: str) -> str:
    """A reason as it is stored (`the order names…`), as a sentence of its own."""
    words = words.strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"
