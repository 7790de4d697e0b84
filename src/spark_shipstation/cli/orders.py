"""`orders import FILE`, `orders explain NUMBER`."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ..errors import Reason, Unavailable
from ..services import accounts
from ..services.answers import ExplanationOut
from ..services.explain import explain_number
from ..services.outcomes import Outcome
from ..store.accounts import clock
from ..store.session import see_one_moment
from .accounts import Account, AsJson, actor_of
from .importing import take_all
from .opening import limits_of, opened, opened_database, sessions_at
from .orderfiles import Document, read_orders

app = typer.Typer(help="Orders.", no_args_is_help=True)

MOST_PROCESSES = 4  # by itself; more of them and PostgreSQL is what they wait for
MOST_SAID = 5  # reasons on the screen; the file has them all


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON, NDJSON or CSV.", dir_okay=False)],
    form: Annotated[
        Literal["json", "ndjson", "csv"] | None, typer.Option("--format", help="Where the file's name does not say.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where refused orders go, with their reasons. Default: FILE.rejects.ndjson")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many processes share the work. Default: the CPUs, up to 4.")
    ] = None,
    account: Account = None,
) -> None:
    """Take a file of orders in. Running it again changes nothing, so it can be stopped and run again."""
    counts: Counter[str] = Counter()
    target = rejects or file.with_name(file.name + ".rejects.ndjson")
    with opened_database() as (url, settings):
        limits = limits_of(settings)
        with sessions_at(url, limits) as sessions:
            actor = actor_of(sessions, account)
        taken_in = take_all(read_orders(file, form), url, limits, actor, processes or _processes())
        with _Rejects(target) as refused, _progress() as progress:
            bar = progress.add_task("Importing", total=file.stat().st_size if file.is_file() else None, orders=0)
            for taken in taken_in:
                counts += taken.counts
                for document, reasons in taken.refused:
                    refused.add(document, reasons)
                progress.update(bar, completed=taken.read, orders=counts.total())
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
    typer.echo(f"{counts.total()} {'order' if counts.total() == 1 else 'orders'}: {words}.")
    if counts[Outcome.REFUSED]:
        typer.echo("\n".join(refused.first), err=True)
        typer.echo(f"The refused ones stand in {target}, each with all its reasons.", err=True)
        raise typer.Exit(1)


@app.command()
def explain(number: str, account: Account = None, as_json: AsJson = False) -> None:
    """Say in words where an order is and why, by its number or by that of one of its vendor orders."""
    with opened() as (sessions, _), sessions.begin() as session:
        see_one_moment(session)
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


def _processes() -> int:
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


class _Rejects:
    """A file that is made only when there is something to write, and never mixed with an older one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: IO[str] | None = None
        self.first: list[str] = []

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
        said = [f"  line {document.line}, {reason.pointer or 'as a whole'}: {reason.detail}" for reason in reasons]
        self.first += said[: MOST_SAID - len(self.first)]
        errors = [{"pointer": reason.pointer, "detail": reason.detail} for reason in reasons]
        row: dict[str, Any] = {"line": document.line, "errors": errors, "order": document.order}
        try:
            self.file.write(json.dumps(row, default=str, ensure_ascii=False) + "\n")
        except OSError as error:
            raise self._unwritable(error) from None
