"""The examples: the demo tells the truth and ends well, and the files hold what their README says."""

import json
import os
import re
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from spark_shipstation.cli.orderfiles import read_orders
from spark_shipstation.rules.address import country_code, missing_fields
from spark_shipstation.services.forms import Line, OrderIn, ProductIn

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
BOUND, TO_STOP = 120, 50  # seconds


# The demo.


@pytest.fixture(scope="module")
def told() -> str:
    """What the demo says. It must end well and clean up after itself."""
    with tempfile.TemporaryDirectory(prefix="spark-", ignore_cleanup_errors=True) as folder:
        code, out, error = run_demo(EXAMPLES / "demo.py", Path(folder))
        assert code == 0, out + error
        assert list(Path(folder).glob("spark-demo-*")) == []
    return out


def run_demo(script: Path, folder: Path) -> tuple[int, str, str]:
    """A demo that takes too long is asked to stop, so that it can stop its server."""
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TMPDIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        out, error = process.communicate(timeout=BOUND)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        out, error = process.communicate(timeout=TO_STOP)
        pytest.fail(f"The demo took more than {BOUND} seconds:\n{out}{error}")
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    return process.returncode, out, error


def test_the_demo_ends_with_what_it_read_and_without_problems(told: str) -> None:
    summary = told.strip().splitlines()[-1]
    found = re.fullmatch(
        r"40 orders, (\d+) parts, (\d+) pages, (\d+) shipments, problems 0, deviations 0, [0-9.]+ seconds\.", summary
    )
    assert found, summary
    parts, pages, shipments = map(int, found.groups())
    assert parts > 40
    assert pages > 4  # two polls of two accounts, with more than one page
    assert shipments > 5


@pytest.mark.parametrize(
    "fact",
    [
        "40 orders: 40 created, 0 updated, 0 unchanged, 0 refused.",
        "the account's default vendor is ShipStation",
        "product TOWEL-XL is shipped by West Coast (priority 1)",
        "the order names the vendor “Moonbase”, which does not exist",
        "1003.B",
        "this shipment was recorded before.",
        "No order strange / 9999 was given to this",
        "www.ups.com/track?tracknum=1ZDEMO0001",
        "partially_shipped",
        "needs_address",
        "missing_weight",
    ],
)
def test_the_demo_shows(told: str, fact: str) -> None:
    assert fact in told


def test_the_demo_fits_a_terminal(told: str) -> None:
    lines = told.splitlines()
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 100


def test_a_demo_that_cannot_go_on_says_why_and_ends_with_1() -> None:
    with tempfile.TemporaryDirectory(prefix="spark-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file in ("demo.py", "orders.json"):
            (folder / file).write_bytes((EXAMPLES / file).read_bytes())
        product = {"sku": "TEE-M", "vendors": [{"vendor": "Nobody"}]}
        (folder / "products.json").write_text(json.dumps([product]))
        code, out, _ = run_demo(folder / "demo.py", folder)
        assert code == 1
        assert "there is no vendor Nobody" in out
        assert list(folder.glob("spark-demo-*")) == []


# The files.


def sample(name: str) -> list[OrderIn]:
    return [OrderIn.model_validate(document.order) for document in read_orders(EXAMPLES / name)]


ORDERS = {order.external_id: order for order in sample("orders.json")}


def lines() -> Iterator[Line]:
    return (line for order in ORDERS.values() for line in order.lines)


def all_text() -> str:
    return (EXAMPLES / "orders.json").read_text(encoding="utf-8")


def adds_up(order: OrderIn) -> bool:
    worth = sum((line.unit_price * line.quantity for line in order.lines), Decimal(0))
    off = sum((discount.amount for discount in order.discounts), Decimal(0))
    return worth - off + order.tax_amount + order.shipping_amount == order.total


def test_orders_json_is_what_its_source_makes() -> None:
    assert all_text() == runpy.run_path(str(EXAMPLES / "make_orders.py"))["as_json"]()


def test_there_are_forty_orders_and_each_adds_up() -> None:
    assert len(ORDERS) == 40
    assert [key for key, order in ORDERS.items() if not adds_up(order)] == []


def test_every_product_is_one() -> None:
    for product in json.loads((EXAMPLES / "products.json").read_bytes()):
        assert product.pop("sku")
        assert ProductIn.model_validate(product).vendors


def test_three_shops_sell_in_four_currencies() -> None:
    assert {order.store for order in ORDERS.values()} == {"web", "eu", "tokyo"}
    assert {order.currency for order in ORDERS.values()} == {"USD", "EUR", "GBP", "JPY"}
    yen = [order for order in ORDERS.values() if order.currency == "JPY"]
    assert all(order.total == order.total.to_integral_value() for order in yen)


def test_every_unit_of_weight_is_there_and_none() -> None:
    assert {line.weight.unit if line.weight else None for line in lines()} == {"oz", "lb", "g", "kg", None}


@pytest.mark.parametrize("code", ["US", "CA", "GB", "AU", "FR", "JP"])
def test_every_country_is_there_as_two_letters_three_letters_and_a_name(code: str) -> None:
    words = {order.ship_to.country for order in ORDERS.values() if country_code(order.ship_to.country) == code}
    assert {min(len(word), 4) for word in words} == {2, 3, 4}


def test_lines_name_several_vendors_and_one_that_does_not_exist() -> None:
    named = {line.vendor.casefold() for line in lines() if line.vendor}
    assert named == {"west coast", "print studio", "moonbase"}
    assert sum(1 for line in lines() if not line.vendor) > 40


def test_one_order_has_no_usable_address() -> None:
    held = [key for key, order in ORDERS.items() if missing_fields(order.ship_to.model_dump())]
    assert held == ["web-1009"]


def test_no_real_person_is_in_there() -> None:
    for order in ORDERS.values():
        assert order.customer.email.endswith("@example.com")
        phones = (order.customer.phone, order.ship_to.phone, order.bill_to.phone)
        assert all(re.fullmatch(r"(\d{3}-)?555-01\d\d", phone) for phone in phones if phone)


SPECIAL: dict[str, Callable[[OrderIn], object]] = {
    "a zero total": lambda order: order.total == 0,
    "an unpaid order": lambda order: order.payment_status == "unpaid",
    "a gift with a message": lambda order: order.gift and order.gift_message,
    "one code": lambda order: len(order.discounts) == 1,
    "several codes": lambda order: len(order.discounts) > 1,
    "a note over 1,000 characters": lambda order: len(order.customer_notes) > 1000,
    "]]> in a note": lambda order: "]]>" in order.customer_notes,
    "&amp; in a note": lambda order: "&amp;" in order.customer_notes,
    "a company without a name": lambda order: order.ship_to.company and not order.ship_to.name,
    "a high quantity": lambda order: any(line.quantity >= 1000 for line in order.lines),
    "a package in inches": lambda order: order.package and order.package.unit == "in",
    "a package in centimetres": lambda order: order.package and order.package.unit == "cm",
    "a UPC": lambda order: any(line.upc for line in order.lines),
    "a requested warehouse": lambda order: order.requested_warehouse,
    "custom fields": lambda order: any(order.custom_fields),
    "another bill-to": lambda order: order.bill_to.name,
    "an engraving with an emoji": lambda order: any(
        "💍" in option.value for line in order.lines for option in line.options
    ),
    "a colour": lambda order: any(option.name == "Colour" for line in order.lines for option in line.options),
    "three products": lambda order: len({line.sku for line in order.lines}) > 2,
}


@pytest.mark.parametrize("what", SPECIAL)
def test_some_order_has(what: str) -> None:
    assert any(SPECIAL[what](order) for order in ORDERS.values())


@pytest.mark.parametrize(
    "script",
    ["[\U0001f300-\U0001faff]", "[À-ÿ]", "[\u4e00-\u9fff]", "[\u3040-\u30ff]", "[\u0590-\u05ff]", "[\u0600-\u06ff]"],
)
def test_the_words_of_many_scripts_are_there(script: str) -> None:
    assert re.search(script, all_text())


def test_no_text_holds_a_control_character_but_tab_and_line_end() -> None:
    written = json.dumps(json.loads(all_text()), ensure_ascii=False)
    assert re.findall(r"\\u00[01][0-9a-f]|\\[bfr]", written.replace("\\\\", "")) == []


def test_the_csv_holds_three_orders_one_with_two_lines() -> None:
    orders = sample("orders.csv")
    assert [len(order.lines) for order in orders] == [2, 1, 1]
    assert all(adds_up(order) for order in orders)
    assert orders[0].gift
    assert [option.value for option in orders[0].lines[0].options] == ["M", "Sea green"]


def test_the_readme_explains_every_column_of_the_csv_in_its_order() -> None:
    header = (EXAMPLES / "orders.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    table = (EXAMPLES / "README.md").read_text(encoding="utf-8").partition("| column | holds |")[2]
    assert re.findall(r"^\| `([a-z_.0-9]+)` \|", table, re.MULTILINE) == header
