"""Products and routing in a real browser: changed, sent as files, tried, and all of it with the keyboard alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from builders import line, order
from chromium import PHONE, Open, Person
from shop import ADMIN, Shop

GOOD = "sku,name,vendor,location\nCAP,Cap,West ShipStation,C3\nSOCK,Sock,,\n"
WRONG = GOOD + "BAD,Bad,Nobody,\nCAP,Cap,,\n"


def said(ada: Person, sentence: str) -> None:
    expect(ada.page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def file_of(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "file.csv"
    file.write_text(text, encoding="utf-8")
    return file


def healthy(ada: Person) -> None:
    assert [*ada.faults(), *ada.overflowing()] == []


def tab_to(ada: Person, name: str) -> None:
    """With the key alone, as far round as the page goes. `name` is that of a link, button or field."""
    for _ in range(120):
        ada.page.keyboard.press("Tab")
        if ada.page.evaluate(NAME) == name:
            return
    raise AssertionError(f"the key does not lead to {name}")


NAME = """() => {
  const one = document.activeElement;
  const label = one.getAttribute("aria-label") || (one.labels && one.labels[0] && one.labels[0].textContent);
  return (label || one.textContent).trim().replace(/\\s+/g, " ");
}"""


def test_a_product_is_found_and_changed(ada: Person) -> None:
    page = ada.page
    ada.go("/")
    page.get_by_role("link", name="Products", exact=True).click()
    page.get_by_label("SKU or name").fill("mug")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="MUG", exact=True).click()
    page.get_by_label("Bin location of vendor 1").fill("Z9")
    page.get_by_label("Priority of vendor 2").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Priority 2:")
    expect(page.get_by_label("Bin location of vendor 1")).to_have_value("Z9")
    healthy(ada)
    page.get_by_label("Priority of vendor 2").fill("7")
    page.get_by_role("button", name="Save").click()
    said(ada, "Saved MUG.")
    expect(page.get_by_label("Priority of vendor 2")).to_have_value("7")
    ada.complaints.clear()  # the 422


def test_the_next_page_goes_on(ada: Person) -> None:
    ada.go("/products?tag=paper")
    expect(ada.page.locator("tbody tr")).to_have_count(50)
    ada.page.get_by_role("link", name="Next page").click()
    expect(ada.page.locator("tbody tr")).to_have_count(10)
    ada.page.get_by_role("link", name="First page").click()
    expect(ada.page.locator("tbody tr")).to_have_count(50)


@pytest.mark.parametrize("look", [{}, {"viewport": PHONE, "is_mobile": True, "has_touch": True}])
def test_a_file_is_sent_good_and_wrong(shop: Shop, open_window: Open, tmp_path: Path, look: dict[str, object]) -> None:
    ada = open_window(shop, **look)
    page = ada.page
    ada.sign_in(ADMIN, shop.password)
    ada.go("/products")
    page.get_by_role("link", name="CSV file").click()
    page.get_by_label("CSV file").set_input_files(file_of(tmp_path, WRONG))
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("alert")).to_contain_text("2 refused.")
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(re.compile(r"4.*BAD.*vendor.*there is no vendor Nobody", re.DOTALL))
    expect(rows.nth(1)).to_contain_text(re.compile(r"5.*CAP.*sku.*must stand together", re.DOTALL))
    healthy(ada)
    page.get_by_label("CSV file").set_input_files(file_of(tmp_path, GOOD))
    page.get_by_role("button", name="Take it in").click()
    said(ada, "The file is taken in: 0 created, 0 updated, 2 unchanged, 0 refused.")
    page.get_by_role("link", name="CSV file").click()
    page.get_by_label("CSV file").set_input_files(file_of(tmp_path, "sku\n" + "P\n" * 9_000_000))
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("That is too large")
    expect(page.get_by_text("The file is larger than 16 MiB, so nothing was changed.")).to_be_visible()
    ada.complaints.clear()  # the 413


def test_files_are_fetched(ada: Person, tmp_path: Path) -> None:
    for path, link, first in (
        ("/products/file", "Download products.csv", "sku,name,brand"),
        ("/routing/file", "Download routing-rules.csv", "name,sku,sku_pattern"),
    ):
        ada.go(path)
        with ada.page.expect_download() as fetched:
            ada.page.get_by_role("link", name=link).click()
        fetched.value.save_as(tmp_path / "fetched.csv")
        assert (tmp_path / "fetched.csv").read_text(encoding="utf-8-sig").startswith(first)


def test_rules_are_added_moved_and_deleted(ada: Person) -> None:
    page = ada.page
    names = page.locator("tbody th")
    ada.go("/routing")
    before = names.all_text_contents()
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("SKU pattern").fill("RUG*")
    page.get_by_label("Goes to").select_option("Print house")
    page.get_by_label("Place in the order of rules").fill("1")
    page.get_by_label("Name").fill("Rugs")
    page.get_by_role("button", name="Add").click()
    said(ada, "Saved rule 1.")
    expect(names.first).to_have_text("1. Rugs")
    page.get_by_role("button", name="Down rule 1").click()
    said(ada, "Rule 1 is rule 2 now.")
    expect(names.nth(1)).to_have_text("2. Rugs")
    page.get_by_role("link", name="2. Rugs").click()
    page.get_by_label("Ship-to countries").fill("Atlantis")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("“Atlantis” is no country")
    healthy(ada)
    page.get_by_role("button", name="Delete this rule").click()
    said(ada, "Rule 2 is gone.")
    assert names.all_text_contents() == before
    ada.complaints.clear()  # the 422


def test_a_wrong_file_of_rules_changes_none(ada: Person, tmp_path: Path) -> None:
    ada.go("/routing/file")
    ada.page.get_by_label("CSV file").set_input_files(file_of(tmp_path, "sku,countries,vendor\nA,XX,Nobody\n,,\nB,,\n"))
    ada.page.get_by_role("button", name="Replace all rules").click()
    alert = ada.page.get_by_role("alert")
    expect(alert).to_contain_text("Line 2, countries: “XX” is no country")
    expect(alert).to_contain_text("Line 4: name a vendor, or say exclude")
    healthy(ada)
    ada.go("/routing")
    expect(ada.page.locator("tbody tr")).to_have_count(3)
    ada.complaints.clear()  # the 422


def test_a_file_of_rules_that_was_fetched_replaces_them(ada: Person, tmp_path: Path) -> None:
    ada.go("/routing/file")
    with ada.page.expect_download() as fetched:
        ada.page.get_by_role("link", name="Download routing-rules.csv").click()
    fetched.value.save_as(tmp_path / "rules.csv")
    ada.page.get_by_label("CSV file").set_input_files(tmp_path / "rules.csv")
    ada.page.get_by_role("button", name="Replace all rules").click()
    expect(ada.page.get_by_role("status")).to_contain_text("3")
    ada.go("/routing")
    expect(ada.page.locator("tbody th")).to_have_text(["1. Gift cards", "2. Europe", "3. Lamps"])


def test_an_order_is_tried(ada: Person) -> None:
    page = ada.page
    ada.go("/routing")
    page.get_by_role("link", name="Where would an order go?").click()
    page.get_by_label("Ships to (country)").fill("Germany")
    page.get_by_label("SKU of line 1").fill("TEE-M")
    page.get_by_label("SKU of line 2").fill("GIFT-25")
    page.get_by_label("Quantity of line 2").fill("3")
    page.get_by_role("button", name="Test").click()
    told = page.get_by_role("status").locator("tbody tr")
    expect(told.nth(0)).to_contain_text("Outlet ShipStation")
    expect(told.nth(0)).to_contain_text("rule 2 “Europe” (brand Acme, ship-to country DE or AT)")
    expect(told.nth(1)).to_contain_text("nobody")
    healthy(ada)


def test_the_queue_and_what_would_move_are_shown(ada: Person) -> None:
    page = ada.page
    ada.go("/routing")
    page.get_by_role("link", name="See what waits, and why").click()
    expect(page.get_by_text("the order names the vendor “Nobody”, which does not exist")).to_be_visible()
    page.get_by_label("Orders", exact=True).select_option("all that has not shipped")
    page.get_by_label("With the SKU").fill("MUG")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("1 × MUG from West ShipStation to Print house").first).to_be_visible()
    healthy(ada)


def test_orders_are_routed_again_with_a_button(new_shop: Shop, open_window: Open) -> None:
    for name in ("East", "West"):
        new_shop.call("POST", "/vendors", name=name, kind="manual")
    new_shop.call("POST", "/orders", orders=[order(lines=[line(sku="LAMP", name="Lamp")])])
    new_shop.call("PUT", "/products/LAMP", vendors=[{"vendor": "West"}])
    ada = open_window(new_shop)
    ada.sign_in(ADMIN, new_shop.password)
    ada.go("/routing")
    ada.page.get_by_role("link", name="See what would move").click()
    expect(ada.page.get_by_text("3 × LAMP from East to West")).to_be_visible()
    ada.page.get_by_role("button", name="Route this order again").click()
    said(ada, "1 order looked at, 1 changed.")
    assert new_shop.call("GET", "/orders")["orders"][0]["lines"][0]["vendor"] == "West"


def test_the_keyboard_is_enough(ada: Person) -> None:
    page, press = ada.page, ada.page.keyboard.press
    ada.go("/routing")
    tab_to(ada, "Add a rule")
    press("Enter")
    page.get_by_role("heading", level=1, name="A new rule").wait_for()
    tab_to(ada, "SKU")
    page.keyboard.type("KEY-1")
    tab_to(ada, "Goes to")
    page.keyboard.type("nobody")
    tab_to(ada, "Add")
    press("Enter")
    said(ada, "Saved rule 4.")
    tab_to(ada, "Up rule 4")
    press("Space")
    said(ada, "Rule 4 is rule 3 now.")
    tab_to(ada, "3. without a name")
    press("Enter")
    page.get_by_role("heading", level=1, name="Rule 3").wait_for()
    tab_to(ada, "Delete this rule")
    press("Enter")
    said(ada, "Rule 3 is gone.")
    ada.go("/products/new")
    tab_to(ada, "SKU")
    page.keyboard.type("KEY-1")
    tab_to(ada, "Vendor 1")
    page.keyboard.type("West")
    tab_to(ada, "Bin location of vendor 1")
    page.keyboard.type("K1")
    press("Enter")
    said(ada, "Added KEY-1.")
    expect(page.get_by_label("Bin location of vendor 1")).to_have_value("K1")


def test_without_a_product_and_a_rule_the_pages_say_what_to_do(new_shop: Shop, open_window: Open) -> None:
    ada = open_window(new_shop)
    ada.sign_in(ADMIN, new_shop.password)
    ada.go("/routing")
    ada.page.get_by_role("link", name="Add a vendor").click()
    ada.page.get_by_role("button", name="Add vendor by hand").click()
    ada.go("/routing")
    ada.page.get_by_role("main").get_by_role("link", name="Add a rule").first.click()
    ada.page.get_by_label("SKU", exact=True).fill("A")
    ada.page.get_by_label("Goes to").select_option("Vendor")
    ada.page.get_by_role("button", name="Add").click()
    said(ada, "Saved rule 1.")
    ada.go("/products")
    ada.page.get_by_role("main").get_by_role("link", name="send a CSV file").click()
    expect(ada.page.get_by_role("heading", level=1, name="Products as CSV")).to_be_visible()
