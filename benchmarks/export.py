"""How fast is the export, beside its floors? Prints ratios measured in one run."""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
import psutil
import psycopg
from filling import fill, window
from rich.console import Console
from rich.table import Table

from spark_shipstation.services import accounts, vendors
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.services.forms import VendorIn
from spark_shipstation.store import migrations
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on

HERE = Path(__file__).parent
WINDOW = 100_000
ROUNDS = 30
console = Console(width=110)


@dataclass(frozen=True)
class Figure:
    what: str
    milliseconds: float
    floor: str
    ratio: float
    limit: float

    @property
    def holds(self) -> bool:
        return self.ratio <= self.limit


@contextmanager
def serving(app: str, database_url: str) -> Iterator[tuple[str, psutil.Process]]:
    """The app, as `serve` runs it, in a process of its own with one worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    code = f"import uvicorn; uvicorn.run({app!r}, factory=True, port={port}, log_config=None, access_log=False)"
    unlimited = {"SPARK_CONNECTION_RATE": "", "SPARK_ADDRESS_RATE": ""}
    outside = (
        unlimited
        | os.environ
        | {"SPARK_DATABASE_URL": database_url, "SPARK_BASE_URL": base, "SPARK_LOG_LEVEL": "WARNING"}
    )
    process = subprocess.Popen([sys.executable, "-c", code], env=outside, cwd=HERE)
    try:
        for _ in range(600):
            try:
                httpx.get(base, timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield base, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median, in milliseconds, after one warm round."""
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


class Poller:
    def __init__(self, base: str, vendor: VendorOut) -> None:
        self.url = f"{base}/shipstation/{(vendor.url or '').rsplit('/', 1)[1]}"
        self.http = httpx.Client(auth=(vendor.username or "", vendor.password or ""), timeout=120)

    def page(self, orders: int, number: int = 1) -> bytes:
        start, end = (moment.strftime("%m/%d/%Y %H:%M") for moment in window(orders))
        return self.get(start, end, number)

    def nothing(self) -> bytes:
        return self.get("01/01/2026 00:00", "01/01/2026 01:00", 1)

    def get(self, start: str, end: str, page: int) -> bytes:
        query = {"action": "export", "start_date": start, "end_date": end, "page": str(page)}
        response = self.http.get(self.url, params=query)
        response.raise_for_status()
        return response.content


def bare_fetch(connection: psycopg.Connection[tuple[object, ...]], account: object, ids: list[object]) -> None:
    """The same rows as a page of the export, and nothing done with them."""
    connection.execute(
        "SELECT v.*, o.*, s.name FROM vendor_orders v "
        "JOIN orders o ON o.account_id = v.account_id AND o.id = v.order_id "
        "JOIN stores s ON s.account_id = o.account_id AND s.id = o.store_id WHERE v.account_id = %s AND v.id = ANY(%s)",
        (account, ids),
    ).fetchall()
    connection.execute(
        "SELECT p.*, l.* FROM vendor_order_lines p JOIN order_lines l ON l.account_id = p.account_id "
        "AND l.id = p.order_line_id WHERE p.account_id = %s AND p.vendor_order_id = ANY(%s)",
        (account, ids),
    ).fetchall()
    connection.commit()


def measure(orders: int) -> tuple[list[Figure], dict[str, float]]:
    with (
        tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        account, vendor = prepared(url, orders)
        with (
            serving("spark_shipstation.web.app:create_app", url) as (base, process),
            serving("bare:create_app", url) as (bare_base, _),
        ):
            return figures(url, account, vendor, Poller(base, vendor), Poller(bare_base, vendor), process, orders)


def prepared(url: str, orders: int) -> tuple[object, VendorOut]:
    migrations.upgrade(url)
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        account = accounts.add_account(session, "bench").account_id
        vendor = vendors.add_vendor(session, account, VendorIn(name="ShipStation"), "http://127.0.0.1")
    engine.dispose()
    started = time.perf_counter()
    from uuid import UUID

    fill(url.replace("+psycopg", ""), account, UUID(vendor.id), orders)
    console.print(f"filled {orders:,} vendor orders in {time.perf_counter() - started:.0f} s", style="dim")
    return account, vendor


def figures(
    url: str, account: object, vendor: VendorOut, poller: Poller, bare: Poller, process: psutil.Process, orders: int
) -> tuple[list[Figure], dict[str, float]]:
    in_window = min(orders, WINDOW)
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT id FROM vendor_orders ORDER BY created_at DESC LIMIT 100").fetchall()
        floor = timed(lambda: bare_fetch(connection, account, [row[0] for row in rows]))
    authenticated, empty = timed(bare.nothing, 100), timed(poller.nothing, 100)
    small, first = timed(lambda: poller.page(100)), timed(lambda: poller.page(in_window))
    pages = int(poller.page(in_window).split(b'pages="')[1].split(b'"')[0])
    last = timed(lambda: poller.page(in_window, pages - 1))
    before = process.memory_info().rss
    started, peak, served = time.perf_counter(), before, 0
    for number in range(1, pages + 1):
        served += poller.page(in_window, number).count(b"<Order>")
        peak = max(peak, process.memory_info().rss)
    seconds = time.perf_counter() - started
    facts = {"empty": empty, "first": first, "last": last, "walk": served / seconds, "grown": (peak - before) / 2**20}
    console.print(
        f"{orders:,} vendor orders: walked a window of {served:,} in {pages:,} pages in {seconds:.1f} s, "
        f"{facts['walk']:,.0f} orders/s, memory +{facts['grown']:.1f} MiB"
    )
    return [
        Figure("an empty poll", empty, f"authenticating only, {authenticated:.1f} ms", empty / authenticated, 2.0),
        Figure("a page of 100 orders", small, f"bare fetch of its rows, {floor:.1f} ms", small / floor, 4.0),
        Figure(f"a further page of {in_window:,}", last, f"bare fetch, {floor:.1f} ms", last / floor, 4.0),
        Figure(f"last page of {in_window:,}", last, f"page 1, {first:.1f} ms", last / first, 1.5),
        Figure("memory over the walk", facts["grown"], "MiB, at most 30", facts["grown"] / 30, 1.0),
    ], facts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000, 1_000_000])
    sizes = parser.parse_args().orders
    results = {size: measure(size) for size in sizes}
    table = Table("vendor orders", "what", "ms", "beside", "ratio", "limit", "holds")
    rows = [(f"{size:,}", figure) for size, (found, _) in results.items() for figure in found]
    if len(sizes) > 1:
        small, large = results[sizes[0]][1], results[sizes[-1]][1]
        rows += [
            (f"{sizes[-1]:,}", Figure(f"{name}, against {sizes[0]:,}", large[key], f"{small[key]:.1f} ms",
                                      large[key] / small[key], 1.5))
            for key, name in (("empty", "an empty poll"), ("last", "a further page"))
        ]  # fmt: skip
    for size, figure in rows:
        cells = (figure.what, f"{figure.milliseconds:.1f}", figure.floor, f"{figure.ratio:.2f}", f"{figure.limit:g}")
        table.add_row(size, *cells, "yes" if figure.holds else "[red]no[/]")
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
