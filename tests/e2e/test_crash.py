"""What a crash of PostgreSQL must not undo: the pages of a window that is being read, and what polls have shown.

A server of its own on the embedded PostgreSQL, whose commits that wait for no disk stay off the disk for ten seconds:
what was not made durable is gone after a crash at once.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from lxml import etree
from sqlalchemy import text as sql

from builders import order
from driver import Store, text, wire
from pagecheck import check_page
from processes import Server
from spark_shipstation.cli.soak.postgres import crash_and_restart
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
BACK_SECONDS = 60

HAPPENED = "UPDATE changes SET at = :at FROM vendor_orders v WHERE v.id = vendor_order_id AND v.number = :number"

Write = Callable[..., None]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("crash")) as running:
        yield running


@pytest.fixture(scope="module")
def write(server: Server) -> Iterator[Write]:
    """Writes to the server's database, past the server."""
    with embedded_postgres(server.data_dir) as url:
        engine = connect(url, pool_size=1)

        def written(statement: str, **facts: object) -> None:
            with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(sql(statement), facts)
            engine.dispose()  # a crash may be next

        written("ALTER SYSTEM SET wal_writer_delay = '10s'")
        crash(server)
        yield written


@pytest.fixture(scope="module")
def store(server: Server, write: Write) -> Iterator[Store]:
    with httpx.Client(timeout=30) as http:
        yield Store(http, VendorOut(**server.facts()["shipstation"]))


def crash(server: Server) -> None:
    """PostgreSQL ends at once and recovers from its log. Back when the server has found it again."""
    assert crash_and_restart(server.data_dir / "postgres")
    give_up = time.monotonic() + BACK_SECONDS
    while server.get("/readyz").status_code != 200:
        assert time.monotonic() < give_up, server.output()
        time.sleep(0.05)


def page(store: Store, start: datetime, end: datetime, number: int = 1) -> etree._Element:
    """A call that the crash has cut off is made again, as ShipStation would."""
    give_up = time.monotonic() + BACK_SECONDS
    while True:
        response = store.get(start_date=wire(start), end_date=wire(end), page=str(number))
        if response.status_code != 503 or time.monotonic() > give_up:
            assert response.status_code == 200, response.text
            return check_page(response.content)
        time.sleep(0.05)


def numbers(*pages: etree._Element) -> list[str]:
    return [text(element, "OrderNumber") for root in pages for element in root]


def test_a_crash_between_two_pages_leaves_every_page_where_it_was(server: Server, store: Store, write: Write) -> None:
    """The window is read twice, and something came in between that was committed late. The second reading counts:
    were only the first one left after the crash, the further pages would be cut where it had cut them."""
    path, key = f"{server.base_url}/api/v1/vendors/ShipStation", server.auth
    httpx.patch(path, json={"page_size": 2}, auth=key).raise_for_status()
    sent = [order() for _ in range(6)]
    late, *early = (document["number"] for document in sent)
    for document in sent[1:]:
        server.post_order(document)
    for second, number in enumerate(early):
        write(HAPPENED, number=number, at=NOON + timedelta(seconds=second))
    assert numbers(page(store, NOON, NOON)) == early[:2]
    server.post_order(sent[0])
    write(HAPPENED, number=late, at=NOON + timedelta(milliseconds=500))
    first = page(store, NOON, NOON)
    assert (numbers(first), first.get("pages")) == ([early[0], late], "3")
    crash(server)
    server.post_order({**sent[3], "customer_notes": "changed after the crash"})
    rest = [page(store, NOON, NOON, number) for number in (2, 3, 4)]
    assert [numbers(root) for root in rest] == [early[1:3], early[3:5], []]
    assert {root.get("pages") for root in rest} == {"3"}
    assert text(rest[0][1], "CustomerNotes") == "changed after the crash"


def test_a_crash_after_a_poll_leaves_what_it_has_shown_of_the_store_s_time_zone(
    server: Server, store: Store, write: Write
) -> None:
    """A store that is seven hours behind has passed over a change; set right, it starts after it."""
    sent, now = order(), datetime.now(UTC)
    server.post_order(sent)
    write(HAPPENED, number=sent["number"], at=now - timedelta(minutes=10))
    behind = now - timedelta(hours=7)
    assert numbers(page(store, behind - QUARTER, behind)) == []
    crash(server)
    mended = page(store, now, datetime.now(UTC))
    assert sent["number"] in numbers(mended)
