"""Packages set right by hand: numbers corrected, mistakes voided and restored; statuses and the stream follow."""

from typing import Any

import httpx
import pytest

from builders import notice, order
from driver import Merchant, text


def call(merchant: Merchant, method: str, path: str, **body: str) -> httpx.Response:
    return merchant.http.request(method, f"/api/v1/shipments/{path}", json=body, auth=merchant.auth)


def shipped(merchant: Merchant, units: int = 3, **fields: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order of three, and the shipment of a notice for it."""
    [taken] = merchant.take(order())
    part = taken["vendor_orders"][0]
    body = notice(part["id"], {part["lines"][0]["id"]: units}, **fields)
    assert merchant.shipstation.notify(body).status_code == 200
    return taken, merchant.order(taken["id"])["shipments"][-1]


def streamed(merchant: Merchant, after: str = "") -> tuple[list[dict[str, Any]], str]:
    answer = merchant.get("/shipments", after=after)
    return answer["shipments"], answer["next_after"]


def test_a_corrected_number_shows_everywhere_and_the_old_one_is_kept(merchant: Merchant) -> None:
    taken, package = shipped(merchant, TrackingNumber="1Z-OLD")
    _, after = streamed(merchant)
    answer = call(merchant, "PATCH", package["id"], tracking_number="9400-NEW", carrier="USPS", reason="new label")
    assert answer.status_code == 200, answer.text
    corrected = answer.json()
    assert (corrected["tracking_number"], corrected["carrier_code"]) == ("9400-NEW", "usps")
    assert corrected["tracking_url"].endswith("tLabels=9400-NEW")
    [made] = corrected["corrections"]
    assert {name: made[name] for name in ("who", "reason", "tracking_number", "carrier", "service")} == {
        "who": "key tests",
        "reason": "new label",
        "tracking_number": "1Z-OLD",
        "carrier": "UPS",
        "service": "Ground",
    }
    after_it = merchant.order(taken["id"])
    assert after_it["shipments"][0]["tracking_number"] == "9400-NEW"
    assert after_it["timeline"][-1]["what"] == (
        "shipment corrected: tracking 1Z-OLD → 9400-NEW, carrier UPS → USPS (new label)"
    )
    again, _ = streamed(merchant, after)
    assert again == [corrected]


def test_the_same_correction_again_changes_nothing(merchant: Merchant) -> None:
    taken, package = shipped(merchant)
    first = call(merchant, "PATCH", package["id"], tracking_number="NEW").json()
    before = merchant.order(taken["id"])
    assert call(merchant, "PATCH", package["id"], tracking_number="NEW").json() == first
    assert merchant.order(taken["id"]) == before


def test_a_corrected_number_that_shipstation_sends_after_all_is_the_same_package(merchant: Merchant) -> None:
    taken, package = shipped(merchant, TrackingNumber="T-OLD", LabelCreateDate="03/09/2026 10:00")
    call(merchant, "PATCH", package["id"], tracking_number="T-NEW")
    part = taken["vendor_orders"][0]
    for items in ({part["lines"][0]["id"]: 3}, None):
        body = notice(part["id"], items, TrackingNumber="t-new", LabelCreateDate="03/09/2026 11:00")
        answer = merchant.shipstation.notify(body)
        assert (answer.status_code, b"recorded before" in answer.content) == (200, True)
    assert len(merchant.order(taken["id"])["shipments"]) == 1


def test_the_old_number_sent_again_after_a_correction_changes_nothing(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = notice(taken["vendor_orders"][0]["id"], TrackingNumber="T-OLD")
    merchant.shipstation.notify(body)
    [package] = merchant.order(taken["id"])["shipments"]
    call(merchant, "PATCH", package["id"], tracking_number="T-NEW")
    assert merchant.shipstation.notify(body).status_code == 200
    assert [s["tracking_number"] for s in merchant.order(taken["id"])["shipments"]] == ["T-NEW"]


def test_a_voided_package_leaves_its_units_open_and_shipstation_hears_of_it(merchant: Merchant) -> None:
    taken, package = shipped(merchant)
    _, after = streamed(merchant)
    answer = call(merchant, "POST", f"{package['id']}/void", reason="never left")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["void_reason"], bool(answer.json()["voided_at"])) == ("never left", True)
    order_now = merchant.order(taken["id"])
    assert (order_now["status"], order_now["lines"][0]["shipped"]) == ("awaiting_shipment", 0)
    assert order_now["vendor_orders"][0]["lines"][0]["shipped"] == 0
    assert order_now["timeline"][-1]["what"] == "shipment voided: 3 × TEE-M, tracking 1Z1 (never left)"
    poll = merchant.shipstation.poll()
    assert text(poll.order(taken["number"]), "OrderStatus") == "awaiting_shipment"
    assert streamed(merchant, after)[0] == [answer.json()]
    assert "never left" not in str(merchant.get(f"/orders/{taken['id']}/explain")["vendor_orders"][0]["sentences"])


def test_a_repeat_of_a_voided_package_changes_nothing(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = notice(taken["vendor_orders"][0]["id"])
    merchant.shipstation.notify(body)
    [package] = merchant.order(taken["id"])["shipments"]
    call(merchant, "POST", f"{package['id']}/void", reason="a mistake")
    before = merchant.order(taken["id"])
    answer = merchant.shipstation.notify(body)
    assert (answer.status_code, b"voided by hand: a mistake." in answer.content) == (200, True)
    assert merchant.order(taken["id"]) == before


def test_a_restored_package_counts_again(merchant: Merchant) -> None:
    taken, package = shipped(merchant)
    for _ in range(2):
        assert call(merchant, "POST", f"{package['id']}/void", reason="a mistake").status_code == 200
    for _ in range(2):
        answer = call(merchant, "POST", f"{package['id']}/restore", reason="it was none")
        assert (answer.status_code, answer.json()["voided_at"]) == (200, None)
    after = merchant.order(taken["id"])
    assert (after["status"], after["lines"][0]["shipped"]) == ("shipped", 3)
    assert [event["what"].partition(":")[0] for event in after["timeline"]][-2:] == [
        "shipment voided",
        "shipment restored",
    ]


def test_a_voided_package_is_not_corrected(merchant: Merchant) -> None:
    _, package = shipped(merchant)
    call(merchant, "POST", f"{package['id']}/void", reason="a mistake")
    assert call(merchant, "PATCH", package["id"], tracking_number="x").status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {}),
        ("PATCH", "", {"reason": "x"}),
        ("PATCH", "", {"tracking_number": "x" * 51}),
        ("PATCH", "", {"status": "x"}),
        ("POST", "/void", {}),
        ("POST", "/void", {"reason": " "}),
        ("POST", "/restore", {}),
    ],
)
def test_a_correction_that_says_nothing_is_refused(
    merchant: Merchant, method: str, path: str, body: dict[str, str]
) -> None:
    _, package = shipped(merchant)
    response = call(merchant, method, f"{package['id']}{path}", **body)
    assert (response.status_code, bool(response.json()["errors"])) == (422, True)


def test_a_shipment_that_does_not_exist_is_404(merchant: Merchant) -> None:
    for id_ in ("x", "0" * 32):
        assert merchant.http.get(f"/api/v1/shipments/{id_}", auth=merchant.auth).status_code == 404
        assert call(merchant, "POST", f"{id_}/void", reason="x").status_code == 404


def test_a_notice_whose_shipment_was_voided_is_given_to_another_order(merchant: Merchant) -> None:
    """It was matched with the wrong one: void, then replay with the right number."""
    [wrong], [right] = merchant.take(order()), merchant.take(order())
    merchant.shipstation.notify(notice(wrong["vendor_orders"][0]["id"], {"TEE-M": 3}, by="SKU"))
    [package] = merchant.order(wrong["id"])["shipments"]
    [entry] = merchant.get("/notices")["notices"]
    call(merchant, "POST", f"{package['id']}/void", reason="another order's")
    answer = merchant.http.post(
        f"/api/v1/notices/{entry['id']}/replay", json={"order_number": right["number"]}, auth=merchant.auth
    )
    assert (answer.status_code, answer.json()["order"]) == (200, right["id"]), answer.text
    assert merchant.order(wrong["id"])["status"] == "awaiting_shipment"
    assert merchant.order(right["id"])["status"] == "shipped"
