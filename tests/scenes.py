"""States of the pages that no address alone leads to: refusals, what an action leads to, what is shown once.

Each scene leads somebody who is signed in as the admin to its states, and names each. It may be played again in the
same shop: what it changes it sets back, or it makes an order of its own.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from builders import line, notice, order
from chromium import Person
from driver import Store
from shop import ADMIN, READER, Shop
from spark_shipstation.services.answers import VendorOut

Scene = Callable[[Person, Shop], Iterator[str]]
OUTLET, EAST, HOUSE = "Outlet ShipStation", "East Coast ShipStation", "Print house"


def signing_in(person: Person, shop: Shop) -> Iterator[str]:
    """Sees to it that somebody is signed out at its beginning, and the admin is in at its end."""
    person.page.get_by_role("button", name="Sign out").click()
    person.page.get_by_text("You are signed out.").wait_for()
    yield "signed-out"
    stranger = f"{uuid4().hex[:8]}@example.com"
    _try_to_sign_in(person, stranger)
    yield "sign-in-refused"
    for _ in range(10):
        _try_to_sign_in(person, stranger)
    yield "sign-in-throttled"
    person.sign_in(ADMIN, shop.password)


def _try_to_sign_in(person: Person, email: str) -> None:
    person.page.get_by_label("E-mail address").fill(email)
    person.page.get_by_label("Password").fill("wrong")
    person.page.get_by_role("button", name="Sign in").click()
    person.page.get_by_role("alert").wait_for()


def looking_only(person: Person, shop: Shop) -> Iterator[str]:
    """The pages of somebody who may change nothing."""
    person.page.context.clear_cookies()
    person.sign_in(READER, shop.reader_password)
    yield "reader-overview"
    for name, path in {
        "reader-vendor": f"/vendors/{shop.vendor_id}",
        "reader-order": f"/orders/{shop.ids['order']}",
        "reader-notice": f"/inbox/{shop.ids['notice']}",
        "reader-product": "/products/one?sku=MUG",
        "reader-people": "/people",
        "reader-forbidden": f"/orders/{shop.ids['order']}/hold",
    }.items():
        person.go(path)
        yield name
    person.page.context.clear_cookies()
    person.sign_in(ADMIN, shop.password)


def vendors(person: Person, shop: Shop) -> Iterator[str]:
    for name in (EAST, HOUSE):
        _to_vendor(person, name)
        yield f"vendor-{name.split()[0].lower()}"
    _to_vendor(person, OUTLET)
    press(person, "Make a new password")
    yield "vendor-password-once"
    section = person.page.get_by_role("region", name="Status names")
    section.get_by_label("Paid Status", exact=True).fill("shipped")
    press(person, "Save status names")
    yield "vendor-statuses-refused"
    person.page.get_by_label("Shipping methods").fill("nonsense")
    person.page.get_by_role("region", name=f"What {OUTLET} is shown").get_by_role("button", name="Save").click()
    yield "vendor-shown-refused"
    press(person, "Set time zone")
    yield "vendor-saved"
    press(person, "Switch off")
    yield "vendor-off"
    press(person, "Switch on")
    person.go(f"/vendors/{shop.vendor_id}/window?start=2020-01-01T00:00&end=2020-01-02T00:00")
    yield "window-without-orders"
    person.go(f"/vendors/{shop.vendor_id}/window?start=2020-01-01T00:00&end=2019-01-02T00:00")
    yield "window-refused"


def _to_vendor(person: Person, name: str) -> None:
    person.go("/vendors")
    person.page.get_by_role("link", name=name).click()
    person.page.get_by_role("heading", level=1, name=name).wait_for()


def people(person: Person, _shop: Shop) -> Iterator[str]:
    person.go("/people")
    person.page.get_by_label("E-mail address").fill(f"{uuid4().hex[:8]}@example.com")
    press(person, "Add")
    yield "people-password-once"
    person.page.get_by_label("E-mail address").fill("nobody")
    press(person, "Add")
    yield "people-refused"
    person.go("/me")
    for label, words in {"Present": "wrong", "New": "x" * 12, "New password, again": "y" * 12}.items():
        person.page.get_by_label(label).first.fill(words)
    press(person, "Change password")
    yield "me-refused"


def orders(person: Person, shop: Shop) -> Iterator[str]:
    taken = _take(shop, lines=[line(), line("l2", sku="MUG", name="Mug", quantity=1)])
    path = f"/orders/{taken['id']}"
    person.go(path)
    open_all(person)
    yield "order-new"
    shop.call("POST", path + "/hold", reason="the buyer asked for another colour")
    person.go(path + "/release")
    yield "order-release"
    press(person, "Release the order")
    open_all(person)
    yield "order-released"
    person.go(path + "/cancel")
    person.page.get_by_label("TEE-M, Tee").fill("2")
    press(person, "See what this leads to")
    yield "order-cancel-some"
    press(person, "Cancel these units")
    open_all(person)
    yield "order-cancelled-some"
    shop.call("POST", path + "/cancel")
    person.go(path)
    yield "order-cancelled"
    for name, action in {"refused": "cancel", "no-reroute": "reroute", "nothing": "resend"}.items():
        person.go(f"{path}/{action}")
        yield f"order-{name}"
    person.go(f"/orders/{_take(shop, payment_status='unpaid')['id']}/mark-paid")
    yield "order-mark-paid"
    for name, asked in {"order-without-address": "flag=needs_address", "order-shipped": "status=shipped"}.items():
        [found, *_] = shop.call("GET", f"/orders?{asked}")["orders"]
        person.go(f"/orders/{found['id']}")
        yield name
    person.go("/orders/nothing")
    yield "order-unknown"
    person.go("/orders?cursor=nonsense")
    yield "orders-cursor-refused"


def packages(person: Person, shop: Shop) -> Iterator[str]:
    taken = _take(shop, lines=[line(vendor=HOUSE)])
    path = f"/orders/{taken['id']}"
    person.go(f"{path}/parts/{taken['vendor_orders'][0]['id']}/ship")
    person.page.get_by_label("Cost in USD").fill("cheap")
    press(person, "See what this leads to")
    yield "ship-refused"
    person.page.get_by_label("Cost in USD").fill("7.85")
    person.page.get_by_label("Carrier").fill("UPS")
    person.page.get_by_label("Tracking number").fill("1Z999AA10123456784")
    person.page.get_by_label("TEE-M, Tee").fill("4")
    press(person, "See what this leads to")
    yield "ship-consequences"
    press(person, "Record the package")
    yield "ship-done"
    person.page.get_by_role("link", name="Void… package").click()
    person.page.get_by_label("Why").fill("it never left")
    press(person, "Void it")
    yield "package-voided"
    person.page.get_by_role("link", name="Restore… package").click()
    yield "package-restore"


def notices(person: Person, shop: Shop) -> Iterator[str]:
    taken = _take(shop)
    person.go(f"/inbox/{shop.ids['notice']}?order={taken['number']}")
    yield "notice-matched"
    person.go(f"/inbox/{shop.ids['notice']}?order=none-such")
    yield "notice-not-matched"
    press(person, "Put it aside", fill=("How it was dealt with", " "))
    yield "notice-dismiss-refused"
    outlet = shop.call("POST", f"/vendors/{OUTLET}/credentials")
    with httpx.Client(timeout=30) as client:
        store = Store(client, VendorOut(**outlet))
        store.notify(f"<ShipNotice><OrderNumber>{uuid4().hex[:6]}</Carrier>".encode())
        store.notify(notice("", OrderNumber=f"SO-{uuid4().hex[:6]}"))
    person.go("/inbox")
    yield "inbox-waiting"
    person.page.locator("tr").filter(has_text="unreadable").get_by_role("link").first.click()
    yield "notice-unreadable"
    for row in shop.call("GET", "/notices?state=open")["notices"]:
        if row["id"] != shop.ids["notice"]:
            shop.call("POST", f"/notices/{row['id']}/dismiss", reason="a test")
    person.go("/inbox?state=all")
    yield "inbox-all"
    person.page.locator("tr").filter(has_text="applied").get_by_role("link").first.click()
    yield "notice-applied"


def catalog(person: Person, _shop: Shop) -> Iterator[str]:
    person.go("/products?tag=paper")
    person.page.get_by_role("link", name="Next page").click()
    yield "products-next"
    person.go("/products?search=nothing-like-it")
    yield "products-none"
    person.go("/products/one?sku=MUG")
    person.page.get_by_label("Priority of vendor 2").fill("soon")
    press(person, "Save")
    yield "product-refused"
    person.go("/routing/rules/1")
    person.page.get_by_label("Ship-to countries").fill("Atlantis")
    press(person, "Save")
    yield "rule-refused"
    with tempfile.TemporaryDirectory() as folder:
        _send(person, "/products/file", Path(folder), "sku,vendor,weight\nBAD,Nobody,\n,,\nMUG,,heavy\n", "Take it in")
        yield "products-file-refused"
        _send(person, "/products/file", Path(folder), "name;price\nMug;3\n", "Take it in")
        yield "products-file-not-understood"
        _send(person, "/routing/file", Path(folder), "sku,countries,vendor\nA,XX,Nobody\n,,\n", "Replace all rules")
        yield "routing-file-refused"
    person.go("/routing/try?country=Atlantis&sku-0=MUG&quantity-0=many")
    yield "try-refused"


def _send(person: Person, path: str, folder: Path, text: str, button: str) -> None:
    file = folder / "file.csv"
    file.write_text(text, encoding="utf-8")
    person.go(path)
    person.page.get_by_label("CSV file").set_input_files(file)
    press(person, button)
    person.page.get_by_role("alert").wait_for()


def elsewhere(person: Person, _shop: Shop) -> Iterator[str]:
    for name, path in {
        "calls-failed": "/activity?result=failed",
        "calls-none": "/activity?order=nothing-like-it",
        "orders-found": "/orders?q=poster",
        "orders-flagged": "/orders?flag=any",
        "orders-none": "/orders?q=nothing-like-it",
        "overview-in-utc": "/?zone=UTC",
        "nothing": "/nothing",
    }.items():
        person.go(path)
        yield name


def _take(shop: Shop, **fields: Any) -> dict[str, Any]:
    [result] = shop.call("POST", "/orders", **order(**fields))["results"]
    taken: dict[str, Any] = shop.call("GET", f"/orders/{result['id']}")
    return taken


def press(person: Person, button: str, fill: tuple[str, str] | None = None) -> None:
    if fill:
        person.page.get_by_label(fill[0]).fill(fill[1])
    person.page.get_by_role("button", name=button, exact=True).click()
    person.page.wait_for_load_state()


def open_all(person: Person) -> None:
    for summary in person.page.locator("summary").all():
        summary.click()


SCENES: tuple[Scene, ...] = (
    elsewhere, vendors, people, orders, packages, notices, catalog, looking_only, signing_in,
)  # fmt: skip
