"""What a vendor order's vendor has reported: packages, what is still open, and what a person should look at."""

from collections.abc import Callable, Iterable

from ..status import Flag, Status
from .facts import Package, Part
from .words import Clock, units


def explain_packages(part: Part, *, is_beside: bool = False) -> list[str]:
    """`is_beside` = each package is shown beside it, so it is not said."""
    said = [] if is_beside else [_package(package, part.clock) for package in part.packages]
    return said + [says(part) for holds, says in _RULES if holds(part)]


def _package(package: Package, clock: Clock) -> str:
    what = (
        units((item.quantity, item.name) for item in package.items if item.known)
        or "A package with nothing that was open"
    )
    on = f" on {package.ship_date:%Y-%m-%d}" if package.ship_date else ""
    by = " ".join(word for word in (package.carrier, package.service) if word)
    how = f" by {by}" if by else ""
    how += f", tracking {package.tracking_number}" if package.tracking_number else ", without a tracking number"
    return f"{what} shipped{on}{how}, as {package.who} reported at {clock.moment(package.recorded_at)}."


def _open(part: Part) -> str:
    return f"Still open: {units((line.tally.open, line.name) for line in part.lines if line.tally.open)}."


def _over_shipped(part: Part) -> str:
    over = [f"{line.tally.shipped} of {line.tally.quantity} × {line.name}" for line in part.lines
            if line.tally.shipped > line.tally.quantity]  # fmt: skip
    return f"More units have shipped than were ordered: {', '.join(over) or 'see its packages'}."


def _cancel_too_late(part: Part) -> str:
    sent = units(
        (min(line.tally.shipped, line.tally.quantity) - line.tally.wanted, line.name)
        for line in part.lines
        if line.tally.quantity >= line.tally.shipped > line.tally.wanted
    )
    return f"The cancel came too late: {sent or 'units'} had been cancelled and shipped all the same."


def _unknown_item(part: Part) -> str:
    items = units((item.quantity, item.name) for package in part.packages for item in package.items if not item.known)
    return f"A package names what it does not hold: {items or 'see its packages'}. It counts for nothing."


def _flagged(flag: Flag) -> Callable[[Part], bool]:
    return lambda part: flag in part.flags or flag in _flags(part.packages)


def _flags(packages: Iterable[Package]) -> set[str]:
    return {flag for package in packages for flag in package.flags}


# All that hold are said, in this order.
_RULES: tuple[tuple[Callable[[Part], bool], Callable[[Part], str]], ...] = (
    (lambda part: bool(part.packages) and part.open > 0, _open),
    (lambda part: part.status == Status.SHIPPED, lambda part: "Nothing is left to ship."),
    (lambda part: Flag.OVER_SHIPPED in part.flags, _over_shipped),
    (lambda part: Flag.CANCEL_TOO_LATE in part.flags, _cancel_too_late),
    (_flagged(Flag.UNKNOWN_ITEM), _unknown_item),
    (
        _flagged(Flag.ASSUMED_ITEMS),
        lambda part: "A package named no items: all that was open then was taken to be in it.",
    ),
    (
        _flagged(Flag.UNCLEAR_VALUES),
        lambda part: "A notice held values that could not be read (a date or a cost): compare them in ShipStation.",
    ),
)
