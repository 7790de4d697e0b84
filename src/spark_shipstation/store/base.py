"""What every table shares: names of constraints, column types, and keys that start with the account."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    Uuid,
    any_,
    bindparam,
    literal,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

Json = dict[str, Any]
new_id: Callable[[], UUID] = uuid_utils.compat.uuid7


def id_of(since: datetime, *facts: object) -> UUID:
    """The same id for the same facts, whenever it is made: what others know by its id keeps it when the row has to be
    made again, after a backup was put back. Version 7 like those of `new_id`, so near in the index to its time."""
    words = "\x00".join(map(str, facts)).encode()  # no text in the database holds this character
    chance = int.from_bytes(hashlib.blake2b(words, digest_size=10).digest(), "big")
    milliseconds = int(since.timestamp() * 1000) & (2**48 - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | (chance >> 62 & 0xFFF) << 64 | 2 << 62 | chance & (2**62 - 1))


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


ischema_names["xid8"] = Xid8  # so that comparing models with the database knows it


class PgSnapshot(UserDefinedType[str]):
    """Which transactions were visible at a moment."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "pg_snapshot"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        str: Text(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(16, 4),
        UUID: Uuid(),
        Json: JSONB(),
        list[Json]: JSONB(),
        list[str]: ARRAY(Text()),
        list[UUID]: ARRAY(Uuid()),
    }


def among(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """`column = ANY(array)`: one parameter however many values, where IN would have one for each."""
    return column == any_(literal(list(values), ARRAY(column.type)))


ACCOUNT: BindParameter[UUID] = bindparam("account_id", type_=Uuid())  # of statements that are built once


def given(name: str, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The right side of `column = ANY(array)` in a statement that is built once: the array is its parameter `name`."""
    return any_(bindparam(name, type_=ARRAY(column.type)))


def at_most(number: int | None) -> ColumnElement[int]:
    """A limit that stands in the words: so PostgreSQL knows how few rows are wanted also where it plans for any values.
    None for the parameter `most`, with which it thinks of a tenth of all rows and plans anew each time: right where the
    best plan depends on the values."""
    return bindparam("most", type_=Integer()) if number is None else literal_column(str(int(number)), Integer())


class Owned:
    """A row of one account: (account_id, id) is its key, so that tables can be distributed by account."""

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def owned_by(column: str, table: str, **options: Any) -> ForeignKeyConstraint:
    """A foreign key to a row of the same account."""
    return ForeignKeyConstraint(["account_id", column], [f"{table}.account_id", f"{table}.id"], **options)
