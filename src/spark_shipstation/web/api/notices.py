"""The inbox of ShipStation's notices."""

from typing import Annotated

from fastapi import APIRouter, Query

from ...services import notices
from ...services.notices import DismissIn, NoticeOut, NoticesOut, NoticeWithBody, ReplayIn
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from .documents import body_schema, read_form, read_optional_form

router = APIRouter(tags=["notices"])


@router.get("/notices", summary="Notices, newest first")
def get_notices(
    session: ReadSession,
    caller: ReadingCaller,
    state: Annotated[
        str,
        Query(description="received, applied, repeated, unmatched, unreadable or dismissed; open for all that wait"),
    ] = "",
    number: Annotated[str, Query(description="the number of the order that it is about")] = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> NoticesOut:
    return notices.list_notices(session, caller.actor.account_id, limit, state=state, number=number, cursor=cursor)


@router.get("/notices/{notice_id}", summary="One notice, with its body as it came")
def get_notice(session: ReadSession, caller: ReadingCaller, notice_id: str) -> NoticeWithBody:
    return notices.read_notice(session, caller.actor.account_id, notice_id)


@router.post(
    "/notices/{notice_id}/replay",
    summary="Have a notice applied once more, to another order if one is named",
    description="`state` and `reason` of the answer say what came of it. A notice counts once, however often it is "
    "replayed or sent again.",
    openapi_extra=body_schema(ReplayIn, required=False),
)
def post_replay(session: WriteSession, caller: WritingCaller, notice_id: str, body: ApiBody) -> NoticeOut:
    form = read_optional_form(ReplayIn, body)
    return notices.replay(session, caller.actor, notice_id, form, now=caller.now)


@router.post(
    "/notices/{notice_id}/dismiss",
    summary="Put a notice aside that was dealt with by hand",
    openapi_extra=body_schema(DismissIn),
)
def post_dismiss(session: WriteSession, caller: WritingCaller, notice_id: str, body: ApiBody) -> NoticeOut:
    reason = read_form(DismissIn, body).reason
    return notices.dismiss(session, caller.actor, notice_id, reason, now=caller.now)
