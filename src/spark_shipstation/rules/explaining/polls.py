"""What the last poll says of a change that it did not bring: too early, too late, half read, of another time zone."""

from datetime import datetime, timedelta

from ..mismatch import MINUTE, offset_minutes
from ..zones import apart
from .facts import Part, Poll
from .words import duration

TOO_LATE = timedelta(minutes=15)  # zones differ by quarter hours; a window that ends nearer to now is an ordinary one


def _covering(part: Part) -> Poll | None:
    """The last poll, where it came after the change and did not bring it."""
    poll = part.last_poll
    late = part.pending and poll is not None and part.changed_at is not None and poll.at >= part.changed_at
    return poll if late else None


def _reach(part: Part) -> tuple[datetime, datetime] | None:
    """What that poll was served from and to, which may be more than it asked for."""
    poll = _covering(part)
    return part.channel.reach(poll) if poll is not None and part.channel is not None else None


def ends_before(part: Part) -> bool:
    reach = _reach(part)
    return reach is not None and part.changed_at is not None and reach[1] <= part.changed_at


def starts_after(part: Part) -> bool:
    reach = _reach(part)
    return reach is not None and part.changed_at is not None and reach[0] > part.changed_at


def passed_over(part: Part) -> bool:
    """That poll reached it, and has not brought it."""
    return _covering(part) is not None and not ends_before(part) and not starts_after(part)


def pages_left(part: Part) -> bool:
    return passed_over(part) and part.last_poll is not None and not part.last_poll.completed


def came_late(part: Part) -> bool:
    return passed_over(part) and part.last_poll is not None and part.last_poll.completed


def zones_seem_to_differ(part: Part) -> bool:
    """Its window ended before the change, and before the poll itself by what two zones can differ by."""
    poll = part.last_poll
    if poll is None or not ends_before(part) or poll.at - poll.window_end < TOO_LATE:
        return False
    return offset_minutes(poll.window_end - MINUTE, poll.at) is not None


def asked_too_little(part: Part) -> str:
    poll = part.last_poll
    words = "ShipStation has polled since, but its window ended before that change."
    if poll is None or not zones_seem_to_differ(part):
        return words
    return (
        f"{words} It ended {duration(poll.at - poll.window_end)} before the poll itself: the time zone of the "
        f"connection ({_zone_name(part)}) and that of the store in ShipStation are likely to differ."
    )


def zones_differ(part: Part) -> bool:
    return part.channel is not None and bool(part.channel.mismatch.offset)


def _zone_name(part: Part) -> str:
    """Of the connection, whatever zone times are said in."""
    return part.channel.zone_name if part.channel else part.clock.zone_name


def widened(part: Part) -> str:
    offset = part.channel.mismatch.offset if part.channel else 0
    return (
        f"ShipStation's dates are {apart(offset)} {_zone_name(part)}: until one of the two time zones is set "
        "right, its windows are served widened by as much."
    )
