"""What can become of a notice, and what may be done with it then."""

from enum import StrEnum


class NoticeState(StrEnum):
    RECEIVED = "received"
    APPLIED = "applied"
    REPEATED = "repeated"
    UNMATCHED = "unmatched"
    UNREADABLE = "unreadable"
    DISMISSED = "dismissed"


# What a person still has to look at. `received` is one that is being applied at this moment, or that could not be.
OPEN = frozenset({NoticeState.RECEIVED, NoticeState.UNMATCHED, NoticeState.UNREADABLE})


def tracking_key(number: str) -> str:
    """The same for every way to write one tracking number."""
    return "".join(number.split()).upper()
