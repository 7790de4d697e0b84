"""Vendors and products over the API, as far as routing and connecting need them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text as sql

from builders import line, order
from driver import Merchant, Store
from spark_shipstation.services.answers import VendorOut


def test_a_new_shipstation_vendor_brings_all_that_shipstation_needs(merchant: Merchant) -> None:
    vendor = merchant.add_store("East", time_zone="America/Chicago").vendor
    assert vendor.url is not None
    assert vendor.url.startswith(str(merchant.http.base_url))
    assert (vendor.kind, vendor.active, vendor.time_zone) == ("shipstation", True, "America/Chicago")
    assert len(vendor.password or "") >= 32
    assert vendor.statuses is not None
    assert vendor.statuses.model_dump() == {
        "unpaid": "unpaid",
        "paid": "awaiting_shipment",
        "shipped": "shipped",
        "cancelled": "cancelled",
        "on_hold": "on_hold",
    }


def test_the_password_is_shown_once_and_kept_as_a_digest(merchant: Merchant) -> None:
    vendor = merchant.shipstation.vendor
    assert merchant.get("/vendors/ShipStation")["password"] is None
    assert merchant.get("/vendors")["vendors"][0]["password"] is None
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT cp::text FROM connection_passwords cp WHERE account_id = :a"), {"a": merchant.account_id}
        ).scalars()
        assert all((vendor.password or "") not in row for row in rows)


def test_rotation_keeps_the_old_password_alive_for_the_stated_time(merchant: Merchant) -> None:
    old = merchant.shipstation
    response = merchant.http.post("/api/v1/vendors/ShipStation/credentials", auth=merchant.auth)
    new = Store(merchant.http, VendorOut(**response.json()))
    window = {"start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00"}
    assert [store.get(**window).status_code for store in (old, new)] == [200, 200]
    with merchant.sessions.begin() as session:
        expiries = session.execute(
            sql("SELECT expires_at FROM connection_passwords WHERE account_id = :a AND expires_at IS NOT NULL"),
            {"a": merchant.account_id},
        ).scalars()
        [expiry] = expiries
        assert timedelta(minutes=59) < expiry - datetime.now(UTC) <= timedelta(minutes=60)
    merchant.http.post("/api/v1/vendors/ShipStation/credentials?keep_old_minutes=0", auth=merchant.auth)
    assert [store.get(**window).status_code for store in (old, new)] == [401, 401]


@pytest.mark.parametrize(
    ("document", "status", "words"),
    [
        ({"name": "shipstation"}, 409, "There is a vendor named"),
        ({"name": "X", "time_zone": "Mars/Olympus"}, 422, "not a time zone"),
        ({"name": "X", "kind": "carrier-pigeon"}, 422, "shipstation"),
        ({"name": ""}, 422, "must not be empty"),
        ({"name": "X" * 51}, 422, "may have at most 50 characters"),
        ({"name": "X", "statuses": {"paid": "a,b"}}, 422, "must have no comma"),
        ({"name": "X", "statuses": {"paid": "same", "unpaid": "same"}}, 422, "must differ"),
    ],
)
def test_a_bad_vendor_is_refused_with_its_reason(
    merchant: Merchant, document: dict[str, object], status: int, words: str
) -> None:
    response = merchant.http.post("/api/v1/vendors", json=document, auth=merchant.auth)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert words in response.text


def test_renamed_statuses_are_what_shipstation_is_told(merchant: Merchant) -> None:
    names = {"unpaid": "Open", "paid": "Paid!", "shipped": "Gone", "cancelled": "Off", "on_hold": "Wait"}
    merchant.http.patch("/api/v1/vendors/ShipStation", json={"statuses": names}, auth=merchant.auth)
    [got] = merchant.take(order())
    assert got["vendor_orders"][0]["told"] == "Paid!"
    assert merchant.shipstation.poll().orders[0].findtext("OrderStatus") == "Paid!"


def test_a_patch_changes_only_what_it_names(merchant: Merchant) -> None:
    def patch(statuses: dict[str, str]) -> tuple[int, str]:
        url = "/api/v1/vendors/ShipStation"
        response = merchant.http.patch(url, json={"statuses": statuses}, auth=merchant.auth)
        return response.status_code, response.text

    assert patch({"unpaid": "Open", "on_hold": "Wait"})[0] == 200
    assert patch({"paid": "unpaid"})[0] == 200
    names = merchant.get("/vendors/ShipStation")["statuses"]
    assert (names["unpaid"], names["paid"], names["on_hold"]) == ("Open", "unpaid", "Wait")
    assert patch({"shipped": "Open"})[0] == 422
    assert patch({"shipped": "a,b"})[0] == 422


def test_products_send_lines_to_their_vendors_by_priority(merchant: Merchant) -> None:
    merchant.add_store("West")
    merchant.put_product(
        "MUG",
        [{"vendor": "West", "priority": 2, "vendor_sku": "W"}, {"vendor": "ShipStation", "priority": 1}],
        weight={"value": "0.5", "unit": "kg"},
    )
    first = merchant.take(order(lines=[{**line(sku="MUG"), "weight": None}]))[0]
    assert first["lines"][0]["vendor"] == "ShipStation"
    served = merchant.shipstation.poll().order(first["number"])
    assert (served.findtext("Items/Item/Weight"), served.findtext("Items/Item/WeightUnits")) == ("500.00", "Grams")
    merchant.http.patch("/api/v1/vendors/ShipStation", json={"active": False}, auth=merchant.auth)
    assert merchant.take(order(lines=[line(sku="MUG")]))[0]["lines"][0]["vendor"] == "West"


def test_a_product_with_an_unknown_vendor_is_refused(merchant: Merchant) -> None:
    response = merchant.http.put("/api/v1/products/MUG", json={"vendors": [{"vendor": "Nobody"}]}, auth=merchant.auth)
    assert response.status_code == 422
    assert response.json()["errors"] == [{"detail": "there is no vendor Nobody", "pointer": "/vendors/0/vendor"}]


def test_a_product_reads_back_as_it_was_put(merchant: Merchant) -> None:
    merchant.put_product("A/B 1", [{"vendor": "ShipStation", "location": "C3"}], name="Box")
    got = merchant.get("/products/A/B 1")
    assert (got["sku"], got["name"], got["vendors"][0]["location"]) == ("A/B 1", "Box", "C3")
    assert merchant.http.get("/api/v1/products/none", auth=merchant.auth).status_code == 404


@pytest.mark.parametrize("sku", ["%20", "x" * 501])
def test_a_sku_that_no_line_could_have_is_refused(merchant: Merchant, sku: str) -> None:
    response = merchant.http.put(f"/api/v1/products/{sku}", json={}, auth=merchant.auth)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/sku")


def test_the_same_product_put_at_once_by_many_is_put(merchant: Merchant) -> None:
    def put(n: int) -> int:
        document = {"name": f"turn {n}", "vendors": [{"vendor": "ShipStation"}]}
        return merchant.http.put("/api/v1/products/AT-ONCE", json=document, auth=merchant.auth).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(put, range(20))) == [200] * 20


SHOWN = {
    "withhold_email": True,
    "withhold_phone": True,
    "discounts": "spread",
    "coupon_codes_in": "custom_field3",
    "internal_notes": "all",
    "shipping_methods": {"Ground": "UPS Ground", "Über Nacht": "Next day"},
    "requested_warehouse": "Main",
    "source": "Spark",
}


def test_what_a_vendor_is_shown_reads_back_as_it_was_set(merchant: Merchant) -> None:
    made = merchant.add_store("East", **SHOWN).vendor.model_dump()
    assert {name: made[name] for name in SHOWN} == SHOWN
    changed = merchant.set_vendor("East", withhold_email=False, coupon_codes_in="", shipping_methods={})
    again = {name: merchant.get("/vendors/East")[name] for name in SHOWN}
    assert again == {name: changed[name] for name in SHOWN}
    assert again == SHOWN | {"withhold_email": False, "coupon_codes_in": "", "shipping_methods": {}}


@pytest.mark.parametrize(
    ("setting", "pointer"),
    [
        ({"shipping_methods": {"Ground": ""}}, "/shipping_methods"),
        ({"shipping_methods": {"Ground": "a", "GROUND": "b"}}, "/shipping_methods"),
        ({"shipping_methods": {"Ground": "x" * 101}}, "/shipping_methods/Ground"),
        ({"requested_warehouse": "x" * 101}, "/requested_warehouse"),
        ({"source": "x" * 51}, "/source"),
        ({"coupon_codes_in": "custom_field4"}, "/coupon_codes_in"),
        ({"discounts": "hidden"}, "/discounts"),
        ({"internal_notes": "some"}, "/internal_notes"),
    ],
)
def test_a_setting_that_cannot_be_told_is_refused(merchant: Merchant, setting: dict[str, object], pointer: str) -> None:
    response = merchant.http.patch("/api/v1/vendors/ShipStation", json=setting, auth=merchant.auth)
    assert response.status_code == 422
    assert pointer in [reason["pointer"] for reason in response.json()["errors"]]
