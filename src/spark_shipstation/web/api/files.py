"""Products and routing rules as CSV, in and out: the same files as those of the commands."""

from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ...services import productfiles, rulefiles
from ...services.accounts import ApiCaller, api_caller
from ...services.fileanswers import ProductsTakenOut
from ...services.routing_answers import RulesOut
from ...store.accounts import clock
from ..catalogfiles import csv_body, csv_response, lines_of, take_products
from ..deps import ReadingCaller, ReadSession, WriteSession, basic_credentials, parts_of, request_id
from ..problems import AsciiJSONResponse, problem

router = APIRouter()

_CSV: dict[str, Any] = {"content": {"text/csv": {"schema": {"type": "string"}}}}
_OUT: dict[int | str, dict[str, Any]] = {200: {"description": "The file", **_CSV}}
_IN: dict[str, Any] = {"requestBody": {"required": True, **_CSV}}


def bringing_caller(request: Request) -> ApiCaller:
    """Who brings a file: believed before it is read, in a transaction that does not wait for it."""
    with parts_of(request).reading.begin() as session:
        return api_caller(session, *basic_credentials(request), request_id(request))


BringingCaller = Annotated[ApiCaller, Depends(bringing_caller)]
CsvBody = Annotated[IO[bytes], Depends(csv_body)]


@router.get(
    "/products.csv",
    summary="All products as CSV",
    description="UTF-8, one row for each vendor of a product; `POST` takes it back.",
    tags=["products"],
    response_class=Response,
    responses=_OUT,
)
def get_products_csv(session: ReadSession, caller: ReadingCaller) -> Response:
    return csv_response("products.csv", productfiles.export_products(session, caller.actor.account_id))


@router.post(
    "/products.csv",
    summary="Take a CSV of products in",
    description="UTF-8 with a header. A column that the file lacks changes nothing, nor does a product that it lacks. "
    "Bad products are refused, each with line, column and what to mend; the good ones stand: 200 when at least one "
    "does, 422 when all are refused. A file that is no CSV is refused as a whole with 400.",
    tags=["products"],
    openapi_extra=_IN,
    response_model=ProductsTakenOut,
)
def post_products_csv(request: Request, caller: BringingCaller, file: CsvBody) -> Response:
    taken = take_products(parts_of(request).sessions, caller.actor, file)
    if taken.all_refused:
        return problem(422, "Every product was refused.", **taken.model_dump())
    return AsciiJSONResponse(taken.model_dump())


@router.get(
    "/routing-rules.csv",
    summary="All routing rules as CSV",
    description="UTF-8, one row for each rule, in their order; `PUT` takes it back.",
    tags=["routing"],
    response_class=Response,
    responses=_OUT,
)
def get_rules_csv(session: ReadSession, caller: ReadingCaller) -> Response:
    return csv_response("routing-rules.csv", rulefiles.export_rules(session, caller.actor.account_id))


@router.put(
    "/routing-rules.csv",
    summary="Replace all routing rules by those of a CSV",
    description="UTF-8 with a header, one row for each rule, in their order. Refused as a whole with every reason, "
    "each with line and column. Answers the rules as they then are.",
    tags=["routing"],
    openapi_extra=_IN,
)
def put_rules_csv(caller: BringingCaller, file: CsvBody, session: WriteSession) -> RulesOut:
    with lines_of(file) as lines:
        return rulefiles.import_rules(session, caller.actor, lines, now=clock(session))
