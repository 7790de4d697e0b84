"""The commands, as real processes on a database of their own: first run, import, scripts."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from sqlalchemy import text

from builders import order
from processes import Server, environment, is_running, spark
from spark_shipstation.cli import orderfiles
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With an account in it, made by the commands themselves."""
    folder = tmp_path_factory.mktemp("data")
    assert spark(folder, "db", "upgrade").returncode == 0
    assert spark(folder, "account", "add", "Shop").returncode == 0
    return folder


def test_scripts_get_vendors_and_keys_as_json(data_dir: Path) -> None:
    vendor = json.loads(spark(data_dir, "vendor", "add", "East", "--time-zone", "Europe/Paris", "--json").stdout)
    assert vendor.keys() >= {"id", "name", "kind", "active", "url", "username", "password", "time_zone", "statuses"}
    assert (vendor["name"], vendor["time_zone"]) == ("East", "Europe/Paris")
    key = json.loads(spark(data_dir, "api-key", "add", "orders", "--json").stdout)
    assert key.keys() == {"id", "secret"}
    rotated = json.loads(spark(data_dir, "vendor", "rotate", "East", "--json").stdout)
    assert (rotated["url"], rotated["password"] != vendor["password"]) == (vendor["url"], True)
    assert "Password, shown this once" in spark(data_dir, "user", "add", "ada@example.com").stdout
    refused = spark(data_dir, "user", "add", "ada")
    assert (refused.returncode, "write an e-mail address such as ada@example.com" in refused.stderr) == (2, True)
    assert "New password of Ada@Example.com, shown this once: " in reset("Ada@Example.com", data_dir).stdout
    assert reset("bo@example.com", data_dir).stderr == "Error: There is no user bo@example.com.\n"


def test_a_mistake_is_a_sentence_and_exit_code_2(data_dir: Path) -> None:
    again = spark(data_dir, "account", "add", "Shop")
    assert (again.returncode, again.stderr) == (2, "Error: There is an account named Shop already.\n")
    wrong = spark(data_dir, "vendor", "add", "X", "--time-zone", "Mars/Olympus")
    assert wrong.returncode == 2
    assert "/time_zone: “Mars/Olympus” is not a time zone" in wrong.stderr


def test_a_command_before_the_tables_says_what_to_do(tmp_path: Path) -> None:
    result = spark(tmp_path, "account", "add", "Shop")
    assert (result.returncode, "Run `spark-shipstation db upgrade`" in result.stderr) == (2, True)


def import_file(data_dir: Path, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return spark(data_dir, "orders", "import", str(file), *options)


def reset(email: str, data_dir: Path) -> CompletedProcess[str]:
    return spark(data_dir, "user", "reset-password", email)


def test_an_ndjson_file_comes_in_and_rejects_go_to_a_file(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.ndjson"
    good, bad = [order() for _ in range(3)], order(currency="dollars")
    file.write_text("\n".join([*map(json.dumps, good), json.dumps(bad), "{broken", ""]))
    result = import_file(data_dir, file)
    assert "5 orders: 3 created, 0 updated, 0 unchanged, 2 refused." in result.stdout
    assert "  line 4, /currency: " in result.stderr
    assert result.returncode == 1
    rejects = [json.loads(text) for text in (tmp_path / "orders.ndjson.rejects.ndjson").read_text().splitlines()]
    assert [(row["line"], row["errors"][0]["pointer"]) for row in rejects] == [(4, "/currency"), (5, "")]
    assert rejects[0]["order"] == bad
    again = import_file(data_dir, file)
    assert "5 orders: 0 created, 0 updated, 3 unchanged, 2 refused." in again.stdout


def test_a_json_file_comes_in(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text(json.dumps({"orders": [order(), order()]}))
    result = import_file(data_dir, file)
    assert (result.returncode, result.stdout) == (0, "2 orders: 2 created, 0 updated, 0 unchanged, 0 refused.\n")
    assert "100%" in result.stderr
    assert not (tmp_path / "orders.json.rejects.ndjson").exists()


CSV = """\
store,external_id,number,placed_at,payment_status,currency,total,gift,ship_to.name,ship_to.address1,ship_to.city,\
ship_to.country,line.external_id,line.sku,line.name,line.quantity,line.unit_price,line.weight,line.weight_unit,\
line.options
web,c1,C1,2026-03-08T09:59:00Z,paid,USD,25.00,yes,Ada,1 Main St,Austin,US,l1,TEE,"Tee, blue",2,10.00,6,oz,\
Size=M; Colour=Blue
web,c1,C1,2026-03-08T09:59:00Z,paid,USD,25.00,yes,Ada,1 Main St,Austin,US,l2,MUG,Mug,1,5.00,,,
web,c2,C2,2026-03-08T10:59:00Z,unpaid,USD,10.00,,Bo,2 Main St,Austin,US,l1,TEE,Tee,1,10.00,,,
"""


def test_a_csv_file_is_one_row_for_each_line(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(CSV)
    assert import_file(data_dir, file).stdout == "2 orders: 2 created, 0 updated, 0 unchanged, 0 refused.\n"
    first, second = (document.order for document in orderfiles.read_orders(file))
    assert (len(first["lines"]), len(second["lines"]), first["gift"]) == (2, 1, True)
    assert first["lines"][0] == {
        "external_id": "l1",
        "sku": "TEE",
        "name": "Tee, blue",
        "quantity": "2",
        "unit_price": "10.00",
        "weight": {"value": "6", "unit": "oz"},
        "options": [{"name": "Size", "value": "M"}, {"name": "Colour", "value": "Blue"}],
    }


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("o.json", b"{", "not JSON"),
        ("o.json", b"3", "must hold an order"),
        ("o.csv", b"a,b\n1,2,3\n", "Line 2 has more fields than the header"),
        ("o.ndjson", b"", "0 orders"),
        ("o.xlsx", b"", "say which with --format"),
        ("o.csv", b"a\n\xff\n", "not UTF-8"),
        ("o.csv", b"ship_to,ship_to.city\na,b\n", "cannot stand together"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    data_dir: Path, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = import_file(data_dir, tmp_path / name)
    assert words in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_a_rejects_file_that_cannot_be_written_is_said_first(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "o.json"
    file.write_text("[]")
    result = import_file(data_dir, file, "--rejects", str(tmp_path / "no" / "such" / "folder"))
    assert (result.returncode, "Name another place with --rejects" in result.stderr) == (2, True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running


def test_the_first_run_writes_its_facts_for_its_owner_only(server: Server) -> None:
    file = server.data_dir / "first-run.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    facts: dict[str, Any] = json.loads(file.read_text())
    assert facts.keys() == {"shipstation", "api_key", "admin", "base_url"}
    assert facts["base_url"] == server.base_url
    for fact in (facts["shipstation"]["url"], facts["shipstation"]["password"], facts["api_key"]["secret"]):
        assert fact in server.output()
    assert "On-hold status           on_hold" in server.output()


def test_a_command_works_beside_the_running_server(server: Server) -> None:
    assert json.loads(spark(server.data_dir, "api-key", "add", "second", "--json").stdout)["id"].startswith("key-")
    vendor = json.loads(spark(server.data_dir, "vendor", "add", "Beside", "--json").stdout)
    assert vendor["url"].startswith(server.base_url + "/shipstation/")
    assert server.get("/readyz").status_code == 200


def test_ctrl_c_stops_everything_and_the_data_is_there_again(tmp_path: Path) -> None:
    with Server(tmp_path) as first:
        facts = first.facts()
        first.post_order(order(number="kept-1"))
        pid = int((tmp_path / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        assert first.stop(signal.SIGINT) == 0
    assert not is_running(pid), "PostgreSQL is still running"
    with Server(tmp_path) as second:
        assert "Paid status" not in second.output()  # the words of the first start come once
        assert second.facts()["api_key"] == facts["api_key"]
        assert [got["number"] for got in second.orders()] == ["kept-1"]
        assert second.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SPARK_DATABASE_URL": "no url"}, "SPARK_DATABASE_URL is not a URL such as"),
        ({"SPARK_PORT": "abc"}, "/port: "),
        ({"SPARK_LOG_LEVEL": "LOUD"}, "/log_level: "),
        ({"SPARK_DATA_DIR": "/proc/nothing"}, "/proc/nothing"),
        ({"SPARK_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "the database cannot be reached"),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    result = spark(tmp_path, "serve", **settings)
    assert (result.returncode, words in result.stderr, "Traceback" in result.stderr) == (2, True, False), result.stderr


def test_another_port_is_another_address_in_the_facts(tmp_path: Path) -> None:
    with Server(tmp_path) as first:
        before = first.facts()
    with Server(tmp_path) as second:
        after = second.facts()
        assert (after["base_url"], after["base_url"] != before["base_url"]) == (second.base_url, True)
        assert after["shipstation"]["url"].startswith(second.base_url + "/shipstation/")
        assert after["shipstation"]["password"] == before["shipstation"]["password"]


def test_a_killed_server_leaves_nothing_that_the_next_start_minds(tmp_path: Path) -> None:
    with Server(tmp_path) as first:
        first.post_order(order(number="kept-2"))
        first.stop(signal.SIGKILL)
    with Server(tmp_path) as second:
        assert [got["number"] for got in second.orders()] == ["kept-2"]
        pid = int((tmp_path / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        second.stop(signal.SIGINT)
    assert not is_running(pid), "PostgreSQL is still running"


def test_an_overlap_that_a_late_commit_could_outlive_is_not_served(data_dir: Path) -> None:
    spark(data_dir, "vendor", "add", "Overlap")
    with embedded_postgres(data_dir) as url:
        engine = connect(url, pool_size=1)
        with engine.begin() as connection:
            connection.execute(text("UPDATE connections SET overlap_seconds = 60"))
        refused = spark(data_dir, "serve", "--port", "8999")
        with engine.begin() as connection:
            connection.execute(text("UPDATE connections SET overlap_seconds = 300"))
        engine.dispose()
    assert refused.returncode == 2
    assert "windows overlap by only 60 seconds" in refused.stderr


def test_an_old_database_is_not_served(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "spark_shipstation", "serve", "--port", "8999"],
        env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (result.returncode, "Run `spark-shipstation db upgrade`" in result.stderr) == (2, True)
    assert "SPARK_DATABASE_URL" not in os.environ


def test_a_vendors_settings_are_set_and_shown(data_dir: Path) -> None:
    spark(data_dir, "vendor", "add", "Settings")
    result = spark(
        data_dir, "vendor", "set", "Settings", "--withhold-email", "--discounts", "spread",
        "--shipping-method", "Ground=UPS Ground", "--shipping-method", "Air=DHL", "--status", "paid=Ready",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    more = spark(data_dir, "vendor", "set", "Settings", "--shipping-method", "ground=", "--coupon-codes-in", "none")
    assert "shipping_methods       Air = DHL" in more.stdout
    shown = json.loads(spark(data_dir, "vendor", "show", "Settings", "--json").stdout)
    assert (shown["withhold_email"], shown["discounts"], shown["statuses"]["paid"]) == (True, "spread", "Ready")
    assert shown["shipping_methods"] == {"Air": "DHL"}
    told = spark(data_dir, "vendor", "retell", "Settings")
    assert (told.returncode, told.stdout) == (0, "0 orders go out anew with the next polls.\n"), told.stderr
    wrong = spark(data_dir, "vendor", "set", "Settings", "--shipping-method", "Ground")
    assert (wrong.returncode, "“Ground” says nothing" in wrong.stderr) == (2, True)


def test_a_stores_words_for_statuses_are_set_and_shown(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text(json.dumps([order(store="words", status="odd"), order(store="words", status="strange")]))
    assert import_file(data_dir, file).returncode == 0
    changed = spark(data_dir, "store", "set", "words", "--status", "Odd=paid", "--status", "gone=cancelled")
    assert changed.returncode == 0, changed.stderr
    assert "“strange” has no meaning yet: its orders are on hold" in changed.stdout
    spark(data_dir, "store", "set", "words", "--status", "gone=")
    shown = json.loads(spark(data_dir, "store", "show", "words", "--json").stdout)
    assert (shown["statuses"], shown["unknown_statuses"]) == ({"Odd": "paid"}, ["strange"])
    wrong = spark(data_dir, "store", "set", "words", "--status", "odd=sold")
    assert (wrong.returncode, "/statuses/odd" in wrong.stderr) == (2, True)
