"""`/`: what happens, and what needs a person."""

from fastapi import APIRouter
from fastapi.responses import Response

from ...services import vendors
from .visits import Reading

router = APIRouter()


@router.get("/")
def show_overview(visit: Reading) -> Response:
    known = vendors.list_vendors(visit.session, visit.account_id, visit.base_url, now=visit.now)
    return visit.show("overview.html", vendors=known)
