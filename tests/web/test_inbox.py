"""The inbox: what could not be applied is listed, read, replayed, given to another order, put aside; never lost."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql

from builders import notice, order
from driver import Merchant
from spark_shipstation.services import notices as service
from spark_shipstation.services import restating
from spark_shipstation.store import vendors


def inbox(merchant: Merchant, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = merchant.get("/notices", **query)["notices"]
    return found


def newest(merchant: Merchant) -> dict[str, Any]:
    return inbox(merchant)[0]


def post(merchant: Merchant, path: str, **body: str) -> httpx.Response:
    return merchant.http.post(f"/api/v1/notices/{path}", json=body, auth=merchant.auth)


def replayed(merchant: Merchant, notice_id: str, **body: str) -> dict[str, Any]:
    response = post(merchant, f"{notice_id}/replay", **body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def part_id(taken: dict[str, Any]) -> str:
    return str(taken["vendor_orders"][0]["id"])


def shipments(merchant: Merchant, taken: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = merchant.order(taken["id"])["shipments"]
    return found


def test_an_unmatched_notice_waits_with_its_reason_and_its_answer(merchant: Merchant) -> None:
    merchant.shipstation.notify(notice(OrderNumber="nothing-like-it"))
    [waiting] = inbox(merchant, state="open")
    assert (waiting["state"], waiting["answer"], waiting["order_number"]) == ("unmatched", 404, "nothing-like-it")
    assert "No order nothing-like-it" in waiting["reason"]
    assert (waiting["vendor"], waiting["order"], waiting["shipment"]) == ("ShipStation", None, None)


def test_an_applied_notice_names_its_order_and_its_shipment(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(part_id(taken)))
    [package] = shipments(merchant, taken)
    applied = newest(merchant)
    found = {name: applied[name] for name in ("state", "answer", "order", "vendor_order", "shipment", "order_number")}
    assert found == {
        "state": "applied",
        "answer": 200,
        "order": taken["id"],
        "vendor_order": part_id(taken),
        "shipment": package["id"],
        "order_number": taken["number"],
    }


def test_a_notice_shows_its_bytes_and_no_credentials(merchant: Merchant) -> None:
    store, body = merchant.shipstation, b"\xff\xfe<broken"
    query = {"action": "shipnotify", "order_number": "7", "SS-UserName": store.auth[0], "SS-Password": store.auth[1]}
    store.http.post(store.url, params=query, content=body, headers={"content-type": "text/xml"}, auth=store.auth)
    shown = merchant.get(f"/notices/{newest(merchant)['id']}")
    assert base64.b64decode(shown["body_base64"]) == body
    assert (shown["state"], shown["order_number"], shown["content_type"]) == ("unreadable", "7", "text/xml")
    assert not any(secret in str(shown) for secret in store.auth)


def test_pages_of_the_inbox_neither_skip_nor_repeat(merchant: Merchant) -> None:
    for turn in range(7):
        merchant.shipstation.notify(notice(OrderNumber=f"x-{turn}"))
    numbers, cursor = [], ""
    while cursor is not None:
        page = merchant.get("/notices", limit="3", cursor=cursor, state="unmatched")
        numbers += [entry["order_number"] for entry in page["notices"]]
        cursor = page["next_cursor"]
    assert numbers == [f"x-{turn}" for turn in reversed(range(7))]


def test_the_inbox_is_searched_by_the_number_of_the_order(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(part_id(taken)))
    merchant.shipstation.notify(notice(OrderNumber="other"))
    assert [entry["state"] for entry in inbox(merchant, number=taken["number"])] == ["applied"]
    assert [entry["state"] for entry in inbox(merchant, number="other")] == ["unmatched"]


@pytest.mark.parametrize(("query", "status"), [({"state": "lost"}, 400), ({"cursor": "x"}, 400), ({"limit": "0"}, 422)])
def test_a_question_that_makes_no_sense_is_refused(merchant: Merchant, query: dict[str, str], status: int) -> None:
    assert merchant.http.get("/api/v1/notices", params=query, auth=merchant.auth).status_code == status


def test_one_account_sees_and_replays_nothing_of_another(make_merchant: Any) -> None:
    mine, other = make_merchant(), make_merchant()
    mine.shipstation.notify(notice(OrderNumber="x"))
    id_ = newest(mine)["id"]
    assert inbox(other) == []
    assert other.http.get(f"/api/v1/notices/{id_}", auth=other.auth).status_code == 404
    assert post(other, f"{id_}/replay").status_code == 404
    assert post(other, f"{id_}/dismiss", reason="x").status_code == 404


def test_a_replay_applies_once_the_cause_is_mended(merchant: Merchant) -> None:
    merchant.shipstation.notify(notice(OrderNumber="late-1"))
    id_ = newest(merchant)["id"]
    assert replayed(merchant, id_)["state"] == "unmatched"
    [taken] = merchant.take(order(number="late-1"))
    answer = replayed(merchant, id_)
    [package] = shipments(merchant, taken)
    assert (answer["state"], answer["answer"], answer["shipment"]) == ("applied", 200, package["id"])
    assert (merchant.order(taken["id"])["status"], answer["handled_by"]) == ("shipped", "key tests")
    assert merchant.order(taken["id"])["timeline"][-1]["what"].endswith("(a notice in the inbox, applied by hand)")


def test_a_replay_repeated_changes_nothing(merchant: Merchant) -> None:
    merchant.shipstation.notify(notice(OrderNumber="late-2"))
    id_ = newest(merchant)["id"]
    [taken] = merchant.take(order(number="late-2"))
    first = replayed(merchant, id_)
    before = merchant.order(taken["id"])
    assert replayed(merchant, id_) == first
    assert merchant.order(taken["id"]) == before


def test_a_replay_gives_a_notice_to_the_right_order_and_keeps_what_it_said(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(OrderNumber="typo", TrackingNumber="T1"), order_number="typo")
    id_ = newest(merchant)["id"]
    answer = replayed(merchant, id_, order_number=taken["number"])
    assert (answer["state"], answer["order_number"], answer["corrected_number"]) == (
        "applied",
        taken["number"],
        taken["number"],
    )
    shown = merchant.get(f"/notices/{id_}")
    assert (shown["query"]["order_number"], "<OrderNumber>typo<" in shown["body"]) == ("typo", True)
    assert merchant.order(taken["id"])["status"] == "shipped"


def test_shipstation_is_told_of_an_order_that_a_notice_was_given_to_by_hand(merchant: Merchant) -> None:
    """It believes that another order was shipped, so this one goes out as shipped."""
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(OrderNumber="typo"))
    replayed(merchant, newest(merchant)["id"], vendor_order=part_id(taken))
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT what FROM changes WHERE account_id = :a ORDER BY at"), {"a": merchant.account_id}
        )
        assert [row.what for row in rows] == ["order received", "shipped"]


def test_shipstations_repeat_of_a_corrected_notice_is_answered_and_counts_once(merchant: Merchant) -> None:
    """Also when the order that it names by mistake has come in since."""
    [taken] = merchant.take(order())
    body = notice(OrderNumber="typo-2")
    merchant.shipstation.notify(body)
    replayed(merchant, newest(merchant)["id"], order_number=taken["number"])
    [named] = merchant.take(order(number="typo-2"))
    assert merchant.shipstation.notify(body).status_code == 200
    assert (len(shipments(merchant, taken)), shipments(merchant, named)) == (1, [])
    assert [entry["state"] for entry in inbox(merchant)] == ["repeated", "applied"]


def test_a_notice_that_names_no_order_is_applied_to_the_one_named_by_hand(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(TrackingNumber="T9"))
    assert newest(merchant)["state"] == "unreadable"
    answer = replayed(merchant, newest(merchant)["id"], order_number=taken["number"])
    assert (answer["state"], shipments(merchant, taken)[0]["tracking_number"]) == ("applied", "T9")


def test_a_notice_is_given_only_to_orders_of_its_own_vendor(merchant: Merchant) -> None:
    west = merchant.add_store("West")
    [taken] = merchant.take(order())
    west.notify(notice(OrderNumber="typo"))
    id_ = newest(merchant)["id"]
    assert post(merchant, f"{id_}/replay", order_number=taken["number"]).status_code == 404
    assert post(merchant, f"{id_}/replay", vendor_order=part_id(taken)).status_code == 404
    assert newest(merchant)["state"] == "unmatched"


def test_a_recorded_notice_is_not_given_to_another_order_as_well(merchant: Merchant) -> None:
    [first], [second] = merchant.take(order()), merchant.take(order())
    merchant.shipstation.notify(notice(part_id(first)))
    id_ = newest(merchant)["id"]
    response = post(merchant, f"{id_}/replay", order_number=second["number"])
    assert (response.status_code, "void that first" in response.json()["detail"]) == (409, True)
    assert (len(shipments(merchant, first)), shipments(merchant, second)) == (1, [])


@pytest.mark.parametrize(
    "body", [{"order_number": "1", "vendor_order": "2"}, {"order": "1"}, {"order_number": ""}, {"order_number": 7}]
)
def test_a_replay_that_names_its_order_badly_is_refused(merchant: Merchant, body: dict[str, Any]) -> None:
    merchant.shipstation.notify(notice(OrderNumber="x"))
    response = merchant.http.post(f"/api/v1/notices/{newest(merchant)['id']}/replay", json=body, auth=merchant.auth)
    assert (response.status_code, bool(response.json()["errors"])) == (422, True)


def test_replays_to_two_orders_at_once_record_one_package(merchant: Merchant) -> None:
    pairs = [merchant.take(order(), order()) for _ in range(5)]
    for first, second in pairs:
        merchant.shipstation.notify(notice(OrderNumber=f"typo {first['number']}"))
        id_ = newest(merchant)["id"]
        with ThreadPoolExecutor(2) as pool:
            statuses = list(
                pool.map(
                    lambda taken, id_=id_: post(merchant, f"{id_}/replay", order_number=taken["number"]).status_code,
                    (first, second),
                )
            )
        assert sorted(statuses) == [200, 409]
        assert len(shipments(merchant, first)) + len(shipments(merchant, second)) == 1


def test_replays_beside_shipstations_own_repeats_record_one_package(merchant: Merchant) -> None:
    body = notice(OrderNumber="busy-1")
    merchant.shipstation.notify(body)
    id_ = newest(merchant)["id"]
    [taken] = merchant.take(order(number="busy-1"))

    def act(turn: int) -> int:
        if turn % 2:
            return post(merchant, f"{id_}/replay").status_code
        return merchant.shipstation.notify(body).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(act, range(12)))
    assert statuses == [200] * 12
    assert len(shipments(merchant, taken)) == 1
    assert inbox(merchant, state="open") == []
    assert [entry["state"] for entry in inbox(merchant)].count("applied") == 1


def test_the_same_package_in_other_bytes_settles_the_earlier_notice(merchant: Merchant) -> None:
    """ShipStation writes the time of sending into some fields, say: other bytes, the same package."""
    item = {"TEE-M": 3}
    merchant.shipstation.notify(notice(OrderNumber="late-3", items=item, by="SKU", ShipDate="03/09/2026"))
    merchant.shipstation.notify(notice(OrderNumber="late-3", items=item, by="SKU", TrackingNumber="1Z-OTHER"))
    [taken] = merchant.take(order(number="late-3"))
    again = notice(
        OrderNumber="late-3-1", items=item, by="SKU", ShipDate="03/09/2026", ShippingCost="5.10", TrackingNumber="1z 1"
    )
    assert merchant.shipstation.notify(again).status_code == 200
    assert [entry["state"] for entry in inbox(merchant)] == ["applied", "unmatched", "repeated"]
    assert len(shipments(merchant, taken)) == 1


def test_a_notice_that_waits_is_listed_once_however_often_it_is_sent(merchant: Merchant) -> None:
    for _ in range(3):
        assert merchant.shipstation.notify(notice(OrderNumber="x")).status_code == 404
    assert [entry["state"] for entry in inbox(merchant)] == ["repeated", "repeated", "unmatched"]
    assert len(inbox(merchant, state="open")) == 1


def test_a_notice_that_was_dealt_with_by_hand_is_asked_for_no_more(merchant: Merchant) -> None:
    body = notice(OrderNumber="x-9")
    merchant.shipstation.notify(body)
    id_ = newest(merchant)["id"]
    answer = post(merchant, f"{id_}/dismiss", reason="Shipped from the shop").json()
    assert (answer["state"], answer["reason"], answer["answer"]) == ("dismissed", "Shipped from the shop", 404)
    again = merchant.shipstation.notify(body)
    assert (again.status_code, b"dealt with by hand: Shipped from the shop" in again.content) == (200, True)
    assert inbox(merchant, state="open") == []
    [taken] = merchant.take(order(number="x-9"))
    assert merchant.shipstation.notify(body).status_code == 200
    assert shipments(merchant, taken) == []
    assert replayed(merchant, id_)["state"] == "applied"
    assert len(shipments(merchant, taken)) == 1


def test_a_notice_is_put_aside_once_and_in_other_words_not_again(merchant: Merchant) -> None:
    merchant.shipstation.notify(notice(OrderNumber="x-10"))
    id_ = newest(merchant)["id"]
    first = post(merchant, f"{id_}/dismiss", reason="Shipped from the shop").json()
    assert post(merchant, f"{id_}/dismiss", reason="Shipped from the shop").json() == first
    refused = post(merchant, f"{id_}/dismiss", reason="Lost")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "This notice is put aside already, by key tests: Shipped from the shop"
    assert newest(merchant) == first


def test_a_settled_notice_is_not_put_aside(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.notify(notice(part_id(taken)))
    response = post(merchant, f"{newest(merchant)['id']}/dismiss", reason="x")
    assert response.status_code == 409
    assert newest(merchant)["state"] == "applied"


def test_what_failed_for_a_fault_of_ours_waits_and_is_settled_by_the_repeat(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    [taken] = merchant.take(order())
    body = notice(part_id(taken))

    def fails(*_args: object, **_named: object) -> None:
        raise RuntimeError("a fault of our own")

    with monkeypatch.context() as patch:
        patch.setattr(restating, "state", fails)
        assert merchant.shipstation.notify(body).status_code == 500
    assert [entry["state"] for entry in inbox(merchant, state="open")] == ["received"]
    assert merchant.shipstation.notify(body).status_code == 200
    assert [entry["state"] for entry in inbox(merchant)] == ["applied", "repeated"]
    assert len(shipments(merchant, taken)) == 1


def test_what_was_interrupted_is_replayed_by_hand(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    with merchant.sessions.begin() as session:
        caller = vendors.find_caller(session, merchant.shipstation.url.rsplit("/", 1)[1])
        assert caller is not None
        raw = service.RawNotice({"order_number": taken["number"]}, "", b"", "r")
        [id_] = service.keep(session, caller.channel, [raw], now=caller.now)
    assert newest(merchant)["state"] == "received"
    assert replayed(merchant, id_.hex)["state"] == "applied"
    assert merchant.order(taken["id"])["status"] == "shipped"
