"""`/sign-in` and `/sign-out`."""

import secrets
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from ...errors import Conflict, Forbidden, SignInNeeded, SparkError, TooOften, Unauthorized
from ...services import signin
from ...services.signin import Viewer, viewer_of
from ...store.accounts import clock
from ..deps import ReadSession, parts_of
from ..statuses import headers_of, status_of
from . import cookies, rendering
from .visits import Acting, Form, FormBody, check_origin, check_token

router = APIRouter()
log = structlog.get_logger("spark.signin")
NO_COOKIES = (
    "Your browser did not send back Spark's cookie. Allow cookies for this page, and open Spark at its own address: "
)
LOST = "You were signed out, so nothing was done. Sign in, then do it again."


def known_viewer(request: Request, session: ReadSession) -> Viewer | None:
    try:
        return viewer_of(session, cookies.read(request, cookies.SESSION))
    except SignInNeeded:
        return None


KnownViewer = Annotated[Viewer | None, Depends(known_viewer, scope="function")]


@router.get("/sign-in")
def show_sign_in(request: Request, viewer: KnownViewer) -> Response:
    target = _safe(request.query_params.get("next", ""))
    if viewer is not None:
        return RedirectResponse(target, 303, headers=rendering.HEADERS)
    if "lost" in request.query_params:
        return _form(request, Form(next=target), lost=LOST)
    return _form(request, Form(next=target), said="You are signed out." if "out" in request.query_params else "")


@router.post("/sign-in")
def sign_in(request: Request, form: FormBody) -> Response:
    check_origin(request)
    visitor = cookies.read(request, cookies.VISITOR)
    if not visitor:
        return _form(request, form, 400, NO_COOKIES + parts_of(request).settings.url())
    check_token(request, form, visitor)
    try:
        token = _believed(request, form)
    except (Unauthorized, Conflict, Forbidden, TooOften) as error:
        log.warning("sign-in refused", status=status_of(error))
        return _refused(request, form, error)
    response = RedirectResponse(_safe(form.text("next")), 303, headers=rendering.HEADERS)
    cookies.write_session(request, response, token)
    cookies.drop(request, response, cookies.VISITOR)
    return response


def _believed(request: Request, form: Form) -> str:
    """The token of a new session. The attempt is counted and committed before the password is looked at."""
    sessions = parts_of(request).sessions
    address = request.client.host if request.client else ""
    with sessions.begin() as session:
        now: datetime = clock(session)
        admission = signin.admit(session, form.text("email"), address, now=now)
    if admission is None:
        raise signin.too_often()
    who = signin.recognise(admission.candidates, form.get("password", ""), form.text("account"))
    with sessions.begin() as session:
        return signin.begin_session(session, who, admission.keys, now=now)


def _refused(request: Request, form: Form, error: SparkError) -> Response:
    headers = {name: value for name, value in headers_of(error).items() if name != "WWW-Authenticate"}
    status = status_of(error)
    return _form(request, form, status, error.sentence, headers=headers, several=isinstance(error, Conflict))


def _form(
    request: Request,
    form: Form,
    status: int = 200,
    problem: str = "",
    *,
    said: str = "",
    lost: str = "",
    several: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    """The form, with a new visitor's cookie where there was none: it shows that the browser keeps cookies at all."""
    visitor = cookies.read(request, cookies.VISITOR) or secrets.token_urlsafe(24)
    facts = {
        "refusal": problem,
        "said": said,
        "lost": lost,
        "email": form.text("email"),
        "next": form.text("next"),
        "several": several,
        "visitor_token": cookies.form_token(visitor),
    }
    response = rendering.page(request, "sign_in.html", facts, viewer=None, clock=None, status=status, headers=headers)
    cookies.write(request, response, cookies.VISITOR, visitor, 24 * 3600)
    return response


def _safe(target: str) -> str:
    """A path of ours, and nothing that leads a browser elsewhere."""
    parts = urlsplit(target)
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if plain and not parts.scheme and not parts.netloc else "/"


@router.post("/sign-out")
def sign_out(visit: Acting) -> Response:
    if visit.form.text("everywhere"):
        signin.end_all_sessions(visit.session, visit.viewer)
    else:
        signin.end_session(visit.session, visit.viewer)
    response = visit.go("/sign-in?out=1")
    cookies.drop(visit.request, response, cookies.SESSION)
    return response
