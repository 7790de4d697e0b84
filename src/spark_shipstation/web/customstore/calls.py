"""One call by ShipStation: what is known of it, whatever becomes of it, and what is written down about it."""

import time
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from fastapi import Request, Response
from sqlalchemy.exc import SQLAlchemyError

from ...errors import SparkError, Unauthorized
from ...services import exchanges, notices
from ...services.notices import Settlement
from ...services.vendors import authenticated, refuse_inactive
from ...store.journal import append_exchange
from ...store.retrying import transact
from ...store.vendors import Caller
from ...store.wrong_credentials import count_wrong_call
from .. import counting
from ..deps import Credentials, parameters, parts_of, request_id, store_credentials
from ..statuses import as_spark_error, can_be_reached, cause_of, status_of
from .xml import xml_answer, xml_error_of

log = structlog.get_logger("spark.shipstation")

CHECK = "X-Spark-Check"  # the header of a request that looks whether the connection works, and is no poll
CALLS = (("GET", "export"), ("POST", "shipnotify"))


@dataclass(slots=True)
class Call:
    """What is known of a call so far: what the exchange log will say."""

    request: Request
    public_id: str
    body: bytes | SparkError
    started: float = field(default_factory=time.perf_counter)
    context: Context = field(default_factory=copy_context)  # in which the log knows the request's id
    query: dict[str, str] = field(init=False)
    credentials: Credentials = field(init=False)
    caller: Caller | None = None
    facts: exchanges.Facts = field(default_factory=exchanges.Facts)
    settlement: Settlement | None = None  # of a notice, once it is committed

    def __post_init__(self) -> None:
        self.query, self.credentials = parameters(self.request), store_credentials(self.request)
        wanted = self.wanted
        self.facts.action = wanted[1] if wanted in CALLS else ""

    @property
    def wanted(self) -> tuple[str, str]:
        """Method and action."""
        return self.request.method, self.query.get("action", "").strip().lower()

    @property
    def request_id(self) -> str:
        return request_id(self.request)

    def exchange(self, caller: Caller, status: int) -> dict[str, Any]:
        """The row of the exchange log."""
        milliseconds = round((time.perf_counter() - self.started) * 1000)
        return exchanges.row_of(
            caller.channel, self.facts, status, now=caller.now, milliseconds=milliseconds, request_id=self.request_id
        )


def recognise(call: Call) -> None:
    """Who calls, in a transaction of its own. Raises what `authenticated` and `refuse_inactive` raise."""
    reading = parts_of(call.request).reading
    caller = call.caller = transact(reading, lambda session: authenticated(session, call.public_id, *call.credentials))
    refuse_inactive(caller)


def answered(call: Call, answer: Callable[[Call], Response]) -> Response:
    """The answer, or that of the error that came instead. It is counted, and a failure is written down."""
    response = call.context.run(_tried, call, answer)
    count(call, response.status_code)
    return response


def _tried(call: Call, answer: Callable[[Call], Response]) -> Response:
    try:
        return answer(call)
    except Exception as error:
        spark_error = as_spark_error(error)
        if spark_error is None:
            log.exception("a call by ShipStation failed")
            _keep_failure(call, 500, f"Spark failed to answer: {cause_of(error)}.")
            return xml_answer(500, "Spark failed to answer. The reason is in its log.", {"Retry-After": "60"})
        _log_failure(call, spark_error, error)
        return xml_error_of(spark_error)


def count(call: Call, status: int) -> None:
    """For /metrics."""
    if status >= 400:
        counting.count_refusal(status)
    if call.caller is None:
        return
    if call.facts.action == "export":
        counting.count_poll(call.caller.channel, status, len(call.facts.served) if status == 200 else 0)
    elif call.facts.action == "shipnotify":
        failed = "failed" if status >= 500 else "refused"
        counting.count_notice(call.caller.channel, call.settlement.state if call.settlement else failed)


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
    username, password, _ = call.credentials
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
            append_exchange(session, call.exchange(caller, status))
            if facts.notice_id is not None:
                notices.tell_failure(session, caller.channel, facts.notice_id, complaint)
    except Exception:
        log.exception("the exchange could not be logged")
