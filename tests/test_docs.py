"""What the documents say is what the code does: README.md, docs/, .env.example, docker-compose.yml, Dockerfile."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from fastapi import FastAPI

from spark_shipstation.cli import app as commands
from spark_shipstation.cli import orderfiles
from spark_shipstation.rules.inbox import NoticeState
from spark_shipstation.rules.presentation import SETTINGS
from spark_shipstation.rules.shopstatus import MEANINGS
from spark_shipstation.rules.status import Facts, Flag, Status, StatusNames, Tally, holds_back, status_of
from spark_shipstation.services import productfiles, rulefiles
from spark_shipstation.services.forms import OrderIn
from spark_shipstation.services.forms.presentation import PresentationIn
from spark_shipstation.settings import Settings
from spark_shipstation.web import customstore
from spark_shipstation.web.app import create_app
from visitor import page_routes

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = {path: path.read_text(encoding="utf-8") for path in (README, *sorted((ROOT / "docs").glob("*.md")))}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VARIABLES = {f"SPARK_{name.upper()}": field for name, field in Settings.model_fields.items()}


def section(heading: str) -> str:
    """What stands under a heading, up to the next heading. One page has it, and no other."""
    asked = re.compile(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", re.MULTILINE | re.DOTALL)
    found = [text for page in PAGES.values() for text in asked.findall(page)]
    assert len(found) == 1, f"{len(found)} sections are called {heading}"
    return str(found[0])


def table(heading: str) -> list[list[str]]:
    """The cells of the first table of a section, without its head."""
    found = re.search(r"(?:^\|.+\|\n)+", section(heading), re.MULTILINE)
    assert found, f"the section {heading} has no table"
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in found[0].splitlines()[2:]]


def plain(cell: str) -> str:
    return cell.strip("`*")


# Links.


def anchors(text: str) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, *ROOT.glob("*/README.md")], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.is_file(), target
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), target


def test_every_page_is_linked_from_the_readme() -> None:
    linked = {(ROOT / path).resolve() for path in re.findall(r"\]\((docs/[\w-]+\.md)\)", PAGES[README])}
    assert linked == PAGES.keys() - {README}


# Settings.


def default_of(variable: str) -> str:
    return str(VARIABLES[variable].default)


def test_every_setting_is_told_with_its_default_and_meaning() -> None:
    told = [(plain(variable), "" if default == "(empty)" else plain(default), meaning)
            for variable, default, meaning in table("Settings")]  # fmt: skip
    assert told == [(name, default_of(name), field.description) for name, field in VARIABLES.items()]


def test_the_example_of_an_environment_tells_every_setting_with_its_default_and_meaning() -> None:
    blocks = (ROOT / ".env.example").read_text(encoding="utf-8").strip().split("\n\n")[1:]
    told = []
    for block in blocks:
        *comments, assignment = block.splitlines()
        assert all(comment.startswith("# ") for comment in comments), block
        variable, _, default = assignment.partition("=")
        told.append((variable, default, " ".join(comment.removeprefix("# ") for comment in comments)))
    assert told == [(name, default_of(name), field.description) for name, field in VARIABLES.items()]


def test_the_example_of_an_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


@pytest.mark.parametrize("name", ["docker-compose.yml", "Dockerfile"])
def test_what_docker_sets_is_a_setting(name: str) -> None:
    named = set(re.findall(r"\bSPARK_[A-Z_]+", (ROOT / name).read_text(encoding="utf-8")))
    assert named
    assert {one.removesuffix("_FILE") for one in named} <= VARIABLES.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    beside = {"SPARK_STANDIN_PASSWORD", "SPARK_TEST_DATABASE_URL", "SPARK_X"}  # of the stand-in; of the tests; any
    named = {name.removesuffix("_FILE") for name in re.findall(r"\bSPARK_[A-Z_]*[A-Z]", PAGES[page])}
    assert named <= VARIABLES.keys() | beside


# Docker. More of it in tests/operating.


def test_the_image_is_built_from_what_docker_is_given() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    given = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sources = {source for line in copied for source in line.split()}
    assert sources == {line[1:] for line in given if line.startswith("!")}
    assert all((ROOT / source).exists() for source in sources)


# Commands.


def leaves(command: object, words: tuple[str, ...] = ()) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(words)
    else:
        for name, one in inner.items():
            yield from leaves(one, (*words, name))


def test_the_pages_tell_every_command_and_no_other() -> None:
    told = [plain(row[0]) for row in table("Commands")]
    assert sorted(told) == sorted(leaves(typer.main.get_command(commands)))


def test_every_command_line_of_the_pages_is_a_command() -> None:
    known = set(leaves(typer.main.get_command(commands)))
    lines = re.findall(r"(?:spark-shipstation|compose run --rm spark) ([a-z].*)", "\n".join(code_blocks("sh")))
    assert len(lines) > 5
    for line in lines:
        assert any(f"{line} ".startswith(f"{command} ") for command in known), line


def code_blocks(language: str) -> list[str]:
    block = re.compile(rf"^ *```{language}\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
    return [found for page in PAGES.values() for found in block.findall(page)]


def test_every_make_target_of_the_pages_exists() -> None:
    benches = {f"bench-{path.stem}" for path in (ROOT / "benchmarks").glob("*.py")}
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)) | benches
    named = {name for page in PAGES.values() for name in re.findall(r"(?:^|`|\d )make ([a-z-]+)", page, re.MULTILINE)}
    assert named >= {"run", "test", "lint", "lock"}
    assert named <= targets


# Routes.


@pytest.fixture(scope="module")
def unconnected_app() -> FastAPI:
    """Its routes are all that is asked of it."""
    return create_app(Settings(database_url="postgresql://localhost/none", log_level="WARNING"))


def test_the_pages_tell_every_route_and_no_other(unconnected_app: FastAPI) -> None:
    told = {(plain(method), plain(path)) for method, path, _ in table("The JSON API")}
    documented = {
        (method.upper(), path)
        for path, operations in unconnected_app.openapi()["paths"].items()
        for method in operations
    }
    own = {("GET", f"{customstore.PATH}?action=export"), ("POST", f"{customstore.PATH}?action=shipnotify")}
    assert told == documented | own


def test_the_pages_tell_every_page_and_no_other() -> None:
    told = [(plain(method), plain(path)) for method, path, _ in table("The pages")]
    assert sorted(told) == sorted(page_routes())


def test_the_pages_about_the_api_are_where_their_page_says(unconnected_app: FastAPI) -> None:
    assert (unconnected_app.url_path_for("docs"), unconnected_app.openapi_url) == ("/docs", "/openapi.json")
    assert "`/docs`" in section("The JSON API")
    assert "`/openapi.json`" in section("The JSON API")


# Statuses and flags.


def test_the_pages_tell_every_status_and_what_shipstation_is_told() -> None:
    told = {plain(status): plain(name) for status, _, name in table("Statuses")}
    assert told == {status.value: StatusNames().told(status) for status in Status}


def test_the_pages_tell_statuses_in_the_order_of_the_rules() -> None:
    """The first row that holds decides, so the place of a row is part of what it says."""
    order = [plain(row[0]) for row in table("Statuses")]
    some_left = (Tally(2, shipped=1),)
    assert status_of(Facts(paid=False, held=True, tallies=some_left)) == order[2]
    assert status_of(Facts(paid=False, held=False, tallies=some_left)) == order[3]
    assert status_of(Facts(paid=True, held=False, tallies=some_left)) == order[4]
    assert status_of(Facts(paid=True, held=False, tallies=(Tally(2),))) == order[5]
    assert status_of(Facts(paid=False, held=True, tallies=(Tally(2, shipped=2),))) == order[1]
    assert status_of(Facts(paid=False, held=True, tallies=(Tally(2, cancelled=2),))) == order[0]


def test_the_pages_tell_every_flag_and_which_hold_an_order_back() -> None:
    rows = table("Flags")
    assert {plain(row[0]) for row in rows} == {flag.value for flag in Flag}
    for flag, _, meaning in rows:
        assert ("**Held back**" in meaning) == holds_back([plain(flag)]), flag


def test_the_pages_tell_every_state_of_a_notice() -> None:
    assert [plain(row[0]) for row in table("The inbox")] == [state.value for state in NoticeState]


def test_the_readme_says_what_to_paste_for_each_status() -> None:
    names = StatusNames()
    fields = dict(table("Connect ShipStation"))
    told = [plain(fields[f"{word} Status"]) for word in ("Unpaid", "Paid", "Shipped", "Cancelled", "On-Hold")]
    assert told == [names.unpaid, names.paid, names.shipped, names.cancelled, names.on_hold]


# Files of orders.


def columns(cell: str) -> Iterator[tuple[str, bool]]:
    """The columns that a cell names, and whether it marks them. `.email` goes on where the column before it began."""
    head = ""
    for name, mark in re.findall(r"`([a-z0-9_.…]+)`(\*?)", cell):
        whole = head + name if name.startswith(".") else name
        head = whole.partition(".")[0]
        yield whole, bool(mark)


def test_the_columns_of_a_file_make_an_order(tmp_path: Path) -> None:
    """Every column that is named, in one file: all of them are taken in."""
    rows = table("Files of orders")
    parties = [
        f"{who}.{field}" for who in ("bill_to", "ship_to") for field in re.findall(r"`(\w+)`", party_fields(rows))
    ]
    named = [name for cell, _ in rows for name, _ in columns(cell) if "…" not in name] + parties
    values = [VALUES.get(name, "word") for name in named]
    file = tmp_path / "orders.csv"
    file.write_text(",".join(named) + "\n" + ",".join(values) + "\n", encoding="utf-8")
    (document,) = orderfiles.read_orders(file)
    order = OrderIn.model_validate(document.order)
    assert order.custom_fields == ["word", "word", "word"]
    assert order.gift
    missing = set(OrderIn.model_fields) - order.model_fields_set
    assert not missing, f"no column is named for {missing}"
    assert not set(type(order.lines[0]).model_fields) - order.lines[0].model_fields_set


def party_fields(rows: list[list[str]]) -> str:
    return next(fields for cell, fields in rows if "bill_to.…" in cell)


VALUES = {
    "placed_at": "2026-03-08T09:59:00Z",
    "payment_status": "paid",
    "currency": "USD",
    "gift": "yes",
    "line.quantity": "2",
    "line.weight": "6",
    "line.weight_unit": "oz",
    "line.options": "Size=M; Colour=Red",
    "package.unit": "in",
    **dict.fromkeys(
        ("total", "shipping_amount", "tax_amount", "package.length", "package.width", "package.height",
         "line.unit_price", "line.discount_amount", "discount.amount"), "10.00",
    ),
}  # fmt: skip


def test_the_marked_columns_are_those_an_order_cannot_do_without() -> None:
    marked = {name for cell, _ in table("Files of orders") for name, mark in columns(cell) if mark}
    line = OrderIn.model_fields["lines"].annotation.__args__[0]  # type: ignore[union-attr]
    needed = {name for name, field in OrderIn.model_fields.items() if field.is_required()} - {"lines"}
    assert marked == needed | {f"line.{name}" for name, field in line.model_fields.items() if field.is_required()}


# Products and routing rules as CSV.


def tables(heading: str) -> list[list[str]]:
    """The first cells of each table of a section."""
    found = re.findall(r"(?:^\|.+\|\n)+", section(heading), re.MULTILINE)
    return [[row.strip("|").split(" | ")[0].strip() for row in one.splitlines()[2:]] for one in found]


def test_the_pages_tell_every_column_of_the_files_of_products_and_of_rules() -> None:
    products, rules = ([name for cell in cells for name, _ in columns(cell)]
                       for cells in tables("Products and rules as CSV"))  # fmt: skip
    assert set(products) == set(productfiles.COLUMNS)
    assert set(rules) == set(rulefiles.COLUMNS)


# Places.


def test_every_place_that_is_named_exists() -> None:
    inside = ""
    for line in code_after("Where things live").splitlines():
        name = line.split()[0]
        if not line.startswith(" "):
            inside = name
        assert (ROOT / inside / name if line.startswith(" ") else ROOT / name).exists(), line


def code_after(heading: str) -> str:
    found = re.search(r"^```\n(.*?)^```$", section(heading), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


# What a vendor is shown.


def test_the_pages_tell_every_setting_of_what_a_vendor_is_shown() -> None:
    told = {plain(name): plain(default).replace("(empty)", "") for name, default, _ in table("What a vendor is shown")}
    fields = PresentationIn.model_fields
    assert told == {
        name: str(field.default).lower() if field.default in (True, False) else str(field.default)
        for name, field in fields.items()
    }
    assert set(told) == set(SETTINGS)


def test_the_pages_tell_what_every_meaning_of_a_status_sets() -> None:
    assert [plain(row[0]) for row in table("The shop's own statuses")] == list(MEANINGS)
