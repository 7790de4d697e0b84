"""PostgreSQL is stopped, restarted, full, read-only, out of connections, or its clock jumps: callers are told to come
again, and when it is back everything works by itself. Nothing that was answered 2xx is lost."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import make_url

from builders import notice, order
from driver import Merchant, Store, is_told_to_come_again, new_merchant
from faults.striking import Faults
from serving import served, visited
from spark_shipstation.cli.soak import postgres
from spark_shipstation.settings import Settings
from spark_shipstation.store import migrations
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect, sessions_on
from spark_shipstation.web.app import create_app
from visitor import Visitor, new_visitor

PLAIN = "spark_plain"  # limits and settings of a role do not hold for a superuser


@dataclass
class World:
    """A service with a PostgreSQL of its own, and everybody who calls it."""

    folder: Path
    url: str  # of the database, for its owner
    faults: Faults
    merchant: Merchant
    http: httpx.Client
    visitor: Visitor

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def store(self) -> Store:
        return self.merchant.shipstation

    def calls(self) -> dict[str, Callable[[], httpx.Response]]:
        """One of each kind."""
        return {
            "a poll": lambda: self.store.get(start_date="01/01/2026 00:00", end_date="12/31/2099 00:00"),
            "a notice": lambda: self.store.notify(notice("", OrderNumber="nobody's")),
            "an order": lambda: self.merchant.post(order()),
            "a list of orders": lambda: self.http.get("/api/v1/orders", auth=self.merchant.auth),
            "a page": lambda: self.visitor.http.get("/vendors"),
            "readiness": lambda: self.http.get("/readyz"),
        }

    def answers(self) -> dict[str, int]:
        return {name: call().status_code for name, call in self.calls().items()}

    def warm(self) -> None:
        """So that the pool holds several connections."""
        with ThreadPoolExecutor(6) as pool:
            assert {answer.result().status_code for answer in [pool.submit(self.poll_apart) for _ in range(12)]} == {
                200
            }

    def poll_apart(self) -> httpx.Response:
        with httpx.Client(base_url=self.http.base_url, timeout=60) as http:
            return replace(self.store, http=http).get(start_date="01/01/2026 00:00", end_date="12/31/2099 00:00")

    def cut_off(self) -> None:
        """End the service's connections, so that new ones are made."""
        self.faults.run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{PLAIN}'")  # noqa: S608

    def works_again(self) -> None:
        """Without anybody's help, and at once."""
        assert self.answers() == GOOD


GOOD = {"a poll": 200, "a notice": 404, "an order": 200, "a list of orders": 200, "a page": 200, "readiness": 200}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("away")
    with ExitStack() as stack:
        url = stack.enter_context(embedded_postgres(folder))
        migrations.upgrade(url)
        faults = Faults(url)
        faults.run(f"CREATE ROLE {PLAIN} LOGIN")
        faults.run(f"GRANT pg_read_all_data, pg_write_all_data TO {PLAIN}")
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        plain = make_url(url).set(username=PLAIN).render_as_string(hide_password=False)
        settings = Settings(database_url=plain, base_url=base, pool_size=6, lock_seconds=2, log_level="CRITICAL")
        stack.enter_context(served(create_app(settings), listener))
        engine = connect(url, pool_size=1)
        stack.callback(engine.dispose)
        http = stack.enter_context(httpx.Client(base_url=base, timeout=60))
        merchant = new_merchant(sessions_on(engine), http, "away")
        visitor = new_visitor(sessions_on(engine), merchant.account_id, base)
        Visitor.there.remove(visitor)  # who stays for all of these tests
        stack.callback(visitor.http.close)
        yield World(folder, url, faults, merchant, http, visitor)


@pytest.fixture
def world(running: World) -> Iterator[World]:
    running.works_again()
    yield running
    running.works_again()


# Stopped and restarted


@pytest.mark.parametrize("first", GOOD)
@pytest.mark.parametrize("how", ["crashed", "restarted"])
def test_the_first_call_of_any_kind_after_a_restart_is_answered(world: World, first: str, how: str) -> None:
    world.warm()
    if how == "crashed":
        assert postgres.crash_and_restart(world.data)
    else:
        restart_in_order(world)
    assert world.calls()[first]().status_code == GOOD[first]


def restart_in_order(world: World) -> None:
    postgres.stop(world.data)
    with embedded_postgres(world.folder):  # started; the lock of the fixture keeps it running
        pass


def test_while_postgres_is_stopped_everybody_is_told_to_come_again(world: World) -> None:
    world.warm()
    postgres.stop(world.data)
    try:
        answers = {name: call() for name, call in world.calls().items()}
        assert {name for name, answer in answers.items() if is_told_to_come_again(answer)} == set(GOOD)
        assert answers["a poll"].content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<Error><Message>')
        assert answers["an order"].headers["content-type"] == "application/problem+json"
        assert answers["a page"].headers["content-type"].startswith("text/html")
        assert world.http.get("/healthz").status_code == 200
    finally:
        with embedded_postgres(world.folder):
            pass


# Out of connections


def test_without_a_free_connection_everybody_is_told_to_come_again(world: World) -> None:
    world.faults.run(f"ALTER ROLE {PLAIN} CONNECTION LIMIT 0")
    world.cut_off()
    try:
        answers = [call() for call in world.calls().values()]
        assert [is_told_to_come_again(answer) for answer in answers] == [True] * len(GOOD)
    finally:
        world.faults.run(f"ALTER ROLE {PLAIN} CONNECTION LIMIT -1")


def test_with_one_connection_for_many_callers_all_are_served(world: World) -> None:
    world.faults.run(f"ALTER ROLE {PLAIN} CONNECTION LIMIT 1")
    world.cut_off()
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = [pool.submit(world.calls()["a poll"]) for _ in range(16)]
            told = [answer.result() for answer in answers]
        assert all(answer.status_code == 200 or is_told_to_come_again(answer) for answer in told)
        assert any(answer.status_code == 200 for answer in told)
    finally:
        world.faults.run(f"ALTER ROLE {PLAIN} CONNECTION LIMIT -1")


# Read-only


@contextmanager
def read_only_by_default(world: World) -> Iterator[None]:
    world.faults.run(f"ALTER ROLE {PLAIN} SET default_transaction_read_only = on")
    world.cut_off()
    try:
        yield
    finally:
        world.faults.run(f"ALTER ROLE {PLAIN} RESET default_transaction_read_only")
        world.cut_off()


@contextmanager
def in_recovery(world: World) -> Iterator[None]:
    """As a standby is before it is promoted."""
    postgres.stop(world.data)
    (world.data / "standby.signal").touch()
    with embedded_postgres(world.folder):
        pass
    try:
        assert world.faults.scalar("SELECT pg_is_in_recovery()")
        yield
    finally:
        world.faults.run("SELECT pg_promote()")
        world.cut_off()


@pytest.mark.parametrize("how", [read_only_by_default, in_recovery])
def test_of_a_database_that_can_only_be_read_whoever_writes_is_told_to_come_again(
    world: World, how: Callable[[World], Any]
) -> None:
    [taken] = world.merchant.take(order())
    with how(world):
        answers = {name: call() for name, call in world.calls().items()}
        told = {name for name, answer in answers.items() if is_told_to_come_again(answer)}
        assert told == {"a poll", "a notice", "an order"}
        assert answers["a list of orders"].status_code == answers["a page"].status_code == 200
        assert is_told_to_come_again(world.store.notify(notice(taken["vendor_orders"][0]["id"])))
    assert world.store.notify(notice(taken["vendor_orders"][0]["id"])).status_code == 200
    assert len(world.merchant.order(taken["id"])["shipments"]) == 1


# The disk is full


@contextmanager
def small_disk(world: World) -> Iterator[Path]:
    """The tables of notices and calls on a disk of eight megabytes."""
    disk = world.folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(disk)], check=True)
    try:
        place = disk / "tables"
        place.mkdir()
        owner = postgres.postmaster(world.data)
        assert owner is not None
        os.chown(place, owner.uids().real, owner.gids().real)
        world.faults.run(f"CREATE TABLESPACE small LOCATION '{place}'")
        for table in ("notices", "exchanges"):
            world.faults.run(f"ALTER TABLE {table} SET TABLESPACE small")
        yield disk
        for table in ("notices", "exchanges"):
            world.faults.run(f"ALTER TABLE {table} SET TABLESPACE pg_default")
        world.faults.run("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.skipif(
    (os.geteuid() != 0 or shutil.which("mount") is None) and not os.environ.get("CI"),
    reason="mounting a small disk needs root",
)
def test_when_the_disk_is_full_nothing_is_said_to_be_done_that_is_not(world: World) -> None:
    orders = world.merchant.take(*(order(customer_notes="x") for _ in range(40)))
    filler = "<!-- " + os.urandom(150_000).hex() + " -->"  # does not compress
    bodies = [notice(one["vendor_orders"][0]["id"], TrackingNumber=f"1Z{n}") + filler.encode()
              for n, one in enumerate(orders)]  # fmt: skip
    with small_disk(world) as disk:
        answers = [world.store.notify(body) for body in bodies]
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) == {200, 503}
        assert all(is_told_to_come_again(answer) for answer in answers if answer.status_code == 503)
        shipped = [len(world.merchant.order(one["id"])["shipments"]) for one in orders]
        assert shipped == [1 if status == 200 else 0 for status in statuses]
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert {world.store.notify(body).status_code for body in bodies} == {200}
        assert {len(world.merchant.order(one["id"])["shipments"]) for one in orders} == {1}


# The clock jumps


@contextmanager
def clock(world: World) -> Iterator[Callable[[str], None]]:
    """Sets the database's clock, as the service sees it, by so much beside the true one."""
    world.faults.run("CREATE SCHEMA faked")
    world.faults.run("CREATE TABLE faked.jump AS SELECT interval '0' AS by")
    world.faults.run(
        "CREATE FUNCTION faked.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS "
        "'SELECT pg_catalog.clock_timestamp() + by FROM faked.jump'"
    )
    world.faults.run(f"GRANT USAGE ON SCHEMA faked TO {PLAIN}")
    world.faults.run(f"ALTER ROLE {PLAIN} SET search_path = faked, pg_catalog, public")
    world.cut_off()
    try:
        yield lambda by: world.faults.run(f"UPDATE faked.jump SET by = interval '{by}'")  # noqa: S608
    finally:
        world.faults.run(f"ALTER ROLE {PLAIN} RESET search_path")
        world.cut_off()
        world.faults.run("DROP SCHEMA faked CASCADE")


@pytest.mark.parametrize(
    "jumps", [("2 hours", "0"), ("-2 hours", "0"), ("3 days", "-1 day", "0"), ("-5 minutes", "1 day")]
)
def test_no_order_is_lost_and_no_package_counts_twice_when_the_clock_jumps(
    world: World, jumps: tuple[str, ...]
) -> None:
    """What was written while the clock was ahead comes at the latest when the true time has come there: the last poll
    stands for those of the days that follow."""
    store = world.merchant.add_store(f"Clock {'_'.join(jumps)}")
    imported: set[str] = set()
    sent: list[str] = []
    with clock(world) as set_clock:
        for jump in ("0", *jumps):
            set_clock(jump)
            for _ in range(3):
                document = order(lines=[{**order()["lines"][0], "vendor": store.vendor.name}])
                [taken] = world.merchant.take(document)
                sent.append(taken["number"])
                body = notice(taken["vendor_orders"][0]["id"], TrackingNumber=taken["number"])
                assert [store.notify(body).status_code for _ in range(2)] == [200, 200]
                imported |= set(store.poll().numbers)
    imported |= set(store.poll(end=datetime.now(UTC) + timedelta(days=4)).numbers)
    assert imported == set(sent)
    for number in sent:
        [found] = world.merchant.get("/orders", number=number)["orders"]
        assert (found["status"], len(found["shipments"])) == ("shipped", 1)


def test_a_service_that_started_without_its_database_works_when_it_comes(world: World) -> None:
    postgres.stop(world.data)
    with visited(create_app(Settings(database_url=world.url, log_level="CRITICAL"))) as client:
        assert client.get("/readyz").status_code == 503
        with embedded_postgres(world.folder):
            pass
        give_up = time.monotonic() + 20
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < give_up
            time.sleep(0.1)
