"""`/`: what happens, and what needs a person."""

from fastapi import APIRouter
from fastapi.responses import Response

from ...services.overview import overview
from .chart import chart
from .vendor_page import late
from .visits import Reading

router = APIRouter()


@router.get("/")
def show_overview(visit: Reading) -> Response:
    clock, waits = visit.clock, late(visit)
    facts = overview(
        visit.session, visit.account_id, now=visit.now, late=waits, zone_name=clock.zone_name, zone=clock.zone
    )
    return visit.show("overview.html", overview=facts, chart=chart(facts.days))
