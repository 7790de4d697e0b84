"""What do others notice of a storm? Prints waiting times calm and during it, measured in one run."""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import httpx
from export import console, prepared, serving
from filling import window
from rich.table import Table

from spark_shipstation.services import accounts, vendors
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.services.forms import VendorIn
from spark_shipstation.settings import Settings
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on

Look = Callable[[], httpx.Response]


def poll_of(http: httpx.Client, base: str, vendor: VendorOut, orders: int) -> Look:
    url = f"{base}/shipstation/{(vendor.url or '').rsplit('/', 1)[1]}"
    start, end = (moment.strftime("%m/%d/%Y %H:%M") for moment in window(orders))
    query = {"action": "export", "start_date": start, "end_date": end}
    login = (vendor.username or "", vendor.password or "")
    return lambda: http.get(url, params=query, auth=login)


@contextmanager
def storm(base: str, vendor: VendorOut, connections: int, orders: int) -> Iterator[Counter[int]]:
    """That many connections that poll without a pause; what they were answered."""
    answers: Counter[int] = Counter()
    over = threading.Event()

    def blow() -> None:
        with httpx.Client(timeout=60) as http:
            poll = poll_of(http, base, vendor, orders)
            while not over.is_set():
                try:
                    answer = poll()
                except httpx.TransportError:
                    answers[0] += 1
                    continue
                answers[answer.status_code] += 1
                over.wait(min(1.0, float(answer.headers.get("retry-after", 0))))

    threads = [threading.Thread(target=blow) for _ in range(connections)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    yield answers
    over.set()
    for thread in threads:
        thread.join()


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
    return found


def measure(connections: int, seconds: float) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        account, stormy = prepared(url, 10_000)
        engine = connect(url, pool_size=1)
        with sessions_on(engine).begin() as session:
            assert isinstance(account, UUID)
            calm = vendors.add_vendor(session, account, VendorIn(name="East"), "http://127.0.0.1")
            key = accounts.add_api_key(session, account, "bench")
        engine.dispose()
        with serving("spark_shipstation.web.app:create_app", url) as (base, _), httpx.Client(timeout=60) as http:
            looks: dict[str, Look] = {
                "a poll of another connection": poll_of(http, base, calm, 100),
                "the newest orders by API": lambda: http.get(f"{base}/api/v1/orders", auth=(key.id, key.secret)),
                "/healthz": lambda: http.get(f"{base}/healthz"),
            }
            before = looked(looks, seconds)
            with storm(base, stormy, connections, 100) as answers:
                during = looked(looks, seconds)
    table = Table("what", "calm p50 ms", "p99", f"{connections} connections: p50 ms", "p99", "not 200", title="A storm")
    for name in looks:
        calm_cuts, cuts = quantiles(before[name][0], n=100), quantiles(during[name][0], n=100)
        cells = (f"{ms:.1f}" for ms in (calm_cuts[49], calm_cuts[98], cuts[49], cuts[98]))
        table.add_row(name, *cells, str(during[name][1]))
    console.print(table)
    console.print(f"The storm itself was answered {dict(sorted(answers.items()))}.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    for name in ("connection_rate", "address_rate"):
        os.environ.setdefault(f"SPARK_{name.upper()}", str(Settings.model_fields[name].default))
    measure(given.connections, given.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
