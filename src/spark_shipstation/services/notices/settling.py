"""A kept notice → a shipment, exactly once: understood, matched, packed, recorded, and the statuses that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ...customstore.reader import NoticeReading
from ...errors import NotFound, SparkError, Unreadable, UnsupportedMedia
from ...rules.inbox import NoticeState, tracking_key
from ...rules.status import Flag
from ...store import notices, shipments
from ...store.notices import Notice
from ...store.orders import Order, VendorOrder, planning
from ...store.shipments import Shipment
from ...store.vendors import Channel
from ..actor import Actor
from ..restating import restate
from . import recording
from .doubts import corrected_before, doubts
from .matching import matched, slots_of
from .packing import Slot, pack
from .recording import Parcel, package_key
from .understanding import understand


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of it: the state it is kept in, the HTTP status and the sentence of our answer."""

    state: NoticeState
    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """A person has it applied: to this vendor order, where they named one."""

    target: VendorOrder | None = None


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
    notice = notices.lock_notice(session, channel.account_id, notice_id)
    if notice is None:
        raise NotFound("There is no such notice.")
    settlement = (None if by_hand else _dealt_with(session, notice)) or _tried(
        session, channel, notice, actor, by_hand, now
    )
    notice.state, notice.answer, notice.reason = settlement.state, settlement.status, settlement.sentence
    notice.settled_at = now
    session.flush()
    return settlement


def _dealt_with(session: Session, notice: Notice) -> Settlement | None:
    """A person has dealt with the same bytes: ShipStation need not send them again."""
    for twin in notices.twins(session, notice):
        if twin.state == NoticeState.DISMISSED:
            return Settlement(NoticeState.REPEATED, 200, f"This notice was dealt with by hand: {twin.reason}")
        if twin.corrected_number and twin.state == NoticeState.APPLIED:
            notice.vendor_order_id, notice.order_number = twin.vendor_order_id, twin.order_number
            return Settlement(
                NoticeState.REPEATED, 200, f"Order {twin.order_number}: this shipment was recorded there by hand."
            )
    return None


def _tried(
    session: Session, channel: Channel, notice: Notice, actor: Actor, by_hand: ByHand | None, now: datetime
) -> Settlement:
    try:
        return _applied(session, channel, notice, actor, by_hand, now)
    except (Unreadable, UnsupportedMedia) as error:
        _note_query(notice)
        status = 415 if isinstance(error, UnsupportedMedia) else 400
        return _failed(session, notice, NoticeState.UNREADABLE, status, error.sentence, by_hand)
    except NotFound as error:
        return _failed(session, notice, NoticeState.UNMATCHED, 404, error.sentence, by_hand)


def _failed(
    session: Session, notice: Notice, state: NoticeState, status: int, sentence: str, by_hand: ByHand | None
) -> Settlement:
    """It waits in the inbox; where the same bytes wait there already, those do."""
    if by_hand is None and any(twin.state == state for twin in notices.twins(session, notice)):
        return Settlement(NoticeState.REPEATED, status, sentence)
    return Settlement(state, status, sentence)


def _note_query(notice: Notice) -> None:
    """What it is about, as far as its query tells, for the list of the inbox."""
    told = {name.lower(): str(value).strip() for name, value in notice.query.items()}
    notice.order_number = told.get("order_number", "")[:100]
    notice.tracking_key = tracking_key(told.get("tracking_number", "")[:100])


def _applied(
    session: Session, channel: Channel, notice: Notice, actor: Actor, by_hand: ByHand | None, now: datetime
) -> Settlement:
    target = by_hand.target if by_hand else None
    reading = _read(notice, target)
    vendor_order = target or matched(session, channel.account_id, channel.vendor_id, reading.message)
    order = planning.lock_order(session, channel.account_id, vendor_order.order_id)
    if order is None:
        raise NotFound("The order of this vendor order is gone.")
    notice.vendor_order_id, notice.order_number = vendor_order.id, vendor_order.number
    notice.corrected_number = target.number if target else notice.corrected_number
    slots = slots_of(session, channel.account_id, order, vendor_order)
    packages = shipments.packages_of(session, channel.account_id, vendor_order.id) if _begun(slots) else []
    parcel = _parcel(reading, notice, order, vendor_order, slots, packages)
    shipment = recording.shipment_of(parcel, notice.id, channel.time_zone, now=now)
    known = corrected_before(parcel.message, parcel.packed, packages)
    if known is None and shipments.add_once(session, shipment):
        recording.add_lines(session, shipment, parcel.packed)
        recording.write_timeline(session, actor, parcel, shipment, _how(notice, by_hand), now=now)
        restate(session, [order], actor, "shipped", now=now, publish=bool(notice.corrected_number))
        settlement = Settlement(NoticeState.APPLIED, 200, _said(parcel, reading))
    else:
        settlement = _repeated(notice, known or shipments.with_key(session, shipment), vendor_order)
    _settle_earlier(session, channel, notice, parcel, slots, now)
    return settlement


def _read(notice: Notice, target: VendorOrder | None) -> NoticeReading:
    """Where a person named the order, the notice itself need not."""
    query = {**notice.query, "order_number": target.number} if target else notice.query
    reading = understand(query, notice.content_type, notice.body)
    notice.order_number = (reading.message.order_number or reading.message.order_id)[:100]
    notice.tracking_key = tracking_key(reading.message.tracking_number)
    return reading


def _begun(slots: Sequence[Slot]) -> bool:
    return any(slot.tally.shipped for slot in slots)


def _parcel(
    reading: NoticeReading,
    notice: Notice,
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


def _repeated(notice: Notice, recorded: Shipment, vendor_order: VendorOrder) -> Settlement:
    sentence = f"Order {vendor_order.number}: this shipment was recorded before"
    if recorded.voided_at is not None:
        sentence += f", and voided by hand: {recorded.void_reason}"
    state = NoticeState.APPLIED if recorded.notice_id == notice.id else NoticeState.REPEATED
    return Settlement(state, 200, sentence.rstrip(".") + ".")


def _settle_earlier(
    session: Session, channel: Channel, notice: Notice, parcel: Parcel, slots: Sequence[Slot], now: datetime
) -> None:
    """Earlier notices of the same package, which failed, are answered by this one, too."""
    for earlier in notices.lock_earlier(session, notice):
        if earlier.digest == notice.digest or _is_of(session, channel, earlier, parcel, slots):
            earlier.state, earlier.settled_at = NoticeState.REPEATED, now
            earlier.vendor_order_id, earlier.order_number = notice.vendor_order_id, notice.order_number
            earlier.reason = "The same notice came again and was applied."


def _is_of(session: Session, channel: Channel, earlier: Notice, parcel: Parcel, slots: Sequence[Slot]) -> bool:
    """Is that notice, which has other bytes, of the same package of the same vendor order?"""
    try:
        message = understand(earlier.query, earlier.content_type, earlier.body).message
        vendor_order = matched(session, channel.account_id, channel.vendor_id, message)
    except SparkError:
        return False
    return vendor_order.id == parcel.vendor_order.id and package_key(message, earlier.digest, slots) == parcel.key


def _how(notice: Notice, by_hand: ByHand | None) -> str:
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
