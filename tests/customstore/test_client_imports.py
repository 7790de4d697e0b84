"""What the stand-in keeps: orders by their id, what it shipped of them, and a file that is never silently forgotten."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from scripted_store import a_discount, a_notice, an_item, an_order
from spark_shipstation.customstore.client import Imports, open_items
from spark_shipstation.customstore.messages import DimensionsMessage, NoticeItem, OptionMessage
from spark_shipstation.errors import Conflict, NotFound, Unavailable, Unreadable

NOW = datetime(2026, 11, 1, 12, 34, 56, tzinfo=UTC)
START = datetime(2026, 11, 1, 4, 5, 59, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stand-in" / "v-1.json"


def test_orders_are_upserted_by_their_id(path: Path) -> None:
    imports = Imports.load(path)
    assert imports.take([an_order("a"), an_order("b")], NOW) == (2, 0, 0)
    later = NOW + timedelta(hours=1)
    changed = an_order("b", status="shipped")
    assert imports.take([an_order("a"), changed, an_order("c")], later) == (1, 1, 1)
    assert {order_id: kept.times_seen for order_id, kept in imports.orders.items()} == {"a": 2, "b": 2, "c": 1}
    assert imports.find("b").order == changed
    assert imports.find("b").imported_at == NOW


def test_the_outcome_of_an_order_is_told_before_it_is_taken(path: Path) -> None:
    imports = Imports.load(path)
    imports.take([an_order("a"), an_order("b")], NOW)
    seen = [an_order("a"), an_order("b", status="on_hold"), an_order("c")]
    assert [imports.outcome(order) for order in seen] == ["same", "changed", "new"]


def test_an_order_is_found_by_id_and_by_a_number_that_one_order_has(path: Path) -> None:
    imports = Imports.load(path)
    imports.take([an_order("a", "1001"), an_order("b", "1002"), an_order("c", "1002")], NOW)
    assert imports.find("a") is imports.find("1001")
    with pytest.raises(Conflict, match=r"2 orders have the number 1002.*OrderID: b, c"):
        imports.find("1002")
    with pytest.raises(NotFound, match=r"No order 1003 among the 3 imported ones\. Poll the store first"):
        imports.find("1003")


def test_what_was_shipped_is_no_longer_open_and_outlives_a_change(path: Path) -> None:
    imports = Imports.load(path)
    imports.take([an_order()], NOW)
    imports.ship(a_notice(items={"TEE-M": 1}))
    imports.ship(a_notice(items={"TEE-M": 1, "MUG": 1}))
    imports.take([an_order(status="shipped")], NOW)
    assert imports.find("o-1").shipped == {"l-1": 2, "l-2": 1}
    assert [(item.sku, item.quantity) for item in imports.open_items(an_order())] == [("TEE-M", 1)]
    assert imports.open_items(an_order("unknown")) == open_items(an_order())


def test_an_article_that_the_order_does_not_know_counts_for_no_line(path: Path) -> None:
    imports = Imports.load(path)
    imports.take([an_order()], NOW)
    imports.ship(replace(a_notice(), items=(NoticeItem(sku="CAP", quantity=1),)))
    assert imports.find("o-1").shipped == {}


def test_the_kept_file_brings_back_everything(path: Path) -> None:
    item = replace(
        an_item(),
        image_url="https://shop.example/tee.jpg",
        upc="012345678905",
        weight=Decimal("6.00"),
        weight_units="Ounces",
        location="A1 ☃ \x85 b",
        options=(OptionMessage("Size", "M", Decimal("0.50")),),
    )
    order = replace(
        an_order(items=(item, a_discount())),
        dimensions=DimensionsMessage("Inch", Decimal(1), Decimal(2), Decimal(3)),
        customer_notes="",
        gift=False,
    )
    imports = Imports.load(path)
    imports.take([order, an_order("o-2", "1002")], NOW)
    imports.ship(a_notice(order))
    imports.polled(START, NOW, NOW)
    imports.save()
    again = Imports.load(path)
    assert again.orders == imports.orders
    assert again.polled_until == NOW
    assert again.take([order], NOW) == (0, 0, 1)


def test_the_kept_file_is_plain_json_for_its_owner_alone(path: Path) -> None:
    imports = Imports.load(path)
    imports.take([an_order()], NOW)
    imports.save()
    imports.save()
    entry = json.loads(path.read_text("utf-8"))["orders"]["o-1"]
    assert entry["order"]["total"] == "34.10"
    assert entry["order"]["order_date"] == "2026-03-08T09:59:00"
    assert entry["order"]["customer"]["ship_to"]["city"] == "Austin"
    assert (entry["imported_at"], entry["times_seen"], entry["shipped"]) == (NOW.isoformat(), 1, {})
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["v-1.json"]


def test_a_missing_file_is_an_empty_start(path: Path) -> None:
    imports = Imports.load(path)
    assert (imports.orders, imports.polled_until, path.exists()) == ({}, None, False)


def _kept(path: Path) -> str:
    imports = Imports(path)
    imports.take([an_order()], NOW)
    imports.save()
    return path.read_text("utf-8")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"number": "1001",', ""),
        ('"total": "34.10"', '"total": "lots"'),
        ('"times_seen": 1', '"times_seen": null'),
        ('"shipped": {}', '"shipped": []'),
        ("+00:00", ""),
        ('"order_id": "o-1"', '"order_id": "o-2"'),
        ('"polled_until": null,', ""),
    ],
)
def test_a_damaged_entry_is_an_error_and_the_file_stays(path: Path, good: str, bad: str) -> None:
    damaged = _kept(path).replace(good, bad)
    path.write_text(damaged, "utf-8")
    with pytest.raises(Unreadable, match=r"is damaged.*Name another file"):
        Imports.load(path)
    assert path.read_text("utf-8") == damaged


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not JSON"),
        (b'{"format": "spark', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[1]", "not written by this stand-in"),
        (b'{"orders": {}}', "not written by this stand-in"),
    ],
)
def test_a_broken_or_foreign_file_is_never_an_empty_start(path: Path, content: bytes, sentence: str) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=sentence):
        Imports.load(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        Imports.load(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be kept"):
        Imports(tmp_path / "file" / "v-1.json").save()


def test_the_last_poll_is_remembered_without_gaps_and_never_in_the_future(path: Path) -> None:
    imports, hour = Imports(path), timedelta(hours=1)
    imports.polled(NOW - 3 * hour, NOW - 2 * hour, NOW)
    assert imports.polled_until == NOW - 2 * hour
    imports.polled(NOW - hour, NOW, NOW)  # leaves an hour out
    assert imports.polled_until == NOW - 2 * hour
    imports.polled(NOW - 5 * hour, NOW - 4 * hour, NOW)  # looks back
    assert imports.polled_until == NOW - 2 * hour
    imports.polled(NOW - 2 * hour, NOW + hour, NOW)
    assert imports.polled_until == NOW
