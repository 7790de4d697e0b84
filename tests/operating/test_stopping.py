"""SIGTERM: what is under way is finished, what cannot be finished in time is undone, and the exit code is 0."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from builders import order
from databases import fresh_database
from processes import Server

ENDED = 60  # seconds, after which a process that should have ended has failed to
SERVERS_CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = 'spark-shipstation'"
)
IS_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture(params=["1", "2"], ids=["one worker", "two workers"])
def server(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Server]:
    with (
        fresh_database(database_url) as url,
        Server(tmp_path, SPARK_DATABASE_URL=url, SPARK_WORKERS=request.param, SPARK_LOCK_SECONDS="60") as running,
    ):
        yield running


@pytest.fixture
def database(server: Server) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.settings["SPARK_DATABASE_URL"].replace("+psycopg", "")) as connection:
        yield connection


@pytest.fixture
def stuck(server: Server, database: psycopg.Connection) -> Iterator[tuple[dict[str, Any], Future[dict[str, Any]]]]:
    """An update of an order that waits for a row which `database` has locked: the order before, the call."""
    sent = order()
    server.post_order(sent)
    database.execute("SELECT FROM orders FOR UPDATE")
    with ThreadPoolExecutor(1) as pool:
        called = pool.submit(server.post_order, {**sent, "customer_notes": "changed"})
        wait_until(lambda: counted(server, IS_WAITING) == 1)
        yield sent, called


def counted(server: Server, statement: str) -> int:
    """Asked on a connection of its own: within a transaction, PostgreSQL shows its activity as it was at first."""
    with psycopg.connect(server.settings["SPARK_DATABASE_URL"].replace("+psycopg", "")) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row
    return int(row[0])


def wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + ENDED
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def is_listening(server: Server) -> bool:
    try:
        return httpx.get(f"{server.base_url}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_a_request_that_is_under_way_is_finished(
    server: Server, database: psycopg.Connection, stuck: tuple[dict[str, Any], Future[dict[str, Any]]]
) -> None:
    _, called = stuck
    server.process.send_signal(signal.SIGTERM)
    wait_until(lambda: not is_listening(server))
    assert not called.done()
    database.rollback()
    assert called.result(ENDED)["outcome"] == "updated"
    assert server.process.wait(ENDED) == 0
    assert database.execute("SELECT customer_notes FROM orders").fetchall() == [("changed",)]


def test_a_request_that_does_not_end_is_undone(
    server: Server, database: psycopg.Connection, stuck: tuple[dict[str, Any], Future[dict[str, Any]]]
) -> None:
    _, called = stuck
    assert server.stop(signal.SIGTERM) == 0
    with pytest.raises((httpx.TransportError, AssertionError)):
        called.result(ENDED)
    database.rollback()
    assert database.execute("SELECT customer_notes FROM orders").fetchall() == [("",)]
    wait_until(lambda: counted(server, SERVERS_CONNECTIONS) == 0)


@pytest.mark.parametrize("server", ["2"], indirect=True)
def test_workers_whose_parent_was_killed_finish_what_is_under_way_and_end(
    server: Server, database: psycopg.Connection, stuck: tuple[dict[str, Any], Future[dict[str, Any]]]
) -> None:
    """Nobody would watch over them, and no other server could have their port."""
    _, called = stuck
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: not is_listening(server))
    assert not called.done()
    database.rollback()
    assert called.result(ENDED)["outcome"] == "updated"
    wait_until(lambda: counted(server, SERVERS_CONNECTIONS) == 0)
    next_server = Server(server.data_dir, **server.settings)
    next_server.port, next_server.base_url = server.port, server.base_url
    with next_server:
        assert database.execute("SELECT customer_notes FROM orders").fetchall() == [("changed",)]


def test_connections_that_are_kept_open_do_not_hold_it_up(server: Server) -> None:
    with httpx.Client(base_url=server.base_url) as client:
        assert client.get("/healthz").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(ENDED) == 0
    assert "Traceback" not in server.output()
