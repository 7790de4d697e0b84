"""`store show`, `store set`: what a store's words for statuses mean, and what becomes of orders with unrouted lines."""

from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from ..errors import BadRequest, Invalid
from ..rules.shopstatus import folded
from ..services import accounts, stores
from ..services.actor import Actor
from ..services.answers import StoreOut
from ..services.forms import reasons_of
from ..services.forms.stores import StorePatch
from ..store.accounts import clock
from .accounts import Account, AsJson
from .opening import opened

app = typer.Typer(help="Stores: where orders are sold.", no_args_is_help=True)


@app.command()
def show(code: str, account: Account = None, as_json: AsJson = False) -> None:
    """Print a store's settings, and the statuses that nobody has given a meaning yet."""
    with opened() as (sessions, _), sessions.begin() as session:
        store = stores.read_store(session, accounts.find_account(session, account).account_id, code)
    _print(store, as_json)


@app.command("set")
def set_(
    code: str,
    status: Annotated[
        list[str] | None,
        typer.Option(
            help="What a status of the shop means: backorder=on_hold; backorder= forgets it. Can be repeated."
        ),
    ] = None,
    when_unrouted: Annotated[
        Literal["send_rest", "wait"] | None, typer.Option(help="What an order does with a line that has no vendor.")
    ] = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given. Open orders follow at once."""
    left = 1
    with opened() as (sessions, _):
        while left:
            with sessions.begin() as session:
                account_id = accounts.find_account(session, account).account_id
                words = _changed(stores.read_store(session, account_id, code).statuses, status or [])
                actor = Actor(account_id, "command line")
                store = stores.change_store(session, code, _form(words, when_unrouted), actor, now=clock(session))
            left = store.orders_left
    _print(store, as_json)


def _changed(words: dict[str, str], changes: list[str]) -> dict[str, str]:
    """A word that means nothing any more is forgotten."""
    for change in changes:
        word, equals, meaning = change.partition("=")
        if not equals:
            raise BadRequest(f"“{change}” says nothing: write the shop's word, = and what it means.")
        words = {known: means for known, means in words.items() if folded(known) != folded(word)}
        if meaning.strip():
            words[word.strip()] = meaning.strip()
    return words


def _form(words: dict[str, str], when_unrouted: str | None) -> StorePatch:
    try:
        return StorePatch.model_validate({"statuses": words, "when_unrouted": when_unrouted})
    except ValidationError as error:
        raise Invalid("The settings were refused.", reasons_of(error)) from None


_UNROUTED = {"send_rest": "is sent without it", "wait": "waits as a whole"}


def _print(store: StoreOut, as_json: bool) -> None:
    if as_json:
        typer.echo(store.model_dump_json())
        return
    typer.echo(f"{store.code}: {store.name}, {store.currency}, {store.time_zone}")
    typer.echo(f"  an order with a line that has no vendor {_UNROUTED[store.when_unrouted]}")
    for word, meaning in store.statuses.items():
        typer.echo(f"  “{word}” means {meaning}")
    for word in store.unknown_statuses:
        typer.echo(f"  “{word}” has no meaning yet: its orders are on hold")
