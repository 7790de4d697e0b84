"""What it leads to when an order is routed again: told before anybody does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from .acting import Part, Say, goes_out_as, minute


@dataclass(frozen=True, slots=True)
class Move:
    """Units of a line that go from one vendor's name to another's; "" = the queue of lines without a vendor, `nobody` =
    a line that is not shipped at all."""

    name: str
    units: int
    before: str
    after: str
    reason: str


def moving_consequences(moves: Sequence[Move], parts: Sequence[Part], say: Say = minute) -> list[str]:
    """`parts` are the order's vendor orders."""
    said = [f"{move.units} × {move.name} {'goes' if move.units == 1 else 'go'}{_from(move)} to "
            f"{move.after or 'the queue of lines without a vendor'}: {move.reason}." for move in moves]  # fmt: skip
    for part in parts:
        moved = sum(move.units for move in moves if move.before == part.vendor)
        if part.open and moved:
            said.append(goes_out_as(part, "cancelled" if moved >= part.open else "changed", say))
    for vendor in sorted({move.after for move in moves} - {"", NOBODY}):
        open_part = next((part for part in parts if part.vendor == vendor and part.open), None)
        said.append(
            goes_out_as(open_part, "changed", say)
            if open_part
            else f"{vendor} gets a vendor order of its own, with a number and an id of its own."
        )
    return said


NOBODY = "nobody"


def _from(move: Move) -> str:
    return f" from {move.before}" if move.before else ""
