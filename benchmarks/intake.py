"""How fast does `orders import` take orders in, beside bare inserts of the same rows? Prints figures of one run."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
from psycopg.types.json import Jsonb
from rich.console import Console
from rich.table import Table

from spark_shipstation.services import accounts, vendors
from spark_shipstation.services.forms import VendorIn
from spark_shipstation.store import migrations
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on

WANTED = 1_000  # orders a second
GROWTH = 64  # MiB that a file ten times as long may take more
LINES = 3
console = Console(width=110)


def write_orders(path: Path, count: int) -> None:
    """Orders of three lines; every other one is split between two vendors."""
    with path.open("w") as file:
        for number in range(count):
            lines = [
                {
                    "external_id": f"l{place}", "sku": f"TEE-{(number + place) % 500}", "name": "Tee, organic cotton",
                    "quantity": 1 + place, "unit_price": "10.00", "weight": {"value": "6", "unit": "oz"},
                    "image_url": "https://shop.example/tee.jpg", "options": [{"name": "Size", "value": "M"}],
                    "vendor": "West" if place == 2 and number % 2 else None,
                }
                for place in range(LINES)
            ]  # fmt: skip
            order = {
                "store": "web", "external_id": f"gid-{number}", "number": str(100_000 + number),
                "placed_at": "2026-03-08T09:59:00-05:00", "payment_status": "paid", "payment_method": "Visa",
                "shipping_method": "Ground", "currency": "USD",
                "customer": {"code": f"c-{number}", "name": "Ada Buyer", "email": "ada@example.com"},
                "ship_to": {"name": "Ada Buyer", "address1": f"{number} Main St", "city": "Austin", "state": "TX",
                            "postal_code": "78701", "country": "US", "phone": "512-555-0100"},
                "lines": lines, "discounts": [{"code": "SUMMER10", "amount": "3.00"}],
                "shipping_amount": "5.00", "tax_amount": "2.10", "total": "64.10",
            }  # fmt: skip
            file.write(json.dumps(order) + "\n")


def prepare(url: str) -> None:
    migrations.upgrade(url)
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        account = accounts.add_account(session, "bench").account_id
        for name in ("East", "West"):
            vendors.add_vendor(session, account, VendorIn(name=name), "http://127.0.0.1")
    engine.dispose()


def imported(url: str, file: Path) -> tuple[float, float]:
    """Seconds, and the highest memory of all its processes together, in MiB."""
    outside = os.environ | {"SPARK_DATABASE_URL": url}
    words = [sys.executable, "-m", "spark_shipstation", "orders", "import", str(file)]
    started, peak = time.perf_counter(), 0.0
    process = subprocess.Popen(words, env=outside, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, memory_of(process.pid))
        time.sleep(0.2)
    if process.returncode:
        raise SystemExit(f"the import ended with {process.returncode}")
    return time.perf_counter() - started, peak


def memory_of(pid: int) -> float:
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass  # it has just ended
    return total / 2**20


def bare(url: str, count: int) -> float:
    """Seconds for as many rows of the same tables' shape, copied in by one connection in batches of 500 orders."""
    address = Jsonb({"name": "Ada Buyer", "address1": "1 Main St", "city": "Austin", "country": "US"})
    copied = {"bare_orders": 1, "bare_lines": LINES, "bare_parts": 1.5, "bare_part_lines": LINES, "bare_changes": 1.5}
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for table in copied:
            connection.execute(
                f"CREATE TABLE {table} (id bigint PRIMARY KEY, parent bigint, a text, b text, c numeric, d jsonb)"
            )
            connection.execute(f"CREATE INDEX ON {table} (parent)")
        connection.commit()
        started = time.perf_counter()
        for first in range(0, count, 500):
            for table, each in copied.items():
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    for row in range(int(first * each), int((first + 500) * each)):
                        copy.write_row((row, row // LINES, "TEE-M", "Tee, organic cotton", "10.00", address))
            connection.commit()
        return time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    count = parser.parse_args().orders
    with tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder:
        few, many = Path(folder) / "few.ndjson", Path(folder) / "many.ndjson"
        write_orders(few, count // 10)
        write_orders(many, count)
        with embedded_postgres(Path(folder) / "data") as url:
            prepare(url)
            _, little = imported(url, few)
            seconds, peak = imported(url, many)
            again, _ = imported(url, many)
            floor = bare(url, count)
    table = Table("what", "figure", "beside", "ratio", "limit", "holds")
    new = count - count // 10
    rate = count / seconds
    rows = [
        (f"import of {count:,} orders, {new:,} of them new", f"{rate:,.0f} orders/s", f"wanted: {WANTED:,}",
         rate / WANTED, "≥ 1", rate >= WANTED),
        ("the same again, nothing new", f"{count / again:,.0f} orders/s", f"wanted: {WANTED:,}",
         count / again / WANTED, "≥ 1", count / again >= WANTED),
        ("time, beside bare COPY of such rows", f"{seconds:.1f} s", f"{floor:.1f} s", seconds / floor, "", None),
        ("memory, beside a file a tenth as long", f"{peak:.0f} MiB", f"{little:.0f} MiB", peak / little,
         f"+{GROWTH} MiB", peak - little <= GROWTH),
    ]  # fmt: skip
    for what, figure, beside, ratio, limit, holds in rows:
        table.add_row(what, figure, beside, f"{ratio:.2f}", limit, {None: "", True: "yes", False: "[red]no[/]"}[holds])
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
