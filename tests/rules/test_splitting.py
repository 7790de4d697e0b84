"""Parts of an order: what moves, what stays, and that no unit is ever lost or made."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from spark_shipstation.rules.splitting import Part, PartLine, Placing, Plan, Wish, plan
from spark_shipstation.rules.status import Tally

NORTH, SOUTH, EAST = (UUID(int=n) for n in (1, 2, 3))
TEE, MUG, CAP = (UUID(int=n) for n in (11, 12, 13))
VENDORS, LINES = (NORTH, SOUTH, EAST), (TEE, MUG, CAP)

_next = iter(range(1_000, 10_000_000))


def new_id() -> UUID:
    return UUID(int=next(_next))


def part(vendor: UUID, lines: dict[UUID, Tally]) -> Part:
    return Part(new_id(), vendor, tuple(PartLine(new_id(), line, tally) for line, tally in lines.items()))


def applied(result: Plan, parts: list[Part]) -> list[Part]:
    """The parts as they are once the plan was carried out, oldest first."""

    def placed(placings: list[Placing]) -> tuple[PartLine, ...]:
        return tuple(PartLine(new_id(), placing.line_id, Tally(placing.quantity)) for placing in placings)

    after = []
    for old in parts:
        lines = tuple(
            replace(line, tally=replace(line.tally, quantity=result.quantities.get(line.id, line.tally.quantity)))
            for line in old.lines
        )
        after.append(replace(old, lines=lines + placed(result.additions.get(old.id, []))))
    return after + [Part(new_id(), vendor, placed(placings)) for vendor, placings in result.new_parts.items()]


def units(parts: list[Part], line_id: UUID) -> int:
    return sum(line.tally.quantity for old in parts for line in old.lines if line.line_id == line_id)


def gone(tally: Tally) -> int:
    """The units that have left the house or were cancelled."""
    return min(tally.quantity, tally.shipped + tally.cancelled)


def changes_nothing(result: Plan) -> bool:
    return not (result.quantities or result.additions or result.new_parts)


# Any order in any state

tallies_drawn = st.builds(Tally, st.integers(0, 6), st.integers(0, 3), st.integers(0, 7))
parts_drawn = st.lists(
    st.builds(part, st.sampled_from(VENDORS), st.dictionaries(st.sampled_from(LINES), tallies_drawn, max_size=3)),
    max_size=4,
)
wishes_drawn = st.tuples(
    *(
        st.builds(Wish, st.just(line), st.integers(0, 9), st.none() | st.sampled_from(VENDORS), st.booleans())
        for line in LINES
    )
)


@settings(deadline=None, max_examples=250)
@given(wishes_drawn, parts_drawn)
def test_units_on_parts_unrouted_and_excluded_are_what_was_ordered(wishes: tuple[Wish, ...], parts: list[Part]) -> None:
    result = plan(wishes, parts)
    after = applied(result, parts)
    for wish in wishes:
        waiting, nobody = result.unrouted.get(wish.line_id, 0), result.excluded.get(wish.line_id, 0)
        assert units(after, wish.line_id) + waiting + nobody == wish.quantity
        assert not (waiting if wish.excluded or wish.vendor_id else nobody)
    assert all(line.tally.quantity >= 0 for old in after for line in old.lines)
    assert all(placing.quantity > 0 for places in result.new_parts.values() for placing in places)


@settings(deadline=None, max_examples=250)
@given(wishes_drawn, parts_drawn)
def test_a_repeated_plan_changes_nothing(wishes: tuple[Wish, ...], parts: list[Part]) -> None:
    first = plan(wishes, parts)
    again = plan(wishes, applied(first, parts))
    assert changes_nothing(again)
    assert (again.unrouted, again.excluded) == (first.unrouted, first.excluded)


@settings(deadline=None, max_examples=250)
@given(wishes_drawn, parts_drawn)
def test_shipped_and_cancelled_units_stay_where_they_are_while_as_many_are_ordered(
    wishes: tuple[Wish, ...], parts: list[Part]
) -> None:
    after = {line.id: line for new in applied(plan(wishes, parts), parts) for line in new.lines}
    for wish in wishes:
        before = [line for old in parts for line in old.lines if line.line_id == wish.line_id]
        if wish.quantity >= sum(gone(line.tally) for line in before):
            assert all(after[line.id].tally.quantity >= gone(line.tally) for line in before)


@settings(deadline=None, max_examples=250)
@given(wishes_drawn, parts_drawn)
def test_a_part_that_is_done_gets_nothing_more(wishes: tuple[Wish, ...], parts: list[Part]) -> None:
    result = plan(wishes, parts)
    for old in parts:
        if old.closed:
            assert old.id not in result.additions
            for line in old.lines:  # but what left it beyond what was asked for, and is asked for now
                gone = max(line.tally.quantity, line.tally.shipped + line.tally.cancelled)
                assert result.quantities.get(line.id, 0) <= gone


@settings(deadline=None, max_examples=250)
@given(wishes_drawn, parts_drawn)
def test_what_is_still_to_ship_is_with_the_vendor_it_was_routed_to(wishes: tuple[Wish, ...], parts: list[Part]) -> None:
    wanted = {wish.line_id: wish.vendor_id for wish in wishes}
    for new in applied(plan(wishes, parts), parts):
        for line in new.lines:
            assert (
                line.tally.quantity <= line.tally.shipped + line.tally.cancelled
                or new.vendor_id == wanted[line.line_id]
            )


@settings(deadline=None, max_examples=200)
@given(wishes_drawn, parts_drawn)
def test_a_plan_speaks_of_what_changes_alone(wishes: tuple[Wish, ...], parts: list[Part]) -> None:
    before = {line.id: line.tally.quantity for old in parts for line in old.lines}
    result = plan(wishes, parts)
    assert all(before[id_] != quantity for id_, quantity in result.quantities.items())
    assert all(placings for placings in (*result.additions.values(), *result.new_parts.values()))
    for old in parts:
        lines = [line.line_id for line in old.lines] + [place.line_id for place in result.additions.get(old.id, [])]
        assert len(set(lines)) == len(lines)


@settings(deadline=None, max_examples=200)
@given(st.lists(wishes_drawn, min_size=1, max_size=5), st.data())
def test_no_unit_is_lost_and_none_made_over_a_life_of_edits_and_shipments(
    life: list[tuple[Wish, ...]], data: st.DataObject
) -> None:
    parts: list[Part] = []
    for wishes in life:
        result = plan(wishes, parts)
        parts = applied(result, parts)
        for wish in wishes:
            nowhere = result.unrouted.get(wish.line_id, 0) + result.excluded.get(wish.line_id, 0)
            assert units(parts, wish.line_id) == wish.quantity - nowhere
        assert len({old.vendor_id for old in parts if not old.closed}) == len([old for old in parts if not old.closed])
        parts = [
            replace(old, lines=tuple(replace(line, tally=_shipped(line.tally, data)) for line in old.lines))
            for old in parts
        ]


def _shipped(tally: Tally, data: st.DataObject) -> Tally:
    return replace(tally, shipped=tally.shipped + data.draw(st.integers(0, tally.open)))


# By example


def test_a_new_order_is_one_part_for_each_vendor() -> None:
    result = plan([Wish(TEE, 3, NORTH), Wish(MUG, 1, SOUTH), Wish(CAP, 2, NORTH)], [])
    assert result == Plan(new_parts={NORTH: [Placing(TEE, 3), Placing(CAP, 2)], SOUTH: [Placing(MUG, 1)]})


def test_a_line_without_a_vendor_waits_and_the_others_go() -> None:
    result = plan([Wish(TEE, 3, None), Wish(MUG, 1, SOUTH)], [])
    assert result == Plan(new_parts={SOUTH: [Placing(MUG, 1)]}, unrouted={TEE: 3})


def test_more_of_a_line_is_added_to_the_part_that_has_it() -> None:
    old = part(NORTH, {TEE: Tally(3, shipped=1)})
    assert plan([Wish(TEE, 5, NORTH)], [old]) == Plan(quantities={old.lines[0].id: 5})


def test_another_line_joins_the_open_part_of_its_vendor() -> None:
    old = part(NORTH, {TEE: Tally(3)})
    assert plan([Wish(TEE, 3, NORTH), Wish(MUG, 1, NORTH)], [old]) == Plan(additions={old.id: [Placing(MUG, 1)]})


def test_more_after_the_part_was_done_makes_a_further_part() -> None:
    old = part(NORTH, {TEE: Tally(3, shipped=3)})
    assert plan([Wish(TEE, 5, NORTH)], [old]) == Plan(new_parts={NORTH: [Placing(TEE, 2)]})


def test_a_part_that_was_cancelled_is_not_opened_again_by_an_edit() -> None:
    old = part(NORTH, {TEE: Tally(3, cancelled=3)})
    assert plan([Wish(TEE, 4, NORTH)], [old]) == Plan(new_parts={NORTH: [Placing(TEE, 1)]})


def test_a_line_that_changes_its_vendor_leaves_behind_what_has_shipped() -> None:
    old = part(NORTH, {TEE: Tally(5, cancelled=1, shipped=2)})
    result = plan([Wish(TEE, 5, SOUTH)], [old])
    assert result == Plan(quantities={old.lines[0].id: 3}, new_parts={SOUTH: [Placing(TEE, 2)]})


def test_a_line_that_loses_its_vendor_waits_with_what_has_not_shipped() -> None:
    old = part(NORTH, {TEE: Tally(5, shipped=2)})
    assert plan([Wish(TEE, 5, None)], [old]) == Plan(quantities={old.lines[0].id: 2}, unrouted={TEE: 3})


def test_a_line_taken_off_the_order_leaves_its_part_at_nothing() -> None:
    old = part(NORTH, {TEE: Tally(3), MUG: Tally(1)})
    assert plan([Wish(TEE, 0, NORTH), Wish(MUG, 1, NORTH)], [old]) == Plan(quantities={old.lines[0].id: 0})


def test_fewer_than_have_shipped_are_given_up_by_the_newest_part_first() -> None:
    older, newer = part(NORTH, {TEE: Tally(2, shipped=2)}), part(SOUTH, {TEE: Tally(2, shipped=2)})
    assert plan([Wish(TEE, 1, NORTH)], [older, newer]) == Plan(quantities={newer.lines[0].id: 0, older.lines[0].id: 1})


def test_units_that_come_back_to_a_vendor_use_the_line_that_is_there() -> None:
    old = part(NORTH, {TEE: Tally(0), MUG: Tally(1)})
    assert plan([Wish(TEE, 2, NORTH), Wish(MUG, 1, NORTH)], [old]) == Plan(quantities={old.lines[0].id: 2})


def test_units_shipped_too_many_count_when_they_are_ordered_after_all() -> None:
    """2 ordered, 3 shipped, 3 ordered now: nothing more is to be sent."""
    line, vendor = UUID(int=0xA1), UUID(int=0xB1)
    done = Part(UUID(int=0xC1), vendor, (PartLine(UUID(int=0xD1), line, Tally(2, shipped=3)),))
    result = plan([Wish(line, 3, vendor)], [done])
    assert (result.quantities, result.additions, result.new_parts) == ({UUID(int=0xD1): 3}, {}, {})
