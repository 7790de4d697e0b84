"""Time zones in words: what a mismatch means, and which zones would mend it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytz

MINUTE = timedelta(minutes=1)
PROPOSED = 2
COMMON = (
    "UTC", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
    "America/Anchorage", "Pacific/Honolulu", "America/Halifax", "America/St_Johns", "America/Toronto",
    "America/Mexico_City", "America/Bogota", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores",
    "Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul", "Europe/Moscow",
    "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Dubai", "Asia/Tehran", "Asia/Kabul",
    "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Singapore",
    "Asia/Shanghai", "Australia/Perth", "Australia/Eucla", "Asia/Tokyo", "Australia/Darwin", "Australia/Adelaide",
    "Australia/Brisbane", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Noumea", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Tongatapu", "Pacific/Kiritimati",
)  # fmt: skip


def mismatch_sentence(offset: int, zone_name: str, now: datetime) -> str:
    """Which setting is wrong on which side, and what to set. `offset` is in minutes, of a connection of that zone."""
    theirs = minutes_from_utc(zone_name, now) + offset
    proposals = tuple(zones_at(theirs, now))[:PROPOSED]
    such_as = f", such as {' or '.join(proposals)}" if proposals else ""
    return (
        f"ShipStation's dates are {apart(offset)} {zone_name}. "
        f"In ShipStation set the store's time zone to {zone_name}, or set this connection's time zone to one that is "
        f"at {utc_offset(theirs)} now{such_as}."
    )


def zones_at(minutes: int, now: datetime) -> Iterator[str]:
    """The common zones that are that far from UTC now."""
    return (name for name in COMMON if minutes_from_utc(name, now) == minutes)


def minutes_from_utc(zone_name: str, now: datetime) -> int:
    apart = now.astimezone(pytz.timezone(zone_name)).utcoffset()
    return round((apart or timedelta()) / MINUTE)


def utc_offset(minutes: int) -> str:
    """As in UTC−07:00."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def apart(minutes: int) -> str:
    """As in “7 hours behind”, to be followed by what it is behind."""
    hours, rest = divmod(abs(minutes), 60)
    duration = " and ".join(filter(None, (_counted(hours, "hour"), _counted(rest, "minute"))))
    return f"{duration} {'behind' if minutes < 0 else 'ahead of'}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
