"""Signing in and out: who the person is, how often may be tried, and how long a session lasts.

A password is looked at between two transactions, since that takes long: `admit` counts the attempt and finds who could
be meant, `recognise` compares, `begin_session` writes what follows.
"""

import hashlib
import ipaddress
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from ..errors import Conflict, Forbidden, SignInNeeded, TooOften, Unauthorized, Unavailable
from ..store import people as store
from ..store.accounts import User, digest
from ..store.base import new_id
from ..store.people import SignedIn, UserSession
from . import secrets
from .actor import Actor

ADMIN, READ_ONLY = "admin", "read-only"
LASTS = timedelta(days=14)
SPAN = timedelta(minutes=15)
MOST_FOR_EMAIL, MOST_FOR_ADDRESS = 10, 50
_AT_ONCE = threading.BoundedSemaphore(4)  # a comparison takes 64 MiB; a flood of them must not take the server
_PATIENCE = 3  # seconds
NOBODYS_HASH = secrets.hasher.hash(secrets.password())
WRONG = "The e-mail address or the password is not right."


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person at a page, and the database's clock at the time of the call."""

    account_id: UUID
    account_name: str
    session_id: UUID
    user_id: UUID
    email: str
    role: str
    time_zone: str
    now: datetime

    @property
    def may_change(self) -> bool:
        return self.role == ADMIN

    def actor(self, request_id: str) -> Actor:
        return Actor(self.account_id, f"user {self.email}", request_id)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who has that e-mail address: plain values, for the comparison outside of any transaction."""

    account_id: UUID
    account_name: str
    account_active: bool
    user_id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True)
class Admission:
    """The attempt may go on: its keys, and who could be meant."""

    keys: tuple[bytes, bytes]
    candidates: tuple[Candidate, ...]


def viewer_of(session: Session, token: str) -> Viewer:
    """Raises SignInNeeded."""
    found: SignedIn | None = store.find_session(session, digest(token)) if token else None
    if found is None:
        raise SignInNeeded
    return Viewer(
        account_id=found.account_id,
        account_name=found.account_name,
        session_id=found.session_id,
        user_id=found.user_id,
        email=found.email,
        role=found.role,
        time_zone=found.time_zone,
        now=found.now,
    )


def admit(session: Session, email: str, address: str, *, now: datetime) -> Admission | None:
    """Count an attempt; None when there were too many of that e-mail or network address. Unknown ones count alike."""
    email = email.strip().lower()
    keys = (_key("email", email), _key("address", network_of(address)))
    counts = store.count_attempts(session, keys, now=now, span=SPAN)
    if counts[keys[0]] > MOST_FOR_EMAIL or counts[keys[1]] > MOST_FOR_ADDRESS:
        return None
    return Admission(
        keys,
        tuple(
            Candidate(account.account_id, account.name, account.active, user.id, user.password_hash)
            for user, account in store.people_with_email(session, email)
        ),
    )


def too_often() -> TooOften:
    minutes = SPAN // timedelta(minutes=1)
    return TooOften(f"That was tried too often. Wait {minutes} minutes, then try again.", int(SPAN.total_seconds()))


def recognise(candidates: Sequence[Candidate], password: str, account: str = "") -> Candidate:
    """Whose password it is. `account` is the name of the one that is meant, where the address is known in several.

    Raises Unauthorized, Conflict when several are meant, Forbidden for an account that is not active. Without any
    candidate the work is the same as with one.
    """
    right = [one for one in candidates if matches(one.password_hash, password)]
    if not candidates:
        matches(NOBODYS_HASH, password)
    if account:
        right = [one for one in right if one.account_name == account]
    if not right:
        raise Unauthorized(WRONG)
    if len(right) > 1:
        raise Conflict("This address belongs to several accounts: " + ", ".join(one.account_name for one in right))
    if not right[0].account_active:
        raise Forbidden("This Spark account is not active.")
    return right[0]


def matches(password_hash: str, password: str) -> bool:
    """Slow by intent. Raises Unavailable when too many are compared at once."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise Unavailable("Too many people are signing in at this moment. Try again.", retry_after=5)
    try:
        return secrets.hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _AT_ONCE.release()


def begin_session(session: Session, who: Candidate, keys: tuple[bytes, bytes], *, now: datetime) -> str:
    """The token for the cookie. What failed before is forgotten for the e-mail address, not for the network's."""
    token = secrets.password()
    of_email, of_address = keys
    store.forget_attempts(session, of_email, now=now, span=SPAN)
    store.forgive_attempt(session, of_address)
    store.drop_expired_sessions(session, who.account_id, now)
    session.add(
        UserSession(
            account_id=who.account_id,
            id=new_id(),
            user_id=who.user_id,
            digest=digest(token),
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return token


def end_session(session: Session, viewer: Viewer) -> None:
    store.end_session(session, viewer.account_id, viewer.session_id)


def end_all_sessions(session: Session, viewer: Viewer) -> None:
    store.end_sessions(session, viewer.account_id, viewer.user_id)


def candidate_of(user: User, account_name: str) -> Candidate:
    """Somebody who is signed in already, to ask for the password once more."""
    return Candidate(user.account_id, account_name, True, user.id, user.password_hash)


def _key(kind: str, word: str) -> bytes:
    return hashlib.sha256(f"{kind}:{word}".encode("utf-8", "surrogatepass")).digest()


@lru_cache(4096)  # of each call, and most come from few
def network_of(address: str) -> str:
    """An IPv6 customer has a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
