"""`routing import|export|unrouted|retry`, and `orders reroute`."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..errors import NotFound
from ..rules.explaining.words import counted
from ..services import accounts, rulefiles
from ..services.actor import Actor
from ..services.rerouting import cursor_of, reroute_order, reroute_orders
from ..services.routing_answers import ReroutedOut
from ..services.unrouted import read_unrouted
from ..store.accounts import clock
from ..store.orders.reading import OrderFilter, list_orders
from ..store.orders.waiting import Wanted
from ..store.session import Sessions
from .accounts import Account, AsJson, actor_of
from .opening import opened
from .showing import shown
from .textfiles import CsvIn, CsvOut, read_text, write_text

app = typer.Typer(help="Which vendor ships a line.", no_args_is_help=True)


@app.command("import")
def import_(
    file: CsvIn,
    account: Account = None,
) -> None:
    """Replace all routing rules by those of a CSV file, in its order; where one is refused, none changes."""
    with opened() as (sessions, _), read_text(file) as lines:
        actor = actor_of(sessions, account)
        with sessions.begin() as session:
            rules = rulefiles.import_rules(session, actor, lines, now=clock(session)).rules
    typer.echo(f"{len(rules)} rules.")


@app.command()
def export(
    file: CsvOut = None,
    account: Account = None,
) -> None:
    """Write the routing rules as CSV, as `routing import` reads it."""
    with opened() as (sessions, _), sessions.begin() as session:
        account_id = accounts.find_account(session, account).account_id
        write_text(file, rulefiles.export_rules(session, account_id))


@app.command()
def unrouted(account: Account = None, as_json: AsJson = False) -> None:
    """List the lines that no vendor ships, by SKU and reason."""
    with opened() as (sessions, _), sessions.begin() as session:
        found = read_unrouted(session, accounts.find_account(session, account).account_id)
    if as_json:
        typer.echo(found.model_dump_json())
        return
    typer.echo(f"Orders with a line that no vendor ships: {found.orders}.")
    if found.groups:
        table = Table("SKU", "Reason", "Orders", "Units", "Since")
        for group in found.groups:
            since = f"{group.oldest:%Y-%m-%d}"
            table.add_row(*map(shown, (group.sku or group.name, group.reason, group.orders, group.units, since)))
        Console().print(table)


@app.command()
def retry(account: Account = None) -> None:
    """Route again all lines that no vendor ships."""
    with opened() as (sessions, _):
        _reroute(sessions, actor_of(sessions, account), unrouted=True)


def reroute(
    number: Annotated[str | None, typer.Argument(help="The number of an order or vendor order.")] = None,
    sku: Annotated[str | None, typer.Option(help="All open orders with this SKU.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="All open orders.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the timeline.")] = "",
    preview: Annotated[bool, typer.Option(help="With NUMBER: only say what would move.")] = False,
    account: Account = None,
) -> None:
    """Route again what has not shipped, by the rules as they are now: one order, or many."""
    if (number is not None) + (sku is not None) + open_ != 1 or (preview and number is None):
        raise typer.BadParameter("name an order, a --sku, or say --open; --preview goes with an order")
    with opened() as (sessions, _):
        actor = actor_of(sessions, account)
        if number is None:
            _reroute(sessions, actor, unrouted=False, sku=sku, reason=reason)
            return
        with sessions.begin() as session:
            orders = list_orders(session, actor.account_id, OrderFilter(number=number.strip()), 20)
            if not orders:
                raise NotFound(f"There is no order {number[:60]}, and no vendor order of that number.")
            found = [
                reroute_order(session, order.id.hex, actor, now=clock(session), reason=reason, preview=preview)
                for order in orders
            ]
    _tell(found)


def _reroute(sessions: Sessions, actor: Actor, *, unrouted: bool, sku: str | None = None, reason: str = "") -> None:
    """In transactions of some hundred orders each, so that nobody waits long for any of them."""
    looked_at = changed = 0
    cursor: str | None = None
    while True:
        with sessions.begin() as session:
            wanted = Wanted(unrouted, skus=[sku] if sku else None, after=cursor_of(cursor))
            found = reroute_orders(session, wanted, actor, now=clock(session), reason=reason)
        _tell(found.orders)
        looked_at, changed = looked_at + found.looked_at, changed + len(found.orders)
        cursor = found.next_cursor
        if cursor is None:
            break
    typer.echo(f"{counted(looked_at, 'order')} looked at, {changed} changed.")


def _tell(orders: Iterable[ReroutedOut]) -> None:
    for order in orders:
        for line in order.lines:
            what = f"{order.number}: {line.units} × {line.sku or line.external_id}"
            if line.moves:
                typer.echo(f"{what} from {line.before or 'no vendor'} to {line.after or 'no vendor'}: {line.reason}")
            else:
                typer.echo(f"{what} stays {_place(line.before)}: {line.reason}")


def _place(before: str | None) -> str:
    return {None: "unrouted", "nobody": "excluded"}.get(before, f"with {before}")
