"""`spark-shipstation db …`: the shape of the database."""

import re
from collections import Counter
from datetime import timedelta
from typing import Annotated

import typer

from .. import settings as configuration
from ..errors import BadRequest
from ..services import accounts, pruning
from ..store import migrations
from ..store.accounts import clock
from ..store.pruning import connections
from ..store.retrying import transact
from ..store.session import connect
from . import backup
from .opening import database_url, opened, plain_errors

app = typer.Typer(help="The database.", no_args_is_help=True)
for command in (backup.backup, backup.restore, backup.restored, backup.resume):
    app.command()(command)


@app.command()
def upgrade() -> None:
    """Bring the tables to the newest shape. Safe to run at any time, and by several at once."""
    with plain_errors(), database_url(configuration.current()) as url:
        migrations.upgrade(url)
    typer.echo(f"The database is at {migrations.head()}.")


@app.command()
def check() -> None:
    """Do the tables agree with the code's models? For developers, after a change of a model."""
    with plain_errors(), database_url(configuration.current()) as url:
        migrations.upgrade(url)
        engine = connect(url, pool_size=1)
        differences = migrations.models_differ(engine)
        engine.dispose()
    for difference in differences:
        typer.echo(difference, err=True)
    if differences:
        raise typer.Exit(1)
    typer.echo("Migrations and models agree.")


@app.command()
def prune(
    older_than: Annotated[str, typer.Option("--older-than", help="An age such as 90d or 26w.")],
    account: Annotated[str | None, typer.Option(help="Of this account only.")] = None,
) -> None:
    """Delete old calls, settled notices, readings and superseded changes. Safe at any time, beside a running server."""
    with opened() as (sessions, _):
        with sessions.begin() as session:
            now = clock(session)
            before = pruning.cutoff(now, _age(older_than))
            owners = connections(session, accounts.find_account(session, account).account_id if account else None)
        deleted: Counter[str] = Counter()
        for what, number in pruning.prune(lambda batch: transact(sessions, batch), owners, before, now=now):
            deleted[what] += number
    typer.echo(
        f"Deleted {deleted['calls']:,} calls, {deleted['notices']:,} notices, {deleted['readings']:,} readings and "
        f"{deleted['changes']:,} superseded changes from before {before:%Y-%m-%d %H:%M} UTC."
    )


def _age(words: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([dw])", words.strip().lower())
    if found is None:
        raise BadRequest(f"“{words[:20]}” is no age: write 90d for 90 days, or 26w for weeks.")
    return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
