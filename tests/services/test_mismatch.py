"""A store whose time zone differs from its connection's loses nothing, and the service notices it by itself.

Time is simulated: changes are written with their own times, and `now` is an argument of every poll. The database's
clock may differ from the true one, which is ShipStation's.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy import text as sql

from builders import order
from driver import Merchant
from spark_shipstation.customstore.window import format_wire_time, read_window, to_wire, zone
from spark_shipstation.errors import BadRequest
from spark_shipstation.services import exchanges, mismatch
from spark_shipstation.services.export import ExportPage, export_page
from spark_shipstation.store.journal import MICROSECOND, append_exchange
from spark_shipstation.store.session import Sessions, reading_sessions_on
from spark_shipstation.store.vendors import find_caller

QUARTER = timedelta(minutes=15)
PACIFIC, PARIS, KATHMANDU = "America/Los_Angeles", "Europe/Paris", "Asia/Kathmandu"


@pytest.fixture(scope="module")
def reading(engine: Engine) -> Sessions:
    return reading_sessions_on(engine)


@dataclass
class World:
    """A merchant's orders, and what has become of each of their changes: (order, when)."""

    merchant: Merchant
    orders: list[UUID]
    written: list[tuple[UUID, datetime]] = field(default_factory=list)
    served: list[tuple[UUID, datetime]] = field(default_factory=list)
    behind: timedelta = timedelta(0)
    stamps: dict[UUID, datetime] = field(default_factory=dict)

    def clock(self, moment: datetime) -> datetime:
        """What the database's clock shows at that moment."""
        return moment - self.behind

    def change(self, order_id: UUID, moment: datetime) -> None:
        before = self.stamps.get(order_id)
        at = max(self.clock(moment), before + MICROSECOND) if before else self.clock(moment)
        self.stamps[order_id] = at
        with self.merchant.sessions.begin() as session:
            session.execute(sql("SET LOCAL spark.transaction_seconds = '1e10'"))  # this time is not the database's
            session.execute(CHANGE, {"a": self.merchant.account_id, "o": order_id, "at": at})
        self.written.append((order_id, moment))

    def lost(self) -> list[tuple[UUID, datetime]]:
        """Changes after which no poll has served their order."""
        latest: dict[UUID, datetime] = {}
        for order_id, at in self.served:
            latest[order_id] = max(at, latest.get(order_id, at))
        return [(id_, at) for id_, at in self.written if id_ not in latest or latest[id_] < at]


CHANGE = sql(
    "INSERT INTO changes (account_id, vendor_id, vendor_order_id, at, previous_at, who, what) "
    "SELECT :a, v.vendor_id, v.id, :at, (SELECT max(at) FROM changes c WHERE c.account_id = :a "
    "AND c.vendor_order_id = v.id), 'a test', 'changed' FROM vendor_orders v WHERE v.account_id = :a AND v.id = :o"
)


@pytest.fixture
def make_world(make_merchant: Callable[..., Merchant]) -> Callable[..., World]:
    def made(orders: int = 6, **vendor: Any) -> World:
        merchant = make_merchant(**vendor)
        taken = merchant.take(*(order() for _ in range(orders)))
        with merchant.sessions.begin() as session:
            session.execute(sql("DELETE FROM changes WHERE account_id = :a"), {"a": merchant.account_id})
        return World(merchant, [UUID(one["vendor_orders"][0]["id"]) for one in taken])

    return made


@dataclass
class Shop:
    """ShipStation's side. It polls from the end of its last good poll, which it remembers as a moment, or
    (`by_wall`) as its clock showed it."""

    world: World
    reading: Sessions
    zone_name: str
    last: datetime
    by_wall: bool = False
    fast_by: timedelta = timedelta(0)
    offsets: list[int] = field(default_factory=list)
    refused: int = 0
    last_wall: str = ""

    @property
    def public_id(self) -> str:
        return (self.world.merchant.shipstation.vendor.url or "").rpartition("/")[2]

    def wall(self, moment: datetime) -> str:
        return format_wire_time(to_wire(moment + self.fast_by, zone(self.zone_name)))

    def poll(self, now: datetime, *, gets_answer: bool = True) -> None:
        start = (self.by_wall and self.last_wall) or self.wall(self.last)
        try:
            ids = [id_ for page in self.pages(start, self.wall(now), now) for id_ in page.served]
        except BadRequest:
            self.refused += 1
            return
        assert len(set(ids)) == len(ids), "an order twice in one window"
        if gets_answer:
            self.world.served += [(id_, now) for id_ in ids]
            self.last, self.last_wall = now, self.wall(now)

    def pages(self, start: str, end: str, now: datetime) -> Iterator[ExportPage]:
        """Each in a transaction of its own, as they are asked for."""
        number = pages = 1
        while number <= pages:
            answer = self.page(start, end, number, now)
            pages = answer.pages
            number += 1
            yield answer

    def page(self, start: str, end: str, number: int, moment: datetime) -> ExportPage:
        now = self.world.clock(moment)
        with self.reading.begin() as session:
            caller = find_caller(session, self.public_id)
            assert caller is not None
            channel = caller.channel
            window = read_window(start, end, zone(channel.time_zone), slack=mismatch.slack_of(channel))
            channel = mismatch.after_poll(session, channel, window, number, now=now)
            if number == 1:
                self.offsets.append(channel.mismatch.offset)
            answer = export_page(session, channel, window, number, now=now)
            facts = exchanges.Facts("export", window, number, answer.pages, answer.served)
            append_exchange(session, exchanges.row_of(channel, facts, 200, now=now, milliseconds=1, request_id=""))
            return answer


def live(shop: Shop, chance: random.Random, polls: int, *, losing: float = 0.0) -> None:
    """Some hours: orders change at random times, and a poll comes every quarter of an hour or so."""
    world = shop.world
    start = shop.last
    for turn in range(1, polls + 1):
        now = start + turn * QUARTER + timedelta(seconds=chance.randint(-50, 50))
        since = max([shop.last, *(at for _, at in world.written)])
        times = sorted(since + (now - since) * chance.random() for _ in range(chance.randint(0, 2)))
        for at in times:
            world.change(chance.choice(world.orders), at)
        shop.poll(now, gets_answer=chance.random() >= losing)


@pytest.mark.parametrize("by_wall", [False, True])
@pytest.mark.parametrize(
    ("store_zone", "connection_zone", "begin", "expected"),
    [
        (PACIFIC, "UTC", "2026-06-01T08:00", [0, -420]),
        (KATHMANDU, "UTC", "2026-06-01T08:00", [0, 345]),
        (PARIS, "UTC", "2026-03-28T22:00", [0, 60, 120]),
        (PARIS, "UTC", "2026-10-24T22:00", [0, 120, 60]),
        (PACIFIC, "UTC", "2026-11-01T06:00", [0, -420, -480]),
        ("Europe/London", "UTC", "2026-03-28T22:00", [0, 60]),
        ("Europe/London", "UTC", "2026-10-24T22:00", [0, 60, 0]),
        ("UTC", PARIS, "2026-10-24T22:00", [0, -120, -60]),
        ("UTC", PARIS, "2026-03-28T22:00", [0, -60, -120]),
        ("Australia/Lord_Howe", PACIFIC, "2026-06-01T08:00", [0, 1050]),
        (PACIFIC, "Pacific/Kiritimati", "2026-06-01T08:00", [0, -1260]),
        (PARIS, PARIS, "2026-03-28T22:00", [0]),
        (PARIS, PARIS, "2026-10-24T22:00", [0]),
        ("UTC", "UTC", "2026-06-01T08:00", [0]),
    ],
)
def test_every_change_is_served_whatever_the_two_zones_are(
    make_world: Callable[..., World],
    reading: Sessions,
    store_zone: str,
    connection_zone: str,
    begin: str,
    expected: list[int],
    by_wall: bool,
) -> None:
    world = make_world(time_zone=connection_zone)
    shop = Shop(world, reading, store_zone, datetime.fromisoformat(begin).replace(tzinfo=UTC), by_wall)
    live(shop, random.Random(f"{store_zone} {begin}"), polls=28)
    assert (world.lost(), shop.refused) == ([], 0)
    assert [new for old, new in zip([None, *shop.offsets], shop.offsets, strict=False) if new != old] == expected
    assert len(world.written) > 10


@pytest.mark.parametrize("by_wall", [False, True])
@pytest.mark.parametrize("store_zone", [PACIFIC, KATHMANDU, PARIS])
@pytest.mark.parametrize("polls", [1, 2, 3, 9])
def test_mending_the_store_clears_the_alarm_and_loses_nothing(
    make_world: Callable[..., World], reading: Sessions, store_zone: str, polls: int, by_wall: bool
) -> None:
    """Also when it is mended before the alarm, or while the store still has its old clock's last time in mind."""
    world = make_world()
    shop = Shop(world, reading, store_zone, datetime(2026, 6, 1, 8, tzinfo=UTC), by_wall)
    chance = random.Random(polls)
    live(shop, chance, polls)
    shop.zone_name = "UTC"
    live(shop, chance, polls=28)
    assert world.lost() == []
    assert shop.offsets[-1] == 0
    assert set(shop.offsets[polls:]) == {0}


def test_mending_the_connection_clears_the_alarm_and_loses_nothing(
    make_world: Callable[..., World], reading: Sessions
) -> None:
    world = make_world()
    shop = Shop(world, reading, KATHMANDU, datetime(2026, 6, 1, 8, tzinfo=UTC))
    chance = random.Random(4)
    for polls in (2, 5, 12):
        live(shop, chance, polls)
        vendor = {"time_zone": KATHMANDU if polls == 2 else PARIS if polls == 5 else "UTC"}
        world.merchant.http.patch("/api/v1/vendors/ShipStation", json=vendor, auth=world.merchant.auth)
    live(shop, chance, polls=12)
    assert world.lost() == []
    assert shop.offsets[2:7] == [0] * 5
    assert shop.offsets[-1] == 345


def test_a_clock_three_minutes_off_raises_no_alarm(make_world: Callable[..., World], reading: Sessions) -> None:
    for minutes in (3, -3):
        world = make_world(2)
        begin = datetime(2026, 6, 1, 8, tzinfo=UTC)
        shop = Shop(world, reading, "UTC", begin, fast_by=timedelta(minutes=minutes))
        live(shop, random.Random(minutes), polls=8)
        assert set(shop.offsets) == {0}
        with world.merchant.sessions.begin() as session:
            [row] = session.execute(STATE, {"a": world.merchant.account_id}).all()
        assert row == (0, 0, None, None)


STATE = sql("SELECT offset_minutes, streak_polls, reach_from, reach_start FROM connections WHERE account_id = :a")


@pytest.mark.parametrize("store_zone", [PACIFIC, KATHMANDU])
def test_all_pages_are_of_the_window_that_the_first_one_was_cut_from(
    make_world: Callable[..., World], reading: Sessions, store_zone: str
) -> None:
    """The confirming poll has made up for those before; its further pages come after that was written down."""
    world = make_world(5, page_size=1)
    begin = datetime(2026, 6, 1, 8, tzinfo=UTC)
    shop = Shop(world, reading, store_zone, begin)
    for turn, order_id in enumerate(world.orders[:2], start=1):
        world.change(order_id, begin + turn * QUARTER - timedelta(minutes=5))
        shop.poll(begin + turn * QUARTER)
    now = begin + 3 * QUARTER
    for order_id in world.orders[2:]:
        world.change(order_id, now - timedelta(minutes=3))
    start, end = shop.wall(shop.last), shop.wall(now)
    first = shop.page(start, end, 1, now)
    rest = [shop.page(start, end, number, now + timedelta(seconds=number)) for number in range(2, first.pages + 1)]
    assert [id_ for page in (first, *rest) for id_ in page.served] == world.orders
    assert {page.pages for page in (first, *rest)} == {5}
    again = shop.page(start, end, 1, now + timedelta(seconds=20))
    assert (again.pages, again.served) == (5, first.served)


BEGINNINGS = ["2026-03-28T21:00", "2026-10-24T21:00", "2026-11-01T05:00", "2026-06-01T08:00"]
ZONES = [PACIFIC, PARIS, KATHMANDU, "UTC", "Europe/London", "Australia/Lord_Howe"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=3),
    connection_zone=st.sampled_from(["UTC", PARIS, PACIFIC]),
    page_size=st.sampled_from([1, 2, 100]),
    begin=st.sampled_from(BEGINNINGS),
)
def test_no_change_is_lost_whatever_is_set_and_whichever_answers_get_lost(
    make_world: Callable[..., World],
    reading: Sessions,
    seed: int,
    zones: list[str],
    connection_zone: str,
    page_size: int,
    begin: str,
) -> None:
    """Also where the store is moved to another zone in the very hours in which that zone's clocks go back."""
    world = make_world(4, page_size=page_size, time_zone=connection_zone)
    shop = Shop(world, reading, zones[0], datetime.fromisoformat(begin).replace(tzinfo=UTC))
    chance = random.Random(seed)
    for name in zones:
        shop.zone_name = name
        live(shop, chance, polls=chance.randint(1, 9), losing=0.25)
    live(shop, chance, polls=6)
    assert world.lost() == []


@pytest.mark.parametrize(
    ("store_zone", "moved"),
    [(PARIS, "2026-10-25T00:52"), ("Europe/London", "2026-10-25T00:52"), (PACIFIC, "2026-11-01T08:52")],
)
@pytest.mark.parametrize("losing", [0.0, 0.4])
def test_a_store_that_is_moved_to_a_zone_while_its_clocks_go_back_loses_nothing(
    make_world: Callable[..., World], reading: Sessions, store_zone: str, moved: str, losing: float
) -> None:
    """Its first start there is an hour later than it seems, and for a while it lies after its end."""
    world = make_world(40)  # so many that what was passed over does not come again by itself
    shop = Shop(world, reading, "UTC", datetime.fromisoformat(moved).replace(tzinfo=UTC) - 4 * QUARTER)
    chance = random.Random(f"{store_zone} {losing}")
    live(shop, chance, polls=4)
    shop.zone_name = store_zone
    live(shop, chance, polls=12, losing=losing)
    live(shop, chance, polls=8)
    assert world.lost() == []
    assert shop.refused > 0


# The database's clock.


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    clocks=st.lists(st.integers(-90, 600), min_size=1, max_size=4),
    page_size=st.sampled_from([1, 2, 100]),
    losing=st.sampled_from([0.0, 0.25]),
)
def test_no_change_is_lost_when_the_database_s_clock_is_set(
    make_world: Callable[..., World], reading: Sessions, seed: int, clocks: list[int], page_size: int, losing: float
) -> None:
    """Back or forth, to any minute. Its last setting is the right one."""
    world = make_world(4, page_size=page_size)
    shop = Shop(world, reading, "UTC", datetime(2026, 6, 1, 8, tzinfo=UTC))
    chance = random.Random(seed)
    for minutes in (0, *clocks, 0):
        world.behind = timedelta(minutes=minutes)
        live(shop, chance, polls=chance.randint(1, 5), losing=losing)
    live(shop, chance, polls=12)
    assert world.lost() == []


@pytest.mark.parametrize("behind", [7, 37, 60, 432])
def test_a_clock_that_is_behind_delays_nothing_and_may_be_set_right(
    make_world: Callable[..., World], reading: Sessions, behind: int
) -> None:
    """By whole quarter hours or not. The change that was made just before it was set right comes, too."""
    world = make_world(3)
    shop = Shop(world, reading, "UTC", datetime(2026, 6, 1, 8, tzinfo=UTC))
    shop.poll(shop.last + QUARTER)
    world.behind = timedelta(minutes=behind)
    first, second, third = world.orders
    for turn, order_id in enumerate((first, second), start=1):
        now = shop.last + QUARTER
        world.change(order_id, now - timedelta(minutes=1))
        shop.poll(now)
        assert world.served[-1] == (order_id, now), turn
    now = shop.last + QUARTER
    world.change(third, now - timedelta(minutes=14))
    world.behind = timedelta(0)
    shop.poll(now)
    assert world.lost() == []


def test_two_polls_at_the_same_moment_are_both_answered(make_world: Callable[..., World], reading: Sessions) -> None:
    """What the slower one has shown is not written, and the next poll shows it again."""
    world = make_world(1)
    now = datetime(2026, 6, 1, 8, tzinfo=UTC)
    shop = Shop(world, reading, PACIFIC, now - QUARTER)
    with reading.begin() as session:
        session.execute(STATE, {"a": world.merchant.account_id}).all()  # from here on it sees this moment
        shop.poll(now)
        caller = find_caller(session, shop.public_id)
        assert caller is not None
        window = read_window(shop.wall(now), shop.wall(now + QUARTER), pytz.utc)
        channel = mismatch.after_poll(session, caller.channel, window, 1, now=now + QUARTER)
        assert channel.mismatch.polls == 1
        assert export_page(session, channel, window, 1, now=now + QUARTER).pages == 1
    with reading.begin() as session:
        assert session.execute(STATE, {"a": world.merchant.account_id}).one()[:2] == (0, 1)
