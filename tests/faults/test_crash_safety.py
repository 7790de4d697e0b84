"""A fault at each step between reading a notice's body and answering it. Whatever strikes: 2xx is said only of what is
committed, and after recovery and ShipStation's retry there is exactly one shipment."""

import base64
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import pytest
from sqlalchemy import text as sql

from builders import notice, order
from faults.striking import (
    KEEPING,
    KEPT,
    LOGGING,
    PLACES,
    RESTATING_A_PART,
    SETTLED,
    SETTLING,
    SHIPPING,
    Faults,
    Place,
)
from processes import Server
from serving import served
from spark_shipstation.cli.soak import postgres
from spark_shipstation.settings import Settings
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.web.app import create_app

DROPPED = 0  # no answer came


@dataclass
class Shop:
    """A running service with two workers, its database, and ShipStation beside it."""

    server: Server
    url: str  # of the database
    faults: Faults
    http: httpx.Client  # a new connection for each call, to whichever worker takes it

    def take(self) -> dict[str, Any]:
        """A new order of three, as it reads back."""
        document = order()
        self.api("POST", "/orders", json=document)
        return self.order(document["number"])

    def api(self, method: str, path: str, **more: Any) -> Any:
        """Answered at once, also after a restart of PostgreSQL."""
        answer = self.http.request(method, f"/api/v1{path}", auth=self.server.auth, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def order(self, number: str) -> dict[str, Any]:
        [found] = self.api("GET", "/orders", params={"number": number})["orders"]
        return dict(found)

    def ship(self, taken: dict[str, Any], port: int | None = None) -> httpx.Response:
        part = taken["vendor_orders"][0]
        body = notice(part["id"], {part["lines"][0]["id"]: 3}, OrderNumber=taken["number"])
        return self.post(body, port)

    def post(self, body: bytes | Iterator[bytes], port: int | None = None, **query: str) -> httpx.Response:
        connection = self.server.facts()["shipstation"]
        login, params = (connection["username"], connection["password"]), {"action": "shipnotify", **query}
        headers = {"content-type": "text/xml"}
        url = httpx.URL(connection["url"]).copy_with(port=port or self.server.port)
        return self.http.post(url, params=params, content=body, auth=login, headers=headers)

    def status_of(self, taken: dict[str, Any]) -> int:
        try:
            return self.ship(taken).status_code
        except httpx.TransportError:
            return DROPPED

    def shipments(self, taken: dict[str, Any]) -> int:
        return self.faults.count("shipments", order_id=str(UUID(taken["id"])))

    def notices(self) -> list[tuple[str, str]]:
        """State and reason of the notices, oldest first."""
        with self.faults.engine.connect() as connection:
            rows = connection.execute(sql("SELECT state, reason FROM notices ORDER BY received_at, id")).all()
            return [(row.state, row.reason) for row in rows]

    def last_exchange(self) -> tuple[int, str]:
        with self.faults.engine.connect() as connection:
            row = connection.execute(sql("SELECT status, complaint FROM exchanges ORDER BY at DESC, id DESC")).first()
            assert row is not None
            return row.status, row.complaint

    def kill_workers(self) -> None:
        """With SIGKILL, and no other process than them. The server starts them again."""
        supervisor = psutil.Process(self.server.process.pid)
        for child in supervisor.children():
            with suppress(psutil.NoSuchProcess):  # one that has just ended by itself
                if "spawn_main" in " ".join(child.cmdline()):
                    os.kill(child.pid, signal.SIGKILL)

    def wait_until_ready(self) -> None:
        """Both workers answer: ten times in a row says so with near certainty."""
        good, give_up = 0, time.monotonic() + 60
        while good < 10:
            assert time.monotonic() < give_up, self.server.output()
            try:
                good = good + 1 if self.http.get("/readyz").status_code == 200 else 0
            except httpx.TransportError:
                good = 0
            time.sleep(0 if good else 0.05)

    def are_shipped_once(self, *orders: dict[str, Any]) -> None:
        """ShipStation comes again, and once more: each order has shipped once, and no notice is left undone."""
        for taken in orders:
            assert [self.status_of(taken), self.status_of(taken)] == [200, 200]
            after = self.order(taken["number"])
            facts = (after["status"], after["flags"], len(after["shipments"]), after["lines"][0]["shipped"])
            assert facts == ("shipped", [], 1, 3)
        assert {state for state, _ in self.notices()} <= {"applied", "repeated"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("crash")
    with (
        Server(folder, SPARK_WORKERS="2", SPARK_LOCK_SECONDS="30", SPARK_CONNECTION_CALLS_AT_ONCE="50") as server,
        embedded_postgres(folder) as url,
        httpx.Client(
            base_url=server.base_url, limits=httpx.Limits(max_keepalive_connections=0), timeout=60, trust_env=False
        ) as http,
    ):
        yield Shop(server, url, Faults(url), http)


@pytest.fixture
def shop(running: Shop) -> Iterator[Shop]:
    yield running
    running.wait_until_ready()
    running.faults.run("TRUNCATE notices, exchanges CASCADE")


# PostgreSQL fails


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_transaction_that_was_undone_once_is_done_again_and_nobody_hears_of_it(shop: Shop, place: Place) -> None:
    taken = shop.take()
    with shop.faults.strike(place, "40001", times=1):
        answer = shop.ship(taken)
    assert (answer.status_code, shop.shipments(taken)) == (200, 1)
    shop.are_shipped_once(taken)


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("state", ["40001", "53100", "XX000"])
def test_a_failure_that_stays_is_told_and_the_retry_after_it_ships_once(shop: Shop, place: Place, state: str) -> None:
    taken = shop.take()
    with shop.faults.strike(place, state):
        answer = shop.ship(taken)
    assert shop.shipments(taken) == 0
    passing = state != "XX000" or place.when == "COMMIT"
    assert answer.status_code == (503 if passing else 500)
    assert int(answer.headers["retry-after"]) > 0
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<Error><Message>')
    if place not in (KEEPING, KEPT, SETTLING, LOGGING):  # nothing was kept, or nothing can be written about it
        [(left, reason)] = shop.notices()
        assert (left, state in reason) == ("received", True), reason
        status, complaint = shop.last_exchange()
        assert (status, state in complaint) == (answer.status_code, True)
    shop.are_shipped_once(taken)


@pytest.mark.parametrize("place", [KEEPING, SETTLED], ids=str)
def test_a_transaction_that_takes_too_long_is_undone_and_told(shop: Shop, place: Place) -> None:
    taken = shop.take()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        settings = Settings(database_url=shop.url, transaction_seconds=1, log_level="CRITICAL")
        with served(create_app(settings), listener), shop.faults.strike(place, "sleep"):
            answer = shop.ship(taken, listener.getsockname()[1])
    assert (answer.status_code, shop.shipments(taken)) == (503, 0)
    shop.are_shipped_once(taken)


def test_a_real_deadlock_is_tried_again_and_nobody_hears_of_it(shop: Shop) -> None:
    """Another session holds the vendor order and then wants the order, which the notice holds by then."""
    taken = shop.take()
    part = taken["vendor_orders"][0]["id"]
    with ThreadPoolExecutor(1) as pool, shop.faults.engine.connect() as other:
        other.exec_driver_sql("SET deadlock_timeout = '60s'")  # so that the service is the one to give way
        other.exec_driver_sql("BEGIN")
        other.execute(sql("UPDATE vendor_orders SET status = status WHERE id = CAST(:id AS uuid)"), {"id": part})
        answer = pool.submit(shop.ship, taken)
        shop.faults.wait_for("transactionid")
        other.execute(sql("SELECT 1 FROM orders WHERE id = CAST(:id AS uuid) FOR UPDATE"), {"id": taken["id"]})
        other.exec_driver_sql("COMMIT")
        assert answer.result().status_code == 200
    assert shop.faults.scalar("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") != 0
    shop.are_shipped_once(taken)


# The worker dies


def all_wait(shop: Shop, pool: ThreadPoolExecutor, orders: Sequence[dict[str, Any]]) -> list[Future[int]]:
    """A notice of each order waits, each where another fault struck it: the next one gets further."""
    answers = []
    for number, taken in enumerate(orders, start=1):
        answers.append(pool.submit(shop.status_of, taken))
        shop.faults.wait_for("advisory", number)
    return answers


@contextmanager
def struck(shop: Shop, places: Sequence[Place]) -> Iterator[None]:
    with ExitStack() as faults:
        for place in places:
            faults.enter_context(shop.faults.strike(place, "wait", times=1))
        yield


def test_workers_killed_at_every_step_leave_nothing_half_done(shop: Shop) -> None:
    places = [KEEPING, KEPT, SHIPPING, RESTATING_A_PART, SETTLING, SETTLED]
    orders = [shop.take() for _ in places]
    with ThreadPoolExecutor(len(places)) as pool, struck(shop, places), shop.faults.closed_gate():
        answers = all_wait(shop, pool, orders)
        shop.kill_workers()
        assert [answer.result() for answer in answers] == [DROPPED] * len(places)
        end_what_waits(shop.faults)
    assert [shop.shipments(taken) for taken in orders] == [0] * len(places)
    shop.wait_until_ready()
    shop.are_shipped_once(*orders)


def end_what_waits(faults: Faults) -> None:
    """PostgreSQL sees that its client has gone only when it speaks to it."""
    faults.run(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE application_name = 'spark-shipstation' AND wait_event = 'advisory'"
    )


def test_a_worker_killed_between_commit_and_answer_has_shipped_once(shop: Shop) -> None:
    """The commit is on disk and waits for a standby that does not exist: the worker dies before it hears of it."""
    taken, faults = shop.take(), shop.faults
    with ThreadPoolExecutor(1) as pool, faults.strike(SETTLED, "wait", times=1):
        try:
            with faults.closed_gate():
                answer = pool.submit(shop.status_of, taken)
                faults.wait_for("advisory")
                faults.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
                faults.run("SELECT pg_reload_conf()")
                faults.wait_for_setting("synchronous_standby_names", "nobody")
            faults.wait_for("SyncRep")
            shop.kill_workers()
            assert answer.result() == DROPPED
        finally:
            faults.run("ALTER SYSTEM RESET synchronous_standby_names")
            faults.run("SELECT pg_reload_conf()")
            faults.wait_for_setting("synchronous_standby_names", "")
    shop.wait_until_ready()
    give_up = time.monotonic() + 20
    while shop.shipments(taken) == 0:
        assert time.monotonic() < give_up, "the commit was lost"
        time.sleep(0.05)
    shop.are_shipped_once(taken)


def test_a_worker_killed_while_it_reads_the_body_has_kept_nothing(shop: Shop) -> None:
    """It says 100 Continue when it begins to read."""
    taken = shop.take()
    connection = shop.server.facts()["shipstation"]
    login = base64.b64encode(f"{connection['username']}:{connection['password']}".encode()).decode()
    target = f"{httpx.URL(connection['url']).path}?action=shipnotify&order_number={taken['number']}"
    lines = (f"POST {target} HTTP/1.1", "Host: spark", f"Authorization: Basic {login}", "Content-Length: 100",
             "Expect: 100-continue", "", "")  # fmt: skip
    with socket.create_connection(("127.0.0.1", shop.server.port), timeout=30) as caller:
        caller.sendall("\r\n".join(lines).encode())
        assert caller.recv(1000).startswith(b"HTTP/1.1 100 ")
        caller.sendall(b"<ShipNotice>")
        shop.kill_workers()
        with suppress(ConnectionResetError):
            assert caller.recv(1000) == b""
    shop.wait_until_ready()
    assert (shop.shipments(taken), shop.notices()) == (0, [])
    shop.are_shipped_once(taken)


# PostgreSQL goes


def test_postgres_crashed_at_every_step_leaves_nothing_half_done(shop: Shop) -> None:
    places = [KEEPING, KEPT, SHIPPING, SETTLING, SETTLED]
    orders = [shop.take() for _ in places]
    with ThreadPoolExecutor(len(places)) as pool, struck(shop, places):
        with shop.faults.closed_gate():
            answers = all_wait(shop, pool, orders)
            assert postgres.crash_and_restart(data_of(shop))
        for taken, answer in zip(orders, answers, strict=True):
            status = answer.result()
            assert status in (200, 503)
            assert shop.shipments(taken) == (status == 200)
    shop.are_shipped_once(*orders)


def test_while_postgres_is_stopped_shipstation_is_told_to_come_again(shop: Shop) -> None:
    taken = shop.take()
    postgres.stop(data_of(shop))
    try:
        answer = shop.ship(taken)
        assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
        assert shop.http.get("/healthz").status_code == 200
    finally:
        with embedded_postgres(data_of(shop).parent):  # started; the server's own lock keeps it running
            pass
    shop.are_shipped_once(taken)


def test_stale_connections_after_a_restart_are_not_shipstations_trouble(shop: Shop) -> None:
    """Every pooled connection is dead, and the first notice after the restart is taken all the same."""
    orders = [shop.take() for _ in range(6)]
    assert postgres.crash_and_restart(data_of(shop))
    assert [shop.status_of(taken) for taken in orders] == [200] * 6


def data_of(shop: Shop) -> Path:
    return shop.server.data_dir / "postgres"
