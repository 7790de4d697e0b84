"""The inbox as people and programs work at it: list, read, apply once more, give to another order, put aside."""

import base64
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import BadRequest, Conflict, NotFound
from ...rules.inbox import OPEN, NoticeState
from ...store import inbox, shipments, vendors
from ...store import notices as store
from ...store.inbox import ListedNotice, NoticeFilter
from ...store.notices import Notice
from ...store.orders import VendorOrder, planning
from ...store.session import make_durable
from ...store.vendors import Channel
from ..actor import Actor
from ..forms import as_uuid
from .answers import NoticeOut, NoticesOut, NoticeWithBody
from .forms import ReplayIn
from .settlement import ByHand
from .settling import settle

ALL_OPEN = "open"
SETTLED = frozenset({NoticeState.APPLIED, NoticeState.REPEATED})


def list_notices(
    session: Session, account_id: UUID, limit: int, *, state: str = "", number: str = "", cursor: str = ""
) -> NoticesOut:
    """One page, newest first. `state` is one state, or `open` for all that wait for somebody. Raises BadRequest."""
    wanted = NoticeFilter(_states(state), number.strip(), _id_of(cursor) if cursor else None)
    found = inbox.list_notices(session, account_id, wanted, limit + 1)
    page = found[:limit]
    more = page[-1].id.hex if len(found) > limit else None
    return NoticesOut(notices=[_out(notice) for notice in page], next_cursor=more)


def _states(word: str) -> frozenset[NoticeState]:
    if word == ALL_OPEN:
        return OPEN
    try:
        return frozenset({NoticeState(word)}) if word else frozenset()
    except ValueError:
        known = ", ".join([ALL_OPEN, *NoticeState])
        raise BadRequest(f"There is no state {word[:40]}; it is one of {known}.") from None


def _id_of(cursor: str) -> UUID:
    id_ = as_uuid(cursor)
    if id_ is None:
        raise BadRequest("The cursor is not one that this API gave out.")
    return id_


def find_notice(session: Session, account_id: UUID, word: str) -> Notice:
    """Raises NotFound."""
    notice = store.find_notice(session, account_id, id_) if (id_ := as_uuid(word)) else None
    if notice is None:
        raise _unknown(word)
    return notice


def read_notice(session: Session, account_id: UUID, word: str) -> NoticeWithBody:
    """One notice, with the bytes as they came. Raises NotFound."""
    notice = find_notice(session, account_id, word)
    return NoticeWithBody(
        **without_body(session, notice).model_dump(),
        query={name: str(value) for name, value in notice.query.items()},
        content_type=notice.content_type,
        body=notice.body.decode("utf-8", "replace"),
        body_base64=base64.b64encode(notice.body).decode(),
    )


def open_notices(session: Session, account_id: UUID) -> list[str]:
    """The ids of all that wait for somebody, oldest first."""
    return [id_.hex for id_ in inbox.open_ids(session, account_id)]


def replay(session: Session, actor: Actor, word: str, form: ReplayIn, *, now: datetime) -> NoticeOut:
    """Have it applied once more, to the named order where one is named. Doing so again changes nothing.

    What comes of it stands in the answer. Raises NotFound, and Conflict for one that is recorded elsewhere.
    """
    notice = _locked(session, actor, word)
    channel = _channel(session, notice)
    target = target_of(session, notice, form)
    if not is_settled(session, notice, target):
        make_durable(session)
        settle(session, channel, notice.id, actor, now=now, by_hand=ByHand(target))
        session.refresh(notice)
        notice.handled_by = actor.who
        session.flush()
    return without_body(session, notice)


def dismiss(session: Session, actor: Actor, word: str, reason: str, *, now: datetime) -> NoticeOut:
    """Put it aside: somebody has dealt with it. ShipStation's repeats are answered 200 from then on.

    In the same words again it changes nothing. Raises NotFound, and Conflict for one that is settled already, or that
    somebody put aside in other words.
    """
    notice = _locked(session, actor, word)
    if notice.state in SETTLED:
        raise Conflict(f"This notice is {notice.state}: there is nothing left to deal with.")
    if notice.state == NoticeState.DISMISSED:
        if notice.reason != reason:
            raise Conflict(f"This notice is put aside already, by {notice.handled_by}: {notice.reason}")
        return without_body(session, notice)
    notice.state, notice.reason, notice.settled_at = NoticeState.DISMISSED, reason, now
    notice.handled_by = actor.who
    session.flush()
    return without_body(session, notice)


def _locked(session: Session, actor: Actor, word: str) -> Notice:
    locked = store.lock_notice(session, actor.account_id, id_) if (id_ := as_uuid(word)) else None
    if locked is None:
        raise _unknown(word)
    return locked


def _unknown(word: str) -> NotFound:
    return NotFound(f"There is no notice {word[:60]}.")


def _channel(session: Session, notice: Notice) -> Channel:
    connection = vendors.connections_of(session, notice.account_id)[notice.vendor_id]
    caller = vendors.find_caller(session, connection.public_id)
    assert caller is not None  # noqa: S101 - the connection was read in this transaction
    return caller.channel


def target_of(session: Session, notice: Notice, form: ReplayIn) -> VendorOrder | None:
    """The vendor order that a person named, now or before. Only of the vendor that the notice came from."""
    account_id, vendor_id = notice.account_id, notice.vendor_id
    word = form.vendor_order or form.order_number or notice.corrected_number
    if not word:
        return None
    if form.vendor_order:
        id_ = as_uuid(word)
        found = planning.vendor_order_of(session, account_id, vendor_id, id_) if id_ else None
    else:
        found = planning.vendor_order_numbered(session, account_id, vendor_id, word)
    if found is None:
        raise NotFound(f"No order {word[:60]} was given to the ShipStation account that this notice came from.")
    return found


def is_settled(session: Session, notice: Notice, target: VendorOrder | None) -> bool:
    """Is it recorded where it shall be? Raises Conflict where it is recorded elsewhere."""
    if notice.state not in SETTLED or notice.vendor_order_id is None:
        return False
    if target is None or target.id == notice.vendor_order_id:
        return True
    if notice.state == NoticeState.REPEATED:
        raise Conflict(f"This notice repeats one that is recorded for order {notice.order_number}: correct that one.")
    recorded = shipments.package_of_notice(session, notice.account_id, notice.id)
    if recorded is not None:
        raise Conflict(
            f"This notice is recorded for order {notice.order_number}, as the shipment {recorded.hex}: void that first."
        )
    return False


def without_body(session: Session, notice: Notice) -> NoticeOut:
    """As it is now, with where it ended."""
    return _out(inbox.listed_notice(session, notice.account_id, notice.id))


def _out(notice: ListedNotice) -> NoticeOut:
    return NoticeOut(
        id=notice.id.hex,
        vendor=notice.vendor,
        vendor_id=notice.vendor_id.hex,
        received_at=notice.received_at,
        state=NoticeState(notice.state),
        answer=notice.answer,
        reason=notice.reason,
        order_number=notice.order_number,
        corrected_number=notice.corrected_number,
        order=_hex(notice.order_id),
        vendor_order=_hex(notice.vendor_order_id),
        shipment=_hex(notice.shipment_id),
        settled_at=notice.settled_at,
        handled_by=notice.handled_by,
        request_id=notice.request_id,
    )


def _hex(id_: UUID | None) -> str | None:
    return id_.hex if id_ else None
