"""`/activity`: every call by ShipStation, and what became of it."""

from fastapi.responses import Response

from ...services import vendors
from ...services.activity import activity
from .routes import PageRouter
from .visits import Visit

router = PageRouter()

ACTIONS = {"export": "polls", "shipnotify": "notices", "check": "checks"}
RESULTS = {"failed": "failed", "orders": "with orders"}
KINDS = {"export": "poll", "shipnotify": "notice", "check": "check"}


@router.page("/activity")
def show_activity(
    visit: Visit, vendor: str = "", action: str = "", result: str = "", order: str = "", cursor: str = ""
) -> Response:
    wanted = {"vendor": vendor, "action": action, "result": result, "order": order}
    found = activity(
        visit.session, visit.account_id, vendor=vendor, action=action, result=result, order=order, cursor=cursor
    )
    known = vendors.list_vendors(visit.session, visit.account_id, visit.base_url, now=visit.now)
    return visit.show(
        "activity.html",
        activity=found,
        vendors=[one for one in known if one.url],
        wanted=wanted,
        is_later=bool(cursor),
        actions=ACTIONS,
        results=RESULTS,
        kinds=KINDS,
    )
