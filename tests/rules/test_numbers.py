"""Order numbers as a vendor sees them, and what ShipStation makes of them."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spark_shipstation.rules.numbers import candidates, free_number, without_split_suffix


def test_further_parts_are_lettered_from_b_on() -> None:
    assert list(islice(candidates("1001"), 4)) == ["1001", "1001.B", "1001.C", "1001.D"]


def test_after_z_come_two_letters_as_in_a_spreadsheet() -> None:
    numbers = list(islice(candidates("1001"), 703))
    assert numbers[25:28] == ["1001.Z", "1001.AA", "1001.AB"]
    assert numbers[701:703] == ["1001.ZZ", "1001.AAA"]


def test_no_number_comes_twice() -> None:
    numbers = list(islice(candidates("1001"), 2_000))
    assert len(set(numbers)) == len(numbers)


@settings(deadline=None)
@given(st.sets(st.integers(0, 30), max_size=30))
def test_the_first_form_that_the_vendor_does_not_have_is_given(taken: set[int]) -> None:
    forms = list(islice(candidates("1001"), 32))
    free = free_number("1001", {forms[i] for i in taken})
    assert free == forms[min(set(range(32)) - taken)]


def test_a_number_of_another_order_takes_nothing() -> None:
    assert free_number("1001", {"1002", "1001.B"}) == "1001"


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20).filter(lambda number: without_split_suffix(number) is None))
def test_our_own_suffix_is_never_taken_for_a_split_of_shipstation(number: str) -> None:
    assert [without_split_suffix(form) for form in islice(candidates(number), 4)] == [None] * 4


@pytest.mark.parametrize(
    ("number", "whole"),
    [("1001-1", "1001"), ("1001.B-2", "1001.B"), ("A-17-3", "A-17"), ("1001-12", "1001"), ("A-B-1", "A-B")],
)
def test_the_suffix_of_a_split_in_shipstation_is_taken_off(number: str, whole: str) -> None:
    assert without_split_suffix(number) == whole


@pytest.mark.parametrize("number", ["1001", "1001.B", "1001-", "-1", "1001-A", "1001-1a", "1001 -1 ", "2026-1234", ""])
def test_what_no_split_appends_stays(number: str) -> None:
    assert without_split_suffix(number) is None
