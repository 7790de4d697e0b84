"""What an action would lead to, told before anybody does it; and that telling it changes nothing."""

from typing import Any

import pytest

from builders import line, notice, order
from driver import Merchant, text
from spark_shipstation.rules.acting import Action
from spark_shipstation.services.forms import LineToCancel
from spark_shipstation.services.life import Foresight, foresee


def told(merchant: Merchant, got: dict[str, Any], action: Action, *lines: LineToCancel) -> Foresight:
    with merchant.sessions() as session:
        return foresee(session, merchant.account_id, got["id"], action, lines)


def mixed(merchant: Merchant) -> dict[str, Any]:
    merchant.done("/vendors", name="Drop", kind="manual")
    lines = [line("l1"), line("l2", sku="MUG", quantity=2, vendor="Drop"), line("l3", sku="CARD", vendor="Nobody")]
    [got] = merchant.take(order(lines=lines))
    return got


def test_a_cancel_tells_of_each_part_whether_its_vendor_has_it(merchant: Merchant) -> None:
    got = mixed(merchant)
    number = got["number"]
    shipstation, drop, unrouted = told(merchant, got, Action.CANCEL).sentences
    assert shipstation == (
        f"3 × TEE-M of vendor order {number} for ShipStation are cancelled. "
        f"ShipStation has not fetched {number} yet; it gets it as cancelled."
    )
    assert drop == (
        f"2 × MUG of vendor order {number} for Drop are cancelled. "
        f"Drop is no ShipStation account: tell them about {number} yourself."
    )
    assert unrouted == "3 × CARD without a vendor: cancelled here, nobody else has to hear of it."


def test_a_cancel_of_what_was_fetched_tells_when_and_what_if_it_ships_all_the_same(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.poll()
    merchant.shipstation.notify(notice(got["vendor_orders"][0]["id"], {"TEE-M": 1}, by="SKU"))
    first, second, third = told(merchant, got, Action.CANCEL, LineToCancel(line="l1", quantity=1)).sentences
    number = got["number"]
    assert first.startswith(
        f"1 × TEE-M of vendor order {number} for ShipStation is cancelled. ShipStation fetched {number}"
    )
    assert first.endswith(" UTC; it goes out as changed with the next poll.")
    assert second == (
        f"If ShipStation ships {number} before that, the package is recorded and flagged cancel_too_late."
    )
    assert third == "What has shipped stays shipped: 1 × TEE-M."


def test_every_reason_against_is_told_before_it_is_done(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    wanted = (LineToCancel(line="l1", quantity=9), LineToCancel(line="l7"))
    foresight = told(merchant, got, Action.CANCEL, *wanted)
    assert (foresight.allowed, foresight.sentences) == (False, [])
    assert [reason.pointer for reason in foresight.reasons] == ["/lines/1/line", "/lines/0"]


@pytest.mark.parametrize("action", Action)
def test_telling_what_it_leads_to_changes_nothing(merchant: Merchant, action: Action) -> None:
    got = mixed(merchant)
    told(merchant, got, action)
    assert merchant.order(got["id"]) == got


def test_what_would_change_nothing_leads_to_nothing(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.done(f"/orders/{got['id']}/hold")
    assert told(merchant, got, Action.HOLD) == Foresight()
    assert told(merchant, got, Action.RELEASE).sentences == [
        f"ShipStation has not fetched {got['number']} yet; it gets it as paid."
    ]


@pytest.mark.parametrize("action", [Action.CANCEL, Action.HOLD])
def test_a_vendor_that_is_switched_off_is_promised_nothing_by_a_poll(merchant: Merchant, action: Action) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.poll()
    merchant.set_vendor(active=False)
    [sentence] = told(merchant, got, action).sentences
    assert sentence.endswith(
        "ShipStation is switched off: it hears of this only when it is switched on again; "
        f"tell them about {got['number']} yourself."
    )


def test_nothing_is_sent_again_to_a_vendor_that_is_switched_off(merchant: Merchant) -> None:
    merchant.add_store("West")
    [got] = merchant.take(order(lines=[line("l1"), line("l2", sku="MUG", vendor="West")]))
    merchant.set_vendor(active=False)
    number = got["number"]
    off = f"Vendor order {number} for ShipStation: ShipStation is switched off, so nothing is sent to it."
    west, reason = told(merchant, got, Action.RESEND).sentences
    assert (west.startswith(f"Vendor order {number} for West goes to ShipStation once more"), reason) == (True, off)
    merchant.done(f"/orders/{got['id']}/resend")
    before = {part["vendor"]: part["changed_at"] for part in got["vendor_orders"]}
    after = {part["vendor"]: part["changed_at"] for part in merchant.order(got["id"])["vendor_orders"]}
    assert [name for name in before if before[name] != after[name]] == ["West"]
    merchant.set_vendor("West", active=False)
    foresight = told(merchant, got, Action.RESEND)
    assert [reason.detail for reason in foresight.reasons] == [off, off.replace("ShipStation", "West")]
    assert merchant.act(f"/orders/{got['id']}/resend").status_code == 409


@pytest.mark.parametrize(("action", "done"), [(Action.HOLD, "held"), (Action.MARK_PAID, "marked as paid")])
def test_what_has_no_vendor_yet_is_told_as_what_it_goes_out_once_there_is_one(
    merchant: Merchant, action: Action, done: str
) -> None:
    unpaid = {"payment_status": "unpaid"} if action is Action.MARK_PAID else {}
    name = "paid" if unpaid else "on hold"
    [got] = merchant.take(order(lines=[line(sku="CARD", vendor="Nobody")], **unpaid))
    foresight = told(merchant, got, action)
    assert foresight.sentences[0] == f"The order is {done}: 3 × CARD go out as {name} once they have a vendor."
    lines = [line("l1"), line("l2", sku="CARD", quantity=1, vendor="Nobody")]
    [mixed] = merchant.take(order(lines=lines, **unpaid))
    assert told(merchant, mixed, action).sentences[:2] == [
        f"ShipStation has not fetched {mixed['number']} yet; it gets it as {name}.",
        f"The order is {done}: 1 × CARD goes out as {name} once it has a vendor.",
    ]


def test_an_order_without_a_vendor_is_held_and_released(merchant: Merchant) -> None:
    [got] = merchant.take(order(lines=[line(sku="CARD", vendor="Nobody")]))
    merchant.done(f"/orders/{got['id']}/hold")
    assert told(merchant, got, Action.HOLD) == Foresight()
    [sentence] = told(merchant, got, Action.RELEASE).sentences
    assert sentence == "The order is released: 3 × CARD go out as paid once they have a vendor."
    nobody = merchant.add_store("Nobody")
    assert text(nobody.poll().order(got["number"]), "OrderStatus") == "on_hold"


def test_what_nobody_ships_is_not_said_to_go_out(merchant: Merchant) -> None:
    merchant.put_rules({"sku": "GIFT", "exclude": True})
    [mixed] = merchant.take(order(number="G1", lines=[line("l1"), line("l2", sku="GIFT")]))
    [gone] = merchant.take(order(number="G2", lines=[line(sku="GIFT")]))
    assert told(merchant, mixed, Action.HOLD).sentences == [
        "ShipStation has not fetched G1 yet; it gets it as on hold."
    ]
    assert not told(merchant, gone, Action.HOLD).is_possible
