"""A vendor order: how far it is on its way to its vendor, why, and what happens next."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ..status import Flag, Status
from . import polls
from .facts import Part, Poll
from .shipping import explain_packages
from .words import listed, units

MOST_CHANGES = 3


class State(StrEnum):
    """How far on its way to the vendor."""

    NEVER_GOES_OUT = "never_goes_out"
    NOT_CONNECTED = "not_connected"
    HELD_BACK = "held_back"
    VENDOR_INACTIVE = "vendor_inactive"
    RESTORED = "restored"
    NEVER_POLLED = "never_polled"
    WAITING = "waiting"
    CHANGED = "changed"
    SERVED = "served"


def _may_be_told(part: Part) -> bool:
    return part.pending or part.open > 0


# First match wins.
_STATES: tuple[tuple[State, Callable[[Part], bool]], ...] = (
    (State.NEVER_GOES_OUT, lambda part: part.never_seen),
    (State.NOT_CONNECTED, lambda part: part.channel is None),
    (State.HELD_BACK, lambda part: part.held_back),
    (State.VENDOR_INACTIVE, lambda part: not part.active and _may_be_told(part)),
    (State.RESTORED, lambda part: part.channel is not None and part.channel.is_restored and _may_be_told(part)),
    (State.SERVED, lambda part: not part.pending),
    (State.CHANGED, lambda part: part.served_at is not None),
    (State.NEVER_POLLED, lambda part: part.last_poll is None),
    (State.WAITING, lambda _part: True),
)


def state_of(part: Part) -> State:
    return next(state for state, holds in _STATES if holds(part))


@dataclass(frozen=True, slots=True)
class Next:
    """`event` is what must happen first: mending, activation, resuming, first_poll, earlier_poll, next_poll, payment,
    release, shipment. No time: ShipStation polls when it likes."""

    event: str
    sentence: str


def next_of(part: Part) -> Next | None:
    """None where nothing more is to come."""
    state = state_of(part)
    if state is State.HELD_BACK:
        return Next("mending", "It goes out with ShipStation's first poll after it is mended.")
    if state is State.VENDOR_INACTIVE:
        return Next("activation", _activated(part))
    if state is State.RESTORED:
        return Next("resuming", "It goes out with ShipStation's first poll after `spark-shipstation db resume`.")
    if state is State.NEVER_POLLED:
        return Next("first_poll", f"It goes out with the first poll by {part.vendor}'s ShipStation account.")
    if state in (State.WAITING, State.CHANGED):
        return _next_poll(part)
    return _after_served(part) if state is State.SERVED and part.open else None


def _activated(part: Part) -> str:
    if part.pending:
        return f"It goes out with ShipStation's first poll after {part.vendor} is activated."
    return f"ShipStation can report its packages again when {part.vendor} is activated."


def _next_poll(part: Part) -> Next:
    if polls.starts_after(part):
        words = "It goes out when ShipStation asks from an earlier date on, or when it changes again."
        return Next("earlier_poll", words)
    if polls.zones_seem_to_differ(part):
        return Next(
            "next_poll", "It goes out as soon as ShipStation's next polls have shown which time zone they keep."
        )
    if part.is_cancelled:
        return Next("next_poll", f"ShipStation is told “{_told(part)}” with its next poll.")
    return Next("next_poll", f"It goes out {'again ' if part.served_at else ''}with ShipStation's next poll.")


def _after_served(part: Part) -> Next:
    if part.status == Status.ON_HOLD:
        return Next("release", "When it is released, it goes out again with the next poll.")
    if part.status == Status.UNPAID:
        return Next("payment", "When it is paid, it goes out again with the next poll.")
    return Next("shipment", f"{part.vendor} ships it, and ShipStation reports the package.")


Rule = tuple[Callable[[Part], bool], Callable[[Part], str]]


def _told(part: Part) -> str:
    return part.channel.names.told(part.status) if part.channel else ""


def _what(part: Part) -> str:
    lines = [(line.tally.quantity, line.name) for line in part.lines if line.tally.quantity]
    if not lines:
        return f"{part.number} for {part.vendor} holds nothing any more."
    return f"{part.number} for {part.vendor}: {units(lines)}."


def _as_told(part: Part, words: str) -> str:
    return f"{words}: ShipStation gets it as “{_told(part)}”." if part.channel else f"{words}."


def _no_address(part: Part) -> str:
    many = len(part.missing) > 1
    fields = f"{listed(part.missing)} {'are' if many else 'is'} missing or not known" if part.missing else part.fault
    return f"The ship-to address is not usable: {fields}. {_HELD} Send the order again with a usable address."


_HELD = "It is held back until that is mended, and the other orders go out."


def _waits_for_routing(part: Part) -> str:
    return (
        "Another line of the order has no vendor, and its store lets the whole order wait until each has one. "
        "Set a vendor for that line; or let the store send the rest."
    )


def _not_connected(part: Part) -> str:
    return f"{part.vendor} has no ShipStation connection (a manual vendor): Spark sends it nothing by itself."


def _inactive(part: Part) -> str:
    return (
        f"The vendor {part.vendor} is not active: its ShipStation URL is refused, and nothing goes out "
        "until it is activated."
    )


def _restored(part: Part) -> str:
    return (
        "The database was put back from a backup: ShipStation gets no orders until what was lost is there again and "
        "somebody has run `spark-shipstation db resume`."
    )


def _emptied(part: Part) -> str:
    return "Its lines have gone to other vendor orders or were taken off the order, which cancels it."


def _units_cancelled(part: Part) -> str:
    return (
        "; ".join(
            f"{row.quantity} × {row.name} cancelled at {part.clock.moment(row.at)} by {row.who}"
            + (f" ({row.reason})" if row.reason else "")
            for row in part.cancelled
        )
        + "."
    )


def _never_polled(part: Part) -> str:
    return f"{part.vendor}'s ShipStation account has never polled Spark: it waits for the first poll."


def _waits(part: Part) -> str:
    poll = _polled(part)
    return f"It has not been served yet{_since(part)}. ShipStation's last poll was {poll}."


def _since(part: Part) -> str:
    return f"; it changed last at {part.clock.moment(part.changed_at)}" if part.changed_at else ""


def _polled(part: Part) -> str:
    poll = part.last_poll
    return f"{part.clock.ago(poll.at)}, at {_call(part, poll)}" if poll else "never"


def _call(part: Part, poll: Poll) -> str:
    window = part.clock.window(poll.window_start, poll.window_end)
    return f"{part.clock.moment(poll.at)}, for page {poll.page} of {poll.pages} of the window {window}"


def _was_served(part: Part) -> str:
    newest = part.served[0]
    read = (
        "ShipStation has asked for every page of that window."
        if newest.completed
        else "ShipStation has not asked for every page of that window: it may not have taken it in."
    )
    return f"It was last served at {_call(part, newest)}. {read}"


def _changed(part: Part) -> str:
    clock, changes = part.clock, part.unserved
    said = [f"{change.what} at {clock.moment(change.at)} by {change.who}" for change in changes[:MOST_CHANGES]]
    if len(changes) > MOST_CHANGES:
        said.append("more before that")
    told = f"it goes out again, as “{_told(part)}”, with the next poll" if part.channel else "it goes out again"
    return f"It has changed since: {listed(said) or 'what its vendor sees'}; {told}."


def _cancel_told(part: Part) -> str:
    return f"It is cancelled, and ShipStation was told so (“{_told(part)}”)."


def _cancel_untold(part: Part) -> str:
    if part.served_at:
        words = "It was cancelled after it was served"
    else:
        words = "It was cancelled before it was served, but after it went into the feed"
    return f"{words}: ShipStation is told “{_told(part)}” with the next poll."


def _was_fetched(part: Part) -> str:
    at = part.clock.moment(part.fetched_at) if part.fetched_at else "some time"
    return f"It was last served at {at}; the log of ShipStation's calls no longer says in which window and page."


def _still_old(part: Part) -> str:
    at = part.clock.moment(part.served_at) if part.served_at else "some time"
    return f"ShipStation has it as it was at {at} and hears of nothing that has changed since."


def _in(*states: State) -> Callable[[Part], bool]:
    return lambda part: state_of(part) in states


def _reaches(part: Part) -> bool:
    """It goes to ShipStation at all, and nothing keeps it here."""
    return state_of(part) in (State.WAITING, State.CHANGED, State.SERVED)


# All that hold are said, in this order.
_RULES: tuple[Rule, ...] = (
    (lambda part: True, _what),
    (lambda part: part.is_cancelled and not part.cancelled, _emptied),
    (lambda part: bool(part.cancelled), _units_cancelled),
    (lambda part: part.status == Status.UNPAID, lambda part: _as_told(part, "The order is not paid")),
    (lambda part: part.status == Status.ON_HOLD, lambda part: _as_told(part, "The order is on hold")),
    (_in(State.NEVER_GOES_OUT), lambda part: "It was cancelled before it was ever served: it never goes out."),
    (_in(State.NOT_CONNECTED), _not_connected),
    (lambda part: Flag.NEEDS_ADDRESS in part.flags and not part.never_seen, _no_address),
    (
        lambda part: Flag.NEEDS_AMOUNT in part.flags and not part.never_seen,
        lambda part: f"An amount does not fit ShipStation's limits: {part.fault or 'see the order'}. {_HELD}",
    ),
    (
        lambda part: Flag.NEEDS_REVIEW in part.flags and not part.never_seen,
        lambda part: f"It cannot be written as ShipStation wants it: {part.fault or 'see the order'}. {_HELD}",
    ),
    (lambda part: Flag.NEEDS_ROUTING in part.flags, _waits_for_routing),
    (_in(State.VENDOR_INACTIVE), _inactive),
    (_in(State.RESTORED), _restored),
    (_in(State.NEVER_POLLED), _never_polled),
    (lambda part: bool(part.served), _was_served),
    (lambda part: not part.served and part.fetched_at is not None, _was_fetched),
    (lambda part: state_of(part) is State.HELD_BACK and part.served_at is not None, _still_old),
    (lambda part: state_of(part) is State.CHANGED and not part.is_cancelled, _changed),
    (lambda part: part.is_cancelled and _reaches(part) and part.pending, _cancel_untold),
    (lambda part: part.is_cancelled and _reaches(part) and not part.pending, _cancel_told),
    (_in(State.WAITING), _waits),
    (polls.ends_before, polls.asked_too_little),
    (polls.starts_after, lambda part: "ShipStation has polled since, but its window began after that change."),
    (polls.pages_left, lambda part: "ShipStation has polled since, but has not asked for every page of its window."),
    (polls.came_late, lambda part: "ShipStation has polled since, but that change was still being written then."),
    (lambda part: polls.zones_differ(part) and _reaches(part) and part.last_poll is not None, polls.widened),
)


def explain_part(part: Part, *, is_beside: bool = False) -> list[str]:
    """`is_beside` = its lines and packages are shown beside it, so they are not said."""
    rules = _RULES[1:] if is_beside else _RULES
    going_out = [says(part) for holds, says in rules if holds(part)]
    return going_out + explain_packages(part, is_beside=is_beside)
