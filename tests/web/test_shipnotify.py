"""ShipStation's POST: kept, parsed, matched, applied once; and what the order says afterwards."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import text as sql

from builders import line, notice, order
from driver import Merchant, text


def said(content: bytes) -> str:
    return text(etree.fromstring(content), "Message")


def part_of(taken: dict[str, Any]) -> dict[str, Any]:
    [part] = taken["vendor_orders"]
    return dict(part)


def states(merchant: Merchant) -> list[tuple[str, int]]:
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT state, answer FROM notices WHERE account_id = :a ORDER BY received_at, id"),
            {"a": merchant.account_id},
        )
        return [(row.state, row.answer) for row in rows]


def test_a_notice_ships_and_the_order_shows_it(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    part = part_of(taken)
    body = notice(
        part["id"],
        {part["lines"][0]["id"]: 3},
        ShippingCost="7.85",
        ShipDate="03/09/2026",
        LabelCreateDate="03/09/2026 16:20",
        NotesToCustomer="Thanks!",
        NotifyCustomer="false",
    )
    response = merchant.shipstation.notify(body)
    assert (response.status_code, etree.fromstring(response.content).tag) == (200, "Success")
    after = merchant.order(taken["id"])
    [shipment] = after["shipments"]
    assert (after["status"], after["flags"], after["vendor_orders"][0]["told"]) == ("shipped", [], "shipped")
    assert after["lines"][0]["shipped"] == 3
    expected = {
        "vendor_order": part["id"],
        "carrier": "UPS",
        "carrier_code": "ups",
        "service": "Ground",
        "tracking_number": "1Z1",
        "tracking_url": "https://www.ups.com/track?tracknum=1Z1",
        "ship_date": "2026-03-09",
        "shipping_cost": "7.85",
        "currency": "USD",
        "notes_to_customer": "Thanks!",
        "notify_customer": False,
        "source": "shipstation",
        "flags": [],
        "lines": [{"line": after["lines"][0]["id"], "sku": "TEE-M", "quantity": 3}],
    }
    assert {name: shipment[name] for name in expected} == expected
    assert [event["what"] for event in after["timeline"]][-1].startswith(f"{part['number']} shipped: 3 × TEE-M by UPS")


def test_a_part_ships_a_part(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    part = part_of(taken)
    item = part["lines"][0]["id"]
    merchant.shipstation.notify(notice(part["id"], {item: 2}, TrackingNumber="1Z1"))
    assert merchant.order(taken["id"])["status"] == "partially_shipped"
    assert merchant.order(taken["id"])["vendor_orders"][0]["told"] == "awaiting_shipment"
    merchant.shipstation.notify(notice(part["id"], {item: 1}, TrackingNumber="1Z2"))
    after = merchant.order(taken["id"])
    assert (after["status"], [s["tracking_number"] for s in after["shipments"]]) == ("shipped", ["1Z1", "1Z2"])


def test_a_repeated_notice_changes_nothing(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = notice(part_of(taken)["id"], {part_of(taken)["lines"][0]["id"]: 2})
    first = merchant.shipstation.notify(body)
    before = merchant.order(taken["id"])
    again = merchant.shipstation.notify(body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "recorded before" in said(again.content)
    assert merchant.order(taken["id"]) == before
    assert states(merchant) == [("applied", 200), ("repeated", 200)]


def test_the_same_notice_sixteen_times_at_once_is_one_shipment(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = notice(part_of(taken)["id"], {part_of(taken)["lines"][0]["id"]: 2})
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: merchant.shipstation.notify(body).status_code, range(16)))
    assert answers == [200] * 16
    after = merchant.order(taken["id"])
    assert (len(after["shipments"]), after["lines"][0]["shipped"]) == (1, 2)


def test_a_repeated_notice_without_tracking_or_items_ships_once(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = notice(part_of(taken)["id"], TrackingNumber="", Carrier="Other")
    merchant.shipstation.notify(body)
    merchant.shipstation.notify(body)
    after = merchant.order(taken["id"])
    assert [shipment["flags"] for shipment in after["shipments"]] == [["assumed_items"]]
    assert (after["status"], after["lines"][0]["shipped"], after["flags"]) == ("shipped", 3, [])


def test_the_body_wins_over_the_query(merchant: Merchant) -> None:
    [mine], [other] = merchant.take(order()), merchant.take(order())
    body = notice(part_of(mine)["id"], TrackingNumber="BODY")
    merchant.shipstation.notify(body, order_number=other["number"], tracking_number="QUERY")
    assert merchant.order(mine["id"])["shipments"][0]["tracking_number"] == "BODY"
    assert merchant.order(other["id"])["shipments"] == []


def test_the_query_alone_is_enough(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    response = merchant.shipstation.notify(
        content_type=None, order_number=taken["number"], carrier="USPS", service="Priority", tracking_number="9400"
    )
    assert response.status_code == 200
    [shipment] = merchant.order(taken["id"])["shipments"]
    assert (shipment["carrier_code"], shipment["tracking_number"]) == ("usps", "9400")


def test_shipstations_split_suffix_is_understood(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    response = merchant.shipstation.notify(notice(OrderNumber=f"{taken['number']}-1"))
    assert (response.status_code, merchant.order(taken["id"])["status"]) == (200, "shipped")


def test_a_vendor_can_ship_only_its_own_orders(merchant: Merchant) -> None:
    west = merchant.add_store("West")
    [taken] = merchant.take(order())
    response = west.notify(notice(part_of(taken)["id"], OrderNumber=taken["number"]))
    assert response.status_code == 404
    assert merchant.order(taken["id"])["status"] == "awaiting_shipment"


def test_an_unknown_order_is_kept_and_answered_404(merchant: Merchant) -> None:
    response = merchant.shipstation.notify(notice(OrderNumber="nothing-like-it"))
    assert (response.status_code, "The notice is kept" in said(response.content)) == (404, True)
    assert states(merchant) == [("unmatched", 404)]


def test_the_same_notice_after_the_order_came_settles_the_earlier_one(merchant: Merchant) -> None:
    body = notice(OrderNumber="late-1")
    assert merchant.shipstation.notify(body).status_code == 404
    [taken] = merchant.take(order(number="late-1"))
    assert merchant.shipstation.notify(body).status_code == 200
    assert merchant.order(taken["id"])["status"] == "shipped"
    assert states(merchant) == [("repeated", 404), ("applied", 200)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<ShipNotice><OrderNumber>1", "not well-formed XML"),
        (b"not xml", "not well-formed XML"),
        (b"<Other/>", "not <ShipNotice>"),
        (b"", "names no order"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><ShipNotice><OrderNumber>&a;</OrderNumber></ShipNotice>', "DOCTYPE"),
        (
            notice(OrderNumber="1").replace(
                b"</ShipNotice>", b"<Items><Item><Quantity>x</Quantity></Item></Items></ShipNotice>"
            ),
            "not a whole number",
        ),
    ],
)
def test_what_cannot_be_read_ships_nothing_and_is_kept(merchant: Merchant, body: bytes, words: str) -> None:
    response = merchant.shipstation.notify(body)
    assert (response.status_code, words in said(response.content)) == (400, True), said(response.content)
    with merchant.sessions.begin() as session:
        kept = session.execute(
            sql("SELECT state, body FROM notices WHERE account_id = :a"), {"a": merchant.account_id}
        ).one()
    assert (kept.state, bytes(kept.body)) == ("unreadable", body)


def test_another_media_type_is_refused_and_kept(merchant: Merchant) -> None:
    response = merchant.shipstation.notify(b"{}", content_type="application/json", order_number="1")
    assert (response.status_code, states(merchant)) == (415, [("unreadable", 415)])


LABELS = ["text/xml", "application/xml; charset=utf-8", None, "application/x-www-form-urlencoded"]


@pytest.mark.parametrize("content_type", LABELS)
def test_every_label_that_shipstation_uses_is_read(merchant: Merchant, content_type: str | None) -> None:
    [taken] = merchant.take(order())
    response = merchant.shipstation.notify(notice(part_of(taken)["id"]), content_type=content_type)
    assert (response.status_code, merchant.order(taken["id"])["status"]) == (200, "shipped")


def test_a_body_over_the_limit_is_refused_before_it_is_read(merchant: Merchant) -> None:
    response = merchant.shipstation.notify(b"x" * (512 * 1024 + 1))
    assert (response.status_code, "limit is 524288" in said(response.content)) == (413, True)
    assert states(merchant) == []


def test_credentials_in_the_query_are_neither_believed_nor_kept(merchant: Merchant) -> None:
    store = merchant.shipstation
    [taken] = merchant.take(order())
    query = {
        "action": "shipnotify",
        "order_number": taken["number"],
        "SS-UserName": store.auth[0],
        "SS-Password": store.auth[1],
    }
    assert store.http.post(store.url, params=query).status_code == 401
    store.http.post(store.url, params=query, auth=store.auth)
    with merchant.sessions.begin() as session:
        kept = session.execute(sql("SELECT query FROM notices WHERE account_id = :a"), {"a": merchant.account_id}).one()
    assert kept.query == {"action": "shipnotify", "order_number": taken["number"]}


def test_more_than_was_open_is_recorded_and_flagged(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    response = merchant.shipstation.notify(notice(part_of(taken)["id"], {part_of(taken)["lines"][0]["id"]: 5}))
    after = merchant.order(taken["id"])
    assert (response.status_code, after["status"], after["lines"][0]["shipped"]) == (200, "shipped", 5)
    assert (after["flags"], after["shipments"][0]["flags"]) == (["over_shipped"], ["over_shipped"])


def test_an_unknown_item_is_kept_and_flagged(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(part_of(taken)["id"], {"NOT-OURS": 1}, by="SKU"))
    after = merchant.order(taken["id"])
    assert (after["status"], after["flags"]) == ("awaiting_shipment", ["unknown_item"])
    assert after["shipments"][0]["lines"] == [{"line": None, "sku": "NOT-OURS", "quantity": 1}]


def test_items_by_sku_fill_the_lines_that_are_open(merchant: Merchant) -> None:
    [taken] = merchant.take(order(lines=[line("l1", quantity=1), line("l2", quantity=2)]))
    merchant.shipstation.notify(notice(part_of(taken)["id"], {"tee-m": 2}, by="SKU"))
    assert [entry["shipped"] for entry in merchant.order(taken["id"])["lines"]] == [1, 1]


def test_a_notice_does_not_put_the_order_back_into_the_feed(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(part_of(taken)["id"]))
    with merchant.sessions.begin() as session:
        count = session.execute(sql("SELECT count(*) FROM changes WHERE account_id = :a"), {"a": merchant.account_id})
        assert count.scalar_one() == 1
    assert text(merchant.shipstation.poll().order(taken["number"]), "OrderStatus") == "shipped"


def test_an_unclear_cost_is_kept_out_and_flagged(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    response = merchant.shipstation.notify(notice(part_of(taken)["id"], ShippingCost="about five"))
    after = merchant.order(taken["id"])
    assert (response.status_code, "ShippingCost" in said(response.content)) == (200, True)
    assert (after["status"], after["flags"], after["shipments"][0]["shipping_cost"]) == (
        "shipped",
        ["unclear_values"],
        None,
    )


def test_a_package_of_nothing_ships_nothing(merchant: Merchant) -> None:
    [taken] = merchant.take(order(discounts=[{"code": "SAVE", "amount": "1.00"}], total="36.10"))
    part = part_of(taken)
    item = part["lines"][0]["id"]
    for tracking, items in (("T0", {item: 0}), ("T1", {f"{part['id']}-discount-1": 1})):
        response = merchant.shipstation.notify(notice(part["id"], items, TrackingNumber=tracking))
        assert response.status_code == 200
    after = merchant.order(taken["id"])
    assert (after["status"], after["lines"][0]["shipped"]) == ("awaiting_shipment", 0)
    assert [shipment["tracking_number"] for shipment in after["shipments"]] == ["T0", "T1"]


def test_a_forms_body_wins_over_the_query(merchant: Merchant) -> None:
    [mine], [other] = merchant.take(order()), merchant.take(order())
    body = f"order_number={mine['number']}&tracking_number=BODY%00".encode()
    form = "application/x-www-form-urlencoded"
    merchant.shipstation.notify(body, form, order_number=other["number"], tracking_number="QUERY")
    assert merchant.order(mine["id"])["shipments"][0]["tracking_number"] == "BODY"
    assert merchant.order(other["id"])["shipments"] == []


def test_an_order_id_of_another_order_ships_nothing_by_its_number(merchant: Merchant) -> None:
    """The body's OrderID is authoritative."""
    [taken] = merchant.take(order())
    body = notice("0" * 32, OrderNumber=taken["number"])
    assert merchant.shipstation.notify(body).status_code == 404
    assert merchant.order(taken["id"])["status"] == "awaiting_shipment"
    assert states(merchant) == [("unmatched", 404)]


def test_two_lists_of_items_are_not_guessed_at(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    part = part_of(taken)
    body = notice(part["id"], {part["lines"][0]["id"]: 1}).replace(b"</Items>", b"</Items><Items></Items>")
    assert merchant.shipstation.notify(body).status_code == 400
    assert merchant.order(taken["id"])["shipments"] == []


def test_the_same_package_named_in_other_words_counts_once(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    part = part_of(taken)
    item = part["lines"][0]["id"]
    for items, by in (({item: 2}, "LineItemID"), ({item.upper(): 2}, "LineItemID"), ({"tee-m": 2}, "SKU")):
        assert merchant.shipstation.notify(notice(part["id"], items, by=by)).status_code == 200
    after = merchant.order(taken["id"])
    assert (len(after["shipments"]), after["lines"][0]["shipped"]) == (1, 2)


def test_a_nul_in_the_query_is_kept_out_of_the_database(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    store = merchant.shipstation
    url = f"{store.url}?action=shipnotify&order_number={taken['number']}&tracking_number=%00T&%00=1"
    assert store.http.post(url, auth=store.auth).status_code == 200
    assert merchant.order(taken["id"])["shipments"][0]["tracking_number"] == "T"


@pytest.mark.parametrize(
    "told", ["2026-03-09T00:00:00Z", "2026-03-09T23:30:00.5+02:00", "03/09/2026", "3/9/2026 7:00 PM"]
)
def test_a_ship_date_is_read_as_it_is_written(merchant: Merchant, told: str) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(part_of(taken)["id"], ShipDate=told))
    [shipment] = merchant.order(taken["id"])["shipments"]
    assert (shipment["ship_date"], shipment["flags"]) == ("2026-03-09", ["assumed_items"])
