"""A part's money on the wire: whatever it is made of, lines, tax and shipping add up to the total, to the hundredth."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from spark_shipstation.rules.amounts import Amounts, Discount, LineAmounts, Portion, share_out
from spark_shipstation.rules.bill import OTHER, ROUNDING, TAX_INCLUDED, Bill, Part, Sold, bill

CENT = Decimal("0.01")
Lines = list[tuple[Decimal, int]]  # unit price, units
IDS = [UUID(int=number) for number in range(1, 9)]  # of a part's lines


def added_up(found: Bill, units: list[int]) -> Decimal:
    lines = sum((price * many for price, many in zip(found.prices, units, strict=True)), Decimal(0))
    return lines + sum((one.amount for one in found.adjustments), Decimal(0)) + found.tax + found.shipping


def part(lines: list[tuple[str, int]], gone: tuple[int, ...] = (), **changes: Any) -> Part:
    """`gone` are the cancelled units of each line."""
    facts = {"discounts": [], "tax": Decimal(0), "shipping": Decimal(0), **changes}
    left = gone or (0,) * len(lines)
    sold = [
        Sold(Decimal(price), units, units + away, line_id)
        for line_id, (price, units), away in zip(IDS, lines, left, strict=False)
    ]
    off = sum((discount.amount for discount in facts["discounts"]), Decimal(0))
    worth = sum((line.unit_price * line.sold for line in sold), Decimal(0))
    facts.setdefault("total", worth - off + facts["tax"] + facts["shipping"])
    return Part(lines=sold, **facts)


def summer(amount: str) -> list[Discount]:
    return [Discount("SUMMER10", Decimal(amount))]


def test_a_discount_is_a_line_of_its_own_with_its_code() -> None:
    found = bill(part([("10.00", 3)], discounts=summer("3.00")), spread=False)
    assert found.prices == [Decimal("10.00")]
    assert [(one.name, one.amount) for one in found.adjustments] == [("SUMMER10", Decimal("-3.00"))]


def test_a_discount_without_a_code_is_called_what_it_is() -> None:
    found = bill(part([("10.00", 3)], discounts=[Discount("", Decimal("3.00"))]), spread=False)
    assert [one.name for one in found.adjustments] == ["Discount"]


def test_a_discount_that_came_to_nothing_here_is_no_line() -> None:
    found = bill(
        part([("10.00", 3)], discounts=[Discount("A", Decimal(0)), Discount("B", Decimal("1.00"))]), spread=False
    )
    assert [(one.key, one.name) for one in found.adjustments] == [("2", "B")]


def test_a_spread_discount_lowers_the_unit_prices() -> None:
    found = bill(part([("10.00", 3)], discounts=summer("3.00")), spread=True)
    assert (found.prices, found.adjustments, found.total) == ([Decimal("9.00")], [], Decimal("27.00"))


def test_what_does_not_divide_is_a_line_of_hundredths() -> None:
    found = bill(part([("10.00", 3)], discounts=summer("2.00")), spread=True)
    assert found.prices == [Decimal("9.34")]
    assert [(one.name, one.amount) for one in found.adjustments] == [(ROUNDING, Decimal("-0.02"))]


def test_a_spread_discount_larger_than_the_lines_leaves_the_rest_as_a_line() -> None:
    found = bill(part([("10.00", 1), ("0.00", 2)], discounts=summer("12.00"), shipping=Decimal(5)), spread=True)
    assert found.prices == [0, 0]
    assert [(one.name, one.amount) for one in found.adjustments] == [(OTHER, Decimal("-2.00"))]


def test_tax_that_the_prices_include_is_taken_off_again() -> None:
    found = bill(part([("11.90", 1)], tax=Decimal("1.90"), total=Decimal("11.90")), spread=False)
    assert [(one.name, one.amount) for one in found.adjustments] == [(TAX_INCLUDED, Decimal("-1.90"))]
    assert (found.tax, found.total) == (Decimal("1.90"), Decimal("11.90"))


def test_what_the_total_lacks_is_an_adjustment() -> None:
    found = bill(part([("10.00", 1)], total=Decimal("7.50")), spread=False)
    assert [(one.name, one.amount) for one in found.adjustments] == [(OTHER, Decimal("-2.50"))]


def test_what_the_total_holds_beyond_counts_as_shipping() -> None:
    found = bill(part([("10.00", 1)], shipping=Decimal(5), total=Decimal("18.50")), spread=False)
    assert (found.shipping, found.adjustments) == (Decimal("8.50"), [])


@pytest.mark.parametrize(("price", "units", "told", "rounding"), [("0.3333", 3, "0.34", "-0.02"),
                                                                  ("10.0049", 1, "10.00", ""),
                                                                  ("1.235", 1, "1.24", "")])  # fmt: skip
def test_a_price_with_finer_digits_comes_to_the_lines_worth(price: str, units: int, told: str, rounding: str) -> None:
    worth = (Decimal(price) * units).quantize(CENT, rounding="ROUND_HALF_UP")
    found = bill(part([(price, units)], total=worth), spread=False)
    assert found.prices == [Decimal(told)]
    assert [str(one.amount) for one in found.adjustments] == ([rounding] if rounding else [])


@pytest.mark.parametrize(("spread", "prices", "discount"), [(False, "10.00", ["-2.00"]), (True, "9.00", [])])
def test_cancelled_units_take_their_price_and_their_share_of_the_discount(
    spread: bool, prices: str, discount: list[str]
) -> None:
    """Of three at 10.00 with 3.00 off, one was cancelled."""
    sold = part([("10.00", 2)], gone=(1,), discounts=summer("3.00"), shipping=Decimal("5.00"))
    found = bill(sold, spread=spread)
    assert (found.prices, found.total, found.shipping) == ([Decimal(prices)], Decimal("23.00"), Decimal("5.00"))
    assert [str(one.amount) for one in found.adjustments] == discount


def test_a_discount_of_one_line_lowers_that_lines_price_alone() -> None:
    found = bill(part([("10.00", 3), ("5.00", 2)], discounts=[Discount("TEES", Decimal("3.00"), IDS[0])]), spread=True)
    assert (found.prices, found.adjustments) == ([Decimal("9.00"), Decimal("5.00")], [])


def test_a_discount_larger_than_its_line_leaves_the_others_alone() -> None:
    found = bill(part([("10.00", 1), ("5.00", 2)], discounts=[Discount("TEES", Decimal("12.00"), IDS[0])]), spread=True)
    assert found.prices == [0, Decimal("5.00")]
    assert [(one.name, one.amount) for one in found.adjustments] == [(OTHER, Decimal("-2.00"))]


@pytest.mark.parametrize("spread", [False, True])
def test_a_cancelled_line_takes_its_own_discount_with_it(spread: bool) -> None:
    sold = part([("10.00", 0), ("5.00", 2)], gone=(3, 0), discounts=[Discount("TEES", Decimal("3.00"), IDS[0])])
    found = bill(sold, spread=spread)
    assert (found.total, found.prices[1], found.adjustments) == (Decimal("10.00"), Decimal("5.00"), [])


def money(digits: int, most: int = 10_000) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most * 10**digits).map(lambda units: Decimal(units).scaleb(-digits))


@st.composite
def sold_orders(draw: st.DrawFn) -> tuple[Amounts, list[Lines]]:
    """An order and its parts' lines. Totals that add up, and totals that hold a fee or lack something."""
    currency, digits = draw(st.sampled_from([("JPY", 0), ("USD", 2), ("KWD", 3), ("USD", 4)]))
    lines = st.tuples(st.just(Decimal(0)) | money(digits), st.integers(1, 120))
    parts = draw(st.lists(st.lists(lines, min_size=1, max_size=4), min_size=1, max_size=4))
    discounts = draw(st.lists(st.builds(Discount, st.sampled_from(["A", "B", ""]), money(digits)), max_size=3))
    tax, shipping = draw(money(digits)), draw(money(digits))
    other = draw(st.just(Decimal(0)) | money(digits, 50) | money(digits, 50).map(lambda amount: -amount))
    worth = sum((price * units for of_part in parts for price, units in of_part), Decimal(0))
    total = worth - sum((discount.amount for discount in discounts), Decimal(0)) + tax + shipping + other
    return Amounts(currency, tuple(discounts), tax, shipping, total), parts


def whole(lines: Lines, first: int = 0) -> list[Sold]:
    """As they were sold. `first` tells the ids of several parts apart."""
    return [Sold(price, units, units, UUID(int=first + place)) for place, (price, units) in enumerate(lines, start=1)]


@given(sold_orders(), st.booleans(), st.data())
def test_every_part_adds_up_and_the_parts_add_up_to_the_order(
    drawn: tuple[Amounts, list[Lines]], spread: bool, data: st.DataObject
) -> None:
    """With discounts of the order and of single lines."""
    order, parts = drawn
    sold = [whole(lines, 10 * place) for place, lines in enumerate(parts)]
    prices = {
        line.line_id: LineAmounts(line.unit_price, data.draw(discounts_on(line), label="discounts of a line"))
        for of_part in sold
        for line in of_part
    }
    on_lines = sum((one.amount for line in prices.values() for one in line.discounts), Decimal(0))
    order = replace(order, total=order.total - on_lines)
    portions = [Portion({line.line_id: line.sold for line in of_part}) for of_part in sold]
    bills = [
        bill(Part(lines, own.discounts, own.tax, own.shipping, own.total), spread=spread)
        for lines, own in zip(sold, share_out(order, prices, portions), strict=True)
    ]
    for lines, found in zip(sold, bills, strict=True):
        assert found.total == added_up(found, [line.units for line in lines])
        assert all(one.amount < 0 for one in found.adjustments)
        assert all(price >= 0 for price in found.prices)
        assert all(amount == amount.quantize(CENT) for amount in (*found.prices, found.tax, found.shipping))
        event(f"adjustments: {len(found.adjustments)}")
    all_of_it = sum((found.total for found in bills), Decimal(0))
    assert abs(all_of_it - order.total) < CENT
    if order.total == order.total.quantize(CENT):
        assert all_of_it == order.total


def discounts_on(line: Sold) -> st.SearchStrategy[tuple[Discount, ...]]:
    """None, one, or one larger than the line."""
    one = st.builds(Discount, st.just("LINE"), money(2, 50), st.just(line.line_id))
    return st.just(()) | st.tuples(one)


@given(sold_orders(), st.booleans(), st.data())
def test_a_part_adds_up_after_any_cancel(drawn: tuple[Amounts, list[Lines]], spread: bool, data: st.DataObject) -> None:
    order, (lines, *_) = drawn
    sold = whole(lines)
    left = [line._replace(units=data.draw(st.integers(0, line.sold))) for line in sold]
    places = st.none() | st.sampled_from([line.line_id for line in sold])
    discounts = [replace(discount, line_id=data.draw(places)) for discount in order.discounts]
    found = bill(Part(left, discounts, order.tax, order.shipping, order.total), spread=spread)
    assert found.total == added_up(found, [line.units for line in left])
    assert all(price >= 0 for price in found.prices)
    assert all(one.amount < 0 for one in found.adjustments)


@given(sold_orders())
def test_both_forms_come_to_the_same_total(drawn: tuple[Amounts, list[Lines]]) -> None:
    order, (lines, *_) = drawn
    as_lines, as_spread = (
        bill(Part(whole(lines), order.discounts, order.tax, order.shipping, order.total), spread=spread)
        for spread in (False, True)
    )
    assert as_lines.total == as_spread.total
