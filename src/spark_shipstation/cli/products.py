"""`products import FILE`, `products export`."""

from collections import Counter
from itertools import islice

import typer

from ..errors import Reason
from ..services import accounts, productfiles
from ..services.outcomes import Outcome
from ..store.accounts import clock
from .accounts import Account, actor_of
from .opening import opened
from .textfiles import CsvIn, CsvOut, read_text, write_text

app = typer.Typer(help="Products, and who can ship them.", no_args_is_help=True)

BATCH = 500


@app.command("import")
def import_(
    file: CsvIn,
    account: Account = None,
) -> None:
    """Take a CSV of products in. Columns that it lacks change nothing; running it again changes nothing."""
    counts: Counter[str] = Counter()
    with opened() as (sessions, _), read_text(file) as lines:
        entries = productfiles.read_products(lines)
        actor = actor_of(sessions, account)
        while batch := list(islice(entries, BATCH)):
            with sessions.begin() as session:
                results = productfiles.take_products(session, actor, batch, now=clock(session))
            for entry, result in zip(batch, results, strict=True):
                counts[result.outcome] += 1
                _tell(entry.sku, result.reasons)
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
    typer.echo(f"{counts.total()} products: {words}.")
    if counts[Outcome.REFUSED]:
        raise typer.Exit(1)


def _tell(sku: str, reasons: list[Reason]) -> None:
    for reason in reasons:
        typer.echo(f"{reason.pointer}: {reason.detail} (SKU {sku or 'none'})", err=True)


@app.command()
def export(
    file: CsvOut = None,
    account: Account = None,
) -> None:
    """Write all products as CSV, as `products import` reads it."""
    with opened() as (sessions, _), sessions.begin() as session:
        account_id = accounts.find_account(session, account).account_id
        write_text(file, productfiles.export_products(session, account_id))
