"""Routing again: one order, many, and those that waited; what vendors see of it, and what is told."""

from typing import Any

import pytest

from builders import ADDRESS, line, order
from driver import Merchant, Store, text

WEST = [{"vendor": "West"}]


@pytest.fixture
def west(merchant: Merchant) -> Store:
    """A second ShipStation account; the first is the default vendor."""
    return merchant.add_store("West")


def post(merchant: Merchant, path: str, **body: Any) -> dict[str, Any]:
    response = merchant.http.post(f"/api/v1{path}", json=body, auth=merchant.auth)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def reroute(merchant: Merchant, id_: str, **body: Any) -> dict[str, Any]:
    return post(merchant, f"/orders/{id_}/reroute", **body)


def parts_of(got: dict[str, Any]) -> list[tuple[str, str, str, list[int]]]:
    return [
        (part["vendor"], part["number"], part["status"], [own["quantity"] for own in part["lines"]])
        for part in got["vendor_orders"]
    ]


def test_a_part_that_was_served_goes_out_as_cancelled_and_the_new_one_has_an_id_of_its_own(
    merchant: Merchant, west: Store
) -> None:
    [before] = merchant.take(order())
    merchant.shipstation.poll()
    merchant.put_product("TEE-M", WEST)
    answer = reroute(merchant, before["id"], reason="closer")
    assert answer["changed"]
    assert [(row["units"], row["before"], row["after"]) for row in answer["lines"]] == [(3, "ShipStation", "West")]
    after = merchant.order(before["id"])
    number = before["number"]
    assert parts_of(after) == [("ShipStation", number, "cancelled", [0]), ("West", number, "awaiting_shipment", [3])]
    assert after["vendor_orders"][0]["id"] == before["vendor_orders"][0]["id"]
    assert text(merchant.shipstation.poll().order(number), "OrderStatus") == "cancelled"
    served = west.poll().order(number)
    assert (text(served, "OrderStatus"), text(served, "OrderID")) == (
        "awaiting_shipment", after["vendor_orders"][1]["id"])  # fmt: skip
    assert after["timeline"][-1]["what"] == (
        "routed again: 3 × TEE-M from ShipStation to West: product TEE-M is shipped by West (priority 1) (closer)"
    )


def test_doing_it_twice_changes_nothing(merchant: Merchant, west: Store) -> None:
    [got] = merchant.take(order())
    merchant.put_product("TEE-M", WEST)
    reroute(merchant, got["id"])
    before = merchant.order(got["id"])
    answer = reroute(merchant, got["id"])
    assert (answer["changed"], answer["lines"][0]["moves"]) == (False, False)
    assert merchant.order(got["id"]) == before


def test_a_preview_says_the_same_and_changes_nothing(merchant: Merchant, west: Store) -> None:
    [before] = merchant.take(order())
    merchant.put_product("TEE-M", WEST)
    preview = reroute(merchant, before["id"], preview=True)
    assert merchant.order(before["id"]) == before
    assert reroute(merchant, before["id"]) == preview


def test_what_has_shipped_stays_and_the_rest_moves(merchant: Merchant, west: Store) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.notify(
        b"<ShipNotice><TrackingNumber>1</TrackingNumber><Items><Item><SKU>TEE-M</SKU><Quantity>2</Quantity></Item>"
        b"</Items></ShipNotice>",
        order_number=got["number"],
    )
    merchant.put_product("TEE-M", WEST)
    assert reroute(merchant, got["id"])["lines"][0]["units"] == 1
    after = merchant.order(got["id"])
    assert parts_of(after) == [
        ("ShipStation", got["number"], "shipped", [2]), ("West", got["number"], "awaiting_shipment", [1])]  # fmt: skip
    west.notify(order_number=got["number"])
    assert merchant.order(got["id"])["status"] == "shipped"
    assert reroute(merchant, got["id"]) == {
        "id": got["id"], "number": got["number"], "changed": False, "lines": []}  # fmt: skip


def test_only_the_line_that_moves_leaves_its_part_and_it_may_come_back(merchant: Merchant, west: Store) -> None:
    [got] = merchant.take(order(lines=[line(), line("l2", sku="MUG", quantity=1)], total="47.10"))
    merchant.put_product("MUG", WEST)
    reroute(merchant, got["id"])
    number = got["number"]
    assert parts_of(merchant.order(got["id"])) == [
        ("ShipStation", number, "awaiting_shipment", [3, 0]), ("West", number, "awaiting_shipment", [1])]  # fmt: skip
    [item] = merchant.shipstation.poll().order(number).findall("Items/Item")
    assert text(item, "SKU") == "TEE-M"
    merchant.put_product("MUG")
    merchant.put_product("TEE-M", WEST)
    reroute(merchant, got["id"])
    assert parts_of(merchant.order(got["id"])) == [
        ("ShipStation", number, "awaiting_shipment", [0, 1]),
        ("West", number, "awaiting_shipment", [3, 0]),
    ]


def test_a_part_that_is_emptied_is_never_filled_again(merchant: Merchant, west: Store) -> None:
    [got] = merchant.take(order())
    merchant.put_product("TEE-M", WEST)
    reroute(merchant, got["id"])
    merchant.put_product("TEE-M")
    reroute(merchant, got["id"])
    number = got["number"]
    after = merchant.order(got["id"])
    assert parts_of(after) == [
        ("ShipStation", number, "cancelled", [0]),
        ("West", number, "cancelled", [0]),
        ("ShipStation", f"{number}.B", "awaiting_shipment", [3]),
    ]
    assert len({part["id"] for part in after["vendor_orders"]}) == 3


def test_a_line_that_nobody_else_would_take_stays_with_its_vendor(merchant: Merchant, west: Store) -> None:
    merchant.put_product("TEE-M", WEST)
    [before] = merchant.take(order())
    merchant.http.patch("/api/v1/vendors/West", json={"active": False}, auth=merchant.auth)
    [row] = reroute(merchant, before["id"])["lines"]
    assert (row["moves"], row["after"], row["reason"]) == (
        False, "West", "every vendor of product TEE-M is inactive: West")  # fmt: skip
    after = merchant.order(before["id"])
    assert parts_of(after) == parts_of(before)
    assert after["lines"][0]["reason"] == "product TEE-M is shipped by West (priority 1)"


def test_the_open_parts_of_a_vendor_that_was_switched_off_stay_until_they_are_routed_again(
    merchant: Merchant, west: Store
) -> None:
    merchant.put_product("TEE-M", [{"vendor": "West", "priority": 1}, {"vendor": "ShipStation", "priority": 2}])
    [got] = merchant.take(order())
    merchant.http.patch("/api/v1/vendors/West", json={"active": False}, auth=merchant.auth)
    assert merchant.order(got["id"])["lines"][0]["vendor"] == "West"
    assert merchant.get(f"/orders/{got['id']}/explain")["state"] == "vendor_inactive"
    [new] = merchant.take(order())
    assert (new["lines"][0]["vendor"], new["lines"][0]["reason"]) == (
        "ShipStation", "product TEE-M is shipped by ShipStation (priority 2), as West is inactive")  # fmt: skip
    assert reroute(merchant, got["id"])["lines"][0]["after"] == "ShipStation"


def test_a_line_that_is_excluded_now_leaves_its_part_and_comes_back_when_it_is_not(
    merchant: Merchant, west: Store
) -> None:
    [got] = merchant.take(order(lines=[line(), line("l2", sku="GIFT", quantity=1)]))
    rule = {"sku": "GIFT", "exclude": True}
    merchant.http.put("/api/v1/routing-rules", json={"rules": [rule]}, auth=merchant.auth)
    assert reroute(merchant, got["id"])["lines"][1]["after"] == "nobody"
    after = merchant.order(got["id"])
    assert (after["lines"][1]["excluded"], parts_of(after)[0][3]) == (True, [3, 0])
    merchant.http.put("/api/v1/routing-rules", json={"rules": []}, auth=merchant.auth)
    assert reroute(merchant, got["id"])["changed"]
    assert parts_of(merchant.order(got["id"]))[0][3] == [3, 1]


def test_the_vendor_named_by_the_shop_still_decides(merchant: Merchant, west: Store) -> None:
    merchant.put_product("TEE-M", WEST)
    [got] = merchant.take(order(lines=[line(vendor="ShipStation")]))
    assert not reroute(merchant, got["id"])["changed"]


def test_many_orders_are_routed_again_by_sku_a_call_at_a_time(merchant: Merchant, west: Store) -> None:
    tees = merchant.take(*[order() for _ in range(3)])
    [mug] = merchant.take(order(lines=[line(sku="MUG")]))
    [done] = merchant.take(order())
    merchant.shipstation.notify(order_number=done["number"])
    merchant.put_product("TEE-M", WEST)
    merchant.put_product("MUG", WEST)
    first = post(merchant, "/orders:reroute", which="open", sku="TEE-M", limit=2)
    assert (first["looked_at"], [row["id"] for row in first["orders"]]) == (2, [got["id"] for got in tees[:2]])
    rest = post(merchant, "/orders:reroute", which="open", sku="TEE-M", cursor=first["next_cursor"])
    assert ([row["id"] for row in rest["orders"]], rest["next_cursor"]) == ([tees[2]["id"]], None)
    assert merchant.order(mug["id"])["lines"][0]["vendor"] == "ShipStation"
    assert merchant.order(done["id"])["lines"][0]["vendor"] == "ShipStation"
    everything = post(merchant, "/orders:reroute", which="open")
    assert [row["id"] for row in everything["orders"]] == [mug["id"]]
    assert post(merchant, "/orders:reroute", which="open")["orders"] == []


def test_an_order_that_is_not_there_is_not_routed(merchant: Merchant, make_merchant: Any) -> None:
    [other] = make_merchant().take(order())
    for id_ in ("none", other["id"]):
        response = merchant.http.post(f"/api/v1/orders/{id_}/reroute", auth=merchant.auth)
        assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


# The queue


def unrouted(merchant: Merchant, sku: str = "LAMP", **changes: Any) -> dict[str, Any]:
    [got] = merchant.take(order(lines=[line(), line("l2", sku=sku, quantity=2, vendor="South")], **changes))
    return got


def test_the_queue_says_what_waits_and_why(merchant: Merchant) -> None:
    waiting = [unrouted(merchant), unrouted(merchant), unrouted(merchant, "RUG")]
    merchant.take(order())
    queue = merchant.get("/unrouted")
    assert queue["orders"] == 3
    reason = "the order names the vendor “South”, which does not exist"
    assert [(group["sku"], group["reason"], group["orders"], group["units"]) for group in queue["groups"]] == [
        ("LAMP", reason, 2, 4), ("RUG", reason, 1, 2)]  # fmt: skip
    listed = merchant.get("/orders", flag="unrouted")["orders"]
    assert [got["id"] for got in listed] == [got["id"] for got in reversed(waiting)]
    assert merchant.get("/orders", flag="needs_address")["orders"] == []


def test_lines_that_wait_are_routed_as_soon_as_there_is_a_vendor(merchant: Merchant) -> None:
    waiting = [unrouted(merchant), unrouted(merchant)]
    south = merchant.add_store("South")
    assert merchant.get("/unrouted") == {"orders": 0, "groups": []}
    assert set(south.poll().numbers) == {got["number"] for got in waiting}
    after = merchant.order(waiting[0]["id"])
    assert (after["flags"], after["lines"][1]["vendor"]) == ([], "South")
    assert after["timeline"][-1]["what"] == "routed again: 2 × LAMP to South: the order names the vendor South"


def test_lines_that_wait_are_routed_as_soon_as_a_vendor_is_called_as_the_shop_says(
    merchant: Merchant, west: Store
) -> None:
    got = unrouted(merchant)
    merchant.http.patch("/api/v1/vendors/West", json={"name": "South"}, auth=merchant.auth)
    assert merchant.order(got["id"])["lines"][1]["vendor"] == "South"


@pytest.mark.parametrize("change", ["product", "rules", "vendor"])
def test_any_change_of_the_catalog_routes_what_waits(merchant: Merchant, west: Store, change: str) -> None:
    merchant.http.patch("/api/v1/vendors/ShipStation", json={"active": False}, auth=merchant.auth)
    [got] = merchant.take(order())
    assert got["flags"] == ["unrouted"]
    if change == "product":
        merchant.put_product("TEE-M", WEST)
    elif change == "rules":
        rules = [{"sku_pattern": "TEE*", "vendor": "West"}]
        merchant.http.put("/api/v1/routing-rules", json={"rules": rules}, auth=merchant.auth)
    else:
        merchant.http.patch("/api/v1/vendors/ShipStation", json={"active": True}, auth=merchant.auth)
    assert merchant.order(got["id"])["flags"] == []


def test_all_that_waits_can_be_routed_by_a_call(merchant: Merchant, west: Store) -> None:
    """Where a change of vendors has left some waiting, as of more than it routes at once."""
    got = unrouted(merchant)
    merchant.rename_unnoticed("West", "South")
    answer = post(merchant, "/orders:reroute")
    assert [row["id"] for row in answer["orders"]] == [got["id"]]
    assert [row["external_id"] for row in answer["orders"][0]["lines"]] == ["l2"]


# A store that waits


def when_unrouted(merchant: Merchant, word: str) -> None:
    response = merchant.http.patch("/api/v1/stores/web", json={"when_unrouted": word}, auth=merchant.auth)
    assert (response.status_code, response.json()["when_unrouted"]) == (200, word)


def test_a_store_can_let_the_whole_order_wait_until_each_line_has_a_vendor(merchant: Merchant) -> None:
    merchant.take(order())
    when_unrouted(merchant, "wait")
    got = unrouted(merchant)
    assert got["flags"] == ["needs_routing", "unrouted"]
    assert got["number"] not in merchant.shipstation.poll().numbers
    told = merchant.get(f"/orders/{got['id']}/explain")
    assert told["vendor_orders"][0]["state"] == "held_back"
    assert told["vendor_orders"][0]["sentences"][1].startswith("Another line of the order has no vendor, and its store")
    merchant.add_store("South")
    assert merchant.order(got["id"])["flags"] == []
    assert got["number"] in merchant.shipstation.poll().numbers


def test_a_store_that_no_longer_waits_lets_the_rest_go(merchant: Merchant) -> None:
    merchant.take(order())
    when_unrouted(merchant, "wait")
    got = unrouted(merchant)
    when_unrouted(merchant, "send_rest")
    assert merchant.order(got["id"])["flags"] == ["unrouted"]
    assert got["number"] in merchant.shipstation.poll().numbers


def test_what_a_vendor_has_already_goes_on_when_a_line_without_a_vendor_joins(merchant: Merchant) -> None:
    sent = order()
    merchant.take(sent)
    when_unrouted(merchant, "wait")
    merchant.shipstation.poll()
    sent["lines"] = [line(quantity=1), line("l2", vendor="South")]
    [got] = merchant.take(sent)
    assert "unrouted" in got["flags"]
    assert "needs_routing" not in got["flags"]
    assert text(merchant.shipstation.poll().order(sent["number"]), "Items/Item/Quantity") == "1"


def test_stores_read_back_with_their_settings(merchant: Merchant) -> None:
    merchant.take(order(store="b"), order(store="a", currency="EUR"))
    when = [(store["code"], store["currency"], store["when_unrouted"]) for store in merchant.get("/stores")["stores"]]
    assert when == [("a", "EUR", "send_rest"), ("b", "USD", "send_rest")]
    assert merchant.get("/stores/a")["code"] == "a"
    response = merchant.http.patch("/api/v1/stores/c", json={"when_unrouted": "wait"}, auth=merchant.auth)
    assert (response.status_code, "The stores are: a, b." in response.text) == (404, True)
    response = merchant.http.patch("/api/v1/stores/a", json={"when_unrouted": "never"}, auth=merchant.auth)
    assert response.status_code == 422


def test_an_order_without_a_usable_address_is_routed_all_the_same(merchant: Merchant, west: Store) -> None:
    [got] = merchant.take(order(ship_to=ADDRESS | {"country": ""}))
    merchant.put_product("TEE-M", WEST)
    assert reroute(merchant, got["id"])["changed"]
    assert merchant.shipstation.poll().numbers == []
