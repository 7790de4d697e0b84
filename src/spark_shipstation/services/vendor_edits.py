"""Vendors as somebody adds and changes them: with each change that may give lines that wait a vendor, these are routed
again."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..store.vendors import Vendor
from . import vendors
from .actor import Actor
from .answers import VendorOut
from .forms import VendorIn, VendorPatch
from .rerouting import route_waiting


def add_vendor(session: Session, actor: Actor, form: VendorIn, base_url: str, *, now: datetime) -> VendorOut:
    """Raises Conflict, Invalid."""
    made = vendors.add_vendor(session, actor.account_id, form, base_url)
    route_waiting(session, actor, now=now)
    return made


def change_vendor(
    session: Session, actor: Actor, vendor: Vendor, form: VendorPatch, base_url: str, *, now: datetime
) -> VendorOut:
    """Of a name, too: the shop may have named it already. Raises Conflict, Invalid."""
    changed = vendors.change_vendor(session, actor.account_id, vendor, form, base_url, now=now)
    if form.active or form.default or form.name is not None:
        route_waiting(session, actor, now=now)
    return changed
