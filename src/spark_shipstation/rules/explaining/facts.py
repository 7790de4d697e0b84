"""What the rules of an explanation are given: plain values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..mismatch import Mismatch
from ..status import Status, StatusNames, Tally, holds_back
from .words import Clock


@dataclass(frozen=True, slots=True)
class Poll:
    """A call for a page of the export that was answered. `window_end` is the first instant after the window;
    `completed` = every page of the window was asked for."""

    at: datetime
    window_start: datetime
    window_end: datetime
    page: int
    pages: int
    completed: bool


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    at: datetime
    who: str
    reason: str
    quantity: int
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """`name` is the SKU, or the name of what has none."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Item:
    """`known` is False for one that the vendor order does not have."""

    name: str
    quantity: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Package:
    """`who` reported it."""

    recorded_at: datetime
    ship_date: date | None
    carrier: str
    service: str
    tracking_number: str
    who: str
    flags: frozenset[str]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """Of a ShipStation connection, what counts here. `last_poll` is None where it was never polled; `mismatch` is what
    was known of the store's time zone after it; `is_restored` after a backup was put back, until somebody resumes;
    `zone_name` is the zone that its dates are read in."""

    names: StatusNames
    overlap: timedelta
    last_poll: Poll | None
    mismatch: Mismatch
    is_restored: bool = False
    zone_name: str = "UTC"

    def reach(self, poll: Poll) -> tuple[datetime, datetime]:
        """From when to when the last poll was served: with the overlap, and widened as the store's clock needed."""
        start, end = self.mismatch.widened(poll.window_start, poll.window_end, poll.at)
        return start - self.overlap, end


@dataclass(frozen=True, slots=True)
class Part:
    """A vendor order. `changes` (of what its vendor can see) and `served` are newest first and may be cut short.

    `channel` is None for a vendor that is no ShipStation account; `missing` are the fields of the address that are not
    usable; `fault` says why it cannot be written as ShipStation wants it, "" where it can; `changed_at` is None for
    what never went into the feed; `fetched_at` is when a call served it that is no longer kept.
    """

    number: str
    vendor: str
    active: bool
    channel: Channel | None
    status: str
    flags: frozenset[str]
    missing: tuple[str, ...]
    fault: str
    lines: tuple[Line, ...]
    changed_at: datetime | None
    changes: tuple[Change, ...]
    served: tuple[Poll, ...]
    packages: tuple[Package, ...]
    cancelled: tuple[Cancelled, ...]
    clock: Clock
    fetched_at: datetime | None = None

    @property
    def served_at(self) -> datetime | None:
        """When it was last served, as far as is known."""
        return self.served[0].at if self.served else self.fetched_at

    @property
    def held_back(self) -> bool:
        return holds_back(self.flags)

    @property
    def is_cancelled(self) -> bool:
        return self.status == Status.CANCELLED

    @property
    def never_seen(self) -> bool:
        """Cancelled before its vendor could see it: there is nothing to take back, so it goes nowhere."""
        return self.is_cancelled and self.changed_at is None

    @property
    def pending(self) -> bool:
        """Something about it has not been served yet."""
        if self.changed_at is None:
            return self.served_at is None and not self.never_seen
        return self.served_at is None or self.served_at < self.changed_at

    @property
    def open(self) -> int:
        return sum(line.tally.open for line in self.lines)

    @property
    def last_poll(self) -> Poll | None:
        return self.channel.last_poll if self.channel else None

    @property
    def unserved(self) -> tuple[Change, ...]:
        """The changes since it was last served, newest first."""
        at = self.served_at
        return self.changes if at is None else tuple(change for change in self.changes if change.at > at)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """`vendor` is None for a line without one; `unrouted` are its units that wait for one, `excluded` those that nobody
    ships."""

    external_id: str
    name: str
    quantity: int
    vendor: str | None
    reason: str
    unrouted: int
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """`shop_status` is the shop's own word for its status, and `meaning` which of ours that is (rules.shopstatus)."""

    number: str
    store: str
    status: str
    paid: bool
    held: bool
    received_at: datetime
    lines: tuple[OrderLine, ...]
    parts: tuple[Part, ...]
    cancelled: tuple[Cancelled, ...]
    clock: Clock
    shop_status: str = ""
    meaning: str = ""
