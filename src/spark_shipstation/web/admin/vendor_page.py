"""A vendor's page: what stands on it, and how a form that changes one thing leads back to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytz
from fastapi.responses import Response
from pydantic import ValidationError

from ...errors import Conflict, Invalid
from ...services import connections, vendor_edits, vendors
from ...services.forms import VendorPatch, reasons_of
from ...store.vendors import Vendor
from ..deps import parts_of
from . import labels, presentation
from .visits import Visit

KEEP_OLD = {"0": "not at all", "60": "for one hour", "1440": "for one day", "10080": "for seven days"}  # minutes


def late(visit: Visit) -> timedelta:
    return timedelta(hours=parts_of(visit.request).settings.late_hours)


def found(visit: Visit, word: str) -> Vendor:
    return vendors.find_vendor(visit.session, visit.account_id, word)


def facts(visit: Visit, word: str) -> dict[str, Any]:
    session, account_id = visit.session, visit.account_id
    vendor, settings = vendors.find_connected(session, account_id, word)
    connection = connections.read_connection(session, account_id, vendor, now=visit.now, late=late(visit))
    shown = vendors.vendor_out(vendor, settings, visit.base_url, now=visit.now)
    return {
        "vendor": shown,
        "connection": connection,
        "imported": connections.count_imported(session, account_id, vendor.id),
        "wrong_calls": connections.wrong_calls(session, account_id, vendor.id, now=visit.now),
        "passwords": connections.good_passwords(session, account_id, vendor.id, now=visit.now),
        "zone": pytz.timezone(connection.doing.time_zone) if connection else pytz.utc,
        "labels": labels.STATUSES,
        "keep_old": KEEP_OLD,
        "shown_settings": presentation.SETTINGS,
        "methods": presentation.methods_as_text(shown.shipping_methods),
    }


def changed(visit: Visit, word: str, sentence: str, change: Callable[[Vendor], object]) -> Response:
    """The vendor's page says what was done; or why not, with what was entered."""
    vendor = found(visit, word)
    try:
        with visit.session.begin_nested():
            change(vendor)
    except (Invalid, Conflict) as error:
        visit.session.refresh(vendor)
        return visit.refused("vendor.html", error, secret=None, **facts(visit, word))
    return visit.go(f"/vendors/{vendor.id.hex}", sentence)


def patch(visit: Visit, vendor: Vendor, **fields: Any) -> None:
    """Raises Invalid with every reason, Conflict."""
    try:
        form = VendorPatch.model_validate(fields)
    except ValidationError as error:
        raise Invalid("Nothing was changed.", reasons_of(error)) from None
    vendor_edits.change_vendor(visit.session, visit.actor(), vendor, form, visit.base_url, now=visit.now)
