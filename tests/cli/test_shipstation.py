"""`shipstation poll` and `shipstation ship` as a person types them, against a store on a real port."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from scripted_store import PASSWORD, Reply, ScriptedStore, a_discount, an_item, an_order, page, scripted_store
from spark_shipstation.cli.shipstation import app, kept_file
from spark_shipstation.customstore.reader import read_notice
from spark_shipstation.customstore.writer import write_answer

FORM = "%m/%d/%Y %H:%M"


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    with scripted_store() as running:
        yield running


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SPARK_STANDIN_PASSWORD", PASSWORD)
    monkeypatch.setenv("COLUMNS", "200")


def run(command: str, store: ScriptedStore, *words: str) -> Result:
    return CliRunner().invoke(app, [command, store.url, *words, "--username", "sam"])


def shown(result: Result) -> Any:
    return json.loads(result.stdout)


def asked(store: ScriptedStore) -> tuple[datetime, datetime]:
    query = store.calls[-1].query
    start, end = (datetime.strptime(query[name], FORM).replace(tzinfo=UTC) for name in ("start_date", "end_date"))
    return start, end


# poll


def test_a_poll_shows_its_orders_and_what_was_new(store: ScriptedStore) -> None:
    store.serve([an_order()], [an_order("o-2", "1002", status="[bold]paid")])
    result = run("poll", store)
    assert result.exit_code == 0
    for words in ("1001", "2026-03-08 09:59", "34.10 USD", "TEE-M × 3, MUG × 1", "Austin, US", "[bold]paid", "new"):
        assert words in result.stdout
    assert "SUMMER10" not in result.stdout
    assert "Pages: 2. Orders: 2 (2 new, 0 changed, 0 same). Problems: 0. Seconds: 0." in result.stdout


def test_the_next_poll_tells_what_changed(store: ScriptedStore) -> None:
    store.serve([an_order("a"), an_order("b")])
    run("poll", store)
    store.serve([an_order("a"), an_order("b", status="shipped"), an_order("c")])
    polled = shown(run("poll", store, "--json"))
    assert [(order["order_id"], order["outcome"]) for order in polled["orders"]] == [
        ("a", "same"),
        ("b", "changed"),
        ("c", "new"),
    ]
    assert (polled["new"], polled["changed"], polled["unchanged"]) == (1, 1, 1)


def test_json_is_one_object_with_window_pages_orders_and_problems(store: ScriptedStore) -> None:
    store.serve([an_order()])
    result = run("poll", store, "--start", "2026-11-01 00:00", "--end", "11/01/2026 06:30", "--json")
    polled = shown(result)
    assert polled["window"] == {"start_date": "11/01/2026 00:00", "end_date": "11/01/2026 06:30"}
    assert (polled["pages"], polled["requests"], polled["problems"]) == (1, 1, [])
    assert polled["orders"][0]["total"] == "34.10"


def test_the_first_window_is_a_day_and_the_next_one_starts_where_it_ended(store: ScriptedStore) -> None:
    store.serve([])
    run("poll", store)
    start, end = asked(store)
    assert end - start == timedelta(days=1)
    run("poll", store)
    assert asked(store)[0] == end


def test_a_poll_with_problems_ends_with_1_and_its_window_is_asked_for_again(store: ScriptedStore) -> None:
    store.pages = [page(an_order(items=(an_item(), a_discount()))).replace(b"<UnitPrice>-", b"<UnitPrice>")]
    result = run("poll", store)
    assert result.exit_code == 1
    assert "page 1: Order[1]/Items/Item[2]/UnitPrice of an adjustment must be negative" in result.stdout
    start = asked(store)[0]
    result = run("poll", store, "--json")
    assert result.exit_code == 1
    assert shown(result)["problems"] == [
        {"page": 1, "path": "Order[1]/Items/Item[2]/UnitPrice", "sentence": "of an adjustment must be negative"}
    ]
    assert asked(store)[0] - start <= timedelta(minutes=1)


def test_a_refused_poll_ends_with_2_and_the_stores_sentence(store: ScriptedStore) -> None:
    store.refusal = Reply(401, write_answer("Error", "The username or the password is not right."))
    result = run("poll", store)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The store answered 401: The username or the password is not right." in result.stderr
    assert PASSWORD not in result.output
    assert not kept_file(store.url).exists()


def test_a_poll_since_some_minutes_ends_now(store: ScriptedStore) -> None:
    store.serve([])
    run("poll", store, "--since-minutes", "90")
    start, end = asked(store)
    assert end - start == timedelta(minutes=90)
    assert timedelta(0) <= datetime.now(UTC) - end < timedelta(minutes=3)


def test_start_and_end_are_wall_clock_times_of_the_stores_zone(store: ScriptedStore) -> None:
    store.serve([])
    zone = ("--time-zone", "America/New_York")
    run("poll", store, "--start", "2026-11-01 00:30", "--end", "2026-11-01 09:15", *zone)
    assert store.calls[0].query["start_date"] == "11/01/2026 00:30"
    assert store.calls[0].query["end_date"] == "11/01/2026 09:15"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--start", "2026-11-01", "--since-minutes", "5"), "not both"),
        (("--start", "yesterday"), "is not a date and time"),
        (("--time-zone", "Mars/Olympus"), "is not a time zone"),
    ],
)
def test_words_that_cannot_be_understood_call_nobody(
    store: ScriptedStore, words: tuple[str, ...], sentence: str
) -> None:
    result = run("poll", store, *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert store.calls == []


def test_a_damaged_file_of_imports_calls_nobody(store: ScriptedStore, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text("{")
    result = run("poll", store, "--keep", str(file))
    assert result.exit_code == 2
    assert "is damaged" in result.stderr
    assert (store.calls, file.read_text()) == ([], "{")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h.example/customstore/v-1", "v-1.json"),
        ("https://h.example/customstore/v_1/?a=b/c", "v_1.json"),
        ("https://h.example/a/..%2F..%2Fx y", "2F..-2Fx-y.json"),
        ("https://h.example:8000", "h.example.json"),
        ("https://h.example/..", "store.json"),
    ],
)
def test_imports_are_kept_by_the_last_part_of_the_address(url: str, name: str, tmp_path: Path) -> None:
    assert kept_file(url) == tmp_path / "stand-in" / name


def test_an_address_that_is_none_ends_with_2() -> None:
    for url in ("orders.example", "http://["):
        result = CliRunner().invoke(app, ["poll", url, "--username", "sam"])
        assert result.exit_code == 2
        assert "The store's address must be a whole one" in result.stderr


# ship


@pytest.fixture
def imported(store: ScriptedStore) -> ScriptedStore:
    store.serve([an_order(), an_order("o-2", "1002")])
    run("poll", store)
    return store


def test_a_whole_order_is_shipped_and_then_nothing_is_open(imported: ScriptedStore) -> None:
    result = run("ship", imported, "1001")
    assert result.exit_code == 0
    assert "Order 1001: TEE-M × 3, MUG × 1 by UPS Ground 1ZSTANDIN" in result.stdout
    assert "The store answered 200: Thank you." in result.stdout
    again = run("ship", imported, "o-1")
    assert again.exit_code == 2
    assert "Nothing of order 1001 is open" in again.stderr


def test_parts_are_shipped_one_after_the_other(imported: ScriptedStore) -> None:
    run("ship", imported, "1001", "--item", "TEE-M=1", "--item", "TEE-M=1")
    too_much = run("ship", imported, "1001", "--item", "TEE-M=2")
    assert too_much.exit_code == 2
    assert "TEE-M: 2 asked for, 1 open." in too_much.stderr
    rest = shown(run("ship", imported, "1001", "--json"))
    assert [(item["sku"], item["quantity"]) for item in rest["items"]] == [("TEE-M", 1), ("MUG", 1)]


def test_everything_that_is_typed_reaches_the_store(imported: ScriptedStore) -> None:
    words = ("--carrier", "FedEx", "--service", "Home", "--tracking", "T-1", "--cost", "7.85", "--note", "Enjoy")
    result = run("ship", imported, "1002", *words, "--no-notify", "--json")
    notice = read_notice(imported.calls[-1].body).message
    assert (notice.order_id, notice.carrier, notice.service, notice.tracking_number) == ("o-2", "FedEx", "Home", "T-1")
    assert (str(notice.shipping_cost), notice.notes_to_customer, notice.notify_customer) == ("7.85", "Enjoy", False)
    assert imported.calls[-1].query["tracking_number"] == "T-1"
    assert (shown(result)["status"], shown(result)["accepted"], shown(result)["tracking_number"]) == (200, True, "T-1")


def test_a_refused_notice_ends_with_2_and_leaves_everything_open(imported: ScriptedStore) -> None:
    imported.to_notice = Reply(404, write_answer("Error", "No such order here."))
    result = run("ship", imported, "1001")
    assert result.exit_code == 2
    assert "The store answered 404: No such order here." in result.stdout
    imported.to_notice = Reply(200, write_answer("Success", "Thank you."))
    assert run("ship", imported, "1001").exit_code == 0


def test_an_order_that_was_never_polled_is_not_shipped(store: ScriptedStore) -> None:
    result = run("ship", store, "1001")
    assert result.exit_code == 2
    assert "No order 1001 among the 0 imported ones. Poll the store first." in result.stderr
    assert store.calls == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--item", "TEE-M"), "expected SKU=QTY"),
        (("--item", "TEE-M=some"), "expected SKU=QTY"),
        (("--cost", "cheap"), "expected an amount"),
        (("--cost", "NaN"), "expected an amount"),
    ],
)
def test_a_notice_that_cannot_be_understood_is_not_posted(
    imported: ScriptedStore, words: tuple[str, ...], sentence: str
) -> None:
    result = run("ship", imported, "1001", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert imported.calls[-1].method == "GET"
