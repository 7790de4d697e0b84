"""For any history of changes and any tiling of time into windows, nothing is missed and nothing comes twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import order
from driver import Merchant, new_merchant
from histories import DAY, MINUTE, ORDERS, OVERLAP, History, cuts, histories, rewrite
from spark_shipstation.store.session import Sessions


@pytest.fixture(scope="module")
def store(sessions: Sessions, http: httpx.Client) -> Merchant:
    merchant = new_merchant(sessions, http, "windows")
    merchant.take(*(order() for _ in range(ORDERS)))
    return merchant


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
