"""Errors on the JSON API: RFC 9457 problem documents that list every reason. Never HTML, never a stack trace."""

import json
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from ..errors import Conflict, Invalid, Reason, RowReason, SparkError
from .statuses import headers_of, status_of


class AsciiJSONResponse(JSONResponse):
    """What a caller sent may stand in the answer, lone surrogates too: escaped, they harm nobody."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, detail: str, reasons: list[Reason] | None = None, headers: dict[str, str] | None = None, **more: Any
) -> AsciiJSONResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if reasons:
        body["errors"] = [_told(reason) for reason in reasons]
    return AsciiJSONResponse(body | more, status, headers=headers, media_type=MEDIA_TYPE)


def _told(reason: Reason) -> dict[str, Any]:
    place = {"line": reason.line, "column": reason.column} if isinstance(reason, RowReason) else {}
    return {"detail": reason.detail, "pointer": reason.pointer} | place


def problem_of(error: SparkError) -> AsciiJSONResponse:
    reasons = error.reasons if isinstance(error, Conflict | Invalid) else None
    return problem(status_of(error), error.sentence, reasons, headers_of(error))
