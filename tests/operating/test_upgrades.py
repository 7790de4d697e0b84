"""From the first schema to today's with data in it, and servers of two versions on one database meanwhile."""

import itertools
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from alembic.script import ScriptDirectory
from psycopg import sql

from databases import fresh_database
from driver import text
from pagecheck import check_page
from processes import Server
from spark_shipstation.errors import Unavailable
from spark_shipstation.store import migrations
from spark_shipstation.store.session import connect

HERE = Path(__file__).parent
REVISIONS = sorted(script.revision for script in ScriptDirectory.from_config(migrations.config_for()).walk_revisions())
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
RULES = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%'
"""


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    with fresh_database(database_url) as url:
        yield url


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(plain(url)) as connection:
        return connection.execute(statement.encode()).fetchall()


# What a migration may do.


def test_revisions_are_numbers_each_larger_than_the_one_before() -> None:
    """`migrations.is_usable` compares them."""
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert migrations.head() == REVISIONS[-1]


def test_no_migration_takes_away_what_the_code_before_it_needs(url: str) -> None:
    """While servers of both versions run: what the older one reads is still there, and what it writes is still taken.
    A column that it does not know fills itself; no new rule looks at the columns that it does know."""
    migrations.upgrade(url, REVISIONS[0])
    for before, after in itertools.pairwise(REVISIONS):
        old_columns = {(table, column): (kind, must) for table, column, kind, must in rows(url, COLUMNS)}
        old_rules = set(rows(url, RULES))
        migrations.upgrade(url, after)
        columns = {(table, column): (kind, must) for table, column, kind, must in rows(url, COLUMNS)}
        known_tables = {table for table, _ in old_columns}
        new = columns.keys() - old_columns.keys()
        assert {key: columns.get(key) for key in old_columns} == old_columns, f"{before} to {after}"
        needed = [key for key in new if key[0] in known_tables and columns[key][1]]
        assert needed == [], f"{before} to {after}: the older code does not fill {needed}"
        names = {column for _, column in new}
        strict = [rule for rule in set(rows(url, RULES)) - old_rules if rule[0] in known_tables]
        assert all(any(name in str(rule[2]) for name in names) for rule in strict), f"{before} to {after}: {strict}"


# With data in it.


def test_every_row_of_the_first_schema_is_served_after_the_upgrade(url: str, tmp_path: Path) -> None:
    """The dump was written by the code of that time, after orders, polls, notices and a rotation of it."""
    with psycopg.connect(plain(url)) as connection:
        connection.execute((HERE / "at_0001.sql").read_bytes())
        connection.execute("SET search_path = public")
        tables = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        before = {name: count(connection, name) for name in tables}
    assert {name for name, number in before.items() if not number} <= {"cancellations"}
    migrations.upgrade(url)
    engine = connect(url, pool_size=1)
    assert migrations.models_differ(engine) == []
    engine.dispose()
    facts = json.loads((HERE / "at_0001.json").read_text())
    with psycopg.connect(plain(url)) as connection:
        assert {name: count(connection, name) for name in tables} == before
        told = {id_.hex for (id_,) in connection.execute("SELECT id FROM vendor_orders")}
    (tmp_path / "first-run.json").write_text(json.dumps({**facts, "base_url": "http://before"}))
    with Server(tmp_path, SPARK_DATABASE_URL=url) as server:
        orders = server.orders(limit="200")
        assert len(orders) == before["orders"]
        assert {order["status"] for order in orders} == {"shipped", "partially_shipped", "unpaid", "awaiting_shipment"}
        packages = [package["tracking_number"] for order in orders for package in order["shipments"]]
        assert sorted(packages) == ["1ZFIRST", "1ZSECOND", "9400WEST"]
        assert len(server.get("/api/v1/shipments").json()["shipments"]) == before["shipments"]
        assert len(server.get("/api/v1/notices", state="open").json()["notices"]) == 2
        served = everything(server, facts["shipstation"]) | everything(server, facts["west"])
        held_back = {
            part["id"] for order in orders for part in order["vendor_orders"] if "needs_address" in part["flags"]
        }
        assert len(held_back) == 1
        assert served == told - held_back
        for order in orders:
            server.get(f"/api/v1/orders/{order['id']}/explain").raise_for_status()


def count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row
    return int(row[0])


def everything(server: Server, vendor: dict[str, str]) -> set[str]:
    """The OrderIDs of all pages of a window that holds all that ever changed."""
    path, auth = vendor["url"].partition("/shipstation/")[2], (vendor["username"], vendor["password"])
    ids: set[str] = set()
    pages = page = 1
    while page <= pages:
        query = {
            "action": "export",
            "start_date": "01/01/2026 00:00",
            "end_date": "12/31/2099 23:59",
            "page": str(page),
        }
        answer = httpx.get(f"{server.base_url}/shipstation/{path}", params=query, auth=auth, timeout=30)
        assert answer.status_code == 200, answer.text
        root = check_page(answer.content)
        pages, page = int(root.get("pages", "")), page + 1
        ids |= {text(order, "OrderID") for order in root}
    return ids


# Beside traffic.


NOTE_LIMITS = """
    CREATE SCHEMA noted;
    CREATE TABLE noted.limits (of_statement text, of_lock text);
    CREATE FUNCTION noted.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO noted.limits VALUES (current_setting('statement_timeout'), current_setting('lock_timeout'));
    END $$;
    CREATE EVENT TRIGGER note ON ddl_command_start EXECUTE FUNCTION noted.note();
"""


def test_each_statement_of_each_migration_has_a_limit_for_itself_and_for_its_locks(url: str) -> None:
    with psycopg.connect(plain(url)) as connection:
        connection.execute(NOTE_LIMITS.encode())
    migrations.upgrade(url)
    assert rows(url, "SELECT count(*) > 50 FROM noted.limits") == [(True,)]
    assert rows(url, "SELECT DISTINCT of_statement, of_lock FROM noted.limits") == [("15min", "4s")]


def test_a_migration_lets_others_go_first_and_waits_for_its_turn(url: str) -> None:
    migrations.upgrade(url, REVISIONS[0])
    with psycopg.connect(plain(url)) as writer:
        writer.execute("LOCK TABLE connections IN ACCESS SHARE MODE")
        thread = threading.Thread(target=migrations.upgrade, args=(url,), kwargs={"lock_seconds": 1})
        thread.start()
        thread.join(2.5)
        assert thread.is_alive()
        with psycopg.connect(plain(url)) as reader:  # not kept out for longer than a lock is waited for
            reader.execute("SET lock_timeout = '3s'")
            reader.execute("SELECT count(*) FROM connections")
    thread.join(60)
    assert rows(url, "SELECT version_num FROM alembic_version") == [(REVISIONS[-1],)]


def test_a_migration_that_never_gets_its_turn_changes_nothing_and_says_so(url: str) -> None:
    migrations.upgrade(url, REVISIONS[0])
    with psycopg.connect(plain(url)) as writer:
        writer.execute("LOCK TABLE connections IN ACCESS SHARE MODE")
        with pytest.raises(Unavailable, match="nothing was migrated"):
            migrations.upgrade(url, lock_seconds=1, patience=0)
    assert rows(url, "SELECT version_num FROM alembic_version") == [(REVISIONS[0],)]
