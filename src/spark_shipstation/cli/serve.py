"""`spark-shipstation serve`: the server, and with --first-run everything that it needs before."""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
import uvicorn

from .. import logs
from .. import settings as configuration
from ..errors import Unavailable
from ..services.accounts import FirstRun, set_up_first
from ..settings import Settings
from ..store import migrations
from ..store.accounts import clock
from ..store.embedded import kept_running
from ..store.session import connect, sessions_on
from ..store.vendors import shortest_overlap
from .guide import connect_guide, try_guide
from .opening import address_file, plain_errors

log = structlog.get_logger("spark.serve")
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus-client when a worker imports it


def serve(
    first_run: Annotated[
        bool, typer.Option("--first-run", help="Migrate first, and make what a new installation lacks.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Instead of SPARK_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Instead of SPARK_PORT.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Instead of SPARK_WORKERS.")] = None,
) -> None:
    """Serve ShipStation's URL and the JSON API until Ctrl-C."""
    chosen = {"host": host, "port": port, "workers": workers}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the embedded PostgreSQL is stopped, too
    with plain_errors(), _watched_database(settings := _chosen(chosen)) as url:
        if first_run:
            migrations.upgrade(url)
            _set_up(settings, url)
        _refuse_what_would_lose_orders(settings, url)
        _run(settings, url)


@contextmanager
def _watched_database(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return

    def tell(sentence: str) -> None:
        logs.set_up(settings.log_level, settings.log_format)  # which only workers do
        log.warning("database", told=sentence)

    with kept_running(settings.data_dir, tell) as url:
        yield url


def _chosen(options: dict[str, str | int | None]) -> Settings:
    return configuration.current().model_copy(update={k: v for k, v in options.items() if v is not None})


def _refuse_what_would_lose_orders(settings: Settings, url: str) -> None:
    """Tables of another version; windows that overlap by less than a transaction may take."""
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        at = migrations.current(session)
        if not migrations.is_usable(at):
            raise Unavailable(
                f"The database is at {at or 'nothing'}, this version needs {migrations.head()}. "
                "Run `spark-shipstation db upgrade`."
            )
        overlap = shortest_overlap(session)
    engine.dispose()
    if overlap is not None and overlap <= settings.transaction_seconds:
        raise Unavailable(
            f"SPARK_TRANSACTION_SECONDS is {settings.transaction_seconds}, but a connection's windows overlap by only "
            f"{overlap} seconds: an order committed late would be missed. Set it below {overlap}."
        )


def _set_up(settings: Settings, url: str) -> None:
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        first = set_up_first(session, settings.url())
        now = clock(session)
        if first is not None:  # before the commit: what cannot be written down must not exist
            _write_down(settings, first)
    engine.dispose()
    if first is None:
        _refresh(settings)
        typer.echo(f"Spark is at {settings.url()}; what its first start made stands in {_facts_file(settings)}.")
        return
    typer.echo(connect_guide(first.shipstation))
    typer.echo(f"\nAPI key {first.api_key.id}, secret {first.api_key.secret}")
    typer.echo(f"Pages {settings.url()}/ for {first.email}, password {first.password}")
    typer.echo(f"All of this stands in {_facts_file(settings)}, too (readable for you only).\n")
    typer.echo(try_guide(first, settings.url(), now))


def _facts_file(settings: Settings) -> Path:
    return settings.data_dir / "first-run.json"


def _refresh(settings: Settings) -> None:
    """The facts keep their passwords; the address is the one of today."""
    file = _facts_file(settings)
    if not file.is_file():
        return
    facts = json.loads(file.read_text())
    before, facts["base_url"] = facts["base_url"], settings.url()
    facts["shipstation"]["url"] = facts["shipstation"]["url"].replace(before, settings.url(), 1)
    _keep_facts(file, facts)


def _write_down(settings: Settings, first: FirstRun) -> None:
    facts = {
        "shipstation": first.shipstation.model_dump(exclude_none=True),
        "api_key": first.api_key.model_dump(),
        "admin": {"email": first.email, "password": first.password},
        "base_url": settings.url(),
    }
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _keep_facts(_facts_file(settings), facts)


def _keep_facts(file: Path, facts: dict[str, Any]) -> None:
    """Readable for its owner only, from the first byte on; never half written."""
    handle, half = tempfile.mkstemp(dir=file.parent, prefix=file.stem, suffix=".half")
    with os.fdopen(handle, "w") as out:
        json.dump(facts, out, indent=2)
        out.write("\n")
    Path(half).replace(file)


@contextmanager
def _shared_counts(workers: int) -> Iterator[None]:
    """A folder in which several workers keep what /metrics adds up. Each start begins anew, as counters may."""
    if workers == 1 or FOLDER in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="spark-metrics-", ignore_cleanup_errors=True) as folder:
        os.environ[FOLDER] = folder
        yield


def _run(settings: Settings, url: str) -> None:
    """Workers read the settings from the environment, so what was chosen here goes there."""
    with suppress(OSError):  # on a read-only disk, SPARK_BASE_URL says it
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        address_file(settings).write_text(settings.url() + "\n")
    os.environ |= {
        "SPARK_DATABASE_URL": url,
        "SPARK_HOST": settings.host,
        "SPARK_PORT": str(settings.port),
        "SPARK_BASE_URL": settings.url(),
    }
    with _shared_counts(settings.workers), suppress(KeyboardInterrupt):  # uvicorn has stopped in order by then
        uvicorn.run(
            "spark_shipstation.web.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            http="spark_shipstation.web.wire:BoundedProtocol",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
