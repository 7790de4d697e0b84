"""What recording a package and routing an order again lead to, in words."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from spark_shipstation.rules.acting import Item, Part, goes_out_as
from spark_shipstation.rules.moving import Move, moving_consequences
from spark_shipstation.rules.shipping import package_consequences
from spark_shipstation.rules.status import Tally

FETCHED = datetime(2026, 3, 8, 9, 59, tzinfo=UTC)


def part(**changes: Any) -> Part:
    facts: dict[str, Any] = {
        "id": uuid4(), "number": "1001", "vendor": "East", "connected": True, "active": True,
        "status": "awaiting_shipment", "flags": frozenset(), "in_feed": True, "fetched_at": FETCHED,
        "items": (Item("TEE", Tally(3)),),
    }  # fmt: skip
    return Part(**{**facts, **changes})


def packed(tally: Tally, count: int, **changes: Any) -> list[str]:
    return package_consequences(part(**changes), [("TEE", tally, count)], paid=True, held=False)


def test_a_package_of_all_that_is_open_goes_out_as_shipped() -> None:
    said = packed(Tally(3), 3)
    assert said[:3] == [
        "3 × TEE of vendor order 1001 for East count as shipped.",
        "Nothing of 1001 is open then.",
        "ShipStation fetched 1001 at 2026-03-08 09:59 UTC; it goes out as shipped with the next poll.",
    ]
    assert "flagged shipped_by_hand" in said[3]


def test_a_package_of_some_units_leaves_the_rest_open() -> None:
    first, second, third, *_ = packed(Tally(3), 1)
    assert first.endswith("counts as shipped.")
    assert second == "2 × TEE stay open."
    assert third.endswith("it goes out as changed with the next poll.")


def test_more_than_was_ordered_or_left_is_said_to_be_flagged() -> None:
    assert "That is more than was ordered: it is flagged over_shipped." in packed(Tally(3), 4)
    assert "That was cancelled: it is flagged cancel_too_late." in packed(Tally(3, cancelled=2), 2)


def test_a_vendor_without_a_connection_is_told_nothing() -> None:
    assert not any("ShipStation" in sentence for sentence in packed(Tally(3), 3, connected=False))


OFF = "East is switched off: it hears of this only when it is switched on again"


def test_a_vendor_that_is_switched_off_hears_of_a_package_when_it_is_switched_on_again() -> None:
    said = packed(Tally(3), 3, active=False)
    assert said[2] == f"{OFF}; tell them about 1001 yourself."
    assert not any("shipped_by_hand" in sentence for sentence in said)  # its reports are refused


def test_what_a_switched_off_vendor_has_not_fetched_waits_for_it_without_a_word_to_them() -> None:
    assert goes_out_as(part(active=False, fetched_at=None), "on hold") == (
        "East is switched off and has not fetched 1001 yet; it gets it as on hold when it is switched on again."
    )
    held_back = part(active=False, fetched_at=None, in_feed=False, flags=frozenset({"needs_address"}))
    assert "switched off" in goes_out_as(held_back, "changed")
    assert goes_out_as(held_back, "cancelled") == "ShipStation has never been given 1001 and never will be."


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9), st.integers(1, 9))
def test_the_first_sentence_says_what_is_packed_and_the_second_what_is_left(
    quantity: int, cancelled: int, shipped: int, count: int
) -> None:
    tally = Tally(quantity, cancelled, shipped)
    first, second, *_ = packed(tally, count)
    assert first.startswith(f"{count} × TEE of vendor order 1001")
    left = max(0, max(0, quantity - cancelled) - shipped - count)
    assert second == (f"{left} × TEE stay open." if left else "Nothing of 1001 is open then.")


def test_moving_says_what_the_old_and_the_new_vendor_get() -> None:
    first, east, west = moving_consequences([Move("TEE", 3, "East", "West", "by rule 1")], [part()])
    assert first == "3 × TEE go from East to West: by rule 1."
    assert east.endswith("it goes out as cancelled with the next poll.")
    assert west == "West gets a vendor order of its own, with a number and an id of its own."
    _, off, _ = moving_consequences([Move("TEE", 3, "East", "West", "by rule 1")], [part(active=False)])
    assert off.startswith(OFF)


def test_moving_some_of_it_changes_the_old_part_and_adds_to_an_open_one_of_the_new_vendor() -> None:
    parts = [part(items=(Item("TEE", Tally(3)), Item("MUG", Tally(1)))), part(number="1001", vendor="West")]
    _, east, west = moving_consequences([Move("MUG", 1, "East", "West", "by rule 1")], parts)
    assert "it goes out as changed" in east
    assert "it goes out as changed" in west


def test_moving_to_nobody_or_into_the_queue_makes_no_vendor_order() -> None:
    moves = [Move("GIFT", 1, "", "nobody", "by rule 2"), Move("TEE", 3, "East", "", "East is not active")]
    first, second, east = moving_consequences(moves, [part()])
    assert first == "1 × GIFT goes to nobody: by rule 2."
    assert second == "3 × TEE go from East to the queue of lines without a vendor: East is not active."
    assert "cancelled" in east
