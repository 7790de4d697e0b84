"""`/`: what happens, and what needs a person."""

from fastapi.responses import Response

from ...services.overview import overview
from .chart import chart
from .routes import PageRouter
from .vendor_page import late
from .visits import Visit

router = PageRouter()


@router.page("/")
def show_overview(visit: Visit) -> Response:
    clock, waits = visit.clock, late(visit)
    facts = overview(
        visit.session, visit.account_id, now=visit.now, late=waits, zone_name=clock.zone_name, zone=clock.zone
    )
    return visit.show("overview.html", overview=facts, chart=chart(facts.days))
