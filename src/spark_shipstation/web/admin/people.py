"""`/people`: who may see these pages, and who may change something."""

from typing import Any

from fastapi.responses import Response

from ...errors import Conflict, Invalid
from ...services import people
from .routes import PageRouter
from .visits import Changing, Visit

router = PageRouter()


@router.page("/people")
def show_people(visit: Visit) -> Response:
    return visit.show("people.html", secret=visit.shown_once(), **_facts(visit))


def _facts(visit: Visit) -> dict[str, Any]:
    return {"people": people.list_people(visit.session, visit.account_id), "roles": people.ROLES}


@router.post("/people")
def add_person(visit: Changing) -> Response:
    try:
        with visit.session.begin_nested():
            user, password = people.add_person(
                visit.session, visit.account_id, visit.form.text("email"), visit.form.text("role")
            )
    except (Invalid, Conflict) as error:
        return visit.refused("people.html", error, secret=None, **_facts(visit))
    once = {"email": user.email, "password": password}
    return visit.go("/people", f"Added {user.email}.", once=once)


@router.post("/people/{person}/role")
def set_role(visit: Changing, person: str) -> Response:
    user = people.set_role(visit.session, visit.account_id, person, visit.form.text("role"))
    return visit.go("/people", f"{user.email} is {user.role} now.")


@router.post("/people/{person}/active")
def set_active(visit: Changing, person: str) -> Response:
    active = visit.form.text("active") == "yes"
    user = people.set_active(visit.session, visit.account_id, person, active)
    return visit.go("/people", f"{user.email} can {'sign in again' if active else 'no longer sign in'}.")


@router.post("/people/{person}/password")
def reset_password(visit: Changing, person: str) -> Response:
    user, password = people.reset_password(visit.session, visit.viewer, person)
    once = {"email": user.email, "password": password}
    return visit.go("/people", f"{user.email} has a new password and is signed out everywhere.", once=once)
