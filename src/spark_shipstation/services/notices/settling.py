"""A kept notice → a shipment, exactly once: understood, matched, packed, recorded, and the statuses that follow."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ...customstore.messages import NoticeMessage
from ...customstore.reader import NoticeReading
from ...errors import NotFound, SparkError, Unreadable, UnsupportedMedia
from ...rules.inbox import NoticeState, tracking_key
from ...rules.status import Flag
from ...store import notices, shipments
from ...store.notices import Kept, Notice
from ...store.orders import Order, VendorOrder
from ...store.shipments import Shipment
from ...store.vendors import Channel
from ..actor import Actor
from ..restating import restate
from . import recording
from .doubts import corrected_before, doubts
from .matching import matched, named_by_hand, names, slots_of
from .packing import Slot, pack
from .recording import Parcel, package_key
from .understanding import understand


@dataclass(frozen=True, slots=True)
class About:
    """Which order and package a notice is about, as far as that is known."""

    order_number: str = ""
    tracking_key: str = ""
    vendor_order_id: UUID | None = None
    corrected_number: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of it: the state it is kept in, the HTTP status and the sentence of our answer."""

    state: NoticeState
    status: int
    sentence: str
    about: About


@dataclass(frozen=True, slots=True)
class ByHand:
    """A person has it applied: to this vendor order, where they named one."""

    target: VendorOrder | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """A notice, locked, and who has it applied when."""

    session: Session
    channel: Channel
    notice: Kept
    actor: Actor
    by_hand: ByHand | None
    now: datetime

    @property
    def target(self) -> VendorOrder | None:
        return self.by_hand.target if self.by_hand else None


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
    notice = notices.lock_kept(session, channel.account_id, notice_id)
    if notice is None:
        raise NotFound("There is no such notice.")
    case = _Case(session, channel, notice, actor, by_hand, now)
    twins = notices.twins(session, notice) if notice.has_twins and by_hand is None else []
    settlement = _dealt_with(twins) or _tried(case, twins)
    session.flush()
    notices.settle_notice(
        session,
        notice,
        state=settlement.state,
        answer=settlement.status,
        reason=settlement.sentence,
        settled_at=now,
        **asdict(settlement.about),
    )
    return settlement


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


def _tried(case: _Case, twins: Sequence[Notice]) -> Settlement:
    """It is applied, or it waits in the inbox; where the same bytes wait there already, those do."""
    try:
        reading = _read(case)
    except (Unreadable, UnsupportedMedia) as error:
        status = 415 if isinstance(error, UnsupportedMedia) else 400
        failed = Settlement(NoticeState.UNREADABLE, status, error.sentence, _by_query(case.notice))
    else:
        about = _by_message(reading.message)
        try:
            return _applied(case, reading, about)
        except NotFound as error:
            failed = Settlement(NoticeState.UNMATCHED, 404, error.sentence, about)
    waits_already = any(twin.state == failed.state for twin in twins)
    return replace(failed, state=NoticeState.REPEATED) if waits_already else failed


def _read(case: _Case) -> NoticeReading:
    """Where a person named the order, the notice itself need not."""
    notice, target = case.notice, case.target
    query = {**notice.query, "order_number": target.number} if target else notice.query
    return understand(query, notice.content_type, notice.body)


def _by_query(notice: Kept) -> About:
    told = {name.lower(): str(value).strip() for name, value in notice.query.items()}
    return About(told.get("order_number", "")[:100], tracking_key(told.get("tracking_number", "")[:100]))


def _by_message(message: NoticeMessage) -> About:
    return About((message.order_number or message.order_id)[:100], tracking_key(message.tracking_number))


def _applied(case: _Case, reading: NoticeReading, about: About) -> Settlement:
    session, account_id, vendor_id = case.session, case.channel.account_id, case.channel.vendor_id
    if case.target is None:
        vendor_order, order = matched(session, account_id, vendor_id, reading.message)
    else:
        vendor_order, order = named_by_hand(session, account_id, vendor_id, case.target)
    corrected = case.target.number if case.target else ""
    about = replace(
        about, order_number=vendor_order.number, vendor_order_id=vendor_order.id, corrected_number=corrected
    )
    slots = slots_of(session, account_id, vendor_order)
    packages = shipments.packages_of(session, account_id, vendor_order.id) if _begun(slots) else []
    parcel = _parcel(reading, case.notice, order, vendor_order, slots, packages)
    shipment = recording.shipment_of(parcel, case.notice.id, case.channel.time_zone, now=case.now)
    known = corrected_before(parcel.message, parcel.packed, packages)
    if known is None and shipments.add_once(session, shipment):
        recording.add_lines(session, shipment, parcel.packed)
        recording.write_timeline(session, case.actor, parcel, shipment, _how(case.by_hand), now=case.now)
        restate(session, [order], case.actor, "shipped", now=case.now, publish=bool(corrected))
        settlement = Settlement(NoticeState.APPLIED, 200, _said(parcel, reading), about)
    else:
        settlement = _repeated(case.notice, known or shipments.with_key(session, shipment), about)
    _settle_earlier(case, parcel, about, slots)
    return settlement


def _begun(slots: Sequence[Slot]) -> bool:
    return any(slot.tally.shipped for slot in slots)


def _parcel(
    reading: NoticeReading,
    notice: Kept,
    order: Order,
    vendor_order: VendorOrder,
    slots: Sequence[Slot],
    packages: Sequence[Shipment],
) -> Parcel:
    packed, flags = pack(reading.message, slots)
    flags |= doubts(flags, packed, packages)
    if reading.problems:
        flags.add(Flag.UNCLEAR_VALUES)
    key = package_key(reading.message, notice.digest, slots)
    return Parcel(reading.message, order, vendor_order, packed, key, frozenset(flags))


def _repeated(notice: Kept, recorded: Shipment, about: About) -> Settlement:
    sentence = f"Order {about.order_number}: this shipment was recorded before"
    if recorded.voided_at is not None:
        sentence += f", and voided by hand: {recorded.void_reason}"
    state = NoticeState.APPLIED if recorded.notice_id == notice.id else NoticeState.REPEATED
    return Settlement(state, 200, sentence.rstrip(".") + ".", about)


def _settle_earlier(case: _Case, parcel: Parcel, about: About, slots: Sequence[Slot]) -> None:
    """Earlier notices of the same package, which failed, are answered by this one, too."""
    for earlier in notices.lock_earlier(case.session, case.notice, about.tracking_key):
        if earlier.digest == case.notice.digest or _is_of(case, earlier, parcel, slots):
            earlier.state, earlier.settled_at = NoticeState.REPEATED, case.now
            earlier.vendor_order_id, earlier.order_number = about.vendor_order_id, about.order_number
            earlier.reason = "The same notice came again and was applied."


def _is_of(case: _Case, earlier: Notice, parcel: Parcel, slots: Sequence[Slot]) -> bool:
    """Is that notice, which has other bytes, of the same package of the same vendor order?"""
    try:
        message = understand(earlier.query, earlier.content_type, earlier.body).message
    except SparkError:
        return False
    same = package_key(message, earlier.digest, slots) == parcel.key
    return same and names(case.session, message, parcel.vendor_order)


def _how(by_hand: ByHand | None) -> str:
    if by_hand is None:
        return ""
    if by_hand.target:
        return " (a notice in the inbox, given to this order by hand)"
    return " (a notice in the inbox, applied by hand)"


def _said(parcel: Parcel, reading: NoticeReading) -> str:
    sentence = f"Order {parcel.vendor_order.number}: recorded {recording.units(parcel.packed)}."
    if parcel.flags:
        sentence += f" To check: {', '.join(sorted(parcel.flags))}."
    if reading.problems:
        sentence += " Not understood: " + "; ".join(map(str, reading.problems[:10])) + "."
    return sentence
