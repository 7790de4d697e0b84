"""`/activity`: every call by ShipStation, and what became of it."""

from fastapi.responses import Response

from ...services.activity import activity
from ...store.vendors import SHIPSTATION
from .choices import vendor_choices
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
    return visit.show(
        "activity.html",
        activity=found,
        vendors=[one for one in vendor_choices(visit) if one.kind == SHIPSTATION],
        wanted=wanted,
        is_later=bool(cursor),
        actions=ACTIONS,
        results=RESULTS,
        kinds=KINDS,
    )
