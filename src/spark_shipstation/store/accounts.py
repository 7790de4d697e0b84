"""Accounts, the people and programs that may act for them, and the stores they sell in."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID, uuid5

from sqlalchemy import ForeignKey, Index, UniqueConstraint, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from .asking import plain_rows, records
from .base import ACCOUNT, Base, Json, Owned, new_id

_SETTING_UP = 7_415_923_008  # the key of an advisory lock


class Account(Base):
    __tablename__ = "accounts"

    account_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class User(Owned, Base):
    """A person at the admin pages. `time_zone` "" = the one of their browser."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("account_id", "email"), Index(None, "email"))

    email: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default="admin")
    active: Mapped[bool] = mapped_column(default=True)
    time_zone: Mapped[str] = mapped_column(default="", server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ApiKey(Owned, Base):
    """A program at the JSON API. `public_id` is random, so one index finds it without knowing the account."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("account_id", "public_id"), Index(None, "public_id"))

    public_id: Mapped[str]
    digest: Mapped[bytes]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Store(Base):
    """Where orders are sold. Made by the first order that names its code. `statuses` are its own words for them: word →
    meaning (rules.shopstatus). `unrouted_waits`: an order with a line that has no vendor waits as a whole; else its
    other lines go."""

    __tablename__ = "stores"
    __table_args__ = (UniqueConstraint("account_id", "code"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    name: Mapped[str]
    currency: Mapped[str] = mapped_column(default="USD")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    statuses: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    unrouted_waits: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


def digest(secret: str) -> bytes:
    """How generated secrets are kept. They have 160 bits or more, so a slow hash would add nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class KeyHolder(NamedTuple):
    account_id: UUID
    account_active: bool
    name: str
    digest: bytes
    now: datetime


def find_api_key(session: Session, public_id: str) -> KeyHolder | None:
    """An active key, with its account and the database's clock."""
    holders = records(session, KeyHolder._make, _KEY, public_id=public_id)
    return holders[0] if holders else None


_KEY = (  # made once: every call of the API asks it
    select(ApiKey.account_id, Account.active, ApiKey.name, ApiKey.digest, func.clock_timestamp())
    .join(Account, Account.account_id == ApiKey.account_id)
    .where(ApiKey.public_id == bindparam("public_id"), ApiKey.active)
)


def first_account(session: Session) -> Account | None:
    return session.scalars(select(Account).order_by(Account.created_at, Account.account_id).limit(1)).first()


def wait_for_others_to_set_up(session: Session) -> None:
    """Until the transaction ends, nobody else gets past this."""
    session.execute(select(func.pg_advisory_xact_lock(_SETTING_UP)))


def account_named(session: Session, name: str) -> Account | None:
    return session.scalars(select(Account).where(Account.name == name).order_by(Account.created_at)).first()


def user_with_email(session: Session, account_id: UUID, email: str) -> User | None:
    return session.scalars(select(User).where(User.account_id == account_id, User.email == email)).first()


def stores_by_code(session: Session, account_id: UUID, wanted: Iterable[tuple[str, str]]) -> dict[str, UUID]:
    """The ids of the stores of these (code, currency), made where they are new: of a code always the same one."""
    codes = dict(sorted(wanted))
    session.execute(
        insert(Store).on_conflict_do_nothing(index_elements=["account_id", "code"]),
        [
            {"account_id": account_id, "id": uuid5(account_id, code), "code": code, "name": code,
             "currency": currency, "time_zone": "UTC"}
            for code, currency in codes.items()
        ],
    )  # fmt: skip
    rows = session.execute(select(Store.code, Store.id).where(Store.account_id == account_id, Store.code.in_(codes)))
    return {row.code: row.id for row in rows}


_STORES = select(Store).where(Store.account_id == ACCOUNT).order_by(Store.code)


def stores_of(session: Session, account_id: UUID) -> Sequence[Store]:
    """All stores, by code."""
    return session.scalars(_STORES, {"account_id": account_id}).all()


def find_store(session: Session, account_id: UUID, code: str) -> Store | None:
    return session.scalars(select(Store).where(Store.account_id == account_id, Store.code == code)).first()


def stores_that_wait(session: Session, account_id: UUID) -> set[UUID]:
    """The stores whose orders wait as a whole for a vendor of each line."""
    return set(session.scalars(select(Store.id).where(Store.account_id == account_id, Store.unrouted_waits)))


_CLOCK = select(func.clock_timestamp())


def clock(session: Session) -> datetime:
    """The database's time, UTC: the one clock that all workers share."""
    [(now,)] = plain_rows(session, _CLOCK)
    return cast("datetime", now)
