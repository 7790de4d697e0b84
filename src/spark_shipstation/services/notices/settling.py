"""Kept notices → shipments, each exactly once: understood, matched, packed, recorded, and the statuses that follow.

Those of one connection that came in together are settled together: what is asked and written is then asked and written
once for all of them.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from ...customstore.reader import NoticeReading
from ...errors import NotFound, Unreadable, UnsupportedMedia
from ...rules.inbox import NoticeState, tracking_key
from ...rules.status import Flag
from ...store import notices, shipments
from ...store.bulk import Writes
from ...store.notices import Kept, Notice
from ...store.orders import VendorOrder
from ...store.orders.planning import Named
from ...store.orders.standing import Part
from ...store.shipments import Shipment
from ...store.vendors import Channel
from .. import restating
from ..actor import Actor
from . import recording
from .doubts import doubts, hear, recorded_before
from .earlier import Concluded, settle_earlier
from .matching import Names, matched, names_of, slots_of, unknown
from .packing import Slot, pack
from .recording import Parcel, package_key
from .settlement import About, ByHand, Job, Settlement
from .understanding import understand

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class _Case:
    """A notice, locked. `twins` are the same bytes where they wait in the inbox or were dealt with by hand."""

    notice: Kept
    actor: Actor
    twins: Sequence[Notice]
    by_hand: ByHand | None

    @property
    def target(self) -> VendorOrder | None:
        return self.by_hand.target if self.by_hand else None


@dataclass(frozen=True, slots=True)
class _Matched:
    """A case whose vendor order is found; its order is locked."""

    case: _Case
    reading: NoticeReading
    named: Named
    about: About


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where cases of one connection are worked at."""

    session: Session
    channel: Channel
    writes: Writes
    now: datetime
    settled: dict[UUID, Settlement] = field(default_factory=dict)  # by notice


def settle(
    session: Session,
    channel: Channel,
    notice_id: UUID,
    actor: Actor,
    *,
    now: datetime,
    by_hand: ByHand | None = None,
) -> Settlement:
    """Apply a kept notice. What cannot be read or matched stays in the inbox with its reason. Raises NotFound."""
    writes = Writes()
    [settlement] = settle_together(session, channel, [Job(notice_id, actor)], writes, now=now, by_hand=by_hand)
    writes.write(session)
    assert settlement is not None  # noqa: S101 - one alone has nothing to wait for
    return settlement


def settle_together(
    session: Session,
    channel: Channel,
    jobs: Sequence[Job],
    writes: Writes,
    *,
    now: datetime,
    by_hand: ByHand | None = None,
) -> list[Settlement | None]:
    """As `settle`, for several; what is to be written is left in `writes`. None = not yet: its order or its bytes are
    those of one before it, whose outcome must be written first. Raises NotFound."""
    desk = _Desk(session, channel, writes, now)
    cases = _cases(desk, jobs, by_hand)
    readings = _read(desk, _firsts(cases, lambda case: case.notice.digest))
    found = _firsts(_matched(desk, readings), lambda one: one.named.order_id)
    _apply(desk, found)
    writes.update(
        Notice, [_row(case.notice, done, now) for case in cases if (done := desk.settled.get(case.notice.id))]
    )
    return [desk.settled.get(job.notice_id) for job in jobs]


def _cases(desk: _Desk, jobs: Sequence[Job], by_hand: ByHand | None) -> list[_Case]:
    session = desk.session
    kept = notices.lock_kept(session, desk.channel.account_id, [job.notice_id for job in jobs])
    if len(kept) < len(jobs):
        raise NotFound("There is no such notice.")
    return [
        _Case(notice, job.actor, notices.twins(session, notice) if notice.has_twins and not by_hand else [], by_hand)
        for job in jobs
        for notice in [kept[job.notice_id]]
    ]


def _firsts(these: Iterable[One], key: Callable[[One], Hashable]) -> list[One]:
    """The first of each key."""
    firsts: dict[Hashable, One] = {}
    for one in these:
        firsts.setdefault(key(one), one)
    return list(firsts.values())


def _row(notice: Kept, settlement: Settlement, now: datetime) -> dict[str, Any]:
    about = settlement.about
    return {
        "account_id": notice.account_id,
        "id": notice.id,
        "state": settlement.state,
        "answer": settlement.status,
        "reason": settlement.sentence,
        "settled_at": now,
        "order_number": about.order_number,
        "tracking_key": about.tracking_key,
        "vendor_order_id": about.vendor_order_id,
        "corrected_number": about.corrected_number,
    }


def _read(desk: _Desk, cases: Sequence[_Case]) -> list[tuple[_Case, NoticeReading]]:
    """What the notices say. Those that a person has dealt with, or that cannot be read, are settled by that."""
    readings, failures = [], []
    for case in cases:
        if done := _dealt_with(case.twins):
            desk.settled[case.notice.id] = done
            continue
        try:
            readings.append((case, _understood(case)))
        except (Unreadable, UnsupportedMedia) as error:
            status = 415 if isinstance(error, UnsupportedMedia) else 400
            failed = Settlement(NoticeState.UNREADABLE, status, error.sentence, _by_query(case.notice))
            failures.append((case, failed))
    _to_inbox(desk, failures)
    return readings


def _to_inbox(desk: _Desk, failures: Sequence[tuple[_Case, Settlement]]) -> None:
    """They wait there; where the same bytes wait already, those do. What comes at once to several processes takes
    turns, so that only one of them waits."""
    notices.hold_bytes(desk.session, desk.channel.vendor_id, [case.notice.digest for case, _ in failures])
    for case, failed in failures:
        twins = [] if case.by_hand else notices.twins(desk.session, case.notice)
        done, waits_already = _dealt_with(twins), any(twin.state == failed.state for twin in twins)
        desk.settled[case.notice.id] = done or (
            replace(failed, state=NoticeState.REPEATED) if waits_already else failed
        )


def _dealt_with(twins: Sequence[Notice]) -> Settlement | None:
    """A person has dealt with the same bytes: ShipStation need not send them again."""
    for twin in twins:
        about = About(twin.order_number, twin.tracking_key, twin.vendor_order_id)
        if twin.state == NoticeState.DISMISSED:
            return Settlement(NoticeState.REPEATED, 200, f"This notice was dealt with by hand: {twin.reason}", about)
        if twin.corrected_number and twin.state == NoticeState.APPLIED:
            said = f"Order {twin.order_number}: this shipment was recorded there by hand."
            return Settlement(NoticeState.REPEATED, 200, said, about)
    return None


def _understood(case: _Case) -> NoticeReading:
    """Where a person named the order, the notice itself need not."""
    notice, target = case.notice, case.target
    query = {**notice.query, "order_number": target.number} if target else notice.query
    return understand(query, notice.content_type, notice.body)


def _by_query(notice: Kept) -> About:
    told = {name.lower(): str(value).strip() for name, value in notice.query.items()}
    return About(told.get("order_number", "")[:100], tracking_key(told.get("tracking_number", "")[:100]))


def _matched(desk: _Desk, readings: Sequence[tuple[_Case, NoticeReading]]) -> list[_Matched]:
    """The cases whose vendor order there is; the others are settled by that."""
    names = [Names(case.target.id) if case.target else names_of(reading.message) for case, reading in readings]
    found, failures = [], []
    for (case, reading), named in zip(readings, matched(desk.session, desk.channel, names), strict=True):
        message, target = reading.message, case.target
        about = About((message.order_number or message.order_id)[:100], tracking_key(message.tracking_number))
        if named is None:
            failures.append((case, Settlement(NoticeState.UNMATCHED, 404, unknown(message), about)))
            continue
        about = replace(about, order_number=named.number, vendor_order_id=named.id)
        found.append(_Matched(case, reading, named, replace(about, corrected_number=target.number if target else "")))
    _to_inbox(desk, failures)
    return found


def _apply(desk: _Desk, found: Sequence[_Matched]) -> None:
    """Each of another order."""
    if not found:
        return
    account_id = desk.channel.account_id
    rows = restating.load(desk.session, account_id, [one.named.order_id for one in found])
    concluded = []
    for one in found:
        part = next(part for part in rows.parts[one.named.order_id] if part.id == one.named.id)
        slots = slots_of(rows.of_part(part))
        packages = shipments.packages_of(desk.session, account_id, part.id) if part.keys else []
        parcel = _parcel(one, slots, packages)
        known = recorded_before(parcel.message, parcel.key, parcel.packed, packages)
        if known is None:
            _record(desk, one, parcel, rows, part)
        else:
            hear(known, parcel.message, parcel.key, parcel.packed)
            desk.settled[one.case.notice.id] = _repeated(one, known)
        concluded.append(Concluded(one.case.notice, parcel, slots))
    settle_earlier(desk.session, desk.channel, concluded, now=desk.now)


def _parcel(one: _Matched, slots: Sequence[Slot], packages: Sequence[Shipment]) -> Parcel:
    reading = one.reading
    packed, flags = pack(reading.message, slots)
    flags |= doubts(flags, packed, packages)
    if reading.problems:
        flags.add(Flag.UNCLEAR_VALUES)
    key = package_key(reading.message, one.case.notice.digest, slots)
    return Parcel(reading.message, one.named, packed, key, frozenset(flags))


def _record(desk: _Desk, one: _Matched, parcel: Parcel, rows: restating.Rows, part: Part) -> None:
    case = one.case
    how = _how(case.by_hand)
    recording.write(desk.writes, parcel, case.notice.id, desk.channel.time_zone, case.actor, how, now=desk.now)
    restating.state(
        desk.session,
        [_order_facts(one.named)],
        rows.after(part, recording.units_by_line(parcel.packed), parcel.flags),
        case.actor,
        "shipped",
        desk.writes,
        now=desk.now,
        is_news=case.target is not None,
    )
    desk.settled[case.notice.id] = Settlement(NoticeState.APPLIED, 200, _said(parcel, one.reading), one.about)


def _order_facts(named: Named) -> restating.OrderFacts:
    return restating.OrderFacts(
        named.order_id, named.store_id, named.is_paid, named.is_held, named.meaning, named.ship_to
    )


def _repeated(one: _Matched, recorded: Shipment) -> Settlement:
    sentence = f"Order {one.about.order_number}: this shipment was recorded before"
    if recorded.voided_at is not None:
        sentence += f", and voided by hand: {recorded.void_reason}"
    state = NoticeState.APPLIED if recorded.notice_id == one.case.notice.id else NoticeState.REPEATED
    return Settlement(state, 200, sentence.rstrip(".") + ".", one.about)


def _how(by_hand: ByHand | None) -> str:
    if by_hand is None:
        return ""
    if by_hand.target:
        return " (a notice in the inbox, given to this order by hand)"
    return " (a notice in the inbox, applied by hand)"


def _said(parcel: Parcel, reading: NoticeReading) -> str:
    sentence = f"Order {parcel.named.number}: recorded {recording.units(parcel.packed)}."
    if parcel.flags:
        sentence += f" To check: {', '.join(sorted(parcel.flags))}."
    if reading.problems:
        sentence += " Not understood: " + "; ".join(map(str, reading.problems[:10])) + "."
    return sentence
