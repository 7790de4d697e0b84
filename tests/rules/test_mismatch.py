"""When do polls show that a store keeps another zone than its connection, and what is served meanwhile?"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spark_shipstation.rules.mismatch import LARGEST, Mismatch, Poll, offset_minutes
from spark_shipstation.rules.zones import COMMON, minutes_from_utc, mismatch_sentence, utc_offset, zones_at

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
STEP = timedelta(minutes=15)
QUARTERS = st.integers(-LARGEST // 15, LARGEST // 15).map(lambda quarters: quarters * 15)
MISMATCHES = QUARTERS.filter(bool)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def polled(*offsets: int | None, known: Mismatch | None = None, at: datetime = NOON) -> Mismatch:
    """Polls a quarter of an hour apart, each of a window of a quarter; None = an import of an old window."""
    known = known or Mismatch()
    for index, offset in enumerate(offsets):
        now = at + index * STEP
        end = now - minutes(60 * 24 * 30) if offset is None else now + minutes(offset)
        known = known.after(Poll(end - STEP, end + minutes(1), (end,)), now)
    return known


def widened(known: Mismatch, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Asked for by a clock that is not ahead of ours."""
    return known.widened(start, end, end)


@pytest.mark.parametrize(
    ("apart", "offset"),
    [(0, 0), (-0.9, 0), (3, 0), (-5, 0), (-5.1, None), (7.5, None), (10, 15), (-420.98, -420), (345, 345),
     (870, 870), (874, 870), (1560, 1560), (-1575, None), (-43200, None)],
)  # fmt: skip
def test_an_offset_is_a_whole_number_of_quarter_hours(apart: float, offset: int | None) -> None:
    assert offset_minutes(NOON + minutes(apart), NOON) == offset


@given(QUARTERS, st.floats(-5, 5))
def test_a_clock_that_is_some_minutes_off_shows_the_same_offset(offset: int, off: float) -> None:
    assert offset_minutes(NOON + minutes(offset) + minutes(off), NOON) == offset


@given(MISMATCHES)
def test_three_polls_in_a_row_confirm(offset: int) -> None:
    assert [polled(*[offset] * count).offset for count in (1, 2, 3)] == [0, 0, offset]
    assert polled(*[offset] * 3).since == NOON + 2 * STEP


def test_the_same_end_date_counts_once() -> None:
    known = Mismatch()
    poll = Poll(NOON - STEP, NOON + minutes(1), (NOON,))
    for seconds in range(5):
        known = known.after(poll, NOON + minutes(60) + timedelta(seconds=seconds))
    assert (known.polls, known.offset) == (1, 0)


@pytest.mark.parametrize("between", [0, 60])
def test_another_offset_between_starts_the_count_again(between: int) -> None:
    assert polled(-420, -420, between, -420, -420).offset == 0
    assert polled(-420, -420, between, -420, -420, -420).offset == -420


def test_an_import_of_an_old_window_neither_confirms_nor_clears() -> None:
    assert polled(-420, None, -420).offset == 0
    assert polled(-420, None, -420, None, -420).offset == -420
    known = polled(*[-420] * 3)
    assert polled(None, known=known) is known


@given(MISMATCHES)
def test_no_offset_clears_at_once(offset: int) -> None:
    cleared = polled(*[offset] * 4, 0)
    assert (cleared.offset, cleared.since, cleared.polls) == (0, None, 0)


@given(st.sampled_from([0, -420, 345]), st.integers(0, 4))
def test_an_ordinary_poll_changes_nothing(offset: int, more: int) -> None:
    """So that nothing needs to be written."""
    known = polled(*[offset] * 3)
    assert polled(*[offset] * more, known=known, at=NOON + 3 * STEP) is known


def test_a_new_offset_stands_beside_the_old_one_until_it_is_confirmed() -> None:
    known = polled(60, 60, 60, 120, 120)
    assert (known.offset, known.streak) == (60, 120)
    start = NOON + 30 * STEP
    assert widened(known, start, start + STEP) == (start - minutes(120), start + STEP)
    assert polled(120, known=known, at=NOON + 5 * STEP).offset == 120
    assert polled(60, known=known, at=NOON + 5 * STEP).streak == 0


def test_an_end_that_can_mean_two_instants_is_fine_when_one_of_them_is() -> None:
    known = Mismatch()
    for index in range(4):
        now = NOON + index * STEP
        known = known.after(Poll(now - STEP, now + minutes(61), (now, now + minutes(60))), now)
    assert known == Mismatch()


@given(MISMATCHES)
def test_a_window_is_widened_to_what_it_means(offset: int) -> None:
    known = polled(*[offset] * 4)
    start, end = NOON + minutes(5 * LARGEST), NOON + minutes(5 * LARGEST + 15)
    first, last = widened(known, start, end)
    assert first == min(start, start - minutes(offset))
    assert last == max(end, end - minutes(offset))


@given(MISMATCHES)
def test_the_confirming_window_reaches_back_to_the_first_of_the_streak(offset: int) -> None:
    known = polled(*[offset] * 3)
    start = NOON + STEP + minutes(offset)
    assert widened(known, start, start + STEP)[0] <= NOON - STEP
    assert widened(known, start + STEP, start + 2 * STEP)[0] == min(start + STEP, start + STEP - minutes(offset))


@given(MISMATCHES, st.integers(1, 6))
def test_the_window_that_ends_a_streak_reaches_back_as_well(offset: int, polls: int) -> None:
    known = polled(*[offset] * polls, 0)
    start = NOON + (polls - 1) * STEP
    assert widened(known, start, start + STEP)[0] <= (NOON - STEP if polls < 3 else start)


@given(st.lists(st.one_of(st.none(), st.sampled_from([0, 15, 60, -420]), QUARTERS), max_size=25))
def test_a_window_never_shrinks_and_an_offset_in_force_was_seen_three_times(offsets: list[int | None]) -> None:
    known = polled(*offsets)
    start = NOON + len(offsets) * STEP
    first, last = widened(known, start, start + STEP)
    assert first <= start
    assert last >= start + STEP
    assert known.offset == 0 or longest_run(offsets, known.offset) >= 3


# Clocks.


@given(st.integers(1, LARGEST), QUARTERS)
def test_a_window_that_ends_after_now_is_served_from_as_much_earlier(ahead: int, offset: int) -> None:
    """At once, and however our clock came to be behind."""
    start, now = NOON - STEP, NOON - minutes(ahead)
    assert Mismatch().widened(start, NOON + minutes(1), now) == (start - minutes(ahead), NOON + minutes(1))
    known = polled(*[offset] * 3)
    assert known.widened(start, NOON + minutes(1), now)[0] <= start - minutes(ahead)


@pytest.mark.parametrize("ahead", [LARGEST + 1, 60 * 24 * 365])
def test_a_window_that_ends_in_the_far_future_is_served_as_it_was_asked_for(ahead: int) -> None:
    start, end = NOON - STEP, NOON + minutes(ahead + 1)
    assert Mismatch().widened(start, end, NOON) == (start, end)


def poll_from(start: datetime, end: datetime) -> Poll:
    return Poll(start, end + minutes(1), (end,))


@given(st.floats(3.1, 60 * 24 - 1))
def test_a_window_that_starts_after_the_poll_before_it_is_served_from_there(gap: float) -> None:
    """And so is each with the same start, until it got an answer; not the one after it."""
    start = NOON - minutes(1)
    last = start - minutes(gap)
    known = Mismatch().after(poll_from(start, NOON), NOON, last)
    assert widened(known, start, NOON)[0] == last
    again = known.after(poll_from(start, NOON + STEP), NOON + STEP, NOON)
    assert widened(again, start, NOON + STEP)[0] == last
    assert widened(again, NOON, NOON + STEP)[0] == NOON


@pytest.mark.parametrize("gap", [-60 * 24 * 30, -15, 0, 3, 60 * 24 * 30])
def test_a_window_that_starts_where_the_poll_before_it_ended_or_long_after_it_is_ordinary(gap: int) -> None:
    """So that nothing needs to be written; a store that has forgotten where it was is not sent a month."""
    start = NOON - STEP
    known = Mismatch()
    assert known.after(poll_from(start, NOON), NOON, start - minutes(gap)) is known


@pytest.mark.parametrize("behind", [7, 37, 368])
def test_a_clock_of_ours_that_stays_behind_makes_no_gap(behind: int) -> None:
    """What its windows start too late by, they are served earlier by, and nothing needs to be written."""
    known, now = Mismatch(), NOON - minutes(behind)
    assert known.after(poll_from(NOON - STEP, NOON), now, now - STEP) is known
    assert known.widened(NOON - STEP, NOON + minutes(1), now)[0] <= now - STEP


def longest_run(offsets: Iterable[int | None], wanted: int) -> int:
    longest = run = 0
    for offset in offsets:
        run = run if offset is None else run + 1 if offset == wanted else 0
        longest = max(longest, run)
    return longest


# In words.


def test_the_sentence_says_which_setting_is_wrong_and_what_to_set() -> None:
    assert mismatch_sentence(-420, "UTC", NOON) == (
        "ShipStation's dates are 7 hours behind UTC. In ShipStation set the store's time zone to UTC, or set this "
        "connection's time zone to one that is at UTC−07:00 now, such as America/Los_Angeles or America/Phoenix."
    )
    assert "1 hour ahead of Europe/Paris" in mismatch_sentence(60, "Europe/Paris", NOON)
    assert "5 hours and 45 minutes ahead of UTC" in mismatch_sentence(345, "UTC", NOON)
    assert "such as Asia/Kathmandu." in mismatch_sentence(345, "UTC", NOON)


def test_where_no_common_zone_would_do_none_is_named() -> None:
    assert mismatch_sentence(-15, "UTC", NOON).endswith("at UTC−00:15 now.")


def test_zones_are_proposed_by_their_offset_now() -> None:
    january = datetime(2026, 1, 15, tzinfo=UTC)
    assert next(zones_at(-420, NOON)) == "America/Los_Angeles"
    assert next(zones_at(-420, january)) == "America/Denver"
    assert next(zones_at(0, january)) == "UTC"


@pytest.mark.parametrize("name", COMMON)
def test_every_common_zone_is_one(name: str) -> None:
    assert abs(minutes_from_utc(name, NOON)) <= LARGEST
    assert minutes_from_utc(name, NOON) % 15 == 0
    assert utc_offset(minutes_from_utc(name, NOON)).startswith("UTC")
