"""For whoever watches the process: is it alive, and can it work?"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from ..store import migrations
from .deps import parts_of

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", summary="Can it work: database reachable, migrations at head?")
def readyz(request: Request) -> JSONResponse:
    parts = parts_of(request)
    answer: dict[str, Any] = {"status": "ok", "database": "ok", "migrations": "at head"}
    try:
        with parts.sessions.begin() as session:
            at = migrations.current(session)
    except SQLAlchemyError:
        return JSONResponse({"status": "unavailable", "database": "cannot be reached"}, 503, {"Retry-After": "5"})
    if not migrations.is_usable(at):
        answer |= {"status": "unavailable", "migrations": f"at {at or 'nothing'}, not at {migrations.head()}"}
        return JSONResponse(answer, 503, {"Retry-After": "5"})
    if at != migrations.head():
        answer["migrations"] = f"at {at}, of a newer version"
    return JSONResponse(answer)
