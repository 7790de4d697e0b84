"""How fast are the pages at a million orders, beside their own bare queries? Prints ratios measured in one run."""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from export import console, prepared, serving, timed
from rich.table import Table
from sqlalchemy import event

from spark_shipstation.services import people
from spark_shipstation.settings import Settings
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


def signed_in(base: str, email: str, password: str) -> httpx.Client:
    client = httpx.Client(base_url=base, headers={"Accept": "text/html"}, timeout=60)
    token = re.search(r'form_token" value="(\w+)"', client.get("/sign-in").text)
    assert token is not None
    client.post("/sign-in", data={"form_token": token[1], "email": email, "password": password})
    return client


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
                with noted(app.state.parts.reading.kw["bind"]) as told:
                    (await client.get(path, headers={"Accept": "text/html"})).raise_for_status()
                found[path] = list(told)

    asyncio.run(ask())
    return found


def bare(connection: psycopg.Connection[Any], statements: list[Statement]) -> None:
    for statement, parameters in statements:
        cursor = connection.execute(statement.encode(), parameters)
        if cursor.description is not None:
            cursor.fetchall()
    connection.commit()


def measure(orders: int) -> Table:
    with (
        tempfile.TemporaryDirectory(prefix="spark-bench-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        account, vendor = prepared(url, orders)
        a_catalog(url, account, vendor.id)
        a_year(url, account, vendor.id, orders)
        engine = connect(url, pool_size=1)
        with sessions_on(engine).begin() as session:
            _, password = people.add_person(session, account, "bench@example.com", "admin")  # type: ignore[arg-type]
        engine.dispose()
        with serving("spark_shipstation.web.app:create_app", url) as (base, _):
            client = signed_in(base, "bench@example.com", password)
            paths = [path.format(vendor=vendor.id, **something(url)) for path in PAGES]
            return compared(url, base, client, paths, orders)


def something(url: str) -> dict[str, str]:
    """An order of nearly a year ago, and a notice that waits."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        order = connection.execute("SELECT id FROM orders ORDER BY created_at OFFSET 1000 LIMIT 1").fetchone()
        notice = connection.execute("SELECT id FROM notices WHERE state = 'unmatched' LIMIT 1").fetchone()
    assert order is not None
    assert notice is not None
    return {"order": order[0].hex, "notice": notice[0].hex}


def compared(url: str, base: str, client: httpx.Client, paths: list[str], orders: int) -> Table:
    table = Table("page", "ms", "statements", "their bare time", "an empty page", "ratio", "limit", "holds")
    asked = statements_of(url, base, dict(client.cookies), paths)
    empty = timed(lambda: client.get("/nothing").read())
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET timezone = 'UTC'")
        connection.commit()
        for path in paths:
            page = timed(lambda path=path: client.get(path).raise_for_status())  # type: ignore[misc]
            floor = timed(lambda path=path: bare(connection, asked[path]))  # type: ignore[misc]
            ratio = page / (floor + empty)
            table.add_row(
                re.sub("[0-9a-f]{32}", "{id}", path), f"{page:.1f}", str(len(asked[path])), f"{floor:.1f}",
                f"{empty:.1f}", f"{ratio:.2f}", f"{LIMIT:g}", "yes" if ratio <= LIMIT else "[red]no[/]",
            )  # fmt: skip
    table.title = f"{orders:,} orders"
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    console.print(measure(parser.parse_args().orders))
    return 0


if __name__ == "__main__":
    sys.exit(main())
