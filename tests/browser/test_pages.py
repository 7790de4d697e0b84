"""What holds on every page in a real browser: axe finds no serious fault, nothing overflows, nothing complains."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from builders import notice, order
from chromium import PHONE, WIDE, Open, Person
from driver import Store
from shop import ADMIN, READER, Shop
from spark_shipstation.services.answers import VendorOut

LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": WIDE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True},
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_accessible_and_fits(shop: Shop, open_window: Open, look: str) -> None:
    person = open_window(shop, **LOOKS[look])
    person.go("/sign-in")
    faults = {"/sign-in": [*person.faults(), *person.overflowing()]}
    person.sign_in(ADMIN, shop.password)
    for path in [*shop.pages(), "/activity?result=failed&order=x"]:
        person.go(path)
        faults[path] = [*person.faults(), *person.overflowing()]
    assert len(faults) >= 9
    assert {path: found for path, found in faults.items() if found} == {}


LONGEST = f"WEB{'4711' * 10}EUX"  # 46 characters, as many as a number may have, and nowhere a break


def test_the_longest_number_fits_on_every_page(new_shop: Shop, open_window: Open) -> None:
    named_longest(new_shop)
    out = {}
    for look in ("wide", "phone"):
        person = open_window(new_shop, **LOOKS[look])
        person.sign_in(ADMIN, new_shop.password)
        for path in new_shop.pages():
            person.go(path)
            out[look, path] = person.overflowing()
    assert {path: found for path, found in out.items() if found} == {}


def named_longest(shop: Shop) -> None:
    """An order of that number with a package, and a notice about another one that nobody knows."""
    vendor = VendorOut(**shop.call("POST", "/vendors", name="ShipStation"))
    shop.call("PUT", "/products/MUG", vendors=[])
    shop.call("POST", "/orders", **order(number=LONGEST))
    with httpx.Client(timeout=30) as client:
        store = Store(client, vendor)
        store.notify(notice(store.poll().ids[0], {"TEE-M": 1}, by="SKU", TrackingNumber="1Z" * 17))
        store.notify(notice("", OrderNumber=LONGEST[::-1]))
    [taken] = shop.call("GET", "/orders")["orders"]
    [waiting] = shop.call("GET", "/notices?state=open")["notices"]
    [package] = taken["shipments"]
    ids = {"order": taken["id"], "part": package["vendor_order"], "package": package["id"], "notice": waiting["id"]}
    shop.ids = {"vendor": vendor.id, **ids}


def test_an_error_is_accessible_and_fits(shop: Shop, open_window: Open) -> None:
    person = open_window(shop, **LOOKS["phone"])
    person.go("/sign-in")
    person.page.get_by_label("E-mail address").fill("x")
    person.page.get_by_label("Password").fill("x")
    person.page.get_by_role("button", name="Sign in").click()
    person.page.get_by_role("alert").wait_for()
    assert [*person.faults(), *person.overflowing()] == []
    person.complaints.clear()  # a browser counts every answer of 401 and 404 as one
    person.go("/nothing")
    assert [*person.faults(), *person.overflowing()] == []
    person.complaints.clear()


def test_the_keyboard_reaches_everything_on_every_page_and_shows_where_it_is(shop: Shop, ada: Person) -> None:
    for path in shop.pages():
        if path == "/sign-in":
            continue  # gone through in test_connecting
        ada.go(path)
        controls = ada.page.evaluate(WATCH_FOCUS)
        for _ in range(3 * controls + 10):  # a field of a date is several stops
            ada.page.keyboard.press("Tab")
            if ada.page.evaluate("window.left.size === 0"):
                break
        missed = ada.page.evaluate("[...window.left].map((one) => one.outerHTML.slice(0, 120))")
        assert (path, missed, ada.page.evaluate("window.unseen")) == (path, [], [])


WATCH_FOCUS = """() => {
  const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll(controls)];
  window.left = new Set(all.filter((one) => one.checkVisibility() && !one.disabled));
  window.unseen = [];
  document.addEventListener('focusin', (event) => {
    const one = event.target;
    window.left.delete(one);
    if (getComputedStyle(one).outlineStyle === 'none') window.unseen.push(one.outerHTML.slice(0, 120));
  });
  return window.left.size;
}"""


def test_these_checks_can_fail(ada: Person) -> None:
    ada.go("/people")
    assert [*ada.faults(), *ada.overflowing()] == []
    ada.page.evaluate("document.querySelector('label').remove()")
    assert any(fault.startswith("label (critical)") for fault in ada.faults())
    ada.page.evaluate("document.querySelector('h1').innerHTML = '<time>' + 'x'.repeat(999) + '</time>'")
    assert ada.overflowing() != []


def test_inline_script_and_style_are_refused_by_the_policy(ada: Person) -> None:
    ada.go("/people")
    ada.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    ada.page.evaluate(
        "{const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)}"
    )
    assert ada.page.evaluate("window.ran") is None
    assert len(ada.complaints) == 2
    assert all("Content Security Policy" in complaint for complaint in ada.complaints)
    ada.complaints.clear()


def test_times_are_in_the_zone_of_the_browser(shop: Shop, open_window: Open) -> None:
    person = open_window(shop, timezone_id="Australia/Adelaide")
    person.sign_in(ADMIN, shop.password)
    person.go("/people")
    expect(person.page.get_by_text("Times are in Australia/Adelaide")).to_be_visible()
    shown = person.page.locator("tbody time").first
    at = str(shown.get_attribute("datetime"))
    there = person.page.evaluate(
        "at => new Date(at).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})", at
    )
    assert str(shown.text_content()).endswith(there)


def test_who_may_only_look_finds_no_button(shop: Shop, open_window: Open) -> None:
    ron = open_window(shop)
    ron.sign_in(READER, shop.reader_password)
    for path in shop.pages(to_look=True):
        ron.go(path)
        if path not in {"/me", "/sign-in"}:
            buttons = {name.strip() for name in ron.page.get_by_role("button").all_text_contents()}
            looks = {"Sign out", "Filter", "Search", "Test"}
            assert {name for name in buttons if not name.startswith("Copy")} <= looks, path


# Each form of a vendor's page.


def saved(ada: Person, sentence: str) -> None:
    expect(ada.page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def test_a_mismatch_is_mended_with_one_click_and_the_setting_can_be_set_back(shop: Shop, ada: Person) -> None:
    ada.go("/")
    expect(ada.page.get_by_text("ShipStation's dates are 7 hours behind UTC.")).to_be_visible()
    ada.page.get_by_role("link", name="Mend it").click()
    ada.page.get_by_role("button", name="Set this connection to America/Phoenix").click()
    saved(ada, "The time zone is America/Phoenix now.")
    expect(ada.page.get_by_role("heading", name="ShipStation keeps another time zone")).to_have_count(0)
    expect(ada.page.get_by_text("The zone was changed after the last poll")).to_be_visible()
    ada.page.get_by_label("Time zone of the store in ShipStation").select_option("UTC")
    ada.page.get_by_role("button", name="Set time zone").click()
    saved(ada, "The time zone is UTC now.")


def test_status_names_are_told_and_wrong_ones_stay_in_the_form_with_the_reason(shop: Shop, ada: Person) -> None:
    ada.go(f"/vendors/{shop.vendor_id}")
    section = ada.page.get_by_role("region", name="Status names")
    section.get_by_label("Paid Status", exact=True).fill("shipped")
    section.get_by_role("button", name="Save status names").click()
    expect(ada.page.get_by_role("alert")).to_contain_text("the five status names must differ")
    expect(section.get_by_label("Paid Status", exact=True)).to_have_value("shipped")
    section.get_by_label("Paid Status", exact=True).fill("Ready to Ship")
    section.get_by_role("button", name="Save status names").click()
    saved(ada, "The status names are changed.")
    form = ada.page.get_by_role("region", name="Connect ShipStation")
    expect(form.get_by_label("Paid Status", exact=True)).to_have_value("Ready to Ship")
    ada.complaints.clear()  # the 422


def test_what_the_vendor_is_shown_is_set_and_told_anew(shop: Shop, ada: Person) -> None:
    ada.go(f"/vendors/{shop.vendor_id}")
    section = ada.page.get_by_role("region", name="What West ShipStation is shown")
    section.get_by_label("the buyer's e-mail address").check()
    section.get_by_label("Shipping methods").fill("Ground = UPS Ground\nnonsense")
    section.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("alert")).to_contain_text("“nonsense” has no “=”")
    expect(section.get_by_label("the buyer's e-mail address")).to_be_checked()
    section.get_by_label("Shipping methods").fill("Ground = UPS Ground")
    section.get_by_role("button", name="Save").click()
    saved(ada, "It counts for all that is exported from now on.")
    expect(section.get_by_label("the buyer's e-mail address")).to_be_checked()
    expect(section.get_by_label("Shipping methods")).to_have_value("Ground = UPS Ground")
    section.get_by_role("button", name="Tell ShipStation anew").click()
    saved(ada, "3 orders go out anew with the next poll.")
    ada.complaints.clear()  # the 422


def test_a_vendor_is_renamed_switched_off_and_on_and_made_the_default(shop: Shop, ada: Person) -> None:
    ada.go("/vendors")
    ada.page.get_by_role("link", name="Outlet ShipStation").click()
    ada.page.get_by_label("Name", exact=True).fill("Print house")
    ada.page.get_by_role("button", name="Rename").click()
    expect(ada.page.get_by_role("alert")).to_contain_text("There is a vendor named Print house already.")
    ada.page.get_by_label("Name", exact=True).fill("Factory outlet")
    ada.page.get_by_role("button", name="Rename").click()
    saved(ada, "The vendor is called Factory outlet now.")
    ada.page.get_by_role("button", name="Switch off").click()
    saved(ada, "The vendor is switched off.")
    expect(ada.page.get_by_text("Switched off: ShipStation's calls are refused.")).to_be_visible()
    ada.page.get_by_role("button", name="Switch on").click()
    saved(ada, "The vendor is switched on.")
    ada.page.get_by_role("button", name="Make it the default vendor").click()
    saved(ada, "This vendor gets every line that nothing else decides about.")
    ada.complaints.clear()  # the 409


def test_a_part_that_keeps_itself_fresh_is_put_in_place_only_where_it_has_changed(
    new_shop: Shop, open_window: Open
) -> None:
    ada = open_window(new_shop)
    ada.sign_in(ADMIN, new_shop.password)
    ada.go(f"/vendors/{new_shop.call('POST', '/vendors', name='ShipStation')['id']}")
    expect(ada.page.locator(".live")).to_contain_text("Waiting for ShipStation's first call.")  # written &#39; at times
    ada.page.evaluate(COUNT_CHANGES)
    for _ in range(2):  # what the first has led to is there when the second is asked for
        with ada.page.expect_response(lambda answer: answer.url.endswith("/state")):
            pass
    assert ada.page.evaluate("window.changes") == 0
    ada.page.locator(".live").evaluate("one => one.firstElementChild.remove()")
    assert ada.page.evaluate("window.changes") == 1


COUNT_CHANGES = """() => {
  window.changes = 0;
  const watching = new MutationObserver(() => { window.changes += 1; });
  watching.observe(document.querySelector('.live'), { childList: true });
}"""


def test_a_window_is_tried(shop: Shop, ada: Person) -> None:
    ada.go(f"/vendors/{shop.vendor_id}")
    ada.page.get_by_role("link", name="Test a window").click()
    expect(ada.page.get_by_text("3 orders in this window:")).to_be_visible()
    ada.page.get_by_label("Changed from").fill("2020-01-01T00:00")
    ada.page.get_by_label("to", exact=True).fill("2020-01-02T00:00")
    ada.page.get_by_role("button", name="Test").click()
    expect(ada.page.get_by_text("0 orders in this window.")).to_be_visible()


def test_calls_are_filtered(shop: Shop, ada: Person) -> None:
    ada.go("/activity")
    ada.page.get_by_label("Result").select_option("failed")
    ada.page.get_by_role("button", name="Filter").click()
    rows = ada.page.locator("tbody tr")
    expect(rows.filter(has_text="No order no-such-order")).to_have_count(1)
    expect(rows.filter(has_text="export")).to_have_count(0)  # none of them failed
