"""`orders explain`, as a real process on a database of its own."""

import json
from pathlib import Path

from builders import line, order
from processes import spark
from spark_shipstation.store.embedded import embedded_postgres


def test_an_order_is_explained_by_its_number(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path):  # the commands join it, so that it is started once
        for words in (("db", "upgrade"), ("account", "add", "Shop"), ("vendor", "add", "East")):
            assert spark(tmp_path, *words).returncode == 0
        orders = [
            order(number="E-1", lines=[line("l1"), line("l2", name="Card", sku="", vendor="Nobody")]),
            order(number="E-2", store="web"),
            order(number="E-2", store="market"),
        ]
        (tmp_path / "orders.json").write_text(json.dumps(orders))
        assert spark(tmp_path, "orders", "import", "orders.json").returncode == 0

        told = spark(tmp_path, "orders", "explain", "E-1")
        assert (told.returncode, told.stderr) == (0, "")
        first, *rest = told.stdout.splitlines()
        assert first.startswith("Order E-1 of web, received at 20")
        assert rest[-6:] == [
            "  3 × Card (line l2) is unrouted. The order names the vendor “Nobody”, which does not exist.",
            "",
            "E-1 for East: never polled",
            "  E-1 for East: 3 × TEE-M.",
            "  East's ShipStation account has never polled Spark: it waits for the first poll.",
            "  Next: It goes out with the first poll by East's ShipStation account.",
        ]

        both = spark(tmp_path, "orders", "explain", "E-2").stdout
        assert both.startswith("2 orders have this number, themselves or on a vendor order. Newest first:\n\nOrder E-2")
        assert ("Order E-2 of web" in both, "Order E-2 of market" in both) == (True, True)
        by_part = json.loads(spark(tmp_path, "orders", "explain", "E-2.B", "--json").stdout)["orders"]
        assert [row["number"] for row in by_part] == ["E-2"]
        assert "E-2.B" in [part["number"] for part in by_part[0]["vendor_orders"]]

        unknown = spark(tmp_path, "orders", "explain", "E-9")
        said = "Error: There is no order E-9, and no vendor order of that number.\n"
        assert (unknown.returncode, unknown.stderr, unknown.stdout) == (2, said, "")
