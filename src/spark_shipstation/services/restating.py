"""After anything changed: statuses and flags computed anew from the rows, and what changed to the outside published.

The one place that writes `status`, `flags` and changes. The caller has locked the orders.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from ..errors import Unwritable
from ..rules.address import missing_fields
from ..rules.presentation import PLAIN, Presentation
from ..rules.shopstatus import Meaning
from ..rules.status import Facts, Flag, Status, Tally, holds_back, quantity_flags, status_of
from ..store import accounts, bulk, journal
from ..store.base import Base
from ..store.orders import Order, VendorOrder, planning, tallying
from ..store.orders.faces import Face, faces
from ..store.shipments import flags_by_vendor_order
from ..store.vendors import presentations_of
from .actor import Actor
from .faces import digest_of


@dataclass(frozen=True, slots=True)
class _Rows:
    """All rows that these orders' statuses follow from. Keyed by order, by vendor order, by vendor order line."""

    lines: Mapping[UUID, Sequence[tallying.OrderedUnits]]
    parts: Mapping[UUID, Sequence[VendorOrder]]
    part_lines: Mapping[UUID, Sequence[tallying.PlacedUnits]]
    sums: tallying.Sums
    unrouted_cancelled: Mapping[UUID, int]
    noted: Mapping[UUID, set[str]]

    def tallies(self, part: VendorOrder) -> dict[UUID, Tally]:
        """By order line."""
        return {line.order_line_id: tallying.tally_of(line, self.sums) for line in self.part_lines.get(part.id, ())}

    def lacks_weight(self, part: VendorOrder) -> bool:
        """Is there a unit to ship that nobody said the weight of?"""
        unknown = {line.id for line in self.lines.get(part.order_id, ()) if line.unweighed}
        return bool(unknown) and any(tally.open for id_, tally in self.tallies(part).items() if id_ in unknown)

    def unplaced(self, order: Order) -> list[tuple[tallying.OrderedUnits, Tally]]:
        """The units of each line that no vendor order holds."""
        placed: dict[UUID, int] = {}
        for part in self.parts.get(order.id, ()):
            for own in self.part_lines.get(part.id, ()):
                placed[own.order_line_id] = placed.get(own.order_line_id, 0) + own.quantity
        return [
            (line, Tally(line.quantity - placed.get(line.id, 0), self.unrouted_cancelled.get(line.id, 0)))
            for line in self.lines.get(order.id, ())
        ]


def restate(
    session: Session, orders: Sequence[Order], actor: Actor, what: str, *, now: datetime, publish: bool = True
) -> None:
    """Bring statuses, flags and the feed up to date for these orders.

    `publish=False` is for news from the vendor itself, which is not sent back to it: the new face counts as known.
    """
    if not orders:
        return
    session.flush()
    rows = _load(session, actor.account_id, [order.id for order in orders])
    unplaced = {order.id: rows.unplaced(order) for order in orders}
    waiting = _waiting(session, actor.account_id, orders, unplaced)
    for order in orders:
        for part in rows.parts.get(order.id, ()):
            tallies = tuple(rows.tallies(part).values())
            status = status_of(Facts(order.is_paid, order.is_held, tallies))
            flags = _part_flags(order, status, tallies) | (rows.noted.get(part.id, set()) & _NOTED)
            if rows.lacks_weight(part):
                flags.add(Flag.MISSING_WEIGHT)
            if order.id in waiting and part.changed_at is None and status != Status.CANCELLED:
                flags.add(Flag.NEEDS_ROUTING)  # what a vendor has seen is not taken back
            _set(part, status=status, flags=sorted(flags))
    parts = [part for of_order in rows.parts.values() for part in of_order]
    _publish(session, parts, actor, what, now=now, publish=publish)
    for order in orders:
        _restate_order(order, rows, unplaced[order.id])
        _set(order, updated_at=now)
    _write(session, VendorOrder, parts, ("status", "flags", "face_digest", "changed_at"))
    _write(session, Order, orders, ("status", "flags", "updated_at"))


def _set(row: Order | VendorOrder, **values: Any) -> None:
    """As if it had been read so: the unit of work need not look for it, `_write` writes all of them at once."""
    for name, value in values.items():
        set_committed_value(row, name, value)


def _write(session: Session, model: type[Base], rows: Iterable[Order | VendorOrder], columns: Sequence[str]) -> None:
    names = ("account_id", "id", *columns)
    bulk.update_rows(session, model, [{name: getattr(row, name) for name in names} for row in rows])


def _load(session: Session, account_id: UUID, order_ids: Sequence[UUID]) -> _Rows:
    parts = planning.vendor_orders_of_orders(session, account_id, order_ids)
    part_ids = [part.id for of_order in parts.values() for part in of_order]
    part_lines = tallying.units_of_vendor_orders(session, account_id, part_ids)
    line_ids = [line.id for of_part in part_lines.values() for line in of_part]
    return _Rows(
        lines=tallying.units_of_orders(session, account_id, order_ids),
        parts=parts,
        part_lines=part_lines,
        sums=tallying.tallies(session, account_id, line_ids),
        unrouted_cancelled=tallying.unrouted_cancellations(session, account_id, order_ids),
        noted=flags_by_vendor_order(session, account_id, part_ids),
    )


def _part_flags(order: Order, status: str, tallies: Sequence[Tally]) -> set[str]:
    """A cancelled part needs no address any more, and its vendor must hear of the cancel all the same."""
    flags: set[str] = set(quantity_flags(tallies))
    if status != Status.CANCELLED and missing_fields(order.ship_to):
        flags.add(Flag.NEEDS_ADDRESS)
    return flags | _status_flags(order, status)


def _status_flags(order: Order, status: str) -> set[Flag]:
    """What has shipped or was cancelled needs no meaning of the shop's word any more."""
    return {Flag.UNKNOWN_STATUS} if order.meaning == Meaning.UNKNOWN and status == Status.ON_HOLD else set()


Unplaced = Sequence[tuple[tallying.OrderedUnits, Tally]]


def _is_unrouted(unplaced: Unplaced) -> bool:
    return any(tally.wanted and not line.excluded for line, tally in unplaced)


def _waiting(
    session: Session, account_id: UUID, orders: Sequence[Order], unplaced: Mapping[UUID, Unplaced]
) -> set[UUID]:
    """The orders whose store lets all of it wait for a vendor of each line."""
    unrouted = [order for order in orders if _is_unrouted(unplaced[order.id])]
    stores = accounts.stores_that_wait(session, account_id) if unrouted else set()
    return {order.id for order in unrouted if order.store_id in stores}


def _restate_order(order: Order, rows: _Rows, unplaced: Unplaced) -> None:
    """An order's status counts every line once, with or without a vendor; what nobody ships counts where there is
    nothing else: then nothing is open any more."""
    parts = rows.parts.get(order.id, ())
    flags = {flag for part in parts for flag in part.flags}
    if _is_unrouted(unplaced):
        flags.add(Flag.UNROUTED)
    tallies = [tally for part in parts for tally in rows.tallies(part).values()]
    tallies += [tally for line, tally in unplaced if not line.excluded]
    if not any(tally.wanted or tally.shipped for tally in tallies):
        tallies += [Tally(tally.wanted, 0, tally.wanted) for line, tally in unplaced if line.excluded]
    status = status_of(Facts(order.is_paid, order.is_held, tuple(tallies)))
    _set(order, status=status, flags=sorted(flags | _status_flags(order, status)))


def _publish(
    session: Session, parts: Collection[VendorOrder], actor: Actor, what: str, *, now: datetime, publish: bool
) -> None:
    """Append a change for each part whose face differs from what was last published."""
    shown = faces(session, actor.account_id, [part.id for part in parts])
    presentations = presentations_of(session, actor.account_id)
    changes = []
    for part in parts:
        digest = _digest_or_flag(part, shown[part.id], presentations.get(part.vendor_id, PLAIN))
        if digest == part.face_digest:
            continue
        _set(part, face_digest=digest)
        if digest and publish:
            changes.append(journal.NewChange(part.vendor_id, part.id, part.changed_at, what))
    times = journal.append_changes(session, actor.account_id, changes, now=now, who=actor.who)
    for part in parts:
        _set(part, changed_at=times.get(part.id, part.changed_at))


def _digest_or_flag(part: VendorOrder, face: Face, presentation: Presentation) -> bytes:
    """The digest of what the vendor may see; empty, with a flag that says why, for what must not go out yet."""
    if holds_back(part.flags):
        return b""
    if part.status == Status.CANCELLED and part.changed_at is None:
        return b""  # the vendor never saw it, so there is nothing to take back
    try:
        as_stated = replace(face, head=face.head._replace(status=part.status, flags=part.flags))
        return digest_of(as_stated, presentation)
    except Unwritable as error:
        _set(part, flags=sorted({*part.flags, _TO_MEND.get(error.field, Flag.NEEDS_REVIEW)}))
        return b""


# What a package's flags say about its vendor order as a whole. Assumed items are nothing to worry about there.
_NOTED = {Flag.UNKNOWN_ITEM, Flag.UNCLEAR_VALUES, Flag.POSSIBLE_RELABEL, Flag.SHIPPED_BY_HAND}
_TO_MEND = {
    **dict.fromkeys(("Name", "Address1", "City", "Country"), Flag.NEEDS_ADDRESS),
    **dict.fromkeys(
        ("OrderTotal", "TaxAmount", "ShippingAmount", "UnitPrice", "Quantity", "Weight", "Length", "Width", "Height"),
        Flag.NEEDS_AMOUNT,
    ),
}
