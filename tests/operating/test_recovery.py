"""A backup is put back: what was lost meanwhile is known to ShipStation and to the shop, and in the end all agree.

Real servers and PostgreSQL's real programs; ShipStation is the stand-in, which of course was not put back.
"""

import stat
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytz

from builders import line, notice, order
from driver import articles, text
from pagecheck import check_page
from processes import Server, spark
from spark_shipstation.customstore.client import Imports, StoreClient
from spark_shipstation.errors import Refused

LONG_AGO = {"start_date": "01/01/2020 00:00", "end_date": "12/31/2099 23:59"}


@dataclass
class ShipStation:
    """It asks from where its last answered poll ended, and keeps what it got by OrderID."""

    server: Server
    imports: Imports

    @property
    def vendor(self) -> dict[str, str]:
        vendor: dict[str, str] = self.server.facts()["shipstation"]
        return vendor

    def poll(self) -> list[str]:
        """The numbers of the orders it got. Raises Refused."""
        now = datetime.now(UTC)
        start = self.imports.polled_until or now - timedelta(hours=1)
        with StoreClient(self.vendor["url"], self.vendor["username"], self.vendor["password"]) as client:
            served = client.poll(start, now, pytz.utc)
        assert served.problems == ()
        self.imports.take(served.orders, now)
        self.imports.polled(start, now, now)
        return [one.number for one in served.orders]

    def known(self) -> dict[str, tuple[str, str, list[tuple[str, int]]]]:
        """By OrderID: status, buyer's note and items."""
        return {
            id_: (kept.order.status, kept.order.customer_notes or "",
                  [(item.sku, item.quantity or 0) for item in kept.order.items])
            for id_, kept in self.imports.orders.items()
        }  # fmt: skip

    def truth(self) -> dict[str, tuple[str, str, list[tuple[str, int]]]]:
        """The same of all that the server would tell a store that knew nothing."""
        auth = (self.vendor["username"], self.vendor["password"])
        headers = {"X-Spark-Check": "all"}  # it is no poll
        answer = httpx.get(self.vendor["url"], params={"action": "export", **LONG_AGO}, auth=auth, headers=headers)
        root = check_page(answer.content)
        assert root.get("pages") == "1"
        return {
            text(one, "OrderID"): (text(one, "OrderStatus"), one.findtext("CustomerNotes") or "", articles(one))
            for one in root
        }

    def id_of(self, number: str) -> str:
        return self.imports.find(number).order.order_id

    def ships(self, number: str, tracking: str) -> httpx.Response:
        auth = (self.vendor["username"], self.vendor["password"])
        body = notice(self.id_of(number), TrackingNumber=tracking)
        return httpx.post(self.vendor["url"], params={"action": "shipnotify"}, content=body, auth=auth)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def done(data_dir: Path, *words: str) -> str:
    result = spark(data_dir, *words)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def do(server: Server, number: str, what: str, **body: Any) -> None:
    [one] = server.orders(number=number)
    path = f"{server.base_url}/api/v1/orders/{one['id']}/{what}"
    httpx.post(path, json=body, auth=server.auth, timeout=30).raise_for_status()


def test_after_a_backup_was_put_back_shipstation_and_the_shop_end_up_with_the_same(
    data_dir: Path, tmp_path: Path
) -> None:
    kept, file = Imports(tmp_path / "imports.json"), tmp_path / "spark.dump"
    quiet, changed, cancelled, held, shipped, undone, waiting, new = (
        order(number=name, external_id=f"gid-{name}")
        for name in ("quiet", "changed", "cancelled", "held", "shipped", "undone", "waiting", "new")
    )
    with Server(data_dir) as server:
        shipstation = ShipStation(server, kept)
        for sent in (quiet, changed, cancelled, held, shipped, undone):
            server.post_order(sent)
        assert len(shipstation.poll()) == 6
        server.post_order(waiting)  # in the backup, and not yet polled
        assert "Wrote" in done(data_dir, "db", "backup", str(file))
        # What is lost.
        for sent in (new, {**changed, "customer_notes": "ring twice"}, {**undone, "customer_notes": "for an hour"}):
            server.post_order(sent)
        do(server, "cancelled", "cancel")
        do(server, "held", "hold")
        assert len(shipstation.poll()) >= 6
        server.post_order({**undone, "customer_notes": ""})  # and ShipStation did not hear of it any more
        assert shipstation.ships("shipped", "1ZLOST").status_code == 200
        before = shipstation.known()
        new_id = shipstation.id_of("new")

    said = done(data_dir, "db", "restore", str(file), "--replace")
    assert "db resume" in said
    with Server(data_dir) as server:
        shipstation = ShipStation(server, kept)
        with pytest.raises(Refused, match="put back from a backup"):
            shipstation.poll()
        assert shipstation.known() == before
        # What the admin is told to do: the shop sends again, people do again, ShipStation notifies again.
        for sent in (new, {**changed, "customer_notes": "ring twice"}, undone):
            server.post_order(sent)
        do(server, "cancelled", "cancel")
        do(server, "held", "hold")
        assert shipstation.ships("shipped", "1ZLOST").status_code == 200
        resumed = done(data_dir, "db", "resume")
        assert "ShipStation: served again." in resumed
        assert "No connection waits." in done(data_dir, "db", "resume")
        shipstation.poll()

        assert shipstation.id_of("new") == new_id
        assert len(kept.orders) == 8
        truth = shipstation.truth()
        shipped_id = shipstation.id_of("shipped")
        assert truth.pop(shipped_id)[0] == "shipped"
        assert {id_: face for id_, face in shipstation.known().items() if id_ != shipped_id} == truth
        assert {face[0] for face in truth.values()} == {"awaiting_shipment", "cancelled", "on_hold"}
        for number in ("new", "quiet", "undone"):
            assert shipstation.ships(number, f"1Z{number}").status_code == 200
        statuses = {one["number"]: one["status"] for one in server.orders()}
        assert statuses == {
            "quiet": "shipped", "new": "shipped", "undone": "shipped", "shipped": "shipped",
            "changed": "awaiting_shipment", "waiting": "awaiting_shipment",
            "cancelled": "cancelled", "held": "on_hold",
        }  # fmt: skip


def test_an_order_that_is_sent_again_has_the_ids_it_had(data_dir: Path, tmp_path: Path) -> None:
    """Although the store, the order and its lines are all new to the database."""
    file = tmp_path / "spark.dump"
    sent = order(store="brand-new", lines=[line("l1"), line("l2", sku="MUG", unit_price="0.00")])
    with Server(data_dir) as server:
        done(data_dir, "db", "backup", str(file))
        server.post_order(sent)
        [before] = server.orders()
    done(data_dir, "db", "restore", str(file), "--replace")
    with Server(data_dir) as server:
        assert server.orders() == []
        server.post_order(sent)
        [after] = server.orders()
    ids = [[(part["id"], *(one["id"] for one in part["lines"])) for part in one["vendor_orders"]]
           for one in (before, after)]  # fmt: skip
    assert ids[0] == ids[1]
    assert len(ids[0][0]) == 3
    assert before["id"] != after["id"]


def test_a_database_that_was_put_back_by_other_means_waits_as_well(data_dir: Path, tmp_path: Path) -> None:
    with Server(data_dir) as server:
        server.post_order(order(number="1"))
        shipstation = ShipStation(server, Imports(tmp_path / "imports.json"))
        assert "1 ShipStation connection" in done(data_dir, "db", "restored")
        with pytest.raises(Refused):
            shipstation.poll()
        told = done(data_dir, "orders", "explain", "1")
        assert "db resume" in told
        done(data_dir, "db", "resume")
        assert shipstation.poll() == ["1"]


def test_a_backup_is_for_its_owner_only_and_never_a_half(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "spark.dump"
    done(data_dir, "db", "upgrade")
    done(data_dir, "db", "backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    whole = file.read_bytes()
    refused = spark(data_dir, "db", "backup", str(file), SPARK_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert refused.returncode == 2
    assert file.read_bytes() == whole
    assert {one.name for one in tmp_path.iterdir()} == {"data", "spark.dump"}


def test_a_damaged_backup_changes_nothing(data_dir: Path, tmp_path: Path) -> None:
    file, half = tmp_path / "spark.dump", tmp_path / "half.dump"
    with Server(data_dir) as server:
        server.post_order(order(number="1"))
        done(data_dir, "db", "backup", str(file))
        server.post_order(order(number="2"))
    half.write_bytes(file.read_bytes()[:-2000])
    refused = spark(data_dir, "db", "restore", str(half), "--replace")
    assert refused.returncode == 2
    assert "pg_restore failed" in refused.stderr
    with Server(data_dir) as server:
        assert {one["number"] for one in server.orders()} == {"1", "2"}


def test_nothing_is_overwritten_unasked_or_under_a_running_server(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "spark.dump"
    with Server(data_dir):
        done(data_dir, "db", "backup", str(file))
        refused = spark(data_dir, "db", "restore", str(file), "--replace")
        assert (refused.returncode, "Stop them first" in refused.stderr) == (2, True)
    refused = spark(data_dir, "db", "restore", str(file))
    assert (refused.returncode, "--replace" in refused.stderr) == (2, True)


def test_a_backup_passes_through_pipes(data_dir: Path, tmp_path: Path) -> None:
    done(data_dir, "db", "upgrade")
    done(data_dir, "account", "add", "Piped")
    other = tmp_path / "other"
    other.mkdir()
    script = (
        'set -o pipefail; SPARK_DATA_DIR="$1" "$0" -m spark_shipstation db backup - '
        '| SPARK_DATA_DIR="$2" "$0" -m spark_shipstation db restore -'
    )
    piped = subprocess.run(
        ["bash", "-c", script, sys.executable, str(data_dir), str(other)],
        capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert piped.returncode == 0, piped.stderr
    again = spark(other, "account", "add", "Piped")
    assert "an account named Piped already" in again.stderr
