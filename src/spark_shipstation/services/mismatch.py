"""Noticing from the polls that ShipStation's store keeps another time zone than its connection here."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ..customstore import window as wire
from ..rules.mismatch import LONGEST_GAP, Poll
from ..store import deliveries
from ..store import vendors as store
from ..store.vendors import Channel

SERIALIZATION_FAILURE = "40001"


def slack_of(channel: Channel) -> timedelta:
    """By how much the start of a window may lie after its end, because it is served widened by as much."""
    return timedelta(minutes=abs(channel.mismatch.offset))


def offset_of(channel: Channel, window: wire.Window, *, now: datetime) -> int | None:
    """How far the end of that window lies beside now, by itself."""
    return channel.mismatch.measured(_poll(channel, window), now)


def after_poll(session: Session, channel: Channel, window: wire.Window, page: int, *, now: datetime) -> Channel:
    """The connection as it stands after that request: what has changed is written. Only first pages count."""
    if page != 1:
        return channel
    last = _poll_before(session, channel, window, now)
    seen = channel.mismatch.after(_poll(channel, window), now, last)
    if seen == channel.mismatch:
        return channel
    after = replace(channel, mismatch=seen)
    try:
        with session.begin_nested():
            store.keep_mismatch(session, channel, seen)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != SERIALIZATION_FAILURE:
            raise
        # another poll at the same moment was faster; what this one has shown, the next will show
    return after


def _poll_before(session: Session, channel: Channel, window: wire.Window, now: datetime) -> datetime | None:
    since = now - LONGEST_GAP
    if window.start < since:
        return None  # an import of older orders goes on from nothing
    return deliveries.poll_before(session, channel.account_id, channel.vendor_id, window.start, since=since)


def _poll(channel: Channel, window: wire.Window) -> Poll:
    return Poll(window.start, window.end, window.meanings_of_end(wire.zone(channel.time_zone)))
