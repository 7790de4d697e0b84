"""Statuses and flags, computed from quantities and facts by one table of rules. Nothing here is stored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    UNPAID = "unpaid"
    ON_HOLD = "on_hold"
    AWAITING_SHIPMENT = "awaiting_shipment"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Flag(StrEnum):
    """What a person should look at, beside the status. `needs_…` holds a vendor order back from the export."""

    NEEDS_ADDRESS = "needs_address"
    NEEDS_AMOUNT = "needs_amount"
    NEEDS_REVIEW = "needs_review"
    NEEDS_ROUTING = "needs_routing"
    UNROUTED = "unrouted"
    OVER_SHIPPED = "over_shipped"
    CANCEL_TOO_LATE = "cancel_too_late"
    UNKNOWN_ITEM = "unknown_item"
    ASSUMED_ITEMS = "assumed_items"
    UNCLEAR_VALUES = "unclear_values"
    POSSIBLE_RELABEL = "possible_relabel"
    SHIPPED_BY_HAND = "shipped_by_hand"
    MISSING_WEIGHT = "missing_weight"
    UNKNOWN_STATUS = "unknown_status"
    CANCEL_REQUESTED = "cancel_requested"
    CHANGED_AFTER_PICKUP = "changed_after_pickup"


@dataclass(frozen=True, slots=True)
class Tally:
    """One line's units. `quantity` is what was asked for, before cancellations."""

    quantity: int
    cancelled: int = 0
    shipped: int = 0

    @property
    def wanted(self) -> int:
        return max(0, self.quantity - self.cancelled)  # an edit below what was cancelled takes nothing from other lines

    @property
    def open(self) -> int:
        return max(0, self.wanted - self.shipped)


@dataclass(frozen=True, slots=True)
class Facts:
    paid: bool
    held: bool
    tallies: tuple[Tally, ...]

    @property
    def wanted(self) -> int:
        return sum(tally.wanted for tally in self.tallies)

    @property
    def shipped(self) -> int:
        return sum(tally.shipped for tally in self.tallies)

    @property
    def open(self) -> int:
        return sum(tally.open for tally in self.tallies)


# First match wins. What has left the house outranks what was paid or held: a parcel cannot be held any more.
RULES: tuple[tuple[Status, Callable[[Facts], bool]], ...] = (
    (Status.CANCELLED, lambda facts: facts.wanted <= 0 and facts.shipped == 0),
    (Status.SHIPPED, lambda facts: facts.open == 0),
    (Status.ON_HOLD, lambda facts: facts.held),
    (Status.UNPAID, lambda facts: not facts.paid),
    (Status.PARTIALLY_SHIPPED, lambda facts: facts.shipped > 0),
    (Status.AWAITING_SHIPMENT, lambda _facts: True),
)


def status_of(facts: Facts) -> Status:
    return next(status for status, holds in RULES if holds(facts))


def quantity_flags(tallies: Iterable[Tally]) -> set[Flag]:
    """More left than was ever asked for, or a unit left that had been cancelled."""
    flags = set()
    for tally in tallies:
        if tally.shipped > tally.quantity:
            flags.add(Flag.OVER_SHIPPED)
        elif tally.shipped > tally.wanted:
            flags.add(Flag.CANCEL_TOO_LATE)
    return flags


def pickup_flags(status: str, *, outdated: bool) -> set[Flag]:
    """What is to be said of a part whose vendor has it, but not as it is now."""
    if not outdated:
        return set()
    return {Flag.CANCEL_REQUESTED if status == Status.CANCELLED else Flag.CHANGED_AFTER_PICKUP}


def holds_back(flags: Iterable[str]) -> bool:
    """True when a person must mend something before ShipStation may see the vendor order."""
    return any(flag.startswith("needs_") for flag in flags)


@dataclass(frozen=True, slots=True)
class StatusNames:
    """The five names a connection tells ShipStation; the merchant maps them there, case-sensitively."""

    unpaid: str = "unpaid"
    paid: str = "awaiting_shipment"
    shipped: str = "shipped"
    cancelled: str = "cancelled"
    on_hold: str = "on_hold"

    def told(self, status: str) -> str:
        """A part that is half shipped still waits for the rest; anything unknown goes out as on hold."""
        return {
            Status.UNPAID: self.unpaid,
            Status.AWAITING_SHIPMENT: self.paid,
            Status.PARTIALLY_SHIPPED: self.paid,
            Status.SHIPPED: self.shipped,
            Status.CANCELLED: self.cancelled,
        }.get(Status(status) if status in set(Status) else Status.ON_HOLD, self.on_hold)
