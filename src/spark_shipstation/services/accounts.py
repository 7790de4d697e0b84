"""Accounts, users and API keys: making them, and believing them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import Conflict, Forbidden, NotFound, Unauthorized
from ..store import accounts as store
from ..store.accounts import Account, ApiKey, User, digest
from ..store.base import new_id
from . import secrets
from .actor import Actor
from .answers import ApiKeyOut, VendorOut
from .forms import VendorIn
from .vendors import add_vendor


def add_account(session: Session, name: str) -> Account:
    if store.account_named(session, name) is not None:
        raise Conflict(f"There is an account named {name} already.")
    account = Account(account_id=new_id(), name=name, active=True)
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, name: str | None) -> Account:
    """The account of that name; without a name, the first. Raises NotFound."""
    account = store.account_named(session, name) if name else store.first_account(session)
    if account is None:
        raise NotFound(
            f"There is no account {name}." if name else "There is no account yet: add one with `account add`."
        )
    return account


def add_user(session: Session, account_id: UUID, email: str, password: str, role: str = "admin") -> User:
    """Raises Conflict where the address is taken."""
    email = email.strip().lower()
    if store.user_with_email(session, account_id, email) is not None:
        raise Conflict(f"There is a user {email} already.")
    user = User(account_id=account_id, id=new_id(), email=email, password_hash=secrets.hasher.hash(password), role=role)
    session.add(user)
    session.flush()
    return user


def add_api_key(session: Session, account_id: UUID, name: str) -> ApiKeyOut:
    """The secret is in the answer and nowhere else."""
    key = ApiKeyOut(id=secrets.public_id("key-"), secret=secrets.password())
    session.add(
        ApiKey(account_id=account_id, id=new_id(), public_id=key.id, digest=digest(key.secret), name=name, active=True)
    )
    session.flush()
    return key


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """A program that is believed, and the database's clock at the time of its call."""

    actor: Actor
    now: datetime


def api_caller(session: Session, key_id: str | None, secret: str | None, request_id: str) -> ApiCaller:
    """Raises Unauthorized, Forbidden for an account that is not active."""
    holder = store.find_api_key(session, key_id) if key_id else None
    right = secrets.matches(secret or "", [holder.digest] if holder else [])
    if holder is None or not right:
        raise Unauthorized("The API key's id or secret is not right.")
    if not holder.account_active:
        raise Forbidden("This Spark account is not active.")
    return ApiCaller(Actor(holder.account_id, f"key {holder.name}", request_id), holder.now)


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What the very first start made. The passwords are shown now and never again."""

    shipstation: VendorOut
    api_key: ApiKeyOut
    email: str
    password: str


def set_up_first(session: Session, base_url: str) -> FirstRun | None:
    """An account, a user, an API key and a ShipStation vendor, where there is no account yet. Of several servers that
    start at once, one makes them."""
    store.wait_for_others_to_set_up(session)
    if store.first_account(session) is not None:
        return None
    account = add_account(session, "Spark")
    email, password = "admin@localhost", secrets.password()
    add_user(session, account.account_id, email, password)
    key = add_api_key(session, account.account_id, "first key")
    vendor = add_vendor(session, account.account_id, VendorIn(name="ShipStation", default=True), base_url)
    return FirstRun(vendor, key, email, password)
