"""How migrations run: one at a time (advisory lock), never waiting long for a lock that traffic holds."""

import os

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from spark_shipstation.store.migrations import LOCK_SECONDS
from spark_shipstation.store.models import metadata
from spark_shipstation.store.session import driver_url

ONE_AT_A_TIME = 7_415_923_006  # the key of the advisory lock


def database_url() -> str:
    url = context.config.attributes.get("url") or os.environ.get("SPARK_DATABASE_URL", "")
    if not url:
        raise SystemExit("Set SPARK_DATABASE_URL to the database to migrate.")
    return driver_url(str(url))


def run() -> None:
    """All that is missing, in one transaction: what it sets and locks ends with it, also behind a connection pooler."""
    engine = create_engine(
        database_url(), poolclass=NullPool, connect_args={"client_encoding": "utf8", "prepare_threshold": None}
    )
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        seconds = context.config.attributes.get("lock_seconds", LOCK_SECONDS)
        connection.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'; SET LOCAL statement_timeout = '15min'"))
        context.configure(
            connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True
        )
        context.run_migrations()
    engine.dispose()


run()
