"""Notices: kept in one transaction, then settled in another. 2xx only after both are committed.

Those for a vendor that is switched off are kept and refused: they wait in the inbox.
"""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Response
from sqlalchemy.orm import Session

from ...errors import Forbidden
from ...services import notices
from ...services.actor import Actor
from ...services.notices import Job, RawNotice, Settlement
from ...services.vendors import authenticated, refuse_inactive_account, switched_off
from ...store.bulk import Writes
from ...store.journal import Exchange
from ...store.notices import put_off
from ...store.retrying import transact
from ...store.session import keep_plans
from ...store.vendors import Caller
from ..deps import parts_of
from ..statuses import cause_of, status_of
from .calls import Call, answered, count, log
from .xml import xml_answer

LOCK_MILLISECONDS = 250


def notify(call: Call) -> Response:
    """One by itself, from where it is."""
    return _answers([call])[0]


def alone(call: Call) -> Response:
    return answered(call, notify)


def together(calls: Sequence[Call]) -> list[Response]:
    """All of one caller, or none: raises where one of them fails, and what is kept by then stays kept."""
    try:
        responses = _answers(calls)
    except Exception as error:
        calls[0].context.run(log.info, "notices are tried one by one", notices=len(calls), cause=cause_of(error))
        raise
    for call, response in zip(calls, responses, strict=True):
        count(call, response.status_code)
    return responses


def _answers(calls: Sequence[Call]) -> list[Response]:
    """What an attempt before this one has committed is not done again."""
    sessions = parts_of(calls[0].request).sessions
    if new := [call for call in calls if call.facts.notice_id is None]:
        for call, id_ in zip(new, transact(sessions, lambda session: _keep(session, new)), strict=True):
            call.facts.notice_id = id_
    if refusal := _refusal(calls[0].caller):
        raise refusal
    wait = LOCK_MILLISECONDS if len(calls) > 1 else None
    while left := [call for call in calls if call.settlement is None]:
        done = transact(sessions, lambda session: _settle(session, left, wait))
        for call, settlement in zip(left, done, strict=True):
            call.settlement = settlement
    return [xml_answer(made.status, made.sentence) for call in calls if (made := call.settlement)]


def _keep(session: Session, calls: Sequence[Call]) -> list[UUID]:
    """They are of one caller: who that is, is asked once."""
    caller = authenticated(session, calls[0].public_id, *calls[0].credentials, durable=True)
    for call in calls:
        call.caller = caller
    refuse_inactive_account(caller)
    ids = notices.keep(session, caller.channel, list(map(_raw, calls)), now=caller.now)
    if refusal := _refusal(caller):
        put_off(session, caller.channel.account_id, ids, status_of(refusal), refusal.sentence, now=caller.now)
    return ids


def _refusal(caller: Caller | None) -> Forbidden | None:
    """Of a notice that is kept all the same: what the vendor has already stays its own, so it may well ship it."""
    if caller is None or caller.vendor_active:
        return None
    kept = "This notice is kept: ShipStation's repeat applies it then, and a replay at any time."
    return Forbidden(f"{switched_off(caller)} {kept}")


def _raw(call: Call) -> RawNotice:
    request, body = call.request, call.body
    assert isinstance(body, bytes)  # noqa: S101 - one whose body could not be read gets no further than that
    return RawNotice(dict(request.query_params), request.headers.get("content-type", ""), body, call.request_id)


def _settle(session: Session, calls: Sequence[Call], lock_milliseconds: int | None) -> list[Settlement | None]:
    """None for those whose turn has not come. Of several, no one waits long for an order that is locked."""
    caller = calls[0].caller
    assert caller is not None  # noqa: S101 - known since they were kept
    keep_plans(session, lock_milliseconds=lock_milliseconds)
    who = f"ShipStation ({caller.channel.vendor_name})"
    jobs = [
        Job(id_, Actor(caller.channel.account_id, who, call.request_id))
        for call in calls
        if (id_ := call.facts.notice_id)
    ]
    writes = Writes()
    settled = notices.settle_together(session, caller.channel, jobs, writes, now=caller.now)
    for call, settlement in zip(calls, settled, strict=True):
        if settlement is not None:
            call.facts.complaint = "" if settlement.status == 200 else settlement.sentence
            writes.insert(Exchange, [call.exchange(caller, settlement.status)])
    writes.write(session)
    return settled
