"""ShipStation's GET: authentication, the window, pages, and the errors as a merchant sees them."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import text as sql

from builders import line, order
from driver import Merchant, text, wire

WINDOW = {"start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00"}


def error_of(content: bytes) -> str:
    root = etree.fromstring(content)
    assert root.tag == "Error"
    return text(root, "Message")


def test_an_order_is_served_with_what_the_shop_said(merchant: Merchant) -> None:
    merchant.take(
        order(
            number="7001",
            gift=True,
            gift_message="Happy birthday",
            customer_notes="Leave at the door",
            internal_notes=[{"text": "VIP", "vendors": ["ShipStation"]}],
            custom_fields=["a", "b", "c"],
            discounts=[{"code": "SUMMER10", "amount": "3.00"}],
            total="34.10",
            lines=[
                line(
                    image_url="https://shop.example/tee.jpg", location="A1-B2", options=[{"name": "Size", "value": "M"}]
                )
            ],
        )
    )
    served = merchant.shipstation.poll().order("7001")
    expected = {
        "OrderDate": "03/08/2026 14:59",
        "OrderStatus": "awaiting_shipment",
        "OrderTotal": "34.10",
        "ShippingAmount": "5.00",
        "TaxAmount": "2.10",
        "ShippingMethod": "Ground",
        "PaymentMethod": "Visa",
        "CurrencyCode": "USD",
        "Gift": "true",
        "GiftMessage": "Happy birthday",
        "CustomerNotes": "Leave at the door",
        "InternalNotes": "VIP",
        "CustomField1": "a",
        "CustomField3": "c",
        "Customer/CustomerCode": "c-77",
        "Customer/BillTo/Email": "ada@example.com",
        "Customer/ShipTo/Phone": "512-555-0100",
        "Customer/ShipTo/Country": "US",
        "Items/Item/SKU": "TEE-M",
        "Items/Item/Quantity": "3",
        "Items/Item/Weight": "6.00",
        "Items/Item/WeightUnits": "Ounces",
        "Items/Item/Location": "A1-B2",
        "Items/Item/Options/Option/Value": "M",
        "Items/Item[2]/Name": "SUMMER10",
        "Items/Item[2]/Adjustment": "true",
        "Items/Item[2]/UnitPrice": "-3.00",
    }
    assert {path: text(served, path) for path in expected} == expected


def test_an_empty_store_is_a_valid_page(merchant: Merchant) -> None:
    poll = merchant.shipstation.poll()
    assert (poll.pages, poll.orders) == (1, [])


@pytest.mark.parametrize("credentials", [None, ("nobody", "x"), ("", "")])
def test_bad_credentials_get_a_challenge_and_one_answer(
    merchant: Merchant, credentials: tuple[str, str] | None
) -> None:
    store = merchant.shipstation
    wrong_password = store.http.get(store.url, params={"action": "export", **WINDOW}, auth=(store.auth[0], "wrong"))
    other = store.http.get(store.url, params={"action": "export", **WINDOW}, auth=credentials)
    for response in (wrong_password, other):
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Basic ")
    assert other.content == wrong_password.content
    assert "Copy both" in error_of(other.content)


def test_a_slash_at_the_end_of_the_url_harms_nothing(merchant: Merchant) -> None:
    store = merchant.shipstation
    query = {"action": "export", **WINDOW}
    assert store.http.get(store.url + "/", params=query, auth=store.auth).status_code == 200
    assert merchant.http.get("/api/v1/orders/", auth=merchant.auth).status_code == 404


def test_an_unknown_url_says_so(merchant: Merchant) -> None:
    response = merchant.http.get("/shipstation/nothing", params={"action": "export"}, auth=merchant.shipstation.auth)
    assert (response.status_code, "no ShipStation connection" in error_of(response.content)) == (404, True)


def test_an_inactive_account_is_refused_everywhere(merchant: Merchant) -> None:
    with merchant.sessions.begin() as session:
        session.execute(sql("UPDATE accounts SET active = false WHERE account_id = :a"), {"a": merchant.account_id})
    response = merchant.shipstation.get(**WINDOW)
    assert (response.status_code, error_of(response.content)) == (403, "This Spark account is not active.")
    api = merchant.http.get("/api/v1/orders", auth=merchant.auth)
    assert (api.status_code, api.headers["content-type"]) == (403, "application/problem+json")


def test_an_inactive_vendor_is_refused(merchant: Merchant) -> None:
    merchant.http.patch("/api/v1/vendors/ShipStation", json={"active": False}, auth=merchant.auth)
    response = merchant.shipstation.get(**WINDOW)
    assert (response.status_code, "not active" in error_of(response.content)) == (403, True)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "start_date and end_date must be given as MM/dd/yyyy HH:mm"),
        ({**WINDOW, "start_date": "2026/31/12"}, "start_date: “2026/31/12” is not a date and time"),
        ({**WINDOW, "end_date": "02/30/2026 10:00"}, "Expected MM/dd/yyyy HH:mm, for example 03/08/2026 21:56"),
        ({**WINDOW, "page": "0"}, "page must be a whole number from 1 up"),
        ({**WINDOW, "page": "two"}, "page must be a whole number from 1 up"),
        ({"start_date": "01/02/2026 00:00", "end_date": "01/01/2026 00:00"}, "is later than end_date"),
        ({**WINDOW, "action": "exprot"}, "action must be export or shipnotify"),
    ],
)
def test_a_bad_call_is_answered_with_what_to_mend(merchant: Merchant, query: dict[str, str], words: str) -> None:
    response = merchant.shipstation.get(**query)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    assert words in error_of(response.content)


@pytest.mark.parametrize(("method", "action", "allowed"), [("PUT", "export", "GET"), ("DELETE", "", "GET, POST")])
def test_another_method_is_refused_with_those_allowed(
    merchant: Merchant, method: str, action: str, allowed: str
) -> None:
    store = merchant.shipstation
    response = store.http.request(method, store.url, params={"action": action}, auth=store.auth)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert "not possible here" in error_of(response.content)


def test_export_by_post_and_shipnotify_by_get_are_refused(merchant: Merchant) -> None:
    store = merchant.shipstation
    posted = store.http.post(store.url, params={"action": "export", **WINDOW}, auth=store.auth)
    got = store.http.get(store.url, params={"action": "shipnotify", "order_number": "1"}, auth=store.auth)
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET")
    assert (got.status_code, got.headers["allow"]) == (405, "POST")


def test_pages_hold_each_order_once_in_the_order_of_their_changes(make_merchant: object) -> None:
    merchant = make_merchant(page_size=2)  # type: ignore[operator]
    taken = [merchant.take(order())[0]["number"] for _ in range(5)]
    poll = merchant.shipstation.poll()
    assert (poll.pages, poll.numbers) == (3, taken)
    assert [len(page) for page in poll.by_page] == [2, 2, 1]


def test_a_page_past_the_last_is_empty_and_valid(merchant: Merchant) -> None:
    merchant.take(order())
    now = datetime.now(UTC)
    root = merchant.shipstation.page(now - timedelta(hours=1), now + timedelta(minutes=1), page=9)
    assert (root.get("pages"), len(root)) == ("1", 0)


def test_a_window_before_the_change_serves_nothing(merchant: Merchant) -> None:
    merchant.take(order())
    now = datetime.now(UTC)
    assert merchant.shipstation.poll(now - timedelta(hours=2), now - timedelta(hours=1)).orders == []


def test_a_window_serves_what_changed_in_the_overlap_before_it(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    at = datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC)
    with merchant.sessions.begin() as session:
        session.execute(sql("UPDATE changes SET at = :at WHERE account_id = :a"), {"at": at, "a": merchant.account_id})
    later, much_later = at + timedelta(minutes=5), at + timedelta(minutes=6)
    assert merchant.shipstation.poll(later, later).numbers == [taken["number"]]
    assert merchant.shipstation.poll(much_later, much_later).numbers == []


def test_a_window_that_ends_after_now_was_asked_for_by_a_clock_that_is_ahead(merchant: Merchant) -> None:
    """By 37 minutes here, which no two time zones differ by: it is served from as much earlier, and is no alarm."""
    [taken] = merchant.take(order())
    ahead = datetime.now(UTC) + timedelta(minutes=37)
    for _ in range(4):
        response = merchant.shipstation.get(start_date=wire(ahead), end_date=wire(ahead))
        assert taken["number"] in response.text
        assert "x-spark-zone-mismatch" not in response.headers


def test_a_window_that_leaves_a_gap_after_the_poll_before_it_is_served_from_that_poll_on(merchant: Merchant) -> None:
    """As after our clock was set right: that poll, by our clock, came long before the end that it asked for."""
    [taken] = merchant.take(order())
    store, now = merchant.shipstation, datetime.now(UTC)
    assert store.get(start_date=wire(now), end_date=wire(now), page="2").status_code == 200  # no poll: no first page
    with merchant.sessions.begin() as session:
        mine, at = {"a": merchant.account_id}, now - timedelta(minutes=30)
        session.execute(sql("UPDATE changes SET at = :at WHERE account_id = :a"), mine | {"at": at})
    assert store.poll(now - timedelta(minutes=1), now).numbers == []
    with merchant.sessions.begin() as session:
        at = now - timedelta(minutes=31)
        session.execute(sql("UPDATE exchanges SET at = :at WHERE account_id = :a"), mine | {"at": at})
    assert store.poll(now, now + timedelta(minutes=1)).numbers == [taken["number"]]


def test_the_last_minute_counts_whole(merchant: Merchant) -> None:
    """`end_date` has no seconds: a change at 12:00:59 belongs to the window that ends at 12:00."""
    [taken] = merchant.take(order())
    at = datetime(2026, 5, 4, 12, 0, 59, 999_999, tzinfo=UTC)
    with merchant.sessions.begin() as session:
        session.execute(sql("UPDATE changes SET at = :at WHERE account_id = :a"), {"at": at, "a": merchant.account_id})
    noon = at.replace(second=0, microsecond=0)
    assert merchant.shipstation.poll(noon - timedelta(hours=1), noon).numbers == [taken["number"]]
    assert merchant.shipstation.poll(noon - timedelta(hours=1), noon - timedelta(minutes=1)).numbers == []


def test_dates_are_read_and_written_in_the_connections_zone(make_merchant: object) -> None:
    merchant = make_merchant(time_zone="America/New_York")  # type: ignore[operator]
    merchant.take(order(placed_at="2026-03-08T23:30:00-04:00"))
    at = datetime(2026, 3, 9, 3, 31, tzinfo=UTC)
    with merchant.sessions.begin() as session:
        session.execute(sql("UPDATE changes SET at=:at WHERE account_id=:a"), {"at": at, "a": merchant.account_id})
        session.execute(
            sql("UPDATE vendor_orders SET changed_at=:at WHERE account_id=:a"), {"at": at, "a": merchant.account_id}
        )
    response = merchant.shipstation.get(start_date="03/08/2026 23:30", end_date="03/08/2026 23:31", page="1")
    [served] = etree.fromstring(response.content)
    assert (text(served, "OrderDate"), text(served, "LastModified")) == ("03/08/2026 23:30", "03/08/2026 23:31")


def test_a_window_of_years_is_served_like_any_other(make_merchant: object) -> None:
    merchant = make_merchant(page_size=2)  # type: ignore[operator]
    taken = [merchant.take(order())[0]["number"] for _ in range(3)]
    years = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, 23, 59, tzinfo=UTC)
    poll = merchant.shipstation.poll(*years)
    assert (poll.pages, poll.numbers) == (2, taken)
    assert merchant.shipstation.poll(years[0], datetime(2025, 12, 31, tzinfo=UTC)).numbers == []


def test_serving_is_no_modification(merchant: Merchant) -> None:
    merchant.take(order())
    start, end = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC)
    first = merchant.shipstation.get(start_date=wire(start), end_date=wire(end))
    second = merchant.shipstation.get(start_date=wire(start), end_date=wire(end))
    assert first.content == second.content
    with merchant.sessions.begin() as session:
        count = session.execute(sql("SELECT count(*) FROM changes WHERE account_id = :a"), {"a": merchant.account_id})
        assert count.scalar_one() == 1


def test_every_call_stands_in_the_exchange_log(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.poll()
    merchant.shipstation.get(**{**WINDOW, "page": "x"})
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT status, page, pages, served, complaint FROM exchanges WHERE account_id = :a ORDER BY at"),
            {"a": merchant.account_id},
        ).all()
    assert [(row.status, row.page, row.pages, len(row.served)) for row in rows] == [
        (200, 1, 1, 1),
        (400, None, None, 0),
    ]
    assert rows[0].served[0].hex == taken["vendor_orders"][0]["id"]
    assert "page must be" in rows[1].complaint


def test_names_of_parameters_are_read_in_any_case(merchant: Merchant) -> None:
    store = merchant.shipstation
    query = {"ACTION": "Export", "Start_Date": WINDOW["start_date"], "END_DATE": WINDOW["end_date"]}
    assert store.http.get(store.url, params=query, auth=store.auth).status_code == 200
    [taken] = merchant.take(order())
    notice = {"Action": "ShipNotify", "Order_Number": taken["number"], "TRACKING_NUMBER": "1Z1"}
    assert store.http.post(store.url, params=notice, auth=store.auth).status_code == 200
    assert [package["tracking_number"] for package in merchant.order(taken["id"])["shipments"]] == ["1Z1"]


def test_of_a_repeated_parameter_the_last_counts(merchant: Merchant) -> None:
    store = merchant.shipstation
    url = f"{store.url}?page=x&Action=no&start_date=01/01/2026&end_date=01/02/2026&action=export&PAGE=1"
    assert store.http.get(url, auth=store.auth).status_code == 200
    assert "page must be" in error_of(store.http.get(url + "&page=x", auth=store.auth).content)


def test_a_url_pasted_with_two_slashes_works(merchant: Merchant) -> None:
    store = merchant.shipstation
    url = store.url.replace("/shipstation/", "//shipstation/")
    assert store.http.get(url, params={"action": "export", **WINDOW}, auth=store.auth).status_code == 200


def test_a_day_alone_is_an_end_at_the_end_of_that_day(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    at = datetime(2026, 5, 4, 23, 58, tzinfo=UTC)
    with merchant.sessions.begin() as session:
        session.execute(sql("UPDATE changes SET at = :at WHERE account_id = :a"), {"at": at, "a": merchant.account_id})
    response = merchant.shipstation.get(start_date="05/04/2026", end_date="05/04/2026")
    assert taken["number"] in response.text
