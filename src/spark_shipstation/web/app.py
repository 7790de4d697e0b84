"""The only place that wires: settings, database, routes, errors."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from .. import __version__, logs
from .. import settings as configuration
from ..errors import Reason, SparkError
from ..memory import collect_seldom
from ..services.forms import said
from ..settings import Settings
from ..store.session import Limits, connect, reading_sessions_on, sessions_on
from ..store.stopping import Running
from . import admin, api, customstore, docs, health, metrics
from .admin import failures
from .bounds import Bounds
from .deps import Parts
from .middleware import RequestLog
from .openapi import DescribedFastAPI
from .orphans import end_with_the_parent
from .problems import problem, problem_of
from .statuses import as_spark_error, cause_of, status_of

log = structlog.get_logger("spark.app")

END_SECONDS = 5.0
# How long a thread computes while another wants to: by default ten times that, and who answers a short question has to
# wait for it at each step.
SWITCH_SECONDS = 0.0005


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application on SPARK_DATABASE_URL; `spark-shipstation serve` starts it (as a factory, once a worker)."""
    settings = settings or configuration.current()
    logs.set_up(settings.log_level, settings.log_format)
    collect_seldom()
    sys.setswitchinterval(SWITCH_SECONDS)
    limits = Limits(transaction=settings.transaction_seconds, lock=settings.lock_seconds)
    engine = connect(settings.database_url, limits=limits, pool_size=settings.pool_size)
    running = Running(engine)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        end_with_the_parent()
        yield
        if not await asyncio.to_thread(running.end, END_SECONDS):  # requests that were given their time to finish
            log.error("requests could not be ended")
        engine.dispose()

    app = DescribedFastAPI(
        title="Spark",
        version=__version__,
        lifespan=lifespan,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        telemetry={"auto_configure": True, "logs": False},  # by OTEL_… variables; an error's words can hold a row
    )
    app.router.redirect_slashes = False  # a redirect would lose ShipStation's notice
    app.state.parts = Parts(settings, sessions_on(engine), reading_sessions_on(engine))
    app.state.notices = customstore.gathered()
    app.add_middleware(Bounds, settings=settings, refused=_failure)
    app.add_middleware(RequestLog, failed=_failure)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    for kind in (SparkError, SQLAlchemyError):
        app.add_exception_handler(kind, _failure)
    app.router.routes += [*customstore.routes, *admin.pages]  # first what is asked the most
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(docs.router)
    app.include_router(api.router, prefix="/api/v1")
    app.include_router(admin.router)
    app.mount("/static", admin.static_files)
    return app


DESCRIPTION = (
    "Orders in, split by vendor; shipments back. HTTP Basic with an API key: its id is the username, its secret the "
    "password. Money is decimal strings, times carry an offset, errors are RFC 9457 problem documents."
)


def _failure(request: Request, error: Exception) -> Response:
    """Every error that leaves a handler: XML on ShipStation's URL, a page for a browser, a problem document
    elsewhere."""
    known = as_spark_error(error)
    for_shipstation = _is_for_shipstation(request)
    if known is None:
        log.error("request failed", exc_info=error)
        sentence = "Spark failed to answer. The reason is in its log."
        if failures.wants_page(request):
            return failures.page(request, 500, sentence)
        return customstore.xml_answer(500, sentence) if for_shipstation else problem(500, sentence)
    if status_of(known) == 503:
        log.warning("request refused", status=503, cause=cause_of(error))
    if failures.wants_page(request):
        return failures.page_of(request, known)
    return customstore.xml_error_of(known) if for_shipstation else problem_of(known)


def _is_for_shipstation(request: Request) -> bool:
    """Its URL, also one that lacks its last part or has one too many."""
    return request.url.path.lower().startswith("/shipstation")


def _hung_up(_request: Request, _error: Exception) -> Response:
    """The caller left in the middle of its request: nobody hears this answer."""
    log.info("the caller hung up")
    return Response(status_code=400)


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    reasons = [Reason(said(item), "/" + "/".join(map(str, item["loc"]))) for item in error.errors()]
    if failures.wants_page(request):
        return failures.page(request, 422, "The request was refused.", reasons)
    return problem(422, "The request was refused.", reasons)


_SENTENCES = {404: "There is no such page.", 405: "This address cannot be called that way."}


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    headers = dict(error.headers or {})
    if failures.wants_page(request):
        return failures.page(request, error.status_code, _SENTENCES.get(error.status_code, f"{error.detail}."))
    if _is_for_shipstation(request):
        return customstore.xml_answer(error.status_code, f"{error.detail}: this is no ShipStation URL.", headers)
    return problem(error.status_code, f"{request.method} {request.url.path}: {error.detail}.", headers=headers)
