"""Several servers with several workers each, on one database: they start at once, and promises hold across them."""

import itertools
import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import httpx
import psutil
import psycopg
import pytest

from builders import notice, order
from databases import fresh_database
from driver import Store, text
from processes import Server
from spark_shipstation.services.answers import VendorOut

WINDOW = timedelta(hours=1)
TOGETHER = 6


@pytest.fixture(scope="module")
def url(database_url: str) -> Iterator[str]:
    with fresh_database(database_url) as url:
        yield url


@pytest.fixture(scope="module")
def servers(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two servers of two workers, started in the same moment on an empty database."""
    made = [Server(tmp_path_factory.mktemp("server"), SPARK_DATABASE_URL=url, SPARK_WORKERS="2") for _ in range(2)]
    with ExitStack() as stack:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Server.__enter__, made))
        for server in made:
            stack.push(server)
        yield made


@pytest.fixture(scope="module")
def first(servers: list[Server]) -> Server:
    """The one that made the first account: the others are told what it knows."""
    [first] = [server for server in servers if (server.data_dir / "first-run.json").exists()]
    for other in servers:
        if other is not first:
            facts = first.facts() | {"base_url": other.base_url}
            (other.data_dir / "first-run.json").write_text(json.dumps(facts))
    return first


@pytest.fixture(scope="module")
def stores(servers: list[Server], first: Server) -> Iterator[list[Store]]:
    """ShipStation, once through each of the servers. A connection for each call, so that each worker gets some."""
    vendor = VendorOut(**first.facts()["shipstation"])
    path = (vendor.url or "").removeprefix(first.base_url)
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(timeout=30, limits=limits) as client:
        yield [Store(client, vendor.model_copy(update={"url": server.base_url + path})) for server in servers]


def test_servers_that_start_at_once_make_one_account(first: Server, url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for table in ("accounts", "users", "api_keys", "connections"):
            assert connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (1,)  # noqa: S608
    assert first.get("/readyz").status_code == 200


def test_an_order_that_all_are_sent_at_once_is_created_once(servers: list[Server], first: Server) -> None:
    sent = order()
    with ThreadPoolExecutor(TOGETHER) as pool:
        turns = itertools.islice(itertools.cycle(servers), TOGETHER)
        outcomes = [result["outcome"] for result in pool.map(lambda server: server.post_order(sent), turns)]
    assert sorted(outcomes) == ["created", *["unchanged"] * (TOGETHER - 1)]
    assert len(first.orders(number=sent["number"])) == 1


def test_the_pages_of_a_window_can_come_from_any_of_them(
    servers: list[Server], first: Server, stores: list[Store]
) -> None:
    """Also while orders change between the pages."""
    path = f"{first.base_url}/api/v1/vendors/ShipStation"
    httpx.patch(path, json={"page_size": 2}, auth=first.auth).raise_for_status()
    sent = [order() for _ in range(7)]
    for server, document in zip(itertools.cycle(servers), sent, strict=False):
        server.post_order(document)
    start, end = datetime.now(UTC) - WINDOW, datetime.now(UTC) + timedelta(minutes=1)
    whole = stores[0].poll(start, end)
    turns = itertools.cycle(reversed(stores))
    pages = []
    for number in range(1, whole.pages + 1):
        page = next(turns).page(start, end, number)
        assert int(page.get("pages", "")) == whole.pages
        pages.append([text(one, "OrderID") for one in page])
        servers[number % 2].post_order({**sent[number % 7], "customer_notes": f"changed after page {number}"})
    assert pages == whole.by_page
    httpx.patch(path, json={"page_size": 100}, auth=first.auth).raise_for_status()


def test_a_notice_that_comes_to_all_at_once_counts_once(
    servers: list[Server], first: Server, stores: list[Store]
) -> None:
    sent = order()
    first.post_order(sent)
    [one] = first.orders(number=sent["number"])
    body = notice(one["vendor_orders"][0]["id"], TrackingNumber="1ZALL")
    with ThreadPoolExecutor(TOGETHER) as pool:
        turns = itertools.islice(itertools.cycle(stores), TOGETHER)
        answers = list(pool.map(lambda store: store.notify(body), turns))
    assert {answer.status_code for answer in answers} == {200}
    for server in servers:
        [shown] = server.orders(number=sent["number"])
        assert (shown["status"], len(shown["shipments"])) == ("shipped", 1)


def test_shipments_are_read_without_a_gap_from_any_of_them(servers: list[Server], first: Server) -> None:
    sent = [order(number=f"S{turn}") for turn in range(TOGETHER)]
    for document in sent:
        first.post_order(document)
    parts = {one["number"]: one["vendor_orders"][0]["id"] for one in first.orders(limit="200")}
    vendor = first.facts()["shipstation"]

    def ship(turn: int) -> None:
        body = notice(parts[f"S{turn}"], TrackingNumber=f"1ZSTREAM{turn}")
        path = vendor["url"].removeprefix(first.base_url)
        target = servers[turn % 2].base_url + path
        auth = (vendor["username"], vendor["password"])
        httpx.post(target, params={"action": "shipnotify"}, content=body, auth=auth, timeout=30).raise_for_status()

    read, after = [], "0"
    with ThreadPoolExecutor(TOGETHER) as pool:
        shipping = [pool.submit(ship, turn) for turn in range(TOGETHER)]
        for server in itertools.islice(itertools.cycle(servers), 200):
            ended = all(one.done() for one in shipping)
            answer = server.get("/api/v1/shipments", after=after).json()
            read += [package["tracking_number"] for package in answer["shipments"]]
            after = str(answer["next_after"])
            if ended:
                break
    for one in shipping:
        one.result()
    streamed = [number for number in read if number.startswith("1ZSTREAM")]
    assert sorted(streamed) == [f"1ZSTREAM{turn}" for turn in range(TOGETHER)]


def test_the_loss_of_a_worker_and_of_a_server_is_not_noticed(servers: list[Server], stores: list[Store]) -> None:

    one, other = servers
    workers = [
        child for child in psutil.Process(one.process.pid).children() if "spawn_main" in " ".join(child.cmdline())
    ]
    assert len(workers) == 2
    workers[0].kill()
    for _ in range(4):
        one.post_order(order())
    one.stop(signal.SIGTERM)
    assert one.process.returncode == 0
    other.post_order(sent := order())
    assert sent["number"] in stores[servers.index(other)].poll().numbers
