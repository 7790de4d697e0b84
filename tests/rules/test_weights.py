"""Weights of every unit that shops use, without float noise, and none of them lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spark_shipstation.rules.weights import SPELLINGS, UNITS, converted, to_wire, unit_of

GRAMS = {"Pounds": Decimal("453.59237"), "Ounces": Decimal("28.349523125"), "Grams": Decimal(1)}
OWN = {"lb": "Pounds", "oz": "Ounces", "g": "Grams", "kg": "Grams"}


@pytest.mark.parametrize(
    ("value", "unit", "told", "name"),
    [
        ("6", "oz", "6.00", "Ounces"),
        ("1.25", "lb", "1.25", "Pounds"),
        ("0.1", "kg", "100.00", "Grams"),
        ("0.3", "kg", "300.00", "Grams"),
        ("12.5", "g", "12.50", "Grams"),
        ("0.125", "lb", "2.00", "Ounces"),  # 0.13 lb would be too much for each unit
        ("0.001", "oz", "0.03", "Grams"),
        ("0.3333", "lb", "151.18", "Grams"),
        ("0.0001", "g", "0.01", "Grams"),
        ("0", "lb", "0.00", "Pounds"),
    ],
)
def test_a_weight_is_told_in_hundredths_of_a_unit_that_says_it(value: str, unit: str, told: str, name: str) -> None:
    assert to_wire(Decimal(value), unit) == (Decimal(told), name)


@given(st.decimals(0, 99_999, places=4), st.sampled_from(UNITS))
def test_a_weight_on_the_wire_is_the_weight_to_half_a_hundredth_of_a_gram(value: Decimal, unit: str) -> None:
    told, name = to_wire(value, unit)
    exact = converted(value, unit, "Grams")
    missed = abs(told * GRAMS[name] - exact)
    assert told == told.quantize(Decimal("0.01"))
    assert missed <= Decimal("0.005") or (value and told == Decimal("0.01"))


@given(st.integers(0, 9_999_999), st.sampled_from(UNITS))
def test_hundredths_of_the_shops_unit_are_told_exactly(hundredths: int, unit: str) -> None:
    value = Decimal(hundredths).scaleb(-2)
    told, name = to_wire(value, unit)
    assert (told, name) == (value * 1000 if unit == "kg" else value, OWN[unit])


@pytest.mark.parametrize(
    ("word", "unit"),
    [("LBS", "lb"), ("Pounds", "lb"), ("oz.", "oz"), ("Ounces", "oz"), (" Grams ", "g"), ("KG", "kg"), ("kgs", "kg"),
     ("stone", None), ("", None)],
)  # fmt: skip
def test_units_are_known_by_their_usual_spellings(word: str, unit: str | None) -> None:
    assert unit_of(word) == unit


def test_every_unit_is_known_by_its_own_name() -> None:
    assert {unit_of(word) for word in SPELLINGS} == set(UNITS)
    assert [unit_of(unit) for unit in UNITS] == list(UNITS)
