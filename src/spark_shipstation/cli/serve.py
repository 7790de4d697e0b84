"""`spark-shipstation serve`: the server, and with --first-run everything that it needs before."""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from .. import settings as configuration
from ..services.accounts import FirstRun, set_up_first
from ..settings import Settings
from ..store import migrations
from ..store.accounts import clock
from ..store.session import connect, sessions_on
from .guide import connect_guide, try_guide
from .opening import address_file, database_url, plain_errors


def serve(
    first_run: Annotated[
        bool, typer.Option("--first-run", help="Migrate first, and make what a new installation lacks.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Instead of SPARK_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Instead of SPARK_PORT.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Instead of SPARK_WORKERS.")] = None,
) -> None:
    """Serve ShipStation's URL and the JSON API until Ctrl-C."""
    chosen = {"host": host, "port": port, "workers": workers}
    settings = configuration.current().model_copy(update={k: v for k, v in chosen.items() if v is not None})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the embedded PostgreSQL is stopped, too
    with plain_errors(), database_url(settings) as url:
        if first_run:
            migrations.upgrade(url)
            _set_up(settings, url)
        _refuse_old_tables(url)
        _run(settings, url)


def _refuse_old_tables(url: str) -> None:
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        at = migrations.current(session)
    engine.dispose()
    if at != migrations.head():
        typer.echo(
            f"Error: the database is at {at or 'nothing'}, this version needs {migrations.head()}. "
            "Run `spark-shipstation db upgrade`.",
            err=True,
        )
        raise typer.Exit(2)


def _set_up(settings: Settings, url: str) -> None:
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        first = set_up_first(session, settings.url())
        now = clock(session)
        if first is not None:  # before the commit: what cannot be written down must not exist
            _write_down(settings, first)
    engine.dispose()
    if first is None:
        typer.echo(f"Spark is at {settings.url()}; what its first start made stands in {_facts_file(settings)}.")
        return
    typer.echo(connect_guide(first.shipstation))
    typer.echo(f"\nAPI key {first.api_key.id}, secret {first.api_key.secret}")
    typer.echo(f"Admin {first.email}, password {first.password}")
    typer.echo(f"All of this stands in {_facts_file(settings)}, too (readable for you only).\n")
    typer.echo(try_guide(first, settings.url(), now))


def _facts_file(settings: Settings) -> Path:
    return settings.data_dir / "first-run.json"


def _write_down(settings: Settings, first: FirstRun) -> None:
    facts = {
        "shipstation": first.shipstation.model_dump(exclude_none=True),
        "api_key": first.api_key.model_dump(),
        "admin": {"email": first.email, "password": first.password},
        "base_url": settings.url(),
    }
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = _facts_file(settings)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(facts, out, indent=2)
        out.write("\n")
    file.chmod(0o600)


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
    configuration.current.cache_clear()
    with suppress(KeyboardInterrupt):  # uvicorn has stopped in order by then
        uvicorn.run(
            "spark_shipstation.web.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
