"""`notices list`, `notices show`, `notices replay`, `notices dismiss`."""

from collections import Counter
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from ..errors import Invalid
from ..rules.inbox import OPEN
from ..services import accounts, notices
from ..services.actor import Actor
from ..services.forms import reasons_of
from ..services.notices import DismissIn, NoticeOut, ReplayIn
from ..store.accounts import clock
from ..store.session import Sessions
from .accounts import Account, AsJson, acting_for
from .opening import opened
from .showing import plain, shown

app = typer.Typer(help="The inbox of ShipStation's notices.", no_args_is_help=True)


@app.command("list")
def list_(
    state: Annotated[
        str,
        typer.Option(help="received, applied, repeated, unmatched, unreadable or dismissed; open for all that wait."),
    ] = "",
    number: Annotated[str, typer.Option(help="Of the order that they are about.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """List notices, newest first."""
    with opened() as (sessions, _), sessions.begin() as session:
        account_id = accounts.find_account(session, account).account_id
        found = notices.list_notices(session, account_id, limit, state=state, number=number)
    if as_json:
        typer.echo(found.model_dump_json())
    elif found.notices:
        Console().print(_table(found.notices))
        if found.next_cursor:
            typer.echo(f"There are more: these are the newest {limit}.")
    else:
        typer.echo("No notices.")


@app.command()
def show(notice_id: str, account: Account = None, as_json: AsJson = False) -> None:
    """Show one notice, with its body as it came."""
    with opened() as (sessions, _), sessions.begin() as session:
        notice = notices.read_notice(session, accounts.find_account(session, account).account_id, notice_id)
    if as_json:
        typer.echo(notice.model_dump_json())
        return
    typer.echo(_line(notice))
    at, answered = f"{notice.received_at:%Y-%m-%d %H:%M:%S} UTC", notice.answer or "not yet"
    typer.echo(f"From {notice.vendor}, received {at}, answered {answered}.")
    for name, value in notice.query.items():
        typer.echo(f"  {plain(name)} = {plain(value)}")
    typer.echo("\n" + "\n".join(map(plain, notice.body.splitlines())))


@app.command()
def replay(
    notice_id: Annotated[str | None, typer.Argument(help="The notice. Not with --all.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every notice that waits, oldest first.")] = False,
    order: Annotated[str | None, typer.Option(help="The number of the order that the notice is about.")] = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Apply a notice once more, or all that wait. Ends with 1 where one still waits."""
    if all_ == bool(notice_id) or (all_ and order):
        raise typer.BadParameter("Name one notice, with --order where that helps, or --all.")
    try:
        form = ReplayIn(order_number=order)
    except ValidationError as error:
        raise Invalid("The replay was refused.", reasons_of(error)) from None
    left: Counter[bool] = Counter()
    with opened() as (sessions, _):
        with sessions.begin() as session:
            actor = acting_for(session, account)
            ids = [notice_id] if notice_id else notices.open_notices(session, actor.account_id)
        for id_ in ids:
            try:
                notice = _replayed(sessions, actor, id_, form)
            except Exception as error:
                if not all_:
                    raise
                typer.echo(f"{id_} failed: {type(error).__name__}. It still waits.", err=True)
                left[True] += 1
                continue
            left[notice.state in OPEN] += 1
            typer.echo(notice.model_dump_json() if as_json else _line(notice))
    if not as_json and all_:
        typer.echo(f"{left.total()} notices: {left[False]} settled, {left[True]} still wait.")
    raise typer.Exit(1 if left[True] else 0)


@app.command()
def dismiss(
    notice_id: str,
    reason: Annotated[str, typer.Option(help="How it was dealt with.")],
    account: Account = None,
) -> None:
    """Put a notice aside that was dealt with by hand."""
    with opened() as (sessions, _), sessions.begin() as session:
        actor = acting_for(session, account)
        try:
            form = DismissIn(reason=reason)
        except ValidationError as error:
            raise Invalid("The notice was not put aside.", reasons_of(error)) from None
        notice = notices.dismiss(session, actor, notice_id, form.reason, now=clock(session))
    typer.echo(_line(notice))


def _replayed(sessions: Sessions, actor: Actor, notice_id: str, form: ReplayIn) -> NoticeOut:
    """In a transaction of its own, so that one notice keeps no other."""
    with sessions.begin() as session:
        return notices.replay(session, actor, notice_id, form, now=clock(session))


def _line(notice: NoticeOut) -> str:
    return f"{notice.id} {notice.state}: {plain(notice.reason) or 'not applied yet.'}"


def _table(found: list[NoticeOut]) -> Table:
    table = Table("id", "received (UTC)", "vendor", "state", "answer", "order", "reason", box=None)
    for notice in found:
        received = f"{notice.received_at:%Y-%m-%d %H:%M:%S}"
        facts = (notice.id, received, notice.vendor, notice.state, notice.answer or "")
        table.add_row(*map(shown, (*facts, notice.order_number, notice.reason)))
    return table
