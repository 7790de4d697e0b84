"""Orders in and out."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import ValidationError

from ...errors import BadRequest, TooMany
from ...services.answers import ExplanationOut, OrderOut, OrdersOut, ReasonOut, ResultOut
from ...services.explain import explain
from ...services.forms import Moment, OrderIn, reasons_of
from ...services.intake import Outcome, take_orders
from ...services.reading import read_cursor, read_order, read_orders
from ...store.orders.reading import OrderFilter
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from ..problems import AsciiJSONResponse, problem
from .documents import body_schema, read_json

router = APIRouter(tags=["orders"])

MOST_AT_ONCE = 1_000
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
)
def post_orders(session: WriteSession, caller: WritingCaller, body: ApiBody) -> Response:
    forms, refused = _forms(_documents(read_json(body)))
    taken = take_orders(session, [form for _, form in forms], caller.actor, now=caller.now)
    stand = [
        ResultOut(index=index, id=result.id.hex, number=result.number, outcome=result.outcome)
        for (index, _), result in zip(forms, taken, strict=True)
    ]
    results = [result.model_dump() for result in sorted([*stand, *refused], key=lambda result: result.index)]
    if not stand:
        return problem(422, "Every order was refused.", results=results)
    return AsciiJSONResponse({"results": results})


def _documents(document: Any) -> list[Any]:
    if isinstance(document, dict) and isinstance(document.get("orders"), list) and len(document) == 1:
        document = document["orders"]
    elif isinstance(document, dict):
        document = [document]
    if not isinstance(document, list) or not document:
        raise BadRequest('The body must be an order, or {"orders": […]} with at least one.')
    if len(document) > MOST_AT_ONCE:
        raise TooMany(f"{len(document)} orders are more than the {MOST_AT_ONCE} that one call may bring.")
    return document


def _forms(documents: list[Any]) -> tuple[list[tuple[int, OrderIn]], list[ResultOut]]:
    """The good ones with their places, and a result for each bad one."""
    forms: list[tuple[int, OrderIn]] = []
    refused: list[ResultOut] = []
    for index, document in enumerate(documents):
        try:
            forms.append((index, OrderIn.model_validate(document)))
        except ValidationError as error:
            reasons = [ReasonOut(detail=reason.detail, pointer=reason.pointer) for reason in reasons_of(error)]
            number = document.get("number") if isinstance(document, dict) else None
            number = number if isinstance(number, str) else None
            refused.append(ResultOut(index=index, id=None, number=number, outcome=Outcome.REFUSED, errors=reasons))
    return forms, refused


@router.get("/orders", summary="Orders, newest first")
def get_orders(
    session: ReadSession,
    caller: ReadingCaller,
    status: str | None = None,
    store: str | None = None,
    number: str | None = None,
    external_id: str | None = None,
    updated_after: Annotated[Moment | None, Query(description="ISO 8601 with an offset")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> OrdersOut:
    wanted = OrderFilter(
        status=status,
        store=store,
        number=number,
        external_id=external_id,
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
