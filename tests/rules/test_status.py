"""Statuses and flags out of quantities and facts."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spark_shipstation.rules.status import (
    Facts,
    Flag,
    Status,
    StatusNames,
    Tally,
    holds_back,
    quantity_flags,
    status_of,
)

tallies_drawn = st.lists(st.builds(Tally, st.integers(0, 5), st.integers(0, 5), st.integers(0, 6)), max_size=4).map(
    tuple
)
facts_drawn = st.builds(Facts, st.booleans(), st.booleans(), tallies_drawn)


def facts(*tallies: Tally, paid: bool = True, held: bool = False) -> Facts:
    return Facts(paid, held, tallies)


@pytest.mark.parametrize(
    ("given_facts", "status"),
    [
        (facts(Tally(3)), Status.AWAITING_SHIPMENT),
        (facts(Tally(3), paid=False), Status.UNPAID),
        (facts(Tally(3), held=True), Status.ON_HOLD),
        (facts(Tally(3), paid=False, held=True), Status.ON_HOLD),
        (facts(Tally(3, shipped=1)), Status.PARTIALLY_SHIPPED),
        (facts(Tally(3, shipped=3), Tally(1)), Status.PARTIALLY_SHIPPED),
        (facts(Tally(3, shipped=1), held=True), Status.ON_HOLD),
        (facts(Tally(3, shipped=3)), Status.SHIPPED),
        (facts(Tally(3, shipped=3), paid=False, held=True), Status.SHIPPED),
        (facts(Tally(3, shipped=5)), Status.SHIPPED),
        (facts(Tally(3, cancelled=1, shipped=2)), Status.SHIPPED),
        (facts(Tally(3, cancelled=3), Tally(1, shipped=1)), Status.SHIPPED),
        (facts(Tally(3, cancelled=3, shipped=1)), Status.SHIPPED),
        (facts(Tally(3, cancelled=1)), Status.AWAITING_SHIPMENT),
        (facts(Tally(3, cancelled=3)), Status.CANCELLED),
        (facts(Tally(3, cancelled=3), paid=False, held=True), Status.CANCELLED),
        (facts(Tally(0)), Status.CANCELLED),
        (facts(), Status.CANCELLED),
    ],
)
def test_the_status_follows_from_the_facts(given_facts: Facts, status: Status) -> None:
    assert status_of(given_facts) is status


@settings(deadline=None, max_examples=200)
@given(facts_drawn)
def test_what_is_still_to_ship_is_never_told_as_done(drawn: Facts) -> None:
    something_open = any(tally.quantity > tally.cancelled + tally.shipped for tally in drawn.tallies)
    assert (status_of(drawn) in (Status.SHIPPED, Status.CANCELLED)) is not something_open


@settings(deadline=None, max_examples=200)
@given(facts_drawn)
def test_what_has_shipped_is_never_told_as_cancelled_or_waiting(drawn: Facts) -> None:
    if any(tally.shipped for tally in drawn.tallies):
        assert status_of(drawn) not in (Status.CANCELLED, Status.AWAITING_SHIPMENT)


def test_more_cancelled_than_ordered_of_one_line_takes_nothing_from_another() -> None:
    assert status_of(facts(Tally(1, cancelled=2), Tally(1))) is Status.AWAITING_SHIPMENT
    assert quantity_flags([Tally(1, cancelled=2)]) == set()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_order_of_the_lines_does_not_matter(order: tuple[int, int]) -> None:
    lines = (Tally(2, shipped=2), Tally(1, cancelled=1))
    assert status_of(facts(*(lines[i] for i in order))) is Status.SHIPPED


# Units


def test_a_line_is_open_for_what_was_neither_shipped_nor_cancelled() -> None:
    assert (Tally(5, 1, 2).wanted, Tally(5, 1, 2).open) == (4, 2)
    assert Tally(5, 1, 6).open == 0


# Flags


@pytest.mark.parametrize(
    ("tally", "flags"),
    [
        (Tally(3, shipped=3), set()),
        (Tally(3, shipped=4), {Flag.OVER_SHIPPED}),
        (Tally(3, cancelled=1, shipped=2), set()),
        (Tally(3, cancelled=1, shipped=3), {Flag.CANCEL_TOO_LATE}),
        (Tally(3, cancelled=3, shipped=1), {Flag.CANCEL_TOO_LATE}),
        (Tally(3, cancelled=1, shipped=4), {Flag.OVER_SHIPPED}),
        (Tally(0, shipped=1), {Flag.OVER_SHIPPED}),
    ],
)
def test_more_shipped_than_wanted_is_flagged(tally: Tally, flags: set[Flag]) -> None:
    assert quantity_flags([tally, Tally(1)]) == flags


def test_every_line_can_add_a_flag() -> None:
    assert quantity_flags([Tally(1, shipped=2), Tally(2, 1, 2)]) == {Flag.OVER_SHIPPED, Flag.CANCEL_TOO_LATE}


@pytest.mark.parametrize("flag", Flag)
def test_a_flag_holds_back_when_a_person_must_mend_something(flag: Flag) -> None:
    assert holds_back([flag]) is (
        flag in {Flag.NEEDS_ADDRESS, Flag.NEEDS_AMOUNT, Flag.NEEDS_REVIEW, Flag.NEEDS_ROUTING}
    )


def test_one_flag_among_many_is_enough_to_hold_back() -> None:
    assert holds_back([Flag.UNROUTED, Flag.NEEDS_ADDRESS])
    assert not holds_back([])


# What ShipStation is told

NAMES = StatusNames("u", "p", "s", "c", "h")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Status.UNPAID, "u"),
        (Status.AWAITING_SHIPMENT, "p"),
        (Status.PARTIALLY_SHIPPED, "p"),
        (Status.SHIPPED, "s"),
        (Status.CANCELLED, "c"),
        (Status.ON_HOLD, "h"),
        ("partially_shipped", "p"),
        ("returned", "h"),
        ("", "h"),
        ("Shipped", "h"),
    ],
)
def test_shipstation_is_told_one_of_the_five_names_of_its_connection(status: str, told: str) -> None:
    assert NAMES.told(status) == told


@pytest.mark.parametrize(("field", "status"), [("paid", Status.AWAITING_SHIPMENT), ("on_hold", Status.ON_HOLD)])
def test_a_name_of_the_merchant_is_told_as_it_is_written(field: str, status: Status) -> None:
    assert replace(NAMES, **{field: "My Status, other"}).told(status) == "My Status, other"


def test_the_five_names_are_these_when_nobody_changed_them() -> None:
    assert {StatusNames().told(status) for status in Status} == {
        "unpaid",
        "awaiting_shipment",
        "shipped",
        "cancelled",
        "on_hold",
    }


def test_every_combination_of_facts_has_a_status() -> None:
    for quantity, cancelled, shipped, paid, held in product(range(3), range(4), range(4), (True, False), (True, False)):
        assert status_of(facts(Tally(quantity, cancelled, shipped), paid=paid, held=held)) in Status
