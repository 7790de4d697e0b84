"""Calls by ShipStation for a vendor that is switched off: refused, written down, and no notice is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import text as sql

from builders import notice, order
from driver import Merchant, text
from visitor import Visitor

WINDOW = {"start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00"}
REFUSED = "The vendor ShipStation is not active in Spark: activate it there."
KEPT = f"{REFUSED} This notice is kept: ShipStation's repeat applies it then, and a replay at any time."


def said(content: bytes) -> str:
    return text(etree.fromstring(content), "Message")


def switch(merchant: Merchant, *, on: bool) -> None:
    merchant.set_vendor(active=on)


def inbox(merchant: Merchant, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = merchant.get("/notices", **query)["notices"]
    return found


@pytest.fixture
def shipped(merchant: Merchant) -> tuple[dict[str, Any], bytes]:
    """An order that a vendor got before it was switched off, and the notice of its package."""
    [taken] = merchant.take(order())
    switch(merchant, on=False)
    return taken, notice(taken["vendor_orders"][0]["id"])


def test_a_refused_poll_leaves_its_row(merchant: Merchant) -> None:
    switch(merchant, on=False)
    answer = merchant.shipstation.get(**WINDOW)
    assert (answer.status_code, said(answer.content)) == (403, REFUSED)
    assert merchant.exchanges() == [("export", 403, REFUSED)]


def test_a_call_that_is_understood_nowhere_is_refused_as_switched_off_and_leaves_its_row(merchant: Merchant) -> None:
    switch(merchant, on=False)
    assert merchant.shipstation.get(action="exprot").status_code == 403
    assert merchant.exchanges() == [("", 403, REFUSED)]


def test_a_call_for_an_inactive_account_leaves_its_row_and_nothing_else(merchant: Merchant) -> None:
    with merchant.sessions.begin() as session:
        session.execute(sql("UPDATE accounts SET active = false WHERE account_id = :a"), {"a": merchant.account_id})
    assert merchant.shipstation.get(**WINDOW).status_code == 403
    assert merchant.shipstation.notify(notice(OrderNumber="1")).status_code == 403
    why = "This Spark account is not active."
    assert merchant.exchanges() == [("export", 403, why), ("shipnotify", 403, why)]
    with merchant.sessions.begin() as session:
        kept = session.execute(sql("SELECT count(*) FROM notices WHERE account_id = :a"), {"a": merchant.account_id})
        assert kept.scalar_one() == 0


def test_a_wrong_password_for_it_is_told_nothing_and_leaves_no_row(merchant: Merchant) -> None:
    switch(merchant, on=False)
    store = merchant.shipstation
    wrong = store.http.get(store.url, params={"action": "export", **WINDOW}, auth=(store.auth[0], "wrong"))
    assert (wrong.status_code, merchant.exchanges()) == (401, [])


def test_a_notice_is_refused_and_waits_in_the_inbox_with_the_reason(
    merchant: Merchant, shipped: tuple[dict[str, Any], bytes]
) -> None:
    taken, body = shipped
    answer = merchant.shipstation.notify(body)
    assert (answer.status_code, said(answer.content)) == (403, KEPT)
    [waiting] = inbox(merchant, state="open")
    assert (waiting["state"], waiting["answer"], waiting["reason"]) == ("received", 403, KEPT)
    assert merchant.exchanges() == [("shipnotify", 403, KEPT)]
    assert merchant.order(taken["id"])["status"] == "awaiting_shipment"


def test_its_page_says_why_it_waits(merchant: Merchant, admin: Visitor, shipped: tuple[dict[str, Any], bytes]) -> None:
    merchant.shipstation.notify(shipped[1])
    [waiting] = inbox(merchant)
    assert REFUSED in admin.get(f"/inbox/{waiting['id']}").words
    assert REFUSED in admin.get("/activity").words


def test_shipstations_repeat_settles_it_once_the_vendor_is_active_again(
    merchant: Merchant, shipped: tuple[dict[str, Any], bytes]
) -> None:
    taken, body = shipped
    merchant.shipstation.notify(body)
    switch(merchant, on=True)
    assert merchant.shipstation.notify(body).status_code == 200
    assert (merchant.order(taken["id"])["status"], inbox(merchant, state="open")) == ("shipped", [])


@pytest.mark.parametrize("on", [True, False])
def test_a_replay_settles_it_even_while_the_vendor_is_switched_off(
    merchant: Merchant, shipped: tuple[dict[str, Any], bytes], on: bool
) -> None:
    taken, body = shipped
    merchant.shipstation.notify(body)
    switch(merchant, on=on)
    [waiting] = inbox(merchant)
    assert merchant.done(f"/notices/{waiting['id']}/replay")["state"] == "applied"
    assert merchant.order(taken["id"])["status"] == "shipped"


def test_the_same_bytes_wait_once_however_often_they_come(
    merchant: Merchant, shipped: tuple[dict[str, Any], bytes]
) -> None:
    body = shipped[1]
    assert [merchant.shipstation.notify(body).status_code for _ in range(3)] == [403] * 3
    assert [(one["state"], one["answer"]) for one in inbox(merchant)] == [
        ("repeated", 403),
        ("repeated", 403),
        ("received", 403),
    ]
    assert len(inbox(merchant, state="open")) == 1


def test_bytes_that_waited_before_the_vendor_was_switched_off_wait_once(merchant: Merchant) -> None:
    body = notice(OrderNumber="nothing-like-it")
    merchant.shipstation.notify(body)
    switch(merchant, on=False)
    assert merchant.shipstation.notify(body).status_code == 403
    assert [one["state"] for one in inbox(merchant)] == ["repeated", "unmatched"]


def test_those_that_come_at_once_are_all_kept_and_none_is_applied(merchant: Merchant) -> None:
    taken = merchant.take(*(order() for _ in range(12)))
    switch(merchant, on=False)
    bodies = [notice(one["vendor_orders"][0]["id"], TrackingNumber=f"1Z{n}") for n, one in enumerate(taken)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda body: merchant.shipstation.notify(body).status_code, bodies))
    assert answers == [403] * 12
    assert [one["state"] for one in inbox(merchant, state="open")] == ["received"] * 12
    assert merchant.exchanges() == [("shipnotify", 403, KEPT)] * 12
    assert {merchant.order(one["id"])["status"] for one in taken} == {"awaiting_shipment"}


def test_once_it_is_active_again_its_page_does_not_ask_to_activate_it(merchant: Merchant, admin: Visitor) -> None:
    switch(merchant, on=False)
    merchant.shipstation.get(**WINDOW)
    switch(merchant, on=True)
    words = admin.get(f"/vendors/{merchant.shipstation.vendor.id}").words
    assert "activate it there" not in words.split("Last calls")[0]
