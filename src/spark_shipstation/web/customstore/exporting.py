"""A poll: the page of the window, and what it shows of the store's time zone."""

from fastapi import Response
from sqlalchemy.orm import Session

from ...customstore import window as wire
from ...customstore import writer
from ...services import mismatch
from ...services.export import export_page
from ...services.recovery import refuse_until_resumed
from ...services.vendors import authenticated, refuse_inactive
from ...store.journal import append_exchange
from ...store.retrying import transact
from ...store.vendors import Caller, Channel
from ...store.wrong_credentials import wrong_calls
from ..deps import parts_of
from .calls import CHECK, Call, log
from .xml import XML

# In minutes, ahead of the connection's zone: of the store, as its polls have shown; of the window of a check.
ZONE_MISMATCH, WINDOW_OFFSET = "X-Spark-Zone-Mismatch", "X-Spark-Window-Offset"
WRONG_CALLS = "X-Spark-Wrong-Credentials"  # to a check: calls of the last day, and how many of them had none at all


def export(call: Call) -> Response:
    """In one transaction, whose statements all see one moment."""
    return transact(parts_of(call.request).reading, lambda session: _page(call, session))


def _page(call: Call, session: Session) -> Response:
    caller = call.caller = authenticated(session, call.public_id, *call.credentials)
    query = call.query
    if CHECK in call.request.headers:
        call.facts.action = "check"
    refuse_inactive(caller)
    tz, slack = wire.zone(caller.channel.time_zone), mismatch.slack_of(caller.channel)
    window = wire.read_window(query.get("start_date"), query.get("end_date"), tz, slack=slack)
    call.facts.window = window
    call.facts.page = wire.read_page(query.get("page"))
    refuse_until_resumed(caller)
    channel, headers = _zone_noticed(session, call, caller, window)
    page = export_page(session, channel, window, call.facts.page, now=caller.now)
    content = writer.write_orders(page.orders, page.pages)
    call.facts.pages, call.facts.served = page.pages, page.served
    call.facts.complaint = "; ".join(f"held back {held}" for held in page.held)
    append_exchange(session, call.exchange(caller, 200))
    return Response(content, headers=headers, media_type=XML)


def _zone_noticed(session: Session, call: Call, caller: Caller, window: wire.Window) -> tuple[Channel, dict[str, str]]:
    """The connection as the poll leaves it, and what to tell of its zone. A check is no poll: it only hears how far
    its own window is off."""
    headers, channel = {}, caller.channel
    if call.facts.action == "check":
        offset = mismatch.offset_of(channel, window, now=caller.now)
        headers[WINDOW_OFFSET] = "unclear" if offset is None else str(offset)
        wrong = wrong_calls(session, channel.account_id, channel.vendor_id, now=caller.now)
        headers[WRONG_CALLS] = f"{wrong.number} {wrong.without}"
    else:
        channel = mismatch.after_poll(session, channel, window, call.facts.page or 1, now=caller.now)
        _log_mismatch(caller.channel, channel)
    if channel.mismatch.offset:
        headers[ZONE_MISMATCH] = str(channel.mismatch.offset)
    return channel, headers


def _log_mismatch(before: Channel, after: Channel) -> None:
    offset = after.mismatch.offset
    if offset != before.mismatch.offset:
        event = "zone mismatch confirmed" if offset else "zone mismatch cleared"
        log.warning(event, vendor_id=after.vendor_id.hex, time_zone=after.time_zone, offset_minutes=offset)
