"""The story that the pages are for: from an empty database to a served and shipped order, in a real browser."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from builders import order
from chromium import Open, Person
from processes import spark
from shop import ADMIN, Shop

FORM = (
    "URL to custom XML page", "Username", "Password", "Unpaid Status", "Paid Status", "Shipped Status",
    "Cancelled Status", "On-Hold Status",
)  # fmt: skip


def copied(ada: Person) -> dict[str, str]:
    """What each copy button puts on the clipboard."""
    values = {}
    for label in FORM:
        ada.page.get_by_role("button", name=f"Copy {label}", exact=True).click()
        ada.page.get_by_role("status").filter(has_text=f"Copied: {label}").wait_for()
        values[label] = str(ada.page.evaluate("navigator.clipboard.readText()"))
    return values


def stand_in(shop: Shop, form: dict[str, str], verb: str, *words: str) -> Any:
    """ShipStation, connected with what was copied."""
    result = spark(
        shop.server.data_dir, "shipstation", verb, form["URL to custom XML page"], *words,
        "--username", form["Username"], "--password", form["Password"], "--json",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(result.stdout)


def test_from_an_empty_database_to_a_shipped_order(new_shop: Shop, open_window: Open) -> None:
    ada = open_window(new_shop)
    page = ada.page
    ada.sign_in(ADMIN, new_shop.password)

    # The empty overview says what to do first.
    page.get_by_role("link", name="Add ShipStation").click()
    page.get_by_role("button", name="Add vendor ShipStation").click()
    page.get_by_role("heading", level=1, name="ShipStation").wait_for()

    # The form's eight values, each with its button; the password once.
    form = copied(ada)
    assert re.fullmatch(rf"{new_shop.base_url}/shipstation/\w{{16}}", form["URL to custom XML page"])
    assert list(form.values())[3:] == ["unpaid", "awaiting_shipment", "shipped", "cancelled", "on_hold"]
    expect(page.get_by_text("Waiting for ShipStation's first call.")).to_be_visible()
    address = page.url

    # Test Connection: the page that waits turns by itself, without being loaded again.
    page.evaluate("window.stillTheSamePage = true")
    assert stand_in(new_shop, form, "poll")["orders"] == []
    expect(page.get_by_text("Connected. 0 orders imported.")).to_be_visible()
    new_shop.call("POST", "/orders", orders=[order(number=f"70{number}") for number in range(3)])
    assert len(stand_in(new_shop, form, "poll")["orders"]) == 3
    expect(page.get_by_text("Connected. 3 orders imported.")).to_be_visible()
    assert page.evaluate("window.stillTheSamePage") is True

    # Shipped there, and told here.
    stand_in(new_shop, form, "ship", "701", "--tracking", "1ZSTORY")
    ada.go("/")
    expect(page.get_by_role("listitem").filter(has_text=re.compile(r"^\s*1\s+shipped"))).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=re.compile(r"^\s*2\s+awaiting shipment"))).to_be_visible()
    expect(page.get_by_text("3 orders served, 1 notice, no failures")).to_be_visible()
    ada.go("/activity?order=701")
    expect(page.get_by_role("row").filter(has_text="notice")).to_have_count(1)

    # The order's own page tells the whole story.
    ada.go("/orders")
    page.get_by_label("Search", exact=True).fill("1ZSTORY")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="701", exact=True).click()
    expect(page.locator(".heading .badge").first).to_have_text("shipped")
    expect(page.get_by_role("link", name="1ZSTORY", exact=True)).to_be_visible()
    expect(page.get_by_text("It was last served at")).to_be_visible()
    expect(page.locator(".timeline li").first).to_contain_text("701 shipped: 3 × TEE-M")
    assert [*ada.faults(), *ada.overflowing()] == []

    # The password was shown that once.
    page.goto(address)
    expect(page.get_by_label("Username", exact=True)).to_have_value(form["Username"])
    expect(page.get_by_role("textbox", name="Password", exact=True)).to_have_count(0)
    assert form["Password"] not in page.content()


def test_a_new_password_works_while_the_old_one_lives_on(new_shop: Shop, open_window: Open) -> None:
    ada = open_window(new_shop)
    ada.sign_in(ADMIN, new_shop.password)
    ada.go("/vendors")
    ada.page.get_by_role("button", name="Add vendor ShipStation").click()
    old = copied(ada)
    ada.page.get_by_label("The old one stays valid").select_option("for one day")
    ada.page.get_by_role("button", name="Make a new password").click()
    expect(ada.page.get_by_text("There is a new password. The old one stays valid for one day.")).to_be_visible()
    new = copied(ada)
    assert new["Password"] != old["Password"]
    assert {**new, "Password": ""} == {**old, "Password": ""}
    stand_in(new_shop, old, "poll")
    stand_in(new_shop, new, "poll")
    expect(ada.page.get_by_text(re.compile("Made .+, valid until "))).to_be_visible()


def test_everything_works_without_script(new_shop: Shop, open_window: Open) -> None:
    ada = open_window(new_shop, java_script_enabled=False)
    ada.sign_in(ADMIN, new_shop.password)
    ada.go("/vendors")
    ada.page.get_by_role("button", name="Add vendor ShipStation").click()
    form = {label: ada.page.get_by_role("textbox", name=label, exact=True).first.input_value() for label in FORM}
    assert len(form["Password"]) == 32
    assert ada.page.get_by_role("button", name=re.compile("^Copy")).count() == 0
    stand_in(new_shop, form, "poll")
    ada.page.get_by_role("link", name="Look again").click()
    expect(ada.page.get_by_text("Connected. 0 orders imported.")).to_be_visible()
    ada.page.get_by_role("button", name="Sign out").click()
    expect(ada.page.get_by_text("You are signed out.")).to_be_visible()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_is_enough(new_shop: Shop, open_window: Open, key: str) -> None:
    ada = open_window(new_shop)
    page, press = ada.page, ada.page.keyboard.press
    ada.go("/sign-in")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(ADMIN)
    press("Tab")
    page.keyboard.type(new_shop.password)
    press("Enter")
    page.get_by_role("heading", level=1, name="Overview").wait_for()

    # The first stop leads past the navigation.
    press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    press("Enter")
    press("Tab")
    expect(page.get_by_role("link", name="Add ShipStation")).to_be_focused()
    assert ada.outline() != "none"
    press("Enter")
    page.wait_for_url("**/vendors#add")
    ada.tab_to("Add vendor ShipStation")
    press(key)
    page.get_by_role("heading", level=1, name="ShipStation").wait_for()
    ada.tab_to("Copy Password")
    press(key)
    page.get_by_role("status").filter(has_text="Copied: Password").wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == page.get_by_role("textbox", name="Password", exact=True).input_value()
    )
    ada.tab_to("Sign out")
    press(key)
    expect(page.get_by_text("You are signed out.")).to_be_visible()
