"""Sharing an amount out: whatever is shared, the parts add up to it."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spark_shipstation.rules.amounts import Amounts, Discount, LineAmounts, Portion, share_among_parts, share_out
from spark_shipstation.rules.money import digits_of, rounded, shares

digits_drawn = st.sampled_from([0, 2, 3])
weights_drawn = st.lists(
    st.decimals(min_value=-1_000, max_value=10_000_000, places=2)
    | st.decimals(min_value=0, max_value=10, places=4)
    | st.just(Decimal(0)),
    min_size=1,
    max_size=8,
)


@st.composite
def amounts_drawn(draw: st.DrawFn) -> tuple[Decimal, int]:
    """An amount of any sign in whole smallest units, and the digits of its currency."""
    digits = draw(digits_drawn)
    return Decimal(draw(st.integers(-(10**11), 10**11) | st.integers(-20, 20))).scaleb(-digits), digits


def exact_shares(amount: Decimal, weights: list[Decimal]) -> list[Fraction]:
    positive = [max(Fraction(weight), Fraction(0)) for weight in weights]
    total = sum(positive)
    if not total:
        return [Fraction(amount) / len(weights)] * len(weights)
    return [Fraction(amount) * weight / total for weight in positive]


@settings(deadline=None, max_examples=250)
@given(amounts_drawn(), weights_drawn)
@example((Decimal("-0.01"), 2), [Decimal(1), Decimal(1)])
@example((Decimal("0.02"), 2), [Decimal(1), Decimal(1), Decimal(1)])
def test_the_shares_add_up_and_each_is_less_than_a_unit_from_its_exact_share(
    amount_and_digits: tuple[Decimal, int], weights: list[Decimal]
) -> None:
    amount, digits = amount_and_digits
    unit = Fraction(1, 10**digits)
    result = shares(amount, weights, digits)
    assert sum(result) == amount
    for share, exact in zip(result, exact_shares(amount, weights), strict=True):
        assert abs(Fraction(share) - exact) < unit
        assert Fraction(share) % unit == 0


@settings(deadline=None, max_examples=200)
@given(amounts_drawn(), weights_drawn)
def test_the_largest_remainders_get_the_units_that_are_left(
    amount_and_digits: tuple[Decimal, int], weights: list[Decimal]
) -> None:
    amount, digits = abs(amount_and_digits[0]), amount_and_digits[1]
    unit = Fraction(1, 10**digits)
    exact = exact_shares(amount, weights)
    rests = [
        (share % unit, Fraction(part) > share)
        for share, part in zip(exact, shares(amount, weights, digits), strict=True)
    ]
    raised = [rest for rest, up in rests if up]
    kept = [rest for rest, up in rests if not up]
    assert min(raised, default=unit) >= max(kept, default=Fraction(0)) or not raised


@settings(deadline=None, max_examples=200)
@given(amounts_drawn(), weights_drawn)
def test_a_negative_amount_is_shared_like_its_positive(
    amount_and_digits: tuple[Decimal, int], weights: list[Decimal]
) -> None:
    amount, digits = amount_and_digits
    assert shares(-amount, weights, digits) == [-share for share in shares(amount, weights, digits)]


@settings(deadline=None, max_examples=200)
@given(st.decimals(min_value=-10_000_000, max_value=10_000_000, places=5), weights_drawn, digits_drawn)
def test_what_is_below_the_smallest_unit_stays_with_the_first_part(
    amount: Decimal, weights: list[Decimal], digits: int
) -> None:
    unit = Decimal(1).scaleb(-digits)
    result = shares(amount, weights, digits)
    assert sum(result) == amount
    assert [share % unit for share in result[1:]] == [0] * (len(result) - 1)
    rounding = ROUND_CEILING if amount < 0 else ROUND_FLOOR
    towards_zero = amount.quantize(unit, rounding=rounding)
    assert [result[0] - (amount - towards_zero), *result[1:]] == shares(towards_zero, weights, digits)


def test_equal_remainders_go_to_the_earlier_part() -> None:
    assert shares(Decimal("1.00"), [Decimal(1)] * 3) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]


def test_parts_without_a_value_share_alike() -> None:
    assert shares(Decimal("0.05"), [Decimal(0), Decimal(-3)]) == [Decimal("0.03"), Decimal("0.02")]


def test_a_part_without_a_value_gets_nothing_beside_one_with_a_value() -> None:
    assert shares(Decimal("9.99"), [Decimal(0), Decimal("0.01")]) == [0, Decimal("9.99")]


def test_an_amount_for_nobody_is_no_share() -> None:
    assert shares(Decimal(5), []) == []


@pytest.mark.parametrize(
    ("amount", "digits", "expected"),
    [("0.005", 2, "0.01"), ("-0.005", 2, "-0.01"), ("0.0049", 2, "0.00"), ("0.5", 0, "1"), ("1.0005", 3, "1.001")],
)
def test_half_a_unit_is_rounded_away_from_zero(amount: str, digits: int, expected: str) -> None:
    assert str(rounded(Decimal(amount), digits)) == expected


@pytest.mark.parametrize(
    ("currency", "digits"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("XYZ", 2)]
)
def test_a_currency_has_the_digits_of_its_smallest_unit(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits


# The parts of an order


TEE, MUG, CAP = (UUID(int=n) for n in (1, 2, 3))
LINES = (TEE, MUG, CAP)
Drawn = tuple[Amounts, dict[UUID, LineAmounts], list[Portion]]


@st.composite
def orders_drawn(draw: st.DrawFn) -> Drawn:
    """An order with a total of any kind, the prices and discounts of its lines, and its parts."""
    digits = draw(digits_drawn)
    money = st.integers(0, 10**8).map(lambda units: Decimal(units).scaleb(-digits))
    discounts = st.lists(st.builds(Discount, st.sampled_from(["A", "B", ""]), money), max_size=3)
    currency = {0: "JPY", 2: "USD", 3: "KWD"}[digits]
    amounts = Amounts(currency, tuple(draw(discounts)), draw(money), draw(money), draw(money))
    lines = {
        id_: LineAmounts(
            draw(money | st.just(Decimal(0))),
            tuple(replace(discount, line_id=id_) for discount in draw(discounts)),
        )
        for id_ in LINES
    }
    units = st.dictionaries(st.sampled_from(LINES), st.integers(1, 9), max_size=3)
    return amounts, lines, draw(st.lists(st.builds(Portion, units, st.booleans()), min_size=1, max_size=6))


def on_lines(lines: dict[UUID, LineAmounts], portions: list[Portion]) -> list[Discount]:
    """The discounts of the lines that anybody holds."""
    held = {id_ for portion in portions for id_ in portion.units}
    return [discount for id_ in LINES if id_ in held for discount in lines[id_].discounts]


def summed(discounts: Iterable[Discount]) -> dict[tuple[str, UUID | None], Decimal]:
    sums: dict[tuple[str, UUID | None], Decimal] = {}
    for discount in discounts:
        key = (discount.code, discount.line_id)
        sums[key] = sums.get(key, Decimal(0)) + discount.amount
    return sums


@settings(deadline=None, max_examples=300)
@given(orders_drawn())
def test_the_parts_of_an_order_add_up_to_it_in_every_amount(drawn: Drawn) -> None:
    order, lines, portions = drawn
    parts = share_out(order, lines, portions)
    for portion, part in zip(portions, parts, strict=True):
        assert part.subtotal == sum(lines[id_].unit_price * units for id_, units in portion.units.items())
    assert sum(part.total for part in parts) == order.total
    assert sum(part.tax for part in parts) == order.tax
    assert sum(part.shipping for part in parts) == order.shipping
    given_off = summed(discount for part in parts for discount in part.discounts)
    assert given_off == summed([*on_lines(lines, portions), *order.discounts])


@settings(deadline=None, max_examples=200)
@given(orders_drawn())
def test_a_part_has_no_discount_of_a_line_that_it_does_not_hold(drawn: Drawn) -> None:
    order, lines, portions = drawn
    for portion, part in zip(portions, share_out(order, lines, portions), strict=True):
        assert {discount.line_id for discount in part.discounts} <= {None, *portion.units}


@settings(deadline=None, max_examples=200)
@given(orders_drawn())
def test_what_nobody_ships_bears_shipping_only_where_there_is_nothing_else(drawn: Drawn) -> None:
    order, lines, portions = drawn
    parts = share_out(order, lines, portions)
    if any(portion.ships for portion in portions):
        assert all(part.shipping == 0 for portion, part in zip(portions, parts, strict=True) if not portion.ships)


@settings(deadline=None, max_examples=200)
@given(orders_drawn())
def test_a_part_that_is_the_whole_order_has_the_amounts_of_the_order(drawn: Drawn) -> None:
    order, lines, _ = drawn
    (part,) = share_out(order, lines, [Portion(dict.fromkeys(LINES, 2))])
    assert (part.total, part.tax, part.shipping, part.discounts) == (
        order.total,
        order.tax,
        order.shipping,
        (*on_lines(lines, [Portion(dict.fromkeys(LINES, 2))]), *order.discounts),
    )


def priced(**prices: str) -> dict[UUID, LineAmounts]:
    return {id_: LineAmounts(Decimal(price)) for id_, price in zip(LINES, prices.values(), strict=False)}


def test_an_order_for_two_vendors_is_shared_by_the_value_of_their_lines() -> None:
    order = Amounts("USD", (Discount("SUMMER10", Decimal("3.00")),), Decimal("2.10"), Decimal("5.00"), Decimal("34.10"))
    first, second = share_out(order, priced(tee="10.00", mug="5.00"), [Portion({TEE: 2}), Portion({MUG: 2})])
    assert (first.subtotal, second.subtotal) == (Decimal(20), Decimal(10))
    assert [part.discounts for part in (first, second)] == [
        (Discount("SUMMER10", Decimal("2.00")),),
        (Discount("SUMMER10", Decimal("1.00")),),
    ]
    assert (first.tax, second.tax) == (Decimal("1.40"), Decimal("0.70"))
    assert (first.shipping, second.shipping) == (Decimal("3.33"), Decimal("1.67"))
    assert (first.total, second.total) == (Decimal("22.73"), Decimal("11.37"))


def test_a_fee_that_stands_in_the_total_alone_is_shared_as_well() -> None:
    order = Amounts("USD", (), Decimal(0), Decimal(0), Decimal("31.00"))
    parts = share_out(order, priced(tee="10.00", mug="5.00"), [Portion({TEE: 2}), Portion({MUG: 2})])
    assert [part.total for part in parts] == [Decimal("20.67"), Decimal("10.33")]


def test_a_discount_on_a_line_goes_with_its_units_and_weighs_in_the_shares_of_the_rest() -> None:
    """Three tees at 10.00 with 1.00 off, two of them elsewhere; a mug at 21.00; 5.00 of shipping by what is left."""
    lines = {
        TEE: LineAmounts(Decimal("10.00"), (Discount("TEE1", Decimal("1.00"), TEE),)),
        MUG: LineAmounts(Decimal("21.00")),
    }
    order = Amounts("USD", (), Decimal(0), Decimal("5.00"), Decimal("55.00"))
    first, second = share_out(order, lines, [Portion({TEE: 2}), Portion({TEE: 1, MUG: 1})])
    assert [discount.amount for discount in (*first.discounts, *second.discounts)] == [Decimal("0.67"), Decimal("0.33")]
    assert (first.shipping, second.shipping) == (Decimal("1.93"), Decimal("3.07"))
    assert (first.total, second.total) == (Decimal("21.26"), Decimal("33.74"))


def test_units_without_a_vendor_and_units_that_nobody_ships_take_shares_of_their_own() -> None:
    order = Amounts("USD", (), Decimal("3.00"), Decimal("6.00"), Decimal("39.00"))
    shared = share_among_parts(
        order, priced(tee="10.00", mug="10.00", cap="10.00"), {UUID(int=9): {TEE: 1}}, {MUG: 1}, {CAP: 1}
    )
    assert shared.unrouted is not None
    assert shared.excluded is not None
    assert [shared.parts[UUID(int=9)].total, shared.unrouted.total, shared.excluded.total] == [14, 14, 11]


def test_a_part_that_holds_nothing_any_more_has_no_share() -> None:
    order = Amounts("USD", (), Decimal(0), Decimal(0), Decimal("10.00"))
    shared = share_among_parts(order, priced(tee="10.00"), {UUID(int=8): {TEE: 0}, UUID(int=9): {TEE: 1}}, {}, {})
    assert {id_: part.total for id_, part in shared.parts.items()} == {UUID(int=9): 10}
