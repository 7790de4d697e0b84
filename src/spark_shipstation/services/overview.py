"""What the overview shows: how the connections do, what needs a person, how much is in which status, and two weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from sqlalchemy.orm import Session

from ..rules.status import Flag, Status
from ..store import overview as store
from .connections import ConnectionOut, list_connections

DAYS = 14
SETTLING = timedelta(seconds=30)  # a notice that is being applied at this moment needs nobody

# What a person can do about each flag, in the order of urgency.
WAYS_OUT: dict[str, str] = {
    Flag.NEEDS_ADDRESS: "held back: the ship-to address is not complete; send the order again with it",
    Flag.NEEDS_AMOUNT: "held back: an amount is larger than ShipStation takes",
    Flag.NEEDS_REVIEW: "held back: something does not fit ShipStation's form",
    Flag.NEEDS_ROUTING: "held back as a whole until every line has a vendor",
    Flag.UNROUTED: "a line has no vendor: say who ships its product, or see to the vendor that the order names",
    Flag.UNKNOWN_STATUS: "on hold: the shop's word for its status has no meaning yet; say what it means",
    Flag.OVER_SHIPPED: "more was shipped than was ordered",
    Flag.CANCEL_TOO_LATE: "shipped although it was cancelled",
    Flag.UNKNOWN_ITEM: "a package holds an item that was not ordered",
    Flag.POSSIBLE_RELABEL: "a package twice, or its label made anew: void what is one too many",
    Flag.SHIPPED_BY_HAND: "ShipStation reports what was shipped by hand: void what is one too many",
    Flag.UNCLEAR_VALUES: "a date or a cost of a package could not be read",
    Flag.CANCEL_REQUESTED: "cancelled, and ShipStation has not fetched that yet",
    Flag.CHANGED_AFTER_PICKUP: "changed after ShipStation had it, and not fetched again yet",
    Flag.MISSING_WEIGHT: "an item has no weight; it goes out without one",
    Flag.ASSUMED_ITEMS: "a package named no items; everything open counts as shipped",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """A reason to look at orders. `is_cut`: older ones were not counted."""

    flag: str
    number: int
    is_cut: bool
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    served: int
    shipped: int


@dataclass(frozen=True, slots=True)
class Overview:
    connections: Sequence[ConnectionOut]
    matters: Sequence[Matter]
    notices: int
    statuses: Sequence[tuple[str, int]]
    days: Sequence[Day]
    most: int = store.MOST

    @property
    def is_empty(self) -> bool:
        return not any(number for _, number in self.statuses)


def overview(
    session: Session, account_id: UUID, *, now: datetime, late: timedelta, zone_name: str, zone: tzinfo
) -> Overview:
    """Days are those of the zone. A fixed number of statements."""
    numbers = store.orders_by_status(session, account_id)
    return Overview(
        connections=list_connections(session, account_id, now=now, late=late),
        matters=_matters(session, account_id),
        notices=notices_waiting(session, account_id, now=now),
        statuses=[(status.value, numbers[status.value]) for status in SHOWN],
        days=_days(session, account_id, now, zone_name, zone),
    )


def notices_waiting(session: Session, account_id: UUID, *, now: datetime) -> int:
    """Those in the inbox that need somebody, store.overview.MOST + 1 where there are more."""
    return store.notices_for_a_person(session, account_id, before=now - SETTLING)


SHOWN = (
    Status.AWAITING_SHIPMENT, Status.PARTIALLY_SHIPPED, Status.ON_HOLD, Status.UNPAID, Status.SHIPPED, Status.CANCELLED,
)  # fmt: skip


def _matters(session: Session, account_id: UUID) -> list[Matter]:
    """The known flags in their order, then others."""
    numbers, is_cut = store.orders_by_flag(session, account_id)
    order = [*WAYS_OUT, *sorted(numbers)]
    return [
        Matter(flag, numbers[flag], is_cut, WAYS_OUT.get(flag, "")) for flag in dict.fromkeys(order) if flag in numbers
    ]


def _days(session: Session, account_id: UUID, now: datetime, zone_name: str, zone: tzinfo) -> list[Day]:
    """The last two weeks, today last; from their first midnight on, however long its day is."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    since = now - timedelta(days=DAYS + 1)
    served = store.served_by_day(session, account_id, since=since, zone=zone_name)
    shipped = store.shipped_by_day(session, account_id, since=since, zone=zone_name)
    return [Day(day, served.get(day, 0), shipped.get(day, 0)) for day in days]
