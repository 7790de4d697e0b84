"""A package is corrected, voided or restored: each with a page that says what it leads to."""

from typing import Any, NamedTuple
from uuid import UUID

from fastapi.responses import Response
from pydantic import ValidationError

from ...errors import Conflict, Invalid, NotFound
from ...rules.acting import goes_out_as
from ...services import shipments
from ...services.answers import OrderOut, ShipmentOut
from ...services.forms import reasons_of
from ...services.orderpage import OrderToActOn, read_order_to_act_on
from ...services.shipments import ReasonIn, ShipmentPatch
from .routes import PageRouter
from .visits import Changing, Visit, may_change

router = PageRouter()


class Words(NamedTuple):
    question: str
    button: str
    done: str
    leads_to: tuple[str, ...]


TOLD = "how the vendor hears of it"  # which the facts of its part say

WORDS = {
    "correct": Words(
        "Correct this package?",
        "Correct it",
        "The package is corrected.",
        (
            "The package gets these words; what it said before is kept beside it.",
            "The shop reads the package once more, in its newest form. ShipStation is not told: it is its own label.",
            "Should ShipStation report the new number itself, that is then the same package.",
        ),
    ),
    "void": Words(
        "Void this package?",
        "Void it",
        "The package is voided.",
        (
            "The package counts for nothing any more, and its units are open again.",
            TOLD,
            "Should ShipStation report this package once more, that changes nothing.",
            "The shop reads the package once more, as voided. It can be restored.",
        ),
    ),
    "restore": Words(
        "Restore this package?",
        "Restore it",
        "The package counts again.",
        (
            "The package counts again, and its units are shipped.",
            TOLD,
            "The shop reads the package once more.",
        ),
    ),
}


@router.page("/orders/{order}/packages/{package}/{change}", may_change)
def show_change(visit: Visit, order: str, package: str, change: str) -> Response:
    return visit.show("order_package.html", **_facts(visit, order, package, change))


@router.post("/orders/{order}/packages/{package}/{change}")
def change_package(visit: Changing, order: str, package: str, change: str) -> Response:
    facts = _facts(visit, order, package, change)
    try:
        with visit.session.begin_nested():
            _do(visit, facts["package"].id, change)
    except (Conflict, Invalid) as error:
        return visit.refused("order_package.html", error, **facts)
    return visit.go(f"/orders/{order}", WORDS[change].done)


def _do(visit: Visit, package: str, change: str) -> None:
    session, actor, form = visit.session, visit.actor(), visit.form
    try:
        if change == "correct":
            words = {name: form.text(name) for name in ("tracking_number", "carrier", "service")}
            patch = ShipmentPatch.model_validate({**words, "reason": form.text("reason")})
            shipments.correct(session, actor, package, patch, now=visit.now)
        else:
            reason = ReasonIn(reason=form.text("reason")).reason
            act = shipments.void if change == "void" else shipments.restore
            act(session, actor, package, reason, now=visit.now)
    except ValidationError as error:
        raise Invalid("Nothing was changed.", reasons_of(error)) from None


def _facts(visit: Visit, order_word: str, package_word: str, change: str) -> dict[str, Any]:
    """Raises NotFound."""
    found = read_order_to_act_on(visit.session, visit.account_id, order_word)
    if change not in WORDS:
        raise NotFound("There is no such page.")
    package = _package(found.order, package_word)
    return {
        "order": found.order,
        "package": package,
        "change": change,
        "words": WORDS[change],
        "leads_to": _leads_to(visit, found, package, change),
        "given": visit.form,
    }


def _leads_to(visit: Visit, found: OrderToActOn, package: ShipmentOut, change: str) -> list[str]:
    part = next(part for part in found.facts.parts if part.id == UUID(package.vendor_order))
    told = goes_out_as(part, "what is open then", visit.clock.moment)
    return [told if sentence == TOLD else sentence for sentence in WORDS[change].leads_to]


def _package(order: OrderOut, word: str) -> ShipmentOut:
    for package in order.shipments:
        if package.id == word:
            return package
    raise NotFound(f"Order {order.number} has no package {word[:60]}.")
