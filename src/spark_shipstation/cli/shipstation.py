"""`spark-shipstation shipstation …`: the stand-in for ShipStation, to see that a store works before the real one comes.

Exit codes: 0 all well, 1 the store's pages break the protocol, 2 the call was refused or could not be made.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import pytz
import typer
from rich.console import Console

from .. import settings as configuration
from ..customstore.client import Answer, Imports, Poll, StoreClient, made_up_tracking_number, notice_for
from ..customstore.messages import NoticeMessage
from ..customstore.window import candidates, read_wire_time, zone
from ..errors import BadRequest, SparkError
from .showing import shown
from .soak.command import soak
from .standin_report import Polled, answer_as_plain, poll_as_plain, print_answer, print_poll

HAS_PROBLEMS, FAILED = 1, 2
FIRST_WINDOW = timedelta(hours=24)
TEN_YEARS = 5_256_000  # in minutes

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they would show the password
    help="A stand-in for ShipStation: poll a store, ship its orders.",
)

app.command()(soak)

Url = Annotated[str, typer.Argument(metavar="URL", help="The store's address, as it is pasted into ShipStation.")]
Username = Annotated[str, typer.Option("--username", help="The store's username.")]
Password = Annotated[
    str, typer.Option("--password", envvar="SPARK_STANDIN_PASSWORD", show_envvar=True, help="The store's password.")
]
TimeZone = Annotated[str, typer.Option("--time-zone", help="The store's time zone in ShipStation.")]
Keep = Annotated[
    Path | None,
    typer.Option("--keep", metavar="FILE", help="Where imports are kept; by default in the data directory."),
]
Order = Annotated[str, typer.Argument(metavar="ORDER", help="The number or the OrderID of an imported order.")]
Items = Annotated[
    list[str] | None,
    typer.Option("--item", metavar="SKU=QTY", help="Ship this much of a SKU or LineItemID; repeatable."),
]
Tracking = Annotated[str | None, typer.Option(help="The tracking number; by default a made-up one.")]
Cost = Annotated[str | None, typer.Option(help="What the label cost, as in 7.85.")]
Note = Annotated[str, typer.Option(help="A remark for the buyer.")]
Notify = Annotated[bool, typer.Option("--notify/--no-notify", help="Whether the store shall mail the buyer.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]


@app.command()
def poll(
    url: Url,
    username: Username,
    password: Password,
    start: Annotated[str | None, typer.Option(help='Start of the window, as in "2026-11-01 00:00".')] = None,
    since_minutes: Annotated[
        int | None, typer.Option(min=1, max=TEN_YEARS, help="Start this many minutes before its end.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="End of the window; by default now.")] = None,
    time_zone: TimeZone = "UTC",
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """Import the orders that changed in a window, by default since the last poll, and check every page."""
    now = datetime.now(UTC)
    with _told(), StoreClient(url, username, password) as client:
        tz = zone(time_zone)
        imports = Imports.load(keep or kept_file(url))
        window = _window(start, end, since_minutes, imports.polled_until, tz=tz, now=now)
        served = client.poll(*window, tz)
        polled = _import(served, imports, window, now)
    _echo_json(poll_as_plain(polled)) if as_json else print_poll(polled)
    if served.problems:
        raise typer.Exit(HAS_PROBLEMS)


@app.command()
def ship(
    url: Url,
    order: Order,
    username: Username,
    password: Password,
    item: Items = None,
    carrier: str = "UPS",
    service: str = "Ground",
    tracking: Tracking = None,
    cost: Cost = None,
    note: Note = "",
    notify: Notify = True,
    time_zone: TimeZone = "UTC",
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """Ship an imported order, whole or in part, and notify the store of it."""
    with _told(), StoreClient(url, username, password) as client:
        tz = zone(time_zone)
        imports = Imports.load(keep or kept_file(url))
        imported = imports.find(order)
        notice = notice_for(
            imported.order,
            now=datetime.now(UTC),
            tracking_number=made_up_tracking_number() if tracking is None else tracking,
            shipped=imported.shipped,
            items=_quantities(item) if item else None,
            carrier=carrier,
            service=service,
            cost=_amount(cost),
            notes_to_customer=note,
            notify=notify,
            tz=tz,
        )
        answer = _post(notice, client, imports)
    _echo_json(answer_as_plain(answer, notice)) if as_json else print_answer(answer, notice)
    if not answer.accepted:
        raise typer.Exit(FAILED)


def kept_file(url: str) -> Path:
    """One file for each store: the last part of its address names it."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment] or [parts.hostname or ""]
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", segments[-1]).strip(".-") or "store"
    return configuration.current().data_dir / "stand-in" / f"{name}.json"


@contextmanager
def _told() -> Iterator[None]:
    """An error becomes its sentence and an exit code."""
    try:
        yield
    except SparkError as error:
        Console(stderr=True).print(shown(error.sentence), style="red", soft_wrap=True)
        raise typer.Exit(FAILED) from None


def _window(
    start: str | None,
    end: str | None,
    since_minutes: int | None,
    polled_until: datetime | None,
    *,
    tz: pytz.BaseTzInfo,
    now: datetime,
) -> tuple[datetime, datetime]:
    """From the moment asked for, else from the end of the last poll, else a day; until the end asked for or now."""
    if start is not None and since_minutes is not None:
        raise BadRequest("Give --start or --since-minutes, not both.")
    until = now if end is None else candidates(read_wire_time(end), tz)[1]
    if start is not None:
        return candidates(read_wire_time(start), tz)[0], until
    if since_minutes is not None:
        return until - timedelta(minutes=since_minutes), until
    return polled_until or until - FIRST_WINDOW, until


def _import(served: Poll, imports: Imports, window: tuple[datetime, datetime], now: datetime) -> Polled:
    """Keeps the orders. A window with problems counts as not polled, so that the next poll asks for it again."""
    outcomes = tuple(imports.outcome(order) for order in served.orders)
    taken = imports.take(served.orders, now)
    if not served.problems:
        imports.polled(*window, now)
    imports.save()
    return Polled(served, outcomes, taken)


def _post(notice: NoticeMessage, client: StoreClient, imports: Imports) -> Answer:
    """Posts the notice; what it shipped is kept once the store has accepted it."""
    answer = client.ship(notice)
    if answer.accepted:
        imports.ship(notice)
        imports.save()
    return answer


def _quantities(words: list[str]) -> dict[str, int]:
    """`SKU=QTY`, repeated; the last = counts, because a SKU may hold one. The same SKU twice adds up."""
    wanted: dict[str, int] = {}
    for word in words:
        name, _, quantity = word.rpartition("=")
        if not name or re.fullmatch(r"[0-9]{1,5}", quantity) is None:
            raise BadRequest(f"--item {word}: expected SKU=QTY, for example TEE-M=2.")
        wanted[name] = wanted.get(name, 0) + int(quantity)
    return wanted


def _amount(word: str | None) -> Decimal | None:
    if word is None:
        return None
    try:
        amount = Decimal(word)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise BadRequest(f"--cost {word}: expected an amount, for example 7.85.")
    return amount


def _echo_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
