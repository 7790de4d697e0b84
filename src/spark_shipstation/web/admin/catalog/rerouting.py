"""`/routing/again`: orders that are here already, routed anew. What would move is shown before anything does."""

from typing import Any

from fastapi.responses import Response

from ....errors import BadRequest
from ....rules.routing import named_way_out
from ....services.rerouting import MOST_AT_ONCE, cursor_of, foresee_orders, reroute_orders
from ....services.unrouted import read_unrouted
from ....store.orders.waiting import Wanted
from ..rendering import plural, query
from ..routes import PageRouter
from ..visits import Changing, Visit

router = PageRouter()

WHICH = {"unrouted": "those with a line that waits for a vendor", "open": "all that has not shipped"}
SHOWN = 50


@router.page("/routing/again")
def foresee(visit: Visit, which: str = "unrouted", sku: str = "", cursor: str = "") -> Response:
    wanted = {"which": which, "sku": sku.strip(), "cursor": cursor}
    unrouted = read_unrouted(visit.session, visit.account_id)
    return visit.show(
        "routing_again.html",
        foreseen=foresee_orders(visit.session, visit.account_id, _wanted(**wanted), MOST_AT_ONCE),
        unrouted=unrouted,
        ways_out={group.reason: named_way_out(group.reason) for group in unrouted.groups},
        wanted=wanted,
        choices=WHICH,
        shown=SHOWN,
        most=MOST_AT_ONCE,
    )


@router.post("/routing/again")
def reroute(visit: Changing) -> Response:
    wanted: dict[str, Any] = {name: visit.form.text(name) for name in ("which", "sku", "cursor")}
    reason = visit.form.text("reason")[:500]
    done = reroute_orders(
        visit.session, _wanted(**wanted), visit.actor(), now=visit.now, reason=reason, most=MOST_AT_ONCE
    )
    sentence = f"{plural(done.looked_at, 'order')} looked at, {len(done.orders):,} changed."
    if done.next_cursor is None:
        return visit.go(_address(visit, wanted, ""), sentence)
    return visit.go(_address(visit, wanted, done.next_cursor), f"{sentence} There are more: these come next.")


def _address(visit: Visit, wanted: dict[str, Any], cursor: str) -> str:
    return f"/routing/again{query(**(wanted | {'cursor': cursor}))}"


def _wanted(which: str, sku: str, cursor: str) -> Wanted:
    """Raises BadRequest."""
    if which not in WHICH:
        raise BadRequest("Choose which orders are to be routed again.")
    return Wanted(which == "unrouted", skus=[sku] if sku else None, after=cursor_of(cursor))
