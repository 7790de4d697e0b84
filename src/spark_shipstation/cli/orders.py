"""`orders import FILE`, `orders explain NUMBER`."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import DBAPIError

from ..errors import Reason, Unavailable
from ..services import accounts
from ..services.actor import Actor
from ..services.answers import ExplanationOut
from ..services.explain import explain_number
from ..services.forms import OrderIn, reasons_of
from ..services.intake import Outcome, take_orders
from ..store.accounts import clock
from ..store.session import Sessions
from .accounts import Account, AsJson
from .opening import opened
from .orderfiles import Document, read_orders

app = typer.Typer(help="Orders.", no_args_is_help=True)

BATCH = 500
ATTEMPTS = 4


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON, NDJSON or CSV.", dir_okay=False)],
    form: Annotated[
        Literal["json", "ndjson", "csv"] | None, typer.Option("--format", help="Where the file's name does not say.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where refused orders go, with their reasons. Default: FILE.rejects.ndjson")
    ] = None,
    account: Account = None,
) -> None:
    """Take a file of orders in. Running it again changes nothing, so it can be stopped and run again."""
    counts: Counter[str] = Counter()
    with opened() as (sessions, _):
        target = rejects or file.with_name(file.name + ".rejects.ndjson")
        with sessions.begin() as session:
            actor = Actor(accounts.find_account(session, account).account_id, "command line", "")
        documents = read_orders(file, form)
        with _Rejects(target) as refused, _progress() as progress:
            bar = progress.add_task("Importing", total=file.stat().st_size if file.is_file() else None, orders=0)
            while batch := list(islice(documents, BATCH)):
                counts += _take(sessions, actor, batch, refused)
                progress.update(bar, completed=batch[-1].read, orders=counts.total())
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
    typer.echo(f"{counts.total()} orders: {words}.")
    if counts[Outcome.REFUSED]:
        typer.echo(f"The refused ones stand in {target}, each with its reasons.", err=True)
        raise typer.Exit(1)


@app.command()
def explain(number: str, account: Account = None, as_json: AsJson = False) -> None:
    """Say in words where an order is and why, by its number or by that of one of its vendor orders."""
    with opened() as (sessions, _), sessions.begin() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # all of it at one moment
        account_id = accounts.find_account(session, account).account_id
        orders = explain_number(session, account_id, number, now=clock(session))
    if as_json:
        typer.echo(json.dumps({"orders": [order.model_dump(mode="json") for order in orders]}))
        return
    if len(orders) > 1:
        typer.echo(f"{len(orders)} orders have this number, themselves or on a vendor order. Newest first:\n")
    typer.echo("\n\n".join("\n".join(_paragraphs(order)) for order in orders))


def _paragraphs(order: ExplanationOut) -> Iterator[str]:
    yield from order.sentences
    yield from ("", "Lines")
    yield from (f"  {line.sentence}" for line in order.lines)
    for part in order.vendor_orders:
        yield from ("", f"{part.number} for {part.vendor}: {part.state.replace('_', ' ')}")
        yield from (f"  {sentence}" for sentence in part.sentences)
        if part.next:
            yield f"  Next: {part.next.sentence}"


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[orders]} orders"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


def _take(sessions: Sessions, actor: Actor, batch: list[Document], refused: "_Rejects") -> Counter[str]:
    forms = []
    counts: Counter[str] = Counter()
    for document in batch:
        try:
            if document.fault:
                refused.add(document, [Reason(document.fault)])
            else:
                forms.append(OrderIn.model_validate(document.order))
        except ValidationError as error:
            refused.add(document, reasons_of(error))
    for outcome in _stored(sessions, actor, forms):
        counts[outcome] += 1
    counts[Outcome.REFUSED] = len(batch) - len(forms)
    return counts


def _stored(sessions: Sessions, actor: Actor, forms: list[OrderIn]) -> Iterator[str]:
    """One transaction; tried again when another writer was in the way."""
    for attempt in range(ATTEMPTS):
        try:
            with sessions.begin() as session:
                results = take_orders(session, forms, actor, now=clock(session))
            return (result.outcome for result in results)
        except DBAPIError as error:
            if error.connection_invalidated or attempt == ATTEMPTS - 1:
                raise Unavailable(f"The database refused the orders: {error.orig}") from error
    raise AssertionError


class _Rejects:
    """A file that is made only when there is something to write, and never mixed with an older one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: IO[str] | None = None

    def __enter__(self) -> "_Rejects":
        try:
            self.path.unlink(missing_ok=True)
            self.path.touch()  # better now than after half of the file
            self.path.unlink()
        except OSError as error:
            raise self._unwritable(error) from None
        return self

    def _unwritable(self, error: OSError) -> Unavailable:
        return Unavailable(
            f"Refused orders cannot be written to {self.path}: {error.strerror}. Name another place with --rejects."
        )

    def __exit__(self, *_: object) -> None:
        if self.file:
            self.file.close()

    def add(self, document: Document, reasons: list[Reason]) -> None:
        if self.file is None:
            self.file = self.path.open("w", encoding="utf-8")
        errors = [{"pointer": reason.pointer, "detail": reason.detail} for reason in reasons]
        row: dict[str, Any] = {"line": document.line, "errors": errors, "order": document.order}
        try:
            self.file.write(json.dumps(row, default=str) + "\n")
        except OSError as error:
            raise self._unwritable(error) from None
