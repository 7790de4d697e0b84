"""An order in words: where it is on its way to its vendor, why, and what happens next."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event
from sqlalchemy import text as sql

from builders import ADDRESS, line, notice, order
from driver import Merchant, order_held_open
from spark_shipstation.errors import NotFound
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.explain import explain
from spark_shipstation.services.restating import restate
from spark_shipstation.store.accounts import clock
from spark_shipstation.store.orders import planning

Explanation = dict[str, Any]


def explained(merchant: Merchant, got: dict[str, Any]) -> Explanation:
    with merchant.sessions.begin() as session:
        return explain(session, merchant.account_id, got["id"], now=clock(session)).model_dump()


def part_of(merchant: Merchant, got: dict[str, Any]) -> Explanation:
    """Of an order with one vendor order."""
    [part] = explained(merchant, got)["vendor_orders"]
    return dict(part)


def words(part: Explanation) -> str:
    return "\n".join(part["sentences"])


def event_of(part: Explanation) -> str | None:
    return part["next"]["event"] if part["next"] else None


def restated(merchant: Merchant, got: dict[str, Any], what: str, *statements: str, **facts: Any) -> None:
    """Write rows of the order, and bring its statuses and the feed up to date."""
    with merchant.sessions.begin() as session:
        locked = planning.lock_order(session, merchant.account_id, UUID(got["id"]))
        assert locked is not None
        for statement in statements:
            session.execute(sql(statement), {"a": merchant.account_id, "o": got["id"], **facts})
        session.expire(locked)
        actor = Actor(merchant.account_id, "user ada@example.com")
        restate(session, [locked], actor, what, now=clock(session))


HOLD = "UPDATE orders SET held = true WHERE account_id = :a AND id = :o"
CANCEL = (
    "INSERT INTO cancellations (account_id, id, order_id, order_line_id, vendor_order_line_id, quantity, who, reason) "
    "SELECT l.account_id, gen_random_uuid(), :o, l.order_line_id, l.id, least(:units, l.quantity), "
    "'user ada@example.com', 'changed their mind' FROM vendor_order_lines l "
    "JOIN vendor_orders v ON v.account_id = l.account_id AND v.id = l.vendor_order_id "
    "WHERE v.account_id = :a AND v.order_id = :o"
)


def cancelled(merchant: Merchant, got: dict[str, Any], units: int = 99) -> None:
    restated(merchant, got, "cancelled", CANCEL, units=units)


def move_changes(merchant: Merchant, got: dict[str, Any], at: datetime) -> None:
    """The order's changes, as if they had been made then."""
    changes = (
        "UPDATE changes SET at = :at WHERE account_id = :a AND vendor_order_id IN "
        "(SELECT id FROM vendor_orders WHERE account_id = :a AND order_id = :o)"
    )
    parts = "UPDATE vendor_orders SET changed_at = :at WHERE account_id = :a AND order_id = :o"
    with merchant.sessions.begin() as session:
        for statement in (changes, parts):
            session.execute(sql(statement), {"a": merchant.account_id, "o": got["id"], "at": at})


# On its way.


def test_before_the_first_poll_it_waits_for_it(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    part = part_of(merchant, got)
    assert (part["state"], event_of(part), part["served"], part["last_poll"]) == (
        "never_polled",
        "first_poll",
        [],
        None,
    )
    assert "ShipStation's ShipStation account has never polled Spark: it waits for the first poll." in words(part)


def test_after_a_poll_a_new_order_waits_for_the_next_one(merchant: Merchant) -> None:
    merchant.shipstation.poll()
    [got] = merchant.take(order())
    part = part_of(merchant, got)
    assert (part["state"], event_of(part), part["served"]) == ("waiting", "next_poll", [])
    assert "It has not been served yet; it changed last at 20" in words(part)
    assert "ShipStation's last poll was just now, at 20" in words(part)
    assert part["last_poll"]["completed"] is True


def test_a_served_one_says_when_and_in_which_window_and_page(make_merchant: Any) -> None:
    merchant: Merchant = make_merchant(time_zone="America/New_York", page_size=1)
    first, second = (merchant.take(order())[0] for _ in range(2))
    start = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)  # noon in New York
    for got in (first, second):
        move_changes(merchant, got, start)
    noon = start - timedelta(hours=5)  # the driver writes UTC's digits
    window = (noon, noon + timedelta(minutes=10))
    merchant.shipstation.page(*window, page=1)
    merchant.shipstation.page(*window, page=2)
    part = part_of(merchant, second)
    [served] = part["served"]
    assert (part["state"], event_of(part)) == ("served", "shipment")
    assert (served["page"], served["pages"], served["completed"]) == (2, 2, True)
    assert (served["window_start"], served["window_end"]) == (start, start + timedelta(minutes=11))
    assert (
        "for page 2 of 2 of the window 2026-01-05 12:00 to 12:10 America/New_York (2026-01-05 17:00 to 17:10 UTC). "
        "ShipStation has asked for every page of that window."
    ) in words(part)


def test_a_window_that_was_not_read_to_its_end_is_said(make_merchant: Any) -> None:
    merchant: Merchant = make_merchant(page_size=1)
    first, second = (merchant.take(order())[0] for _ in range(2))
    now = datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(minutes=1))
    merchant.shipstation.page(*window, page=1)
    part, waiting = part_of(merchant, first), part_of(merchant, second)
    assert (part["state"], part["served"][0]["completed"]) == ("served", False)
    assert "ShipStation has not asked for every page of that window: it may not have taken it in." in words(part)
    assert waiting["state"] == "waiting"
    assert "ShipStation has polled since, but has not asked for every page of its window." in words(waiting)
    merchant.shipstation.page(*window, page=2)
    assert part_of(merchant, first)["served"][0]["completed"] is True
    assert part_of(merchant, second)["served"][0]["completed"] is True


def test_each_page_it_stood_on_is_told_newest_first(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    for _ in range(12):
        merchant.shipstation.poll()
    times = [served["at"] for served in part_of(merchant, got)["served"]]
    assert (len(times), times) == (10, sorted(times, reverse=True))


def test_a_change_after_it_was_served_comes_again(merchant: Merchant) -> None:
    sent = order()
    [got] = merchant.take(sent)
    merchant.shipstation.poll()
    merchant.take({**sent, "customer_notes": "ring twice"})
    part = part_of(merchant, got)
    assert (part["state"], event_of(part), len(part["served"])) == ("changed", "next_poll", 1)
    assert "It has changed since: order changed by the shop at 20" in words(part)
    assert "by key tests; it goes out again, as “awaiting_shipment”, with the next poll." in words(part)
    merchant.shipstation.poll()
    assert part_of(merchant, got)["state"] == "served"


def test_a_window_that_ended_before_the_change_points_at_the_time_zone(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    now = datetime.now(UTC)
    merchant.shipstation.poll(now - timedelta(hours=6), now - timedelta(hours=5))
    part = part_of(merchant, got)
    assert (part["state"], event_of(part)) == ("waiting", "next_poll")
    assert "ShipStation has polled since, but its window ended before that change. It ended 4 hours" in words(part)
    assert "the time zone of the connection (UTC) and that of the store in ShipStation are likely to differ" in words(
        part
    )


def test_a_window_that_began_after_the_change_needs_an_earlier_one(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    now = datetime.now(UTC)
    move_changes(merchant, got, now - timedelta(hours=2))
    merchant.shipstation.poll(now - timedelta(hours=1), now)
    part = part_of(merchant, got)
    assert (part["state"], event_of(part)) == ("waiting", "earlier_poll")
    assert "ShipStation has polled since, but its window began after that change." in words(part)


def test_a_window_that_is_served_widened_has_reached_the_change(make_merchant: Any) -> None:
    """Its dates end seven hours before the change, and the explanation says why it was served all the same."""
    merchant: Merchant = make_merchant(page_size=1)
    behind = datetime.now(UTC) - timedelta(hours=7)
    for minutes in (2, 1, 0):
        end = behind - timedelta(minutes=minutes)
        merchant.shipstation.page(end - timedelta(minutes=15), end)
    first, second = (merchant.take(order())[0] for _ in range(2))
    merchant.shipstation.page(end, datetime.now(UTC) - timedelta(hours=7), page=1)
    served, waiting = part_of(merchant, first), part_of(merchant, second)
    zones = "ShipStation's dates are 7 hours behind UTC: until one of the two time zones is set right, its windows are "
    assert (served["state"], zones in words(served)) == ("served", True)
    assert (waiting["state"], event_of(waiting)) == ("waiting", "next_poll")
    assert "ShipStation has polled since, but has not asked for every page of its window." in words(waiting)
    assert "ended before" not in words(waiting)


def test_a_change_that_was_committed_after_a_poll_of_its_time_comes_with_the_next(merchant: Merchant) -> None:
    sent = order()
    with order_held_open(merchant, sent):
        merchant.shipstation.poll()
    [got] = merchant.get("/orders", number=sent["number"])["orders"]
    part = part_of(merchant, got)
    assert (part["state"], event_of(part)) == ("waiting", "next_poll")
    assert "ShipStation has polled since, but that change was still being written then." in words(part)


# What keeps it, and what it is told as.


def test_an_unpaid_one_goes_out_under_the_connection_s_own_name(make_merchant: Any) -> None:
    names = {"unpaid": "Awaiting Payment", "paid": "p", "shipped": "s", "cancelled": "c", "on_hold": "h"}
    merchant: Merchant = make_merchant(statuses=names)
    [got] = merchant.take(order(payment_status="unpaid"))
    assert "The order is not paid: ShipStation gets it as “Awaiting Payment”." in words(part_of(merchant, got))
    merchant.shipstation.poll()
    part = part_of(merchant, got)
    assert (part["state"], part["told"], event_of(part)) == ("served", "Awaiting Payment", "payment")
    assert explained(merchant, got)["sentences"][0].endswith("is not paid.")


def test_one_on_hold_says_what_shipstation_gets(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.poll()
    restated(merchant, got, "put on hold", HOLD)
    part = part_of(merchant, got)
    assert (part["state"], part["status"], event_of(part)) == ("changed", "on_hold", "next_poll")
    assert "The order is on hold: ShipStation gets it as “on_hold”." in words(part)
    assert "It has changed since: put on hold at 20" in words(part)
    assert "by user ada@example.com" in words(part)
    merchant.shipstation.poll()
    assert event_of(part_of(merchant, got)) == "release"


def test_without_a_usable_address_it_is_held_back_until_mended(merchant: Merchant) -> None:
    sent = order(ship_to={**ADDRESS, "city": " ", "country": "Narnia"})
    [got] = merchant.take(sent)
    merchant.shipstation.poll()
    part = part_of(merchant, got)
    assert (part["state"], event_of(part), part["flags"]) == ("held_back", "mending", ["needs_address"])
    assert "The ship-to address is not usable: city and country are missing or not known." in words(part)
    assert "It is held back until that is mended, and the other orders go out." in words(part)
    merchant.take({**sent, "ship_to": ADDRESS})
    assert part_of(merchant, got)["state"] == "waiting"


def test_an_address_that_was_spoilt_after_it_was_served_leaves_shipstation_with_the_old_one(merchant: Merchant) -> None:
    sent = order()
    [got] = merchant.take(sent)
    merchant.shipstation.poll()
    merchant.take({**sent, "ship_to": {**ADDRESS, "address1": ""}})
    part = part_of(merchant, got)
    assert (part["state"], len(part["served"])) == ("held_back", 1)
    assert "The ship-to address is not usable: address1 is missing or not known." in words(part)
    assert "and hears of nothing that has changed since." in words(part)
    cancelled(merchant, got)
    assert "It was cancelled after it was served" in words(part_of(merchant, got))


def test_an_amount_over_the_limit_is_named(merchant: Merchant) -> None:
    [got] = merchant.take(order(total="10000000.00"))
    part = part_of(merchant, got)
    assert (part["state"], part["flags"]) == ("held_back", ["needs_amount"])
    assert "An amount does not fit ShipStation's limits: OrderTotal: 10000000.00" in words(part)
    assert "is more than ShipStation's limit of 9999999.99. It is held back" in words(part)


def test_what_cannot_be_written_is_held_back_for_review(merchant: Merchant) -> None:
    [got] = merchant.take(order(number="\ufffe"))
    part = part_of(merchant, got)
    assert (part["state"], part["flags"]) == ("held_back", ["needs_review"])
    assert "It cannot be written as ShipStation wants it: OrderNumber is missing. It is held back" in words(
        part_of(merchant, got)
    )


def test_an_inactive_vendor_gets_nothing_until_it_is_activated(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    path = f"/api/v1/vendors/{merchant.shipstation.vendor.id}"
    merchant.http.patch(path, json={"active": False}, auth=merchant.auth).raise_for_status()
    part = part_of(merchant, got)
    assert (part["state"], event_of(part)) == ("vendor_inactive", "activation")
    assert (
        "The vendor ShipStation is not active: its ShipStation URL is refused, and nothing goes out until it is "
        "activated."
    ) in words(part)


def test_a_manual_vendor_is_sent_nothing(merchant: Merchant) -> None:
    response = merchant.http.post("/api/v1/vendors", json={"name": "Barn", "kind": "manual"}, auth=merchant.auth)
    assert response.status_code == 201
    [got] = merchant.take(order(lines=[line(vendor="Barn")]))
    part = part_of(merchant, got)
    assert (part["state"], part["vendor"], part["told"], event_of(part)) == ("not_connected", "Barn", None, None)
    assert "Barn has no ShipStation connection (a manual vendor): Spark sends it nothing by itself." in words(part)


# Routing.


def test_each_line_says_who_ships_it_and_why(merchant: Merchant) -> None:
    merchant.add_store("East")
    merchant.put_product("MUG", [{"vendor": "East", "priority": 2}])
    [got] = merchant.take(
        order(lines=[line("l1"), line("l2", sku="MUG"), line("l3", sku="", name="Card", vendor="No")])
    )
    told = explained(merchant, got)
    assert [row["sentence"] for row in told["lines"]] == [
        "3 × TEE-M (line l1) goes to ShipStation. The account's default vendor is ShipStation.",
        "3 × MUG (line l2) goes to East. Product MUG is shipped by East (priority 2).",
        "3 × Card (line l3) is unrouted. The order names the vendor “No”, which does not exist.",
    ]
    assert [(row["vendor"], row["unrouted"]) for row in told["lines"]] == [("ShipStation", 0), ("East", 0), (None, 3)]
    number = got["number"]
    assert f"It is split into 2 vendor orders: {number} for ShipStation and {number} for East." in told["sentences"]
    assert told["state"] == "unrouted"
    assert any(said.startswith("No vendor ships 3 × Card; nobody gets that until") for said in told["sentences"])


def test_what_helps_a_line_without_a_vendor_is_told_by_the_reason(merchant: Merchant) -> None:
    merchant.add_store("East")
    merchant.set_vendor("East", active=False)
    merchant.set_vendor(active=False)
    lines = [line("l1"), line("l2", sku="MUG", vendor="Print Studio"), line("l3", sku="CARD", vendor="East")]
    told = explained(merchant, merchant.take(order(lines=lines))[0])
    assert told["sentences"][-1] == (
        "No vendor ships 3 × TEE-M; nobody gets that until there is one. "
        "Set a vendor for the product, or a routing rule, and it is routed. "
        "No vendor ships 3 × MUG; nobody gets that until there is one. "
        "Add a vendor named “Print Studio”, or rename one to that, and it is routed; "
        "or have the shop send another vendor. "
        "No vendor ships 3 × CARD; nobody gets that until there is one. "
        "Switch East on, and it is routed; or have the shop send another vendor."
    )


def test_a_part_whose_lines_have_gone_elsewhere_says_so(merchant: Merchant) -> None:
    merchant.add_store("East")
    sent = order()
    [got] = merchant.take(sent)
    merchant.shipstation.poll()
    merchant.take({**sent, "lines": [line(vendor="East")]})
    old, new = explained(merchant, got)["vendor_orders"]
    assert (old["state"], old["status"], new["vendor"], new["state"]) == (
        "changed",
        "cancelled",
        "East",
        "never_polled",
    )
    assert f"{got['number']} for ShipStation holds nothing any more." in old["sentences"]
    assert "Its lines have gone to other vendor orders or were taken off the order, which cancels it." in words(old)


# Cancelled.


def test_a_cancel_after_it_was_served_is_told_with_the_next_poll(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.poll()
    cancelled(merchant, got)
    part = part_of(merchant, got)
    assert (part["state"], part["told"], event_of(part)) == ("changed", "cancelled", "next_poll")
    assert "3 × TEE-M cancelled at 20" in words(part)
    assert "by user ada@example.com (changed their mind)." in words(part)
    assert "It was cancelled after it was served: ShipStation is told “cancelled” with the next poll." in words(part)
    assert merchant.shipstation.poll().numbers == [got["number"]]
    told = part_of(merchant, got)
    assert (told["state"], event_of(told)) == ("served", None)
    assert "It is cancelled, and ShipStation was told so (“cancelled”)." in words(told)


def test_one_that_was_cancelled_before_its_first_poll_is_told_as_cancelled(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    cancelled(merchant, got)
    part = part_of(merchant, got)
    assert part["state"] == "never_polled"
    merchant.shipstation.poll()
    assert "It is cancelled, and ShipStation was told so (“cancelled”)." in words(part_of(merchant, got))


def test_what_never_went_into_the_feed_and_is_cancelled_never_goes_out(merchant: Merchant) -> None:
    [got] = merchant.take(order(ship_to={}))
    cancelled(merchant, got)
    part = part_of(merchant, got)
    assert (part["state"], event_of(part)) == ("never_goes_out", None)
    assert "It was cancelled before it was ever served: it never goes out." in words(part)
    assert explained(merchant, got)["state"] == "never_goes_out"


# Shipped.


def ship(merchant: Merchant, got: dict[str, Any], units: int, **fields: str) -> None:
    part = got["vendor_orders"][0]
    body = notice(part["id"], {part["lines"][0]["id"]: units}, **fields)
    assert merchant.shipstation.notify(body).status_code == 200


def test_a_package_says_when_by_which_carrier_and_who_reported_it(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.poll()
    ship(merchant, got, 2, ShipDate="03/09/2026")
    part = part_of(merchant, got)
    assert (part["state"], part["status"], event_of(part)) == ("served", "partially_shipped", "shipment")
    package = "2 × TEE-M shipped on 2026-03-09 by UPS Ground, tracking 1Z1, as ShipStation (ShipStation) reported at 20"
    assert package in words(part)
    assert "Still open: 1 × TEE-M." in part["sentences"]
    ship(merchant, got, 1, TrackingNumber="1Z2")
    part = part_of(merchant, got)
    assert (part["status"], event_of(part), part["sentences"][-1]) == ("shipped", None, "Nothing is left to ship.")
    assert explained(merchant, got)["sentences"][0].endswith("has shipped.")


def test_more_than_was_ordered_is_said(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    ship(merchant, got, 5)
    assert "More units have shipped than were ordered: 5 of 3 × TEE-M." in words(part_of(merchant, got))


def test_a_cancel_that_came_too_late_is_said(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.poll()
    cancelled(merchant, got, units=2)
    ship(merchant, got, 3)
    part = part_of(merchant, got)
    assert "cancel_too_late" in part["flags"]
    assert "The cancel came too late: 2 × TEE-M had been cancelled and shipped all the same." in words(part)


def test_an_unknown_item_and_assumed_items_are_said(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    id_ = got["vendor_orders"][0]["id"]
    for body in (notice(id_, {"HAT": 2}, by="SKU"), notice(id_, TrackingNumber="1Z9", ShippingCost="much")):
        response = merchant.shipstation.notify(body)
        assert response.status_code == 200, response.text
    said = words(part_of(merchant, got))
    assert "A package names what it does not hold: 2 × HAT. It counts for nothing." in said
    assert "A package named no items: all that was open then was taken to be in it." in said
    assert "A notice held values that could not be read" in said


# The rest.


@pytest.mark.parametrize("word", ["0" * 32, "nonsense"])
def test_an_unknown_order_is_not_found(merchant: Merchant, word: str) -> None:
    with merchant.sessions.begin() as session, pytest.raises(NotFound):
        explain(session, merchant.account_id, word, now=clock(session))


def test_another_account_s_calls_and_orders_are_not_seen(make_merchant: Any) -> None:
    mine, other = make_merchant(), make_merchant()
    [got] = mine.take(order())
    other.shipstation.poll()
    assert part_of(mine, got)["state"] == "never_polled"
    with other.sessions.begin() as session, pytest.raises(NotFound):
        explain(session, other.account_id, got["id"], now=clock(session))


def test_the_api_answers_the_same(merchant: Merchant) -> None:
    [got] = merchant.take(order())
    merchant.shipstation.poll()
    answer = merchant.get(f"/orders/{got['id']}/explain")
    assert answer.keys() == {"id", "store", "external_id", "number", "state", "status", "flags", "sentences", "lines",
                             "vendor_orders"}  # fmt: skip
    [part] = answer["vendor_orders"]
    assert part["served"][0].keys() == {"at", "window_start", "window_end", "page", "pages", "completed"}
    assert (answer["state"], part["state"], part["next"]["event"]) == ("served", "served", "shipment")
    missing = merchant.http.get(f"/api/v1/orders/{'0' * 32}/explain", auth=merchant.auth)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_it_costs_a_fixed_number_of_statements(merchant: Merchant, engine: Engine) -> None:
    names = ["East", "West"]
    for name in names:
        merchant.add_store(name)
    small = order()
    large = order(lines=[line(f"l{i}", vendor=name) for i, name in enumerate([*names, "ShipStation", *names])])
    orders = merchant.take(small, large)
    for got in orders:
        for part in got["vendor_orders"]:
            if part["vendor"] == "ShipStation":
                ship(merchant, {"vendor_orders": [part]}, 1)
                ship(merchant, {"vendor_orders": [part]}, 1, TrackingNumber="1Z2")
    for _ in range(3):
        merchant.shipstation.poll()
    counts = []
    for got in orders:
        statements: list[str] = []
        note = lambda *call: statements.append(call[2])  # noqa: B023, E731
        event.listen(engine, "before_cursor_execute", note)
        try:
            explained(merchant, got)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counts.append(len(statements))
    # clock · order, lines, cancellations, parts · vendors · changes · calls · last polls · packages
    assert counts == [10, 10]
