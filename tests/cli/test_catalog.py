"""`products` and `routing`, as real processes on a database of their own."""

import json
from pathlib import Path

import pytest

from builders import line, order
from processes import spark


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for words in (["db", "upgrade"], ["account", "add", "Shop"], ["vendor", "add", "East"], ["vendor", "add", "West"]):
        assert spark(folder, *words).returncode == 0
    return folder


def test_products_go_in_and_come_out_as_csv(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,name,vendor\nMUG,=Mug,East\nBAD,Bad,Nobody\nTEE,Té,West\n", encoding="utf-8")
    result = spark(data_dir, "products", "import", str(file))
    assert (result.returncode, result.stdout) == (1, "3 products: 2 created, 0 updated, 0 unchanged, 1 refused.\n")
    assert result.stderr == "line 3, vendor: there is no vendor Nobody (SKU BAD)\n"
    out = tmp_path / "out.csv"
    assert spark(data_dir, "products", "export", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfsku,name,")
    assert "MUG,'=Mug," in out.read_text(encoding="utf-8-sig")
    again = spark(data_dir, "products", "import", str(out))
    assert (again.returncode, again.stdout) == (0, "2 products: 0 created, 0 updated, 2 unchanged, 0 refused.\n")
    assert spark(data_dir, "products", "export").stdout.splitlines()[2].startswith("TEE,Té,")


def test_rules_go_in_and_come_out_as_csv(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text("name,countries,vendor\nEurope,DE;AT,East\n", encoding="utf-8")
    assert spark(data_dir, "routing", "import", str(file)).stdout == "1 rules.\n"
    file.write_text("name,countries,vendor\nEurope,XX,East\n", encoding="utf-8")
    refused = spark(data_dir, "routing", "import", str(file))
    assert (refused.returncode, refused.stderr.splitlines()) == (
        2, ["Error: The rules were refused, and the old ones stand.",
            "  line 2, countries: “XX” is no country: write two letters such as DE"])  # fmt: skip
    assert spark(data_dir, "routing", "export").stdout.splitlines()[1] == "Europe,,,,,DE;AT,East,"


def test_a_file_that_is_not_there_is_a_sentence(data_dir: Path, tmp_path: Path) -> None:
    result = spark(data_dir, "products", "import", str(tmp_path / "none.csv"))
    assert (result.returncode, "No such file" in result.stderr) == (2, True)


def test_orders_are_routed_again_and_the_queue_is_listed(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.ndjson"
    sent = order(number="R-1", lines=[line(sku="LAMP"), line("l2", sku="RUG", vendor="North")])
    file.write_text(json.dumps(sent), encoding="utf-8")
    assert spark(data_dir, "orders", "import", str(file)).returncode == 0
    queue = json.loads(spark(data_dir, "routing", "unrouted", "--json").stdout)
    assert (queue["orders"], [group["sku"] for group in queue["groups"]]) == (1, ["RUG"])
    assert "Orders with a line that no vendor ships: 1." in spark(data_dir, "routing", "unrouted").stdout
    (tmp_path / "products.csv").write_text("sku,vendor\nLAMP,West\n", encoding="utf-8")
    spark(data_dir, "products", "import", str(tmp_path / "products.csv"))
    moved = "R-1: 3 × LAMP from East to West: product LAMP is shipped by West (priority 1)"
    stays = "R-1: 3 × RUG stays unrouted: the order names the vendor “North”, which does not exist"
    for option, first in (("--preview", moved), ("--reason=moved", moved), ("--preview", moved.split(" from")[0])):
        told = spark(data_dir, "orders", "reroute", "R-1", option).stdout.splitlines()
        assert told[0].startswith(first)
        assert told[1] == stays
    assert spark(data_dir, "orders", "reroute", "--open").stdout.endswith("1 order looked at, 0 changed.\n")
    assert spark(data_dir, "routing", "retry").stdout.endswith("1 order looked at, 0 changed.\n")
    assert spark(data_dir, "vendor", "add", "North").returncode == 0
    assert json.loads(spark(data_dir, "routing", "unrouted", "--json").stdout)["orders"] == 0
    assert spark(data_dir, "orders", "reroute").returncode == 2
    assert "There is no order none" in spark(data_dir, "orders", "reroute", "none").stderr


def test_a_vendor_that_is_renamed_gets_what_waits_for_it(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.ndjson"
    file.write_text(json.dumps(order(number="R-2", lines=[line(sku="VASE", vendor="South")])), encoding="utf-8")
    assert spark(data_dir, "orders", "import", str(file)).returncode == 0
    assert json.loads(spark(data_dir, "routing", "unrouted", "--json").stdout)["orders"] == 1
    assert spark(data_dir, "vendor", "set", "West", "--rename", "South").returncode == 0
    assert json.loads(spark(data_dir, "routing", "unrouted", "--json").stdout)["orders"] == 0


def test_a_store_is_set_to_let_orders_wait_and_shown(data_dir: Path) -> None:
    said = "web: web, USD, UTC\n  an order with a line that has no vendor waits as a whole\n"
    assert spark(data_dir, "store", "set", "web", "--when-unrouted", "wait").stdout == said
    assert spark(data_dir, "store", "show", "web").stdout == said
