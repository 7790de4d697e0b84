"""`db backup`, `db restore`, `db restored`, `db resume`."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import text

from ..errors import Conflict
from ..services import recovery
from ..services.actor import Actor
from ..store import dumping, migrations
from ..store.accounts import clock
from ..store.session import Limits, Sessions
from .opening import opened, opened_database, sessions_at

PATIENT = Limits(transaction=3600)
File = Annotated[Path, typer.Argument(help="The backup; `-` for standard input or output.")]


def backup(file: File) -> None:
    """Write all that the database holds at this moment into a file. Servers may go on meanwhile."""
    with opened_database() as (url, _), sessions_at(url, PATIENT) as sessions:
        version = server_version(sessions)
        if str(file) == "-":
            dumping.back_up(url, version, None)
            return
        with _whole(file) as half:
            dumping.back_up(url, version, half)
    typer.echo(f"Wrote {file}, {file.stat().st_size:,} bytes.")


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A file for its owner only, which gets its name once it is whole and on the disk."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".half")
    half = Path(name)
    try:
        yield half
        os.fsync(handle)
        half.replace(file)
    finally:
        os.close(handle)
        half.unlink(missing_ok=True)


def restore(
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Drop what the database holds, in the same transaction.")
    ] = False,
) -> None:
    """Put a backup back, into an empty database or in place of what is there. Stop all servers first."""
    with opened_database() as (url, _), sessions_at(url, PATIENT) as sessions:
        with sessions.begin() as session:
            dumping.refuse_while_in_use(session)
            clearing = dumping.clearing(session)
        if clearing and not replace:
            raise Conflict("The database is not empty. `--replace` drops what it holds.")
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as archive:
            dumping.put_back(url, server_version(sessions), archive, clearing)
        migrations.upgrade(url)
        with sessions.begin() as session:
            dumping.gather_statistics(session)
        _wait_for_a_person(sessions)


def restored() -> None:
    """Say that this database was put back by other means: ShipStation gets no page until `db resume`."""
    with opened() as (sessions, _):
        _wait_for_a_person(sessions)


def _wait_for_a_person(sessions: Sessions) -> None:
    with sessions.begin() as session:
        number = recovery.wait_for_a_person(session)
        newest = dumping.newest_moment(session)
    typer.echo(
        f"The newest that the database holds is of {newest or 'no time: it is empty'}. What came later is lost here.\n"
        f"{number} ShipStation connection{'' if number == 1 else 's'} will get no orders until `db resume`. Before "
        "it, start the servers and\n"
        "  - send the orders again that came in or changed since then,\n"
        "  - hold, cancel and correct again what was held, cancelled and corrected by hand since then,\n"
        "  - in ShipStation, resend the marketplace notification of each shipment since then.\n"
        "docs/operating.md tells why, and what else to look at."
    )


def resume() -> None:
    """After a backup was put back: tell ShipStation all open orders anew, and serve it again."""
    with opened() as (sessions, _):
        with sessions.begin() as session:
            names = [vendor.name for _, vendor in recovery.connections_that_wait(session)]
        told = sum(_resume_one(sessions) for _ in names)
    if not names:
        typer.echo("No connection waits.")
        return
    typer.echo(
        f"{', '.join(names)}: served again. {told} open order{'' if told == 1 else 's'} will be told anew with the "
        "next poll."
    )


def _resume_one(sessions: Sessions) -> int:
    """The first connection that waits, in as many transactions as it takes. Answers how many orders it is told."""
    told, left = 0, 1
    while left:
        with sessions.begin() as session:
            connection, vendor = recovery.connections_that_wait(session)[0]
            actor = Actor(vendor.account_id, "command line")
            some = recovery.resume_some(session, connection, vendor, actor, now=clock(session))
        told, left = told + some.retold, some.left
    return told


def server_version(sessions: Sessions) -> int:
    """As PostgreSQL counts: 180004 for 18.4."""
    with sessions.begin() as session:
        return int(session.execute(text("SHOW server_version_num")).scalar_one())
