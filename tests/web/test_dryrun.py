"""The dry run: what an order would come to, and that nothing is written by asking."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from builders import ADDRESS, line, order
from driver import Merchant
from spark_shipstation.store.models import metadata


def ask(merchant: Merchant, *orders: Any) -> list[dict[str, Any]]:
    body = orders[0] if len(orders) == 1 else {"orders": list(orders)}
    response = merchant.http.post("/api/v1/orders:route", content=json.dumps(body), auth=merchant.auth)
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def rows(merchant: Merchant) -> dict[str, str]:
    """Of every table, all that it holds of this account."""
    with merchant.sessions() as session:
        mine = {"id": merchant.account_id}
        return {
            table.name: session.execute(
                text(f"SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {table.name} t "  # noqa: S608
                     "WHERE account_id = :id"), mine
            ).scalar_one()
            for table in metadata.sorted_tables
        }  # fmt: skip


@pytest.fixture
def shop(merchant: Merchant) -> Merchant:
    merchant.add_store("West")
    merchant.put_product("MUG", [{"vendor": "West", "vendor_sku": "W-MUG", "location": "C3"}])
    rules = [{"name": "Digital", "sku": "GIFT", "exclude": True}]
    merchant.http.put("/api/v1/routing-rules", json={"rules": rules}, auth=merchant.auth)
    return merchant


def mixed(**changes: Any) -> dict[str, Any]:
    lines = [
        line(quantity=2, discounts=[{"code": "TEE", "amount": "1.00"}]),
        line("l2", sku="MUG", quantity=1, unit_price="21.00"),
        line("l3", sku="GIFT", quantity=1, unit_price="20.00"),
        line("l4", sku="LAMP", quantity=1, unit_price="20.00", vendor="South"),
    ]
    return order(lines=lines, discounts=[{"code": "SUMMER", "amount": "8.00"}], shipping_amount="6.00",
                 tax_amount="4.00", total="82.00", **changes)  # fmt: skip


def test_an_order_is_told_line_by_line_and_part_by_part(shop: Merchant) -> None:
    sent = mixed()
    [told] = ask(shop, sent)
    assert (told["outcome"], told["id"], told["number"], told["flags"]) == (
        "routed",
        None,
        sent["number"],
        ["unrouted"],
    )
    assert [(row["external_id"], row["vendor"], row["excluded"]) for row in told["lines"]] == [
        ("l1", "ShipStation", False), ("l2", "West", False), ("l3", None, True), ("l4", None, False)]  # fmt: skip
    assert told["lines"][1]["reason"] == "product MUG is shipped by West (priority 1)"
    here, west = told["vendor_orders"]
    assert west["lines"] == [{"external_id": "l2", "sku": "W-MUG", "location": "C3", "quantity": 1}]
    assert here["discounts"] == [
        {"code": "TEE", "amount": "1.00", "line": "l1"},
        {"code": "SUMMER", "amount": "1.90", "line": None},
    ]
    assert [own["external_id"] for own in told["unrouted"]["lines"]] == ["l4"]
    assert [own["external_id"] for own in told["excluded"]["lines"]] == ["l3"]
    assert told["excluded"]["shipping_amount"] == "0.00"


def test_what_is_told_is_what_then_happens(shop: Merchant) -> None:
    sent = mixed()
    [told] = ask(shop, sent)
    [got] = shop.take(sent)
    assert [(row["vendor"], row["excluded"], row["reason"]) for row in told["lines"]] == [
        (row["vendor"], row["excluded"], row["reason"]) for row in got["lines"]]  # fmt: skip
    facts = ("number", "vendor", "total", "tax_amount", "shipping_amount")
    assert [[part[name] for name in facts] for part in told["vendor_orders"]] == [
        [part[name] for name in facts] for part in got["vendor_orders"]]  # fmt: skip
    assert told["flags"] == got["flags"]


def test_asking_writes_nothing(shop: Merchant) -> None:
    sent = mixed()
    shop.take(sent)
    before = rows(shop)
    ask(shop, sent, mixed(store="a new one"), sent | {"ship_to": ADDRESS | {"country": "CA"}, "total": "1.00"})
    assert rows(shop) == before


def test_an_order_that_is_known_is_told_as_it_would_be_after_sending_it_again(shop: Merchant) -> None:
    sent = mixed()
    [before] = shop.take(sent)
    shop.shipstation.notify(order_number=sent["number"])
    shop.put_product("TEE-M", [{"vendor": "West"}])
    changed = sent | {"lines": [line(quantity=3), *sent["lines"][2:]]}
    [told] = ask(shop, changed)
    assert told["id"] == before["id"]
    assert told["lines"][0]["vendor"] == "ShipStation"
    [got] = shop.take(changed)
    living = [part for part in got["vendor_orders"] if part["status"] != "cancelled"]
    assert [(part["number"], part["total"], part["lines"][0]["quantity"]) for part in told["vendor_orders"]] == [
        (part["number"], part["total"], part["lines"][0]["quantity"]) for part in living]  # fmt: skip
    assert [part["id"] for part in told["vendor_orders"]] == [living[0]["id"], None]


def test_an_order_of_a_store_that_waits_is_told_so(shop: Merchant) -> None:
    shop.take(order())
    shop.http.patch("/api/v1/stores/web", json={"when_unrouted": "wait"}, auth=shop.auth)
    [told] = ask(shop, mixed(ship_to={}))
    assert told["flags"] == ["needs_address", "needs_routing", "unrouted"]


def test_the_bad_ones_are_told_with_their_reasons(shop: Merchant) -> None:
    good, bad = ask(shop, order(), order(lines=[]))
    assert (good["outcome"], bad["outcome"], bad["index"]) == ("routed", "refused", 1)
    assert bad["errors"][0]["pointer"] == "/lines"
    response = shop.http.post("/api/v1/orders:route", json=order(total="x"), auth=shop.auth)
    assert (response.status_code, response.json()["results"][0]["outcome"]) == (422, "refused")
