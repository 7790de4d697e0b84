"""The shape of the database: one account first in every key, and migrations that make what the models say."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint, text

from spark_shipstation.store import migrations
from spark_shipstation.store.models import metadata
from spark_shipstation.store.session import Limits, Sessions, connect, driver_url

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)


def test_migrations_and_models_agree(engine: Engine) -> None:
    assert migrations.models_differ(engine) == []


def test_a_difference_between_models_and_tables_is_seen(engine: Engine, sessions: Sessions) -> None:
    """The check above can fail."""
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE products ADD COLUMN surprise text"))
    try:
        assert "surprise" in str(migrations.models_differ(engine))
    finally:
        with sessions.begin() as session:
            session.execute(text("ALTER TABLE products DROP COLUMN surprise"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_starts_with_the_account(table: Table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint):
            assert next(column.name for column in constraint.columns) == "account_id", constraint
    for index in table.indexes:
        if index.unique:
            assert next(column.name for column in index.columns) == "account_id", index


OF_THE_ACCOUNT = text(
    """
    SELECT c.conrelid::regclass::text AS of_table, c.conname AS name, own.attname AS own, other.attname AS other
    FROM pg_constraint c
    JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = c.conkey[1]
    LEFT JOIN pg_attribute other ON other.attrelid = c.confrelid AND other.attnum = c.confkey[1]
    WHERE c.contype IN ('p', 'u', 'f') AND c.connamespace = 'public'::regnamespace
    UNION ALL
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, a.attname, NULL
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace
    """
)


def test_every_key_in_the_database_starts_with_the_account_on_both_its_sides(sessions: Sessions) -> None:
    """So that the tables can be distributed by it. Asked of PostgreSQL, whatever made the key."""
    with sessions.begin() as session:
        keys = [row for row in session.execute(OF_THE_ACCOUNT) if row.of_table != "alembic_version"]
    assert len({key.of_table for key in keys}) == len(TABLES)
    assert len(keys) > 2 * len(TABLES)
    wrong = [tuple(key) for key in keys if key.own != "account_id" or key.other not in (None, "account_id")]
    assert wrong == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_time_has_a_zone_and_money_is_decimal(table: Table) -> None:
    for column in table.columns:
        kind = str(column.type)
        assert kind not in {"FLOAT", "DOUBLE PRECISION", "REAL"}, column
        assert not kind.startswith("TIMESTAMP") or column.type.timezone, column  # type: ignore[attr-defined]
        assert kind != "DATETIME" or column.type.timezone, column  # type: ignore[attr-defined]


def test_every_foreign_key_can_use_an_index(sessions: Sessions) -> None:
    """A key that points to an order or a vendor order is followed for every page: it needs an index."""
    followed = {
        "order_lines",
        "vendor_orders",
        "vendor_order_lines",
        "shipments",
        "shipment_lines",
        "changes",
        "events",
    }
    with sessions.begin() as session:
        rows = session.execute(
            text(
                "SELECT c.conrelid::regclass::text AS of_table, c.conname FROM pg_constraint c WHERE c.contype = 'f' "
                "AND c.confrelid::regclass::text IN ('orders', 'vendor_orders', 'shipments') AND NOT EXISTS "
                "(SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid "
                " AND (i.indkey::int2[])[0:1] = c.conkey[1:2])"
            )
        ).all()
    assert [row for row in rows if row.of_table in followed] == []


def test_two_upgrades_at_once_are_safe(database_url: str) -> None:
    engine = connect(database_url, pool_size=1)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("DROP DATABASE IF EXISTS twice"))
        connection.execute(text("CREATE DATABASE twice"))
    engine.dispose()
    url = driver_url(database_url)
    twice = url.replace("/postgres?", "/twice?") if "/postgres?" in url else url.rsplit("/", 1)[0] + "/twice"
    code = f"from spark_shipstation.store import migrations; migrations.upgrade({twice!r})"
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=Path.cwd()) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    engine = connect(twice, pool_size=1)
    assert migrations.models_differ(engine) == []
    engine.dispose()


def test_a_transaction_is_limited_by_the_database(database_url: str) -> None:
    engine = connect(database_url, limits=Limits(transaction=7, lock=3), pool_size=1)
    with engine.connect() as connection:
        shown = {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "timezone")
        }
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
        if version >= 170_000:
            assert connection.execute(text("SHOW transaction_timeout")).scalar_one() == "7s"
    engine.dispose()
    assert shown == {
        "statement_timeout": "7s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "7s",
        "timezone": "UTC",
    }
