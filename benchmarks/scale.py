"""The figures of docs/scale.md, measured in one run: bytes of an order, polls, notices. Prints its table's rows."""

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import export
import httpx
import notices
import psutil
import psycopg
import pytz
from export import console, prepared
from rich.markup import escape

from spark_shipstation.customstore.client import StoreClient
from spark_shipstation.services import accounts
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.store import migrations
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on

SIZES = """
    SELECT relname, pg_total_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
BATCH = 100


def sizes(url: str) -> dict[str, int]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return {str(name): int(size) for name, size in connection.execute(SIZES.encode())}


def pack(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM FULL")


def per_order(before: dict[str, int], after: dict[str, int], orders: int) -> str:
    """In all, and the tables that have grown by 50 bytes or more for each order."""
    grown = {name: (size - before.get(name, 0)) / orders for name, size in after.items()}
    shares = sorted(((size, name) for name, size in grown.items() if size >= 50), reverse=True)
    return f"{sum(grown.values()) / 1000:.1f} KB: " + ", ".join(f"`{name}` {size / 1000:.1f}" for size, name in shares)


def waiting(url: str, orders: int) -> tuple[UUID, VendorOut, str]:
    migrations.upgrade(url)
    before = sizes(url)
    account, vendor = prepared(url, orders)
    assert isinstance(account, UUID)
    return account, vendor, per_order(before, sizes(url), orders)


def order(number: int) -> dict[str, object]:
    lines = [
        {"external_id": f"l{n}", "sku": f"TEE-{n}", "name": "Tee, organic cotton", "quantity": 1, "unit_price": "10.00",
         "options": [{"name": "Size", "value": "M"}], "location": "A1-B2", "vendor": "ShipStation"}
        for n in range(3)
    ]  # fmt: skip
    return {
        "store": "web", "external_id": f"life-{number}", "number": f"L{number}",
        "placed_at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(), "payment_status": "paid",
        "currency": "USD", "customer": {"name": "Ada Buyer", "email": "ada@example.com"}, "lines": lines,
        "ship_to": {"name": "Ada Buyer", "address1": "1 Main St", "city": "Austin", "state": "TX",
                    "postal_code": "78701", "country": "US", "phone": "512-555-0100"},
        "shipping_amount": "5.00", "tax_amount": "2.10", "total": "37.10",
    }  # fmt: skip


def lived(url: str, account: UUID, vendor: VendorOut, orders: int) -> tuple[str, str]:
    """Each is taken, fetched and reported: what it then needs, and what it needs when the old row versions are gone."""
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        key = accounts.add_api_key(session, account, "life")
    engine.dispose()
    pack(url)
    before = sizes(url)
    with notices.serving(url, *notices.SPARK) as base:
        for start in range(0, orders, BATCH):
            sent = [order(number) for number in range(start, min(start + BATCH, orders))]
            answer = httpx.post(f"{base}/api/v1/orders", json={"orders": sent}, auth=(key.id, key.secret), timeout=120)
            answer.raise_for_status()
        now = datetime.now(UTC)
        path = (vendor.url or "").rsplit("/", 1)[1]
        with StoreClient(f"{base}/shipstation/{path}", vendor.username or "", vendor.password or "") as client:
            served = client.poll(now - timedelta(hours=1), now, pytz.utc)
        bodies = {one.order_id: one for one in served.orders if one.number.startswith("L")}
        assert len(bodies) == orders, len(bodies)
        reporter = notices.Client(base, vendor)
        for body in notices.notices(url, account):
            if b"<OrderNumber>L" in body:
                reporter.post(body)
    grown = per_order(before, sizes(url), orders)
    pack(url)
    return grown, per_order(before, sizes(url), orders)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="for what a waiting order needs")
    parser.add_argument("--lives", type=int, default=2_000, help="for what an order needs in its whole life")
    parser.add_argument("--seconds", type=int, default=6)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        account, vendor, size = waiting(url, given.orders)
        grown, kept = lived(url, account, vendor, given.lives)
    _, polls = export.measure(10_000)
    rates = [one for one in notices.measure(20_000, 1, given.seconds) if one.clients == 8]
    load = psutil.getloadavg()[0]
    rows = (
        ("an order of three lines that waits", size),
        ("the same through its whole life", f"{grown}; after `VACUUM FULL` {kept}"),
        (
            "polls",
            f"an empty one {polls['empty']:.1f} ms; a walk through 10,000 orders {polls['walk']:,.0f} orders a second",
        ),
        ("notices", f"{rates[0].notices.per_second:,.0f} a second, eight clients, {notices.WORKERS} workers"),
    )
    console.print(f"\n{os.cpu_count()} cores, a load of {load:.1f} in the last minute\n")
    for what, figure in rows:
        console.print(escape(f"| {what} | {figure} |"), soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
