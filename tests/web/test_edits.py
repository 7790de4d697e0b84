"""Orders sent again: numbers, quantities, refunds, what goes out for a cancel, and what the timeline says of it."""

from decimal import Decimal
from typing import Any

import pytest

from builders import ADDRESS, line, notice, order
from driver import Merchant, articles, text


def changes(event: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {change["field"]: (change["before"], change["after"]) for change in event["changes"]}


def open_units(entry: dict[str, Any]) -> int:
    units: int = entry["quantity"] - entry["cancelled"] - entry["shipped"]
    return units


def test_the_number_that_the_shop_changes_shows_on_the_open_vendor_orders(merchant: Merchant) -> None:
    merchant.add_store("West")
    sent = order(number="A-1", lines=[line("l1"), line("l2", sku="MUG", vendor="West")])
    [got] = merchant.take(sent)
    [after] = merchant.take({**sent, "number": "A-2"})
    assert [part["number"] for part in after["vendor_orders"]] == ["A-2", "A-2"]
    assert [part["id"] for part in after["vendor_orders"]] == [part["id"] for part in got["vendor_orders"]]
    assert merchant.shipstation.poll().numbers == ["A-2"]
    told = changes(after["timeline"][-1])
    assert told["number"] == ("A-1", "A-2")
    assert told[f"vendor_orders.{after['vendor_orders'][0]['id']}.number"] == ("A-1", "A-2")


def test_a_changed_number_that_the_vendor_has_already_gets_a_letter(merchant: Merchant) -> None:
    sent = order(number="B-1", external_id="b1")
    merchant.take(sent, order(number="B-2", external_id="b2"))
    [after] = merchant.take({**sent, "number": "B-2"})
    assert [part["number"] for part in after["vendor_orders"]] == ["B-2.B"]
    [again] = merchant.take({**sent, "number": "B-2", "customer_notes": "x"})
    assert [part["number"] for part in again["vendor_orders"]] == ["B-2.B"]


def test_what_has_shipped_keeps_the_number_on_its_papers(merchant: Merchant) -> None:
    sent = order(number="C-1")
    [got] = merchant.take(sent)
    merchant.shipstation.notify(notice(got["vendor_orders"][0]["id"]))
    [after] = merchant.take({**sent, "number": "C-2", "lines": [line(quantity=4)]})
    assert [(part["number"], part["status"]) for part in after["vendor_orders"]] == [
        ("C-1", "shipped"), ("C-2", "awaiting_shipment")]  # fmt: skip


@pytest.mark.parametrize(("ordered", "left"), [(3, 1), (5, 3), (2, 0), (1, 0), (0, 0)])
def test_the_shops_quantity_is_what_was_ordered_and_cancelled_units_stay_cancelled(
    merchant: Merchant, ordered: int, left: int
) -> None:
    sent = order(lines=[line(), line("l2", sku="MUG")])
    [got] = merchant.take(sent)
    merchant.done(f"/orders/{got['id']}/cancel", lines=[{"line": "l1", "quantity": 2}])
    [after] = merchant.take({**sent, "customer_notes": "again", "lines": [line(quantity=ordered), sent["lines"][1]]})
    [part] = after["vendor_orders"]
    assert (after["lines"][0]["cancelled"], max(0, open_units(after["lines"][0]))) == (2, left)
    assert sum(max(0, open_units(entry)) for entry in part["lines"]) == left + 3
    served = merchant.shipstation.poll().order(got["number"])
    assert articles(served) == ([("TEE-M", left)] if left else []) + [("MUG", 3)]


def test_a_refund_cancels_what_has_not_shipped(merchant: Merchant) -> None:
    sent = order(lines=[line(), line("l2", sku="CARD", vendor="Nobody")])
    [got] = merchant.take(sent)
    merchant.shipstation.poll()
    merchant.shipstation.notify(notice(got["vendor_orders"][0]["id"], {"TEE-M": 1}, by="SKU"))
    [after] = merchant.take({**sent, "payment_status": "refunded"})
    assert [(entry["cancelled"], entry["shipped"]) for entry in after["lines"]] == [(2, 1), (3, 0)]
    assert (after["status"], after["payment_status"]) == ("shipped", "refunded")
    assert [event["what"] for event in after["timeline"]][-2:] == [
        "order changed by the shop: payment status paid → refunded",
        "cancelled: 2 × TEE-M, 3 × CARD (refunded)",
    ]
    assert changes(after["timeline"][-1]) == {"lines.l1.cancelled": (0, 2), "lines.l2.cancelled": (0, 3)}


def test_an_order_that_comes_in_refunded_never_goes_out(merchant: Merchant) -> None:
    [got] = merchant.take(order(payment_status="refunded"))
    assert got["status"] == "cancelled"
    assert merchant.shipstation.poll().orders == []


def test_a_refunded_order_that_is_paid_again_stays_cancelled(merchant: Merchant) -> None:
    sent = order()
    merchant.take({**sent, "payment_status": "refunded"})
    [after] = merchant.take(sent)
    assert (after["status"], after["lines"][0]["cancelled"]) == ("cancelled", 3)


def test_a_cancel_goes_out_whatever_the_amounts_are(merchant: Merchant) -> None:
    sent = order()
    [got] = merchant.take(sent)
    merchant.shipstation.poll()
    huge = line(unit_price="99999999.00", weight={"value": "99999999", "unit": "oz"})
    package = {"unit": "in", "length": "99999999", "width": "1", "height": "1"}
    [grown] = merchant.take({**sent, "total": "99999999.00", "lines": [huge], "package": package})
    assert grown["flags"] == ["needs_amount"]
    merchant.done(f"/orders/{got['id']}/cancel")
    served = merchant.shipstation.poll().order(got["number"])
    assert text(served, "OrderStatus") == "cancelled"
    assert Decimal(text(served, "OrderTotal")) == Decimal("9999999.99")
    assert merchant.order(got["id"])["flags"] == []


def test_the_timeline_names_fields_and_lines_that_change_together(merchant: Merchant) -> None:
    merchant.add_store("West")
    sent = order(lines=[line(), line("l2", sku="MUG"), line("l3", sku="CAP")])
    merchant.take(sent)
    lines = [
        line(quantity=5, name="Tee shirt"),
        line("l2", sku="MUG", vendor="West"),
        line("l4", sku="HAT", quantity=1),
    ]
    [after] = merchant.take({**sent, "ship_to": {**ADDRESS, "city": "Dallas"}, "lines": lines})
    event = after["timeline"][-1]
    assert event["what"] == (
        "order changed by the shop: ship to; line l1 quantity 3 → 5, name; "
        "line l2 ShipStation → West: the order names the vendor West; "
        "line l3 taken off (3 × CAP); line l4 added (1 × HAT)"
    )
    told = changes(event)
    assert told["ship_to.city"] == ("Austin", "Dallas")
    assert told["lines.l1.quantity"] == (3, 5)
    assert told["lines.l2.vendor"] == ("ShipStation", "West")
    assert told["lines.l3.quantity"] == (3, 0)
    assert (told["lines.l4.sku"], told["lines.l4.vendor"]) == ((None, "HAT"), (None, "ShipStation"))
    assert "lines.l1.sku" not in told


def test_the_timeline_says_the_status_before_and_after_and_the_call(merchant: Merchant) -> None:
    sent = order(payment_status="unpaid")
    merchant.take(sent)
    response = merchant.post({**sent, "payment_status": "paid"})
    [result] = response.json()["results"]
    event = merchant.order(result["id"])["timeline"][-1]
    assert changes(event)["status"] == ("unpaid", "awaiting_shipment")
    assert changes(event)["payment_status"] == ("unpaid", "paid")
    assert (event["who"], event["request_id"]) == ("key tests", response.headers["x-request-id"])


def test_amounts_in_the_timeline_are_decimal_strings(merchant: Merchant) -> None:
    sent = order()
    merchant.take(sent)
    [after] = merchant.take({**sent, "total": "38.10", "tax_amount": "3.10"})
    told = changes(after["timeline"][-1])
    assert (told["total"], told["tax_amount"]) == (("37.10", "38.10"), ("2.10", "3.10"))
