"""Vendor orders by themselves, and packages that ShipStation does not report."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from builders import line, notice, order
from driver import Merchant, text

PACKAGE = {"carrier": "UPS", "service": "Ground", "tracking_number": "1Z999AA10123456784", "ship_date": "2026-03-10"}


def mixed(merchant: Merchant, **changes: Any) -> dict[str, Any]:
    """Three tees for ShipStation, two mugs for Drop, which is no ShipStation account."""
    if all(vendor["name"] != "Drop" for vendor in merchant.get("/vendors")["vendors"]):
        merchant.done("/vendors", name="Drop", kind="manual")
    [got] = merchant.take(order(lines=[line("l1"), line("l2", sku="MUG", quantity=2, vendor="Drop")], **changes))
    return got


def part_of(got: dict[str, Any], vendor: str) -> dict[str, Any]:
    found: dict[str, Any] = next(part for part in got["vendor_orders"] if part["vendor"] == vendor)
    return found


def test_a_vendor_order_reads_back_with_what_its_vendor_must_know(merchant: Merchant) -> None:
    got = mixed(merchant)
    part = part_of(got, "Drop")
    whole = merchant.get(f"/vendor-orders/{part['id']}")
    assert {name: whole[name] for name in part} == part
    assert (whole["order"], whole["order_number"], whole["store"]) == (got["id"], got["number"], "web")
    assert (whole["ship_to"], whole["shipping_method"]) == (got["ship_to"], "Ground")
    assert [(entry["sku"], entry["name"], entry["quantity"]) for entry in whole["lines"]] == [("MUG", "Tee", 2)]


def test_a_vendors_open_work_is_listed_newest_first(merchant: Merchant) -> None:
    first, second, done = mixed(merchant), mixed(merchant), mixed(merchant)
    merchant.done(f"/vendor-orders/{part_of(done, 'Drop')['id']}/shipments")
    found = merchant.get("/vendor-orders", vendor="Drop", status="awaiting_shipment")
    assert [part["order"] for part in found["vendor_orders"]] == [second["id"], first["id"]]
    assert found["next_cursor"] is None
    assert merchant.get("/vendor-orders", number=first["number"], store="nowhere")["vendor_orders"] == []
    assert len(merchant.get("/vendor-orders", number=first["number"], store="web")["vendor_orders"]) == 2
    assert merchant.get("/vendor-orders", updated_after="2100-01-01T00:00:00Z")["vendor_orders"] == []


def test_pages_of_vendor_orders_go_on_where_the_one_before_ended(merchant: Merchant) -> None:
    made = [part["id"] for got in (mixed(merchant) for _ in range(4)) for part in got["vendor_orders"]]
    seen: list[str] = []
    answer = merchant.get("/vendor-orders", limit="3")
    while True:
        seen += [part["id"] for part in answer["vendor_orders"]]
        if answer["next_cursor"] is None:
            break
        answer = merchant.get("/vendor-orders", limit="3", cursor=answer["next_cursor"])
    assert sorted(seen) == sorted(made)


def test_tracking_of_another_kind_of_vendor_is_recorded_and_the_order_says_it(merchant: Merchant) -> None:
    got = mixed(merchant)
    part = part_of(got, "Drop")
    answer = merchant.act(f"/vendor-orders/{part['id']}/shipments", **PACKAGE, shipping_cost="4.20")
    assert answer.status_code == 201
    package = answer.json()
    assert (package["carrier_code"], package["shipping_cost"], package["source"]) == ("ups", "4.20", "key tests")
    assert package["tracking_url"].endswith("1Z999AA10123456784")
    assert [(entry["sku"], entry["quantity"]) for entry in package["lines"]] == [("MUG", 2)]
    after = merchant.order(got["id"])
    assert (after["status"], part_of(after, "Drop")["status"]) == ("partially_shipped", "shipped")
    assert after["shipments"] == [package]
    event = after["timeline"][-1]
    assert event["what"] == f"{part['number']} shipped: 2 × MUG by UPS Ground, tracking 1Z999AA10123456784"
    assert {"field": "lines.l2.shipped", "before": 0, "after": 2} in event["changes"]


def test_what_was_shipped_by_hand_goes_out_to_shipstation_as_shipped(merchant: Merchant) -> None:
    got = mixed(merchant)
    merchant.shipstation.poll()
    part = part_of(got, "ShipStation")
    merchant.done(f"/vendor-orders/{part['id']}/shipments", **PACKAGE)
    assert merchant.order(got["id"])["flags"] == ["changed_after_pickup"]
    assert text(merchant.shipstation.poll().order(got["number"]), "OrderStatus") == "shipped"
    assert merchant.order(got["id"])["flags"] == []


@pytest.mark.parametrize("body", [PACKAGE, {**PACKAGE, "key": "p-1"}, {"lines": [{"line": "MUG", "quantity": 1}]}])
def test_the_same_package_is_recorded_once_however_often_and_at_once(merchant: Merchant, body: dict[str, Any]) -> None:
    part = part_of(mixed(merchant), "Drop")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: merchant.act(f"/vendor-orders/{part['id']}/shipments", **body), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_two_equal_packages_are_told_apart_by_their_keys(merchant: Merchant) -> None:
    part = part_of(mixed(merchant), "Drop")
    for key in ("box 1", "box 2"):
        body = {"lines": [{"line": "MUG", "quantity": 1}], "key": key}
        assert merchant.act(f"/vendor-orders/{part['id']}/shipments", **body).status_code == 201
    assert merchant.get(f"/vendor-orders/{part['id']}")["status"] == "shipped"


def test_a_key_that_belongs_to_another_package_is_refused(merchant: Merchant) -> None:
    part = part_of(mixed(merchant), "Drop")
    merchant.done(f"/vendor-orders/{part['id']}/shipments", **PACKAGE, key="p-1")
    response = merchant.act(f"/vendor-orders/{part['id']}/shipments", tracking_number="other", key="p-1")
    assert (response.status_code, "UPS 1Z999AA10123456784" in response.json()["detail"]) == (409, True)


@pytest.mark.parametrize("by", ["id of the part's line", "id of the line", "the shop's id", "sku", "the vendor's sku"])
def test_a_line_of_a_package_is_named_in_any_of_five_ways(merchant: Merchant, by: str) -> None:
    merchant.done("/vendors", name="Drop", kind="manual")
    merchant.put_product("MUG", [{"vendor": "Drop", "vendor_sku": "D-9"}])
    got = mixed(merchant)
    part = part_of(got, "Drop")
    words = {
        "id of the part's line": part["lines"][0]["id"],
        "id of the line": got["lines"][1]["id"],
        "the shop's id": "l2",
        "sku": "mug",
        "the vendor's sku": "D-9",
    }
    body = {"lines": [{"line": words[by], "quantity": 1}]}
    package = merchant.done(f"/vendor-orders/{part['id']}/shipments", **body)
    assert [(entry["line"], entry["quantity"]) for entry in package["lines"]] == [(got["lines"][1]["id"], 1)]


def test_lines_with_one_sku_are_filled_in_turn(merchant: Merchant) -> None:
    [got] = merchant.take(order(lines=[line("l1", quantity=1), line("l2", quantity=2)]))
    [part] = got["vendor_orders"]
    body = {"lines": [{"line": "TEE-M", "quantity": 2}]}
    package = merchant.done(f"/vendor-orders/{part['id']}/shipments", **body)
    ids = [entry["id"] for entry in got["lines"]]
    assert [(entry["line"], entry["quantity"]) for entry in package["lines"]] == [(ids[0], 1), (ids[1], 1)]


@pytest.mark.parametrize(("cancelled", "flag"), [(False, "over_shipped"), (True, "cancel_too_late")])
def test_more_than_was_open_is_recorded_and_flagged(merchant: Merchant, flag: str, *, cancelled: bool) -> None:
    got = mixed(merchant)
    part = part_of(got, "Drop")
    if cancelled:
        merchant.done(f"/orders/{got['id']}/cancel", lines=[{"line": "l2"}])
    body = {"lines": [{"line": "MUG", "quantity": 2 if cancelled else 3}]}
    package = merchant.done(f"/vendor-orders/{part['id']}/shipments", **body)
    assert package["flags"] == [flag]
    assert flag in merchant.order(got["id"])["flags"]


def test_a_package_without_lines_is_refused_where_nothing_is_open(merchant: Merchant) -> None:
    part = part_of(mixed(merchant), "Drop")
    merchant.done(f"/vendor-orders/{part['id']}/shipments", **PACKAGE)
    response = merchant.act(f"/vendor-orders/{part['id']}/shipments", tracking_number="another")
    assert response.status_code == 409
    assert response.json()["detail"].startswith(f"Nothing of vendor order {part['number']} is open.")


def test_lines_that_the_vendor_order_does_not_have_are_all_named(merchant: Merchant) -> None:
    part = part_of(mixed(merchant), "Drop")
    body = {"lines": [{"line": "TEE-M", "quantity": 1}, {"line": "MUG", "quantity": 1}, {"line": "x", "quantity": 1}]}
    response = merchant.act(f"/vendor-orders/{part['id']}/shipments", **body)
    assert response.status_code == 422
    assert [reason["pointer"] for reason in response.json()["errors"]] == ["/lines/0/line", "/lines/2/line"]
    assert merchant.get(f"/vendor-orders/{part['id']}")["shipments"] == []


def test_shipstations_own_notice_after_a_package_by_hand_is_recorded_and_flagged(merchant: Merchant) -> None:
    got = mixed(merchant)
    part = part_of(got, "ShipStation")
    merchant.done(f"/vendor-orders/{part['id']}/shipments", **PACKAGE)
    assert merchant.shipstation.notify(notice(part["id"], {"TEE-M": 3}, by="SKU")).status_code == 200
    after = merchant.order(got["id"])
    assert [package["source"] for package in after["shipments"]] == ["key tests", "shipstation"]
    assert {"over_shipped", "shipped_by_hand"} <= set(after["flags"])


def test_a_package_that_was_voided_is_not_recorded_again_without_a_word(merchant: Merchant) -> None:
    part = part_of(mixed(merchant), "Drop")
    package = merchant.done(f"/vendor-orders/{part['id']}/shipments", **PACKAGE)
    merchant.done(f"/shipments/{package['id']}/void", reason="typing error")
    response = merchant.act(f"/vendor-orders/{part['id']}/shipments", **PACKAGE)
    assert (response.status_code, "voided" in response.json()["detail"]) == (409, True)
    assert merchant.act(f"/vendor-orders/{part['id']}/shipments", **PACKAGE, key="again").status_code == 201


def test_a_vendor_order_of_another_account_does_not_exist(merchant: Merchant, make_merchant: Any) -> None:
    part = part_of(mixed(make_merchant()), "Drop")
    for path in (f"/vendor-orders/{part['id']}", "/vendor-orders/x"):
        assert merchant.http.get(f"/api/v1{path}", auth=merchant.auth).status_code == 404
    assert merchant.act(f"/vendor-orders/{part['id']}/shipments", **PACKAGE).status_code == 404
    assert merchant.http.get("/api/v1/vendor-orders?vendor=Drop", auth=merchant.auth).status_code == 404
