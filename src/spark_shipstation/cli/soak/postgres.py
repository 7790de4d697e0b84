"""The embedded PostgreSQL of a soak, crashed and stopped by the process id in its own data directory."""

import subprocess
from pathlib import Path

import psutil

PG_CTL_SECONDS = 60


def postmaster(data: Path) -> psutil.Process | None:
    """The process that serves this data directory, and no other."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        own = process.name() == "postgres" and str(data.resolve()) in process.cmdline()
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return None
    return process if own else None


def crash_and_restart(data: Path) -> bool:
    """Every session is cut off; what was committed is recovered from the log. Answers whether it runs anew."""
    before = postmaster(data)
    if before is None:
        return False
    _pg_ctl(before, data, "restart", "-m", "immediate", "-l", str(data / "log"))
    after = postmaster(data)
    return after is not None and after.pid != before.pid


def stop(data: Path) -> None:
    """Stops what still serves this directory."""
    running = postmaster(data)
    if running is None:
        return
    try:
        _pg_ctl(running, data, "stop", "-m", "fast")
    except (subprocess.SubprocessError, OSError):
        running.kill()


def _pg_ctl(running: psutil.Process, data: Path, *words: str) -> None:
    """As the user it runs as; PostgreSQL refuses to be started by root. Its output goes nowhere: a pipe would stay
    open as long as the server."""
    subprocess.run(  # noqa: S603 - the program beside the one that runs
        [str(Path(running.exe()).with_name("pg_ctl")), "-w", "-D", str(data), *words],
        user=running.uids().real, group=running.gids().real, extra_groups=[], cwd="/",
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, timeout=PG_CTL_SECONDS, check=True,
    )  # fmt: skip
