"""The forms of a vendor's page. Each changes one thing, and leads back to the page."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from ...errors import BadRequest
from ...services import vendors
from ...services.retelling import retell
from . import labels
from .presentation import fields_of
from .vendor_page import KEEP_OLD, changed, found, patch
from .visits import Changing

router = APIRouter()


@router.post("/vendors/{vendor}/name")
def set_name(visit: Changing, vendor: str) -> Response:
    name = visit.form.text("name")
    return changed(visit, vendor, f"The vendor is called {name} now.", lambda one: patch(visit, one, name=name))


@router.post("/vendors/{vendor}/time-zone")
def set_time_zone(visit: Changing, vendor: str) -> Response:
    name = visit.form.text("time_zone")
    sentence = f"The time zone is {name} now. The store in ShipStation must be set to the same one."
    return changed(visit, vendor, sentence, lambda one: patch(visit, one, time_zone=name))


@router.post("/vendors/{vendor}/statuses")
def set_statuses(visit: Changing, vendor: str) -> Response:
    names = {name: visit.form.text(name) for name in labels.STATUSES}
    sentence = (
        "The status names are changed. Paste them into ShipStation's form as well: until then it does not know them."
    )
    return changed(visit, vendor, sentence, lambda one: patch(visit, one, statuses=names))


@router.post("/vendors/{vendor}/active")
def set_active(visit: Changing, vendor: str) -> Response:
    active = visit.form.text("active") == "yes"
    sentence = "The vendor is switched on." if active else "The vendor is switched off."
    return changed(visit, vendor, sentence, lambda one: patch(visit, one, active=active))


@router.post("/vendors/{vendor}/default")
def make_default(visit: Changing, vendor: str) -> Response:
    sentence = "This vendor gets every line that nothing else decides about."
    return changed(visit, vendor, sentence, lambda one: patch(visit, one, default=True))


@router.post("/vendors/{vendor}/password")
def rotate_password(visit: Changing, vendor: str) -> Response:
    minutes = visit.form.text("keep_old_minutes")
    if minutes not in KEEP_OLD:
        raise BadRequest("Choose how long the old password stays valid.")
    one = found(visit, vendor)
    rotated = vendors.rotate(
        visit.session, visit.account_id, one, visit.base_url, now=visit.now, keep_old=timedelta(minutes=int(minutes))
    )
    sentence = f"There is a new password. The old one {_ends(minutes)}."
    return visit.go(f"/vendors/{one.id.hex}", sentence, once=rotated.password)


def _ends(minutes: str) -> str:
    return "is no longer valid" if minutes == "0" else f"stays valid {KEEP_OLD[minutes]}"


@router.post("/vendors/{vendor}/shown")
def set_shown(visit: Changing, vendor: str) -> Response:
    sentence = "Saved. It counts for all that is exported from now on."
    return changed(visit, vendor, sentence, lambda one: patch(visit, one, **fields_of(visit.form)))


@router.post("/vendors/{vendor}/retell")
def retell_orders(visit: Changing, vendor: str) -> Response:
    one = found(visit, vendor)
    told = retell(visit.session, one, visit.actor(), now=visit.now)
    sentence = f"{told.retold:,} {'order goes' if told.retold == 1 else 'orders go'} out anew with the next poll."
    more = f" {told.left:,} are left: press the button again." if told.left else ""
    return visit.go(f"/vendors/{one.id.hex}", sentence + more)
