"""Who is at a page, and what they may do there. Of the handlers of forms they are dependencies: `Changing` of those of
admins, `Acting` of those about the viewer's own matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from ...errors import BadRequest, Conflict, Forbidden, Invalid, Reason, SparkError, UnsupportedMedia
from ...rules.explaining.words import Clock
from ...services.actor import Actor
from ...services.signin import Viewer, viewer_of
from ..deps import WriteSession, bounded_body, parts_of, request_id
from ..statuses import status_of
from . import cookies, rendering
from .times import clock_for

FORM_BYTES = 64 * 1024
FORM_TYPE = "application/x-www-form-urlencoded"


class Form(dict[str, str]):
    """The fields of a form by name."""

    def text(self, name: str, default: str = "") -> str:
        return self.get(name, default).strip()


async def form_body(request: Request) -> Form:
    """Raises TooLarge, TooSlow, UnsupportedMedia, BadRequest."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise UnsupportedMedia(f"A form is sent as {FORM_TYPE}.")
    body = await bounded_body(request, FORM_BYTES, parts_of(request).settings.body_seconds)
    try:
        return Form(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=500, errors="strict"))
    except ValueError:
        raise BadRequest("The form cannot be read.") from None


FormBody = Annotated[Form, Depends(form_body)]


@dataclass
class Visit:
    """A signed-in person at a page, with the transaction that the page is made in."""

    request: Request
    session: Session
    viewer: Viewer
    clock: Clock
    form: Form = field(default_factory=Form)
    spent: bool = False

    @property
    def account_id(self) -> UUID:
        return self.viewer.account_id

    @property
    def now(self) -> datetime:
        return self.viewer.now

    @property
    def base_url(self) -> str:
        return parts_of(self.request).settings.url()

    def actor(self) -> Actor:
        return self.viewer.actor(request_id(self.request))

    def show(self, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
        response = rendering.page(self.request, template, facts, viewer=self.viewer, clock=self.clock, status=status)
        if self.spent:
            cookies.drop(self.request, response, cookies.SHOWN_ONCE)
        return response

    def fragment(self, template: str, **facts: Any) -> HTMLResponse:
        return rendering.fragment(self.request, template, facts, viewer=self.viewer, clock=self.clock)

    def refused(self, template: str, error: SparkError, **facts: Any) -> HTMLResponse:
        """The page once more, with what was entered and every reason why it was refused."""
        return self.show(template, status_of(error), problem=problem_of(error), entered=self.form, **facts)

    def go(self, path: str, *sentences: str, once: Any = None) -> RedirectResponse:
        """To a page, after a form has done something. `once` is a secret that this page shows this one time."""
        response = RedirectResponse(path, 303, headers=rendering.HEADERS)
        if sentences:
            cookies.keep_for_next_page(self.request, response, cookies.FLASH, list(sentences))
        if once is not None:
            cookies.keep_for_next_page(self.request, response, cookies.SHOWN_ONCE, {"path": path, "secret": once})
        return response

    def shown_once(self) -> Any:
        """The secret that the form before has left for this page; None from the second time on."""
        kept = cookies.kept(self.request, cookies.SHOWN_ONCE)
        if kept is None or kept["path"] != self.request.url.path:
            return None
        self.spent = True
        return kept["secret"]


def problem_of(error: SparkError) -> dict[str, Any]:
    reasons: Sequence[Reason] = error.reasons if isinstance(error, Invalid | Conflict) else ()
    return {
        "sentence": error.sentence,
        "reasons": reasons,
        "fields": {reason.pointer.strip("/").replace("/", "_") for reason in reasons},
        "is_conflict": isinstance(error, Conflict),
    }


def check_origin(request: Request) -> None:
    """A form is sent by our own page. Browsers say where one comes from; what says nothing is no browser of today.

    Raises Forbidden.
    """
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    is_foreign = bool(origin) and urlsplit(origin).netloc not in own_hosts(request)
    if (site and site not in {"same-origin", "none"}) or is_foreign:
        raise Forbidden("This form was sent from another site, so nothing was done. Open the page here and try again.")


def own_hosts(request: Request) -> set[str]:
    return {urlsplit(parts_of(request).settings.url()).netloc, request.headers.get("host", "")}


def check_token(request: Request, form: Form, cookie: str) -> None:
    """Raises Forbidden."""
    expected = cookies.form_token(cookie)
    if not cookie or not cookies.same(form.get("form_token", ""), expected):
        raise Forbidden("This form is from another session, so nothing was done. Open the page anew and try again.")


def visit_of(request: Request, session: Session, form: Form | None = None) -> Visit:
    """Raises SignInNeeded."""
    viewer = viewer_of(session, cookies.read(request, cookies.SESSION))
    visit = Visit(request, session, viewer, clock_for(request, viewer.time_zone, viewer.now), form or Form())
    request.state.visit = visit  # for the page that an error becomes
    return visit


def acting(request: Request, session: WriteSession, form: FormBody) -> Visit:
    check_origin(request)
    visit = visit_of(request, session, form)
    check_token(request, form, cookies.read(request, cookies.SESSION))
    return visit


def changing(visit: Annotated[Visit, Depends(acting, scope="function")]) -> Visit:
    return may_change(visit)


def may_change(visit: Visit) -> Visit:
    """Raises Forbidden."""
    if not visit.viewer.may_change:
        raise Forbidden("You may look at everything and change nothing here. Ask an admin of this account.")
    return visit


Acting = Annotated[Visit, Depends(acting, scope="function")]
Changing = Annotated[Visit, Depends(changing, scope="function")]
