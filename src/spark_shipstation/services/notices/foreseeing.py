"""What applying a notice once more would lead to, before anybody does it; and which orders it may be about."""

import re

from sqlalchemy.orm import Session

from ...customstore.messages import NoticeMessage
from ...errors import Conflict, NotFound, Reason, Unreadable, UnsupportedMedia
from ...rules.acting import Say, goes_out_as, minute
from ...rules.numbers import without_split_suffix
from ...store import notices as store
from ...store import shipments
from ...store.notices import Notice
from ...store.orders import VendorOrder, planning
from ...store.orders.standing import units_of_orders
from ..forms import as_uuid
from ..life.foreseeing import Foresight
from ..life.rows import facts_of, rows_of
from .doubts import doubts, recorded_before
from .forms import ReplayIn
from .inbox import is_settled, target_of
from .matching import slots_of
from .packing import pack
from .recording import package_key, units
from .understanding import understand

MOST_PROPOSED = 5


def foresee_replay(session: Session, notice: Notice, form: ReplayIn, say: Say = minute) -> Foresight:
    """To the order that is named, or to the one that the notice names; times are told as `say` does. Writes and locks
    nothing."""
    try:
        target = target_of(session, notice, form)
        if is_settled(session, notice, target):
            return Foresight()
        query = {**notice.query, "order_number": target.number} if target else notice.query
        message = understand(query, notice.content_type, notice.body).message
    except (NotFound, Conflict, Unreadable, UnsupportedMedia) as error:
        return Foresight(reasons=[Reason(error.sentence)])
    part = target or _matched(session, notice, message)
    if part is None:
        said = " / ".join(filter(None, (message.order_id, message.order_number)))
        return Foresight(reasons=[Reason(f"No order {said} was given to this ShipStation account. {_MEND}")])
    return Foresight(_sentences(session, notice, message, part, say, by_hand=target is not None))


_MEND = "Name the order that it is about, or wait until the order has come in."


def _matched(session: Session, notice: Notice, message: NoticeMessage) -> VendorOrder | None:
    """As matching.matched, without a lock."""
    account_id, vendor_id = notice.account_id, notice.vendor_id
    if message.order_id and (id_ := as_uuid(message.order_id)):
        return planning.vendor_order_of(session, account_id, vendor_id, id_)
    for number in filter(None, (message.order_number, without_split_suffix(message.order_number))):
        found = planning.vendor_order_numbered(session, account_id, vendor_id, number)
        if found is not None:
            return found
    return None


def _sentences(
    session: Session, notice: Notice, message: NoticeMessage, part: VendorOrder, say: Say, *, by_hand: bool
) -> list[str]:
    lines = units_of_orders(session, notice.account_id, [part.order_id]).get(part.order_id, ())
    slots = slots_of(line for line in lines if line.vendor_order_id == part.id)
    packed, flags = pack(message, slots)
    packages = shipments.packages_of(session, notice.account_id, part.id)
    flags |= doubts(flags, packed, packages)
    key = package_key(message, notice.digest, slots)
    if recorded_before(message, key, packed, packages):
        return [f"Order {part.number} has this package already: it is not recorded again, and the notice is settled."]
    tracking = f", tracking {message.tracking_number.strip()}" if message.tracking_number.strip() else ""
    said = [f"A package is recorded for order {part.number}: {units(packed)}{tracking}."]
    if flags:
        said.append(f"It is flagged {', '.join(sorted(flag.value for flag in flags))}.")
    if by_hand:
        said.append(_told(session, part, say))
    return said


def _told(session: Session, part: VendorOrder, say: Say) -> str:
    """How ShipStation hears of it, which does not know that its package is of this order."""
    [order] = planning.orders_by_id(session, part.account_id, [part.order_id])
    facts = next(one for one in facts_of(session, rows_of(session, order)).parts if one.id == part.id)
    again = " Should it send this notice again, that is answered as done." if facts.active else ""
    return goes_out_as(facts, "what it is then", say) + again


def proposals(session: Session, notice: Notice) -> list[str]:
    """Numbers of orders of the vendor whose notice it is that are written much like the one it names."""
    number = notice.order_number
    if not number:
        return []
    return list(store.numbers_among(session, notice.account_id, notice.vendor_id, _alike(number), MOST_PROPOSED))


def _alike(number: str) -> list[str]:
    """`#SO-1001-2` may be SO-1001-2, SO-1001, 1001-2 or 1001."""
    plain = number.strip().lstrip("#").strip()
    digits = [run for run in re.findall(r"\d+", plain) if len(run) > 2]
    words = [plain, plain.upper(), plain.lower(), without_split_suffix(plain) or "", *digits]
    words += [word.lstrip("0") for word in digits]
    words += [match[1] for match in [re.match(r"[^\d]*(\d.*)", plain)] if match]
    return sorted({word for word in words if word and word != number})
