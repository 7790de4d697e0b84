"""Structured logs: one line an event, with the request's id, and no password, query string, name or address."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Fields that nobody should log; should somebody do it all the same, they are masked here.
PRIVATE = frozenset({"password", "secret", "authorization", "query", "body", "email", "name", "address", "phone"})


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key in PRIVATE & event.keys():
        event[key] = "***"
    return event


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
            structlog.processors.format_exc_info,
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
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
