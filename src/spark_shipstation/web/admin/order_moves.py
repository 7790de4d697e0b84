"""An order is routed again, and a package is recorded by hand: each with a page that says what it leads to."""

import secrets
from typing import Any

from fastapi.responses import Response
from pydantic import ValidationError

from ...errors import Conflict, Invalid, NotFound, Reason
from ...services import life
from ...services.answers import VendorOrderOut
from ...services.forms import ShipmentIn, reasons_of
from ...services.moving import foresee_rerouting
from ...services.orderpage import OrderToActOn, read_order_to_act_on
from ...services.rerouting import reroute_order
from .order_actions import UNITS, open_units, reason_of
from .routes import PageRouter
from .visits import Changing, Form, Visit, may_change

router = PageRouter()


@router.page("/orders/{order}/reroute", may_change)
def show_rerouting(visit: Visit, order: str) -> Response:
    return visit.show("order_reroute.html", **_moving(visit, order))


@router.post("/orders/{order}/reroute")
def reroute(visit: Changing, order: str) -> Response:
    try:
        reason = reason_of(visit.form)
    except Invalid as error:
        return visit.refused("order_reroute.html", error, **_moving(visit, order))
    moved = reroute_order(visit.session, order, visit.actor(), now=visit.now, reason=reason)
    said = "was routed again" if moved.changed else "stays as it was: nothing would go to another vendor"
    return visit.go(f"/orders/{order}", f"Order {moved.number} {said}.")


def _moving(visit: Visit, word: str) -> dict[str, Any]:
    moving = foresee_rerouting(visit.session, visit.account_id, word, visit.clock.moment)
    return {"moving": moving, "order": moving, "reason": visit.form.text("reason")}


# A package.


@router.page("/orders/{order}/parts/{part}/ship", may_change)
def show_shipping(visit: Visit, order: str, part: str) -> Response:
    return visit.show("order_ship.html", **_shipping(visit, order, part))


@router.post("/orders/{order}/parts/{part}/ship")
def ship(visit: Changing, order: str, part: str) -> Response:
    """What was filled in is shown once more, with what it leads to, before it is recorded."""
    step = visit.form.text("step")
    if step == "edit":
        return visit.show("order_ship.html", **_shipping(visit, order, part))
    try:
        form = _package(visit.form)
        if step == "look":
            return visit.show("order_ship.html", **_shipping(visit, order, part, form))
        with visit.session.begin_nested():
            _, found = _part(visit, order, part)
            shipped = life.ship(visit.session, visit.actor(), found.id, form, now=visit.now)
    except (Conflict, Invalid) as error:
        return visit.refused("order_ship.html", error, **_shipping(visit, order, part))
    return visit.go(f"/orders/{order}", "The package is recorded." if shipped.is_new else "It was recorded before.")


def _part(visit: Visit, order_word: str, part_word: str) -> tuple[OrderToActOn, VendorOrderOut]:
    """Raises NotFound."""
    found = read_order_to_act_on(visit.session, visit.account_id, order_word)
    for part in found.order.vendor_orders:
        if part.id == part_word:
            return found, part
    raise NotFound(f"Order {found.order.number} has no vendor order {part_word[:60]}.")


def _shipping(visit: Visit, order_word: str, part_word: str, form: ShipmentIn | None = None) -> dict[str, Any]:
    """`foresight` is of the package that was filled in; until one is, of all that is open."""
    found, part = _part(visit, order_word, part_word)
    foresight = found.foresee_package(part.id, form or ShipmentIn(), visit.clock)
    return {
        "order": found.order,
        "part": part,
        "open_units": {line.id: open_units(line) for line in part.lines},
        "looking": form is not None,
        "foresight": foresight,
        "given": visit.form,
        "kept": {name: value for name, value in visit.form.items() if name not in {"form_token", "step"}},
        "key": visit.form.text("key") or secrets.token_hex(8),
        "notify": NOTIFY,
    }


NOTIFY = {"": "not said", "yes": "the shop tells the buyer", "no": "nobody tells the buyer"}
TEXTS = ("carrier", "service", "tracking_number", "notes_to_customer")


def _package(form: Form) -> ShipmentIn:
    """Raises Invalid with every reason."""
    units = {name.removeprefix(UNITS): form.text(name) for name in form if name.startswith(UNITS)}
    lines = [{"line": line, "quantity": count} for line, count in units.items() if count not in {"", "0"}]
    if units and not lines:
        raise Invalid("Nothing was recorded.", [Reason("The package is empty: say how many units are in it.")])
    given: dict[str, Any] = {name: form.text(name) for name in TEXTS} | {"lines": lines}
    given |= {name: form.text(name) or None for name in ("ship_date", "shipping_cost")}
    given["notify_customer"] = {"yes": True, "no": False}.get(form.text("notify_customer"))
    given["key"] = f"page {form.text('key')}"[:200] if form.text("key") else ""
    try:
        return ShipmentIn.model_validate(given)
    except ValidationError as error:
        raise Invalid("Nothing was recorded.", reasons_of(error)) from None
