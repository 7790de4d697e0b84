"""The database as a command finds it: SPARK_DATABASE_URL, or the embedded one; and errors as people read them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from .. import settings as configuration
from ..errors import Conflict, Invalid, Reason, SparkError
from ..services.forms import reasons_of
from ..settings import Settings
from ..store.embedded import embedded_postgres
from ..store.session import Limits, Sessions, connect, sessions_on


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        with embedded_postgres(settings.data_dir) as url:
            yield url


def address_file(settings: Settings) -> Path:
    """Where `serve` notes how it is reached, for commands that give out URLs."""
    return settings.data_dir / "base-url"


def at_known_address(settings: Settings) -> Settings:
    """The settings, with the address that `serve` last had where SPARK_BASE_URL says nothing."""
    file = address_file(settings)
    if settings.base_url or not file.is_file():
        return settings
    return settings.model_copy(update={"base_url": file.read_text().strip()})


@contextmanager
def plain_errors() -> Iterator[None]:
    """Sentences on standard error and exit code 2, instead of a stack trace."""
    try:
        yield
    except ValidationError as error:  # of the settings: forms turn theirs into Invalid
        _refuse("the settings are not right.", reasons_of(error))
    except ArgumentError:
        _refuse("SPARK_DATABASE_URL is not a URL such as postgresql://user:password@host/name.")
    except OSError as error:
        _refuse(f"{error.filename or 'a file'}: {error.strerror}.")
    except SparkError as error:
        _refuse(error.sentence, error.reasons if isinstance(error, Conflict | Invalid) else [])
    except ProgrammingError as error:
        if "UndefinedTable" not in repr(error.orig):
            raise
        _refuse("the database has no tables yet. Run `spark-shipstation db upgrade`.")
    except OperationalError as error:
        _refuse(f"the database cannot be reached: {str(error.orig).strip()}")


def _refuse(sentence: str, reasons: Sequence[Reason] = ()) -> NoReturn:
    typer.echo(f"Error: {sentence}", err=True)
    for reason in reasons:
        typer.echo(f"  {reason.pointer + ': ' if reason.pointer else ''}{reason.detail}", err=True)
    raise typer.Exit(2) from None


@contextmanager
def opened() -> Iterator[tuple[Sessions, Settings]]:
    """Sessions on the configured database, for one command."""
    with opened_database() as (url, settings), sessions_at(url, limits_of(settings), pool_size=2) as sessions:
        yield sessions, settings


@contextmanager
def opened_database() -> Iterator[tuple[str, Settings]]:
    """The URL of the configured database, for a command that makes connections of its own."""
    with plain_errors(), database_url(settings := at_known_address(configuration.current())) as url:
        yield url, settings


@contextmanager
def sessions_at(url: str, limits: Limits, *, pool_size: int = 1) -> Iterator[Sessions]:
    engine = connect(url, limits=limits, pool_size=pool_size)
    try:
        yield sessions_on(engine)
    finally:
        engine.dispose()


def limits_of(settings: Settings) -> Limits:
    return Limits(settings.transaction_seconds, settings.lock_seconds)
