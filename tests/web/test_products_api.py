"""The catalog over the API: one product, many at once, pages of them."""

from typing import Any

import pytest

from builders import line, order
from driver import Merchant


def post(merchant: Merchant, *products: Any) -> tuple[int, list[dict[str, Any]]]:
    response = merchant.http.post("/api/v1/products", json={"products": list(products)}, auth=merchant.auth)
    return response.status_code, response.json().get("results", [])


def test_many_products_are_made_at_once_and_read_back(merchant: Merchant) -> None:
    mug = {"sku": "MUG", "name": "Mug", "brand": "Acme", "tags": ["fragile", "New", "new"],
           "weight": {"value": "0.5", "unit": "kg"}, "image_url": "https://x.example/mug.jpg",
           "vendors": [{"vendor": "ShipStation", "vendor_sku": "S-MUG", "location": "A1", "priority": 2}]}  # fmt: skip
    status, results = post(merchant, mug, {"sku": "TEE"})
    assert status == 200
    assert [(result["index"], result["sku"], result["outcome"]) for result in results] == [
        (0, "MUG", "created"), (1, "TEE", "created")]  # fmt: skip
    got = merchant.get("/products/MUG")
    assert got["vendors"][0].pop("vendor_id")
    assert got == mug | {"tags": ["fragile", "New"], "weight": {"value": "0.50", "unit": "kg"}}


def test_the_same_products_again_change_nothing_and_others_do(merchant: Merchant) -> None:
    tee = {"sku": "TEE", "name": "Tee", "vendors": [{"vendor": "ShipStation"}]}
    post(merchant, tee)
    for changed, outcome in (
        ({}, "unchanged"),
        ({"name": "T-shirt"}, "updated"),
        ({"vendors": [{"vendor": "ShipStation", "location": "B2"}]}, "updated"),
    ):
        assert post(merchant, tee | changed)[1][0]["outcome"] == outcome
        tee |= changed
    assert merchant.get("/products/TEE")["vendors"][0]["location"] == "B2"


def test_a_bad_product_is_refused_with_every_reason_and_the_good_ones_stand(merchant: Merchant) -> None:
    status, results = post(
        merchant,
        {"sku": "GOOD"},
        {"sku": "BAD", "weight": {"value": "x", "unit": "stone"}, "colour": "red"},
        {"sku": "MUG", "vendors": [{"vendor": "Nobody"}, {"vendor": "ShipStation"}, {"vendor": "shipstation"}]},
        {"name": "no SKU"},
        {"sku": "GOOD", "name": "again"},
        "nonsense",
    )
    assert status == 200
    assert [result["outcome"] for result in results] == ["created"] + ["refused"] * 5
    pointers = [[error["pointer"] for error in result["errors"]] for result in results]
    assert pointers == [
        [],
        ["/weight/value", "/weight/unit", "/colour"],
        ["/vendors/0/vendor", "/vendors/2/vendor"],
        ["/sku"],
        ["/sku"],
        [""],
    ]
    assert results[4]["errors"][0]["detail"] == "the SKU stands there twice"
    assert merchant.get("/products/GOOD")["name"] == ""
    assert merchant.http.get("/api/v1/products/MUG", auth=merchant.auth).status_code == 404


def test_when_all_are_refused_it_is_a_problem_with_results(merchant: Merchant) -> None:
    status, results = post(merchant, {"sku": ""})
    assert (status, results[0]["outcome"]) == (422, "refused")
    assert post(merchant, *[{"sku": str(n)} for n in range(1001)])[0] == 422
    assert merchant.http.post("/api/v1/products", json=[], auth=merchant.auth).status_code == 400


def test_the_pages_of_the_products_hold_each_once(merchant: Merchant) -> None:
    skus = [f"P-{n:03}" for n in range(7)] + ["a", "Ä", "ß", "_", "%", "p-001"]
    post(merchant, *[{"sku": sku} for sku in skus])
    read: list[str] = []
    cursor = ""
    while True:
        page = merchant.get("/products", limit="3", cursor=cursor)
        read += [product["sku"] for product in page["products"]]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
        post(merchant, {"sku": f"{read[-1]}"})  # a write meanwhile
    assert sorted(read) == sorted(skus)


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ({"sku": "MUG"}, ["MUG-1", "MUG-2"]),
        ({"sku": "%"}, []),
        ({"brand": "Acme"}, ["MUG-1", "TEE"]),
        ({"tag": "new"}, ["TEE"]),
        ({"vendor": "shipstation"}, ["MUG-2"]),
        ({"brand": "Acme", "tag": "new"}, ["TEE"]),
    ],
)
def test_products_are_found_by_what_they_are(merchant: Merchant, query: dict[str, str], skus: list[str]) -> None:
    post(
        merchant,
        {"sku": "MUG-1", "brand": "Acme"},
        {"sku": "MUG-2", "vendors": [{"vendor": "ShipStation"}]},
        {"sku": "TEE", "brand": "Acme", "tags": ["old", "new"]},
    )
    assert [product["sku"] for product in merchant.get("/products", **query)["products"]] == skus


def test_a_product_tells_no_other_accounts_of_itself(merchant: Merchant, make_merchant: Any) -> None:
    post(merchant, {"sku": "SECRET"})
    assert make_merchant().get("/products")["products"] == []


def test_a_change_counts_for_what_is_routed_from_then_on(merchant: Merchant) -> None:
    merchant.add_store("West")
    [before] = merchant.take(order(lines=[line(sku="MUG")]))
    post(merchant, {"sku": "MUG", "vendors": [{"vendor": "West"}]})
    assert merchant.order(before["id"]) == before
    assert merchant.take(order(lines=[line(sku="MUG")]))[0]["lines"][0]["vendor"] == "West"
