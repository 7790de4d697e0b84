"""Orders in and out."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from ...errors import Reason
from ...services.answers import ExplanationOut, OrderOut, OrdersOut, ReasonOut, ResultOut, ResultsOut
from ...services.explain import explain
from ...services.forms import Moment, OrderIn
from ...services.intake import take_orders
from ...services.outcomes import Outcome
from ...services.reading import read_cursor, read_order, read_orders
from ...store.orders.reading import OrderFilter
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from ..problems import AsciiJSONResponse, problem
from .documents import MOST_AT_ONCE, body_schema, documents, read_forms, read_json, text_of

router = APIRouter(tags=["orders"])

_MANY = {
    "type": "object",
    "properties": {"orders": {"type": "array", "maxItems": MOST_AT_ONCE, "items": {"type": "object"}}},
}


@router.post(
    "/orders",
    summary='Send one order, or up to 1,000 as {"orders": […]}',
    description="Each is created, or updated where the store sent that external_id before. A bad one is refused with "
    "its reasons, the good ones stand: 200 when at least one does, 422 when all are refused.",
    openapi_extra=body_schema(OrderIn, _MANY),
    response_model=ResultsOut,
)
def post_orders(session: WriteSession, caller: WritingCaller, body: ApiBody) -> Response:
    forms, bad = read_forms(OrderIn, documents(read_json(body), "order", "orders"))
    taken = take_orders(session, [form for _, form in forms], caller.actor, now=caller.now)
    stand = [
        ResultOut(index=index, id=result.id.hex, number=result.number, outcome=result.outcome)
        for (index, _), result in zip(forms, taken, strict=True)
    ]
    refused = [_refused(*found) for found in bad]
    results = [result.model_dump() for result in sorted([*stand, *refused], key=lambda result: result.index)]
    if not stand:
        return problem(422, "Every order was refused.", results=results)
    return AsciiJSONResponse({"results": results})


def _refused(index: int, document: Any, reasons: list[Reason]) -> ResultOut:
    errors = [ReasonOut(detail=reason.detail, pointer=reason.pointer) for reason in reasons]
    number = text_of(document, "number")
    return ResultOut(index=index, id=None, number=number, outcome=Outcome.REFUSED, errors=errors)


@router.get("/orders", summary="Orders, newest first")
def get_orders(
    session: ReadSession,
    caller: ReadingCaller,
    status: str | None = None,
    store: str | None = None,
    number: str | None = None,
    external_id: str | None = None,
    flag: Annotated[str | None, Query(description="For example unrouted")] = None,
    updated_after: Annotated[Moment | None, Query(description="ISO 8601 with an offset")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> OrdersOut:
    wanted = OrderFilter(
        status=status,
        store=store,
        number=number,
        external_id=external_id,
        flag=flag,
        updated_after=updated_after,
        after=read_cursor(cursor) if cursor else None,
    )
    return read_orders(session, caller.actor.account_id, wanted, limit)


@router.get("/orders/{order_id}", summary="One order, by our id")
def get_order(session: ReadSession, caller: ReadingCaller, order_id: str) -> OrderOut:
    return read_order(session, caller.actor.account_id, order_id)


@router.get("/orders/{order_id}/explain", summary="Where an order is and why, in words")
def get_explanation(session: ReadSession, caller: ReadingCaller, order_id: str) -> ExplanationOut:
    return explain(session, caller.actor.account_id, order_id, now=caller.now)
