"""What one caller does, the others do not suffer from: rates, turns, slow bodies, callers that leave."""

import asyncio
import base64
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from builders import order
from driver import Merchant, Store, wire
from serving import served, visited
from spark_shipstation.settings import Settings
from spark_shipstation.web import bounds
from spark_shipstation.web import wire as protocol
from spark_shipstation.web.app import create_app

Limited = Callable[..., httpx.Client]


@pytest.fixture
def limited(database_url: str) -> Iterator[Limited]:
    """A server of its own with these settings."""
    with ExitStack() as stack:

        def start(**settings: Any) -> httpx.Client:
            app = create_app(Settings(database_url=database_url, log_level="CRITICAL", **settings))
            return stack.enter_context(visited(app))

        yield start


def poll(
    client: httpx.Client, store: Store, auth: tuple[str, str] | None = None, address: str = "127.0.0.1"
) -> httpx.Response:
    headers = {"x-forwarded-for": address}
    now = datetime.now(UTC)
    query = {"action": "export", "start_date": wire(now - timedelta(hours=1)), "end_date": wire(now)}
    return client.get(httpx.URL(store.url).path, params=query, auth=auth or store.auth, headers=headers)


@pytest.fixture(autouse=True)
def refusals_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HELD_BACK", 0.0)


# Rates


def test_a_connection_that_calls_too_often_is_told_when_to_come_again(limited: Limited, merchant: Merchant) -> None:
    client, store = limited(connection_rate="5/hour"), merchant.shipstation
    answers = [poll(client, store) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 2 * 3600
    assert answers[-1].text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<Error><Message>Too many calls')
    assert answers[-1].headers["x-request-id"]


def test_a_refusal_is_held_back_so_that_calling_at_once_again_is_no_faster(
    limited: Limited, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, store = limited(connection_rate="1/hour"), merchant.shipstation
    assert poll(client, store).status_code == 200
    monkeypatch.setattr(bounds, "HELD_BACK", 1.0)
    started = time.monotonic()
    assert Counter(answer.status_code for answer in asyncio.run(at_once(client, 50, store))) == {429: 50}
    assert 1 <= time.monotonic() - started < 20, "all of them at the same time"
    assert poll(client, merchant.add_store("East")).status_code == 200


def test_after_that_time_it_is_served_again(limited: Limited, merchant: Merchant) -> None:
    client, store = limited(connection_rate="3/second"), merchant.shipstation
    while (refused := poll(client, store)).status_code == 200:
        pass
    time.sleep(int(refused.headers["retry-after"]))
    assert poll(client, store).status_code == 200


def test_another_connection_of_the_same_account_is_served_meanwhile(limited: Limited, merchant: Merchant) -> None:
    client, east = limited(connection_rate="2/hour"), merchant.add_store("East")
    statuses = [poll(client, merchant.shipstation).status_code for _ in range(3)]
    assert (statuses, poll(client, east).status_code) == ([200, 200, 429], 200)


def test_who_does_not_know_the_password_uses_up_nothing_of_a_connections_rate(
    limited: Limited, merchant: Merchant
) -> None:
    client, store = limited(connection_rate="3/hour"), merchant.shipstation
    wrong = [poll(client, store, auth=(store.auth[0], "wrong")).status_code for _ in range(5)]
    assert (wrong, poll(client, store).status_code) == ([401] * 3 + [429] * 2, 200)


def test_credentials_in_the_query_are_counted_whatever_the_window_is(
    limited: Limited, make_merchant: Callable[..., Merchant]
) -> None:
    store = make_merchant(query_credentials=True).shipstation
    client = limited(connection_rate="3/hour")
    login = {"SS-UserName": store.auth[0], "SS-Password": store.auth[1]}
    statuses = [
        client.get(
            httpx.URL(store.url).path,
            params={"action": "export", "start_date": f"01/01/20{year} 00:00", "end_date": "01/01/2025 00:00", **login},
        ).status_code
        for year in range(10, 15)
    ]
    assert statuses == [200, 200, 200, 429, 429]


def test_an_api_key_has_a_rate_of_its_own(limited: Limited, merchant: Merchant) -> None:
    client = limited(connection_rate="2/hour")
    answers = [client.get("/api/v1/orders", auth=merchant.auth) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert poll(client, merchant.shipstation).status_code == 200


def test_an_address_has_a_rate_whatever_credentials_it_tries(limited: Limited, merchant: Merchant) -> None:
    client, store = limited(address_rate="4/hour"), merchant.shipstation
    one, another = "203.0.113.7", "203.0.113.8"
    guesses = [poll(client, store, auth=("guess", str(number)), address=one).status_code for number in range(6)]
    assert guesses == [401] * 4 + [429] * 2
    assert client.get("/sign-in", headers={"accept": "text/html", "x-forwarded-for": one}).status_code == 429
    assert poll(client, store, address=another).status_code == 200


def test_a_whole_ipv6_network_counts_as_one_address(limited: Limited, merchant: Merchant) -> None:
    client, store = limited(address_rate="2/hour"), merchant.shipstation
    statuses = [poll(client, store, address=f"2001:db8::{n}").status_code for n in range(1, 4)]
    assert statuses == [200, 200, 429]


def test_the_health_of_a_server_is_told_however_often(limited: Limited) -> None:
    client = limited(address_rate="1/hour")
    assert {client.get(path).status_code for path in ("/healthz", "/readyz") * 5} == {200}


def test_a_rate_that_cannot_be_read_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError):
        Settings(connection_rate="often")
    assert Settings(connection_rate="").connection_rate == ""


def test_a_walk_of_1000_pages_is_within_the_rates_however_fast_it_is(limited: Limited, merchant: Merchant) -> None:
    client, store = limited(), merchant.shipstation
    assert Counter(poll(client, store).status_code for _ in range(1000)) == {200: 1000}


# At once


async def at_once(client: httpx.Client, calls: int, store: Store) -> list[httpx.Response]:
    """Each on a connection of its own."""
    query = {"action": "export", "start_date": "01/01/2026 00:00", "end_date": "12/31/2099 00:00"}
    limits = httpx.Limits(max_connections=calls, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=client.base_url, timeout=60, limits=limits) as many:
        url = httpx.URL(store.url).path
        return list(await asyncio.gather(*(many.get(url, params=query, auth=store.auth) for _ in range(calls))))


def test_while_200_connections_poll_at_once_nobody_else_suffers(limited: Limited, merchant: Merchant) -> None:
    client, stormy, calm = limited(pool_size=5), merchant.shipstation, merchant.add_store("East")
    merchant.take(*(order() for _ in range(50)))
    answers: list[httpx.Response] = []
    storm = threading.Thread(target=lambda: answers.extend(asyncio.run(at_once(client, 200, stormy))))
    storm.start()
    others = []
    while storm.is_alive():
        others.append(poll(client, calm).status_code)
        others.append(client.get("/api/v1/orders", auth=merchant.auth).status_code)
        others.append(client.get("/readyz").status_code)
    storm.join()
    assert set(others) == {200}
    assert len(others) > 3
    assert Counter(answer.status_code for answer in answers) == {200: 200}


def test_who_waits_too_long_behind_others_of_its_own_is_told_to_come_again(
    limited: Limited, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "PATIENCE", 0.3)
    monkeypatch.setattr(bounds, "MOST_WAITING", 5)
    client, store = limited(connection_calls_at_once=1), merchant.shipstation
    with half_sent(client, store.auth, httpx.URL(store.url).path):
        answers = asyncio.run(at_once(client, 10, store))
        assert poll(client, merchant.add_store("East")).status_code == 200
    assert Counter(answer.status_code for answer in answers) == {429: 10}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert poll(client, store).status_code == 200


def test_whose_credentials_were_never_right_waits_for_others_like_that_of_the_same_address_only(
    limited: Limited, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many passwords are tried from there, they are worked at like one caller."""
    monkeypatch.setattr(bounds, "PATIENCE", 0.3)
    client, store = limited(connection_calls_at_once=1), merchant.shipstation
    target, here, there = httpx.URL(store.url).path, "203.0.113.7", "203.0.113.8"
    assert poll(client, store, address=here).status_code == 200
    with ExitStack() as stack:
        for number in range(bounds.STRANGERS_AT_ONCE):
            stack.enter_context(half_sent(client, ("guess", str(number)), target, here))
        assert poll(client, store, auth=("guess", "one more"), address=here).status_code == 429
        assert poll(client, store, auth=("guess", "one more"), address=there).status_code == 401
        assert poll(client, store, address=here).status_code == 200
        assert client.get("/sign-in", headers={"accept": "text/html", "x-forwarded-for": here}).status_code == 200
    assert eventually(lambda: poll(client, store, auth=("guess", "again"), address=here).status_code == 401)


@pytest.mark.parametrize("path", ["/openapi.json", "/healthz", "/sign-in", "/api/v1/orders", "/shipstation/nobody"])
def test_what_anybody_is_answered_makes_nobody_known(
    limited: Limited, merchant: Merchant, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(bounds, "PATIENCE", 0.3)
    client, target = limited(connection_calls_at_once=1), httpx.URL(merchant.shipstation.url).path
    guesses = [("guess", str(number)) for number in range(bounds.STRANGERS_AT_ONCE + 1)]
    for guess in guesses:
        client.get(path, auth=guess, headers={"accept": "text/html"})
    with ExitStack() as stack:
        for guess in guesses[:-1]:
            stack.enter_context(half_sent(client, guess, target))
        assert poll(client, merchant.shipstation, auth=guesses[-1]).status_code == 429


def test_one_address_takes_at_most_half_of_all_places(limited: Limited, merchant: Merchant) -> None:
    client, store = limited(calls_at_once=6, connection_calls_at_once=100), merchant.shipstation
    target = httpx.URL(store.url).path
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(half_sent(client, store.auth, target, "203.0.113.7"))
        refused = poll(client, store, address="203.0.113.7")
        assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (503, True)
        assert poll(client, store, address="203.0.113.8").status_code == 200
    assert eventually(lambda: poll(client, store, address="203.0.113.7").status_code == 200)


def eventually(holds: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + 20
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


# Slow clients, and such that leave


@contextmanager
def half_sent(
    client: httpx.Client, auth: tuple[str, str], path: str, address: str = "127.0.0.1"
) -> Iterator[socket.socket]:
    """A caller that has sent its head and the beginning of its body, and is heard: it was told to go on."""
    login = base64.b64encode(":".join(auth).encode()).decode()
    lines = (f"POST {path} HTTP/1.1", "Host: spark", f"Authorization: Basic {login}", f"X-Forwarded-For: {address}",
             "Content-Length: 1000", "Expect: 100-continue", "", "")  # fmt: skip
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=30) as caller:
        caller.sendall("\r\n".join(lines).encode())
        assert caller.recv(1000).startswith(b"HTTP/1.1 100 ")
        caller.sendall(b"{")
        yield caller


def test_slow_bodies_hold_no_connection_to_the_database(limited: Limited, merchant: Merchant) -> None:
    client = limited(pool_size=1, connection_calls_at_once=50)
    paths = ["/api/v1/orders", "/api/v1/orders:route", "/api/v1/products", httpx.URL(merchant.shipstation.url).path] * 5
    with ExitStack() as stack:
        for path in paths:
            auth = merchant.shipstation.auth if path.startswith("/ship") else merchant.auth
            stack.enter_context(half_sent(client, auth, path))
        assert client.post("/api/v1/orders", json=order(), auth=merchant.auth).status_code == 200
        assert poll(client, merchant.shipstation).status_code == 200


def test_no_body_is_read_of_who_has_no_key(limited: Limited, merchant: Merchant) -> None:
    client = limited(body_seconds=30)
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as caller:
        caller.sendall(b"POST /api/v1/orders HTTP/1.1\r\nHost: spark\r\nContent-Length: 16000000\r\n\r\n{")
        assert caller.recv(1000).startswith(b"HTTP/1.1 401 ")


def test_callers_that_leave_in_the_middle_leave_nothing_behind(limited: Limited, merchant: Merchant) -> None:
    client, store = limited(connection_calls_at_once=1, pool_size=1), merchant.shipstation
    merchant.take(*(order() for _ in range(100)))
    for _ in range(20):
        with half_sent(client, store.auth, httpx.URL(store.url).path):
            pass
        with half_sent(client, merchant.auth, "/api/v1/orders"):
            pass
        leave_before_the_answer(client, store)
    assert eventually(lambda: poll(client, store).status_code == 200)
    assert client.post("/api/v1/orders", json=order(), auth=merchant.auth).status_code == 200


def leave_before_the_answer(client: httpx.Client, store: Store) -> None:
    login = base64.b64encode(":".join(store.auth).encode()).decode()
    target = f"{httpx.URL(store.url).path}?action=export&start_date=01/01/2026%2000:00&end_date=12/31/2099%2000:00"
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as caller:
        caller.sendall(f"GET {target} HTTP/1.1\r\nHost: spark\r\nAuthorization: Basic {login}\r\n\r\n".encode())


def test_who_does_not_read_its_answer_is_cut_off(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "UNREAD_SECONDS", 0.3)
    app = create_app(Settings(database_url=database_url, log_level="CRITICAL"))
    with socket.socket() as listener, socket.socket() as caller:
        listener.bind(("127.0.0.1", 0))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # so that the kernel does not hold it all
        with served(app, listener):
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            caller.settimeout(20)
            caller.connect(listener.getsockname())
            caller.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: spark\r\n\r\n")
            time.sleep(1)
            got = b""
            with suppress(ConnectionResetError):
                while chunk := caller.recv(65536):
                    got += chunk
    head, _, body = got.partition(b"\r\n\r\n")
    [stated] = re.findall(rb"content-length: (\d+)", head)
    assert 0 < len(body) < int(stated)
