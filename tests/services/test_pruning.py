"""Pruning takes away what nobody needs any more, and nothing of what the contracts promise."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy import text as sql

from builders import notice, order
from driver import Merchant, new_merchant, order_held_open
from histories import DAY, MINUTE, ORDERS, OVERLAP, History, cuts, histories, rewrite
from processes import spark
from spark_shipstation.errors import Invalid
from spark_shipstation.services import pruning
from spark_shipstation.store import pruning as store_pruning
from spark_shipstation.store.pruning import Of, connections
from spark_shipstation.store.retrying import transact
from spark_shipstation.store.session import Sessions

HUNDRED_DAYS = timedelta(days=100)


@pytest.fixture(scope="module")
def store(sessions: Sessions, http: httpx.Client) -> Merchant:
    merchant = new_merchant(sessions, http, "pruned windows")
    merchant.take(*(order() for _ in range(ORDERS)))
    return merchant


def prune(merchant: Merchant, before: datetime) -> Counter[str]:
    """As the command does it."""
    with merchant.sessions.begin() as session:
        owners = connections(session, merchant.account_id)
    deleted: Counter[str] = Counter()
    now = datetime.now(UTC)
    for what, number in pruning.prune(lambda batch: transact(merchant.sessions, batch), owners, before, now=now):
        deleted[what] += number
    return deleted


def forget_readings(merchant: Merchant) -> None:
    """As if nothing had been read for a day."""
    with merchant.sessions.begin() as session:
        session.execute(sql("DELETE FROM readings WHERE account_id = :a"), {"a": merchant.account_id})


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_pruning, "BATCH", 3)


# The delivery contract

minutes = st.integers(0, 5 * 60)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, tiles=cuts, page_size=st.integers(1, 7), data=st.data())
def test_windows_that_tile_time_miss_nothing_whatever_is_pruned_between_them(
    store: Merchant, history: History, tiles: list[int], page_size: int, data: st.DataObject
) -> None:
    """Every promise of the windows without pruning holds for each that ends after what was pruned."""
    written = rewrite(store, history, page_size)
    pruned, served = DAY - timedelta(hours=1), set[str]()
    ends = [timedelta(minutes=-10), *(timedelta(minutes=minute) for minute in tiles), timedelta(hours=5)]
    for start, end in pairwise(DAY + tile for tile in ends):
        if data.draw(st.booleans(), label="prune before this window"):
            forget_readings(store)
            before = DAY + timedelta(minutes=data.draw(minutes, label="cutoff"))
            prune(store, before)
            pruned = max(pruned, before)
        poll = store.shipstation.poll(start, end)
        inside = {id_ for id_, at in written if start - OVERLAP <= at < end + MINUTE}
        assert len(set(poll.ids)) == len(poll.ids), "an order twice in one window"
        assert set(poll.ids) <= inside
        if end + MINUTE >= pruned:
            assert set(poll.ids) == inside
        if pruned <= start - OVERLAP:
            first_places = [id_ for id_, at in written if start - OVERLAP <= at < end + MINUTE]
            assert poll.ids == list(dict.fromkeys(first_places)), "each at the place of its first change"
        assert [len(page) for page in poll.by_page[:-1]] == [page_size] * (poll.pages - 1)
        served |= set(poll.ids)
    whole = store.shipstation.poll(DAY - timedelta(minutes=10), DAY + timedelta(hours=5))
    assert set(whole.ids) == {id_ for id_, _ in written}, "nothing was lost for good"
    assert served <= set(whole.ids)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(history=[(index % ORDERS, timedelta(minutes=index)) for index in range(2 * ORDERS)], page_size=2, cutoffs=[60])
@given(history=histories, page_size=st.integers(1, 4), cutoffs=st.lists(minutes, min_size=1, max_size=4))
def test_pages_that_are_being_read_stand_still_whatever_is_pruned(
    store: Merchant, history: History, page_size: int, cutoffs: list[int]
) -> None:
    rewrite(store, history, page_size)
    forget_readings(store)
    window = (DAY - timedelta(minutes=10), DAY + timedelta(hours=5))
    whole = store.shipstation.poll(*window)
    first = store.shipstation.page(*window, page=1)
    rest = []
    for number in range(2, whole.pages + 1):
        prune(store, DAY + timedelta(minutes=cutoffs[number % len(cutoffs)]))
        rest.append(store.shipstation.page(*window, page=number))
    ids = [element.findtext("OrderID") for root in (first, *rest) for element in root]
    assert ids == whole.ids


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, cutoff=minutes)
def test_of_each_vendor_order_the_newest_old_change_stays_and_all_younger_ones(
    store: Merchant, history: History, cutoff: int
) -> None:
    written = rewrite(store, history, 7)
    forget_readings(store)
    before = DAY + timedelta(minutes=cutoff)
    deleted = prune(store, before)["changes"]
    newest = {id_: at for id_, at in written if at < before}
    left = [(id_, at) for id_, at in written if at >= before or newest[id_] == at]
    with store.sessions.begin() as session:
        statement = sql("SELECT vendor_order_id, at, previous_at FROM changes WHERE account_id = :a ORDER BY at, id")
        rows = session.execute(statement, {"a": store.account_id}).all()
    assert [(row.vendor_order_id.hex, row.at) for row in rows] == left
    assert deleted == len(written) - len(left)
    before_it: dict[str, datetime] = {}
    for row in rows:
        assert row.previous_at == before_it.get(row.vendor_order_id.hex)
        before_it[row.vendor_order_id.hex] = row.at


def twice(merchant: Merchant) -> tuple[datetime, datetime]:
    """Eight orders that changed twice, an hour apart; answers a window that holds all of it."""
    hour = timedelta(hours=1)
    history = [(index, offset) for offset in (hour, 2 * hour) for index in range(ORDERS)]
    rewrite(merchant, history, 2)
    forget_readings(merchant)
    return DAY, DAY + 4 * hour


def test_a_page_that_is_asked_for_while_a_batch_is_pruned_waits_and_is_made_anew(
    store: Merchant, engine: Engine
) -> None:
    window = twice(store)
    [(account_id, vendor_id)] = owners_of(store)
    session = store.sessions()
    deleted, _ = store_pruning.prune_changes(
        session, Of(account_id, vendor_id, DAY + timedelta(hours=3)), None, now=datetime.now(UTC)
    )
    assert deleted == 3
    pages: list[Any] = []
    asking = threading.Thread(target=lambda: pages.append(store.shipstation.poll(*window)))
    asking.start()
    wait_for_a_lock(engine)
    session.commit()
    session.close()
    asking.join()
    assert len(pages[0].ids) == len(set(pages[0].ids)) == ORDERS


def test_a_batch_waits_for_a_page_that_is_being_made_and_leaves_its_window_alone(
    store: Merchant, engine: Engine
) -> None:
    window = twice(store)
    with engine.connect() as held:  # what holds up the answer of page 1 after its reading is kept
        held.execute(sql("LOCK TABLE exchanges IN EXCLUSIVE MODE"))
        pages: list[Any] = []
        asking = threading.Thread(target=lambda: pages.append(store.shipstation.page(*window, page=1)))
        asking.start()
        wait_for_a_lock(engine)
        found: list[int] = []
        [(account_id, vendor_id)] = owners_of(store)
        of = Of(account_id, vendor_id, DAY + timedelta(hours=3))
        batch = threading.Thread(target=lambda: found.append(_pruned(store, of)))
        batch.start()
        wait_for_a_lock(engine, 2)
        held.rollback()
        asking.join()
        batch.join()
    assert found == [0]


def _pruned(merchant: Merchant, of: Of) -> int:
    with merchant.sessions.begin() as session:
        return store_pruning.prune_changes(session, of, None, now=datetime.now(UTC))[0]


def owners_of(merchant: Merchant) -> Any:
    with merchant.sessions.begin() as session:
        return connections(session, merchant.account_id)


def wait_for_a_lock(engine: Engine, waiting: int = 1) -> None:
    give_up = datetime.now(UTC) + timedelta(seconds=20)
    statement = sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        assert datetime.now(UTC) < give_up
        with engine.connect() as connection:
            if connection.execute(statement).scalar_one() >= waiting:
                return


# Calls, notices and readings


@pytest.fixture
def aged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Merchant], None]:
    """Makes everything of that merchant a hundred days older. Only the newest call is kept."""
    monkeypatch.setattr(store_pruning, "CALLS_KEPT", 1)

    def age(merchant: Merchant) -> None:
        with merchant.sessions.begin() as session:
            for table, columns in OLD.items():
                for column in columns:
                    session.execute(
                        sql(f"UPDATE {table} SET {column} = {column} - :by WHERE account_id = :a"),  # noqa: S608
                        {"by": HUNDRED_DAYS, "a": merchant.account_id},
                    )

    return age


OLD = {
    "exchanges": ["at"],
    "readings": ["started_at"],
    "notices": ["received_at"],
    "changes": ["at", "previous_at"],
    "vendor_orders": ["created_at", "changed_at"],
}


def ninety_days_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=90)


def count(merchant: Merchant, table: str) -> int:
    with merchant.sessions.begin() as session:
        statement = sql(f"SELECT count(*) FROM {table} WHERE account_id = :a")  # noqa: S608
        return int(session.execute(statement, {"a": merchant.account_id}).scalar_one())


def test_an_order_is_known_to_have_been_fetched_when_the_call_is_no_longer_kept(
    merchant: Merchant, aged: Callable[[Merchant], None]
) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.poll()
    served_at = merchant.order(taken["id"])["vendor_orders"][0]["served_at"]
    aged(merchant)
    merchant.shipstation.poll(DAY, DAY)
    assert prune(merchant, ninety_days_ago())["calls"] == 1
    part = merchant.order(taken["id"])["vendor_orders"][0]
    assert datetime.fromisoformat(part["served_at"]) == datetime.fromisoformat(served_at) - HUNDRED_DAYS
    [said] = merchant.get(f"/orders/{taken['id']}/explain")["vendor_orders"]
    assert said["state"] == "served"
    assert any("no longer says in which window and page" in sentence for sentence in said["sentences"])


def test_a_cancel_after_a_fetch_that_is_no_longer_kept_is_still_to_be_told(
    merchant: Merchant, aged: Callable[[Merchant], None]
) -> None:
    [taken] = merchant.take(order())
    merchant.shipstation.poll()
    aged(merchant)
    merchant.shipstation.poll(DAY, DAY)
    prune(merchant, ninety_days_ago())
    cancelled = merchant.done(f"/orders/{taken['id']}/cancel")
    assert cancelled["vendor_orders"][0]["flags"] == ["cancel_requested"]
    assert merchant.shipstation.poll().numbers == [taken["number"]]
    assert merchant.order(taken["id"])["vendor_orders"][0]["flags"] == []


def test_a_package_whose_notice_is_gone_still_counts_once(merchant: Merchant, aged: Callable[[Merchant], None]) -> None:
    [taken] = merchant.take(order())
    body = notice(taken["vendor_orders"][0]["id"], {taken["vendor_orders"][0]["lines"][0]["id"]: 2})
    without_tracking = notice(taken["vendor_orders"][0]["id"], TrackingNumber="")
    for sent in (body, without_tracking):
        assert merchant.shipstation.notify(sent).status_code == 200
    aged(merchant)
    merchant.shipstation.poll(DAY, DAY)
    assert prune(merchant, ninety_days_ago())["notices"] == 2
    answers = [merchant.shipstation.notify(sent) for sent in (body, without_tracking)]
    assert [(a.status_code, "recorded before" in a.text) for a in answers] == [(200, True)] * 2
    order_now = merchant.order(taken["id"])
    assert (order_now["status"], len(order_now["shipments"]), order_now["flags"]) == ("shipped", 2, [])


def test_what_waits_and_what_a_person_has_dealt_with_stays_in_the_inbox(
    merchant: Merchant, aged: Callable[[Merchant], None]
) -> None:
    [taken, other] = merchant.take(order(), order())
    merchant.shipstation.notify(notice("", OrderNumber="nobody's", TrackingNumber="1Z2"))
    merchant.shipstation.notify(notice("", OrderNumber="put aside", TrackingNumber="1Z3"))
    merchant.shipstation.notify(notice("", OrderNumber="mistaken", TrackingNumber="1Z4"))
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"]))
    merchant.shipstation.notify(b"<no")
    ids = {one["order_number"]: one["id"] for one in merchant.get("/notices")["notices"]}
    merchant.done(f"/notices/{ids['put aside']}/dismiss", reason="by phone")
    merchant.done(f"/notices/{ids['mistaken']}/replay", order_number=other["number"])
    aged(merchant)
    merchant.shipstation.poll(DAY, DAY)
    assert prune(merchant, ninety_days_ago())["notices"] == 1
    left = Counter(one["state"] for one in merchant.get("/notices")["notices"])
    assert left == {"unmatched": 1, "dismissed": 1, "applied": 1, "unreadable": 1}


def test_what_is_young_stays(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_pruning, "CALLS_KEPT", 1)
    [taken] = merchant.take(order())
    merchant.shipstation.poll()
    merchant.take({**order(), "external_id": taken["external_id"], "number": taken["number"], "gift": True})
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"]))
    tables = ("exchanges", "notices", "changes")
    before = [count(merchant, table) for table in tables]
    assert not any(prune(merchant, ninety_days_ago()).values())
    assert [count(merchant, table) for table in tables] == before


def test_the_last_calls_of_a_connection_stay_however_old(
    merchant: Merchant, aged: Callable[[Merchant], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_pruning, "CALLS_KEPT", 2)
    for _ in range(5):
        merchant.shipstation.poll(DAY, DAY)
    aged(merchant)
    assert prune(merchant, ninety_days_ago())["calls"] == 3
    assert count(merchant, "exchanges") == 2


def test_old_readings_go(make_merchant: Callable[..., Merchant], aged: Callable[[Merchant], None]) -> None:
    merchant = make_merchant(page_size=1)
    merchant.take(order(), order())
    merchant.shipstation.poll()
    aged(merchant)
    assert prune(merchant, ninety_days_ago())["readings"] == 1
    assert count(merchant, "readings") == 0


def test_pruning_waits_for_nobody_who_writes_an_order(merchant: Merchant, aged: Callable[[Merchant], None]) -> None:
    merchant.take(order())
    merchant.shipstation.poll()
    aged(merchant)
    merchant.shipstation.poll(DAY, DAY)
    with order_held_open(merchant, order()):
        assert prune(merchant, ninety_days_ago())["calls"] == 1


def test_what_is_younger_than_two_days_is_never_pruned() -> None:
    with pytest.raises(Invalid):
        pruning.cutoff(datetime.now(UTC), timedelta(days=1))


@pytest.mark.parametrize("age", ["1d", "soon", "90", "-3d", ""])
def test_the_command_refuses_an_age_that_is_none(tmp_path: Any, database_url: str, age: str) -> None:
    done = spark(tmp_path, "db", "prune", "--older-than", age, SPARK_DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_the_command_says_what_it_deleted(tmp_path: Any, database_url: str, merchant: Merchant) -> None:
    merchant.take(order())
    with merchant.sessions.begin() as session:
        name = session.execute(sql("SELECT name FROM accounts WHERE account_id = :a"), {"a": merchant.account_id})
        account = name.scalar_one()
    settings = {"SPARK_DATABASE_URL": database_url}
    done = spark(tmp_path, "db", "prune", "--older-than", "13w", "--account", account, **settings)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Deleted 0 calls, 0 notices, 0 readings and 0 superseded changes from before 20")
