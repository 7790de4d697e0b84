"""The sentences and codes of an explanation, from plain facts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytz

from spark_shipstation.rules.explaining import (
    Cancelled,
    Change,
    Channel,
    Clock,
    Item,
    Line,
    Order,
    OrderLine,
    Package,
    Part,
    Poll,
    State,
    explain_line,
    explain_order,
    explain_part,
    next_of,
    order_state,
    state_of,
)
from spark_shipstation.rules.explaining.words import duration, listed, sentence, units
from spark_shipstation.rules.mismatch import Mismatch
from spark_shipstation.rules.status import StatusNames, Tally

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PARIS = Clock(NOW, "Europe/Paris", pytz.timezone("Europe/Paris"))


def poll(at: datetime = NOW - 10 * MINUTE, **changes: Any) -> Poll:
    """Of the half hour before it, read to its end."""
    return Poll(**{"at": at, "window_start": at - 30 * MINUTE, "window_end": at + MINUTE, "page": 1, "pages": 1,
                   "completed": True, **changes})  # fmt: skip


def channel(last_poll: Poll | None = None, **mismatch: Any) -> Channel:
    return Channel(StatusNames(), timedelta(minutes=5), last_poll, Mismatch(**mismatch))


def part(**changes: Any) -> Part:
    """One that was changed 20 minutes ago, and served 10 minutes ago."""
    facts: dict[str, Any] = {
        "number": "1001",
        "vendor": "East",
        "active": True,
        "channel": channel(poll()),
        "status": "awaiting_shipment",
        "flags": frozenset(),
        "missing": (),
        "fault": "",
        "lines": (Line("TEE-M", Tally(3)),),
        "changed_at": NOW - 20 * MINUTE,
        "changes": (Change(NOW - 20 * MINUTE, "key shop", "order received"),),
        "served": (poll(),),
        "packages": (),
        "cancelled": (),
        "clock": Clock(NOW),
    }
    return Part(**facts | changes)


NEEDS_ADDRESS = frozenset({"needs_address"})


@pytest.mark.parametrize(
    ("given", "state", "event"),
    [
        (part(), "served", "shipment"),
        (part(status="unpaid"), "served", "payment"),
        (part(status="on_hold"), "served", "release"),
        (part(status="shipped", lines=(Line("TEE-M", Tally(3, shipped=3)),)), "served", None),
        (part(changed_at=NOW - MINUTE), "changed", "next_poll"),
        (part(served=()), "waiting", "next_poll"),
        (part(served=(), channel=channel()), "never_polled", "first_poll"),
        (part(active=False), "vendor_inactive", "activation"),
        (part(channel=replace(channel(poll()), is_restored=True)), "restored", "resuming"),
        (part(active=False, lines=(Line("TEE-M", Tally(3, shipped=3)),)), "served", None),
        (part(flags=NEEDS_ADDRESS), "held_back", "mending"),
        (part(flags=NEEDS_ADDRESS, active=False), "held_back", "mending"),
        (part(flags=NEEDS_ADDRESS, channel=None), "not_connected", None),
        (part(flags=NEEDS_ADDRESS, status="cancelled", changed_at=None, served=()), "never_goes_out", None),
        (part(served=(), channel=channel(poll(window_start=NOW - 14 * MINUTE))), "waiting", "earlier_poll"),
        (part(served=(), channel=channel(poll(window_start=NOW - 15 * MINUTE))), "waiting", "next_poll"),
    ],
)
def test_a_state_and_what_comes_next(given: Part, state: str, event: str | None) -> None:
    follows = next_of(given)
    assert (state_of(given), follows.event if follows else None) == (state, event)


def test_served_at_the_very_time_of_its_change_is_served() -> None:
    assert state_of(part(changed_at=poll().at)) is State.SERVED


def test_an_inactive_vendor_s_next_step_is_about_what_it_still_lacks() -> None:
    sentences = [follows.sentence for given in (part(active=False, served=()), part(active=False))
                 if (follows := next_of(given))]  # fmt: skip
    assert sentences == [
        "It goes out with ShipStation's first poll after East is activated.",
        "ShipStation can report its packages again when East is activated.",
    ]


def test_every_explanation_begins_with_what_it_holds() -> None:
    assert explain_part(part())[0] == "1001 for East: 3 × TEE-M."


def test_times_are_said_in_the_connection_s_zone_and_in_utc() -> None:
    served = poll(datetime(2026, 3, 8, 23, 20, 5, tzinfo=UTC), window_start=datetime(2026, 3, 8, 22, 50, tzinfo=UTC),
                  window_end=datetime(2026, 3, 8, 23, 21, tzinfo=UTC), page=2, pages=3, completed=False)  # fmt: skip
    given = part(served=(served,), changed_at=served.at, clock=PARIS)
    assert explain_part(given)[1] == (
        "It was last served at 2026-03-09 00:20:05 Europe/Paris (2026-03-08 23:20:05 UTC), for page 2 of 3 of the "
        "window 2026-03-08 23:50 to 2026-03-09 00:20 Europe/Paris (2026-03-08 22:50 to 23:20 UTC). ShipStation has not "
        "asked for every page of that window: it may not have taken it in."
    )


def test_a_connection_in_utc_says_each_time_once() -> None:
    assert explain_part(part())[1].startswith("It was last served at 2026-03-09 11:50:00 UTC, for page 1 of 1 of the ")


def test_only_the_newest_changes_are_named() -> None:
    changes = tuple(Change(NOW - i * MINUTE, "key shop", f"change {i}") for i in range(1, 7))
    said = explain_part(part(changes=changes, changed_at=NOW - MINUTE))[2]
    assert said == (
        "It has changed since: change 1 at 2026-03-09 11:59:00 UTC by key shop, change 2 at 2026-03-09 11:58:00 UTC by "
        "key shop, change 3 at 2026-03-09 11:57:00 UTC by key shop and more before that; it goes out again, as "
        "“awaiting_shipment”, with the next poll."
    )


def test_a_poll_before_the_change_says_nothing_about_it() -> None:
    said = explain_part(part(served=(), changed_at=NOW - MINUTE))
    assert [words for words in said if "polled since" in words] == []


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (poll(window_end=NOW - 20 * MINUTE), "its window ended before that change."),
        (poll(window_end=NOW - 70 * MINUTE), "It ended 60 minutes before the poll itself: the time zone"),
        (poll(window_start=NOW - 14 * MINUTE), "its window began after that change."),
        (poll(pages=2, completed=False), "has not asked for every page of its window."),
    ],
)
def test_a_poll_that_did_not_bring_the_change_says_why(last: Poll, words: str) -> None:
    said = explain_part(part(served=(), channel=channel(last)))
    assert words in said[-1]


def waiting(last: Poll, **mismatch: Any) -> Part:
    """Changed 20 minutes ago, polled 10 minutes ago, and not served."""
    return part(served=(), channel=channel(last, **mismatch))


def test_a_window_that_was_served_widened_reached_the_change() -> None:
    """As it was asked for, the first ended before the change and the second began after it."""
    behind = poll(window_end=NOW - 420 * MINUTE, window_start=NOW - 450 * MINUTE, pages=2, completed=False)
    ahead = poll(window_start=NOW + 90 * MINUTE, window_end=NOW + 111 * MINUTE, pages=2, completed=False)
    for last, offset, zones in ((behind, -420, "7 hours behind"), (ahead, 120, "2 hours ahead of")):
        given = waiting(last, offset=offset)
        pages, widened = explain_part(given)[-2:]
        assert pages == "ShipStation has polled since, but has not asked for every page of its window."
        assert widened == (
            f"ShipStation's dates are {zones} UTC: until one of the two time zones is set right, its windows are "
            "served widened by as much."
        )
        follows = next_of(given)
        assert follows is not None
        assert follows.event == "next_poll"
    assert "its window ended before that change" in "\n".join(explain_part(waiting(behind)))


def test_a_clock_that_is_ahead_is_made_up_for_in_words_too() -> None:
    """By no difference of zones: 37 minutes."""
    ahead = poll(window_start=NOW + 10 * MINUTE, window_end=NOW + 28 * MINUTE, pages=2, completed=False)
    said = explain_part(waiting(ahead))
    assert said[-1] == "ShipStation has polled since, but has not asked for every page of its window."


def test_an_import_of_an_old_window_is_no_sign_of_another_zone() -> None:
    given = waiting(poll(window_start=NOW - 900 * MINUTE, window_end=NOW - 211 * MINUTE))
    assert explain_part(given)[-1] == "ShipStation has polled since, but its window ended before that change."
    follows = next_of(given)
    assert follows is not None
    assert follows.sentence == "It goes out with ShipStation's next poll."


def test_polls_that_seem_to_keep_another_zone_bring_it_when_they_have_shown_it() -> None:
    follows = next_of(waiting(poll(window_start=NOW - 450 * MINUTE, window_end=NOW - 429 * MINUTE)))
    assert follows is not None
    assert follows.sentence == "It goes out as soon as ShipStation's next polls have shown which time zone they keep."


def test_a_change_that_a_whole_window_should_have_brought_was_committed_late() -> None:
    assert explain_part(waiting(poll()))[-1] == (
        "ShipStation has polled since, but that change was still being written then."
    )


@pytest.mark.parametrize(
    ("flag", "facts", "words"),
    [
        ("needs_address", {"missing": ("city",)}, "The ship-to address is not usable: city is missing or not known."),
        ("needs_address", {"missing": ("name", "city", "country")}, "name, city and country are missing or not known."),
        ("needs_address", {"fault": "Name is missing"}, "The ship-to address is not usable: Name is missing."),
        ("needs_amount", {"fault": "OrderTotal: too much"}, "does not fit ShipStation's limits: OrderTotal: too much."),
        ("needs_review", {"fault": "SKU: odd"}, "It cannot be written as ShipStation wants it: SKU: odd."),
        ("over_shipped", {"lines": (Line("TEE-M", Tally(3, shipped=5)),)}, "than were ordered: 5 of 3 × TEE-M."),
        ("cancel_too_late", {"lines": (Line("A", Tally(3, 2, 3)),)}, "too late: 2 × A had been cancelled"),
        ("unclear_values", {}, "A notice held values that could not be read"),
    ],
)
def test_a_flag_is_said_in_words(flag: str, facts: dict[str, Any], words: str) -> None:
    assert words in "\n".join(explain_part(part(flags=frozenset({flag}), **facts)))


def test_a_package_is_said_with_all_that_was_reported() -> None:
    package = Package(NOW, date(2026, 3, 9), "UPS", "Ground", "1Z1", "ShipStation (East)", frozenset({"unknown_item"}),
                      (Item("TEE-M", 2), Item("HAT", 1, known=False)))  # fmt: skip
    said = explain_part(part(packages=(package,), lines=(Line("TEE-M", Tally(3, shipped=2)),)))
    reported = "as ShipStation (East) reported at 2026-03-09 12:00:00 UTC."
    assert said[2:] == [
        f"2 × TEE-M shipped on 2026-03-09 by UPS Ground, tracking 1Z1, {reported}",
        "Still open: 1 × TEE-M.",
        "A package names what it does not hold: 1 × HAT. It counts for nothing.",
    ]
    bare = replace(package, ship_date=None, carrier="", service="", tracking_number="", flags=frozenset(), items=())
    assert explain_part(part(packages=(bare,)))[2].startswith(
        "A package with nothing that was open shipped, without a tracking number, as ShipStation (East) reported"
    )


def test_a_cancel_says_who_and_why_and_whether_shipstation_knows() -> None:
    gone = Cancelled(NOW, "user ada", "", 3, "TEE-M")
    facts: dict[str, Any] = {"status": "cancelled", "cancelled": (gone,), "lines": (Line("TEE-M", Tally(3, 3)),)}
    told = explain_part(part(**facts))
    assert told[1] == "3 × TEE-M cancelled at 2026-03-09 12:00:00 UTC by user ada."
    assert told[-1] == "It is cancelled, and ShipStation was told so (“cancelled”)."
    untold = explain_part(part(changed_at=NOW, **facts))
    assert untold[-1] == "It was cancelled after it was served: ShipStation is told “cancelled” with the next poll."
    unserved = explain_part(part(served=(), **facts))
    assert "It was cancelled before it was served, but after it went into the feed: ShipStation is told" in unserved[2]


def test_a_manual_vendor_is_never_said_to_be_told_anything() -> None:
    said = explain_part(part(channel=None, status="unpaid", served=()))
    assert said[1:] == [
        "The order is not paid.",
        "East has no ShipStation connection (a manual vendor): Spark sends it nothing by itself.",
    ]


def order(**changes: Any) -> Order:
    facts: dict[str, Any] = {
        "number": "1001",
        "store": "web",
        "status": "awaiting_shipment",
        "paid": True,
        "held": False,
        "received_at": NOW,
        "lines": (OrderLine("l1", "TEE-M", 3, "East", "the account's default vendor is East", 0),),
        "parts": (part(),),
        "cancelled": (),
        "clock": Clock(NOW),
    }
    return Order(**facts | changes)


def test_an_order_says_what_it_waits_for_and_how_it_was_split() -> None:
    assert explain_order(order()) == [
        "Order 1001 of web, received at 2026-03-09 12:00:00 UTC, waits to be shipped.",
        "It is one vendor order: 1001 for East.",
    ]
    two = explain_order(order(parts=(part(), part(vendor="West")), status="on_hold", held=True, paid=False))
    assert two[0].endswith(", is on hold.")
    assert two[1:] == ["It is not paid.", "It is split into 2 vendor orders: 1001 for East and 1001 for West."]


def test_an_order_s_state_is_that_of_the_part_to_look_at_first() -> None:
    held, served, waiting = part(flags=NEEDS_ADDRESS), part(), part(served=())
    assert order_state(order(parts=(served, waiting, held))) == "held_back"
    assert order_state(order(parts=(served, waiting))) == "waiting"
    assert order_state(order(parts=())) == "never_goes_out"
    unrouted = OrderLine("l2", "MUG", 2, None, "no vendor is set", 2)
    assert order_state(order(parts=(held,), lines=(unrouted,))) == "unrouted"


def test_a_line_says_where_it_goes_and_why() -> None:
    routed = OrderLine("l1", "TEE-M", 3, "East", "the account's default vendor is East", 0)
    assert explain_line(routed) == "3 × TEE-M (line l1) goes to East. The account's default vendor is East."
    unrouted = replace(routed, vendor=None, reason="no vendor is set", unrouted=3)
    assert explain_line(unrouted) == "3 × TEE-M (line l1) is unrouted. No vendor is set."
    assert explain_line(replace(routed, quantity=0)) == "TEE-M (line l1) was taken off the order."
    settled = explain_line(replace(unrouted, unrouted=0))
    assert settled == "3 × TEE-M (line l1) has no vendor any more, and none of it is left to route. No vendor is set."


def test_words_are_joined_and_spans_rounded_down() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert (listed([]), units([(2, "A"), (1, "B")])) == ("", "2 × A and 1 × B")
    spans = [timedelta(seconds=90), timedelta(minutes=119), timedelta(hours=47), timedelta(days=2)]
    assert [duration(span) for span in spans] == ["90 seconds", "119 minutes", "47 hours", "2 days"]
    assert (sentence("is it?"), sentence("the end")) == ("Is it?", "The end.")
    clock = Clock(NOW)
    assert (clock.ago(NOW), clock.ago(NOW + MINUTE), clock.ago(NOW - 5 * MINUTE)) == (
        "just now", "just now", "5 minutes ago")  # fmt: skip
