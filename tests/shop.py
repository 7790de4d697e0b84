"""A shop in which every page has something to show, on a server of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg

from builders import ADDRESS, line, notice, order
from driver import Store, wire
from processes import Server
from spark_shipstation.services import accounts, people
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.store import migrations
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on
from visitor import page_routes

ADMIN, READER = "ada@example.com", "ron@example.com"


@dataclass
class Shop:
    server: Server
    password: str
    reader_password: str
    key: tuple[str, str]
    vendor_id: str = ""

    @property
    def base_url(self) -> str:
        return self.server.base_url

    def call(self, method: str, path: str, **json_body: Any) -> Any:
        answer = httpx.request(method, f"{self.base_url}/api/v1{path}", json=json_body, auth=self.key, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def pages(self) -> list[str]:
        """The address of every page."""
        ids = {"vendor": self.vendor_id}
        paths = [path for method, path in page_routes() if method == "GET" and path != "/vendors/{vendor}/state"]
        return [path.format(**ids) for path in paths if self.vendor_id or "{vendor}" not in path]


@contextmanager
def empty_shop(folder: Path) -> Iterator[Shop]:
    """An account and two people; no vendor, no order."""
    with embedded_postgres(folder) as url:
        migrations.upgrade(url)
        engine = connect(url, pool_size=1)
        with sessions_on(engine).begin() as session:
            account_id = accounts.add_account(session, "Ada's shop").account_id
            _, password = people.add_person(session, account_id, ADMIN, "admin")
            _, reader_password = people.add_person(session, account_id, READER, "read-only")
            key = accounts.add_api_key(session, account_id, "shop")
        engine.dispose()
        with Server(folder) as server:
            yield Shop(server, password, reader_password, (key.id, key.secret))


@contextmanager
def busy_shop(folder: Path) -> Iterator[Shop]:
    """Orders in every status, a connection that is well, one in trouble, one that waits, one by hand."""
    with empty_shop(folder) as shop, httpx.Client(timeout=30) as client:
        east = Store(client, VendorOut(**shop.call("POST", "/vendors", name="East Coast ShipStation")))
        west = Store(client, VendorOut(**shop.call("POST", "/vendors", name="West ShipStation")))
        shop.call("POST", "/vendors", name="Outlet ShipStation")
        shop.call("POST", "/vendors", name="Print house", kind="manual")
        shop.call("PUT", "/products/MUG", vendors=[{"vendor": "West ShipStation"}])
        _take_orders(shop)
        _work(east)
        _in_another_zone(west)
        shop.vendor_id = west.vendor.id
        with embedded_postgres(folder) as url, psycopg.connect(url) as connection:
            _two_weeks(connection, UUID(east.vendor.id))
        yield shop


def _take_orders(shop: Shop) -> None:
    orders = [order() for _ in range(9)]
    orders += [order(payment_status="unpaid"), order(ship_to={**ADDRESS, "city": ""})]
    orders += [order(lines=[line(sku="MUG", name="Mug", quantity=1)], total="17.10") for _ in range(3)]
    shop.call("POST", "/orders", orders=orders)


def _work(store: Store) -> None:
    poll = store.poll()
    for number, order_id in enumerate(poll.ids[:4]):
        store.notify(notice(order_id, {"TEE-M": 2} if number == 3 else None, by="SKU", TrackingNumber=f"1Z{number}"))
    store.notify(notice("", OrderNumber="no-such-order"))
    store.poll()


def _in_another_zone(store: Store) -> None:
    """Three polls whose dates are those of Denver, while the connection says UTC."""
    now = datetime.now(UTC) - timedelta(hours=7)
    for minutes in (4, 2, 0):
        end = now - timedelta(minutes=minutes)
        store.get(start_date=wire(end - timedelta(hours=1)), end_date=wire(end), page="1")


def _two_weeks(connection: psycopg.Connection[Any], vendor_id: UUID) -> None:
    """The days before today, so that the chart has something to draw."""
    for back in range(1, 14):
        served, shipped = (back * 7) % 11 % 9, (back * 5) % 7 % 4
        connection.execute(
            "INSERT INTO exchanges SELECT account_id, gen_random_uuid(), vendor_id, at - %s * interval '1 day', "
            "request_id, action, window_start, window_end, page, pages, served[1:%s], notice_id, status, duration_ms, "
            "complaint FROM exchanges WHERE vendor_id = %s AND cardinality(served) > 4 LIMIT 1",
            (back, served, vendor_id),
        )
        connection.execute(
            "INSERT INTO shipments SELECT account_id, gen_random_uuid(), order_id, vendor_order_id, notice_id, "
            "gen_random_uuid()::text::bytea, carrier, carrier_code, service, tracking_number, ship_date, "
            "label_created_at, shipping_cost, currency, notes_to_customer, notify_customer, recipient, source, flags, "
            "recorded_at - %s * interval '1 day' FROM shipments LIMIT %s",
            (back, shipped),
        )
