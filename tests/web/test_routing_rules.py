"""Routing rules over the API, and what becomes of the orders that they match."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from builders import ADDRESS, line, order
from driver import Merchant


def put(merchant: Merchant, *rules: dict[str, Any]) -> list[dict[str, Any]]:
    response = merchant.http.put("/api/v1/routing-rules", json={"rules": list(rules)}, auth=merchant.auth)
    assert response.status_code == 200, response.text
    answer: list[dict[str, Any]] = response.json()["rules"]
    return answer


def refusal(merchant: Merchant, *rules: dict[str, Any]) -> list[dict[str, str]]:
    response = merchant.http.put("/api/v1/routing-rules", json={"rules": list(rules)}, auth=merchant.auth)
    assert response.status_code == 422, response.text
    errors: list[dict[str, str]] = response.json()["errors"]
    return errors


def going_to(merchant: Merchant, country: str = "US", **changes: Any) -> dict[str, Any]:
    [got] = merchant.take(order(ship_to={**ADDRESS, "country": country}, lines=[line(**changes)]))
    only: dict[str, Any] = got["lines"][0]
    return only


def test_rules_read_back_in_their_order_and_can_be_sent_back(merchant: Merchant) -> None:
    assert merchant.get("/routing-rules") == {"rules": []}
    rules = put(
        merchant,
        {"name": "Europe", "countries": ["de", "Austria", "AT"], "vendor": "shipstation"},
        {"sku_pattern": "GIFT*", "exclude": True},
    )
    assert [(rule["countries"], rule["vendor"], rule["exclude"]) for rule in rules] == [
        (["DE", "AT"], "ShipStation", False), ([], None, True)]  # fmt: skip
    assert put(merchant, *rules) == rules
    assert merchant.get("/routing-rules")["rules"] == rules
    assert put(merchant) == []


def test_the_first_rule_that_matches_decides(merchant: Merchant) -> None:
    merchant.add_store("East")
    merchant.add_store("West")
    merchant.put_product("MUG", [{"vendor": "ShipStation"}], brand="Acme", tags=["fragile"])
    put(
        merchant,
        {"name": "Abroad", "countries": ["CA"], "brand": "acme", "vendor": "East"},
        {"tag": "FRAGILE", "vendor": "West"},
        {"sku_pattern": "*", "vendor": "East"},
    )
    assert going_to(merchant, "Canada", sku="MUG")["vendor"] == "East"
    near = going_to(merchant, sku="MUG")
    assert (near["vendor"], near["reason"]) == ("West", "rule 2 (tag FRAGILE) sends it to West")
    assert going_to(merchant)["reason"] == "rule 3 (SKU pattern *) sends it to East"
    assert going_to(merchant, vendor="ShipStation", sku="MUG")["vendor"] == "ShipStation"


def test_what_a_rule_excludes_goes_nowhere_and_waits_for_nobody(merchant: Merchant) -> None:
    put(merchant, {"name": "Digital", "sku": "GIFT", "exclude": True})
    lines = [line(quantity=2), line("l2", sku="GIFT", name="Gift card", quantity=1, unit_price="50.00")]
    [got] = merchant.take(order(lines=lines, total="77.10"))
    card = got["lines"][1]
    assert (card["vendor"], card["excluded"], card["vendor_order"]) == (None, True, None)
    assert card["reason"] == "rule 1 “Digital” (SKU GIFT) says that nobody ships it"
    assert (got["status"], got["flags"]) == ("awaiting_shipment", [])
    [part] = got["vendor_orders"]
    assert [own["sku"] for own in part["lines"]] == ["TEE-M"]
    assert (part["shipping_amount"], part["tax_amount"], part["total"]) == ("5.00", "0.60", "25.60")
    merchant.shipstation.notify(order_number=got["number"])
    assert merchant.order(got["id"])["status"] == "shipped"
    told = merchant.get(f"/orders/{got['id']}/explain")
    assert told["lines"][1]["sentence"] == (
        "1 × GIFT (line l2): nobody ships it. Rule 1 “Digital” (SKU GIFT) says that nobody ships it.")  # fmt: skip
    assert [(own["unrouted"], own["excluded"]) for own in told["lines"]] == [(0, 0), (0, 1)]


def test_an_order_that_nobody_has_to_ship_is_done(merchant: Merchant) -> None:
    put(merchant, {"sku": "GIFT", "exclude": True})
    [got] = merchant.take(order(lines=[line(sku="GIFT")]))
    assert (got["status"], got["flags"], got["vendor_orders"]) == ("shipped", [], [])


def test_new_rules_move_nothing_that_has_a_vendor(merchant: Merchant) -> None:
    merchant.add_store("East")
    sent = order()
    [before] = merchant.take(sent)
    put(merchant, {"sku_pattern": "*", "vendor": "East"})
    assert merchant.post(sent).json()["results"][0]["outcome"] == "unchanged"
    assert merchant.post(sent | {"customer_notes": "hello"}).json()["results"][0]["outcome"] == "updated"
    assert merchant.order(before["id"])["lines"] == before["lines"]


def test_what_is_excluded_stays_so_when_it_is_sent_again_without_the_rule(merchant: Merchant) -> None:
    put(merchant, {"sku_pattern": "*", "exclude": True})
    sent = order()
    [before] = merchant.take(sent)
    put(merchant)
    merchant.post(sent | {"customer_notes": "hello"})
    assert merchant.order(before["id"])["lines"] == before["lines"]


@pytest.mark.parametrize(("asks", "vendor"), [(True, "East"), (False, "ShipStation")])
def test_another_country_routes_anew_where_rules_ask_for_it(merchant: Merchant, asks: bool, vendor: str) -> None:
    merchant.add_store("East")
    sent = order()
    [before] = merchant.take(sent)
    put(merchant, {"countries": ["CA"], "vendor": "East"} if asks else {"sku_pattern": "*", "vendor": "East"})
    sent["ship_to"] = {**ADDRESS, "country": "CA"}
    merchant.post(sent)
    after = merchant.order(before["id"])
    assert after["lines"][0]["vendor"] == vendor
    assert after["vendor_orders"][0]["status"] == ("cancelled" if asks else "awaiting_shipment")


def test_rules_are_refused_as_a_whole_with_every_reason(merchant: Merchant) -> None:
    put(merchant, {"sku": "KEPT", "exclude": True})
    errors = refusal(
        merchant,
        {"vendor": "ShipStation"},
        {"sku": "A"},
        {"sku": "A", "vendor": "ShipStation", "exclude": True},
        {"countries": ["Atlantis"], "vendor": "ShipStation"},
        {"sku": "A", "vendor": "ShipStation", "country": "US"},
    )
    assert [error["pointer"] for error in errors] == [
        "/rules/0", "/rules/1", "/rules/2", "/rules/3/countries/0", "/rules/4/country"]  # fmt: skip
    errors = refusal(merchant, {"sku": "A", "vendor": "Nobody"}, {"sku": "B", "vendor": "None"})
    assert errors == [
        {"pointer": "/rules/0/vendor", "detail": "there is no vendor Nobody"},
        {"pointer": "/rules/1/vendor", "detail": "there is no vendor None"},
    ]
    assert [rule["sku"] for rule in merchant.get("/routing-rules")["rules"]] == ["KEPT"]


def test_rules_that_are_put_at_once_by_many_are_those_of_one_of_them(merchant: Merchant) -> None:
    lists = [[{"name": f"{n}-{i}", "sku": "A", "exclude": True} for i in range(3)] for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda rules: put(merchant, *rules), lists))
    names = [rule["name"] for rule in merchant.get("/routing-rules")["rules"]]
    assert names in [[rule["name"] for rule in rules] for rules in lists]


def test_a_discount_on_a_line_goes_with_the_line(merchant: Merchant) -> None:
    """Its own line's price less 3.00; the other part's amounts know nothing of it."""
    merchant.add_store("East")
    lines = [
        line(quantity=3, discounts=[{"code": "TEE3", "amount": "3.00"}]),
        line("l2", sku="MUG", quantity=1, unit_price="27.00", vendor="East"),
    ]
    [got] = merchant.take(order(lines=lines, shipping_amount="5.00", tax_amount="0.00", total="59.00"))
    here, there = sorted(got["vendor_orders"], key=lambda part: part["vendor"] == "East")
    assert here["discounts"] == [{"code": "TEE3", "amount": "3.00", "line": got["lines"][0]["id"]}]
    assert (here["shipping_amount"], here["total"]) == ("2.50", "29.50")
    assert (there["discounts"], there["shipping_amount"], there["total"]) == ([], "2.50", "29.50")
    assert got["lines"][0]["discounts"] == [{"code": "TEE3", "amount": "3.00", "line": None}]
