"""Engines and sessions: one dialect, UTC, and limits on what a transaction may take, enforced by the database."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from .asking import plain_write
from .freshness import replace_dead_connections

Sessions = sessionmaker[Session]

APPLICATION = "spark-shipstation"  # in pg_stat_activity
LOCAL = "spark: limits of a transaction"  # of a connection that has none for its session
# A database host that has vanished without a word is noticed within a minute, and no thread waits for it for ever.
WATCHFUL = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds. No transaction outlives `transaction`. PostgreSQL older than 17 has no such limit of its own: there
    each statement and each pause is bounded, and a trigger refuses to commit a change that has become too old."""

    transaction: int = 60
    lock: int = 10

    def statements(self, server_version: int, verb: str = "SET") -> str:
        """`SET` for the session, or `SET LOCAL` for the transaction that has begun."""
        settings = {
            "statement_timeout": f"{self.transaction}s",
            "lock_timeout": f"{self.lock}s",
            "idle_in_transaction_session_timeout": f"{self.transaction}s",
            "spark.transaction_seconds": str(self.transaction),  # for the trigger changes_commit_in_time
            "timezone": "UTC",
        }
        if server_version >= 170000:
            settings["transaction_timeout"] = f"{self.transaction}s"
        return "; ".join(f"{verb} {name} = '{value}'" for name, value in settings.items())


def driver_url(url: str) -> str:
    """The URL with psycopg 3 as its driver, however it was written (postgres://, postgresql://)."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def connect(url: str, *, limits: Limits | None = None, pool_size: int = 10) -> Engine:
    """An engine for that database, with UTC and the limits: set once for a connection; behind a pooler that deals out
    server connections by the transaction, once for each transaction. Only then does it listen to what happens on its
    connections: that alone makes each statement that SQLAlchemy executes a tenth dearer."""
    limits = limits or Limits()
    engine = create_engine(
        driver_url(url), pool_size=pool_size, max_overflow=pool_size, pool_timeout=10,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # errors end up in logs, and parameters are names and addresses
        connect_args={"connect_timeout": 5, "application_name": APPLICATION, "client_encoding": "utf8", **WATCHFUL},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.autocommit = True
        if is_pooled(connection):
            connection.prepare_threshold = None  # what is prepared on one server connection is unknown on the next
            record.info[LOCAL] = limits.statements(connection.info.server_version, "SET LOCAL")
            event.listen(engine, "begin", limit_transaction)
        else:
            connection.execute(limits.statements(connection.info.server_version))
        connection.autocommit = False

    def limit_transaction(connection: Connection) -> None:
        if LOCAL in connection.info:
            connection.exec_driver_sql(connection.info[LOCAL])

    replace_dead_connections(engine)
    return engine


def is_pooled(connection: Any) -> bool:
    """Whether a pooler such as PgBouncer stands between: the server process that answers is not the one that the
    connection was made to, because a pooler hands out process ids of its own."""
    (answers,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    return bool(answers != connection.info.backend_pid)


def make_durable(session: Session) -> None:
    """What this transaction writes must outlive a crash, although the log of a call alone would not have to."""
    session.execute(text("SET LOCAL synchronous_commit = on"))


_PLANS = text(
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),"
    " set_config('lock_timeout', coalesce(CAST(:lock AS text), current_setting('lock_timeout')), true)"
)


def keep_plans(session: Session, *, lock_milliseconds: int | None = None) -> None:
    """For a transaction whose statements are asked again and again, each by its keys: PostgreSQL plans none of them
    anew, and each by an index, also where a table was nearly empty when the plan was made. Where `lock_milliseconds` is
    given, none of them waits longer than that for a lock."""
    lock = None if lock_milliseconds is None else f"{lock_milliseconds}ms"
    plain_write(session, _PLANS, lock=lock)


def forbid_writing(session: Session) -> None:
    """For what must only look: the database refuses every write from here to the end of the transaction."""
    session.execute(text("SET TRANSACTION READ ONLY"))


def see_one_moment(session: Session) -> None:
    """All statements of the transaction that has just begun do. As with `reading_sessions_on`, but nothing listens to
    its connection, which it takes at once."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def sessions_on(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


def reading_sessions_on(engine: Engine) -> Sessions:
    """Sessions whose statements all see one moment, for answers put together from several."""
    return sessionmaker(engine.execution_options(isolation_level="REPEATABLE READ"), expire_on_commit=False)
