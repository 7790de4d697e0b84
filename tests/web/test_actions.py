"""Hold, release, cancel and resend over the API: what they do, that twice is once, and every reason against them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from builders import line, notice, order
from driver import Merchant, text


def bought(merchant: Merchant, **changes: Any) -> dict[str, Any]:
    [got] = merchant.take(order(**changes))
    return got


def shipped(merchant: Merchant, got: dict[str, Any], items: dict[str, int] | None = None) -> dict[str, Any]:
    """ShipStation ships the first vendor order, or those units of it by SKU."""
    answer = merchant.shipstation.notify(notice(got["vendor_orders"][0]["id"], items, by="SKU"))
    assert answer.status_code == 200, answer.text
    return merchant.order(got["id"])


def told(merchant: Merchant, number: str) -> str:
    return text(merchant.shipstation.poll().order(number), "OrderStatus")


def test_an_order_that_is_marked_as_paid_goes_out_as_paid_once(merchant: Merchant) -> None:
    got = bought(merchant, payment_status="unpaid")
    assert told(merchant, got["number"]) == "unpaid"
    paid = merchant.done(f"/orders/{got['id']}/mark-paid", reason="bank transfer")
    assert (paid["status"], paid["payment_status"]) == ("awaiting_shipment", "paid")
    assert paid["timeline"][-1]["what"] == "marked as paid (bank transfer)"
    assert told(merchant, got["number"]) == "awaiting_shipment"
    assert merchant.done(f"/orders/{got['id']}/mark-paid")["timeline"] == paid["timeline"]


def test_a_held_order_goes_out_on_hold_and_released_it_waits_for_shipment_again(merchant: Merchant) -> None:
    got = bought(merchant)
    assert told(merchant, got["number"]) == "awaiting_shipment"
    held = merchant.done(f"/orders/{got['id']}/hold", reason="fraud check")
    assert (held["status"], held["held"], held["vendor_orders"][0]["status"]) == ("on_hold", True, "on_hold")
    assert told(merchant, got["number"]) == "on_hold"
    released = merchant.done(f"/orders/{got['id']}/release")
    assert (released["status"], released["held"]) == ("awaiting_shipment", False)
    assert told(merchant, got["number"]) == "awaiting_shipment"
    assert [event["what"] for event in released["timeline"]] == [
        "order received",
        "put on hold (fraud check)",
        "released",
    ]


@pytest.mark.parametrize("action", ["hold", "cancel", "release"])
def test_an_action_done_twice_is_done_once(merchant: Merchant, action: str) -> None:
    got = bought(merchant)
    once = merchant.done(f"/orders/{got['id']}/{action}")
    assert merchant.done(f"/orders/{got['id']}/{action}") == once


def test_an_action_says_who_did_it_what_was_before_and_what_is_after(merchant: Merchant) -> None:
    got = bought(merchant)
    response = merchant.act(f"/orders/{got['id']}/hold")
    event = response.json()["timeline"][-1]
    assert event["who"] == "key tests"
    assert event["request_id"] == response.headers["x-request-id"]
    assert {change["field"]: (change["before"], change["after"]) for change in event["changes"]} == {
        "held": (False, True),
        "status": ("awaiting_shipment", "on_hold"),
        f"vendor_orders.{got['vendor_orders'][0]['id']}.status": ("awaiting_shipment", "on_hold"),
    }


def test_what_has_shipped_or_is_cancelled_cannot_be_held_and_every_vendor_order_says_why(merchant: Merchant) -> None:
    merchant.add_store("West")
    got = bought(merchant, lines=[line("l1"), line("l2", sku="MUG", quantity=1, vendor="West")])
    merchant.done(f"/orders/{got['id']}/cancel", lines=[{"line": "l2"}])
    shipped(merchant, got)
    response = merchant.act(f"/orders/{got['id']}/hold")
    assert (response.status_code, response.headers["content-type"]) == (409, "application/problem+json")
    problem = response.json()
    assert problem["detail"] == f"Order {got['number']} cannot be held."
    assert [reason["detail"] for reason in problem["errors"]] == [
        f"Vendor order {got['number']} for ShipStation has shipped: 3 × TEE-M shipped.",
        f"Vendor order {got['number']} for West is cancelled: 1 × MUG cancelled.",
    ]


def test_a_cancelled_order_goes_out_as_cancelled_and_is_flagged_until_it_is_fetched(merchant: Merchant) -> None:
    got = bought(merchant)
    merchant.shipstation.poll()
    cancelled = merchant.done(f"/orders/{got['id']}/cancel", reason="buyer called")
    assert (cancelled["status"], cancelled["flags"]) == ("cancelled", ["cancel_requested"])
    assert cancelled["vendor_orders"][0]["served_at"] is None
    assert cancelled["timeline"][-1]["what"] == "cancelled: 3 × TEE-M (buyer called)"
    assert told(merchant, got["number"]) == "cancelled"
    after = merchant.order(got["id"])
    assert after["flags"] == []
    assert after["vendor_orders"][0]["served_at"] >= after["vendor_orders"][0]["changed_at"]


def test_an_order_cancelled_before_shipstation_asked_goes_out_as_cancelled_without_a_flag(merchant: Merchant) -> None:
    got = bought(merchant)
    cancelled = merchant.done(f"/orders/{got['id']}/cancel")
    assert (cancelled["status"], cancelled["flags"]) == ("cancelled", [])
    assert told(merchant, got["number"]) == "cancelled"


def test_a_change_after_shipstation_fetched_it_is_flagged_until_it_fetches_the_change(merchant: Merchant) -> None:
    got = bought(merchant)
    merchant.shipstation.poll()
    changed = merchant.done(f"/orders/{got['id']}/cancel", lines=[{"line": "l1", "quantity": 1}])
    assert (changed["status"], changed["flags"]) == ("awaiting_shipment", ["changed_after_pickup"])
    served = merchant.shipstation.poll().order(got["number"])
    assert text(served, "Items/Item/Quantity") == "2"
    assert merchant.order(got["id"])["flags"] == []


def test_the_units_that_are_left_after_a_cancel_complete_the_order(merchant: Merchant) -> None:
    got = bought(merchant)
    merchant.done(f"/orders/{got['id']}/cancel", lines=[{"line": "l1", "quantity": 1}])
    after = shipped(merchant, got, {"TEE-M": 2})
    assert (after["status"], after["flags"]) == ("shipped", [])
    assert (after["lines"][0]["quantity"], after["lines"][0]["cancelled"], after["lines"][0]["shipped"]) == (3, 1, 2)


def test_cancelling_an_order_that_has_shipped_in_part_cancels_the_rest(merchant: Merchant) -> None:
    got = bought(merchant)
    shipped(merchant, got, {"TEE-M": 2})
    after = merchant.done(f"/orders/{got['id']}/cancel")
    assert (after["status"], after["lines"][0]["cancelled"]) == ("shipped", 1)
    assert merchant.done(f"/orders/{got['id']}/cancel") == after


def test_an_order_that_has_shipped_cannot_be_cancelled(merchant: Merchant) -> None:
    got = bought(merchant)
    shipped(merchant, got)
    response = merchant.act(f"/orders/{got['id']}/cancel")
    assert response.status_code == 409
    assert [reason["detail"] for reason in response.json()["errors"]] == [
        f"Vendor order {got['number']} for ShipStation has shipped: 3 × TEE-M shipped."
    ]


def test_a_cancel_that_cannot_be_lists_every_line_with_its_reason(merchant: Merchant) -> None:
    got = bought(merchant, lines=[line("l1"), line("l2", sku="MUG", quantity=2)])
    shipped(merchant, got, {"TEE-M": 3, "MUG": 1})
    wanted = [{"line": "l1"}, {"line": "l2", "quantity": 2}]
    response = merchant.act(f"/orders/{got['id']}/cancel", lines=wanted)
    assert response.status_code == 409
    assert response.json()["errors"] == [
        {"detail": "Nothing is open: of 3 × TEE-M, 3 have shipped and 0 are cancelled.", "pointer": "/lines/0"},
        {"detail": "2 cannot be cancelled, 1 is open: of 2 × MUG, 1 have shipped and 0 are cancelled.",
         "pointer": "/lines/1"},
    ]  # fmt: skip
    assert merchant.order(got["id"])["lines"][1]["cancelled"] == 0


def test_a_line_that_the_order_does_not_have_refuses_the_whole_cancel(merchant: Merchant) -> None:
    got = bought(merchant)
    response = merchant.act(f"/orders/{got['id']}/cancel", lines=[{"line": "l1"}, {"line": "l9"}])
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/lines/1/line")
    assert merchant.order(got["id"])["lines"][0]["cancelled"] == 0


def test_a_line_is_named_by_the_shops_id_or_by_ours_and_twice_adds_up(merchant: Merchant) -> None:
    got = bought(merchant)
    wanted = [{"line": "l1", "quantity": 1}, {"line": got["lines"][0]["id"], "quantity": 1}]
    assert merchant.done(f"/orders/{got['id']}/cancel", lines=wanted)["lines"][0]["cancelled"] == 2
    assert merchant.act(f"/orders/{got['id']}/cancel", lines=wanted).status_code == 409


def test_a_cancel_with_a_key_counts_once_however_often_and_at_once(merchant: Merchant) -> None:
    got = bought(merchant)
    body = {"lines": [{"line": "l1", "quantity": 1}], "key": "c-1"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: merchant.done(f"/orders/{got['id']}/cancel", **body), range(6)))
    assert [answer["lines"][0]["cancelled"] for answer in answers] == [1] * 6
    more = merchant.done(f"/orders/{got['id']}/cancel", **(body | {"key": "c-2"}))
    assert more["lines"][0]["cancelled"] == 2


def test_units_without_a_vendor_are_cancelled_first_and_stay_cancelled_when_a_vendor_comes(merchant: Merchant) -> None:
    sent = order(lines=[line("l1"), line("l2", sku="CARD", vendor="West")])
    [got] = merchant.take(sent)
    assert got["flags"] == ["unrouted"]
    after = merchant.done(f"/orders/{got['id']}/cancel", lines=[{"line": "l2", "quantity": 1}])
    assert (after["lines"][1]["cancelled"], after["flags"]) == (1, ["unrouted"])
    merchant.add_store("West")
    [routed] = merchant.take(sent)
    west = next(part for part in routed["vendor_orders"] if part["vendor"] == "West")
    assert [entry["quantity"] - entry["cancelled"] for entry in west["lines"]] == [2]
    assert routed["lines"][1]["cancelled"] == 1
    whole = merchant.done(f"/orders/{got['id']}/cancel")
    assert (whole["status"], [entry["cancelled"] for entry in whole["lines"]]) == ("cancelled", [3, 3])


def test_a_shipment_of_a_cancelled_part_is_recorded_and_flagged(merchant: Merchant) -> None:
    got = bought(merchant)
    merchant.shipstation.poll()
    merchant.done(f"/orders/{got['id']}/cancel")
    after = shipped(merchant, got, {"TEE-M": 3})
    assert (after["status"], after["lines"][0]["shipped"]) == ("shipped", 3)
    assert "cancel_too_late" in after["flags"]


def test_resending_serves_the_same_order_with_a_later_time(merchant: Merchant) -> None:
    got = bought(merchant)
    first = merchant.shipstation.poll().order(got["number"])
    before = merchant.order(got["id"])["vendor_orders"][0]["changed_at"]
    after = merchant.done(f"/orders/{got['id']}/resend", reason="lost there")
    assert after["vendor_orders"][0]["changed_at"] > before
    again = merchant.shipstation.poll().order(got["number"])
    assert text(again, "OrderID") == text(first, "OrderID")
    assert after["flags"] == []  # ShipStation has it as it is, if only in an earlier copy
    assert after["timeline"][-1]["what"] == f"{got['number']} sent to ShipStation again (lost there)"


def test_what_shipstation_cannot_be_given_cannot_be_resent_and_each_part_says_why(merchant: Merchant) -> None:
    merchant.done("/vendors", name="Drop", kind="manual")
    got = bought(
        merchant,
        lines=[line("l1"), line("l2", sku="MUG", vendor="Drop")],
        ship_to={"name": "Ada Buyer", "country": "US"},
    )
    response = merchant.act(f"/orders/{got['id']}/resend")
    assert response.status_code == 409
    assert [reason["detail"] for reason in response.json()["errors"]] == [
        f"Vendor order {got['number']} for ShipStation is held back (needs_address): it goes out once that is mended.",
        f"Vendor order {got['number']} for Drop: Drop is no ShipStation account, so nothing is sent to it.",
    ]


@pytest.mark.parametrize("action", ["hold", "release", "cancel", "resend"])
def test_an_order_that_is_not_there_cannot_be_acted_upon(merchant: Merchant, make_merchant: Any, action: str) -> None:
    foreign = bought(make_merchant())
    for id_ in (foreign["id"], "x", "00000000000000000000000000000000"):
        assert merchant.act(f"/orders/{id_}/{action}").status_code == 404


@pytest.mark.parametrize(
    ("action", "body", "pointer"),
    [
        ("hold", {"because": "x"}, "/because"),
        ("cancel", {"lines": [{"line": "l1", "quantity": 0}]}, "/lines/0/quantity"),
        ("cancel", {"lines": [{}]}, "/lines/0/line"),
    ],
)
def test_a_body_that_is_not_understood_is_refused(
    merchant: Merchant, action: str, body: dict[str, Any], pointer: str
) -> None:
    got = bought(merchant)
    response = merchant.act(f"/orders/{got['id']}/{action}", **body)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, pointer)


def test_an_edit_of_a_held_order_leaves_it_held(merchant: Merchant) -> None:
    sent = order()
    [got] = merchant.take(sent)
    merchant.done(f"/orders/{got['id']}/hold")
    [after] = merchant.take({**sent, "customer_notes": "later"})
    assert (after["status"], after["held"]) == ("on_hold", True)
