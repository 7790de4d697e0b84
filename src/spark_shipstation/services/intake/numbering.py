"""The numbers of vendor orders: the order's own, with a letter where the vendor has that one already.

Nobody asks first: the order's own number is tried, and who comes second is turned away by the constraint that no vendor
has a number twice. Only they take turns at the forms with a letter.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ...rules.numbers import free_number
from ...store import bulk
from ...store.orders import VendorOrder, planning

Row = dict[str, Any]


def insert_numbered(session: Session, account_id: UUID, rows: Sequence[Row], bases: Mapping[UUID, str]) -> None:
    """Insert these vendor orders, each with a form of its base, by id. All in one order, so that two batches with the
    same numbers wait for each other and never in a circle."""
    used: dict[UUID, set[str]] = {}
    waiting = list(rows)
    while waiting:
        for row in waiting:
            row["number"] = _next(used, row["vendor_id"], bases[row["id"]])
        waiting.sort(key=lambda row: (row["vendor_id"], row["number"]))
        made = bulk.insert_new_rows(session, VendorOrder, waiting, ("account_id", "vendor_id", "number"))
        waiting = [row for row in waiting if row["id"] not in made]
        used = _taken(session, account_id, [(row["vendor_id"], bases[row["id"]]) for row in waiting])


def renumber(session: Session, account_id: UUID, part: VendorOrder, base: str) -> None:
    """Give a vendor order a form of another number."""
    session.flush()
    numbered = False
    while not numbered:  # again where somebody else was quicker
        taken = _taken(session, account_id, [(part.vendor_id, base)])
        numbered = planning.set_number(session, part, _next(taken, part.vendor_id, base))


def _taken(session: Session, account_id: UUID, wanted: Sequence[tuple[UUID, str]]) -> dict[UUID, set[str]]:
    planning.hold_numbers(session, wanted)
    return planning.numbers_taken(session, account_id, wanted)


def _next(used: dict[UUID, set[str]], vendor_id: UUID, base: str) -> str:
    numbers = used.setdefault(vendor_id, set())
    number = free_number(base, numbers)
    numbers.add(number)
    return number
