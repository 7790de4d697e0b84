"""The merchant's own statuses: which of ours a word means, and what ShipStation is told for it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builders import line, order
from driver import Merchant, text
from spark_shipstation.services import shopstatus
from spark_shipstation.services.actor import Actor
from spark_shipstation.store.accounts import find_store

WORDS = {
    "processing": "paid",
    "pending": "unpaid",
    "backorder": "on_hold",
    "refused": "cancelled",
    "completed": "shipped",
}


def set_words(merchant: Merchant, words: dict[str, str], store: str = "web") -> dict[str, Any]:
    response = merchant.http.patch(f"/api/v1/stores/{store}", json={"statuses": words}, auth=merchant.auth)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def shop(merchant: Merchant) -> Merchant:
    """Whose store exists, as its first order has come, and knows its words."""
    merchant.take(order())
    set_words(merchant, WORDS)
    return merchant


def told(merchant: Merchant, sent: dict[str, Any]) -> str:
    return text(merchant.shipstation.poll().order(sent["number"]), "OrderStatus")


@pytest.mark.parametrize(
    ("word", "payment", "status", "name"),
    [
        ("processing", "unpaid", "awaiting_shipment", "awaiting_shipment"),
        ("Pending", "paid", "unpaid", "unpaid"),
        ("BackOrder", "paid", "on_hold", "on_hold"),
        ("completed", "paid", "shipped", "shipped"),
        ("awaiting-shipment", "unpaid", "awaiting_shipment", "awaiting_shipment"),
        ("no such word", "paid", "on_hold", "on_hold"),
    ],
)
def test_a_word_of_the_shop_is_told_as_what_it_means(
    shop: Merchant, word: str, payment: str, status: str, name: str
) -> None:
    sent = order(status=word, payment_status=payment)
    [got] = shop.take(sent)
    assert (got["status"], got["shop_status"], told(shop, sent)) == (status, word, name)
    assert got["flags"] == (["unknown_status"] if word == "no such word" else [])


def test_a_word_is_told_under_the_name_that_the_connection_has_for_it(shop: Merchant) -> None:
    shop.set_vendor(statuses={"on_hold": "Wartet"})
    sent = order(status="backorder")
    shop.take(sent)
    assert told(shop, sent) == "Wartet"


def test_an_order_goes_through_the_shops_words(shop: Merchant) -> None:
    sent = order(payment_status="unpaid")
    names = []
    for word in ("pending", "backorder", "processing", "completed"):
        shop.take({**sent, "status": word})
        names.append(told(shop, sent))
    assert names == ["unpaid", "on_hold", "awaiting_shipment", "shipped"]


def test_a_word_that_cancels_takes_back_what_is_open(shop: Merchant) -> None:
    sent = order(status="processing")
    shop.take(sent)
    [got] = shop.take({**sent, "status": "refused"})
    assert (got["status"], got["lines"][0]["cancelled"], told(shop, sent)) == ("cancelled", 3, "cancelled")
    assert "the shop's status" in " ".join(event["what"] for event in got["timeline"])


def test_a_word_that_means_shipped_records_what_is_open_once(shop: Merchant) -> None:
    sent = order(status="processing")
    shop.take(sent)
    [got] = shop.take({**sent, "status": "completed"})
    again = shop.take({**sent, "status": "completed", "customer_notes": "thanks"})[0]
    assert (got["status"], again["lines"][0]["shipped"], len(again["shipments"])) == ("shipped", 3, 1)
    more = shop.take({**sent, "status": "completed", "lines": [line(quantity=4)], "total": "47.10"})[0]
    assert (more["status"], more["lines"][0]["shipped"], len(more["shipments"])) == ("shipped", 4, 2)


def test_a_hold_by_a_person_outlasts_the_shops_words(shop: Merchant) -> None:
    sent = order(status="processing")
    [got] = shop.take(sent)
    shop.http.post(f"/api/v1/orders/{got['id']}/hold", auth=shop.auth)
    assert shop.take({**sent, "customer_notes": "hurry"})[0]["status"] == "on_hold"


def test_an_order_that_the_shop_holds_is_not_released_by_hand(shop: Merchant) -> None:
    [got] = shop.take(order(status="backorder"))
    response = shop.http.post(f"/api/v1/orders/{got['id']}/release", auth=shop.auth)
    assert response.status_code == 409
    assert response.json()["errors"][0]["detail"].startswith("The shop's status “backorder” holds it")


def test_an_unknown_word_goes_on_hold_and_says_which_it_is(shop: Merchant) -> None:
    [got] = shop.take(order(status="In production"))
    assert (got["status"], got["flags"], got["shop_status"]) == ("on_hold", ["unknown_status"], "In production")
    said = " ".join(shop.get(f"/orders/{got['id']}/explain")["sentences"])
    assert "“In production”" in said
    assert "store set web --status" in said
    assert shop.get("/stores/web")["unknown_statuses"] == ["In production"]


def test_a_word_that_is_given_a_meaning_lets_its_orders_go(shop: Merchant) -> None:
    sent = order(status="In production")
    [got] = shop.take(sent)
    answer = set_words(shop, WORDS | {"in production": "paid"})
    assert (answer["unknown_statuses"], answer["orders_left"]) == ([], 0)
    after = shop.order(got["id"])
    assert (after["status"], after["flags"], told(shop, sent)) == ("awaiting_shipment", [], "awaiting_shipment")
    assert any("“In production” means paid now" in event["what"] for event in after["timeline"])


@pytest.mark.parametrize(
    ("meaning", "status"), [("cancelled", "cancelled"), ("shipped", "shipped"), ("unpaid", "unpaid")]
)
def test_every_new_meaning_reaches_open_orders(shop: Merchant, meaning: str, status: str) -> None:
    sent = order(status="odd")
    [got] = shop.take(sent)
    set_words(shop, {"odd": meaning})
    assert (shop.order(got["id"])["status"], told(shop, sent)) == (status, status)


def test_a_new_meaning_is_given_to_some_orders_at_a_time(shop: Merchant) -> None:
    shop.take(*(order(status="odd") for _ in range(5)), order(status="processing"))
    left = []
    for _ in range(3):
        with shop.sessions.begin() as session:
            store = find_store(session, shop.account_id, "web")
            assert store is not None
            words = WORDS | {"odd": "paid"}
            actor = Actor(shop.account_id, "tests")
            left.append(shopstatus.change_words(session, store, words, actor, now=datetime.now(UTC), most=2))
    assert left == [3, 1, 0]


def test_an_order_that_comes_again_after_its_word_got_a_meaning_is_brought_up_to_date(shop: Merchant) -> None:
    sent = order(status="odd")
    shop.take(sent)
    with shop.sessions.begin() as session:
        store = find_store(session, shop.account_id, "web")
        assert store is not None
        store.statuses = {"odd": "paid"}
    assert shop.take(sent)[0]["status"] == "awaiting_shipment"


def test_each_store_has_its_own_words(shop: Merchant) -> None:
    [got] = shop.take(order(store="eu", status="processing"))
    assert got["flags"] == ["unknown_status"]
    assert set_words(shop, {"processing": "unpaid"}, "eu")["statuses"] == {"processing": "unpaid"}
    assert shop.order(got["id"])["status"] == "unpaid"


@pytest.mark.parametrize(
    ("words", "pointer"),
    [({"odd": "gone"}, "/statuses/odd"), ({"a b": "paid", "A-B": "unpaid"}, "/statuses"), ({" ": "paid"}, "/statuses"),
     ({"x" * 51: "paid"}, f"/statuses/{'x' * 51}/[key]")],
)  # fmt: skip
def test_a_meaning_that_is_none_is_refused(shop: Merchant, words: dict[str, str], pointer: str) -> None:
    response = shop.http.patch("/api/v1/stores/web", json={"statuses": words}, auth=shop.auth)
    assert (response.status_code, [reason["pointer"] for reason in response.json()["errors"]]) == (422, [pointer])


def test_a_store_that_does_not_exist_is_not_found(merchant: Merchant) -> None:
    assert merchant.http.get("/api/v1/stores/nowhere", auth=merchant.auth).status_code == 404
