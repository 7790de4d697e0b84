"""`spark-shipstation db …`: the shape of the database."""

import typer

from .. import settings as configuration
from ..store import migrations
from ..store.session import connect
from .opening import database_url, plain_errors

app = typer.Typer(help="The database.", no_args_is_help=True)


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
