"""ShipStation's URL: one path, two actions. Every answer is XML, errors too, with a sentence a merchant can act on."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ..customstore import window as wire
from ..customstore import writer
from ..errors import BadRequest, MethodNotAllowed, SparkError, Unauthorized
from ..services import exchanges, mismatch, notices
from ..services.actor import Actor
from ..services.export import export_page
from ..services.notices import RawNotice, Settlement
from ..services.recovery import refuse_until_resumed
from ..services.vendors import authenticated
from ..store.retrying import transact
from ..store.session import make_durable
from ..store.vendors import Caller, Channel
from ..store.wrong_credentials import count_wrong_call, wrong_calls
from . import counting
from .deps import NoticeBody, parameters, parts_of, request_id, store_credentials
from .statuses import as_spark_error, can_be_reached, cause_of, headers_of, status_of

router = APIRouter()
log = structlog.get_logger("spark.shipstation")

XML = "application/xml; charset=utf-8"
PATH = "/shipstation/{public_id}"
# In minutes, ahead of the connection's zone: of the store, as its polls have shown; of the window of a check.
ZONE_MISMATCH, WINDOW_OFFSET = "X-Spark-Zone-Mismatch", "X-Spark-Window-Offset"
WRONG_CALLS = "X-Spark-Wrong-Credentials"  # to a check: calls of the last day, and how many of them had none at all
CHECK = "X-Spark-Check"  # the header of a request that looks whether the connection works, and is no poll
_CALLS = (("GET", "export"), ("POST", "shipnotify"))
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


@dataclass(slots=True)
class Call:
    """What is known of a call so far: what the exchange log will say, whatever becomes of it."""

    request: Request
    started: float = field(default_factory=time.perf_counter)
    caller: Caller | None = None
    facts: exchanges.Facts = field(default_factory=exchanges.Facts)
    outcome: str = ""  # of a notice that was settled

    def milliseconds(self) -> int:
        return round((time.perf_counter() - self.started) * 1000)


@router.api_route(PATH, methods=METHODS, include_in_schema=False)
@router.api_route(PATH + "/", methods=METHODS, include_in_schema=False)
def shipstation(request: Request, public_id: str, body: NoticeBody) -> Response:
    """GET ?action=export, POST ?action=shipnotify."""
    call = Call(request)
    response = _answered(call, public_id, body)
    _count(call, response.status_code)
    return response


def _answered(call: Call, public_id: str, body: bytes | SparkError) -> Response:
    try:
        return _answer(call, public_id, body)
    except Exception as error:
        spark_error = as_spark_error(error)
        if spark_error is None:
            log.exception("a call by ShipStation failed")
            _keep_failure(call, 500, f"Spark failed to answer: {cause_of(error)}.")
            return xml_error(500, "Spark failed to answer. The reason is in its log.", {"Retry-After": "60"})
        _log_failure(call, spark_error, error)
        return xml_error_of(spark_error)


def _answer(call: Call, public_id: str, body: bytes | SparkError) -> Response:
    request = call.request
    wanted = (request.method, parameters(request).get("action", "").strip().lower())
    call.facts.action = wanted[1] if wanted in _CALLS else ""
    if isinstance(body, SparkError):
        with suppress(SparkError, SQLAlchemyError):
            call.caller = _recognised(request, public_id)
        raise body
    if wanted == ("GET", "export"):
        return transact(parts_of(request).reading, lambda session: _export(call, public_id, session))
    if wanted == ("POST", "shipnotify"):
        return _shipnotify(call, public_id, body)
    call.caller = _recognised(request, public_id)
    raise _misunderstood(*wanted)


def _recognised(request: Request, public_id: str) -> Caller:
    credentials = store_credentials(request)
    return transact(parts_of(request).reading, lambda session: authenticated(session, public_id, *credentials))


def _misunderstood(method: str, action: str) -> SparkError:
    """Which of the two it is: a wrong action, or the right one with the wrong method."""
    methods = {word: (verb,) for verb, word in _CALLS}
    if action not in methods and method in {"GET", "POST"}:
        return BadRequest(f"action must be export or shipnotify, not “{action[:40]}”.")
    allowed = methods.get(action, ("GET", "POST"))
    return MethodNotAllowed(f"{method} is not possible here; use {' or '.join(allowed)}.", allowed)


def _export(call: Call, public_id: str, session: Session) -> Response:
    caller = call.caller = authenticated(session, public_id, *store_credentials(call.request))
    query = parameters(call.request)
    if CHECK in call.request.headers:
        call.facts.action = "check"
    tz, slack = wire.zone(caller.channel.time_zone), mismatch.slack_of(caller.channel)
    window = wire.read_window(query.get("start_date"), query.get("end_date"), tz, slack=slack)
    call.facts.window = window
    call.facts.page = wire.read_page(query.get("page"))
    refuse_until_resumed(caller)
    channel, headers = _zone_noticed(session, caller, window, call.facts)
    page = export_page(session, channel, window, call.facts.page, now=caller.now)
    content = writer.write_orders(page.orders, page.pages)
    call.facts.pages, call.facts.served = page.pages, page.served
    call.facts.complaint = "; ".join(f"held back {held}" for held in page.held)
    _keep_exchange(session, call, caller, 200)
    return Response(content, headers=headers, media_type=XML)


def _zone_noticed(
    session: Session, caller: Caller, window: wire.Window, facts: exchanges.Facts
) -> tuple[Channel, dict[str, str]]:
    """The connection as the poll leaves it, and what to tell of its zone. A check is no poll: it only hears how far
    its own window is off."""
    headers, channel = {}, caller.channel
    if facts.action == "check":
        offset = mismatch.offset_of(channel, window, now=caller.now)
        headers[WINDOW_OFFSET] = "unclear" if offset is None else str(offset)
        wrong = wrong_calls(session, channel.account_id, channel.vendor_id, now=caller.now)
        headers[WRONG_CALLS] = f"{wrong.number} {wrong.without}"
    else:
        channel = mismatch.after_poll(session, channel, window, facts.page or 1, now=caller.now)
        _log_mismatch(caller.channel, channel)
    if channel.mismatch.offset:
        headers[ZONE_MISMATCH] = str(channel.mismatch.offset)
    return channel, headers


def _log_mismatch(before: Channel, after: Channel) -> None:
    offset = after.mismatch.offset
    if offset != before.mismatch.offset:
        event = "zone mismatch confirmed" if offset else "zone mismatch cleared"
        log.warning(event, vendor_id=after.vendor_id.hex, time_zone=after.time_zone, offset_minutes=offset)


def _shipnotify(call: Call, public_id: str, body: bytes) -> Response:
    """Kept in a transaction of its own, then settled in another: 2xx only after both are committed."""
    sessions = parts_of(call.request).sessions
    caller, call.facts.notice_id = transact(sessions, lambda session: _keep(session, call, public_id, body))
    settlement = transact(sessions, lambda session: _settle(session, call, caller))
    call.outcome = settlement.state
    tag = "Success" if settlement.status == 200 else "Error"
    return Response(writer.write_answer(tag, settlement.sentence), settlement.status, media_type=XML)


def _keep(session: Session, call: Call, public_id: str, body: bytes) -> tuple[Caller, UUID]:
    request = call.request
    caller = call.caller = authenticated(session, public_id, *store_credentials(request))
    make_durable(session)
    raw = RawNotice(dict(request.query_params), request.headers.get("content-type", ""), body)
    return caller, notices.keep(session, caller.channel, raw, request_id(request), now=caller.now)


def _settle(session: Session, call: Call, caller: Caller) -> Settlement:
    assert call.facts.notice_id is not None  # noqa: S101 - kept before
    actor = Actor(caller.channel.account_id, f"ShipStation ({caller.channel.vendor_name})", request_id(call.request))
    settlement = notices.settle(session, caller.channel, call.facts.notice_id, actor, now=caller.now)
    call.facts.complaint = "" if settlement.status == 200 else settlement.sentence
    _keep_exchange(session, call, caller, settlement.status)
    return settlement


def _keep_exchange(session: Session, call: Call, caller: Caller, status: int) -> None:
    exchanges.keep(
        session,
        caller.channel,
        call.facts,
        status,
        now=caller.now,
        milliseconds=call.milliseconds(),
        request_id=request_id(call.request),
    )


def _count(call: Call, status: int) -> None:
    """For /metrics."""
    if status >= 400:
        counting.count_refusal(status)
    if call.caller is None:
        return
    if call.facts.action == "export":
        counting.count_poll(call.caller.channel, status, len(call.facts.served) if status == 200 else 0)
    elif call.facts.action == "shipnotify":
        counting.count_notice(call.caller.channel, call.outcome or ("failed" if status >= 500 else "refused"))


def _log_failure(call: Call, refusal: SparkError, error: Exception) -> None:
    """A refused call of a known connection stands in the exchange log, too, where the merchant sees it. Not when the
    database is away: that would only delay the answer."""
    status, cause = status_of(refusal), cause_of(error)
    log.warning("call refused", status=status, action=call.facts.action, cause=cause)
    if isinstance(refusal, Unauthorized) and refusal.called and CHECK not in call.request.headers:
        _count_wrong_call(call, *refusal.called)
    if can_be_reached(error):
        _keep_failure(call, status, refusal.sentence if error is refusal else f"{refusal.sentence} ({cause})")


def _count_wrong_call(call: Call, account_id: UUID, vendor_id: UUID) -> None:
    """For the vendor's page, as well as it can be. A row for each call would let anybody fill the disk. One by `check`,
    which always tries a wrong password, is none of ShipStation's."""
    username, password, _ = store_credentials(call.request)
    try:
        with parts_of(call.request).sessions.begin() as session:
            count_wrong_call(session, account_id, vendor_id, without=username is None or password is None)
    except SQLAlchemyError as error:
        log.warning("a wrong password could not be counted", cause=cause_of(error))


def _keep_failure(call: Call, status: int, complaint: str) -> None:
    """In a transaction of its own, as well as it can be: the answer goes out in any case."""
    caller, facts = call.caller, call.facts
    if caller is None:
        return
    facts.complaint, facts.served = complaint, []  # what was not answered was not served
    try:
        with parts_of(call.request).sessions.begin() as session:
            _keep_exchange(session, call, caller, status)
            if facts.notice_id is not None:
                notices.tell_failure(session, caller.channel, facts.notice_id, complaint)
    except Exception:
        log.exception("the exchange could not be logged")


def xml_error(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return Response(writer.write_answer("Error", sentence), status, headers=headers, media_type=XML)


def xml_error_of(error: SparkError) -> Response:
    return xml_error(status_of(error), error.sentence, headers_of(error))
