"""Vendors at the pages: one click, the eight values, how a connection does, and what its forms do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text as sql

from builders import line, notice, order
from driver import Merchant, Store, wire
from spark_shipstation.services.answers import VendorOut
from visitor import Seen, Visitor


def made(admin: Visitor, kind: str = "shipstation") -> Seen:
    admin.get("/vendors")
    return admin.post("/vendors", kind=kind)


def store_of(merchant: Merchant, page: Seen) -> Store:
    """ShipStation, connected with what the page shows."""
    url, username, password = (page.value(name) for name in ("url", "username", "password"))
    vendor = VendorOut(
        id="", name="", kind="", active=True, default=False, url=url, username=username, password=password
    )
    return Store(merchant.http, vendor)


def state(admin: Visitor, path: str) -> str:
    return admin.get(f"{path}/state").words


def test_one_click_makes_a_vendor_that_works_and_shows_its_password_once(merchant: Merchant, admin: Visitor) -> None:
    page = made(admin)
    assert page.texts("//h1") == ["ShipStation 2"]
    store = store_of(merchant, page)
    assert store.poll().orders == []
    again = admin.get(page.path)
    assert again.all("//input[@id='password']") == []
    assert page.value("password") not in again.response.text
    assert again.value("told-paid") == "awaiting_shipment"


def test_the_password_is_shown_on_its_own_page_alone(admin: Visitor) -> None:
    admin.http.follow_redirects = False
    where = made(admin).response.headers["location"]
    other = next(one for one in admin.get("/vendors").all("//th/a/@href") if one != where)
    assert admin.get(other).all("//input[@id='password']") == []
    assert len(admin.get(where).value("password")) == 32
    assert admin.get(where).all("//input[@id='password']") == []


def test_a_vendor_by_hand_has_no_connection(admin: Visitor) -> None:
    page = made(admin, "manual")
    assert page.texts("//h1") == ["Vendor"]
    assert page.all("//input[@readonly]") == []
    assert admin.get(f"{page.path}/window").status == 404
    assert admin.get("/vendors").texts("//tbody//th")[-1] == "Vendor"
    [way] = page.all("//main//a[text()='See its orders']/@href")
    assert admin.get(way).status == 200


def test_another_kind_is_refused(admin: Visitor) -> None:
    assert made(admin, "amazon").status == 422


def test_the_state_tells_what_happens(merchant: Merchant, admin: Visitor) -> None:
    page = made(admin)
    store, path = store_of(merchant, page), page.path
    assert state(admin, path).startswith("Waiting for ShipStation's first call.")
    store.get(start_date="x", end_date="y")
    assert state(admin, path).startswith("The last poll was refused: start_date")
    store.poll()
    assert state(admin, path).startswith("Connected. 0 orders imported.")
    admin.get(path)
    admin.post(f"{path}/default")
    merchant.take(order(), order())
    store.poll()
    store.poll()
    assert state(admin, path).startswith("Connected. 2 orders imported.")
    admin.get(path)
    admin.post(f"{path}/active", active="no")
    assert state(admin, path).startswith("Switched off")
    assert store.get().status_code == 403


def test_a_notice_that_is_refused_does_not_make_the_connection_look_broken(merchant: Merchant, admin: Visitor) -> None:
    merchant.shipstation.poll()
    assert merchant.shipstation.notify(notice("", OrderNumber="nobody's")).status_code == 404
    overview = admin.get("/").words
    assert "Connected." in overview
    assert "1 failure" in overview


def test_orders_that_nobody_picks_up_stand_out(merchant: Merchant, admin: Visitor) -> None:
    merchant.shipstation.poll()
    merchant.take(order(), order(), order(ship_to={"name": "no address"}))
    assert "Not picked up" not in admin.get("/").words
    move(merchant, "changes", "at", "previous_at")
    move(merchant, "exchanges", "at", "window_start", "window_end", hours=9)
    assert "Not picked up for 6 hours: 2 orders." in admin.get("/").words
    merchant.shipstation.poll()
    assert "Not picked up" not in admin.get("/").words


def test_an_old_window_that_was_asked_for_by_hand_alarms_nobody(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order())
    merchant.shipstation.poll()
    move(merchant, "changes", "at", "previous_at")
    move(merchant, "exchanges", "at", hours=1)
    now = datetime.now(UTC)
    merchant.shipstation.poll(now - timedelta(days=9), now - timedelta(days=8))
    assert "Not picked up" not in admin.get("/").words


def test_polls_that_stop_stand_out(merchant: Merchant, admin: Visitor) -> None:
    merchant.shipstation.poll()
    move(merchant, "exchanges", "at", "window_start", "window_end", hours=30)
    assert "No poll for 30 hours." in admin.get("/").words


def move(merchant: Merchant, table: str, *columns: str, hours: int = 8) -> None:
    """Let it have happened that much earlier."""
    moved = ", ".join(f"{column} = {column} - interval '{hours} hours'" for column in columns)
    with merchant.sessions.begin() as session:
        session.execute(
            sql(f"UPDATE {table} SET {moved} WHERE account_id = :id"),  # noqa: S608
            {"id": merchant.account_id},
        )


def test_a_wrong_time_zone_is_shown_with_the_way_out(merchant: Merchant, admin: Visitor) -> None:
    behind = datetime.now(UTC) - timedelta(hours=7)
    for minutes in (4, 2, 0):
        end = behind - timedelta(minutes=minutes)
        merchant.shipstation.get(start_date=wire(end - timedelta(hours=1)), end_date=wire(end), page="1")
    assert "ShipStation's dates are 7 hours behind UTC." in admin.get("/").words
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    page = admin.get(path)
    proposed = page.all("//section[@class='message warn']//input[@name='time_zone']/@value")
    assert "America/Phoenix" in proposed
    assert "The time zone is America/Phoenix now." in admin.post(f"{path}/time-zone", time_zone="America/Phoenix").words
    assert "ShipStation keeps another time zone" not in admin.get(path).words


def test_a_window_that_was_read_in_another_zone_confirms_no_zone(merchant: Merchant, admin: Visitor) -> None:
    confirms, waits = "where both say the same hour", "The zone was changed after the last poll"
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    merchant.shipstation.poll()
    assert confirms in admin.get(path).words
    admin.post(f"{path}/time-zone", time_zone="Asia/Kathmandu")
    page = admin.get(path).words
    assert (confirms in page, waits in page, "Last window" in page) == (False, True, False)
    admin.post(f"{path}/name", name="East")
    assert waits in admin.get(path).words
    now = datetime.now(UTC) + timedelta(hours=5, minutes=45)
    merchant.shipstation.poll(now - timedelta(hours=1), now)
    page = admin.get(path).words
    assert (confirms in page, waits in page) == (True, False)
    assert merchant.get(path)["zone_mismatch"] is None


def test_the_same_zone_set_once_more_is_no_change(merchant: Merchant, admin: Visitor) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    merchant.shipstation.poll()
    admin.get(path)
    admin.post(f"{path}/time-zone", time_zone="UTC")
    assert "where both say the same hour" in admin.get(path).words


def test_a_time_zone_that_is_none_is_refused(merchant: Merchant, admin: Visitor) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    admin.get(path)
    refused = admin.post(f"{path}/time-zone", time_zone="Mars/Olympus")
    assert (refused.status, "is not a time zone" in refused.words) == (422, True)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("shipped", " ", "Shipped Status: must not be empty"),
        ("on_hold", "a,b", "On-Hold Status: must have no comma"),
        ("paid", "x" * 51, "Paid Status: may have at most 50 characters"),
    ],
)
def test_a_status_name_that_is_refused_is_called_as_its_field_is(
    merchant: Merchant, admin: Visitor, name: str, value: str, why: str
) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    admin.get(path)
    refused = admin.fill(f"{path}/statuses", **{name: value})
    assert (refused.status, refused.texts("//*[@role='alert']//li")) == (422, [why])
    assert refused.all("//*[@aria-invalid]/@name") == [name]


@pytest.mark.parametrize(("minutes", "old_works"), [("0", False), ("60", True)])
def test_the_old_password_lives_as_long_as_was_said(
    merchant: Merchant, admin: Visitor, minutes: str, old_works: bool
) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    admin.get(path)
    page = admin.post(f"{path}/password", keep_old_minutes=minutes)
    assert store_of(merchant, page).poll().orders == []
    assert (merchant.shipstation.get().status_code != 401) == old_works
    admin.get(path)
    assert admin.post(f"{path}/password", keep_old_minutes="99999").status == 400


def test_what_the_vendor_is_shown_is_saved_whole(merchant: Merchant, admin: Visitor) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    admin.get(path)
    told = {"discounts": "spread", "coupon_codes_in": "custom_field2", "internal_notes": "none", "source": "Web",
            "requested_warehouse": "Main", "withhold_phone": "yes",
            "shipping_methods": "Fast = UPS Air\r\n\r\n"}  # fmt: skip
    assert "Saved." in admin.post(f"{path}/shown", **told).words
    vendor = merchant.get(path)
    assert vendor["shipping_methods"] == {"Fast": "UPS Air"}
    assert (vendor["withhold_email"], vendor["withhold_phone"]) == (False, True)
    assert {name: vendor[name] for name in told if name not in {"shipping_methods", "withhold_phone"}} == {
        name: told[name] for name in told if name not in {"shipping_methods", "withhold_phone"}
    }


@pytest.mark.parametrize("methods", ["Fast", "Fast = a\nFast = b", "Fast = a\nfast = b", "Fast ="])
def test_shipping_methods_that_say_nothing_clear_are_refused(merchant: Merchant, admin: Visitor, methods: str) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    admin.get(path)
    plain = {"discounts": "lines", "coupon_codes_in": "", "internal_notes": "marked"}
    refused = admin.post(f"{path}/shown", shipping_methods=methods, **plain)
    assert refused.status == 422
    assert refused.texts("//textarea") == [" ".join(methods.split())]
    assert merchant.get(path)["shipping_methods"] == {}


def test_telling_anew_puts_open_orders_into_the_next_poll(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order())
    merchant.shipstation.poll()
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    admin.get(path)
    admin.post(f"{path}/shown", discounts="lines", coupon_codes_in="", internal_notes="all")
    assert "1 order goes out anew with the next poll." in admin.post(f"{path}/retell").words
    assert "0 orders go out anew" in admin.post(f"{path}/retell").words


# What waits for a vendor.


@pytest.mark.parametrize(
    ("form", "fields"), [("active", {"active": "yes"}), ("default", {}), ("name", {"name": "South"})]
)
def test_a_change_at_the_page_routes_what_waits_for_it(
    merchant: Merchant, admin: Visitor, form: str, fields: dict[str, str]
) -> None:
    merchant.set_vendor(active=False)
    west = merchant.add_store("West", active=form != "active")
    merchant.put_product("MUG", [{"vendor": "West"}])
    of_form = {"active": {"sku": "MUG"}, "default": {"sku": "LAMP"}, "name": {"sku": "MUG", "vendor": "South"}}
    [got] = merchant.take(order(lines=[line(**of_form[form])]))
    assert got["flags"] == ["unrouted"]
    admin.get(f"/vendors/{west.vendor.id}")
    admin.post(f"/vendors/{west.vendor.id}/{form}", **fields)
    after = merchant.order(got["id"])
    assert (after["flags"], after["lines"][0]["vendor_id"]) == ([], west.vendor.id)
    assert after["timeline"][-1]["who"] == f"user {admin.email}"


def test_a_vendor_that_is_added_with_one_click_gets_what_waits_for_it(merchant: Merchant, admin: Visitor) -> None:
    [got] = merchant.take(order(lines=[line(vendor="Vendor")]))
    made(admin, "manual")
    assert merchant.order(got["id"])["lines"][0]["vendor"] == "Vendor"


# A test poll.


def test_a_test_poll_lists_what_a_poll_would_get_and_is_none(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(number="W1"), order(number="W2", ship_to={"name": "no address"}), order(number="W3"))
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    listed = admin.get(f"{path}/window").texts("//tbody//th")
    assert listed == merchant.shipstation.poll().numbers == ["W1", "W3"]
    assert len(admin.get("/activity").texts("//tbody/tr")) == 1


def test_a_test_poll_reads_dates_in_the_connections_zone(merchant: Merchant, admin: Visitor) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    admin.get(path)
    admin.post(f"{path}/time-zone", time_zone="America/New_York")
    page = admin.get(f"{path}/window", start="2026-03-08T10:00", end="2026-03-08T11:00")
    instants = [re.sub(r"\.000Z$", "", at) for at in page.all("//p[@class='hint']//time/@datetime")]
    assert instants == ["2026-03-08T13:55:00", "2026-03-08T15:01:00"]


@pytest.mark.parametrize(("start", "end"), [("x", "y"), ("2026-03-08T10:00", "2026-03-07T10:00")])
def test_a_window_that_is_none_is_said_so(merchant: Merchant, admin: Visitor, start: str, end: str) -> None:
    refused = admin.get(f"/vendors/{merchant.shipstation.vendor.id}/window", start=start, end=end)
    assert refused.status == 400
    assert len(refused.texts("//*[@role='alert']")) == 1
    assert refused.value("start") == start
