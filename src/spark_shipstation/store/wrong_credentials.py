"""Calls of a connection's URL with a wrong username or password: one row for each connection and hour, however many."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from .asking import plain_rows
from .base import ACCOUNT, Base, owned_by

DAY = timedelta(days=1)


class WrongCredentials(Base):
    """`without` of them came with no credentials at all, as when a proxy takes the header away."""

    __tablename__ = "wrong_credentials"
    __table_args__ = (owned_by("vendor_id", "vendors"),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    without: Mapped[int]
    last_at: Mapped[datetime]


class WrongCalls(NamedTuple):
    """Of the last 24 hours, about."""

    number: int
    without: int
    last_at: datetime | None


def count_wrong_call(session: Session, account_id: UUID, vendor_id: UUID, *, without: bool) -> None:
    """Waits for no disk: of a flood, the last moment may be lost."""
    session.execute(text("SET LOCAL synchronous_commit = off"))
    now = func.clock_timestamp()
    first = insert(WrongCredentials).values(
        account_id=account_id,
        vendor_id=vendor_id,
        hour=func.date_trunc("hour", now),
        count=1,
        without=int(without),
        last_at=now,
    )
    session.execute(
        first.on_conflict_do_update(
            index_elements=["account_id", "vendor_id", "hour"],
            set_={
                "count": WrongCredentials.count + 1,
                "without": WrongCredentials.without + int(without),
                "last_at": func.greatest(WrongCredentials.last_at, first.excluded.last_at),
            },
        )
    )


_WRONG = select(
    func.coalesce(func.sum(WrongCredentials.count), literal(0)),
    func.coalesce(func.sum(WrongCredentials.without), literal(0)),
    func.max(WrongCredentials.last_at),
).where(
    WrongCredentials.account_id == ACCOUNT,
    WrongCredentials.vendor_id == bindparam("vendor_id"),
    WrongCredentials.last_at > bindparam("since"),
)


def wrong_calls(session: Session, account_id: UUID, vendor_id: UUID, *, now: datetime) -> WrongCalls:
    facts = {"account_id": account_id, "vendor_id": vendor_id, "since": now - DAY}
    [(number, without, last_at)] = plain_rows(session, _WRONG, **facts)
    return WrongCalls(int(number), int(without), last_at)


def forget_wrong_calls(session: Session, account_id: UUID, vendor_id: UUID, before: datetime) -> None:
    session.execute(
        delete(WrongCredentials).where(
            WrongCredentials.account_id == account_id,
            WrongCredentials.vendor_id == vendor_id,
            WrongCredentials.hour < before,
        )
    )
