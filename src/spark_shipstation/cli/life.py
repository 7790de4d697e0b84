"""`orders hold|release|mark-paid|cancel|resend NUMBER`: what is done to an order, by its number."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from ..errors import Conflict
from ..rules.acting import PAST, Action
from ..services import life
from ..services.actor import Actor
from ..services.forms import LineToCancel
from ..store.accounts import clock
from .accounts import Account, acting_for
from .opening import opened

app = typer.Typer()

StoreCode = Annotated[str | None, typer.Option("--store", help="Where several stores have an order of that number.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the timeline.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would lead to, and do nothing.")]
Lines = Annotated[
    list[str] | None,
    typer.Option("--line", help="LINE or LINE=UNITS, by the shop's id of the line; once for each. Default: all."),
]
Act = Callable[[Session, Actor, UUID, datetime], bool]


@app.command()
def hold(
    number: str, store: StoreCode = None, reason: Reason = "", dry_run: DryRun = False, account: Account = None
) -> None:
    """Hold an order: nothing more of it may be shipped until it is released."""
    _do(Action.HOLD, lambda session, actor, id_, now: life.hold(session, actor, id_, now=now, reason=reason),
        number, store, account, dry_run=dry_run)  # fmt: skip


@app.command()
def release(
    number: str, store: StoreCode = None, reason: Reason = "", dry_run: DryRun = False, account: Account = None
) -> None:
    """Release a held order."""
    _do(Action.RELEASE, lambda session, actor, id_, now: life.release(session, actor, id_, now=now, reason=reason),
        number, store, account, dry_run=dry_run)  # fmt: skip


@app.command("mark-paid")
def mark_paid(
    number: str, store: StoreCode = None, reason: Reason = "", dry_run: DryRun = False, account: Account = None
) -> None:
    """Mark an order as paid that the shop sent as unpaid."""
    _do(Action.MARK_PAID, lambda session, actor, id_, now: life.mark_paid(session, actor, id_, now=now, reason=reason),
        number, store, account, dry_run=dry_run)  # fmt: skip


@app.command()
def cancel(
    number: str, line: Lines = None, store: StoreCode = None, reason: Reason = "", dry_run: DryRun = False,
    account: Account = None,
) -> None:  # fmt: skip
    """Cancel all that is open of an order, or some units of some lines."""
    lines = [line_of(word) for word in line or ()]
    _do(Action.CANCEL, lambda session, actor, id_, now: life.cancel(session, actor, id_, lines, now=now, reason=reason),
        number, store, account, dry_run=dry_run, lines=lines)  # fmt: skip


@app.command()
def resend(
    number: str, store: StoreCode = None, reason: Reason = "", dry_run: DryRun = False, account: Account = None
) -> None:
    """Give ShipStation its vendor orders once more with the next poll."""
    _do(Action.RESEND, lambda session, actor, id_, now: life.resend(session, actor, id_, now=now, reason=reason),
        number, store, account, dry_run=dry_run)  # fmt: skip


def line_of(word: str) -> LineToCancel:
    """`l1` or `l1=2`. Raises typer.BadParameter."""
    found = re.fullmatch(r"(.+?)(?:=([1-9]\d{0,4}))?", word)
    if found is None or ("=" in word and found[2] is None):
        raise typer.BadParameter(f"{word} is not LINE or LINE=UNITS")
    return LineToCancel(line=found[1], quantity=int(found[2]) if found[2] else None)


def _do(
    action: Action, act: Act, number: str, store: str | None, account: str | None, *, dry_run: bool,
    lines: list[LineToCancel] | None = None,
) -> None:  # fmt: skip
    """Say what it leads to, and do it."""
    with opened() as (sessions, _), sessions.begin() as session:
        actor = acting_for(session, account)
        id_ = life.find_order_id(session, actor.account_id, number, store)
        foresight = life.foresee(session, actor.account_id, id_, action, lines or [])
        if not foresight.allowed:
            raise Conflict(f"Order {number} cannot be {PAST[action]}.", foresight.reasons)
        done = not dry_run and act(session, actor, id_, clock(session))
    for sentence in foresight.sentences:
        typer.echo(sentence)
    if dry_run:
        typer.echo("Nothing was done." if foresight.sentences else "Nothing would have to be done.")
    else:
        typer.echo("Done." if done else "Nothing had to be done.")
