"""`/vendors`: who ships; connecting ShipStation, and what a connection is set to."""

from datetime import timedelta

import pytz
from fastapi.responses import Response

from ...errors import BadRequest
from ...services import connections, vendors
from .routes import PageRouter
from .vendor_page import facts, found, late
from .visits import Changing, Visit, problem_of

router = PageRouter()


@router.page("/vendors")
def show_vendors(visit: Visit) -> Response:
    known = vendors.list_vendors(visit.session, visit.account_id, visit.base_url, now=visit.now)
    doing = connections.list_connections(visit.session, visit.account_id, now=visit.now, late=late(visit))
    return visit.show("vendors.html", vendors=known, connections={one.id: one for one in doing})


@router.post("/vendors")
def add_vendor(visit: Changing) -> Response:
    kind = visit.form.text("kind")
    vendor = connections.add_with_one_click(visit.session, visit.actor(), kind, visit.base_url, now=visit.now)
    if vendor.password is None:
        return visit.go(f"/vendors/{vendor.id}", f"Added {vendor.name}. Give it the name you know it by.")
    return visit.go(f"/vendors/{vendor.id}", f"Added {vendor.name}.", once=vendor.password)


@router.page("/vendors/{vendor}")
def show_vendor(visit: Visit, vendor: str) -> Response:
    secret = visit.shown_once()
    return visit.show("vendor.html", secret=secret, **facts(visit, vendor))


@router.page("/vendors/{vendor}/state")
def show_state(visit: Visit, vendor: str) -> Response:
    """How the connection is doing, for the script that keeps the page fresh."""
    one = found(visit, vendor)
    connection = connections.read_connection(visit.session, visit.account_id, one, now=visit.now, late=late(visit))
    imported = connections.count_imported(visit.session, visit.account_id, one.id)
    wrong = connections.wrong_calls(visit.session, visit.account_id, one.id, now=visit.now)
    return visit.fragment("vendor_state.html", connection=connection, imported=imported, wrong_calls=wrong)


@router.page("/vendors/{vendor}/window")
def show_window(visit: Visit, vendor: str, start: str = "", end: str = "") -> Response:
    """A test poll: which orders a window returns."""
    one, connection = vendors.find_connected(visit.session, visit.account_id, vendor)
    shown = vendors.vendor_out(one, connection, visit.base_url, now=visit.now)
    zone = pytz.timezone(shown.time_zone or "UTC")
    wanted = {"start": start or _local(visit, zone, hours=24), "end": end or _local(visit, zone, hours=0)}
    try:
        trial = connections.trial_poll(visit.session, one, connection, **wanted, now=visit.now)
    except BadRequest as error:
        problem = problem_of(error)
        return visit.show(
            "vendor_window.html", 400, problem=problem, trial=None, zone=zone, wanted=wanted, vendor=shown
        )
    return visit.show("vendor_window.html", trial=trial, zone=zone, wanted=wanted, vendor=shown)


def _local(visit: Visit, zone: pytz.BaseTzInfo, hours: int) -> str:
    """As the browser's field for a date and a time wants it."""
    return f"{(visit.now - timedelta(hours=hours)).astimezone(zone):%Y-%m-%dT%H:%M}"
