"""`account add`, `user add`, `user reset-password`, `api-key add`."""

from typing import Annotated, Literal

import typer
from sqlalchemy.orm import Session

from ..services import accounts, people
from ..services.actor import Actor
from ..store.session import Sessions
from .opening import opened

account = typer.Typer(help="Accounts: one for each merchant.", no_args_is_help=True)
user = typer.Typer(help="People at the admin pages.", no_args_is_help=True)
api_key = typer.Typer(help="Keys of the JSON API.", no_args_is_help=True)

Account = Annotated[str | None, typer.Option(help="The account's name. Default: the first account.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def acting_for(session: Session, account: str | None) -> Actor:
    """Whoever types a command, for that account. Raises NotFound."""
    return Actor(accounts.find_account(session, account).account_id, "command line")


def actor_of(sessions: Sessions, account: str | None) -> Actor:
    """The same, for a command with several transactions."""
    with sessions.begin() as session:
        return acting_for(session, account)


@account.callback()
@user.callback()
@api_key.callback()
def _group() -> None:
    """Keeps `add` a command of its own, so that others can join it."""


@account.command("add")
def add_account(name: str) -> None:
    """Add an account."""
    with opened() as (sessions, _), sessions.begin() as session:
        accounts.add_account(session, name)
    typer.echo(f"Added the account {name}.")


@user.command("add")
def add_user(email: str, account: Account = None, role: Literal["admin", "read-only"] = "admin") -> None:
    """Add a person; the password is made here and shown once."""
    with opened() as (sessions, _), sessions.begin() as session:
        account_id = accounts.find_account(session, account).account_id
        added, password = people.add_person(session, account_id, email, role)
        address = added.email
    typer.echo(f"Added {address}. Password, shown this once: {password}")


@user.command("reset-password")
def reset_password(email: str, account: Account = None) -> None:
    """Make a new password for a person, and sign them out everywhere; it is shown once."""
    with opened() as (sessions, _), sessions.begin() as session:
        account_id = accounts.find_account(session, account).account_id
        _, password = people.reset_password_of(session, account_id, email)
    typer.echo(f"New password of {email}, shown this once: {password}")


@api_key.command("add")
def add_api_key(name: str, account: Account = None, as_json: AsJson = False) -> None:
    """Add a key for a program; its secret is shown once."""
    with opened() as (sessions, _), sessions.begin() as session:
        key = accounts.add_api_key(session, accounts.find_account(session, account).account_id, name)
    if as_json:
        typer.echo(key.model_dump_json())
    else:
        typer.echo(f"API key id: {key.id}\nSecret, shown this once: {key.secret}")
