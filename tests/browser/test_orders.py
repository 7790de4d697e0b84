"""Orders and the inbox in a real browser: found, looked into, acted on, by the keyboard alone as well."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from builders import line, notice, order
from chromium import PHONE, Open, Person
from driver import Store
from shop import ADMIN, MIXED, READER, Shop
from spark_shipstation.services.answers import VendorOut

Take = Callable[..., dict[str, Any]]


@pytest.fixture
def take(shop: Shop) -> Take:
    """One more order in the busy shop."""

    def taking(**fields: Any) -> dict[str, Any]:
        [result] = shop.call("POST", "/orders", **order(**fields))["results"]
        taken: dict[str, Any] = shop.call("GET", f"/orders/{result['id']}")
        return taken

    return taking


def said(person: Person, sentence: str) -> None:
    expect(person.page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def told(person: Person) -> Locator:
    """What the page says that an action leads to."""
    return person.page.get_by_role("region", name="What happens")


def status(person: Person) -> Locator:
    return person.page.locator(".heading .badge").first


def test_an_order_is_found_by_what_people_know_of_it(shop: Shop, ada: Person) -> None:
    for word in (MIXED, "buyer", "poster-a2"):
        ada.go("/orders")
        ada.page.get_by_label("Search", exact=True).fill(word)
        ada.page.get_by_label("Status").select_option("partially_shipped")
        ada.page.get_by_role("button", name="Search").click()
        expect(ada.page.get_by_role("link", name=MIXED, exact=True)).to_be_visible()
        expect(ada.page.get_by_label("Search", exact=True)).to_have_value(word)
    ada.page.get_by_role("link", name=MIXED, exact=True).click()
    expect(ada.page.get_by_role("heading", level=1, name=f"Order {MIXED}")).to_be_visible()
    expect(ada.page.get_by_role("link", name="1Z1", exact=True)).to_have_attribute(
        "href", re.compile("^https://www.ups.com/")
    )
    ada.page.get_by_text("The XML as East Coast ShipStation gets it").click()
    expect(ada.page.get_by_role("region", name=f"XML of {MIXED}")).to_contain_text(f"<![CDATA[{MIXED}]]>")
    assert [*ada.faults(), *ada.overflowing()] == []


def test_an_order_is_paid_held_released_sent_again_and_cancelled(ada: Person, take: Take) -> None:
    taken = take(payment_status="unpaid")
    ada.go(f"/orders/{taken['id']}")
    for link, button, sentence, badge in (
        ("Mark as paid…", "Mark as paid", "is marked as paid.", "awaiting shipment"),
        ("Hold…", "Hold the order", "is on hold.", "on hold"),
        ("Release…", "Release the order", "is released.", "awaiting shipment"),
        ("Send again…", "Send it again", "goes to ShipStation again with its next poll.", "awaiting shipment"),
        ("Cancel…", "Cancel all that is open", "Cancelled in order", "cancelled"),
    ):
        ada.page.get_by_role("link", name=link).click()
        expect(told(ada)).to_contain_text(taken["number"])
        ada.page.get_by_label("Why").fill("asked by the customer")
        ada.page.get_by_role("button", name=button).click()
        said(ada, sentence)
        expect(status(ada)).to_have_text(badge)
    expect(ada.page.get_by_role("list").filter(has_text="(asked by the customer)").last).to_be_visible()


def test_two_of_three_units_are_cancelled(ada: Person, take: Take) -> None:
    taken = take()
    ada.go(f"/orders/{taken['id']}/cancel")
    ada.page.get_by_label("TEE-M, Tee").fill("2")
    ada.page.get_by_role("button", name="See what this leads to").click()
    expect(told(ada)).to_contain_text("2 × TEE-M of vendor order")
    ada.page.get_by_role("button", name="Cancel these units").click()
    said(ada, "Cancelled in order")
    expect(ada.page.get_by_text("3 × TEE-M, 2 cancelled")).to_be_visible()


def test_an_order_is_routed_again(shop: Shop, ada: Person, take: Take) -> None:
    taken = take(lines=[line(sku="DESK", name="Desk", quantity=1)])
    ada.go(f"/orders/{taken['id']}")
    ada.page.get_by_role("link", name="Route again…").click()
    expect(told(ada)).to_contain_text("Nothing would move.")
    shop.call("PUT", "/products/DESK", vendors=[{"vendor": "Print house"}])
    ada.page.reload()
    expect(told(ada)).to_contain_text("1 × DESK goes from East Coast ShipStation to Print house")
    ada.page.get_by_role("button", name="Route it again").click()
    said(ada, "was routed again.")
    expect(ada.page.get_by_role("heading", name=re.compile("for Print house$"))).to_be_visible()


def test_a_package_is_recorded_by_hand_corrected_and_voided(ada: Person, take: Take) -> None:
    taken = take()
    ada.go(f"/orders/{taken['id']}")
    ada.page.get_by_role("link", name="Ship by hand…").click()
    ada.page.get_by_label("TEE-M, Tee").fill("1")
    ada.page.get_by_label("Carrier").fill("UPS")
    ada.page.get_by_label("Tracking number").fill("1ZHAND")
    ada.page.get_by_role("button", name="See what this leads to").click()
    expect(told(ada)).to_contain_text("1 × TEE-M of vendor order")
    ada.page.get_by_role("button", name="Change it").click()
    expect(ada.page.get_by_label("Tracking number")).to_have_value("1ZHAND")
    ada.page.get_by_role("button", name="See what this leads to").click()
    ada.page.get_by_role("button", name="Record the package").click()
    said(ada, "The package is recorded.")
    expect(status(ada)).to_have_text("partially shipped")
    ada.page.get_by_role("link", name="Correct… package 1ZHAND").click()
    ada.page.get_by_label("Tracking number").fill("1ZRIGHT")
    ada.page.get_by_role("button", name="Correct it").click()
    said(ada, "The package is corrected.")
    ada.page.get_by_role("link", name="Void… package 1ZRIGHT").click()
    expect(told(ada)).to_contain_text("its units are open again")
    ada.page.get_by_label("Why").fill("it never left")
    ada.page.get_by_role("button", name="Void it").click()
    said(ada, "The package is voided.")
    expect(status(ada)).to_have_text("awaiting shipment")
    ada.page.get_by_role("link", name="Restore… package 1ZRIGHT").click()
    expect(told(ada)).to_contain_text("The package counts again")
    ada.page.get_by_label("Why").fill("it left after all")
    ada.page.get_by_role("button", name="Restore it").click()
    said(ada, "The package counts again.")
    expect(status(ada)).to_have_text("partially shipped")


def test_what_cannot_be_done_says_why(shop: Shop, ada: Person) -> None:
    [shipped] = shop.call("GET", "/orders?number=1001")["orders"]
    ada.go(f"/orders/{shipped['id']}")
    ada.page.get_by_text("What cannot be done now").click()
    expect(ada.page.get_by_text(re.compile("Vendor order 1001 for East Coast ShipStation has shipped")).first
           ).to_be_visible()  # fmt: skip
    ada.go(f"/orders/{shipped['id']}/hold")
    expect(ada.page.get_by_role("region", name="That cannot be done")).to_contain_text("has shipped")
    expect(ada.page.get_by_role("button", name="Hold the order")).to_have_count(0)


def unmatched(shop: Shop, number: str) -> None:
    """One more notice of East's that names no order of theirs."""
    east = shop.call("POST", "/vendors/East Coast ShipStation/credentials")
    with httpx.Client(timeout=30) as client:
        answer = Store(client, VendorOut(**east)).notify(notice("", OrderNumber=number, TrackingNumber=f"1Z{number}"))
    assert answer.status_code == 404


def test_a_notice_is_given_to_its_order_and_the_count_follows(shop: Shop, ada: Person, take: Take) -> None:
    taken = take(number="SO7001")
    unmatched(shop, "so7001")
    ada.go("/")
    inbox = ada.page.get_by_role("link", name=re.compile("^Inbox"))
    expect(inbox).to_have_text(re.compile("2 need a person"))
    inbox.click()
    ada.page.get_by_role("row").filter(has_text="so7001").get_by_role("link").first.click()
    expect(ada.page.get_by_role("region", name="The notice's body")).to_contain_text(
        "<OrderNumber>so7001</OrderNumber>"
    )
    ada.page.get_by_role("link", name=taken["number"], exact=True).click()
    expect(told(ada)).to_contain_text("A package is recorded for order SO7001: 3 × TEE-M, tracking 1Zso7001.")
    assert [*ada.faults(), *ada.overflowing()] == []
    ada.page.get_by_role("button", name="Apply it to order SO7001").click()
    said(ada, "Order SO7001: recorded 3 × TEE-M.")
    expect(inbox).to_have_text(re.compile("1 need a person"))
    ada.go(f"/orders/{taken['id']}")
    expect(status(ada)).to_have_text("shipped")


def test_notices_are_put_aside_and_applied_all_at_once(shop: Shop, ada: Person, take: Take) -> None:
    unmatched(shop, "7002")
    unmatched(shop, "7003")
    taken = take(number="7003")
    ada.go("/inbox")
    ada.page.get_by_role("row").filter(has_text="7002").get_by_role("link").first.click()
    ada.page.get_by_label("How it was dealt with").fill("a test label")
    ada.page.get_by_role("button", name="Put it aside").click()
    said(ada, "The notice is put aside.")
    ada.page.get_by_role("link", name=re.compile("^Apply all 2 once more")).click()
    expect(told(ada)).to_contain_text("2 notices wait.")
    ada.page.get_by_role("button", name="Apply them").click()
    said(ada, "1 notice is settled, 1 still waits.")
    ada.go(f"/orders/{taken['id']}")
    expect(status(ada)).to_have_text("shipped")


def test_the_keyboard_is_enough(ada: Person, take: Take) -> None:
    taken = take()
    ada.go("/orders")
    page, press = ada.page, ada.page.keyboard.press
    page.get_by_label("Search", exact=True).focus()
    page.keyboard.type(taken["number"])
    press("Enter")
    page.wait_for_url("**q=*")
    ada.tab_to(taken["number"], "link")
    press("Enter")
    page.get_by_role("heading", level=1, name=f"Order {taken['number']}").wait_for()
    ada.tab_to("Hold…", "link")
    assert ada.outline() != "none"
    press("Enter")
    page.get_by_role("heading", level=1, name=f"Hold order {taken['number']}?").wait_for()
    ada.tab_to("Hold the order")
    press("Space")
    said(ada, "is on hold.")


def test_actions_fit_a_phone(shop: Shop, open_window: Open, take: Take) -> None:
    taken = take(lines=[line(sku="A-SKU-THAT-IS-VERY-LONG-INDEED-AND-HAS-NO-SPACE", name="x" * 80)])
    ada = open_window(shop, viewport=PHONE, is_mobile=True, has_touch=True)
    ada.sign_in(ADMIN, shop.password)
    path, part = f"/orders/{taken['id']}", taken["vendor_orders"][0]["id"]
    for page in ("", "/cancel", "/reroute", f"/parts/{part}/ship"):
        ada.go(path + page)
        for summary in ada.page.locator("summary").all():
            summary.click()
        assert [*ada.faults(), *ada.overflowing()] == [], page


def test_who_may_only_look_is_told_so(shop: Shop, open_window: Open) -> None:
    ron = open_window(shop)
    ron.sign_in(READER, shop.reader_password)
    ron.go(f"/orders/{shop.ids['order']}")
    expect(ron.page.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(ron.page.get_by_role("link", name=re.compile("…"))).to_have_count(0)
    ron.go(f"/orders/{shop.ids['order']}/hold")
    expect(ron.page.get_by_role("heading", level=1, name="That is not allowed")).to_be_visible()
    ron.complaints.clear()  # the 403
