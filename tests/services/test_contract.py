"""The delivery contract on a real database with real concurrency: windows, pages, and what changes meanwhile."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from builders import order
from driver import Merchant, order_held_open, text
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.forms import OrderIn
from spark_shipstation.services.intake import take_orders
from spark_shipstation.store.session import Limits, connect, sessions_on


def set_change_times(merchant: Merchant, times: dict[str, datetime]) -> None:
    """Move the one change of each of these orders (by number) to that time."""
    with merchant.sessions.begin() as session:
        for number, at in times.items():
            session.execute(
                sql(
                    "UPDATE changes SET at = :at FROM vendor_orders v WHERE changes.account_id = :a "
                    "AND v.account_id = :a AND v.id = changes.vendor_order_id AND v.number = :n"
                ),
                {"a": merchant.account_id, "at": at, "n": number},
            )


NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_pages_of_an_ended_window_stand_still_while_orders_change(make_merchant: Any) -> None:
    """An order touched between two page requests shifts nothing, and shows its newest content where it stood."""
    merchant: Merchant = make_merchant(page_size=2)
    sent = [order() for _ in range(6)]
    merchant.take(*sent)
    numbers = [document["number"] for document in sent]
    set_change_times(merchant, {number: NOON + timedelta(seconds=i) for i, number in enumerate(numbers)})
    window = (NOON, NOON)
    first = merchant.shipstation.page(*window, page=1)
    merchant.take({**sent[0], "customer_notes": "touched"}, {**sent[5], "customer_notes": "touched"}, order())
    rest = [merchant.shipstation.page(*window, page=number) for number in (2, 3)]
    pages = [first, *rest]
    assert [root.get("pages") for root in pages] == ["3", "3", "3"]
    assert [text(element, "OrderNumber") for root in pages for element in root] == numbers
    assert text(pages[2][1], "CustomerNotes") == "touched"


def test_changes_of_the_same_microsecond_are_each_served_once(make_merchant: Any) -> None:
    merchant: Merchant = make_merchant(page_size=7)
    sent = [order() for _ in range(30)]
    merchant.take(*sent)
    set_change_times(merchant, {document["number"]: NOON for document in sent})
    poll = merchant.shipstation.poll(NOON, NOON)
    assert sorted(poll.numbers) == sorted(document["number"] for document in sent)
    assert (poll.pages, [len(page) for page in poll.by_page]) == (5, [7, 7, 7, 7, 2])


def test_the_reading_that_began_last_counts_also_when_the_clock_was_set_back(make_merchant: Any) -> None:
    """A late change moved the places between two readings of one window: pages are cut as by the second one's first."""
    merchant: Merchant = make_merchant(page_size=2)
    sent = [order() for _ in range(6)]
    late, *early = (document["number"] for document in sent)
    merchant.take(*sent[1:])
    set_change_times(merchant, {number: NOON + timedelta(seconds=i) for i, number in enumerate(early)})
    merchant.shipstation.page(NOON, NOON, page=1)
    with merchant.sessions.begin() as session:  # the first reading, as if the clock had been two hours ahead then
        ahead = sql("UPDATE readings SET started_at = started_at + interval '2 hours' WHERE account_id = :a")
        session.execute(ahead, {"a": merchant.account_id})
    merchant.take(sent[0])
    set_change_times(merchant, {late: NOON + timedelta(milliseconds=500)})
    pages = [merchant.shipstation.page(NOON, NOON, page=number) for number in (1, 2, 3)]
    numbers = [[text(element, "OrderNumber") for element in root] for root in pages]
    assert numbers == [[early[0], late], early[1:3], early[3:5]]


def test_a_window_of_more_pages_than_the_protocol_can_count_gets_larger_ones(
    make_merchant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spark_shipstation.customstore.writer.MOST_PAGES", 3)
    merchant: Merchant = make_merchant(page_size=1)
    taken = [got["number"] for got in merchant.take(*(order() for _ in range(7)))]
    poll = merchant.shipstation.poll()
    assert ([len(page) for page in poll.by_page], sorted(poll.numbers)) == ([3, 3, 1], sorted(taken))


def test_new_changes_in_a_window_that_has_not_ended_show_at_its_end(make_merchant: Any) -> None:
    merchant: Merchant = make_merchant(page_size=2)
    early = [got["number"] for got in merchant.take(*(order() for _ in range(3)))]
    start, end = datetime.now(UTC) - timedelta(minutes=5), datetime.now(UTC) + timedelta(hours=1)
    first = merchant.shipstation.page(start, end, page=1)
    late = [merchant.take(order())[0]["number"] for _ in range(2)]
    second, third = (merchant.shipstation.page(start, end, page=number) for number in (2, 3))
    assert [text(element, "OrderNumber") for root in (first, second, third) for element in root] == early + late
    assert (second.get("pages"), third.get("pages")) == ("3", "3")


def test_a_change_that_commits_late_comes_with_the_next_window(merchant: Merchant) -> None:
    late = order()
    start = datetime.now(UTC) - timedelta(minutes=1)
    with order_held_open(merchant, late):
        assert merchant.shipstation.poll(start, datetime.now(UTC)).numbers == []
    now = datetime.now(UTC)
    next_window = merchant.shipstation.poll(now + timedelta(minutes=1), now + timedelta(minutes=2))
    assert next_window.numbers == [late["number"]]


def test_a_change_that_commits_late_moves_no_page_that_is_being_read(make_merchant: Any) -> None:
    merchant: Merchant = make_merchant(page_size=2)
    early = [order() for _ in range(3)]
    late = order()
    merchant.take(*early)
    with order_held_open(merchant, late):
        ended = (datetime.now(UTC) - timedelta(minutes=2)).replace(second=10)
        set_change_times(merchant, {d["number"]: ended + timedelta(seconds=i) for i, d in enumerate(early)})
        start, end = ended - timedelta(minutes=1), ended
        merchant.shipstation.page(start, end, page=1)
    set_change_times(merchant, {late["number"]: ended + timedelta(seconds=2, microseconds=1)})
    second = merchant.shipstation.page(start, end, page=2)
    assert [text(element, "OrderNumber") for element in second] == [early[2]["number"]]
    assert merchant.shipstation.poll(start, end).numbers[-1] == late["number"]


def test_a_change_cannot_commit_after_the_limit(database_url: str, merchant: Merchant) -> None:
    """The database refuses at the commit itself; the overlap of every window is longer than that limit."""
    engine = connect(database_url, limits=Limits(transaction=1, lock=1), pool_size=1)
    actor, form = Actor(merchant.account_id, "a slow writer"), OrderIn.model_validate(order())
    session = sessions_on(engine)()
    take_orders(session, [form], actor, now=datetime.now(UTC) - timedelta(seconds=1.1))
    with pytest.raises(OperationalError, match="must be committed within 1 seconds"):
        session.commit()
    session.close()
    engine.dispose()
    assert merchant.get("/orders")["orders"] == []


def test_nothing_is_missed_by_back_to_back_windows_while_writers_write(make_merchant: Any) -> None:
    """Writers create and change orders while a poller reads window after window, page by page."""
    merchant: Merchant = make_merchant(page_size=3)
    sent: list[dict[str, Any]] = []

    def write() -> None:
        mine: list[dict[str, Any]] = []
        while len(mine) < 25:
            mine.append(order())
            merchant.post(mine[-1])
            if len(mine) % 3 == 0:
                mine[-2]["customer_notes"] = f"changed {len(mine)}"
                merchant.post(mine[-2])
        sent.extend(mine)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    imported: dict[str, str] = {}
    start = datetime.now(UTC) - timedelta(minutes=1)
    polls = 0
    while any(writer.is_alive() for writer in writers):
        polls += 1
        end = datetime.now(UTC)
        poll = merchant.shipstation.poll(start, end)
        assert len(set(poll.ids)) == len(poll.ids), "an order twice in one window"
        imported |= {text(o, "OrderNumber"): o.findtext("CustomerNotes") or "" for o in poll.orders}
        start = end
    poll = merchant.shipstation.poll(start, datetime.now(UTC))
    imported |= {text(o, "OrderNumber"): o.findtext("CustomerNotes") or "" for o in poll.orders}
    assert imported == {document["number"]: document.get("customer_notes", "") for document in sent}
    assert (len(sent), polls > 3) == (75, True)


def test_a_page_costs_a_fixed_number_of_statements(make_merchant: Any, engine: Engine, app: Any) -> None:
    merchant: Merchant = make_merchant(page_size=50)
    statements = 0
    counts = []

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    served_by = app.state.parts.sessions.kw["bind"]
    event.listen(served_by, "before_cursor_execute", count)
    try:
        for orders in (1, 20, 120):
            merchant.take(*(order() for _ in range(orders)))
            now = datetime.now(UTC)
            before = statements
            merchant.shipstation.page(now - timedelta(hours=1), now + timedelta(minutes=1))
            counts.append(statements - before)
    finally:
        event.remove(served_by, "before_cursor_execute", count)
    # caller · poll before · survey · heads · lines · exchange; where there are more pages: a reading, made durable
    assert counts == [6, 6, 8]


def test_each_change_knows_the_one_before(merchant: Merchant) -> None:
    sent = order()
    for turn in range(4):
        merchant.take({**sent, "customer_notes": f"turn {turn}"})
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT at, previous_at FROM changes WHERE account_id = :a ORDER BY at"), {"a": merchant.account_id}
        ).all()
    assert len(rows) == 4
    assert rows[0].previous_at is None
    assert all(later.previous_at == earlier.at < later.at for earlier, later in pairwise(rows))


@pytest.mark.parametrize("field", ["customer_notes", "gift_message", "shipping_method"])
def test_what_the_vendor_cannot_see_makes_no_change(merchant: Merchant, field: str) -> None:
    """A mixed order: what changes only another vendor's part does not touch this one's feed."""
    merchant.add_store("West")
    [got] = merchant.take(order())
    merchant.take({**order(), "external_id": got["external_id"], "number": got["number"], field: "x"})
    with merchant.sessions.begin() as session:
        count = sql("SELECT count(*) FROM changes WHERE account_id = :a")
        assert session.execute(count, {"a": merchant.account_id}).scalar_one() == 2
        merchant.take({**order(), "external_id": got["external_id"], "number": got["number"], field: "x"})
        assert session.execute(count, {"a": merchant.account_id}).scalar_one() == 2
