"""`/inbox`: ShipStation's notices, those first that need a person; what each says, and what can be done about it."""

from collections import Counter
from typing import Any

import structlog
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from ...customstore.formatting import formatted
from ...errors import BadRequest, Conflict, Invalid, NotFound, Reason, Unreadable, UnsupportedMedia
from ...rules.inbox import OPEN, NoticeState
from ...services import notices
from ...services.forms import reasons_of
from ...services.life import Foresight
from ...services.notices import DismissIn, ReplayIn
from ...services.notices.understanding import understand
from ...services.overview import notices_waiting
from ...store.accounts import clock
from ...store.notices import Notice
from ...store.overview import MOST
from ..deps import parts_of
from .routes import PageRouter
from .visits import Changing, Visit, may_change, problem_of

router = PageRouter()
log = structlog.get_logger("spark.inbox")

PAGE = 50
MOST_REPLAYED = 200  # in one go
LONGEST_SHOWN = 100_000  # characters of a body
STATES = {"open": "that need a person", "all": "all"} | {state.value: state.value for state in NoticeState}


@router.page("/inbox")
def show_inbox(visit: Visit, state: str = "open", number: str = "", cursor: str = "") -> Response:
    state = state if state in STATES else "open"
    found = notices.list_notices(
        visit.session, visit.account_id, PAGE, state="" if state == "all" else state, number=number, cursor=cursor
    )
    waiting = notices_waiting(visit.session, visit.account_id, now=visit.now)
    return visit.show(
        "inbox.html", found=found, wanted={"state": state, "number": number.strip()}, is_later=bool(cursor),
        states=STATES, waiting=waiting, most=MOST, open_states=OPEN,
    )  # fmt: skip


@router.page("/inbox/count")
def show_count(visit: Visit) -> Response:
    """How many need a person, for the script that keeps the navigation fresh."""
    return visit.fragment(
        "inbox_count.html", waiting=notices_waiting(visit.session, visit.account_id, now=visit.now), most=MOST
    )


@router.page("/inbox/replay", may_change)
def show_replay_all(visit: Visit) -> Response:
    waiting = notices_waiting(visit.session, visit.account_id, now=visit.now)
    return visit.show("inbox_replay.html", waiting=waiting, most=MOST, at_once=MOST_REPLAYED)


@router.post("/inbox/replay")
def replay_all(visit: Changing) -> Response:
    """Oldest first, each in a transaction of its own, so that one keeps no other."""
    ids = notices.open_notices(visit.session, visit.account_id)
    settled: Counter[bool] = Counter(_settles(visit, id_) for id_ in ids[:MOST_REPLAYED])
    left = len(ids) - settled[True]
    done = f"{settled[True]:,} {'notice is' if settled[True] == 1 else 'notices are'} settled"
    said = f"{done}, {left:,} still {'waits' if left == 1 else 'wait'}."
    return visit.go("/inbox", said)


def _settles(visit: Visit, id_: str) -> bool:
    try:
        with parts_of(visit.request).sessions.begin() as session:
            return notices.replay(session, visit.actor(), id_, ReplayIn(), now=clock(session)).state not in OPEN
    except (SQLAlchemyError, Conflict, NotFound) as error:
        log.warning("a notice was not replayed", notice=id_, cause=type(error).__name__)
        return False


@router.page("/inbox/{notice}")
def show_notice(visit: Visit, notice: str, order: str = "") -> Response:
    return visit.show("notice.html", **_facts(visit, notice, order))


@router.post("/inbox/{notice}/replay")
def replay(visit: Changing, notice: str) -> Response:
    order = visit.form.text("order")
    try:
        with visit.session.begin_nested():
            done = notices.replay(visit.session, visit.actor(), notice, _named(order), now=visit.now)
    except (Conflict, Invalid) as error:
        return visit.refused("notice.html", error, **_facts(visit, notice, order))
    except NotFound as error:
        facts = _facts(visit, notice, order)  # raises NotFound where it is the notice that is not there
        return visit.show("notice.html", 409, problem=problem_of(error), **facts)
    if done.state in OPEN:
        return visit.go(f"/inbox/{notice}", f"It still waits: {done.reason}")
    return visit.go("/inbox", done.reason)


@router.post("/inbox/{notice}/dismiss")
def dismiss(visit: Changing, notice: str) -> Response:
    try:
        with visit.session.begin_nested():
            reason = DismissIn(reason=visit.form.text("reason")).reason
            notices.dismiss(visit.session, visit.actor(), notice, reason, now=visit.now)
    except ValidationError:
        error = Invalid("It was not put aside.", [Reason("Say how it was dealt with.", "/reason")])
        return visit.refused("notice.html", error, **_facts(visit, notice, ""))
    except Conflict as error:
        return visit.refused("notice.html", error, **_facts(visit, notice, ""))
    return visit.go("/inbox", "The notice is put aside.")


def _named(order: str) -> ReplayIn:
    """Raises Invalid for what can be no order's number."""
    try:
        return ReplayIn(order_number=order or None)
    except ValidationError as error:
        raise Invalid("It was not applied.", reasons_of(error)) from None


def _facts(visit: Visit, word: str, order: str) -> dict[str, Any]:
    """The notice, and what applying it would lead to: to that order, where one is named. Raises NotFound."""
    stored = notices.find_notice(visit.session, visit.account_id, word)
    notice = notices.without_body(visit.session, stored)
    is_open = notice.state in OPEN
    return {
        "notice": notice,
        "stored": stored,
        "raw": _raw(stored),
        "order": order.strip(),
        "is_open": is_open,
        "can_replay": is_open or notice.state == NoticeState.DISMISSED,
        "is_readable": _is_readable(stored),
        "foresight": _foreseen(visit, stored, order.strip()),
        "proposed": notices.proposals(visit.session, stored),
    }


def _is_readable(notice: Notice) -> bool:
    """But for the order that it is about, which a person can name."""
    try:
        understand({**notice.query, "order_number": "any"}, notice.content_type, notice.body)
    except (Unreadable, UnsupportedMedia):
        return False
    return True


def _foreseen(visit: Visit, notice: Notice, order: str) -> Foresight:
    try:
        return notices.foresee_replay(visit.session, notice, _named(order), visit.clock.moment)
    except (Invalid, BadRequest) as error:
        return Foresight(reasons=getattr(error, "reasons", None) or [Reason(error.sentence)])


def _raw(notice: Notice) -> str:
    shown = formatted(notice.body, notice.content_type)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
