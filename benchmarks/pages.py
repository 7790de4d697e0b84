"""How fast are the pages at a million orders, beside their own bare queries? Prints ratios measured in one run."""

import argparse
import asyncio
import re
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from export import ROUNDS, console, prepared, serving
from rich.table import Table
from sqlalchemy import event

from spark_shipstation.services import people
from spark_shipstation.settings import Settings
from spark_shipstation.store import migrations
from spark_shipstation.store.accounts import first_account
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on
from spark_shipstation.web.app import create_app

PAGES = ("/", "/orders", "/orders?status=awaiting_shipment", "/orders?flag=any", "/orders?flag=over_shipped",
         "/orders?vendor={vendor}", "/orders?store=web", "/orders?q=N1000", "/orders?q=buyer", "/orders?q=clark77",
         "/orders?q=tee", "/orders?q=rare", "/orders?q=1ZN1000", "/orders?q=buyer&flag=over_shipped",
         "/orders/{order}", "/orders/{order}/cancel", "/orders/{order}/reroute",
         "/inbox", "/inbox?state=all", "/inbox/count", "/inbox/{notice}",
         "/vendors", "/vendors/{vendor}", "/vendors/{vendor}/state", "/vendors/{vendor}/window", "/activity",
         "/activity?result=failed", "/activity?order=N1000", "/people", "/me",
         "/products", "/products?cursor=P-5", "/products?search=lamp+77", "/products?search=nothing",
         "/products?vendor={vendor}", "/products?tag=rare", "/products/one?sku=P-77", "/products/new", "/products/file",
         "/routing", "/routing/rules/new", "/routing/rules/7", "/routing/file", "/routing/try?sku-0=P-77&sku-1=X",
         "/routing/again", "/routing/again?which=open")  # fmt: skip
LIMIT = 2.0
WARM = 8  # the driver prepares what it is asked for the sixth time
LONGEST = 10.0  # seconds for one page, however slow it is
PRODUCTS, RULES = 200_000, 200

# The orders of the filling lie close together; here they are spread over a year, up to now.
_YEAR = """
SET session_replication_role = replica;
UPDATE orders SET created_at = now() - substr(number, 2)::int * interval '365 days' / %(count)s,
    status = CASE WHEN substr(number, 2)::int > %(count)s / 50 THEN 'shipped' ELSE 'awaiting_shipment' END,
    flags = CASE WHEN substr(number, 2)::int %% 20000 = 0 THEN '{missing_weight,over_shipped}'::text[]
        WHEN substr(number, 2)::int %% 10 = 0 THEN '{missing_weight}'::text[] ELSE '{}' END,
    customer = jsonb_set(customer, '{name}', to_jsonb('Ada Clark' || substr(number, 2)::int %% 5000 || ' Buyer'));
UPDATE order_lines SET sku = 'RARE' FROM orders
WHERE orders.account_id = order_lines.account_id AND orders.id = order_lines.order_id AND order_lines.position = 3
    AND substr(orders.number, 2)::int %% 10000 = 0;
UPDATE changes SET at = v.created_at FROM (
    SELECT v.account_id, v.id, o.created_at FROM vendor_orders v
    JOIN orders o ON o.account_id = v.account_id AND o.id = v.order_id
) v WHERE v.account_id = changes.account_id AND v.id = changes.vendor_order_id;
INSERT INTO exchanges (account_id, id, vendor_id, at, request_id, action, window_start, window_end, page, pages,
    served, status, duration_ms, complaint)
SELECT %(account)s, gen_random_uuid(), %(vendor)s, poll.at, '', 'export', poll.at - interval '10 minutes', poll.at, 1,
    1, coalesce(served.ids, '{}'), CASE WHEN extract(epoch FROM poll.at)::bigint %% 7000 < 600 THEN 400 ELSE 200 END,
    12, ''
FROM generate_series(now() - interval '365 days', now(), interval '10 minutes') AS poll(at)
LEFT JOIN LATERAL (
    SELECT array_agg(vendor_order_id) AS ids FROM changes
    WHERE account_id = %(account)s AND vendor_id = %(vendor)s AND at > poll.at - interval '10 minutes' AND at <= poll.at
) served ON true;
INSERT INTO shipments (account_id, id, order_id, vendor_order_id, dedupe_key, carrier, carrier_code, service,
    tracking_number, currency, notes_to_customer, recipient, source, flags, recorded_at)
SELECT v.account_id, gen_random_uuid(), v.order_id, v.id, uuid_send(v.id), 'UPS', 'ups', 'Ground', '1Z' || v.number,
    'USD', '', '{}', 'shipstation', '{}', o.created_at + interval '1 hour'
FROM vendor_orders v JOIN orders o ON o.account_id = v.account_id AND o.id = v.order_id WHERE o.status = 'shipped';
INSERT INTO notices (account_id, id, vendor_id, received_at, request_id, query, content_type, body, digest, state,
    answer, reason, vendor_order_id, order_number)
SELECT account_id, gen_random_uuid(), %(vendor)s, recorded_at, '', '{}', 'text/xml', convert_to(
    '<ShipNotice><OrderNumber>' || substr(tracking_number, 3) || 'x</OrderNumber></ShipNotice>', 'UTF8'),
    dedupe_key,
    CASE WHEN n %% 5000 = 0 THEN 'unmatched' ELSE 'applied' END, 200, 'x', vendor_order_id, substr(tracking_number, 3)
FROM (SELECT *, row_number() OVER () AS n FROM shipments) AS shipments;
"""


_CATALOG = """
INSERT INTO products (account_id, id, sku, name, image_url, weight_unit, brand, tags)
SELECT %(account)s, gen_random_uuid(), 'P-' || n, 'Lamp ' || n, '', '', 'Brand ' || n %% 90,
    CASE WHEN n %% 20000 = 0 THEN '{rare}'::text[] ELSE '{}' END
FROM generate_series(1, %(products)s) AS n;
INSERT INTO product_vendors (account_id, product_id, vendor_id, priority, vendor_sku, location)
SELECT account_id, id, %(vendor)s, 1, 'V' || sku, 'A1' FROM products;
INSERT INTO routing_rules (account_id, id, position, name, sku, sku_pattern, brand, tag, countries, vendor_id)
SELECT %(account)s, gen_random_uuid(), n, 'Rule ' || n, '', 'R' || n || '-*', '', '', '{}', %(vendor)s
FROM generate_series(1, %(rules)s) AS n;
"""


def a_catalog(url: str, account: object, vendor: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        facts = {"account": account, "vendor": vendor, "products": PRODUCTS, "rules": RULES}
        psycopg.ClientCursor(connection).execute(_CATALOG.encode(), facts)


def a_year(url: str, account: object, vendor: str, orders: int) -> None:
    started = time.perf_counter()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        facts = {"account": account, "vendor": vendor, "count": orders}
        psycopg.ClientCursor(connection).execute(_YEAR.encode(), facts)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    console.print(f"spread over a year with polls and packages in {time.perf_counter() - started:.0f} s", style="dim")


class Browser:
    """One connection that is kept, and no more work on this side than reading an answer takes: what a client of many
    parts spends on itself would count as the page's."""

    def __init__(self, base: str, cookies: dict[str, str]) -> None:
        parts = urlsplit(base)
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.head = f"Host: {parts.netloc}\r\nAccept: text/html\r\nCookie: {sent}\r\n\r\n"

    def get(self, path: str) -> int:
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{self.head}".encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.socket.recv(1 << 18)
        head, _, body = got.partition(b"\r\n\r\n")
        length, there = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]), len(body)
        while there < length:
            there += len(self.socket.recv(1 << 18))
        return int(head.split(b" ", 2)[1])

    def page(self, path: str) -> None:
        assert self.get(path) == 200, path


def signed_in(base: str, email: str, password: str) -> dict[str, str]:
    """Its cookies."""
    with httpx.Client(base_url=base, headers={"Accept": "text/html"}, timeout=60) as client:
        token = re.search(r'form_token" value="(\w+)"', client.get("/sign-in").text)
        assert token is not None
        client.post("/sign-in", data={"form_token": token[1], "email": email, "password": password})
        return dict(client.cookies)


Statement = tuple[str, Any]


@contextmanager
def noted(engine: Any) -> Iterator[list[Statement]]:
    told: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        told.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def statements_of(url: str, base: str, cookies: dict[str, str], paths: list[str]) -> dict[str, list[Statement]]:
    """What each page asks, with its values: read off the application itself."""
    app = create_app(Settings(database_url=url, base_url=base, log_level="WARNING"))
    found = {}

    async def ask() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies) as client:
            for path in paths:
                with noted(app.state.parts.sessions.kw["bind"]) as told:
                    (await client.get(path, headers={"Accept": "text/html"})).raise_for_status()
                found[path] = list(told)

    asyncio.run(ask())
    return found


def bare(connection: psycopg.Connection[Any], statements: list[Statement]) -> None:
    raw = psycopg.RawCursor(connection)
    for statement, parameters in statements:
        in_own_words = isinstance(parameters, list)  # those of store/asking
        own = raw if in_own_words else connection.cursor()
        own.execute(statement.encode(), parameters)
        if own.description is not None:
            own.fetchall()
    connection.commit()


def measure(orders: int, keep: Path | None, wanted: str) -> Table:
    with folder_of(keep) as folder, embedded_postgres(folder) as url:
        migrations.upgrade(url)
        if not filled(url):
            account, vendor = prepared(url, orders)
            a_catalog(url, account, vendor.id)
            a_year(url, account, vendor.id, orders)
        cookies_of = someone(url)
        with serving("spark_shipstation.web.app:create_app", url) as (base, _):
            paths = [path.format(**something(url)) for path in PAGES if re.search(wanted, path)]
            return compared(url, base, signed_in(base, *cookies_of), paths)


@contextmanager
def folder_of(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def filled(url: str) -> bool:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute("SELECT 1 FROM notices LIMIT 1").fetchone() is not None  # which come last


def someone(url: str) -> tuple[str, str]:
    """A new admin of the one account: their address and password."""
    engine = connect(url, pool_size=1)
    with sessions_on(engine).begin() as session:
        account = first_account(session)
        assert account is not None
        user, password = people.add_person(session, account.account_id, f"{token_hex(4)}@example.com", "admin")
    engine.dispose()
    return user.email, password


def something(url: str) -> dict[str, str]:
    """The vendor, an order of nearly a year ago, and a notice that waits."""
    asked = {
        "vendor": "SELECT id FROM vendors",
        "order": "SELECT id FROM orders ORDER BY created_at OFFSET 1000 LIMIT 1",
        "notice": "SELECT id FROM notices WHERE state = 'unmatched' LIMIT 1",
    }
    found = {}
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for name, statement in asked.items():
            row = connection.execute(statement.encode()).fetchone()
            assert row is not None
            found[name] = row[0].hex
    return found


def in_turns(*works: Callable[[], object]) -> list[float]:
    """The median of each, in milliseconds. They take turns, so that a busy machine is busy for all of them; before that
    come rounds in which statements are prepared."""
    times: list[list[float]] = [[] for _ in works]
    give_up = time.perf_counter() + LONGEST
    for number in range(WARM + ROUNDS):
        for work, taken in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            taken.append((time.perf_counter() - started) * 1000)
        if number >= WARM and time.perf_counter() > give_up:
            break
    return [median(taken[WARM:]) for taken in times]


def compared(url: str, base: str, cookies: dict[str, str], paths: list[str]) -> Table:
    table = Table("page", "ms", "stmts", "bare ms", "an empty page", "page / bare", "with the empty page", "holds")
    asked = statements_of(url, base, cookies, paths)
    browser = Browser(base, cookies)
    (empty,) = in_turns(lambda: browser.get("/nothing"))
    over = 0
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET timezone = 'UTC'")
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # as the pages read
        (count,) = connection.execute("SELECT count(*) FROM orders").fetchone() or (0,)
        for path in paths:
            page, floor = in_turns(
                lambda path=path: browser.page(path), lambda path=path: bare(connection, asked[path])
            )  # type: ignore[misc]
            ratio, with_empty = page / floor, page / (floor + empty)
            over += ratio > LIMIT
            table.add_row(
                re.sub("[0-9a-f]{32}", "{id}", path), f"{page:.1f}", str(len(asked[path])), f"{floor:.1f}",
                f"{empty:.1f}", f"{ratio:.2f}", f"{with_empty:.2f}", "yes" if ratio <= LIMIT else "[red]no[/]",
            )  # fmt: skip
    table.title = (
        f"{count:,} orders: {len(paths) - over} of {len(paths)} pages within {LIMIT:g} times their bare queries"
    )
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="a folder for the database, filled the first time")
    parser.add_argument("--pages", default="", metavar="REGEX", help="only pages whose address it is found in")
    chosen = parser.parse_args()
    console.print(measure(chosen.orders, chosen.keep, chosen.pages))
    return 0


if __name__ == "__main__":
    sys.exit(main())
