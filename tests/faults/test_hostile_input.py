"""What nobody should send, to a real server: a clear 4xx, bounded memory, and the next poll is answered.

The bodies come with the right password: from a stranger they would be refused before they are looked at.
"""

import base64
import gzip
import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import httpx
import psutil
import pytest

from builders import notice
from customstore.test_reader import BOMB, HOSTILE
from processes import Server

BODY_SECONDS = 3
MOST_GROWTH = 96 * 1024 * 1024  # bytes: of 512 KiB at a time, whatever becomes of them
FULL = 512 * 1024
WINDOW = "start_date=01/01/2026%2000:00&end_date=01/02/2026%2000:00"


@dataclass
class Target:
    server: Server
    worker: psutil.Process
    http: httpx.Client
    path: str
    login: tuple[str, str]

    def post(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        params, headers = {"action": "shipnotify"}, {"content-type": "text/xml"} | (headers or {})
        return self.http.post(self.path, params=params, content=body, auth=self.login, headers=headers)

    def head(self, *lines: str, query: str = "action=shipnotify", method: str = "POST") -> bytes:
        """The head of a request with the right password, without its last empty line."""
        login = base64.b64encode(":".join(self.login).encode()).decode()
        first = (f"{method} {self.path}?{query} HTTP/1.1", "Host: spark", f"Authorization: Basic {login}")
        return "\r\n".join([*first, *lines, ""]).encode()

    def raw(self, *parts: bytes, pause: float = 0.0) -> bytes:
        """What comes back for these bytes until the server has closed, or has answered and says no more."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as caller:
            for part in parts:
                try:
                    caller.sendall(part)
                except OSError:  # it does not want more
                    break
                readable, _, _ = select.select([caller], [], [], pause)
                if readable:
                    break
            return received(caller)

    def is_well(self) -> bool:
        """The same process answers the next poll, and has not grown."""
        answer = self.http.get(f"{self.path}?action=export&{WINDOW}", auth=self.login)
        assert (answer.status_code, ElementTree.fromstring(answer.content).tag) == (200, "Orders")  # noqa: S314
        return bool(self.worker.is_running())


def received(caller: socket.socket) -> bytes:
    answer = b""
    try:
        while part := caller.recv(65536):
            answer += part
            head, _, body = answer.partition(b"\r\n\r\n")
            stated = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if stated and len(body) >= int(stated[0].partition(b":")[2]):
                break
    except ConnectionResetError:
        pass
    return answer


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("hostile")
    with Server(folder, SPARK_BODY_SECONDS=str(BODY_SECONDS)) as server:
        facts = server.facts()["shipstation"]
        with httpx.Client(base_url=server.base_url, timeout=60, trust_env=False) as http:
            path, login = httpx.URL(facts["url"]).path, (facts["username"], facts["password"])
            target = Target(server, psutil.Process(server.process.pid), http, path, login)
            assert target.post(notice(OrderNumber="unknown")).status_code == 404  # everything is loaded
            before = target.worker.memory_info().rss
            yield target
            assert highest(target.worker) - before < MOST_GROWTH


def highest(process: psutil.Process) -> int:
    """The most memory that it ever had, in bytes."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def full(start: bytes, again: bytes, end: bytes) -> bytes:
    """As large as a body may be."""
    return start + again * ((FULL - len(start) - len(end)) // len(again)) + end


BODIES = HOSTILE | {
    "a bomb in utf-16": BOMB.decode().encode("utf-16"),
    "a packed bomb of entities": gzip.compress(BOMB),
    "a packed bomb": gzip.compress(full(b"<ShipNotice>", b" ", b"</ShipNotice>") * 400)[:FULL],
    "gzip that was cut off": gzip.compress(notice(OrderNumber="1"))[:-9],
    "100,000 elements": full(b"<ShipNotice>", b"<a/>", b"</ShipNotice>"),
    "70,000 items": full(b"<ShipNotice><OrderNumber>1</OrderNumber><Items>", b"<Item/>", b"</Items></ShipNotice>"),
    "40,000 bad items": full(b"<ShipNotice><Items>", b"<Item>\n</Item>", b"</Items></ShipNotice>"),
    "one long name": full(b"<", b"a", b"/>"),
    "one long attribute": full(b'<ShipNotice a="', b"a", b'"/>'),
    "50,000 attributes": b"<ShipNotice " + b" ".join(b'a%d=""' % number for number in range(50_000)) + b"/>",
    "20,000 namespaces": b"<ShipNotice " + b" ".join(b'xmlns:a%d="u"' % number for number in range(20_000)) + b"/>",
    "100,000 comments": full(b"<ShipNotice>", b"<!---->", b"</ShipNotice>"),
    "a form of 100,000 fields": full(b"a=1", b"&a=1", b""),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_hostile_body_is_refused_and_the_next_poll_is_answered(target: Target, body: bytes) -> None:
    answer = target.post(body)
    assert answer.status_code == 400
    assert ElementTree.fromstring(answer.content).tag == "Error"  # noqa: S314
    assert target.is_well()


@pytest.mark.parametrize("way", ["stated", "chunked"])
def test_ten_megabytes_that_trickle_in_are_refused_at_once(target: Target, way: str) -> None:
    length = "Content-Length: 10485760" if way == "stated" else "Transfer-Encoding: chunked"
    piece = b"x" * 65536
    piece = b"10000\r\n" + piece + b"\r\n" if way == "chunked" else piece
    answer = target.raw(target.head(length) + b"\r\n", *[piece] * 160, pause=0.05)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert target.is_well()


def test_a_body_that_never_comes_to_its_end_is_given_up(target: Target) -> None:
    answer = target.raw(target.head("Content-Length: 1000") + b"\r\n", *[b"x"] * 60, pause=0.2)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert target.is_well()


CHUNKED = "Transfer-Encoding: chunked"
BROKEN = {
    "a chunk of no size": ((CHUNKED,), b"zz\r\nabc\r\n0\r\n\r\n"),
    "a negative chunk": ((CHUNKED,), b"-5\r\nabc\r\n0\r\n\r\n"),
    "a chunk of exabytes": ((CHUNKED,), b"ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
    "a chunk longer than it says": ((CHUNKED,), b"3\r\nabcdef\r\n0\r\n\r\n"),
    "trailers without end": ((CHUNKED,), b"0\r\nX: " + b"x" * 3_000_000),
    "a chunk extension without end": ((CHUNKED,), b"3;x=" + b"x" * 3_000_000),
    "a negative length": (("Content-Length: -1",), b"abc"),
    "a length of words": (("Content-Length: many",), b"abc"),
    "two lengths": (("Content-Length: 3", "Content-Length: 4"), b"abcd"),
    "a length and chunks": (("Content-Length: 3", CHUNKED), b"0\r\n\r\n"),
    "a header without a name": ((": nothing", "Content-Length: 0"), b""),
    "a header with a NUL": (("X-Odd: a\x00b", "Content-Length: 0"), b""),
    "a long header": (("X-Long: " + "x" * 200_000, "Content-Length: 0"), b""),
    "many headers": ((*[f"X-{number}: 1" for number in range(20_000)], "Content-Length: 0"), b""),
    "ten megabytes of headers": ((*["X: " + "x" * 1000] * 10_000, "Content-Length: 0"), b""),
}


@pytest.mark.parametrize(("lines", "rest"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_http_is_refused_and_the_next_poll_is_answered(
    target: Target, lines: tuple[str, ...], rest: bytes
) -> None:
    answer = target.raw(target.head(*lines) + b"\r\n" + rest)
    assert answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert target.is_well()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),  # TLS to a plain port
        b"GET /shipstation/\xff\xfe HTTP/1.1\r\nHost: spark\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: spark\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00" * 1000,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"X" * 1_000_000,
    ],
    ids=["tls", "a path of no characters", "a long path", "no path", "http 9.9", "zeros", "http 2", "one letter"],
)
def test_what_is_no_http_is_refused_and_the_next_poll_is_answered(target: Target, sent: bytes) -> None:
    answer = target.raw(sent)
    assert answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert target.is_well()


QUERIES = {
    "no utf-8": "action=export&start_date=%ff%fe&end_date=%00",
    "lone surrogates": "action=export&start_date=%ed%a0%80&end_date=1",
    "a long date": f"action=export&start_date={'1' * 30_000}&end_date={'/' * 30_000}",
    "a page of 60,000 digits": f"action=export&{WINDOW}&page={'9' * 50_000}",
    "a page that is no number": f"action=export&{WINDOW}&page=%D9%A3",
    "10,000 parameters": "action=export&" + "&".join(f"a{number}=1" for number in range(5_000)),
    "no parameters": "",
    "only signs": "&&&===&;;;%%%",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_a_hostile_query_is_refused_and_the_next_poll_is_answered(target: Target, query: str) -> None:
    answer = target.raw(target.head(query=query, method="GET") + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 400 "), answer[:200]
    assert target.is_well()


@pytest.mark.parametrize("header", ["Basic " + "A" * 40_000, "Basic /w==", "Basic Og==", "Basic AAAA", "Bearer x"])
def test_hostile_credentials_are_refused_as_any_wrong_ones(target: Target, header: str) -> None:
    answer = target.http.get(f"{target.path}?action=export&{WINDOW}", headers={"authorization": header})
    assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True)


def test_sixty_callers_that_never_finish_their_head_keep_nobody_out(target: Target) -> None:
    callers = [socket.create_connection(("127.0.0.1", target.server.port)) for _ in range(60)]
    for caller in callers:
        caller.sendall(b"POST / HTTP/1.1\r\nHost: spa")
    assert target.is_well()
    for caller in callers:
        caller.close()


def test_it_says_on_its_log_what_it_refused_and_nothing_of_what_it_was_sent(target: Target) -> None:
    target.http.get(f"{target.path}?action=nonsense&SS-Password={target.login[1]}", auth=target.login)
    log = "\n".join(line for line in target.server.output().splitlines() if line.startswith("{"))
    assert '"event": "call refused"' in log
    assert '"level": "error"' not in log
    for private in (target.login[1], "action=", "start_date"):
        assert private not in log
