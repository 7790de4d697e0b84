"""A setting counts at once for all that is exported; orders go out anew for it only when that is asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text as sql

from builders import line, notice, order
from driver import Merchant, text
from spark_shipstation.services import retelling, vendors
from spark_shipstation.services.actor import Actor

EMAIL = "Customer/BillTo/Email"


def changes(merchant: Merchant) -> int:
    with merchant.sessions.begin() as session:
        count = sql("SELECT count(*) FROM changes WHERE account_id = :a")
        return int(session.execute(count, {"a": merchant.account_id}).scalar_one())


def retell(merchant: Merchant, name: str = "ShipStation") -> dict[str, Any]:
    response = merchant.http.post(f"/api/v1/vendors/{name}/retell", auth=merchant.auth)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_a_setting_counts_at_once_and_floods_nothing(merchant: Merchant) -> None:
    for _ in range(3):
        merchant.take(order())
    merchant.set_vendor(withhold_email=True)
    assert changes(merchant) == 3
    assert all(found.find(EMAIL) is None for found in merchant.shipstation.poll().orders)


def test_the_next_change_of_an_order_tells_it_with_the_new_settings(merchant: Merchant) -> None:
    sent = order()
    merchant.take(sent)
    merchant.set_vendor(withhold_email=True)
    merchant.take({**sent, "customer_notes": "Ring twice"})
    assert changes(merchant) == 2


def test_what_a_vendor_is_not_shown_makes_no_change(merchant: Merchant) -> None:
    merchant.set_vendor(withhold_email=True, withhold_phone=True, coupon_codes_in="custom_field1")
    sent = order(internal_notes="VIP", custom_fields=["a"], discounts=[{"code": "A", "amount": "1"}], total="36.10")
    merchant.take(sent)
    customer = {**sent["customer"], "email": "new@example.com", "phone": "1"}
    merchant.take({**sent, "customer": customer, "ship_to": {**sent["ship_to"], "phone": "1"}})
    merchant.take({**sent, "internal_notes": [{"text": "hush", "vendors": ["West"]}]})
    merchant.take({**sent, "custom_fields": ["b"]})
    assert changes(merchant) == 1


def test_retelling_tells_the_open_orders_of_that_vendor_once(merchant: Merchant) -> None:
    merchant.add_store("West")
    waiting = order(lines=[line("l1"), line("l2", vendor="West")], total="67.10")
    gone = order()
    merchant.take(waiting, gone, order(ship_to={}))
    done = merchant.shipstation.poll().order(gone["number"])
    assert merchant.shipstation.notify(notice(text(done, "OrderID"))).status_code == 200
    before = changes(merchant)
    merchant.set_vendor(statuses={"paid": "Ready"})
    assert retell(merchant) == {"retold": 1, "left": 0}
    assert retell(merchant) == {"retold": 0, "left": 0}
    assert retell(merchant, "West") == {"retold": 0, "left": 0}
    assert changes(merchant) == before + 1
    later = datetime.now(UTC) + timedelta(minutes=4)
    assert text(merchant.shipstation.poll(end=later).order(waiting["number"]), "OrderStatus") == "Ready"


def test_an_order_that_came_after_the_change_is_not_told_again(merchant: Merchant) -> None:
    merchant.set_vendor(withhold_phone=True)
    merchant.take(order())
    assert retell(merchant) == {"retold": 0, "left": 0}


def test_a_setting_that_is_what_it_was_changes_nothing(merchant: Merchant) -> None:
    merchant.take(order())
    assert merchant.set_vendor(withhold_email=False, page_size=50)["settings_changed_at"] is None
    assert retell(merchant) == {"retold": 0, "left": 0}


def test_each_call_is_bounded_and_says_what_is_left(merchant: Merchant) -> None:
    merchant.take(*(order() for _ in range(5)))
    merchant.set_vendor(withhold_phone=True)
    actor = Actor(merchant.account_id, "tests")
    left = []
    for _ in range(3):
        with merchant.sessions.begin() as session:
            vendor = vendors.find_vendor(session, merchant.account_id, "ShipStation")
            answer = retelling.retell(session, vendor, actor, now=datetime.now(UTC), most=2)
        left.append((answer.retold, answer.left))
    assert left == [(2, 3), (2, 1), (1, 0)]


def test_the_timeline_says_why_an_order_went_out_again(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.set_vendor(source="Spark")
    retell(merchant)
    last = merchant.order(got["id"])["timeline"][-1]
    assert (last["who"], last["what"]) == ("key tests", "told anew: the vendor's settings changed")


def test_a_vendor_without_a_connection_is_told_nothing(merchant: Merchant) -> None:
    merchant.http.post("/api/v1/vendors", json={"name": "Hand", "kind": "manual"}, auth=merchant.auth)
    assert merchant.http.post("/api/v1/vendors/Hand/retell", auth=merchant.auth).status_code == 409
    response = merchant.http.patch("/api/v1/vendors/Hand", json={"withhold_email": True}, auth=merchant.auth)
    assert response.status_code == 409
