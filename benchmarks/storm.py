"""What do others notice of a storm? Prints waiting times calm and during each kind of storm, measured in one run."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import httpx
from export import console, prepared
from filling import window
from rich.table import Table

from spark_shipstation.services import accounts, vendors
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.services.forms import VendorIn
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HERE = Path(__file__).parent
LEAD_SECONDS = 5  # until a storm is looked at: by then it has used up what it may
PAUSE_SECONDS = 0.05  # of those who are looked at: they stay within their own rate
Look = Callable[[], httpx.Response]


@dataclass(frozen=True)
class Kind:
    """What the table calls it, what blows, whether its window is empty, and under which settings where the default ones
    would take minutes."""

    what: str
    blows: str
    empty: bool = False
    settings: dict[str, str] = field(default_factory=dict)


STORMS = (
    Kind("polls, within the rate", "polls"),
    Kind("polls, beyond the rate", "polls", True, {"SPARK_CONNECTION_RATE": "600/minute"}),
    Kind("wrong passwords", "guesses"),
    Kind("bodies, a byte a second", "slow"),
    Kind("polls that hang up", "leaves"),
)


@contextmanager
def serving(url: str, workers: int, settings: dict[str, str]) -> Iterator[int]:
    """`spark-shipstation serve`, with the default settings but for these. Its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    outside = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
    with tempfile.TemporaryDirectory(prefix="spark-bench-") as folder:
        given = {"SPARK_DATABASE_URL": url, "SPARK_DATA_DIR": folder, "SPARK_LOG_LEVEL": "INFO"} | settings
        words = [sys.executable, "-m", "spark_shipstation", "serve", "--port", str(port), "--workers", str(workers)]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(words, env=outside | given, cwd=folder, stdout=log, stderr=log)
        try:
            wait_for(port, server)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while True:
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < give_up, "the server did not start"
        try:
            httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)


def poll_of(vendor: VendorOut, *, empty: bool = False) -> httpx.URL:
    """A page of a hundred orders, or of none."""
    moments = (LONG_AGO, LONG_AGO + timedelta(hours=1)) if empty else window(100)
    start, end = (moment.strftime("%m/%d/%Y %H:%M") for moment in moments)
    query = {"action": "export", "start_date": start, "end_date": end}
    return httpx.URL(f"/shipstation/{(vendor.url or '').rsplit('/', 1)[1]}", params=query)


@contextmanager
def storm(kind: Kind, port: int, vendor: VendorOut, connections: int) -> Iterator[dict[str, int]]:
    """What it was answered stands in there when it is over."""
    answers: dict[str, int] = {}
    blowing = subprocess.Popen(
        [sys.executable, HERE / "blowing.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert blowing.stdin
    login = f"{vendor.username}:{vendor.password}"
    path = str(poll_of(vendor, empty=kind.empty))
    facts = {"kind": kind.blows, "port": port, "path": path, "login": login, "connections": connections}
    blowing.stdin.write(json.dumps(facts) + "\n")
    blowing.stdin.flush()
    time.sleep(LEAD_SECONDS)
    yield answers
    told, _ = blowing.communicate(timeout=60)
    answers.update(json.loads(told))


def looked(looks: dict[str, Look], seconds: float) -> dict[str, tuple[list[float], int]]:
    """The milliseconds that each took, one after another, and how many were not answered 200."""
    found: dict[str, tuple[list[float], int]] = {name: ([], 0) for name in looks}
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop:
        for name, look in looks.items():
            started = time.perf_counter()
            bad = look().status_code != 200
            times, failures = found[name]
            found[name] = ([*times, (time.perf_counter() - started) * 1000], failures + bad)
        time.sleep(PAUSE_SECONDS)
    return found


@dataclass(frozen=True)
class Callers:
    """Who storms, and who is looked at meanwhile."""

    stormy: VendorOut
    calm: VendorOut
    key: tuple[str, str]

    def looks(self, http: httpx.Client) -> dict[str, Look]:
        login = (self.calm.username or "", self.calm.password or "")
        return {
            "a poll of another connection": lambda: http.get(poll_of(self.calm), auth=login),
            "the newest orders by API": lambda: http.get("/api/v1/orders", auth=self.key),
            "/healthz": lambda: http.get("/healthz"),
        }


def callers(url: str) -> Callers:
    account, stormy = prepared(url, 10_000)
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        assert isinstance(account, UUID)
        calm = vendors.add_vendor(session, account, VendorIn(name="East"), "http://127.0.0.1")
        key = accounts.add_api_key(session, account, "bench")
    engine.dispose()
    return Callers(stormy, calm, (key.id, key.secret))


def measure(given: argparse.Namespace) -> Table:
    title = f"Storms of {given.connections} connections, {given.workers} worker(s)"
    table = Table("storm", "what", "calm p50 ms", "p99", "p50 ms", "p99", "not 200", title=title)
    with (
        tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        all_of_them = callers(url)
        for kind in (one for one in STORMS if not given.only or given.only in one.what):
            with (
                serving(url, given.workers, kind.settings) as port,
                httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http,
            ):
                looks = all_of_them.looks(http)
                looked(looks, 1)
                before = looked(looks, given.seconds)
                with storm(kind, port, all_of_them.stormy, given.connections) as answers:
                    during = looked(looks, given.seconds)
            seconds = given.seconds + LEAD_SECONDS
            for name in looks:
                calm, cuts = quantiles(before[name][0], n=100), quantiles(during[name][0], n=100)
                cells = (f"{ms:.1f}" for ms in (calm[49], calm[98], cuts[49], cuts[98]))
                table.add_row(kind.what, name, *cells, str(during[name][1]))
            told = ", ".join(f"{status}: {number / seconds:,.0f}" for status, number in answers.items())
            table.add_row("", f"[dim]the storm's answers a second: {told or 'none yet'}[/]", end_section=True)
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", help="kinds of storm with these words")
    console.print(measure(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
