"""The OpenAPI document: what FastAPI makes of the routes, with an example of each body and answer, and with the
problem documents that every call can end in.

The examples stand in api/examples/, one file for each group of routes: `METHOD path` → `body` and, by status, answers.
A word such as `= order` stands for the piece of that name in pieces.json.
"""

import json
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from .problems import MEDIA_TYPE
from .statuses import TRY_AGAIN

Json = dict[str, Any]
PIECES = "pieces.json"
PIECE = "= "

PROBLEM: Json = {
    "title": "Problem",
    "description": "RFC 9457. `errors` lists every reason; `pointer` leads to the value at fault, or is empty.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "pointer"],
                "properties": {"detail": {"type": "string"}, "pointer": {"type": "string"}},
            },
        },
    },
}
_REFUSED = [{"detail": "is not a text", "pointer": "/number"}]
_REASONS = [{"detail": "Vendor order 1002 for ShipStation has shipped: 3 × TEE-M shipped.", "pointer": ""}]
_PROBLEMS: dict[int, tuple[str, str, list[Json]]] = {  # status → what it means, an example's detail and errors
    400: ("What was sent cannot be understood.", "The body is not JSON: Expecting value at line 1, column 1.", []),
    401: ("The API key's id or secret is not right.", "The API key's id or secret is not right.", []),
    403: ("The account is not active.", "This Spark account is not active.", []),
    404: ("There is no such thing.", "There is no order 01a20a919de7725bbf7af981d9200f95.", []),
    408: ("The body took too long.", "The body did not arrive within 30 seconds.", []),
    409: ("It cannot be done now: every reason.", "Order 1002 cannot be cancelled.", _REASONS),
    413: ("The body is too large.", "The body is larger than the limit of 16777216 bytes.", []),
    422: ("Refused, with every reason.", "The request was refused.", _REFUSED),
    429: ("Too often: see Retry-After.", "Too many calls in a short time. Come again in 20 seconds.", []),
    503: ("Try again later: see Retry-After.", TRY_AGAIN, []),
}


class DescribedFastAPI(FastAPI):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """FastAPI's telemetry would tell the query, which can hold a password: see `RequestLog`."""
        if scope["type"] == "http":
            scope["spark_query"], scope["query_string"] = scope["query_string"], b""
        await super().__call__(scope, receive, send)

    def openapi(self) -> Json:
        if not self.openapi_schema:
            self.openapi_schema = described(super().openapi())
        return self.openapi_schema


def described(document: Json) -> Json:
    """The document with examples and problems put in."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "basic"}}
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own form of a refusal, which we do not use
        schemas.pop(name, None)
    known = examples()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/api/"):
                _add_problems(method, operation)
                operation["security"] = [{"key": []}]
            _add_examples(operation, known.get(f"{method.upper()} {path}", {}))
    return document


def _add_problems(method: str, operation: Json) -> None:
    responses = operation["responses"]
    statuses = {400, 401, 403, 404, 422, 429, 503} | (set() if method == "get" else {409})
    statuses |= {408, 413} if "requestBody" in operation else set()
    for status in statuses | {int(status) for status in responses if int(status) >= 400}:
        meaning, detail, errors = _PROBLEMS.get(status, (HTTPStatus(status).phrase, HTTPStatus(status).phrase, []))
        example: Json = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
        content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example | _some(errors)}
        told = responses.get(str(status), {}).get("description", "")
        own = told if told not in {"", "Validation Error"} else meaning
        responses[str(status)] = {"description": own, "content": {MEDIA_TYPE: content}}


def _some(errors: list[Json]) -> Json:
    return {"errors": errors} if errors else {}


def _add_examples(operation: Json, given: Json) -> None:
    if "body" in given and "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = given["body"]
    for status, response in operation["responses"].items():
        if status in given:
            for content in response["content"].values():
                content["example"] = given[status]


@cache
def examples() -> Json:
    """All of them, with the pieces in their places."""
    folder = files(__package__) / "api" / "examples"
    read = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir()}
    pieces = read.pop(PIECES)

    def filled(part: Any) -> Any:
        if isinstance(part, str) and part.startswith(PIECE):
            return filled(pieces[part.removeprefix(PIECE)])
        if isinstance(part, list):
            return [filled(item) for item in part]
        return {name: filled(item) for name, item in part.items()} if isinstance(part, dict) else part

    return {call: filled(told) for group in read.values() for call, told in group.items()}
