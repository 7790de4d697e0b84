"""Databases of a test's own, beside the one that the others share."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from spark_shipstation.store.session import driver_url


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """The URL of a new, empty database on that server. It is dropped afterwards."""
    name = f"spark_{uuid4().hex[:12]}"
    engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield make_url(driver_url(url)).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
