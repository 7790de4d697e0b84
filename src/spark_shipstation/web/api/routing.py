"""Routing: its rules, what they would do, what they could not do, and doing it again."""

from operator import attrgetter
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from ...errors import Reason
from ...services import dryrun, rerouting, routing_rules, unrouted
from ...services.answers import ReasonOut
from ...services.forms import OrderIn, RerouteIn, RerouteManyIn, RulesIn
from ...services.routing_answers import (
    ReroutedOrdersOut,
    ReroutedOut,
    RoutedOrdersOut,
    RoutedOut,
    RulesOut,
    UnroutedOut,
)
from ...store.orders.waiting import Wanted
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from ..problems import AsciiJSONResponse, problem
from .documents import body_schema, documents, read_form, read_forms, read_json, read_optional_form, text_of

router = APIRouter(tags=["routing"])


@router.get("/routing-rules", summary="The routing rules, in their order")
def get_rules(session: ReadSession, caller: ReadingCaller) -> RulesOut:
    return routing_rules.read_rules(session, caller.actor.account_id)


@router.put(
    "/routing-rules",
    summary="Replace all routing rules",
    description="The whole list, in order: the first rule that matches a line decides. Refused as a whole with every "
    "reason. Counts for lines that are routed from then on, and for those that wait for a vendor.",
    openapi_extra=body_schema(RulesIn),
)
def put_rules(session: WriteSession, caller: WritingCaller, body: ApiBody) -> RulesOut:
    return routing_rules.put_rules(session, caller.actor, read_form(RulesIn, body), now=caller.now)


@router.post(
    "/orders:route",
    summary="Dry run: who would get which line and why, and how the money would be shared",
    description="Takes what `POST /orders` takes and writes nothing.",
    openapi_extra=body_schema(OrderIn),
    response_model=RoutedOrdersOut,
)
def route_orders(body: ApiBody, session: ReadSession, caller: ReadingCaller) -> Response:
    forms, bad = read_forms(OrderIn, documents(read_json(body), "order", "orders"))
    found = dryrun.dry_run(session, caller.actor.account_id, forms) + [_refused(*one) for one in bad]
    results = [result.model_dump(mode="json") for result in sorted(found, key=attrgetter("index"))]
    if not forms:
        return problem(422, "Every order was refused.", results=results)
    return AsciiJSONResponse({"results": results})


def _refused(index: int, item: Any, reasons: list[Reason]) -> RoutedOut:
    errors = [ReasonOut(detail=reason.detail, pointer=reason.pointer) for reason in reasons]
    return RoutedOut(index=index, outcome="refused", errors=errors, number=text_of(item, "number"))


@router.post(
    "/orders:reroute",
    summary="Route many orders again by the rules as they are now",
    description="The oldest first, up to 500 a call; `next_cursor` goes on from there. What has shipped stays.",
    openapi_extra=body_schema(RerouteManyIn, required=False),
)
def reroute_orders(session: WriteSession, caller: WritingCaller, body: ApiBody) -> ReroutedOrdersOut:
    form = read_optional_form(RerouteManyIn, body)
    wanted = Wanted(
        form.which == "unrouted", skus=[form.sku] if form.sku else None, after=rerouting.cursor_of(form.cursor)
    )
    return rerouting.reroute_orders(session, wanted, caller.actor, now=caller.now, reason=form.reason, most=form.limit)


@router.post(
    "/orders/{order_id}/reroute",
    summary="Route an order again by the rules as they are now",
    description="What has shipped stays; a line that nobody else would take stays with its vendor. With `preview` "
    "nothing is changed.",
    openapi_extra=body_schema(RerouteIn, required=False),
)
def reroute_order(session: WriteSession, caller: WritingCaller, order_id: str, body: ApiBody) -> ReroutedOut:
    form = read_optional_form(RerouteIn, body)
    return rerouting.reroute_order(
        session, order_id, caller.actor, now=caller.now, reason=form.reason, preview=form.preview
    )


@router.get("/unrouted", summary="Lines that no vendor ships, by SKU and reason")
def get_unrouted(session: ReadSession, caller: ReadingCaller) -> UnroutedOut:
    return unrouted.read_unrouted(session, caller.actor.account_id)
