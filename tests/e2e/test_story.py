"""The whole story, over real HTTP, with the real commands: an order comes in, ShipStation polls and ships it, and
the order says so. The server is a real process on a fresh database: embedded, or SPARK_TEST_DATABASE_URL."""

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from builders import line, order
from pagecheck import check_page
from processes import Server, spark


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    given = os.environ.get("SPARK_TEST_DATABASE_URL", "")
    settings = {"SPARK_DATABASE_URL": fresh_database(given)} if given else {}
    with Server(tmp_path_factory.mktemp("story"), **settings) as running:
        yield running


def fresh_database(url: str) -> str:
    from sqlalchemy import create_engine, make_url, text

    from spark_shipstation.store.session import driver_url

    engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS spark_story"))
        connection.execute(text("CREATE DATABASE spark_story"))
    engine.dispose()
    return make_url(driver_url(url)).set(database="spark_story").render_as_string(hide_password=False)


def stand_in(server: Server, vendor: dict[str, Any], *words: str) -> dict[str, Any]:
    """`shipstation poll|ship`, as its JSON."""
    verb, *rest = words
    result = spark(
        server.data_dir, "shipstation", verb, vendor["url"], *rest,
        "--username", vendor["username"], "--password", vendor["password"], "--json",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture
def api(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.base_url}/api/v1", auth=server.auth, timeout=30) as client:
        yield client


def test_from_an_empty_machine_to_a_shipped_order(server: Server, api: httpx.Client, tmp_path: Path) -> None:
    east = server.facts()["shipstation"]

    # A second ShipStation account ships the mugs.
    west = api.post("/vendors", json={"name": "West"}).raise_for_status().json()
    api.put("/products/MUG", json={"vendors": [{"vendor": "West", "location": "C3"}]}).raise_for_status()

    # ShipStation tests the connection of an empty store.
    assert stand_in(server, east, "poll")["orders"] == []

    # A mixed order comes in, and is split without a click.
    mug = line("l2", sku="MUG", name="Mug", quantity=1, unit_price="4.00")
    sent = order(number="5001", lines=[line("l1"), mug], total="38.10", discounts=[{"code": "SAVE3", "amount": "3.00"}])
    [result] = api.post("/orders", json=sent).raise_for_status().json()["results"]
    got = api.get(f"/orders/{result['id']}").raise_for_status().json()
    assert {part["vendor"] for part in got["vendor_orders"]} == {"ShipStation", "West"}
    assert sum(Decimal(part["total"]) for part in got["vendor_orders"]) == Decimal("38.10")

    # Each account imports its own part and nothing of the other.
    [imported] = stand_in(server, east, "poll")["orders"]
    assert (imported["number"], imported["status"]) == ("5001", "awaiting_shipment")
    [elsewhere] = stand_in(server, west, "poll")["orders"]
    assert "MUG" in json.dumps(elsewhere)
    assert "MUG" not in json.dumps(imported)
    assert "TEE-M" not in json.dumps(elsewhere)

    # It ships in two packages from the east, one notice comes twice, and whole from the west.
    stand_in(server, east, "ship", "5001", "--item", "TEE-M=2", "--tracking", "1ZEAST1", "--cost", "7.85")
    partly = api.get(f"/orders/{result['id']}").json()
    assert partly["status"] == "partially_shipped"
    stand_in(server, east, "ship", "5001", "--tracking", "1ZEAST2")
    stand_in(server, west, "ship", "5001", "--tracking", "9400WEST", "--carrier", "USPS")

    # The shop sees it.
    done = api.get("/orders", params={"store": "web", "external_id": sent["external_id"]}).json()["orders"][0]
    assert (done["status"], done["flags"]) == ("shipped", [])
    packages = {package["tracking_number"]: package for package in done["shipments"]}
    assert packages.keys() == {"1ZEAST1", "1ZEAST2", "9400WEST"}
    assert packages["1ZEAST1"]["shipping_cost"] == "7.85"
    assert packages["9400WEST"]["tracking_url"].startswith("https://tools.usps.com/")
    assert [entry["shipped"] for entry in done["lines"]] == [3, 1]

    # The next poll tells ShipStation nothing that it does not know, but a change by the shop comes through.
    changed = {**sent, "customer_notes": "Ring twice"}
    file = tmp_path / "again.json"
    file.write_text(json.dumps([changed, order(number="5002")]))
    again = spark_import(server, file)
    assert "2 orders: 1 created, 1 updated" in again
    after = {entry["number"]: entry["status"] for entry in stand_in(server, east, "poll")["orders"]}
    assert after == {"5001": "shipped", "5002": "awaiting_shipment"}


def spark_import(server: Server, file: Path) -> str:
    result = spark(server.data_dir, "orders", "import", str(file), **server.settings)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_page_of_the_real_server_is_valid(server: Server) -> None:
    vendor = server.facts()["shipstation"]
    answer = httpx.get(
        vendor["url"],
        params={"action": "export", "start_date": "01/01/2020 00:00", "end_date": "12/31/2099 23:59", "page": "1"},
        auth=(vendor["username"], vendor["password"]),
    )
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert len(check_page(answer.content)) >= 1
