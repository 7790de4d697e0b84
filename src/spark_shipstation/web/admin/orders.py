"""`/orders`: the orders that somebody looks for. `/orders/{order}`: one with everything about it."""

from collections.abc import Callable

from fastapi.responses import Response

from ...rules.acting import Action
from ...rules.routing import named_way_out
from ...services import orderlist
from ...services.answers import ExplanationOut, OrderOut
from ...services.orderlist import Wanted
from ...services.orderpage import read_order_page
from ...services.overview import WAYS_OUT
from .rendering import words
from .routes import PageRouter
from .visits import Visit

router = PageRouter()


@router.page("/orders")
def show_orders(
    visit: Visit, q: str = "", status: str = "", vendor: str = "", store: str = "", flag: str = "", cursor: str = ""
) -> Response:
    wanted = Wanted(q.strip(), status, vendor, store, flag)
    found = orderlist.list_orders(visit.session, visit.account_id, wanted, cursor)
    return visit.show(
        "orders.html",
        list=found,
        wanted=wanted,
        query_of={"q": wanted.word, "status": status, "vendor": vendor, "store": store, "flag": flag},
        is_later=bool(cursor),
        statuses=orderlist.STATUSES,
        flags=orderlist.FLAGS,
    )


@router.page("/orders/{order}")
def show_order(visit: Visit, order: str) -> Response:
    view = read_order_page(visit.session, visit.account_id, order, visit.clock)
    refusals = {action.value: found.reasons for action, found in view.can.items() if found.reasons}
    return visit.show(
        "order.html",
        view=view,
        order=view.order,
        labels=LABELS,
        refusals=refusals,
        named=namer(view.order),
        ways_out=WAYS_OUT,
        to_a_vendor=to_a_vendor(view.said),
    )


LABELS = {
    Action.HOLD: "Hold",
    Action.RELEASE: "Release",
    Action.MARK_PAID: "Mark as paid",
    Action.RESEND: "Send again",
    Action.CANCEL: "Cancel",
}


def to_a_vendor(said: ExplanationOut) -> list[str]:
    """What can be done about the lines that have none, each way once."""
    reasons = [line.reason for line in said.lines if line.unrouted]
    return list(dict.fromkeys(named_way_out(reason) or _BY_CATALOG for reason in reasons))


_BY_CATALOG = "Say who ships its articles, and route it again."


def namer(order: OrderOut) -> Callable[[str], str]:
    """How a field of the timeline is called: `vendor_orders.01a2….status` is the status of 1001 for East."""
    parts = {part.id: f"{part.number} for {part.vendor}" for part in order.vendor_orders}
    lines = {line.external_id: line.sku or line.name for line in order.lines}

    def named(field: str) -> str:
        kind, _, rest = field.partition(".")
        who, _, name = rest.rpartition(".")
        if kind == "vendor_orders" and who in parts:
            return f"{parts[who]}: {words(name)}"
        if kind == "lines" and who:
            return f"{lines.get(who, who)}: {words(name)}"
        return words(field.replace(".", " "))

    return named
