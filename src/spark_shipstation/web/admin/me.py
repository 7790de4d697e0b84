"""`/me`: the viewer's own password, time zone and sessions."""

from typing import Any

from fastapi.responses import Response

from ...errors import Invalid, TooOften, Unauthorized
from ...services import people, signin
from ..deps import parts_of
from .routes import PageRouter
from .visits import Acting, Visit

router = PageRouter()


@router.page("/me")
def show_me(visit: Visit) -> Response:
    return visit.show("me.html", **_facts())


def _facts() -> dict[str, Any]:
    return {"shortest": people.SHORTEST}


@router.post("/me/password")
def change_password(visit: Acting) -> Response:
    form = visit.form
    try:
        _count_attempt(visit)
        with visit.session.begin_nested():
            people.change_password(
                visit.session, visit.viewer, form.get("old", ""), form.get("new", ""), form.get("again", "")
            )
    except (Invalid, Unauthorized, TooOften) as error:
        return visit.refused("me.html", error, **_facts())
    return visit.go("/me", "Your password is changed. Your other sessions have ended.")


def _count_attempt(visit: Visit) -> None:
    """As for signing in: a session that was left open is no way to guess the password."""
    address = visit.request.client.host if visit.request.client else ""
    with parts_of(visit.request).sessions.begin() as session:
        admission = signin.admit(session, visit.viewer.email, address, now=visit.now)
    if admission is None:
        raise signin.too_often()


@router.post("/me/time-zone")
def set_time_zone(visit: Acting) -> Response:
    try:
        with visit.session.begin_nested():
            people.set_time_zone(visit.session, visit.viewer, visit.form.text("time_zone"))
    except Invalid as error:
        return visit.refused("me.html", error, **_facts())
    return visit.go("/me", "Your time zone is set.")
