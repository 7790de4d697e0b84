"""What it leads to when a package is recorded by hand: told before anybody does it."""

from collections.abc import Sequence

from .acting import Part, Say, goes_out_as, listed, minute
from .status import Facts as StatusFacts
from .status import Flag, Status, Tally, quantity_flags, status_of

Units = Sequence[tuple[str, Tally, int]]  # of each line of the vendor order: its name, its units, those in the package


def package_consequences(part: Part, units: Units, *, paid: bool, held: bool, say: Say = minute) -> list[str]:
    packed = [(name, count) for name, _, count in units if count]
    after = [Tally(tally.quantity, tally.cancelled, tally.shipped + count) for _, tally, count in units]
    verb = "counts" if sum(count for _, count in packed) == 1 else "count"
    said = [f"{listed(packed)} of vendor order {part.number} for {part.vendor} {verb} as shipped."]
    status = status_of(StatusFacts(paid, held, tuple(after)))
    left = [(name, tally.open) for (name, _, _), tally in zip(units, after, strict=True) if tally.open]
    said.append(f"{listed(left)} stay open." if left else f"Nothing of {part.number} is open then.")
    said += [_TOO_MANY[flag] for flag in sorted(quantity_flags(after))]
    if part.connected:
        said.append(goes_out_as(part, "shipped" if status is Status.SHIPPED else "changed", say))
    if part.connected and part.active:
        said.append(
            f"Should {part.vendor} report these units as shipped, too, that package is recorded and flagged "
            "shipped_by_hand."
        )
    return [*said, "The shop reads the package with its tracking number."]


_TOO_MANY = {
    Flag.OVER_SHIPPED: "That is more than was ordered: it is flagged over_shipped.",
    Flag.CANCEL_TOO_LATE: "That was cancelled: it is flagged cancel_too_late.",
}
