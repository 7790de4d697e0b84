"""`/routing/try`: where would this order go? Nothing of it is kept."""

from typing import Any
from uuid import uuid4

from fastapi.responses import Response
from pydantic import ValidationError

from ....errors import Invalid, Reason
from ....rules.address import country_code
from ....rules.status import Flag
from ....services.dryrun import dry_run
from ....services.forms import OrderIn, reasons_of
from ....services.routing_answers import RoutedOut
from ....store.accounts import stores_of
from ..choices import vendor_choices
from ..routes import PageRouter
from ..visits import Visit, problem_of

router = PageRouter()

ROWS = 5
REFUSED = "No order can be like that."
FIELDS = {"sku": "", "quantity": "1", "vendor": ""}  # of a line, with what stands there at first
Line = dict[str, str]


@router.page("/routing/try")
def try_order(visit: Visit, country: str = "US", store: str = "") -> Response:
    lines = _lines(visit)
    facts: dict[str, Any] = {
        "entered": {"country": country.strip(), "store": store, "lines": lines + [FIELDS] * (ROWS - len(lines))},
        "vendors": vendor_choices(visit),
        "stores": stores_of(visit.session, visit.account_id),
        "needs_routing": Flag.NEEDS_ROUTING,
    }
    try:
        routed = _route(visit, lines, country, store) if lines else None
    except Invalid as error:
        return visit.show("routing_try.html", 422, problem=problem_of(error), routed=None, **facts)
    return visit.show("routing_try.html", routed=routed, **facts)


def _lines(visit: Visit) -> list[Line]:
    """Those that name a SKU."""
    query = visit.request.query_params
    given = [
        {name: query.get(f"{name}-{place}", usual).strip() for name, usual in FIELDS.items()} for place in range(ROWS)
    ]
    return [line for line in given if line["sku"]]


def _route(visit: Visit, lines: list[Line], country: str, store: str) -> RoutedOut:
    """Raises Invalid with every reason."""
    form = _order(visit, lines, country.strip(), store)
    (routed,) = dry_run(visit.session, visit.account_id, [(0, form)])
    return routed


def _order(visit: Visit, lines: list[Line], country: str, store: str) -> OrderIn:
    """One that nobody has sent before. What it costs decides nothing about where it goes."""
    strange = country and country_code(country) is None
    reasons = [Reason(f"“{country[:40]}” is no country: write two letters such as DE", "/country")] if strange else []
    document = {
        "store": store or "-", "external_id": uuid4().hex, "number": "new", "placed_at": visit.now,
        "payment_status": "paid", "currency": "USD", "total": "0", "ship_to": {"country": country},
        "lines": [
            {"external_id": str(place), "sku": line["sku"], "name": line["sku"], "quantity": line["quantity"],
             "unit_price": "0", "vendor": line["vendor"] or None}
            for place, line in enumerate(lines, start=1)
        ],
    }  # fmt: skip
    try:
        form = OrderIn.model_validate(document)
    except ValidationError as error:
        raise Invalid(REFUSED, reasons + reasons_of(error)) from None
    if reasons:
        raise Invalid(REFUSED, reasons)
    return form
