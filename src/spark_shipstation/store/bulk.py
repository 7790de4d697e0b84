"""Many rows in one statement, past the unit of work: written as one JSON document, which PostgreSQL takes apart by the
table's own column types. With one statement for each row, most of an intake's time would be spent on the wire.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Table, TextClause, text
from sqlalchemy.orm import Session, make_transient_to_detached

from .asking import plain_rows, plain_write
from .base import Base

Row = TypeVar("Row", bound=Base)
Rows = Sequence[Mapping[str, Any]]
# Told that there is one row only, PostgreSQL looks it up; for a hundred it might read the whole of a small table.
ONE, MANY = "json_populate_record", "json_populate_recordset"


def insert_rows(session: Session, model: type[Base], rows: Rows) -> None:
    """All rows have the same columns; what they leave out takes the database's default."""
    if rows:
        plain_write(session, _insert(_table(model), tuple(rows[0])), rows=_json(rows))


def insert_new_rows(session: Session, model: type[Base], rows: Rows, unique: Sequence[str]) -> set[UUID]:
    """The ids of the rows that were inserted: one whose `unique` columns are taken already is left out."""
    if not rows:
        return set()
    statement = _insert(_table(model), tuple(rows[0]), tuple(unique))
    return {id_ for (id_,) in plain_rows(session, statement, rows=_json(rows))}


def as_read(session: Session, row: Row) -> Row:
    """The object of a row that was just inserted here, in the session as if it had been read."""
    make_transient_to_detached(row)
    session.add(row)
    return row


class Writes:
    """Rows of any tables that go out in one statement. PostgreSQL looks at foreign keys when all of it is done, so they
    may point to each other."""

    def __init__(self) -> None:
        self._inserts: dict[type[Base], list[Mapping[str, Any]]] = {}
        self._updates: dict[type[Base], list[Mapping[str, Any]]] = {}

    def insert(self, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
        """All rows of a table have the same columns; what they leave out takes the database's default."""
        self._inserts.setdefault(model, []).extend(rows)

    def update(self, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows of (account_id, id) and the columns to set, each row once. Objects in the session do not hear of it."""
        self._updates.setdefault(model, []).extend(rows)

    def write(self, session: Session) -> None:
        """Do it. Nothing is left to be written then."""
        steps = [(_INSERT, model, rows) for model, rows in self._inserts.items() if rows]
        steps += [(ONE if len(rows) == 1 else MANY, model, rows) for model, rows in self._updates.items() if rows]
        self._inserts, self._updates = {}, {}
        if not steps:
            return
        shapes = tuple((verb, _table(model), tuple(rows[0])) for verb, model, rows in steps)
        given = {f"rows{n}": _json(rows[0] if verb == ONE else rows) for n, (verb, _, rows) in enumerate(steps)}
        plain_write(session, _together(shapes), **given)


_INSERT = "insert"


def _json(rows: Rows | Mapping[str, Any]) -> str:
    return orjson.dumps(rows, default=_plain).decode()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"no column holds a {type(value).__name__}")


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model has one
    return table


# The names in these statements are those of our own tables and columns.
@cache
def _insert(table: Table, columns: tuple[str, ...], unique: tuple[str, ...] = ()) -> TextClause:
    past_others = f" ON CONFLICT ({', '.join(unique)}) DO NOTHING RETURNING id" if unique else ""
    return text(_inserting(table, columns, "rows") + past_others)


@cache
def _together(shapes: tuple[tuple[str, Table, tuple[str, ...]], ...]) -> TextClause:
    steps = [
        _inserting(table, columns, f"rows{n}") if verb == _INSERT else _updating(table, columns, verb, f"rows{n}")
        for n, (verb, table, columns) in enumerate(shapes)
    ]
    return text("WITH " + ", ".join(f"step{n} AS ({step})" for n, step in enumerate(steps)) + " SELECT 1")


def _inserting(table: Table, columns: tuple[str, ...], parameter: str) -> str:
    names = ", ".join(columns)
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {_given(table, MANY, parameter)}"  # noqa: S608 - names of our own tables and columns


def _updating(table: Table, columns: tuple[str, ...], function: str, parameter: str) -> str:
    new = ", ".join(f"{name} = given.{name}" for name in columns if name not in {"account_id", "id"})
    key = f"{table.name}.account_id = given.account_id AND {table.name}.id = given.id"
    return f"UPDATE {table.name} SET {new} FROM {_given(table, function, parameter)} WHERE {key}"  # noqa: S608 - names of our own tables and columns


def _given(table: Table, function: str, parameter: str) -> str:
    return f"{function}(NULL::{table.name}, CAST(:{parameter} AS json)) AS given"
