"""What was imported against what is true. Plain values in, differences out: no database, no network."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields

from ...customstore.messages import OrderMessage

# When it was served, not what; and the status, which ShipStation may know better (see Truth).
NOT_COMPARED = frozenset({"last_modified", "status"})


@dataclass(frozen=True, slots=True)
class Truth:
    """A vendor order as it would be served now. `statuses` are those that ShipStation may have been told last: the
    one that holds, and where it has itself shipped since the last change, those before its notices, because a notice
    does not put its order back into the feed."""

    order: OrderMessage
    statuses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Differences:
    """Of one connection, by OrderID. `unknown` was imported, but is none of this connection's orders."""

    missed: tuple[str, ...]
    stale: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]


def differences(true: Mapping[str, Truth], imported: Mapping[str, OrderMessage]) -> Differences:
    stale = {id_: found for id_ in true.keys() & imported.keys() if (found := differing(true[id_], imported[id_]))}
    return Differences(
        tuple(sorted(true.keys() - imported.keys())), stale, tuple(sorted(imported.keys() - true.keys()))
    )


def differing(truth: Truth, imported: OrderMessage) -> tuple[str, ...]:
    """The names of the fields that are not as they should be."""
    compared = (field.name for field in fields(OrderMessage) if field.name not in NOT_COMPARED)
    found = [name for name in compared if getattr(truth.order, name) != getattr(imported, name)]
    return tuple(found if imported.status in truth.statuses else [*found, "status"])


def duplicates(order_ids: Iterable[str]) -> int:
    """Of one window: how many orders stand in it once more than once."""
    return sum(count - 1 for count in Counter(order_ids).values())


def left_out(due: AbstractSet[str], served: Iterable[str]) -> tuple[str, ...]:
    """Of one window: what was committed before it was asked for and lies in it, but was not served."""
    return tuple(sorted(due - set(served)))


@dataclass(frozen=True, slots=True)
class Units:
    """Shipped units. `accepted` by a 2xx, `recorded` in the database."""

    accepted: int
    recorded: int
    lost: int
    double: int


def units(accepted: Mapping[str, int], recorded: Mapping[str, int], unanswered: Sequence[str] = ()) -> Units:
    """By tracking number. What got no answer may have been recorded or not, and is left out on both sides."""
    there = {tracking: count for tracking, count in recorded.items() if tracking not in unanswered}
    numbers = accepted.keys() | there.keys()
    surplus = [there.get(number, 0) - accepted.get(number, 0) for number in numbers]
    return Units(
        accepted=sum(accepted.values()),
        recorded=sum(there.values()),
        lost=sum(-more for more in surplus if more < 0),
        double=sum(more for more in surplus if more > 0),
    )
