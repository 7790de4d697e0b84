"""`orders hold|release|mark-paid|cancel|resend`, as real processes on a database of their own."""

import json
from pathlib import Path

import pytest
import typer

from builders import order
from processes import spark
from spark_shipstation.cli.life import line_of
from spark_shipstation.services.forms import LineToCancel
from spark_shipstation.store.embedded import embedded_postgres


@pytest.mark.parametrize(("word", "line", "units"), [("l1", "l1", None), ("l1=2", "l1", 2), ("a b=10", "a b", 10)])
def test_a_line_is_named_with_or_without_its_units(word: str, line: str, units: int | None) -> None:
    assert line_of(word) == LineToCancel(line=line, quantity=units)


@pytest.mark.parametrize("word", ["", "l1=", "l1=0", "l1=x", "=3"])
def test_a_word_that_is_no_line_is_refused(word: str) -> None:
    with pytest.raises(typer.BadParameter, match="is not LINE or LINE=UNITS"):
        line_of(word)


@pytest.mark.timeout(300)  # a dozen processes, one after another
def test_orders_are_held_released_cancelled_and_resent_by_their_number(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = spark(tmp_path, "orders", *words)
        return done.returncode, done.stdout + done.stderr

    with embedded_postgres(tmp_path):  # the commands join it, so that it is started once
        for words in (("db", "upgrade"), ("account", "add", "Shop"), ("vendor", "add", "East")):
            assert spark(tmp_path, *words).returncode == 0
        orders = [order(number="L-1"), order(number="L-2", store="web"), order(number="L-2", store="market"),
                  order(number="L-3", payment_status="unpaid")]  # fmt: skip
        (tmp_path / "orders.json").write_text(json.dumps(orders))
        assert run("import", "orders.json")[0] == 0

        foretold = "ShipStation has not fetched L-1 yet; it gets it as on hold.\n"
        assert run("hold", "L-1", "--dry-run") == (0, foretold + "Nothing was done.\n")
        assert run("hold", "L-1", "--reason", "check") == (0, foretold + "Done.\n")
        assert run("release", "L-1")[1].endswith("it gets it as paid.\nDone.\n")
        assert "it gets it as paid.\n" in run("mark-paid", "L-3")[1]
        assert run("mark-paid", "L-3") == (0, "Nothing had to be done.\n")
        assert run("resend", "L-1")[1].endswith("Done.\n")
        assert run("cancel", "L-1", "--line", "l1=1")[1].endswith("Done.\n")
        code, said = run("cancel", "L-1", "--line", "l1=3")
        assert (code, said.splitlines()) == (2, [
            "Error: Order L-1 cannot be cancelled.",
            "  /lines/0: 3 cannot be cancelled, 2 are open: of 3 × TEE-M, 0 have shipped and 1 are cancelled.",
        ])  # fmt: skip
        assert "Error: 2 orders have the number L-2: name the store, too.\n  L-2 of " in run("hold", "L-2")[1]
        assert run("hold", "L-2", "--store", "market")[0] == 0
