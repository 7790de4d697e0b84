"""`spark-shipstation shipstation soak` as it is typed."""

import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ...errors import SparkError
from .plan import Plan
from .report import Report
from .running import soak as run_soak

FOUND_WANTING, FAILED = 1, 2
A_DAY = 86_400


def soak(
    seconds: Annotated[float, typer.Option(min=5, max=A_DAY, help="How long the traffic lasts.")] = 60,
    kills: Annotated[int, typer.Option(min=0, max=1_000, help="How often the server is killed.")] = 3,
    restarts: Annotated[int, typer.Option(min=0, max=100, help="How often PostgreSQL crashes and starts again.")] = 1,
    seed: Annotated[int, typer.Option(help="Repeats the choices of an earlier run, as far as processes allow.")] = 0,
    keep_data: Annotated[bool, typer.Option("--keep-data", help="Keep the folder with database and logs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Prove that no order is missed and no package counts twice while servers are killed.

    Everything is its own and new, on this machine only: server, PostgreSQL, shop, ShipStation accounts. Ends within
    three minutes after the time asked for.
    """
    plan = Plan(seconds=seconds, kills=kills, restarts=restarts, seed=seed)
    with _ended_in_order(), _folder(keep_data) as folder:
        try:
            report = run_soak(plan, folder)
            _print(report, as_json)
        except SparkError as error:
            typer.echo(f"Error: {error.sentence}", err=True)
            raise typer.Exit(FAILED) from None
    if report.faults():
        raise typer.Exit(FOUND_WANTING)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_plain(), indent=2))
    else:
        report.print()


@contextmanager
def _folder(keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="spark-soak-")).resolve()
    try:
        yield folder
    finally:
        if keep:
            typer.echo(f"The data is kept in {folder}.", err=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM and Ctrl-C end it with everything cleaned up, also where a shell started it with Ctrl-C ignored."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
