"""PgBouncer in transaction mode: each transaction is on whichever server connection is free, shared with others.

Two server connections for all: what one session left behind another would soon trip over.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from builders import notice, order
from databases import fresh_database
from e2e.test_story import api, test_from_an_empty_machine_to_a_shipped_order  # noqa: F401 - the story, told here
from pooler import SERVER_CONNECTIONS, pgbouncer, program
from processes import Server, spark
from spark_shipstation.store import migrations
from spark_shipstation.store.session import Limits, connect, is_pooled, reading_sessions_on

pytestmark = pytest.mark.skipif(
    not program() and not os.environ.get("CI"), reason="PgBouncer is not installed (Debian's package pgbouncer)"
)
TOGETHER = 8


@pytest.fixture(scope="module")
def direct(database_url: str) -> Iterator[str]:
    with fresh_database(database_url) as url:
        yield url


@pytest.fixture(scope="module")
def pooled(direct: str) -> Iterator[str]:
    with pgbouncer(direct) as url:
        yield url


@pytest.fixture(scope="module")
def server(pooled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """It migrates through PgBouncer, too."""
    folder = tmp_path_factory.mktemp("pooled")
    with Server(folder, SPARK_DATABASE_URL=pooled, SPARK_WORKERS="2") as running:
        yield running


@pytest.fixture
def engine(pooled: str) -> Iterator[Engine]:
    engine = connect(pooled, limits=Limits(transaction=7, lock=3), pool_size=TOGETHER)
    yield engine
    engine.dispose()


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def test_a_pooler_is_told_from_the_database(direct: str, pooled: str) -> None:
    with psycopg.connect(plain(direct)) as connection:
        assert not is_pooled(connection)
    with psycopg.connect(plain(pooled), autocommit=True, prepare_threshold=None) as connection:
        assert is_pooled(connection)


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_the_limits_hold_in_each_transaction_and_are_gone_after_it(engine: Engine, pooled: str, isolation: str) -> None:
    with engine.connect().execution_options(isolation_level=isolation) as connection:
        for _ in range(3):
            with connection.begin():
                shown = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in LIMITS}
            assert shown == LIMITS
    with psycopg.connect(plain(pooled), autocommit=True, prepare_threshold=None) as other:
        for _ in range(SERVER_CONNECTIONS * 3):
            left = {name: other.execute(f"SHOW {name}".encode()).fetchone() for name in LIMITS if "." not in name}
            assert [value for (value,) in filter(None, left.values())] == ["0", "0", "0"]


LIMITS = {
    "statement_timeout": "7s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "7s",
    "spark.transaction_seconds": "7",
}


def test_a_statement_over_the_limit_is_ended(pooled: str) -> None:
    engine = connect(pooled, limits=Limits(transaction=1, lock=1), pool_size=1)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="timeout"):
        connection.execute(text("SELECT pg_sleep(30)"))
    engine.dispose()


def test_statements_that_are_asked_often_are_not_prepared(engine: Engine) -> None:
    """On many clients at once, far more often than psycopg waits before it prepares."""

    def ask(client: int) -> list[Any]:
        answers = []
        with reading_sessions_on(engine)() as session:
            for turn in range(20):
                with session.begin():
                    answers.append(session.execute(text("SELECT :client * 100 + :turn"), {
                        "client": client, "turn": turn}).scalar_one())  # fmt: skip
        return answers

    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = list(pool.map(ask, range(TOGETHER)))
    assert answers == [[client * 100 + turn for turn in range(20)] for client in range(TOGETHER)]


def test_orders_and_notices_from_many_at_once_count_once(server: Server) -> None:
    vendor = server.facts()["shipstation"]
    sent = [order(external_id=f"pooled-{turn}", number=f"P{turn}") for turn in range(TOGETHER)]
    with ThreadPoolExecutor(TOGETHER) as pool:
        outcomes = [one["outcome"] for one in pool.map(server.post_order, sent * 2)]
        assert sorted(outcomes) == sorted(["created"] * TOGETHER + ["unchanged"] * TOGETHER)
        parts = {one["number"]: one["vendor_orders"][0]["id"] for one in server.orders(limit="200")}

        def ship(number: str) -> int:
            body = notice(parts[number], TrackingNumber=f"1Z{number}")
            auth = (vendor["username"], vendor["password"])
            return httpx.post(vendor["url"], params={"action": "shipnotify"}, content=body, auth=auth).status_code

        assert set(pool.map(ship, [one["number"] for one in sent] * 3)) == {200}
    shown = {one["number"]: one for one in server.orders(limit="200")}
    assert {len(shown[one["number"]]["shipments"]) for one in sent} == {1}
    assert {shown[one["number"]]["status"] for one in sent} == {"shipped"}


def test_no_lock_outlives_its_transaction(server: Server, direct: str, pooled: str, tmp_path: Path) -> None:
    again = spark(tmp_path, "db", "upgrade", SPARK_DATABASE_URL=pooled)
    assert again.returncode == 0, again.stderr
    assert server.get("/api/v1/shipments").status_code == 200
    with psycopg.connect(plain(direct)) as connection:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert connection.execute(held.encode()).fetchone() == (0,)
        at = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        assert at == (migrations.head(),)
