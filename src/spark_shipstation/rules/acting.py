"""What a person can do to an order: why it cannot be done, and what doing it leads to, in words. Nothing is done here.

An action is allowed as long as it would change anything; otherwise every reason is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from .status import Status, Tally, holds_back


class Action(StrEnum):
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    RESEND = "resend"
    MARK_PAID = "mark-paid"


PAST = {
    Action.HOLD: "held",
    Action.RELEASE: "released",
    Action.CANCEL: "cancelled",
    Action.RESEND: "sent again",
    Action.MARK_PAID: "marked as paid",
}


@dataclass(frozen=True, slots=True)
class Item:
    """Units of one order line. `name` is the SKU, or the name of what has none; `excluded` = nobody ships it."""

    name: str
    tally: Tally
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A vendor order. `connected` = its vendor is a ShipStation account; `active` = it is switched on, else its calls
    are refused; `in_feed` = it was ever published; `fetched_at` is when the vendor was served it, None while it was
    not."""

    id: UUID
    number: str
    vendor: str
    connected: bool
    active: bool
    status: str
    flags: frozenset[str]
    in_feed: bool
    fetched_at: datetime | None
    items: tuple[Item, ...]

    @property
    def open(self) -> int:
        return sum(item.tally.open for item in self.items)


@dataclass(frozen=True, slots=True)
class Order:
    """`unrouted` are the units that no vendor order holds; `said_to_wait` is the shop's word that holds the order,
    `said_unpaid` its word that says it is not paid."""

    number: str
    paid: bool
    held: bool
    parts: tuple[Part, ...]
    unrouted: tuple[Item, ...] = ()
    said_to_wait: str = ""
    said_unpaid: str = ""

    @property
    def items(self) -> list[Item]:
        return [item for part in self.parts for item in part.items] + list(self.unrouted)

    @property
    def open(self) -> int:
        return sum(item.tally.open for item in self.items)

    @property
    def cancelled(self) -> int:
        return sum(item.tally.cancelled for item in self.items)

    @property
    def shipped(self) -> int:
        return sum(item.tally.shipped for item in self.items)


def changes_nothing(action: Action, order: Order) -> bool:
    """True where the order is as the action would leave it: doing it again is no fault."""
    return {
        Action.HOLD: order.held,
        Action.RELEASE: not order.held and not order.said_to_wait,
        Action.CANCEL: not order.open and (order.cancelled > 0 or not order.shipped),
        Action.RESEND: False,
        Action.MARK_PAID: order.paid,
    }[action]


def refusals(action: Action, order: Order) -> list[str]:
    """Every reason why it cannot be done; none where it can, or where it would change nothing."""
    if changes_nothing(action, order):
        return []
    if action is Action.RESEND:
        reasons = [_not_sent_again(part) for part in order.parts]
        return [] if "" in reasons else [reason for reason in reasons if reason] or [_no_parts(order)]
    if action is Action.RELEASE and order.said_to_wait and not order.held:
        return [f"The shop's status “{order.said_to_wait}” holds it: {_ANOTHER_WORD}"]
    if action is Action.MARK_PAID and order.said_unpaid:
        return [f"The shop's status “{order.said_unpaid}” says that it is not paid: {_ANOTHER_WORD}"]
    return [] if order.open else [_closed(part) for part in order.parts] or [_no_parts(order)]


_ANOTHER_WORD = "the shop sends another, or its store says what that one means."


def sendable(part: Part) -> bool:
    return not _not_sent_again(part)


def _not_sent_again(part: Part) -> str:
    if not part.connected:
        return f"{_named(part)}: {part.vendor} is no ShipStation account, so nothing is sent to it."
    if not part.active:
        return f"{_named(part)}: {part.vendor} is switched off, so nothing is sent to it."
    if holds_back(part.flags):
        return f"{_named(part)} is held back ({', '.join(sorted(part.flags))}): it goes out once that is mended."
    if not part.in_feed:
        return f"{_named(part)} was cancelled before ShipStation could fetch it, so it goes nowhere."
    return ""


def _closed(part: Part) -> str:
    return (
        f"{_named(part)} {'is cancelled' if part.status == Status.CANCELLED else 'has shipped'}: {_told(part.items)}."
    )


def _no_parts(order: Order) -> str:
    return f"Order {order.number} holds nothing: no vendor order has a unit of it."


def _told(items: Sequence[Item]) -> str:
    """`2 × TEE shipped, 1 × TEE cancelled`."""
    words = []
    for item in items:
        counted = ((item.tally.shipped, "shipped"), (item.tally.quantity - item.tally.wanted, "cancelled"))
        words += [f"{units} × {item.name} {how}" for units, how in counted if units]
    return ", ".join(words) or "nothing is left of it"


def _named(part: Part) -> str:
    return f"Vendor order {part.number} for {part.vendor}"


Chosen = Mapping[UUID | None, Sequence[tuple[str, int]]]  # vendor order, None for unrouted → (name, units)
Say = Callable[[datetime], str]


def minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def consequences(action: Action, order: Order, chosen: Chosen | None = None, say: Say = minute) -> list[str]:
    """What it will lead to, a sentence for each vendor order that it concerns. `chosen` are the units to cancel; times
    are told as `say` does.

    Nothing where it would change nothing or is refused.
    """
    if changes_nothing(action, order) or refusals(action, order):
        return []
    if action is Action.CANCEL:
        return _cancelling(order, chosen or {}, say)
    if action is Action.RESEND:
        said = [f"{_named(part)} goes to ShipStation once more with its next poll, under the same OrderID, so that it "
                "is updated there." for part in order.parts if sendable(part)]  # fmt: skip
        return said + [reason for part in order.parts if (reason := _not_sent_again(part))]
    name = _name_after(action, order)
    told = [goes_out_as(part, name, say) for part in order.parts if part.open] + _once_routed(action, order, name)
    return told + (_UNTIL_UNPAID if action is Action.MARK_PAID else []) + _stays(order)


_UNTIL_UNPAID = ["If the shop changes the order later and still sends it as unpaid, it is unpaid again."]


def _name_after(action: Action, order: Order) -> str:
    """The status that its open parts have then, as people say it."""
    held = action is Action.HOLD or (action is Action.MARK_PAID and (order.held or order.said_to_wait))
    return "on hold" if held else "paid" if order.paid or action is Action.MARK_PAID else "unpaid"


def _once_routed(action: Action, order: Order, name: str) -> list[str]:
    """What waits for a vendor, of which nobody hears now."""
    units = [(item.name, item.tally.open) for item in order.unrouted if item.tally.open and not item.excluded]
    if not units:
        return []
    is_one = sum(count for _, count in units) == 1
    once = f"{'goes' if is_one else 'go'} out as {name} once {'it has' if is_one else 'they have'} a vendor"
    return [f"The order is {PAST[action]}: {listed(units)} {once}."]


def _cancelling(order: Order, chosen: Chosen, say: Say) -> list[str]:
    said = []
    for part in order.parts:
        units = chosen.get(part.id, ())
        if not units:
            continue
        whole = sum(count for _, count in units) == part.open and not any(item.tally.shipped for item in part.items)
        said.append(f"{listed(units)} of vendor order {part.number} for {part.vendor} "
                    f"{'is' if sum(count for _, count in units) == 1 else 'are'} cancelled. "
                    + goes_out_as(part, "cancelled" if whole else "changed", say))  # fmt: skip
        if part.fetched_at and part.connected and part.active:
            said.append(f"If {part.vendor} ships {part.number} before that, the package is recorded and flagged "
                        "cancel_too_late.")  # fmt: skip
    if chosen.get(None):
        said.append(f"{listed(chosen[None])} without a vendor: cancelled here, nobody else has to hear of it.")
    return said + _stays(order)


def goes_out_as(part: Part, name: str, say: Say = minute) -> str:
    """How its vendor hears of it, as `name`."""
    if not part.connected:
        return f"{part.vendor} is no ShipStation account: tell them about {part.number} yourself."
    if not part.in_feed and name == "cancelled":
        return f"ShipStation has never been given {part.number} and never will be."
    if not part.active:
        return _switched_off(part, name)
    if holds_back(part.flags) and name != "cancelled":
        return f"{_named(part)} is held back ({', '.join(sorted(part.flags))}) and goes out once that is mended."
    if part.fetched_at:
        fetched = f"ShipStation fetched {part.number} at {say(part.fetched_at)}"
        return f"{fetched}; it goes out as {name} with the next poll."
    return f"ShipStation has not fetched {part.number} yet; it gets it as {name}."


def _switched_off(part: Part, name: str) -> str:
    off, again = f"{part.vendor} is switched off", "switched on again"
    if part.fetched_at:
        return f"{off}: it hears of this only when it is {again}; tell them about {part.number} yourself."
    return f"{off} and has not fetched {part.number} yet; it gets it as {name} when it is {again}."


def _stays(order: Order) -> list[str]:
    gone = [(item.name, item.tally.shipped) for item in order.items if item.tally.shipped]
    return [f"What has shipped stays shipped: {listed(gone)}."] if gone else []


def listed(units: Sequence[tuple[str, int]]) -> str:
    """`2 × TEE, 1 × MUG`."""
    return ", ".join(f"{count} × {name}" for name, count in units)
