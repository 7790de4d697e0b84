"""People at the admin pages: who is signed in, and how often somebody has tried to be."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from .accounts import Account, User
from .asking import records
from .base import ACCOUNT, Base, Owned, owned_by

NOBODY = uuid.UUID(int=0)


class UserSession(Owned, Base):
    """A browser that is signed in. `digest` is of the token in its cookie, which is kept nowhere else."""

    __tablename__ = "user_sessions"
    __table_args__ = (
        owned_by("user_id", "users"),
        UniqueConstraint("account_id", "digest"),
        Index(None, "digest"),
        Index(None, "account_id", "user_id"),
    )

    user_id: Mapped[UUID]
    digest: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInAttempt(Base):
    """How often a key (of an e-mail address, or of a network address) was tried since `since`.

    Counted before anybody is known, so the account is `NOBODY`; it stands there because every key begins with one.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "since"),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]


class SignedIn(NamedTuple):
    """The person of a session, and the database's clock."""

    account_id: UUID
    account_name: str
    session_id: UUID
    user_id: UUID
    email: str
    role: str
    time_zone: str
    now: datetime


def find_session(session: Session, digest: bytes) -> SignedIn | None:
    """Of an active person of an active account, as long as it lasts."""
    found = records(session, SignedIn._make, _SESSION, digest=digest)
    return found[0] if found else None


_SESSION = (  # made once: every page asks it
    select(
        UserSession.account_id,
        Account.name,
        UserSession.id,
        User.id,
        User.email,
        User.role,
        User.time_zone,
        func.clock_timestamp(),
    )
    .join(User, (User.account_id == UserSession.account_id) & (User.id == UserSession.user_id))
    .join(Account, Account.account_id == UserSession.account_id)
    .where(UserSession.digest == bindparam("digest", type_=LargeBinary()))
    .where(UserSession.expires_at > func.clock_timestamp())
    .where(User.active, Account.active)
)


def people_with_email(session: Session, email: str) -> Sequence[tuple[User, Account]]:
    """Active people of that address in all accounts, the oldest account first: it is not yet known which is meant."""
    rows = session.execute(
        select(User, Account)
        .join(Account, Account.account_id == User.account_id)
        .where(User.email == email, User.active)
        .order_by(Account.created_at, Account.account_id)
    )
    return [(user, account) for user, account in rows]


def people_of(session: Session, account_id: UUID) -> Sequence[User]:
    """All people of the account, by address."""
    return session.scalars(_PEOPLE, {"account_id": account_id}).all()


_PEOPLE = select(User).where(User.account_id == ACCOUNT).order_by(User.email, User.id)


def lock_people(session: Session, account_id: UUID) -> dict[UUID, User]:
    """All people of the account, held: who decides about the last admin sees what another has just decided."""
    statement = select(User).where(User.account_id == account_id).order_by(User.id).with_for_update()
    return {user.id: user for user in session.scalars(statement)}


def end_sessions(session: Session, account_id: UUID, user_id: UUID, *, but: UUID | None = None) -> None:
    """All sessions of that person, but that one."""
    ended = delete(UserSession).where(UserSession.account_id == account_id, UserSession.user_id == user_id)
    session.execute(ended if but is None else ended.where(UserSession.id != but))


def end_session(session: Session, account_id: UUID, session_id: UUID) -> None:
    session.execute(delete(UserSession).where(UserSession.account_id == account_id, UserSession.id == session_id))


def drop_expired_sessions(session: Session, account_id: UUID, now: datetime) -> None:
    session.execute(delete(UserSession).where(UserSession.account_id == account_id, UserSession.expires_at <= now))


def count_attempts(session: Session, keys: Collection[bytes], *, now: datetime, span: timedelta) -> dict[bytes, int]:
    """One attempt more for each key; answers how many there were in its span, this one included.

    Attempts that come at once are counted one after another, in the order of their keys, so that none waits in a ring.
    """
    old = SignInAttempt.since <= now - span
    statement = insert(SignInAttempt).values([{"account_id": NOBODY, "key": key, "since": now, "count": 1}
                                              for key in sorted(keys)])  # fmt: skip
    rows = session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "key"],
            set_={
                "count": case((old, 1), else_=SignInAttempt.count + 1),
                "since": case((old, now), else_=SignInAttempt.since),
            },
        ).returning(SignInAttempt.key, SignInAttempt.count)
    )
    return {bytes(key): count for key, count in rows}


def forgive_attempt(session: Session, key: bytes) -> None:
    """One attempt less: it was no failure."""
    mine = (SignInAttempt.account_id == NOBODY, SignInAttempt.key == key)
    session.execute(update(SignInAttempt).where(*mine).values(count=SignInAttempt.count - 1))


def forget_attempts(session: Session, key: bytes, *, now: datetime, span: timedelta) -> None:
    """All of that key, and whatever is too old to count."""
    mine = delete(SignInAttempt).where(SignInAttempt.account_id == NOBODY)
    session.execute(mine.where(SignInAttempt.key == key))
    session.execute(mine.where(SignInAttempt.since <= now - span))
