"""Packages beside each other: parts, repeats, corrections and contradictions. Each counts once, and none is lost."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import line, notice, order
from driver import Merchant
from processes import Server
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.restating import restate
from spark_shipstation.store.base import new_id
from spark_shipstation.store.orders import Cancellation, planning
from spark_shipstation.store.shipments import Shipment, ShipmentLine


def taken_with(merchant: Merchant, *quantities: int) -> tuple[str, str, list[str]]:
    """The ids of an order, of its one vendor order, and of that one's lines."""
    lines = [line(f"l{i}", sku=f"SKU-{i}", quantity=quantity) for i, quantity in enumerate(quantities)]
    [taken] = merchant.take(order(lines=lines))
    [part] = taken["vendor_orders"]
    return taken["id"], part["id"], [entry["id"] for entry in part["lines"]]


def notify(merchant: Merchant, body: bytes) -> str:
    response = merchant.shipstation.notify(body)
    assert response.status_code == 200, response.text
    return response.text


def flags(merchant: Merchant, order_id: str) -> tuple[list[str], list[list[str]]]:
    """Of the order, and of each of its packages."""
    found = merchant.order(order_id)
    return found["flags"], [package["flags"] for package in found["shipments"]]


def shipped(merchant: Merchant, order_id: str) -> list[int]:
    return [entry["shipped"] for entry in merchant.order(order_id)["lines"]]


# Parts and repeats.


def test_an_order_ships_in_several_packages(merchant: Merchant) -> None:
    id_, part, [tee, cap] = taken_with(merchant, 3, 2)
    statuses = []
    for tracking, items in (("P1", {tee: 1}), ("P2", {tee: 1, cap: 1}), ("P3", {tee: 1, cap: 1})):
        notify(merchant, notice(part, items, TrackingNumber=tracking))
        statuses.append(merchant.order(id_)["status"])
    assert statuses == ["partially_shipped", "partially_shipped", "shipped"]
    assert (shipped(merchant, id_), flags(merchant, id_)) == ([3, 2], ([], [[], [], []]))


def test_rows_of_the_same_item_in_one_package_are_summed(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 5)
    row = f"<Item><LineItemID>{tee}</LineItemID><Quantity>2</Quantity></Item>"
    body = notice(part, {}).replace(b"<Items></Items>", f"<Items>{row}{row}</Items>".encode())
    notify(merchant, body)
    assert (shipped(merchant, id_), merchant.order(id_)["status"]) == ([4], "partially_shipped")
    notify(merchant, notice(part, {tee: 1}, TrackingNumber="P2"))
    assert flags(merchant, id_) == ([], [[], []])


def test_an_item_is_matched_by_its_sku_where_its_id_is_not_ours(merchant: Merchant) -> None:
    id_, part, _ = taken_with(merchant, 2)
    item = "<Item><LineItemID>77</LineItemID><SKU>sku-0</SKU><Quantity>2</Quantity></Item>"
    notify(merchant, notice(part, {}).replace(b"<Items></Items>", f"<Items>{item}</Items>".encode()))
    assert (shipped(merchant, id_), flags(merchant, id_)[0]) == ([2], [])


def test_the_id_of_an_item_outranks_its_sku(merchant: Merchant) -> None:
    id_, part, [tee, _] = taken_with(merchant, 2, 2)
    item = f"<Item><LineItemID>{tee}</LineItemID><SKU>SKU-1</SKU><Quantity>1</Quantity></Item>"
    notify(merchant, notice(part, {}).replace(b"<Items></Items>", f"<Items>{item}</Items>".encode()))
    assert shipped(merchant, id_) == [1, 0]


def test_two_packages_with_one_tracking_number_are_two(merchant: Merchant) -> None:
    """A carrier's number for a consignment of several boxes: other items, or another label."""
    id_, part, [tee, cap] = taken_with(merchant, 4, 1)
    for items, label in (({tee: 1}, "10:00"), ({tee: 2}, "10:00"), ({cap: 1}, "10:00"), ({tee: 1}, "10:05")):
        notify(merchant, notice(part, items, TrackingNumber="SAME", LabelCreateDate=f"03/09/2026 {label}"))
    assert (shipped(merchant, id_), len(merchant.order(id_)["shipments"])) == ([4, 1], 4)
    assert flags(merchant, id_)[0] == []


PACKAGES = st.lists(st.tuples(st.integers(1, 2), st.integers(0, 2)), min_size=1, max_size=4)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(packages=PACKAGES, data=st.data())
def test_packages_in_any_order_and_however_often_count_once_each(
    merchant: Merchant, packages: list[tuple[int, int]], data: st.DataObject
) -> None:
    id_, part, [tee, cap] = taken_with(merchant, 8, 8)
    bodies = [
        notice(part, {item: units for item, units in ((tee, tees), (cap, caps)) if units}, TrackingNumber=f"P{number}")
        for number, (tees, caps) in enumerate(packages)
    ]
    again = data.draw(st.lists(st.sampled_from(bodies), max_size=4))
    for body in data.draw(st.permutations(bodies + again)):
        notify(merchant, body)
    assert shipped(merchant, id_) == [sum(tees for tees, _ in packages), sum(caps for _, caps in packages)]
    assert len(merchant.order(id_)["shipments"]) == len(packages)
    assert flags(merchant, id_)[0] == []


def test_a_notice_counts_once_over_workers_and_restarts(tmp_path: Path) -> None:
    """Sixteen at once at two worker processes, and once more after the server was killed and started anew."""
    with Server(tmp_path, SPARK_WORKERS="2") as server:
        server.post_order(order(number="R-1"))
        [taken] = server.orders(number="R-1")
        part = taken["vendor_orders"][0]
        body = notice(part["id"], {part["lines"][0]["id"]: 2})

        def send(_: int = 0) -> int:
            vendor = server.facts()["shipstation"]
            auth = (vendor["username"], vendor["password"])
            url = f"{server.base_url}/shipstation/{vendor['url'].rsplit('/', 1)[1]}"
            query = {"action": "shipnotify"}
            return httpx.post(url, params=query, content=body, auth=auth, timeout=60).status_code

        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(send, range(16))) == [200] * 16
        before = server.orders(number="R-1")
        server.stop(signal.SIGTERM)
    with Server(tmp_path) as server:
        assert send() == 200
        assert server.orders(number="R-1") == before
        states = [entry["state"] for entry in server.get("/api/v1/notices").json()["notices"]]
    [package] = before[0]["shipments"]
    assert (package["lines"][0]["quantity"], before[0]["lines"][0]["shipped"]) == (2, 2)
    assert sorted(states) == ["applied"] + ["repeated"] * 16


# A corrected number, or a second package?


def test_the_same_items_under_another_number_when_nothing_was_open_are_recorded_and_flagged(
    merchant: Merchant,
) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    notify(merchant, notice(part, {tee: 3}, TrackingNumber="OLD"))
    said = notify(merchant, notice(part, {tee: 3}, TrackingNumber="NEW"))
    assert "To check: over_shipped, possible_relabel." in said
    assert flags(merchant, id_) == (["over_shipped", "possible_relabel"], [[], ["over_shipped", "possible_relabel"]])
    assert [s["tracking_number"] for s in merchant.order(id_)["shipments"]] == ["OLD", "NEW"]


@pytest.mark.parametrize("voided", [0, 1], ids=["the first", "the second"])
def test_a_person_decides_which_of_two_labels_counts(merchant: Merchant, voided: int) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    for tracking in ("OLD", "NEW"):
        notify(merchant, notice(part, {tee: 3}, TrackingNumber=tracking))
    mistaken = merchant.order(id_)["shipments"][voided]["id"]
    path = f"/api/v1/shipments/{mistaken}/void"
    assert merchant.http.post(path, json={"reason": "one label"}, auth=merchant.auth).status_code == 200
    after = merchant.order(id_)
    assert (after["status"], after["flags"], shipped(merchant, id_)) == ("shipped", [], [3])
    assert after["shipments"][1 - voided]["flags"] == []


def test_the_same_items_under_another_number_are_a_second_package_where_enough_was_open(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 4)
    for tracking in ("ONE", "TWO"):
        notify(merchant, notice(part, {tee: 2}, TrackingNumber=tracking))
    assert (merchant.order(id_)["status"], flags(merchant, id_)) == ("shipped", ([], [[], []]))


def test_other_items_than_before_are_no_relabel(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    notify(merchant, notice(part, {tee: 3}, TrackingNumber="ONE"))
    notify(merchant, notice(part, {tee: 1}, TrackingNumber="TWO"))
    assert flags(merchant, id_) == (["over_shipped"], [[], ["over_shipped"]])


def test_a_second_notice_without_items_when_all_has_shipped_holds_nothing_and_is_flagged(merchant: Merchant) -> None:
    id_, part, _ = taken_with(merchant, 3)
    notify(merchant, notice(part, TrackingNumber="OLD"))
    notify(merchant, notice(part, TrackingNumber="NEW"))
    assert flags(merchant, id_) == (
        ["possible_relabel"],
        [["assumed_items"], ["assumed_items", "possible_relabel"]],
    )
    assert (shipped(merchant, id_), merchant.order(id_)["shipments"][1]["lines"]) == ([3], [])


def correct(merchant: Merchant, package: dict[str, Any], **changes: str) -> None:
    answer = merchant.http.patch(f"/api/v1/shipments/{package['id']}", json=changes, auth=merchant.auth)
    assert answer.status_code == 200, answer.text


def packages(merchant: Merchant, order_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = merchant.order(order_id)["shipments"]
    return found


@pytest.mark.parametrize("change", [{"service": "Next Day"}, {"carrier": "ups"}], ids=["service", "carrier"])
def test_another_label_is_another_package_also_where_something_else_was_corrected(
    merchant: Merchant, change: dict[str, str]
) -> None:
    id_, part, [tee] = taken_with(merchant, 4)
    notify(merchant, notice(part, {tee: 1}, TrackingNumber="MASTER", LabelCreateDate="03/08/2026 10:00"))
    correct(merchant, packages(merchant, id_)[0], **change)
    notify(merchant, notice(part, {tee: 1}, TrackingNumber="MASTER", LabelCreateDate="03/09/2026 12:00"))
    assert (shipped(merchant, id_), len(packages(merchant, id_))) == ([2], 2)


def test_only_the_first_label_of_a_corrected_number_is_the_corrected_package(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 5)

    def label(number: str, clock: str) -> str:
        told = f"03/09/2026 {clock}"
        return notify(merchant, notice(part, {tee: 1}, TrackingNumber=number, LabelCreateDate=told))

    label("P1", "10:00")
    correct(merchant, packages(merchant, id_)[0], tracking_number="P1b")
    assert "recorded before" in label("P1b", "11:00")
    assert "recorded before" in label("p1B", "11:00")
    assert "recorded 1" in label("P1b", "12:00")
    assert "recorded 1" in label("P1b", "13:00")
    correct(merchant, packages(merchant, id_)[0], tracking_number="P1c")
    assert "recorded before" in label("P1b", "11:00")
    assert "recorded before" in label("P1", "10:00")
    assert shipped(merchant, id_) == [3]


def test_a_voided_package_with_a_corrected_number_stays_voided_when_it_is_repeated(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    notify(merchant, notice(part, {tee: 1}, TrackingNumber="OLD"))
    [package] = packages(merchant, id_)
    correct(merchant, package, tracking_number="NEW")
    body = notice(part, {tee: 1}, TrackingNumber="NEW")
    assert "recorded before" in notify(merchant, body)
    path = f"/api/v1/shipments/{package['id']}/void"
    assert merchant.http.post(path, json={"reason": "lost"}, auth=merchant.auth).status_code == 200
    assert "recorded before, and voided by hand: lost" in notify(merchant, body)
    assert (shipped(merchant, id_), len(packages(merchant, id_))) == ([0], 1)


def test_a_corrected_number_counts_for_a_package_of_unknown_items_too(merchant: Merchant) -> None:
    id_, part, _ = taken_with(merchant, 3)
    unknown = {"ZZZ": 1}
    old, new = ("OLD", "03/09/2026 10:00"), ("NEW", "03/09/2026 11:00")
    notify(merchant, notice(part, unknown, "SKU", TrackingNumber=old[0], LabelCreateDate=old[1]))
    correct(merchant, packages(merchant, id_)[0], tracking_number="NEW")
    said = notify(merchant, notice(part, unknown, "SKU", TrackingNumber=new[0], LabelCreateDate=new[1]))
    assert ("recorded before" in said, len(packages(merchant, id_))) == (True, 1)


# What tells two packages apart.


def items_of(*items: dict[str, str]) -> bytes:
    rows = ("".join(f"<{tag}>{text}</{tag}>" for tag, text in item.items()) for item in items)
    return b"<Items>" + "".join(f"<Item>{row}</Item>" for row in rows).encode() + b"</Items>"


def packed(part: str, *items: dict[str, str], **fields: str) -> bytes:
    return notice(part, {}, **fields).replace(b"<Items></Items>", items_of(*items))


@pytest.mark.parametrize("told", ["Name", "UPC"])
def test_items_that_only_a_name_or_a_upc_tells_apart_are_two_packages(merchant: Merchant, told: str) -> None:
    id_, part, _ = taken_with(merchant, 1)
    for word in ("111", "222", "222"):
        notify(merchant, packed(part, {told: word, "Quantity": "1"}, TrackingNumber="SAME"))
    said = [entry["what"] for entry in merchant.order(id_)["timeline"] if "shipped: " in entry["what"]]
    kept = [f"1 × {'UPC ' if told == 'UPC' else ''}{word} by" for word in ("111", "222")]
    assert [kept[0] in said[0], kept[1] in said[1], len(said)] == [True, True, 2]


def test_rows_of_one_item_are_the_same_package_as_their_sum(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 10)
    one, two = {"LineItemID": tee, "Quantity": "1"}, {"LineItemID": tee, "Quantity": "2"}
    notify(merchant, packed(part, two, TrackingNumber="P1"))
    assert "recorded before" in notify(merchant, packed(part, one, one, TrackingNumber="P1"))
    assert shipped(merchant, id_) == [2]


def test_carriers_that_write_no_latin_letters_are_told_apart(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    for carrier in ("ヤマト運輸", "佐川急便", "佐川急便"):
        notify(merchant, notice(part, {tee: 1}, TrackingNumber="P1", Carrier=carrier))
    assert [package["carrier_code"] for package in packages(merchant, id_)] == ["ヤマト運輸", "佐川急便"]


def test_a_long_sku_is_known_as_it_was_sent(merchant: Merchant) -> None:
    [taken] = merchant.take(order(lines=[line(sku="L" * 150)]))
    [part] = taken["vendor_orders"]
    notify(merchant, notice(part["id"], {"L" * 100: 3}, "SKU"))
    assert (shipped(merchant, taken["id"]), flags(merchant, taken["id"])[0]) == ([3], [])


# Contradictions are recorded, not refused.


def cancel(merchant: Merchant, order_id: str, units: int, line_at: int = 0) -> None:
    """That many units of a line."""
    with merchant.sessions.begin() as session:
        actor, now = Actor(merchant.account_id, "a test"), datetime.now(UTC)
        locked = planning.lock_order(session, merchant.account_id, UUID(order_id))
        assert locked is not None
        [part] = planning.vendor_orders_of_orders(session, merchant.account_id, [locked.id])[locked.id]
        own = planning.lines_of_vendor_orders(session, merchant.account_id, [part.id])[part.id][line_at]
        session.add(
            Cancellation(
                account_id=merchant.account_id, id=new_id(), order_id=locked.id, order_line_id=own.order_line_id,
                vendor_order_line_id=own.id, quantity=units, who="a test", reason="", at=now,
            )
        )  # fmt: skip
        restate(session, [locked], actor, "cancelled", now=now)


def ship_by_hand(merchant: Merchant, order_id: str, units: int) -> None:
    """As a person does it: a package that no notice brought."""
    with merchant.sessions.begin() as session:
        actor, now = Actor(merchant.account_id, "a test"), datetime.now(UTC)
        locked = planning.lock_order(session, merchant.account_id, UUID(order_id))
        assert locked is not None
        [part] = planning.vendor_orders_of_orders(session, merchant.account_id, [locked.id])[locked.id]
        [own, *_] = planning.lines_of_vendor_orders(session, merchant.account_id, [part.id])[part.id]
        package = Shipment(
            account_id=merchant.account_id, id=new_id(), order_id=locked.id, vendor_order_id=part.id, notice_id=None,
            dedupe_key=b"by hand", carrier="UPS", carrier_code="ups", service="", tracking_number="HAND",
            ship_date=None, label_created_at=None, shipping_cost=None, currency="USD", notes_to_customer="",
            notify_customer=None, recipient={}, source="key tests", flags=[], recorded_at=now,
        )  # fmt: skip
        session.add(package)
        session.flush()
        session.add(
            ShipmentLine(
                account_id=merchant.account_id, id=new_id(), shipment_id=package.id, position=1,
                vendor_order_line_id=own.id, order_line_id=own.order_line_id, sku="SKU-0", name="Tee", quantity=units,
            )
        )  # fmt: skip
        restate(session, [locked], actor, "shipped by hand", now=now)


def test_a_package_of_a_cancelled_order_stands_and_says_that_the_cancel_came_too_late(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    cancel(merchant, id_, 3)
    assert merchant.order(id_)["status"] == "cancelled"
    assert "To check: cancel_too_late." in notify(merchant, notice(part, {tee: 3}))
    assert (merchant.order(id_)["status"], shipped(merchant, id_)) == ("shipped", [3])
    assert flags(merchant, id_) == (["cancel_too_late"], [["cancel_too_late"]])


def test_a_package_with_some_cancelled_units_says_so(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    cancel(merchant, id_, 1)
    notify(merchant, notice(part, {tee: 2}, TrackingNumber="P1"))
    assert flags(merchant, id_) == ([], [[]])
    notify(merchant, notice(part, {tee: 1}, TrackingNumber="P2"))
    assert flags(merchant, id_) == (["cancel_too_late"], [[], ["cancel_too_late"]])


def test_a_package_of_a_cancelled_order_that_names_no_items_holds_what_was_cancelled(merchant: Merchant) -> None:
    id_, part, _ = taken_with(merchant, 3, 1)
    cancel(merchant, id_, 3)
    cancel(merchant, id_, 1, line_at=1)
    assert merchant.order(id_)["status"] == "cancelled"
    notify(merchant, notice(part))
    assert (shipped(merchant, id_), merchant.order(id_)["status"]) == ([3, 1], "shipped")
    assert flags(merchant, id_) == (["cancel_too_late"], [["assumed_items", "cancel_too_late"]])


def test_a_package_of_a_line_that_was_taken_off_the_order_is_recorded_and_flagged(merchant: Merchant) -> None:
    sent = order()
    [taken] = merchant.take(sent)
    merchant.take({**sent, "lines": [line("other", sku="CAP")]})
    [part] = merchant.order(taken["id"])["vendor_orders"]
    notify(merchant, notice(part["id"], {"TEE-M": 3}, by="SKU"))
    after = merchant.order(taken["id"])
    assert (after["flags"], after["shipments"][0]["flags"]) == (["over_shipped"], ["over_shipped"])
    assert {entry["sku"]: entry["shipped"] for entry in after["lines"]} == {"TEE-M": 3, "CAP": 0}


@pytest.mark.parametrize("by_hand", [False, True], ids=["relabel", "by hand"])
def test_cancelled_units_do_not_hide_what_else_is_in_doubt(merchant: Merchant, by_hand: bool) -> None:
    """Nothing was open: the same package once more, or what a person had recorded?"""
    id_, part, [tee] = taken_with(merchant, 2)
    if by_hand:
        ship_by_hand(merchant, id_, 1)
    else:
        notify(merchant, notice(part, {tee: 1}, TrackingNumber="T1"))
    cancel(merchant, id_, 1)
    notify(merchant, notice(part, {tee: 1}, TrackingNumber="T2"))
    doubt = "shipped_by_hand" if by_hand else "possible_relabel"
    assert flags(merchant, id_)[1][-1] == ["cancel_too_late", doubt]


def test_more_than_was_open_stands_and_says_so(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    notify(merchant, notice(part, {tee: 4}))
    assert (merchant.order(id_)["status"], shipped(merchant, id_)) == ("shipped", [4])
    assert flags(merchant, id_) == (["over_shipped"], [["over_shipped"]])


def test_an_unknown_item_is_kept_and_the_known_ones_count(merchant: Merchant) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    notify(merchant, notice(part, {tee: 3, "0" * 32: 2}))
    assert (merchant.order(id_)["status"], flags(merchant, id_)) == ("shipped", (["unknown_item"], [["unknown_item"]]))
    [package] = merchant.order(id_)["shipments"]
    assert sorted(entry["quantity"] for entry in package["lines"]) == [2, 3]


@pytest.mark.parametrize("named", [True, False], ids=["with items", "without items"])
def test_what_was_shipped_by_hand_before_stands_twice_and_says_so(merchant: Merchant, named: bool) -> None:
    id_, part, [tee] = taken_with(merchant, 3)
    ship_by_hand(merchant, id_, 3)
    said = notify(merchant, notice(part, {tee: 3} if named else None))
    assert "shipped_by_hand" in said
    assert "shipped_by_hand" in flags(merchant, id_)[0]
    assert len(merchant.order(id_)["shipments"]) == 2
    by_hand = merchant.order(id_)["shipments"][0]["id"]
    path = f"/api/v1/shipments/{by_hand}/void"
    assert merchant.http.post(path, json={"reason": "ShipStation has it"}, auth=merchant.auth).status_code == 200
    if named:
        assert (merchant.order(id_)["status"], merchant.order(id_)["flags"]) == ("shipped", [])
