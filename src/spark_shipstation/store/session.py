"""Engines and sessions: one dialect, UTC, and limits on what a transaction may take, enforced by the database."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds. No transaction outlives `transaction`. PostgreSQL older than 17 has no such limit of its own: there
    each statement and each pause is bounded, and a trigger refuses to commit a change that has become too old."""

    transaction: int = 60
    lock: int = 10

    def statements(self, server_version: int) -> list[str]:
        settings = {
            "statement_timeout": self.transaction,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.transaction,
        }
        if server_version >= 170000:
            settings["transaction_timeout"] = self.transaction
        return [f"SET {name} = '{seconds}s'" for name, seconds in settings.items()] + [
            f"SET spark.transaction_seconds = '{self.transaction}'",  # for the trigger changes_commit_in_time
            "SET timezone = 'UTC'",
        ]


def driver_url(url: str) -> str:
    """The URL with psycopg 3 as its driver, however it was written (postgres://, postgresql://)."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def connect(url: str, *, limits: Limits | None = None, pool_size: int = 10) -> Engine:
    """An engine for that database. Each connection is set up once: UTC and the limits."""
    limits = limits or Limits()
    engine = create_engine(
        driver_url(url), pool_size=pool_size, max_overflow=pool_size, pool_timeout=10,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # errors end up in logs, and parameters are names and addresses

        connect_args={"connect_timeout": 5, "application_name": "spark-shipstation", "client_encoding": "utf8"},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute("; ".join(limits.statements(connection.info.server_version)))
        connection.autocommit = False

    return engine


def make_durable(session: Session) -> None:
    """What this transaction writes must outlive a crash, although the log of a call alone would not have to."""
    session.execute(text("SET LOCAL synchronous_commit = on"))


def forbid_writing(session: Session) -> None:
    """For what must only look: the database refuses every write from here to the end of the transaction."""
    session.execute(text("SET TRANSACTION READ ONLY"))


def sessions_on(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


def reading_sessions_on(engine: Engine) -> Sessions:
    """Sessions whose statements all see one moment, for answers put together from several."""
    return sessionmaker(engine.execution_options(isolation_level="REPEATABLE READ"), expire_on_commit=False)
