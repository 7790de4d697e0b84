"""Wire time ↔ UTC. The oracle is the standard library's zoneinfo, reading the same zone files."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import example, given, settings
from hypothesis import strategies as st

from customstore.drawn import wall
from spark_shipstation.customstore.window import (
    MINUTE,
    Window,
    candidates,
    format_wire_time,
    read_page,
    read_told_time,
    read_window,
    read_wire_date,
    read_wire_time,
    to_wire,
    zone,
)
from spark_shipstation.errors import BadRequest, Unreadable

ZONES = ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "Europe/Paris", "UTC"]
NEW_YORK = pytz.timezone("America/New_York")
zones = st.sampled_from(ZONES)


@cache
def oracle(name: str) -> ZoneInfo:
    with (Path(pytz.__file__).parent / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def meanings(local: datetime, name: str) -> tuple[datetime, datetime]:
    """The earliest and the latest instant of a wall-clock time, by PEP 495: the two folds are the two meanings."""
    folds = [local.replace(tzinfo=oracle(name), fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(folds), max(folds)


@cache
def changes(name: str) -> list[datetime]:
    """The instants between 1970 and 2037 at which the zone's clocks are moved, to the half hour."""
    step, tz = timedelta(minutes=30), oracle(name)
    return [
        datetime(1970, 1, 2, tzinfo=UTC) + step * i
        for i in _moved(tz, datetime(1970, 1, 2, tzinfo=UTC), step, 67 * 365 * 48)
    ]


def _moved(tz: ZoneInfo, start: datetime, step: timedelta, count: int) -> list[int]:
    """By bisection over days first, so that a zone costs a fraction of a second."""
    found, day = [], 48
    for first in range(0, count, day):
        if (start + step * first).astimezone(tz).utcoffset() != (start + step * (first + day)).astimezone(
            tz
        ).utcoffset():
            offsets = [(start + step * (first + i)).astimezone(tz).utcoffset() for i in range(day + 1)]
            found += [first + i for i in range(1, day + 1) if offsets[i] != offsets[i - 1]]
    return found


@st.composite
def zoned_instants(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant, as often as not within three hours of a change of its clocks."""
    name = draw(zones)
    ordinary = st.datetimes(wall(1970, 1, 2), wall(2036, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
    near = st.builds(
        lambda moment, seconds: moment + timedelta(seconds=seconds),
        st.sampled_from(changes(name) or [datetime(2026, 1, 1, tzinfo=UTC)]),
        st.integers(-10_800, 10_800),
    )
    return name, draw(ordinary | near)


def written(instant: datetime, name: str) -> str:
    return format_wire_time(to_wire(instant, zone(name)))


# What a window holds


@settings(deadline=None, max_examples=250)
@given(zoned_instants())
def test_any_instant_lies_in_the_window_that_it_is_the_start_and_the_end_of(zoned: tuple[str, datetime]) -> None:
    name, instant = zoned
    window = read_window(written(instant, name), written(instant, name), zone(name))
    assert window.start <= instant < window.end


@settings(deadline=None, max_examples=250)
@given(zoned_instants(), st.integers(0, 14_400))
@example(("America/New_York", datetime(2026, 11, 1, 5, 50, tzinfo=UTC)), 1_200)  # from 01:50 to 01:10, after the change
def test_a_window_holds_every_instant_between_its_ends(zoned: tuple[str, datetime], seconds: int) -> None:
    name, first = zoned
    last = first + timedelta(seconds=seconds)
    window = read_window(written(first, name), written(last, name), zone(name))
    assert window.start <= first <= last < window.end


@settings(deadline=None, max_examples=200)
@given(zoned_instants(), st.lists(st.integers(1, 10_800), min_size=2, max_size=6))
def test_back_to_back_windows_leave_no_gap(zoned: tuple[str, datetime], steps: list[int]) -> None:
    name, moment = zoned
    polls = [moment]
    for step in steps:
        polls.append(polls[-1] + timedelta(seconds=step))
    windows = [read_window(written(start, name), written(end, name), zone(name)) for start, end in pairwise(polls)]
    for earlier, later in pairwise(windows):
        assert later.start < earlier.end
    assert windows[0].start <= polls[0]
    assert polls[-1] < windows[-1].end


@settings(deadline=None, max_examples=200)
@given(zoned_instants())
def test_a_window_is_no_wider_than_the_change_of_the_clocks(zoned: tuple[str, datetime]) -> None:
    name, instant = zoned
    window = read_window(written(instant, name), written(instant, name), zone(name))
    early, late = meanings(to_wire(instant, zone(name)).replace(second=0, microsecond=0), name)
    assert window == Window(early, late + MINUTE)


# Wall-clock times that exist twice, or not at all


@settings(deadline=None, max_examples=250)
@given(zoned_instants(), st.integers(-180, 180))
def test_a_wall_clock_time_means_what_zoneinfo_says(zoned: tuple[str, datetime], minutes: int) -> None:
    name, instant = zoned
    local = to_wire(instant, zone(name)).replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    assert candidates(local, zone(name)) == meanings(local, name)


@pytest.mark.parametrize("name", [name for name in ZONES if name != "UTC"])
def test_every_change_of_the_clocks_is_understood_from_both_sides(name: str) -> None:
    assert len(changes(name)) >= 1
    for change in changes(name):
        around = to_wire(change, zone(name)).replace(second=0, microsecond=0)
        for minutes in (-91, -61, -60, -59, -46, -31, -30, -29, -16, -1, 0, 1, 14, 29, 30, 59, 60):
            local = around + timedelta(minutes=minutes)
            assert candidates(local, zone(name)) == meanings(local, name), local


@settings(deadline=None, max_examples=200)
@given(zoned_instants())
def test_an_instant_shown_on_the_wire_is_one_of_the_meanings_of_what_is_shown(zoned: tuple[str, datetime]) -> None:
    name, instant = zoned
    assert instant in candidates(to_wire(instant, zone(name)), zone(name))


def test_an_hour_that_exists_twice_is_the_earlier_at_the_start_and_the_later_at_the_end() -> None:
    window = read_window("11/01/2026 01:30", "11/01/2026 01:30", NEW_YORK)
    assert window == Window(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 31, tzinfo=UTC))


def test_a_time_that_does_not_exist_moves_out_of_the_gap_to_widen_the_window() -> None:
    window = read_window("03/08/2026 02:30", "03/08/2026 02:30", NEW_YORK)
    assert window == Window(datetime(2026, 3, 8, 6, 30, tzinfo=UTC), datetime(2026, 3, 8, 7, 31, tzinfo=UTC))


def test_a_window_over_the_hour_that_exists_twice_may_end_on_an_earlier_clock_than_it_starts() -> None:
    window = read_window("11/01/2026 01:50", "11/01/2026 01:10", NEW_YORK)
    assert window == Window(datetime(2026, 11, 1, 5, 50, tzinfo=UTC), datetime(2026, 11, 1, 6, 11, tzinfo=UTC))


def test_half_an_hour_of_daylight_saving_is_half_an_hour() -> None:
    early, late = candidates(wall(2026, 4, 5, 1, 45), zone("Australia/Lord_Howe"))
    assert late - early == timedelta(minutes=30)


def test_the_end_of_a_window_is_the_end_of_its_minute_and_seconds_shift_nothing() -> None:
    window = read_window("3/8/2026 9:05:59", "03/08/2026 09:06:30", zone("UTC"))
    assert window == Window(datetime(2026, 3, 8, 9, 5, tzinfo=UTC), datetime(2026, 3, 8, 9, 7, tzinfo=UTC))


# What a window is refused for


@pytest.mark.parametrize(
    ("start", "end"), [("03/08/2026 10:01", "03/08/2026 10:00"), ("03/09/2026 00:00", "03/08/2026 23:59")]
)
def test_a_window_that_ends_before_it_starts_is_refused(start: str, end: str) -> None:
    with pytest.raises(BadRequest, match=f"start_date {start} is later than end_date {end}"):
        read_window(start, end, zone("UTC"))


def test_both_missing_dates_are_named_in_one_sentence() -> None:
    with pytest.raises(BadRequest, match=r"start_date and end_date must be given as MM/dd/yyyy HH:mm"):
        read_window(None, "  ", zone("UTC"))
    with pytest.raises(BadRequest, match=r"^end_date must be given"):
        read_window("03/08/2026 10:00", "", zone("UTC"))


def test_both_unreadable_dates_are_named_in_one_sentence() -> None:
    with pytest.raises(BadRequest, match=r"start_date: “yesterday”.*end_date: “now”"):
        read_window("yesterday", "now", zone("UTC"))


# The forms of a date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03/08/2026 21:56", wall(2026, 3, 8, 21, 56)),
        ("3/8/2026 9:05", wall(2026, 3, 8, 9, 5)),
        ("  03/08/2026   21:56 ", wall(2026, 3, 8, 21, 56)),
        ("03/08/2026 21:56:07", wall(2026, 3, 8, 21, 56, 7)),
        ("12/8/2011 12:56 PM", wall(2011, 12, 8, 12, 56)),
        ("12/8/2011 12:56 AM", wall(2011, 12, 8, 0, 56)),
        ("12/8/2011 9:56 PM", wall(2011, 12, 8, 21, 56)),
        ("12/8/2011 9:56am", wall(2011, 12, 8, 9, 56)),
        ("12/8/2011 9:56:30 p.m.", wall(2011, 12, 8, 21, 56, 30)),
        ("12/8/2011 21:56 PM", wall(2011, 12, 8, 21, 56)),
        ("12/8/2011 00:00", wall(2011, 12, 8)),
        ("12/8/2011", wall(2011, 12, 8)),
        ("03082026 2156", wall(2026, 3, 8, 21, 56)),
        ("2026-03-08T21:56:07", wall(2026, 3, 8, 21, 56, 7)),
        ("2026-03-08 21:56", wall(2026, 3, 8, 21, 56)),
        ("2026-03-08", wall(2026, 3, 8)),
        ("02/29/2028 12:00", wall(2028, 2, 29, 12)),
    ],
)
def test_every_form_of_a_date_that_was_ever_met_is_read(text: str, expected: datetime) -> None:
    assert read_wire_time(text) == expected
    assert read_wire_time(text).tzinfo is None
    assert read_wire_date(text) == expected.date()


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "13/08/2026 10:00", "02/29/2026 10:00", "04/31/2026", "00/08/2026 10:00", "03/08/2026 24:00",
        "03/08/2026 10:60", "03/08/26 10:00", "03-08-2026 10:00", "03/08/2026T10:00", "0308202621:56",
        "03/08/0026 10:00", "03/08/9999 10:00", "2026-13-01", "2026-03-08T21:56:07Z", "2026-03-08T21:56:07-05:00",
        "03/08/2026 10:00\n1", "9999-12-31T24:00",
        "1773006960", "03/08/2026 10:00 UTC", "０３/０８/２０２６ 10:00", "２０２６-03-08", "03/08/2026 1٣:00",
    ],
)  # fmt: skip
def test_what_is_no_date_or_may_mean_another_instant_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="Expected MM/dd/yyyy HH:mm"):
        read_wire_time(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-08T00:00:00Z", wall(2026, 3, 8)),
        ("2026-03-08T00:00:00+02:00", wall(2026, 3, 8)),
        ("2026-03-08T23:59:59.9999999-11:00", wall(2026, 3, 8, 23, 59, 59)),
        ("2026-03-08T21:56:07.5Z", wall(2026, 3, 8, 21, 56, 7)),
        ("2026-03-08 21:56 -0500", wall(2026, 3, 8, 21, 56)),
        ("2026-03-08 21:56:07+02", wall(2026, 3, 8, 21, 56, 7)),
        ("03/08/2026 21:56Z", wall(2026, 3, 8, 21, 56)),
        ("03/08/2026 9:56 PM", wall(2026, 3, 8, 21, 56)),
        ("2026-03-08", wall(2026, 3, 8)),
    ],
)
def test_what_shipstation_tells_may_have_an_offset_and_counts_as_written(text: str, expected: datetime) -> None:
    assert read_told_time(text) == expected
    assert read_told_time(text).tzinfo is None
    assert read_wire_date(text) == expected.date()


@pytest.mark.parametrize(
    "text", ["03/08/26 10:00", "2026-03-08Z", "2026-03", "２０２６-03-08T00:00:00Z", "10:00Z", "Z", ""]
)
def test_an_offset_makes_no_date_of_what_is_none(text: str) -> None:
    with pytest.raises(Unreadable):
        read_told_time(text)


@pytest.mark.parametrize("text", ["2026-03-08T10:00:00Z", "2026-03-08T10:00:00+02:00", "2026-03-08T10:00:00.5-05:00"])
def test_a_window_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match=r"start_date: .* is not a date and time.*end_date: "):
        read_window(text, text, zone("UTC"))


@settings(deadline=None, max_examples=200)
@given(st.datetimes(wall(1970, 1, 1), wall(2999, 12, 31, 23, 59)))
def test_a_written_time_is_sixteen_characters_and_reads_back_to_the_minute(local: datetime) -> None:
    text = format_wire_time(local)
    assert len(text) == 16
    assert read_wire_time(text) == local.replace(second=0, microsecond=0)


@settings(deadline=None, max_examples=200)
@given(
    st.text(max_size=25) | st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}( [AP]M)?", fullmatch=True)
)
def test_any_text_is_a_time_or_unreadable_and_never_crashes(text: str) -> None:
    try:
        moment = read_wire_time(text)
    except Unreadable:
        return
    assert date(1970, 1, 1) <= moment.date() <= date(2999, 12, 31)


# Zones and pages


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "EST5EDT4", "../etc/passwd", "Zoë"])
def test_a_zone_that_does_not_exist_is_refused_with_examples(name: str) -> None:
    with pytest.raises(BadRequest, match="America/New_York"):
        zone(name)


@pytest.mark.parametrize(
    ("text", "number"), [(None, 1), ("", 1), (" ", 1), ("1", 1), (" 7 ", 7), ("007", 7), ("999999999", 999_999_999)]
)
def test_a_page_is_a_number_from_one_up_and_one_where_it_is_missing(text: str | None, number: int) -> None:
    assert read_page(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "one", "٣", "1e3", "9999999999", "+1"])
def test_a_page_that_is_no_number_from_one_up_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="whole number from 1 up"):
        read_page(text)
