"""PgBouncer in transaction mode before the database of the tests, with fewer server connections than are asked for."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from processes import free_port

SERVER_CONNECTIONS = 2
PROGRAMS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))


def program() -> str | None:
    return shutil.which("pgbouncer", path=PROGRAMS)


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """The same database's URL through PgBouncer."""
    found = program()
    assert found, "install PgBouncer (Debian's package pgbouncer)"
    with psycopg.connect(url.replace("+psycopg", "")) as direct:
        host = direct.info.host
        server = f"host={host} port={direct.info.port} user={direct.info.user}"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
            "unix_socket_dir =\nauth_type = any\npool_mode = transaction\nmax_client_conn = 200\n"
            f"default_pool_size = {SERVER_CONNECTIONS}\n"
        )
        # Not as root, which it refuses, but as somebody who gets at the database's socket.
        user = (Path(host).owner() if host.startswith("/") else "nobody") if os.geteuid() == 0 else None
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([found, str(settings)], user=user, stdout=log, stderr=log)
        try:
            _wait(process, port, folder / "log")
            yield (
                make_url(url)
                .set(host="127.0.0.1", port=port, query={}, username=make_url(url).username or "postgres")
                .render_as_string(hide_password=False)
            )
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + 30
    while True:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.05)
