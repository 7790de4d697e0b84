"""The inbox's pages: why a notice waits beside what it says, and what a person does about it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from builders import line, notice, order
from driver import Merchant
from visitor import Seen, Visitor, new_visitor


def rows(page: Seen) -> list[str]:
    return page.texts("//tbody/tr/th")


def waiting(merchant: Merchant, number: str = "typo", **fields: Any) -> str:
    """The page of a notice that names no order of ours."""
    merchant.shipstation.notify(notice("", OrderNumber=number, **fields))
    return f"/inbox/{merchant.get('/notices')['notices'][0]['id']}"


def test_an_empty_inbox_says_so(admin: Visitor) -> None:
    assert "Nothing waits: each notice was applied or put aside." in admin.get("/inbox").words
    assert "ShipStation has reported nothing yet." in admin.get("/inbox", state="all").words
    assert admin.get("/inbox/count").words == ""


def test_what_waits_is_listed_with_its_reason_and_counted(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"]))
    waiting(merchant, "typo")
    page = admin.get("/inbox")
    assert page.texts("//td[@data-label='Order']") == ["typo"]
    assert page.texts("//td[@data-label='Why']")[0].startswith("No order typo was given to this ShipStation account.")
    assert admin.get("/inbox/count").words == "1 need a person"
    assert len(rows(admin.get("/inbox", state="all"))) == 2
    assert admin.get("/inbox", state="applied").all("//td[@data-label='Order']/a/@href") == [f"/orders/{taken['id']}"]
    assert len(rows(admin.get("/inbox", state="all", number="typo"))) == 1
    assert "No such notice." in admin.get("/inbox", number="other").words
    assert admin.get("/inbox", cursor="nonsense").status == 400


def test_pages_of_the_inbox_show_every_notice_once(merchant: Merchant, admin: Visitor) -> None:
    for number in range(53):
        merchant.shipstation.notify(notice("", OrderNumber=f"x-{number}"))
    page = admin.get("/inbox")
    numbers = page.texts("//td[@data-label='Order']")
    numbers += admin.get(page.all("//a[@rel='next']/@href")[0]).texts("//td[@data-label='Order']")
    assert numbers == [f"x-{number}" for number in reversed(range(53))]


def test_the_reason_stands_beside_the_body_a_line_for_each_element(merchant: Merchant, admin: Visitor) -> None:
    path = waiting(merchant, "typo", CustomerNotes="<b>&nasty</b>")
    page = admin.get(path)
    assert "No order typo was given to this ShipStation account." in page.words
    lines = page.all("//pre")[0].text_content().splitlines()
    assert "  <OrderNumber>typo</OrderNumber>" in lines
    assert "<b>&nasty" not in page.response.text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"<ShipNotice><Broken", "<ShipNotice><Broken"),
        (b"<!DOCTYPE x><x/>", "<!DOCTYPE x><x/>"),
        (b"no xml <script>", "no xml <script>"),
        (b"<a>\xe9\xff", "<a>\ufffd\ufffd"),
    ],
)
def test_a_body_that_is_no_xml_is_shown_as_it_came(merchant: Merchant, admin: Visitor, body: bytes, shown: str) -> None:
    merchant.shipstation.notify(body)
    page = admin.get(f"/inbox/{merchant.get('/notices')['notices'][0]['id']}")
    assert page.status == 200
    assert page.all("//pre")[0].text_content() == shown
    assert not page.all("//pre/*")


BY_HAND = "Naming an order does not help, as the notice itself cannot be read."


@pytest.mark.parametrize(
    "body",
    [b"<ShipNotice><Broken", notice("", {"x": 1}, OrderNumber="x").replace(b">1<", b">many<")],
    ids=["no XML", "a quantity that is none"],
)
def test_a_notice_that_cannot_be_read_says_the_way_that_there_is(
    merchant: Merchant, admin: Visitor, body: bytes
) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(body, order_number=taken["number"])
    path = f"/inbox/{merchant.get('/notices')['notices'][0]['id']}"
    page = admin.get(path)
    assert BY_HAND in page.words
    assert "“Ship by hand”" in page.words
    assert "Name the order" not in page.words
    assert page.all("//input[@id='order']") == []
    [way] = page.all(f"//main//a[text()='{taken['number']}']/@href")
    assert admin.get(way).texts("//tbody/tr/th") == [taken["number"]]
    assert "put aside" in admin.post(f"{path}/dismiss", reason="shipped by hand").words
    assert BY_HAND not in admin.get(path).words


def test_a_notice_that_only_lacks_its_order_is_given_to_one_that_a_person_names(
    merchant: Merchant, admin: Visitor
) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice("", OrderNumber=""))
    path = f"/inbox/{merchant.get('/notices')['notices'][0]['id']}"
    page = admin.get(path)
    assert (BY_HAND in page.words, "Name the order" in page.words) == (False, True)
    admin.post(f"{path}/replay", order=taken["number"])
    assert merchant.order(taken["id"])["status"] == "shipped"


def test_a_notice_is_given_to_the_right_order_after_a_look_at_what_it_leads_to(
    merchant: Merchant, admin: Visitor
) -> None:
    [taken] = merchant.take(order(number="5501"))
    path = waiting(merchant, "SO-5501-1", TrackingNumber="1ZT")
    page = admin.get(path)
    assert "No order SO-5501-1 was given to this ShipStation account." in page.words
    assert page.all("//form[contains(@action, 'replay')]") == []
    [proposed] = page.all("//p[@id='order-hint']/a/@href")
    looked = admin.get(proposed)
    assert looked.value("order") == "5501"
    recorded, flagged, told = looked.happens
    assert recorded == "A package is recorded for order 5501: 3 × TEE-M, tracking 1ZT."
    assert flagged == "It is flagged assumed_items."
    assert told.startswith("ShipStation has not fetched 5501 yet; it gets it as what it is then. Should it send this")
    assert merchant.order(taken["id"]) == taken
    done = admin.post(f"{path}/replay", order="5501")
    assert done.path == "/inbox"
    assert "Order 5501: recorded 3 × TEE-M." in done.words
    assert merchant.order(taken["id"])["status"] == "shipped"
    assert "1ZT" in admin.get(f"/orders/{taken['id']}").words
    again = admin.get(path)
    assert "applied" in again.texts("//span[contains(@class, 'badge')]")
    assert again.all("//main//form") == []


def told_of(admin: Visitor, path: str, number: str) -> str:
    """How ShipStation hears of a package that is given to that order."""
    return admin.get(path, order=number).happens[-1]


def test_what_shipstation_gets_of_the_order_is_said_as_for_any_other_action(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(number="5511"), order(number="5512", ship_to={"name": "x"}))
    path = waiting(merchant, TrackingNumber="1ZH")
    merchant.shipstation.poll()
    fetched = told_of(admin, path, "5511")
    assert fetched.startswith("ShipStation fetched 5511 at ")
    assert "; it goes out as what it is then with the next poll. Should it send this notice again" in fetched
    assert told_of(admin, path, "5512").startswith(
        "Vendor order 5512 for ShipStation is held back (needs_address) and goes out once that is mended."
    )
    merchant.set_vendor(active=False)
    off = told_of(admin, path, "5511")
    assert off.startswith("ShipStation is switched off: it hears of this only when it is switched on again; tell them")
    assert "send this notice again" not in off  # it would be refused


def test_an_order_that_is_not_there_is_refused_with_the_reason(merchant: Merchant, admin: Visitor) -> None:
    path = waiting(merchant)
    assert admin.get(path, order="none").refused == [
        "No order none was given to the ShipStation account that this notice came from."
    ]
    page = admin.post(f"{path}/replay", order="none")
    assert page.status == 409
    assert "No order none was given" in page.words
    assert admin.post(f"{path}/replay", order="x" * 80).status == 422
    assert merchant.get("/notices")["notices"][0]["state"] == "unmatched"


def test_a_replay_before_the_order_has_come_says_that_it_still_waits(merchant: Merchant, admin: Visitor) -> None:
    path = waiting(merchant, "late")
    assert "wait until it has come in" in admin.get(path).words
    page = admin.post(f"{path}/replay")
    assert page.path == path
    assert "It still waits: No order late was given" in page.words


def test_a_package_that_is_recorded_already_is_said_to_be(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(number="5502"))
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"], {"TEE-M": 3}, by="SKU", TrackingNumber="1ZR"))
    merchant.shipstation.notify(
        notice("", {"TEE-M": 3}, by="SKU", OrderNumber="typo", TrackingNumber="1ZR"), CustomerNotes="x"
    )
    path = f"/inbox/{merchant.get('/notices', state='open')['notices'][0]['id']}"
    assert admin.get(path, order="5502").happens == [
        "Order 5502 has this package already: it is not recorded again, and the notice is settled."
    ]
    admin.post(f"{path}/replay", order="5502")
    assert len(merchant.order(taken["id"])["shipments"]) == 1


def test_a_notice_is_put_aside_with_a_word_about_it(merchant: Merchant, admin: Visitor) -> None:
    path = waiting(merchant)
    admin.get(path)
    wordless = admin.post(f"{path}/dismiss", reason=" ")
    assert wordless.status == 422
    assert "Say how it was dealt with." in wordless.words
    assert "The notice is put aside." in admin.post(f"{path}/dismiss", reason="a test label").words
    page = admin.get(path)
    assert "a test label" in page.words
    assert f"by user {admin.email}" in page.words
    assert "Nothing waits" in admin.get("/inbox").words
    assert admin.post(f"{path}/replay").path == path  # it can be taken up again


def test_who_put_a_notice_aside_first_has_the_word(merchant: Merchant, admin: Visitor, base_url: str) -> None:
    other = new_visitor(merchant.sessions, merchant.account_id, base_url)
    path = waiting(merchant)
    for visitor in (admin, other):
        visitor.get(path)
    admin.post(f"{path}/dismiss", reason="a test label")
    page = other.post(f"{path}/dismiss", reason="no idea")
    [said] = page.texts("//*[@role='alert']")
    assert (page.status, said) == (409, f"This notice is put aside already, by user {admin.email}: a test label")
    assert "a test label" in admin.get(path).words


def test_why_a_notice_could_not_be_applied_is_still_told_when_it_is_put_aside(
    merchant: Merchant, admin: Visitor, reader: Visitor
) -> None:
    merchant.shipstation.notify(b"<ShipNotice><Broken")
    path = f"/inbox/{merchant.get('/notices')['notices'][0]['id']}"
    [why] = admin.get(path).texts("//section[h2[@id='why-title']]/p")
    admin.post(f"{path}/dismiss", reason="nobody's package")
    page = reader.get(path)
    assert page.texts("//section[h2[@id='why-title']]/p") == ["nobody's package"]
    assert page.texts("//dt[text()='Cannot be applied']/following-sibling::dd[1]") == [why]


def test_all_that_wait_are_applied_once_more(merchant: Merchant, admin: Visitor) -> None:
    waiting(merchant, "R1")
    waiting(merchant, "R2")
    waiting(merchant, "R3")
    taken = merchant.take(order(number="R1"), order(number="R3"))
    page = admin.get("/inbox/replay")
    assert page.happens[0].startswith("3 notices wait.")
    done = admin.post("/inbox/replay")
    assert "2 notices are settled, 1 still waits." in done.words
    assert [merchant.order(one["id"])["status"] for one in taken] == ["shipped", "shipped"]
    assert done.texts("//td[@data-label='Order']") == ["R2"]


def test_who_may_only_look_sees_no_form_and_may_do_nothing(merchant: Merchant, reader: Visitor) -> None:
    path = waiting(merchant)
    assert reader.get(path).all("//main//form[@method='post']") == []
    assert reader.get("/inbox").all("//main//form[@method='post'] | //a[@href='/inbox/replay']") == []
    assert reader.get("/inbox/replay").status == 403
    reader.get("/inbox")
    for change in (f"{path}/replay", f"{path}/dismiss", "/inbox/replay"):
        assert reader.post(change, reason="x", order="x").status == 403
    assert merchant.get("/notices")["notices"][0]["state"] == "unmatched"


def test_nothing_of_another_account_is_shown_or_done(
    make_merchant: Callable[..., Merchant], merchant: Merchant, admin: Visitor
) -> None:
    other = make_merchant()
    path = waiting(other)
    assert rows(admin.get("/inbox", state="all")) == []
    for address in (path, f"/inbox/{uuid4().hex}", "/inbox/x"):
        assert admin.get(address).status == 404
        admin.get("/inbox")
        assert admin.post(f"{address}/replay").status == 404
        assert admin.post(f"{address}/dismiss", reason="x").status == 404
    admin.post("/inbox/replay")
    assert other.get("/notices")["notices"][0]["state"] == "unmatched"


def test_an_order_of_another_vendor_is_none_that_the_notice_can_be_given_to(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("West")
    merchant.take(order(number="W1", lines=[line(vendor="West")]))
    path = waiting(merchant, "W-1")
    assert admin.get(path).all("//p[@id='order-hint']/a") == []
    assert admin.post(f"{path}/replay", order="W1").status == 409
