"""A shop in which every page has something to show, on a server of its own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    ids: dict[str, str] = field(default_factory=dict)  # what the addresses of pages name

    @property
    def vendor_id(self) -> str:
        return self.ids["vendor"]

    @property
    def base_url(self) -> str:
        return self.server.base_url

    def call(self, method: str, path: str, **json_body: Any) -> Any:
        answer = httpx.request(method, f"{self.base_url}/api/v1{path}", json=json_body, auth=self.key, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def pages(self, *, to_look: bool = False) -> list[str]:
        """The address of every page; `to_look` = but for those that only who may change something can open."""
        paths = [path for method, path in page_routes() if method == "GET" and not path.endswith(PARTS_OF_PAGES)]
        if to_look:
            paths = [path for path in paths if not path.endswith(TO_CHANGE)]
        return [
            path.format(**self.ids, **choice) + (ASKING.get(path, "") if self.ids else "")
            for path in paths
            for choice in _choices(path)
            if all(name in self.ids or name in choice for name in re.findall(r"{(\w+)}", path))
            if self.ids or path != "/products/one"
        ]


PARTS_OF_PAGES = ("/vendors/{vendor}/state", "/inbox/count", ".csv")
TO_CHANGE = ("{action}", "/reroute", "/ship", "{change}", "/inbox/replay", "/products/new", "{place}")
ASKING = {
    "/products/one": "?sku=MUG",
    "/routing/try": "?country=DE&sku-0=MUG&quantity-0=2&sku-1=GIFT-25&sku-2=TEE-M&sku-3=LAMP",
    "/routing/again": "?which=open",
}


def _choices(path: str) -> list[dict[str, str]]:
    """The pages that one address with a choice stands for."""
    actions, changes = ("hold", "cancel", "resend", "mark-paid"), ("correct", "void")
    if path.endswith("{action}"):
        return [{"action": action} for action in actions]
    if path.endswith("{place}"):
        return [{"place": "new"}]
    return [{"change": change} for change in changes] if path.endswith("{change}") else [{}]


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
        _fill_catalog(shop)
        _take_orders(shop)
        _put_mug(shop, WEST | {"priority": 2}, HOUSE)  # so that orders would move, were they routed again
        _work(east)
        _in_another_zone(west)
        shop.ids = {"vendor": west.vendor.id, **_names(shop)}
        with embedded_postgres(folder) as url, psycopg.connect(url) as connection:
            _two_weeks(connection, UUID(east.vendor.id))
        yield shop


def _names(shop: Shop) -> dict[str, str]:
    """The order of several vendors with a package, and the notice that waits."""
    [order] = shop.call("GET", f"/orders?number={MIXED}")["orders"]
    [notice] = shop.call("GET", "/notices?state=open")["notices"]
    [package] = order["shipments"]
    return {"order": order["id"], "part": package["vendor_order"], "package": package["id"], "notice": notice["id"]}


MIXED = "2001"  # the number of an order that several vendors have parts of


def _mixed() -> dict[str, Any]:
    lines = [
        line(options=[{"name": "Size", "value": "M"}], discounts=[{"code": "TEES", "amount": "2.00"}]),
        line("l2", sku="POSTER-A2-MATTE", name="Poster of the harbour at night", quantity=2, vendor="Print house"),
        line("l3", sku="CARD", name="Greeting card", quantity=1, unit_price="2.50", vendor="Nobody"),
    ]
    notes = {"customer_notes": "Leave it at the back door", "gift": True, "gift_message": "Happy birthday, Grace"}
    discounts = [{"code": "SUMMER10", "amount": "3.00"}]
    return order(number=MIXED, lines=lines, discounts=discounts, internal_notes="VIP", total="54.60", **notes)


WEST = {"vendor": "West ShipStation", "vendor_sku": "W-MUG-11OZ", "location": "A1-B2"}
HOUSE = {"vendor": "Print house"}
TEE = {"sku": "TEE-M", "name": "Tee, medium", "brand": "Acme", "vendors": [{"vendor": "East Coast ShipStation"}]}
RULES = [
    {"name": "Gift cards", "sku_pattern": "GIFT-*", "exclude": True},
    {"name": "Europe", "countries": ["DE", "AT"], "brand": "Acme", "vendor": "Outlet ShipStation"},
    {"name": "Lamps", "sku": "LAMP", "vendor": "Print house"},
]


def _fill_catalog(shop: Shop) -> None:
    posters = [{"sku": f"POSTER-{number:03}", "name": f"Poster {number}", "tags": ["paper"]} for number in range(60)]
    shop.call("POST", "/products", products=[TEE, *posters])
    _put_mug(shop, WEST, HOUSE | {"priority": 2})
    shop.call("PUT", "/routing-rules", rules=RULES)


def _put_mug(shop: Shop, *vendors: dict[str, Any]) -> None:
    facts = {"name": "Mug, 11 oz", "brand": "Acme", "tags": ["fragile"], "weight": {"value": "12.5", "unit": "oz"}}
    shop.call("PUT", "/products/MUG", **facts, vendors=list(vendors))


def _take_orders(shop: Shop) -> None:
    orders = [order() for _ in range(9)]
    orders += [order(payment_status="unpaid"), order(ship_to={**ADDRESS, "city": ""})]
    orders += [order(lines=[line(sku="MUG", name="Mug", quantity=1)], total="17.10") for _ in range(3)]
    shop.call("POST", "/orders", orders=[*orders, _mixed()])


def _work(store: Store) -> None:
    poll = store.poll()
    for number, order_id in enumerate(poll.ids[:4]):
        store.notify(notice(order_id, {"TEE-M": 2} if number == 3 else None, by="SKU", TrackingNumber=f"1Z{number}"))
    mixed = poll.order(MIXED).findtext("OrderID") or ""
    store.notify(notice(mixed, {"TEE-M": 2}, by="SKU", Service="Ground", ShippingCost="7.85", ShipDate="03/09/2026"))
    store.notify(notice("", OrderNumber="no-such-order", Service="Ground", ShipDate="03/09/2026"))
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
