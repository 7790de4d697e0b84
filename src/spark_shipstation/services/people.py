"""The people of an account: who may see the pages, who may change something, and their passwords."""

from datetime import datetime
from uuid import UUID

import pytz
from pydantic import BaseModel
from sqlalchemy.orm import Session

from ..errors import Conflict, Invalid, NotFound, Reason, Unauthorized
from ..store import people as store
from ..store.accounts import User, user_with_email
from . import secrets, signin
from .accounts import add_user
from .forms import as_uuid
from .signin import ADMIN, READ_ONLY, Viewer

SHORTEST, LONGEST = 12, 200
ROLES = (ADMIN, READ_ONLY)


class PersonOut(BaseModel):
    id: str
    email: str
    role: str
    active: bool
    created_at: datetime


def list_people(session: Session, account_id: UUID) -> list[PersonOut]:
    return [
        PersonOut(id=user.id.hex, email=user.email, role=user.role, active=user.active, created_at=user.created_at)
        for user in store.people_of(session, account_id)
    ]


def add_person(session: Session, account_id: UUID, email: str, role: str) -> tuple[User, str]:
    """A new person with a generated password, which is in the answer and nowhere else. Raises Invalid, Conflict."""
    email = email.strip().lower()
    reasons = []
    if not _is_address(email):
        reasons.append(Reason("write an e-mail address such as ada@example.com", "/email"))
    if role not in ROLES:
        reasons.append(Reason(f"the role is {' or '.join(ROLES)}", "/role"))
    if reasons:
        raise Invalid("The person was not added.", reasons)
    password = secrets.password()
    return add_user(session, account_id, email, password, role), password


def _is_address(email: str) -> bool:
    name, _, host = email.partition("@")
    return bool(name and host) and len(email) <= 254 and email.isprintable() and not set(" ,;<>") & set(email)


def set_role(session: Session, account_id: UUID, word: str, role: str) -> User:
    """Raises NotFound, Invalid, Conflict for the last admin."""
    if role not in ROLES:
        raise Invalid("The role was not changed.", [Reason(f"the role is {' or '.join(ROLES)}", "/role")])
    people, user = _held(session, account_id, word)
    if role != ADMIN:
        _refuse_the_last_admin(people, user)
    user.role = role
    session.flush()
    return user


def set_active(session: Session, account_id: UUID, word: str, active: bool) -> User:
    """Who is not active is signed out everywhere. Raises NotFound, Conflict for the last admin."""
    people, user = _held(session, account_id, word)
    if not active:
        _refuse_the_last_admin(people, user)
        store.end_sessions(session, account_id, user.id)
    user.active = active
    session.flush()
    return user


def reset_password(session: Session, viewer: Viewer, word: str) -> tuple[User, str]:
    """A generated password, which is in the answer and nowhere else; every session ends, so whoever made it for
    themselves would never see it. Raises NotFound, Conflict for oneself."""
    _, user = _held(session, viewer.account_id, word)
    if user.id == viewer.user_id:
        raise Conflict(
            "You cannot have your own password made anew: it would be shown to nobody. Choose one in your settings."
        )
    return user, _new_password(session, user)


def reset_password_of(session: Session, account_id: UUID, email: str) -> tuple[User, str]:
    """The same, by address. Raises NotFound."""
    user = user_with_email(session, account_id, email.strip().lower())
    if user is None:
        raise NotFound(f"There is no user {email}.")
    return user, _new_password(session, user)


def _new_password(session: Session, user: User) -> str:
    password = secrets.password()
    user.password_hash = secrets.hasher.hash(password)
    store.end_sessions(session, user.account_id, user.id)
    session.flush()
    return password


def user_of(session: Session, viewer: Viewer) -> User:
    user = user_with_email(session, viewer.account_id, viewer.email)
    assert user is not None  # noqa: S101 - whoever looks has a session of theirs
    return user


def change_password(session: Session, viewer: Viewer, old: str, new: str, again: str) -> None:
    """Their other sessions end. Raises Unauthorized for a wrong old one, Invalid with every reason."""
    user = user_of(session, viewer)
    if not signin.matches(user.password_hash, old):
        raise Unauthorized("Your present password is not right.")
    reasons = list(_weaknesses(new, viewer.email))
    if new != again:
        reasons.append(Reason("the two new passwords differ", "/again"))
    if new == old:
        reasons.append(Reason("the new password is the old one", "/new"))
    if reasons:
        raise Invalid("The password was not changed.", reasons)
    user.password_hash = secrets.hasher.hash(new)
    store.end_sessions(session, viewer.account_id, viewer.user_id, but=viewer.session_id)
    session.flush()


def _weaknesses(password: str, email: str) -> list[Reason]:
    reasons = []
    if not SHORTEST <= len(password) <= LONGEST:
        reasons.append(Reason(f"a password has {SHORTEST} to {LONGEST} characters", "/new"))
    if password.strip().lower() == email:
        reasons.append(Reason("a password must not be the e-mail address", "/new"))
    if password and len(set(password)) < 5:
        reasons.append(Reason("use at least five different characters", "/new"))
    return reasons


def set_time_zone(session: Session, viewer: Viewer, name: str) -> None:
    """ "" = the zone of the browser. Raises Invalid."""
    if name and name not in pytz.all_timezones_set:
        raise Invalid(
            "The time zone was not changed.",
            [Reason(f"there is no time zone “{name[:40]}”; write one such as America/New_York", "/time_zone")],
        )
    user_of(session, viewer).time_zone = name
    session.flush()


def _held(session: Session, account_id: UUID, word: str) -> tuple[dict[UUID, User], User]:
    people = store.lock_people(session, account_id)
    id_ = as_uuid(word)
    if id_ is None or id_ not in people:
        raise NotFound("There is no such person.")
    return people, people[id_]


def _refuse_the_last_admin(people: dict[UUID, User], user: User) -> None:
    others = [other for other in people.values() if other.active and other.role == ADMIN and other.id != user.id]
    if user.active and user.role == ADMIN and not others:
        raise Conflict(f"{user.email} is the only active admin: without one, nobody could change anything.")
