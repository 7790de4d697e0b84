"""People in a real browser: added, given a role, a password, switched off; and what each sets for themselves."""

import re

import pytest
from playwright.sync_api import expect

from chromium import Open, Person
from shop import ADMIN, Shop

EMAIL = "eve@example.com"
OWN = "a sentence of my own"


@pytest.fixture
def ada(new_shop: Shop, open_window: Open) -> Person:
    person = open_window(new_shop)
    person.sign_in(ADMIN, new_shop.password)
    person.go("/people")
    return person


def said(person: Person, sentence: str) -> None:
    expect(person.page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def signed_out(person: Person) -> None:
    person.go("/")
    expect(person.page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()


def shown_password(ada: Person) -> str:
    return ada.page.get_by_role("textbox", name="Password", exact=True).input_value()


def add(ada: Person) -> str:
    """One more admin; the password that is shown this once."""
    ada.page.get_by_label("E-mail address").fill(EMAIL)
    ada.page.get_by_role("button", name="Add").click()
    said(ada, f"Added {EMAIL}.")
    return shown_password(ada)


def test_a_person_is_added_changed_and_switched_off(new_shop: Shop, ada: Person, open_window: Open) -> None:
    password = add(ada)
    eve = open_window(new_shop)
    eve.sign_in(EMAIL, password)
    ada.page.get_by_role("button", name=f"Make read-only {EMAIL}").click()
    expect(ada.page.get_by_role("button", name=f"Make admin {EMAIL}")).to_be_visible()
    eve.go("/vendors")
    expect(eve.page.get_by_role("heading", level=1, name="Vendors")).to_be_visible()
    expect(eve.page.get_by_role("button", name="Add vendor ShipStation")).to_have_count(0)
    ada.page.get_by_role("button", name=f"Switch off {EMAIL}").click()
    expect(ada.page.get_by_role("row").filter(has_text=EMAIL).get_by_text("switched off")).to_be_visible()
    signed_out(eve)
    ada.page.get_by_role("button", name=f"Switch on {EMAIL}").click()
    ada.page.get_by_role("button", name=f"New password for {EMAIL}").click()
    said(ada, f"{EMAIL} has a new password and is signed out everywhere.")
    assert shown_password(ada) != password
    assert [*ada.faults(), *ada.overflowing()] == []
    eve.sign_in(EMAIL, shown_password(ada))


def test_people_set_their_own_zone_and_password(new_shop: Shop, ada: Person, open_window: Open) -> None:
    password = add(ada)
    eve, elsewhere = open_window(new_shop), open_window(new_shop)
    for window in (eve, elsewhere):
        window.sign_in(EMAIL, password)
    eve.go("/me")
    eve.page.get_by_label("Show times in").select_option("Asia/Kathmandu")
    eve.page.get_by_role("button", name="Set time zone").click()
    expect(eve.page.get_by_text("Times are in Asia/Kathmandu")).to_be_visible()
    eve.page.get_by_role("link", name="read this page in UTC").click()
    expect(eve.page.get_by_text("Times are in UTC")).to_be_visible()
    eve.page.get_by_role("link", name="read this page in your own zone").click()
    for label, words in {"Present password": password, "New password": OWN, "New password, again": OWN}.items():
        eve.page.get_by_label(label, exact=True).fill(words)
    eve.page.get_by_role("button", name="Change password").click()
    said(eve, "password")
    signed_out(elsewhere)
    elsewhere.sign_in(EMAIL, OWN)
    eve.page.get_by_role("button", name="Sign out everywhere").click()
    expect(eve.page).to_have_url(re.compile("/sign-in"))
    signed_out(elsewhere)
