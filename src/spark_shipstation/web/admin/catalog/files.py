"""Products and routing rules as CSV: pages with a file to fetch and a form to send one."""

from typing import Any

from fastapi.responses import Response

from ....errors import Invalid, Unreadable
from ....services import productfiles, rulefiles
from ....services.outcomes import Outcome
from ....store.accounts import clock
from ...catalogfiles import MARK, csv_response, lines_of, take_products
from ...deps import parts_of
from ..routes import PageRouter
from ..uploads import Uploading
from ..visits import Visit

router = PageRouter()

SHOWN = 1_000  # reasons on a page


@router.page("/products/file")
def show_products_file(visit: Visit) -> Response:
    return visit.show("products_file.html", taken=None, shown=SHOWN, **_facts(visit))


@router.page("/products/products.csv")
def download_products(visit: Visit) -> Response:
    return csv_response("products.csv", productfiles.export_products(visit.session, visit.account_id), MARK)


@router.post("/products/file")
def upload_products(upload: Uploading) -> Response:
    visit = upload.visit
    try:
        upload.check_chosen()
        taken = take_products(parts_of(visit.request).sessions, visit.actor(), upload.file)
    except (Invalid, Unreadable) as error:
        return visit.refused("products_file.html", error, taken=None, shown=SHOWN, **_facts(visit))
    words = ", ".join(f"{getattr(taken, outcome):,} {outcome}" for outcome in Outcome)
    if not taken.refused:
        return visit.go("/products", f"The file is taken in: {words}.")
    status = 422 if taken.all_refused else 200
    return visit.show("products_file.html", status, taken=taken, words=words, shown=SHOWN, **_facts(visit))


@router.page("/routing/file")
def show_rules_file(visit: Visit) -> Response:
    return visit.show("routing_file.html", **_facts(visit))


@router.page("/routing/routing-rules.csv")
def download_rules(visit: Visit) -> Response:
    return csv_response("routing-rules.csv", rulefiles.export_rules(visit.session, visit.account_id), MARK)


@router.post("/routing/file")
def upload_rules(upload: Uploading) -> Response:
    visit = upload.visit
    try:
        upload.check_chosen()
        with parts_of(visit.request).sessions.begin() as session, lines_of(upload.file) as lines:
            rules = rulefiles.import_rules(session, visit.actor(), lines, now=clock(session)).rules
    except (Invalid, Unreadable) as error:
        return visit.refused("routing_file.html", error, **_facts(visit))
    return visit.go("/routing", f"The file is taken in. It is the whole list now: {len(rules):,} rules.")


def _facts(visit: Visit) -> dict[str, Any]:
    return {"most": parts_of(visit.request).settings.api_bytes}
