"""The orders' pages: what is found, what stands there, and every action, told before it is done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from builders import ADDRESS, line, notice, order
from driver import Merchant, wire
from spark_shipstation.rules.acting import Action
from spark_shipstation.services.overview import WAYS_OUT
from visitor import Seen, Visitor


def found(page: Seen) -> list[str]:
    assert page.status == 200, page.words
    return page.texts("//tbody/tr/th")


def path_of(taken: dict[str, Any], *more: str) -> str:
    return "/".join(["/orders", taken["id"], *more])


# The list.


def test_an_empty_list_says_what_to_do(admin: Visitor) -> None:
    words = admin.get("/orders").words
    assert "There is no order yet." in words
    assert "spark-shipstation orders import" in words


def test_orders_are_listed_newest_first_with_their_parts(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("West")
    merchant.take(order(number="A1"))
    merchant.take(order(number="A2", lines=[line(), line("l2", vendor="West")], total="67.10"))
    page = admin.get("/orders")
    assert found(page) == ["A2", "A1"]
    assert page.texts("//td[@data-label='Parts']") == ["ShipStation West", "ShipStation"]
    assert page.texts("//td[@data-label='Total']") == ["67.10 USD", "37.10 USD"]
    assert page.texts("//td[@data-label='Customer']")[0] == "Ada Buyer Austin, US"


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("S-77", ["S-77"]),
        ("#s-77", ["S-77"]),
        ("S-7", []),  # a number is looked for as a whole
        ("miller", ["S-78"]),
        ("jane mill", ["S-78"]),
        ("mill jane", ["S-78"]),
        ("O'Neil", ["S-79"]),
        ("JANE@shop.example", ["S-78"]),
        ("mug", ["S-79"]),
        ("MUG-blue", ["S-79"]),
        ("1z 77", ["S-77"]),
        ("1z77", ["S-77"]),
        ("ug-blue", []),
        ("' | '':*", []),
        ("\\", []),
        ("%", []),
        ("ada", ["S-77"]),
        ("S-79.B", ["S-79"]),
    ],
)
def test_a_word_finds_number_customer_sku_and_tracking_number(
    merchant: Merchant, admin: Visitor, word: str, numbers: list[str]
) -> None:
    jane = {"customer": {"name": "Jane Miller", "email": "jane@shop.example"}, "ship_to": {**ADDRESS, "name": ""}}
    first, _, third = merchant.take(
        order(number="S-77"),
        order(number="S-78", **{**jane, "bill_to": {}}),
        order(number="S-79", customer={}, bill_to={}, ship_to={**ADDRESS, "name": "Sean O'Neil"},
              lines=[line(sku="Mug-Blue", vendor="ShipStation")]),
    )  # fmt: skip
    merchant.shipstation.notify(notice(first["vendor_orders"][0]["id"], TrackingNumber="1Z77"))
    with merchant.sessions.begin() as session:
        session.execute(
            sql("UPDATE vendor_orders SET number = 'S-79.B' WHERE account_id = :a AND order_id = :o"),
            {"a": merchant.account_id, "o": third["id"]},
        )
    assert found(admin.get("/orders", q=word)) == numbers, word


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_word_breaks_the_search(admin: Visitor, word: str) -> None:
    assert found(admin.get("/orders", q=word)) == []


TYPED, PLAIN = "9400 1112\u00a00620 0000 0000 01", "9400111206200000000001"


@pytest.mark.parametrize("word", [TYPED, PLAIN])
def test_a_tracking_number_that_a_person_wrote_with_spaces_is_found_with_or_without_them(
    merchant: Merchant, admin: Visitor, word: str
) -> None:
    by_hand, corrected = merchant.take(order(number="S-91"), order(number="S-92"))
    for taken in (by_hand, corrected):
        number = TYPED if taken is by_hand else "1Z-OLD"
        path = f"/vendor-orders/{taken['vendor_orders'][0]['id']}/shipments"
        for _ in range(2):
            package = merchant.done(path, carrier="USPS", tracking_number=number, key="one")
    answer = merchant.http.patch(
        f"/api/v1/shipments/{package['id']}", json={"tracking_number": TYPED}, auth=merchant.auth
    )
    assert answer.json()["tracking_number"] == PLAIN
    assert found(admin.get("/orders", q=word)) == ["S-92", "S-91"]


def test_orders_with_many_lines_of_a_sku_fill_their_pages(merchant: Merchant, admin: Visitor) -> None:
    lines = [line(f"l{number}", sku="DUP") for number in range(3)]
    for batch in range(3):
        merchant.take(*[order(number=f"D{batch * 20 + one}", lines=lines) for one in range(20)])
    page = admin.get("/orders", q="dup")
    assert len(found(page)) == 50
    assert len(pages_of(admin, q="dup")) == 60


def test_an_order_with_a_sku_twice_is_found_once(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(number="T1", lines=[line("l1", sku="TWO"), line("l2", sku="two"), line("l3", sku="TWO-B")]))
    assert found(admin.get("/orders", q="two")) == ["T1"]


def test_filters_choose_status_vendor_shop_and_flag(merchant: Merchant, admin: Visitor) -> None:
    west = merchant.add_store("West")
    merchant.take(order(number="F1"))
    merchant.take(order(number="F2", payment_status="unpaid", store="outlet"))
    merchant.take(order(number="F3", ship_to={"name": "x"}, lines=[line(vendor="West")]))
    merchant.take(order(number="F4", lines=[line(weight=None, vendor="West"), line("l2")]))
    assert found(admin.get("/orders", status="unpaid")) == ["F2"]
    assert found(admin.get("/orders", vendor=west.vendor.id)) == ["F4", "F3"]
    assert found(admin.get("/orders", store="outlet")) == ["F2"]
    assert found(admin.get("/orders", flag="any")) == ["F4", "F3"]
    assert found(admin.get("/orders", flag="needs_address")) == ["F3"]
    assert found(admin.get("/orders", flag="missing_weight", vendor=west.vendor.id)) == ["F4"]
    assert found(admin.get("/orders", vendor=west.vendor.id, q="tee", flag="needs_address")) == ["F3"]
    assert found(admin.get("/orders", status="unpaid", store="web")) == []
    assert "No such order." in admin.get("/orders", status="unpaid", store="web").words
    assert found(admin.get("/orders", status="nonsense", flag="nonsense")) == ["F4", "F3", "F2", "F1"]


def test_a_flag_that_leads_to_the_list_shows_the_orders_that_were_counted(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(number="N1", ship_to={"name": "x"}), order())
    [link] = admin.get("/").all("//ul[@class='matters']//a/@href")
    assert found(admin.get(link)) == ["N1"]


def pages_of(admin: Visitor, **query: str) -> list[str]:
    page, numbers = admin.get("/orders", **query), []
    for _ in range(9):
        numbers += found(page)
        following = page.all("//a[@rel='next']/@href")
        if not following:
            return numbers
        page = admin.get(following[0])
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("query", [{}, {"q": "tee"}, {"q": "ada"}, {"status": "awaiting_shipment"}, {"by": "vendor"}])
def test_paging_shows_every_order_once(merchant: Merchant, admin: Visitor, query: dict[str, str]) -> None:
    if query.pop("by", ""):
        query["vendor"] = str(merchant.shipstation.vendor.id)
    for batch in range(6):
        merchant.take(*[order(number=f"P{batch * 20 + one}") for one in range(20)])
    shown = pages_of(admin, **query)
    assert sorted(shown) == sorted(f"P{one}" for one in range(120))
    newest_first = [int(number[1:]) // 20 for number in shown]
    assert newest_first == sorted(newest_first, reverse=True)
    assert admin.get("/orders", cursor="nonsense").status == 400


def test_an_order_that_a_vendor_has_twice_stands_in_its_list_once(merchant: Merchant, admin: Visitor) -> None:
    sent = order(number="B1")
    [taken] = merchant.take(sent)
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"]))
    merchant.take({**sent, "lines": [line(), line("l2", sku="MUG")]})
    assert len(merchant.order(taken["id"])["vendor_orders"]) == 2
    assert found(admin.get("/orders", vendor=str(merchant.shipstation.vendor.id))) == ["B1"]


def test_nothing_of_another_account_is_found(
    make_merchant: Callable[..., Merchant], merchant: Merchant, admin: Visitor
) -> None:
    other = make_merchant()
    [theirs] = other.take(order(number="X1", ship_to={"name": "Xaver"}, lines=[line(sku="XX")]))
    for query in ({}, {"q": "X1"}, {"q": "xaver"}, {"q": "XX"}, {"flag": "any"},
                  {"vendor": str(other.shipstation.vendor.id)}):  # fmt: skip
        assert found(admin.get("/orders", **query)) == []
    for path in ("", "/hold", "/reroute", f"/parts/{theirs['vendor_orders'][0]['id']}/ship"):
        assert admin.get(path_of(theirs) + path).status == 404
    assert admin.get("/orders").token
    assert admin.post(path_of(theirs, "hold")).status == 404
    assert other.order(theirs["id"]) == theirs


# One order.


def test_an_order_tells_lines_parts_packages_xml_and_timeline(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("West")
    [taken] = merchant.take(
        order(lines=[line(), line("l2", sku="MUG", vendor="West"), line("l3", sku="CARD", vendor="Nobody")])
    )
    merchant.shipstation.poll()
    east = next(part for part in taken["vendor_orders"] if part["vendor"] == "ShipStation")
    merchant.shipstation.notify(notice(east["id"], {"TEE-M": 2}, by="SKU", TrackingNumber="1Z999"))
    page = admin.get(path_of(taken))
    assert page.texts("//h1") == [f"Order {taken['number']}"]
    assert page.texts("//section[h2[text()='Lines']]//tbody/tr/th") == ["TEE-M Tee", "MUG Tee", "CARD Tee"]
    whys = page.texts("//td[@data-label='Vendor']")
    assert whys[1] == "West the order names the vendor West"
    assert whys[2].startswith("no vendor")
    [link] = page.all("//a[@class='mono']/@href")
    assert link == "https://www.ups.com/track?tracknum=1Z999"
    assert f"OrderNumber><![CDATA[{taken['number']}]]>" in page.texts("//pre")[0]
    assert "ShipStation reports the package" in page.words
    assert "order received" in page.texts("//ol[@class='timeline']/li")[-1]
    assert "2 × TEE-M" in page.texts("//ol[@class='timeline']/li")[0]


def test_the_xml_is_what_shipstation_gets(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(customer_notes="a < b & ]]> c", ship_to={**ADDRESS, "name": "Zoë"}))
    served = merchant.shipstation.get(start_date="01/01/2020 00:00", end_date="01/01/2099 00:00").text
    shown = admin.get(path_of(taken)).all("//pre")[0].text_content()
    squeezed = "".join(part.strip() for part in shown.splitlines())
    assert squeezed in served


def test_times_are_those_of_the_viewer_with_utc_at_hand(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(placed_at="2025-03-08T23:30:00Z"))
    admin.http.cookies.set("spark_zone", "Asia/Kathmandu")
    page = admin.get(path_of(taken))
    [placed] = page.all("//time[@title='2025-03-08 23:30:00 UTC']")
    assert placed.text_content() == "9 Mar 2025, 05:15"
    received = datetime.fromisoformat(taken["created_at"])
    there = received.astimezone(ZoneInfo("Asia/Kathmandu"))
    said = page.all(f"//section[h2[text()='Where it is, and why']]//time[@title='{received:%Y-%m-%d %H:%M:%S} UTC']")
    assert [one.text_content() for one in said] == [f"{there.day} {there:%b, %H:%M:%S}"]
    assert "Asia/Kathmandu (" not in page.texts("//main")[0]


def test_a_page_is_read_in_utc_where_nobody_can_point_at_a_time(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(placed_at="2025-03-08T23:30:00Z"))
    admin.http.cookies.set("spark_zone", "Asia/Kathmandu")
    [way] = admin.get("/orders?status=unpaid").all("//footer//a[text()='read this page in UTC']/@href")
    assert way == "/orders?status=unpaid&zone=UTC"
    page = admin.get(f"{path_of(taken)}?zone=UTC")
    assert "placed 8 Mar 2025, 23:30" in page.words
    [back] = page.all("//footer//a[text()='read this page in your own zone']/@href")
    assert back == path_of(taken)


def test_another_zone_of_shipstation_is_said_beside_that_of_the_connection(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    behind = datetime.now(UTC) - timedelta(hours=7)
    for minutes in (4, 2, 0):
        end = behind - timedelta(minutes=minutes)
        merchant.shipstation.get(start_date=wire(end - timedelta(hours=1)), end_date=wire(end), page="1")
    admin.http.cookies.set("spark_zone", "Asia/Kathmandu")
    assert "ShipStation's dates are 7 hours behind UTC: until" in admin.get(path_of(taken)).words


def test_lines_and_packages_are_not_said_once_more_in_words(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.poll()
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"], {"TEE-M": 2}, by="SKU", TrackingNumber="1Z9"))
    words = " ".join(admin.get(path_of(taken)).texts("//section[h3[text()='Packages']]/ul[not(@class)]/li"))
    assert "Still open: 1 × TEE-M." in words
    assert "1Z9" not in words
    assert "for ShipStation: 3 × TEE-M" not in words


def test_what_a_shop_wrote_is_escaped(merchant: Merchant, admin: Visitor) -> None:
    nasty = "<script>alert(1)</script>"
    [taken] = merchant.take(
        order(number="E1", customer={"name": nasty}, customer_notes=nasty, gift=True, gift_message=nasty,
              lines=[line(name=nasty, sku="</pre>")])
    )  # fmt: skip
    for path in ("/orders", path_of(taken), path_of(taken, "cancel")):
        page = admin.get(path)
        assert nasty not in page.response.text
        assert not page.all("//main//script")
    assert nasty in admin.get(path_of(taken)).words


def test_an_order_that_is_held_back_says_why_and_what_to_mend(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(ship_to={"name": "x"}))
    page = admin.get(path_of(taken))
    assert WAYS_OUT["needs_address"] in page.words
    assert "It cannot be written for ShipStation" in page.words
    assert page.all("//pre") == []


def test_an_order_of_an_address_that_is_none_is_not_there(admin: Visitor) -> None:
    for word in ("x", uuid4().hex, "%00"):
        assert admin.get(f"/orders/{word}").status == 404
        assert admin.get(f"/orders/{word}/hold").status == 404


# What is done to it.


def test_each_action_says_what_it_leads_to_and_then_does_it(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(payment_status="unpaid"))
    number = taken["number"]
    steps = [
        ("mark-paid", "paid", "awaiting_shipment", f"Order {number} is marked as paid."),
        ("hold", "on hold", "on_hold", f"Order {number} is on hold."),
        ("release", "paid", "awaiting_shipment", f"Order {number} is released."),
        ("resend", "", "awaiting_shipment", f"Order {number} goes to ShipStation again"),
        ("cancel", "cancelled", "cancelled", f"Cancelled in order {number}."),
    ]
    for action, named, status, said in steps:
        merchant.shipstation.poll()
        told = admin.get(path_of(taken, action)).happens
        assert any(f"goes out as {named} with the next poll" in sentence for sentence in told) or action == "resend"
        assert merchant.order(taken["id"])["status"] != status or action == "resend"  # telling does nothing
        page = admin.post(path_of(taken, action), reason="because")
        assert (page.status, page.path) == (200, path_of(taken))
        assert said in page.words
        assert merchant.order(taken["id"])["status"] == status
        last = merchant.order(taken["id"])["timeline"][-1]
        assert (last["who"], last["what"].endswith("(because)")) == (f"user {admin.email}", True)


def test_only_what_would_change_something_is_offered(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    links = admin.get(path_of(taken)).texts("//section[.//h2[text()='What you can do']]//a")
    assert links == ["Hold…", "Send again…", "Cancel…", "Route again…"]
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"]))
    page = admin.get(path_of(taken))
    assert page.texts("//section[.//h2[text()='What you can do']]//a") == ["Send again…"]
    refusals = page.texts("//section[.//h2[text()='What you can do']]//details//dt")
    assert refusals == ["Hold", "Cancel"]


def test_an_order_that_no_vendor_has_is_held_and_released_at_its_page(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(lines=[line(vendor="Nobody")]))
    for action, label, status in (("hold", "Hold…", "on_hold"), ("release", "Release…", "awaiting_shipment")):
        assert label in admin.get(path_of(taken)).texts("//section[.//h2[text()='What you can do']]//a")
        [told] = admin.get(path_of(taken, action)).happens
        assert told.endswith("once they have a vendor.")
        assert admin.fill(path_of(taken, action)).status == 200
        assert merchant.order(taken["id"])["status"] == status


@pytest.mark.parametrize("action", [action.value for action in Action])
def test_an_action_that_cannot_be_done_lists_every_reason(merchant: Merchant, admin: Visitor, action: str) -> None:
    merchant.http.post("/api/v1/vendors", json={"name": "Drop", "kind": "manual"}, auth=merchant.auth)
    [taken] = merchant.take(order(lines=[line(vendor="Drop"), line("l2", vendor="Drop")], total="67.10"))
    merchant.done(f"/vendor-orders/{taken['vendor_orders'][0]['id']}/shipments", carrier="UPS")
    admin.get("/orders")
    before = merchant.order(taken["id"])
    asked, tried = admin.get(path_of(taken, action)), admin.post(path_of(taken, action))
    assert merchant.order(taken["id"]) == before
    if action in {"release", "mark-paid"}:  # it was neither held nor unpaid
        assert "this changes nothing" in asked.words
        assert tried.status == 200
        return
    assert "Vendor order" in asked.refused[0]
    assert tried.status == 409
    assert asked.refused[0] in tried.words


def test_some_units_are_cancelled_once_although_the_form_is_sent_twice(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(lines=[line(), line("l2", sku="MUG")], total="67.10"))
    field = f"units-{taken['lines'][0]['id']}"
    admin.get(path_of(taken, "cancel"))
    looked = admin.post(path_of(taken, "cancel"), **{field: "1", "step": "look"})
    assert looked.happens[0].startswith("1 × TEE-M of vendor order")
    assert merchant.order(taken["id"])["lines"][0]["cancelled"] == 0
    fields = {name: looked.all(f"//form[1]//input[@name='{name}']/@value")[0] for name in ("key", field)}
    assert fields[field] == "1"
    for _ in range(2):
        admin.get("/orders/" + taken["id"] + "/cancel")
        admin.post(path_of(taken, "cancel"), **fields)
    assert [one["cancelled"] for one in merchant.order(taken["id"])["lines"]] == [1, 0]


@pytest.mark.parametrize(
    ("units", "why"), [("9", "9 cannot be cancelled, 3 are open"), ("0", "Choose at least one unit"), ("-1", "1"),
                       ("x", "whole number")]
)  # fmt: skip
def test_units_that_cannot_be_cancelled_are_refused_with_the_reason(
    merchant: Merchant, admin: Visitor, units: str, why: str
) -> None:
    [taken] = merchant.take(order())
    admin.get(path_of(taken, "cancel"))
    field = f"units-{taken['lines'][0]['id']}"
    for step in ({"step": "look"}, {}):
        page = admin.post(path_of(taken, "cancel"), **{field: units}, **step)
        assert why in page.words
    assert merchant.order(taken["id"]) == taken


def test_routing_again_says_who_gets_what_and_why(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("West")
    [taken] = merchant.take(order())
    merchant.shipstation.poll()
    before = merchant.order(taken["id"])
    unmoved = admin.get(path_of(taken, "reroute"))
    assert "Nothing would move." in unmoved.words
    assert unmoved.all("//main//form") == []
    merchant.put_product("TEE-M", [{"vendor": "West"}])
    told = admin.get(path_of(taken, "reroute")).happens
    assert told[0].startswith("3 × TEE-M go from ShipStation to West: ")
    assert told[1].endswith("it goes out as cancelled with the next poll.")
    assert told[2].startswith("West gets a vendor order of its own")
    assert merchant.order(taken["id"]) == before
    assert "was routed again." in admin.post(path_of(taken, "reroute"), reason="sold out").words
    assert {part["vendor"]: part["status"] for part in merchant.order(taken["id"])["vendor_orders"]} == {
        "ShipStation": "cancelled",
        "West": "awaiting_shipment",
    }


def test_where_the_order_names_the_vendor_its_pages_say_that_only_that_vendor_or_another_word_helps(
    merchant: Merchant, admin: Visitor
) -> None:
    [taken] = merchant.take(order(lines=[line(vendor="Print Studio")]))
    way = "Add a vendor named “Print Studio”, or rename one to that, and it is routed; or have the shop send another"
    [card] = admin.get(path_of(taken)).texts("//p[@class='card empty']")
    assert card.startswith(f"No vendor has a part of it. {way}")
    asked = admin.get(path_of(taken, "reroute"))
    assert f"Nothing would move. {way}" in asked.words
    assert "change the vendors of its product" not in asked.words
    studio = merchant.add_store("Studio").vendor.id
    admin.get(f"/vendors/{studio}")
    admin.post(f"/vendors/{studio}/name", name="Print Studio")
    [part] = merchant.order(taken["id"])["vendor_orders"]
    assert part["vendor"] == "Print Studio"
    stays = admin.get(path_of(taken, "reroute")).words
    assert "Nothing would move. Have the shop send another vendor: one that the order names is never overrul" in stays


def test_where_nobody_names_a_vendor_the_pages_say_to_set_one(merchant: Merchant, admin: Visitor) -> None:
    merchant.set_vendor(active=False)
    merchant.put_rules({"sku": "GIFT", "exclude": True})
    [taken] = merchant.take(order())
    [card] = admin.get(path_of(taken)).texts("//p[@class='card empty']")
    assert card.startswith("No vendor has a part of it. Say who ships its articles, and route it again.")
    asked = admin.get(path_of(taken, "reroute")).words
    assert "Nothing would move. To send a line elsewhere, change the vendors of its product or the routing" in asked
    [nobodys] = merchant.take(order(lines=[line(sku="GIFT")]))
    assert admin.get(path_of(nobodys)).texts("//p[@class='card empty']") == ["No vendor has a part of it."]


def test_a_package_is_shipped_by_hand_after_a_look_at_what_it_leads_to(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.poll()
    [part] = taken["vendor_orders"]
    path, field = path_of(taken, "parts", part["id"], "ship"), f"units-{part['lines'][0]['id']}"
    page = admin.get(path)
    assert page.value(field) == "3"
    fields = {field: "2", "carrier": "UPS", "tracking_number": "1ZHAND", "ship_date": "2026-03-09",
              "shipping_cost": "4.20", "key": page.all("//input[@name='key']/@value")[0]}  # fmt: skip
    looked = admin.post(path, **fields, step="look")
    assert looked.happens[:2] == [
        f"2 × TEE-M of vendor order {part['number']} for ShipStation count as shipped.", "1 × TEE-M stay open."
    ]  # fmt: skip
    assert merchant.order(taken["id"])["shipments"] == []
    kept = {name: looked.all(f"//form//input[@name='{name}']/@value")[0] for name in fields}
    assert kept == fields
    assert admin.post(path, **kept, step="edit").value("tracking_number") == "1ZHAND"
    assert "The package is recorded." in admin.post(path, **kept, step="do").words
    admin.get(path)
    assert "It was recorded before." in admin.post(path, **kept, step="do").words
    [package] = merchant.order(taken["id"])["shipments"]
    shown = (package["tracking_number"], package["shipping_cost"], package["ship_date"], package["source"])
    assert shown == ("1ZHAND", "4.20", "2026-03-09", f"user {admin.email}")
    assert merchant.order(taken["id"])["status"] == "partially_shipped"


def test_a_package_that_makes_no_sense_is_refused_with_every_reason(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    part = taken["vendor_orders"][0]
    path, field = path_of(taken, "parts", part["id"], "ship"), f"units-{part['lines'][0]['id']}"
    admin.get(path)
    empty = admin.post(path, **{field: "0"}, step="look")
    assert "The package is empty" in empty.words
    wrong = admin.post(path, **{field: "x", "ship_date": "soon", "shipping_cost": "much"}, step="do")
    assert wrong.status == 422
    assert len(wrong.texts("//div[@role='alert']//li")) == 3
    assert (wrong.value(field), wrong.value("ship_date")) == ("x", "soon")
    assert merchant.order(taken["id"]) == taken


def test_more_than_is_open_is_said_and_flagged(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    part = taken["vendor_orders"][0]
    path, field = path_of(taken, "parts", part["id"], "ship"), f"units-{part['lines'][0]['id']}"
    admin.get(path)
    assert (
        "That is more than was ordered: it is flagged over_shipped."
        in admin.post(path, **{field: "5"}, step="look").happens
    )
    admin.post(path, **{field: "5"}, step="do")
    assert "over_shipped" in merchant.order(taken["id"])["flags"]


def test_a_package_is_corrected_voided_and_restored(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"], TrackingNumber="OLD"))
    [package] = merchant.order(taken["id"])["shipments"]
    path = path_of(taken, "packages", package["id"])

    def change(to: str, **fields: str) -> tuple[str, str]:
        assert len(admin.get(f"{path}/{to}").happens) >= 3
        page = admin.post(f"{path}/{to}", **fields)
        assert page.path == path_of(taken), page.words
        now = merchant.order(taken["id"])
        return now["status"], now["shipments"][0]["tracking_number"]

    assert change("correct", tracking_number="NEW", carrier="UPS", service="Ground") == ("shipped", "NEW")
    assert change("void", reason="never left") == ("awaiting_shipment", "NEW")
    page = admin.get(path_of(taken))
    assert "voided" in page.words
    assert "never left" in page.words
    assert change("restore", reason="it did") == ("shipped", "NEW")
    assert admin.post(f"{path}/void", reason="").status == 422
    assert admin.get(f"{path}/burn").status == 404
    assert admin.get(path_of(taken, "packages", uuid4().hex, "void")).status == 404


@pytest.mark.parametrize("change", ["void", "restore"])
def test_a_change_of_a_package_says_how_its_vendor_hears_of_it(merchant: Merchant, admin: Visitor, change: str) -> None:
    merchant.done("/vendors", name="Drop", kind="manual")
    [taken] = merchant.take(order(lines=[line(), line("l2", vendor="Drop")], total="67.10"))
    merchant.shipstation.poll()
    [east, drop] = sorted(taken["vendor_orders"], key=lambda part: part["vendor"] == "Drop")
    merchant.shipstation.notify(notice(east["id"]))
    merchant.done(f"/vendor-orders/{drop['id']}/shipments", carrier="UPS")
    packages = {one["vendor_order"]: one["id"] for one in merchant.order(taken["id"])["shipments"]}

    def told(part: dict[str, Any]) -> str:
        return " ".join(admin.get(path_of(taken, "packages", packages[part["id"]], change)).happens)

    assert "; it goes out as what is open then with the next poll." in told(east)
    assert "Drop is no ShipStation account: tell them" in told(drop)
    merchant.set_vendor(active=False)
    assert "ShipStation is switched off: it hears of this only when it is switched on again; tell them" in told(east)
    assert "with the next poll" not in told(east)


def test_who_may_only_look_sees_no_form_and_may_do_nothing(merchant: Merchant, reader: Visitor) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"], {"TEE-M": 1}, by="SKU"))
    taken = merchant.order(taken["id"])
    package, part = taken["shipments"][0]["id"], taken["vendor_orders"][0]["id"]
    assert reader.get(path_of(taken)).all("//main//form | //main//a[contains(., '…')]") == []
    changes = [*(action.value for action in Action), "reroute", f"parts/{part}/ship", f"packages/{package}/void"]
    for change in changes:
        assert reader.get(path_of(taken, change)).status == 403
        reader.get("/orders")
        assert reader.post(path_of(taken, change), reason="x", step="do").status == 403
    assert merchant.order(taken["id"]) == taken


def test_the_mark_of_a_person_stays_until_the_shop_changes_the_order(merchant: Merchant, admin: Visitor) -> None:
    sent = order(payment_status="unpaid")
    [taken] = merchant.take(sent)
    admin.get(path_of(taken, "mark-paid"))
    admin.post(path_of(taken, "mark-paid"))
    assert merchant.take(sent)[0]["status"] == "awaiting_shipment"
    assert merchant.take({**sent, "customer_notes": "new"})[0]["status"] == "unpaid"


def test_a_word_of_the_shop_that_says_unpaid_outranks_the_mark(merchant: Merchant, admin: Visitor) -> None:
    [taken] = merchant.take(order(payment_status="unpaid", status="unpaid"))
    page = admin.get(path_of(taken, "mark-paid"))
    [reason] = page.refused
    assert reason.startswith("The shop's status “unpaid” says that it is not paid: the shop sends another, or its")
    admin.get("/orders")
    assert admin.post(path_of(taken, "mark-paid")).status == 409
