"""The soak: each of its comparisons can fail, and a short real one passes."""

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from typer.testing import CliRunner

from processes import environment
from scripted_store import an_order
from spark_shipstation.cli import app
from spark_shipstation.cli.soak.comparison import Truth, differences, differing, duplicates, left_out, units
from spark_shipstation.cli.soak.edits import EDITS, edited, new_order
from spark_shipstation.cli.soak.plan import OVERLAP_SECONDS, TRANSACTION_SECONDS, Blow, Plan
from spark_shipstation.cli.soak.report import MEANING, MUST_BE_0, Report
from spark_shipstation.cli.soak.truth import Package, possible_statuses
from spark_shipstation.customstore.messages import OrderMessage
from spark_shipstation.rules.status import Tally
from spark_shipstation.services.forms import OrderIn

AWAITING = frozenset({"awaiting_shipment"})
LINE = UUID(int=1)
NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)


def truth(order: OrderMessage, statuses: frozenset[str] = AWAITING) -> Truth:
    return Truth(order, statuses)


def imported(id_: str = "a") -> OrderMessage:
    return replace(an_order(id_), status="awaiting_shipment")


# The comparisons, each with a planted fault.


def test_what_was_imported_as_it_is_does_not_differ() -> None:
    later = replace(imported(), last_modified=imported().last_modified + timedelta(days=1))
    found = differences({"a": truth(imported())}, {"a": later})
    assert (found.missed, found.stale, found.unknown) == ((), {}, ())


def test_an_order_that_never_arrived_is_missed() -> None:
    true = {"a": truth(imported("a")), "b": truth(imported("b"))}
    assert differences(true, {"a": imported("a")}).missed == ("b",)


def test_an_order_of_another_account_is_unknown() -> None:
    assert differences({}, {"a": imported()}).unknown == ("a",)


def test_an_order_with_older_content_is_stale_in_what_differs() -> None:
    now = imported()
    ship_to = replace(now.customer.ship_to, address1="2 Oak Ave")
    changes: list[tuple[OrderMessage, str]] = [
        (replace(now, number="9"), "number"),
        (replace(now, total=now.total + Decimal("0.01")), "total"),
        (replace(now, customer_notes="Ring"), "customer_notes"),
        (replace(now, items=(replace(now.items[0], quantity=99), *now.items[1:])), "items"),
        (replace(now, items=now.items[1:]), "items"),
        (replace(now, customer=replace(now.customer, ship_to=ship_to)), "customer"),
        (replace(now, status="on_hold"), "status"),
    ]
    for old, name in changes:
        assert differing(truth(now), old) == (name,)
        assert dict(differences({"a": truth(now)}, {"a": old}).stale) == {"a": (name,)}


def test_an_order_twice_in_one_window_is_a_duplicate() -> None:
    assert duplicates(["a", "b", "c"]) == 0
    assert duplicates(["a", "b", "a", "a"]) == 2


def test_what_a_window_had_to_hold_and_did_not_is_left_out() -> None:
    assert left_out({"a", "b"}, ["b", "c"]) == ("a",)
    assert left_out({"a", "b"}, ["b", "a"]) == ()


def test_units_are_lost_or_double_by_package() -> None:
    even = units({"T1": 2, "T2": 1}, {"T1": 1, "T2": 2})
    assert (even.accepted, even.recorded, even.lost, even.double) == (3, 3, 1, 1)
    assert units({"T1": 2}, {}).lost == 2
    assert units({"T1": 2}, {"T1": 4}).double == 2
    assert units({}, {"T1": 4}).double == 4


def test_a_package_without_an_answer_counts_on_neither_side() -> None:
    found = units({"T1": 2}, {"T1": 2, "T2": 5}, ["T2"])
    assert (found.accepted, found.recorded, found.lost, found.double) == (2, 2, 0, 0)


# What ShipStation may have been told last.


def statuses(tally: Tally, status: str, *packages: tuple[int, timedelta], held: bool = False) -> set[str]:
    """`packages` are units and how long after the last change they were recorded."""
    shipped = [Package.of(NOON + after, {LINE: count}) for count, after in packages]
    return possible_statuses(status, NOON, {LINE: tally}, shipped, paid=True, held=held)


def test_without_packages_only_the_status_that_holds_is_right() -> None:
    assert statuses(Tally(3), "awaiting_shipment") == {"awaiting_shipment"}
    assert statuses(Tally(3), "on_hold", held=True) == {"on_hold"}


def test_a_notice_after_the_last_change_leaves_the_status_before_it_right() -> None:
    after = (3, timedelta(minutes=1))
    assert statuses(Tally(3, shipped=3), "shipped", after) == {"shipped", "awaiting_shipment", "on_hold"}
    assert statuses(Tally(3, shipped=2), "partially_shipped", (2, timedelta(minutes=1))) == {
        "partially_shipped",
        "awaiting_shipment",
    }


def test_a_notice_before_the_last_change_excuses_nothing() -> None:
    assert statuses(Tally(3, shipped=3), "shipped", (3, -timedelta(minutes=1))) == {"shipped"}
    assert statuses(Tally(3, shipped=2), "on_hold", (2, -timedelta(minutes=1)), held=True) == {"on_hold"}


# The plan, the edits, the report.


def test_the_same_seed_makes_the_same_choices() -> None:
    plan = Plan(seconds=100, kills=4, restarts=1, seed=5)
    assert plan.blows() == Plan(seconds=100, kills=4, restarts=1, seed=5).blows()
    assert plan.blows() != Plan(seconds=100, kills=4, restarts=1, seed=6).blows()
    assert sorted(kind for _, kind in plan.blows()) == [Blow.KILL] * 4 + [Blow.RESTART]
    assert all(10 <= moment <= 90 for moment, _ in plan.blows())
    assert TRANSACTION_SECONDS < OVERLAP_SECONDS


def test_every_order_of_the_writer_is_one_that_the_api_takes() -> None:
    dice = Plan(seed=1).dice("test")
    document = new_order(dice, "1")
    seen = set()
    for _ in range(200):
        changed = edited(document, dice)
        seen |= {name for name in changed if changed[name] != document.get(name)}
        OrderIn.model_validate(changed)
        document = changed
    assert {"ship_to", "lines", "total", "customer_notes", "internal_notes"} <= seen
    assert len(EDITS) == 6


def passed(**changes: int) -> Report:
    numbers: dict[str, int | float] = {name: 0 if name in MUST_BE_0 else 5 for name in MEANING}
    return Report(Plan(kills=2, restarts=1), numbers | changes)


def test_a_report_fails_for_each_number_that_must_be_0() -> None:
    assert passed().faults() == []
    for name in MUST_BE_0:
        assert passed(**{name: 1}).faults() == [f"{MEANING[name]}: 1, must be 0"]


def test_a_report_fails_where_nothing_happened() -> None:
    for name in ("orders", "vendor_orders", "changes", "polls", "checked", "notices", "repeated"):
        assert passed(**{name: 0}).faults() == [f"{MEANING[name]}: none"]
    assert passed(kills=1).faults() == [f"{MEANING['kills']}: 1 of 2"]
    assert passed(restarts=0).faults() == [f"{MEANING['restarts']}: 0 of 1"]
    assert passed(accepted=7).faults() == ["shipped units accepted and in the database differ"]
    assert Report(Plan()).faults() != []


@pytest.mark.parametrize(
    ("report", "words", "code"),
    [
        (passed(), "Every order arrived, every package counts once.", 0),
        (passed(missed=2), "vendor orders that never arrived: 2, must be 0", 1),
    ],
)
def test_a_report_is_printed_in_words_and_ends_with_its_code(
    report: Report, words: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spark_shipstation.cli.soak.command.run_soak", lambda *_: report)
    ran = CliRunner().invoke(app, ["shipstation", "soak"], env={"COLUMNS": "160"})
    assert (ran.exit_code, words in ran.output) == (code, True), ran.output
    for name in ("orders", "changes", "polls", "kills", "missed", "stale"):
        meaning = MEANING[name] + (" (must be 0)" if name in MUST_BE_0 else "")
        assert re.search(rf"{report.numbers[name]}\W+{re.escape(meaning)}", ran.output), ran.output


# For real.

SOAK = (sys.executable, "-m", "spark_shipstation", "shipstation", "soak")


def left_behind(folder: Path) -> list[psutil.Process]:
    """Processes that work in this folder, or were started with its name."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        words = [*(process.info["cmdline"] or ()), process.info["cwd"] or ""]
        if any(str(folder) in word for word in words):
            found.append(process)
    return found


def surroundings(tmp_path: Path) -> dict[str, str]:
    """A database setting that must be ignored, and a place for temporary folders that the test can look into."""
    tmp_path.chmod(0o755)
    return environment(tmp_path, SPARK_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", TMPDIR=str(tmp_path))


@pytest.mark.timeout(240)
def test_a_short_soak_misses_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    words = ("--seconds", "15", "--kills", "2", "--restarts", "1", "--seed", "11", "--json")
    ran = subprocess.run(
        [*SOAK, *words],
        env=surroundings(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = json.loads(ran.stdout)
    assert said["passed"] is True
    assert {name: said[name] for name in MUST_BE_0} == dict.fromkeys(MUST_BE_0, 0)
    assert (said["kills"], said["restarts"]) == (2, 1)
    assert said["accepted"] == said["recorded"] > 0
    assert min(said[name] for name in ("orders", "vendor_orders", "changes", "polls", "pages", "notices")) > 0
    assert said["failures"] + said["writes_retried"] > 0
    assert said["seconds"] < 15 + 180
    assert list(tmp_path.glob("spark-soak-*")) == []
    assert left_behind(tmp_path) == []


@pytest.mark.timeout(120)
def test_a_soak_that_is_interrupted_ends_what_it_started(tmp_path: Path) -> None:
    soak = subprocess.Popen(
        [*SOAK, "--seconds", "600"], env=surroundings(tmp_path), cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        give_up = time.monotonic() + 60
        while not list(tmp_path.glob("spark-soak-*/writer.log")) and time.monotonic() < give_up:
            time.sleep(0.1)
        time.sleep(2)
        soak.send_signal(signal.SIGINT)
        assert soak.wait(60) != 0
    finally:
        soak.kill()
        soak.wait()
    assert left_behind(tmp_path) == []
    assert list(tmp_path.glob("spark-soak-*")) == []
