"""Structured logs: one line an event, with the request's id, and no password, query string, name or address."""

import logging
import sys
import traceback
from collections.abc import Iterator

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Fields that nobody should log; should somebody do it all the same, they are masked here.
PRIVATE = frozenset({"password", "secret", "authorization", "query", "body", "email", "name", "address", "phone"})


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key in PRIVATE & event.keys():
        event[key] = "***"
    return event


def _exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The frames and the kinds of error. Not the words of a database's error, which can hold a row or a query."""
    error = event.pop("exc_info", None)
    error = error[1] if isinstance(error, tuple) else sys.exc_info()[1] if error is True else error
    if isinstance(error, BaseException):
        event["exception"] = "".join(_told(error))
    return event


def _told(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    of_database = type(error).__module__.partition(".")[0] in {"psycopg", "sqlalchemy"}
    state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
    yield f"{type(error).__name__}: {state or ''}\n" if of_database else f"{type(error).__name__}: {error}\n"


def set_up(level: str = "INFO", form: str = "json") -> None:
    """Send everything, uvicorn's own words included, through one formatter to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _mask,
    ]
    renderer: Processor = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _exception,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # its line would hold the query string
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
