"""Statements that are built once and asked again and again: SQLAlchemy puts each into words once, the driver asks it.
What SQLAlchemy does around every execution would take longer than a short statement itself.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import CompileError, DBAPIError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

Row = tuple[Any, ...]
Cursor = psycopg.RawCursor[Row]
Made = TypeVar("Made")
Answer = TypeVar("Answer")

_WORDING = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # PostgreSQL's own form: the driver need not translate it


class _Ready(NamedTuple):
    words: str
    encoded: bytes
    parameters: Sequence[str]  # in their order
    known: Mapping[str, Any]  # those that have a value of their own


def plain_rows(session: Session, statement: ClauseElement, **facts: Any) -> list[Row]:
    """Rows past the unit of work, of a statement that was built once; values go and come as the driver has them. What
    the session has to write is written first. Raises SQLAlchemy's DBAPIError, as its own execution would; who listens
    to the engine's statements hears of these, too, but not of their failures."""
    return _asked(session, statement, facts, lambda cursor: cursor.fetchall())


def records(session: Session, make: Callable[[Row], Made], statement: ClauseElement, **facts: Any) -> list[Made]:
    """As `plain_rows`; `make` is a record's `_make`."""
    return list(map(make, plain_rows(session, statement, **facts)))


def plain_write(session: Session, statement: ClauseElement, **facts: Any) -> None:
    """As `plain_rows`, for a statement that answers nothing."""
    _asked(session, statement, facts, lambda _: None)


def _asked(
    session: Session, statement: ClauseElement, facts: Mapping[str, Any], taken: Callable[[Cursor], Answer]
) -> Answer:
    session.flush()
    connection, ready = session.connection(), _ready(statement)
    values = [facts[name] if name in facts else ready.known[name] for name in ready.parameters]
    cursor = psycopg.RawCursor(_driven(connection))
    listening, told = connection.engine.dispatch, (connection, cursor, ready.words, values, SimpleNamespace(), False)
    for listener in listening.before_cursor_execute:
        listener(*told)
    try:
        answer = taken(cursor.execute(ready.encoded, values))
    except psycopg.Error as error:
        raise _as_sqlalchemys(error, connection, ready.words) from error
    for listener in listening.after_cursor_execute:
        listener(*told)
    return answer


@lru_cache(1_000)
def _ready(statement: ClauseElement) -> _Ready:
    compiled = statement.compile(dialect=_WORDING)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - as every statement's is
    if compiled.post_compile_params:
        raise CompileError(f"its words depend on its values; `among` instead of `in_` helps: {compiled.string}")
    known = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    return _Ready(compiled.string, compiled.string.encode(), compiled.positiontup or (), known)


def _driven(connection: Connection) -> psycopg.Connection[Row]:
    return cast("psycopg.Connection[Row]", connection.connection.driver_connection)


def _as_sqlalchemys(error: psycopg.Error, connection: Connection, words: str) -> StatementError:
    """What others look for. A connection that broke does not go back to the pool."""
    is_gone = _driven(connection).closed
    if is_gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        words, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=is_gone, dialect=_WORDING
    )
