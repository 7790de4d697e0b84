"""For any history of changes and any tiling of time into windows, nothing is missed and nothing comes twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from builders import order
from driver import Merchant, new_merchant
from spark_shipstation.store.session import Sessions

DAY = datetime(2026, 5, 4, tzinfo=UTC)
OVERLAP, MINUTE = timedelta(minutes=5), timedelta(minutes=1)
ORDERS = 8

History = list[tuple[int, timedelta]]  # which vendor order, when


@pytest.fixture(scope="module")
def store(sessions: Sessions, http: httpx.Client) -> Merchant:
    merchant = new_merchant(sessions, http, "windows")
    merchant.take(*(order() for _ in range(ORDERS)))
    return merchant


def rewrite(merchant: Merchant, history: History, page_size: int) -> list[tuple[str, datetime]]:
    """Replace the changes by these; answers (OrderID, time) in the feed's order."""
    with merchant.sessions.begin() as session:
        mine = {"a": merchant.account_id}
        session.execute(sql("SET LOCAL spark.transaction_seconds = '1000000000'"))
        session.execute(sql("DELETE FROM changes WHERE account_id = :a"), mine)
        session.execute(sql("UPDATE connections SET page_size = :p WHERE account_id = :a"), mine | {"p": page_size})
        rows = session.execute(sql("SELECT id, vendor_id FROM vendor_orders WHERE account_id = :a ORDER BY id"), mine)
        parts = rows.all()
        latest: dict[int, datetime] = {}
        written = []
        for index, offset in sorted(history, key=lambda change: change[1]):
            at = max(DAY + offset, latest.get(index, DAY) + timedelta(microseconds=1))
            session.execute(
                sql(
                    "INSERT INTO changes (account_id, vendor_id, vendor_order_id, at, previous_at, who, what) "
                    "VALUES (:a, :v, :o, :at, :before, 'test', 'test')"
                ),
                mine | {"v": parts[index].vendor_id, "o": parts[index].id, "at": at, "before": latest.get(index)},
            )
            latest[index] = at
            written.append((parts[index].id.hex, at))
    return written


seconds = st.integers(0, 4 * 3600).map(lambda n: timedelta(seconds=n))
close_by = st.integers(0, 3).map(lambda n: timedelta(hours=1, microseconds=n))  # the same minute, the same microsecond
histories = st.lists(st.tuples(st.integers(0, ORDERS - 1), seconds | close_by), max_size=40)
cuts = st.lists(st.integers(0, 4 * 60), min_size=1, max_size=6, unique=True).map(sorted)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, minutes=cuts, page_size=st.integers(1, 7))
def test_every_change_is_served_by_the_windows_that_tile_its_time(
    store: Merchant, history: History, minutes: list[int], page_size: int
) -> None:
    written = rewrite(store, history, page_size)
    tiles = [timedelta(minutes=-10), *(timedelta(minutes=minute) for minute in minutes), timedelta(hours=5)]
    served: set[str] = set()
    for start, end in pairwise(DAY + tile for tile in tiles):
        poll = store.shipstation.poll(start, end)
        inside = [id_ for id_, at in written if start - OVERLAP <= at < end + MINUTE]
        assert poll.ids == list(dict.fromkeys(inside)), "each once, at the place of its first change"
        assert [len(page) for page in poll.by_page[:-1]] == [page_size] * (poll.pages - 1)
        served |= set(poll.ids)
    assert served == {id_ for id_, _ in written}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, more=histories, page_size=st.integers(1, 4), data=st.data())
def test_pages_of_an_ended_window_are_constants(
    store: Merchant, history: History, more: History, page_size: int, data: st.DataObject
) -> None:
    """Whatever is committed between two page requests, at whatever time it says it happened."""
    rewrite(store, history, page_size)
    window = (DAY - timedelta(minutes=10), DAY + timedelta(hours=5))
    whole = store.shipstation.poll(*window)
    first = store.shipstation.page(*window, page=1)
    rest = []
    for number in range(2, whole.pages + 1):
        if data.draw(st.booleans()):
            change_some(store, more)
        rest.append(store.shipstation.page(*window, page=number))
    ids = [element.findtext("OrderID") for root in (first, *rest) for element in root]
    assert ids == whole.ids
    assert {root.get("pages") for root in (first, *rest)} == {str(whole.pages)}


def change_some(merchant: Merchant, history: History) -> None:
    """Newer changes to the same orders, as writers make them now."""
    taken = merchant.get("/orders", limit="200")["orders"]
    for index, _ in history[:3]:
        number = taken[index]["number"]
        sent = order(number=number, external_id=taken[index]["external_id"])
        merchant.take({**sent, "customer_notes": f"late {datetime.now(UTC).isoformat()}"})
