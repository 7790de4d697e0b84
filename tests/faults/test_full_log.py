"""The disk of PostgreSQL's own log (WAL) is full: PostgreSQL stops itself and cannot be started. Callers are told to
come again; once there is room the embedded one is started by `serve`, and what was answered 2xx is there."""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from builders import notice, order
from driver import Store, is_told_to_come_again
from processes import Server
from spark_shipstation.cli.soak import postgres
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.store import embedded
from spark_shipstation.store.embedded import embedded_postgres, kept_running

BACK_SECONDS = 120
SEGMENT = 16 * 1024 * 1024
needs_mounts = pytest.mark.skipif(
    (os.geteuid() != 0 or shutil.which("mount") is None) and not os.environ.get("CI"),
    reason="mounting a small disk needs root",
)


@dataclass
class Shop:
    """A server of two workers with its embedded PostgreSQL, and ShipStation beside it."""

    server: Server
    disk: Path  # of the log
    http: httpx.Client

    @property
    def data(self) -> Path:
        return self.server.data_dir / "postgres"

    @property
    def store(self) -> Store:
        return Store(self.http, VendorOut(**self.server.facts()["shipstation"]))

    def api(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.http.request(method, f"{self.server.base_url}/api/v1{path}", auth=self.server.auth, **more)

    def take(self, number: int) -> list[dict[str, Any]]:
        sent = [order(customer_notes="full") for _ in range(number)]
        assert self.api("POST", "/orders", json={"orders": sent}).status_code == 200
        return [self.order(document["number"]) for document in sent]

    def order(self, number: str) -> dict[str, Any]:
        [found] = self.api("GET", "/orders", params={"number": number}).json()["orders"]
        return dict(found)

    def packages(self, orders: list[dict[str, Any]]) -> list[int]:
        return [len(self.order(one["number"])["shipments"]) for one in orders]

    def calls(self) -> dict[str, httpx.Response]:
        """One of each kind."""
        return {
            "a poll": self.store.get(start_date="01/01/2026 00:00", end_date="12/31/2099 00:00"),
            "a notice": self.store.notify(notice("", OrderNumber="nobody's")),
            "an order": self.api("POST", "/orders", json=order()),
            "a list of orders": self.api("GET", "/orders"),
            "readiness": self.http.get(f"{self.server.base_url}/readyz"),
        }

    def is_ready(self) -> bool:
        return self.http.get(f"{self.server.base_url}/readyz").status_code == 200


def wait_until(holds: Callable[[], bool], seconds: float = BACK_SECONDS) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.1)


@contextmanager
def log_on_a_disk_of(segments: int, data: Path, disk: Path) -> Iterator[None]:
    """Of so many files, and none to spare."""
    owner = postgres.postmaster(data)
    assert owner is not None
    user, group = owner.uids().real, owner.gids().real
    postgres.stop(data)
    disk.mkdir()
    given = f"size={segments * SEGMENT + 1024 * 1024},uid={user},gid={group},mode=700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", given, "none", str(disk)], check=True)
    try:
        subprocess.run(["cp", "-a", f"{data}/pg_wal/.", str(disk)], check=True)
        shutil.rmtree(data / "pg_wal")
        (data / "pg_wal").symlink_to(disk)
        with embedded_postgres(data.parent):  # started; the server's own lock keeps it running
            pass
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with ExitStack() as stack:
        disk = tmp_path / "disk"
        server = Server(tmp_path, SPARK_WORKERS="2")
        stack.enter_context(server)
        stack.enter_context(log_on_a_disk_of(3, tmp_path / "postgres", disk))
        stack.callback(server.__exit__, None, None, None)  # before its disk is taken away
        http = stack.enter_context(httpx.Client(timeout=60, trust_env=False))
        yield Shop(server, disk, http)


@needs_mounts
def test_when_the_disk_of_the_log_is_full_nothing_is_lost_and_room_is_all_that_it_needs(shop: Shop) -> None:
    wait_until(shop.is_ready)
    orders = shop.take(150)
    filler = "<!-- " + os.urandom(240_000).hex() + " -->"  # does not compress
    bodies = [notice(one["vendor_orders"][0]["id"], TrackingNumber=f"1Z{n}") + filler.encode()
              for n, one in enumerate(orders)]  # fmt: skip
    answers = [shop.store.notify(body) for body in bodies]
    assert Counter(answer.status_code for answer in answers).keys() == {200, 503}
    assert all(is_told_to_come_again(answer) for answer in answers if answer.status_code == 503)
    assert answers[-1].status_code == 503

    wait_until(lambda: "The embedded PostgreSQL did not start" in shop.server.output())
    assert {name for name, answer in shop.calls().items() if not is_told_to_come_again(answer)} == set()
    assert shop.http.get(f"{shop.server.base_url}/healthz").status_code == 200
    assert "could not write to file" in (shop.data / "log").read_text()

    subprocess.run(["mount", "-o", "remount,size=512m", str(shop.disk)], check=True)
    wait_until(shop.is_ready)
    answered = [one for one, answer in zip(orders, answers, strict=True) if answer.status_code == 200]
    assert shop.packages(answered) == [1] * len(answered)
    assert {shop.store.notify(body).status_code for body in bodies} == {200}
    assert shop.packages(orders) == [1] * len(orders)
    assert {one["number"] for one in orders} <= set(shop.store.poll().numbers)


def killed(data: Path) -> psutil.Process:
    """As the system does it for want of memory."""
    process = postgres.postmaster(data)
    assert process is not None
    process.kill()
    return process


def test_an_embedded_postgres_that_was_killed_is_started_again(tmp_path: Path) -> None:
    told: list[str] = []
    data = tmp_path / "postgres"
    with kept_running(tmp_path, told.append):
        before = killed(data)
        wait_until(lambda: bool(told))
        after = postgres.postmaster(data)
    assert told == ["The embedded PostgreSQL had ended and was started again."]
    assert after is not None
    assert after.pid != before.pid
    assert postgres.postmaster(data) is None, "and is stopped with the rest"


def test_an_embedded_postgres_that_was_stopped_in_order_stays_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOOK_SECONDS", 0.1)
    told: list[str] = []
    with kept_running(tmp_path, told.append):
        postgres.stop(tmp_path / "postgres")
        time.sleep(2)
        assert postgres.postmaster(tmp_path / "postgres") is None
    assert told == []
