"""Connections as the pages show them: how each is doing, which passwords are good, what a window would return."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from ..customstore import window as wire
from ..errors import Invalid, NotFound, Reason
from ..rules.connecting import Condition, condition
from ..rules.status import holds_back
from ..rules.zones import minutes_from_utc, mismatch_sentence, zones_at
from ..store import polls as store
from ..store import vendors as vendor_store
from ..store import wrong_credentials
from ..store.polls import MOST_WAITING, Doing, GoodPassword, Listed
from ..store.vendorlist import known_vendors
from ..store.vendors import Connection, Vendor
from ..store.wrong_credentials import WrongCalls
from .actor import Actor
from .answers import VendorOut
from .export import feed_of
from .forms import VendorIn
from .vendor_edits import add_vendor

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class ConnectionOut:
    """`mismatch` is the sentence about a wrong time zone, `proposals` the zones that would mend it here."""

    doing: Doing
    condition: Condition
    mismatch: str
    proposals: Sequence[str]

    @property
    def id(self) -> str:
        return self.doing.vendor_id.hex

    @property
    def shows_zone(self) -> bool:
        """Was the last poll read in the zone that is set now?"""
        doing = self.doing
        zone_set_at = None if doing.offset else doing.offset_since
        return doing.polled_at is not None and (zone_set_at is None or doing.polled_at > zone_set_at)

    @property
    def needs_a_person(self) -> bool:
        return self.condition.health == "trouble"


def list_connections(session: Session, account_id: UUID, *, now: datetime, late: timedelta) -> list[ConnectionOut]:
    return [_out(doing, now, late) for doing in store.connections_doing(session, account_id, now=now, late=late)]


def read_connection(
    session: Session, account_id: UUID, vendor: Vendor, *, now: datetime, late: timedelta
) -> ConnectionOut | None:
    """None for a vendor that is no ShipStation account."""
    found = store.connections_doing(session, account_id, now=now, late=late, vendor_id=vendor.id)
    return _out(found[0], now, late) if found else None


def _out(doing: Doing, now: datetime, late: timedelta) -> ConnectionOut:
    more = "+" if doing.waiting > MOST_WAITING else ""
    number = min(doing.waiting, MOST_WAITING)
    state = condition(
        active=doing.active,
        polled_at=doing.polled_at,
        refused_at=doing.refused_at,
        refusal=doing.refusal or "",
        waiting=f"{number:,}{more} order{'' if number == 1 else 's'}" if number else "",
        offset=doing.offset,
        now=now,
        late=late,
    )
    if not doing.offset:
        return ConnectionOut(doing, state, "", ())
    theirs = minutes_from_utc(doing.time_zone, now) + doing.offset
    return ConnectionOut(
        doing, state, mismatch_sentence(doing.offset, doing.time_zone, now), tuple(zones_at(theirs, now))[:4]
    )


def count_imported(session: Session, account_id: UUID, vendor_id: UUID) -> str:
    """As in `3 orders imported`; of a long life only the latest calls are counted."""
    number, is_cut = store.imported(session, account_id, vendor_id)
    return f"{number:,}{'+' if is_cut else ''} order{'' if number == 1 else 's'} imported"


def wrong_calls(session: Session, account_id: UUID, vendor_id: UUID, *, now: datetime) -> WrongCalls:
    """With a wrong username or password, in the last 24 hours."""
    return wrong_credentials.wrong_calls(session, account_id, vendor_id, now=now)


def good_passwords(session: Session, account_id: UUID, vendor_id: UUID, *, now: datetime) -> Sequence[GoodPassword]:
    return store.good_passwords(session, account_id, vendor_id, now=now)


@dataclass(frozen=True, slots=True)
class TrialPoll:
    """What a window would return. `start` and `end` (exclusive) are what is served, with overlap and all, in UTC."""

    window: wire.Window
    start: datetime
    end: datetime
    listed: Sequence[Listed]
    is_cut: bool

    @staticmethod
    def is_held(one: Listed) -> bool:
        return holds_back(one.flags)


def trial_poll(
    session: Session, vendor: Vendor, connection: Connection | None, start: str, end: str, *, now: datetime
) -> TrialPoll:
    """The orders of a window as ShipStation would ask for it, in the connection's zone. It is no poll: nothing of it is
    kept. Raises BadRequest, NotFound."""
    caller = vendor_store.find_caller(session, connection.public_id) if connection else None
    if caller is None:
        raise NotFound(f"{vendor.name} is no ShipStation vendor.")
    window = wire.read_window(start, end, wire.zone(caller.channel.time_zone))
    feed = feed_of(caller.channel, window, now=now)
    listed = store.window_lists(session, feed, MOST_LISTED + 1)
    return TrialPoll(window, feed.start, feed.end, listed[:MOST_LISTED], len(listed) > MOST_LISTED)


def add_with_one_click(session: Session, actor: Actor, kind: str, base_url: str, *, now: datetime) -> VendorOut:
    """A vendor under the first name that is free: ShipStation, ShipStation 2…; it can be renamed. Raises Invalid."""
    word = _NAMES.get(kind)
    if word is None:
        raise Invalid("The vendor was not added.", [Reason("there is no such kind of vendor", "/kind")])
    taken = {vendor.name.casefold() for vendor in known_vendors(session, actor.account_id)}
    names = (word if number == 1 else f"{word} {number}" for number in itertools.count(1))
    name = next(name for name in names if name.casefold() not in taken)
    return add_vendor(session, actor, VendorIn.model_validate({"name": name, "kind": kind}), base_url, now=now)


_NAMES = {"shipstation": "ShipStation", "manual": "Vendor"}
