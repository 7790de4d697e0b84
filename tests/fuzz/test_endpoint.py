"""ShipStation's URL under anything: no 5xx, an answer in XML for every one that is HTTP, and the next poll is answered.

The number of examples is the budget.
"""

import base64
import socket
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from builders import notice, order
from driver import Merchant, Store

fuzzed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

WORDS = st.text(max_size=30) | st.sampled_from(
    ["export", "shipnotify", "EXPORT ", "0", "1", "-1", "99999999999999999999", "03/08/2026 09:59", "13/40/2026 25:61",
     "12/31/9999 23:59", "01/01/0001 00:00", "3/8/26", "2026-03-08T09:59:00Z", "03082026 0959", "%", "\x00", "٣",
     "9" * 400]
)  # fmt: skip
NAMES = st.sampled_from(
    ["action", "start_date", "end_date", "page", "order_number", "order_id", "carrier", "service", "tracking_number",
     "SS-UserName", "SS-Password", "ACTION", ""]
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(
        ["content-type", "content-encoding", "x-request-id", "x-spark-check", "accept", "expect", "cookie"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60).map(str.strip)
    | st.sampled_from(["text/xml; charset=utf-16", "application/x-www-form-urlencoded", "gzip", "a/b; charset=\"'"]),
    max_size=4,
)
TAGS = ["ShipNotice", "OrderID", "OrderNumber", "ShipDate", "LabelCreateDate", "ShippingCost", "NotifyCustomer",
        "Items", "Item", "SKU", "Quantity", "LineItemID", "Recipient", "Name", "TrackingNumber", "Carrier",
        "Other"]  # fmt: skip


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=5)
    )


TEXTS = WORDS.map(lambda word: word.replace("&", "&amp;").replace("<", "&lt;"))
TREES = st.recursive(elements(TEXTS), elements, max_leaves=15)
BODIES = (
    st.binary(max_size=300)
    | TREES.map(lambda tree: f"<ShipNotice>{tree}</ShipNotice>".encode("utf-8", "surrogatepass"))
    | st.builds(
        lambda tree, charset: f"<ShipNotice><OrderNumber>1</OrderNumber>{tree}</ShipNotice>".encode(charset, "replace"),
        TREES, st.sampled_from(["utf-16", "utf-8-sig", "latin-1", "utf-32", "utf-16-be"]),
    )
    | st.dictionaries(NAMES, WORDS, max_size=6).map(lambda form: urlencode(form, errors="replace").encode())
)  # fmt: skip


def check(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert (root.tag == "Error") == (answer.status_code >= 400)


def call(store: Store, method: str, query: str, headers: dict[str, str], body: bytes) -> httpx.Response:
    return store.http.request(method, f"{store.url}?{query}", headers=headers, content=body, auth=store.auth)


QUERIES = st.lists(st.tuples(NAMES, WORDS), max_size=6).map(lambda pairs: urlencode(pairs, errors="replace"))


@fuzzed
@given(start=WORDS, end=WORDS, page=WORDS, more=QUERIES, headers=HEADERS)
def test_any_parameters_of_an_export_are_served_or_refused(
    merchant: Merchant, start: str, end: str, page: str, more: str, headers: dict[str, str]
) -> None:
    window = urlencode({"action": "export", "start_date": start, "end_date": end, "page": page}, errors="replace")
    check(call(merchant.shipstation, "GET", f"{more}&{window}", headers, b""))


@pytest.fixture
def part(merchant: Merchant) -> dict[str, Any]:
    [taken] = merchant.take(order())
    return dict(taken["vendor_orders"][0])


@fuzzed
@given(query=QUERIES, headers=HEADERS, body=BODIES)
def test_any_notice_is_taken_or_refused(
    merchant: Merchant, part: dict[str, Any], query: str, headers: dict[str, str], body: bytes
) -> None:
    check(call(merchant.shipstation, "POST", f"{query}&action=shipnotify", headers, body))


@settings(fuzzed, max_examples=60)
@given(fields=st.dictionaries(st.sampled_from(TAGS[3:7] + TAGS[13:]), WORDS), units=st.integers(-5, 10**12))
def test_any_values_for_an_order_that_exists_are_recorded_or_refused(
    merchant: Merchant, part: dict[str, Any], fields: dict[str, str], units: int
) -> None:
    clean = {tag: "".join(sign for sign in value if sign.isprintable()) for tag, value in fields.items()}
    body = notice(part["id"], {part["lines"][0]["id"]: units}, **clean)
    check(merchant.shipstation.notify(body))


@fuzzed
@given(method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]), query=QUERIES, body=BODIES)
def test_any_other_call_is_answered_in_xml(merchant: Merchant, method: str, query: str, body: bytes) -> None:
    check(call(merchant.shipstation, method, query, {}, body))


@fuzzed
@given(
    method=st.sampled_from([b"GET", b"POST", b"get", b"BREW", b"\xff"]),
    query=st.binary(max_size=60),
    lines=st.lists(st.binary(max_size=60), max_size=5),
    rest=st.binary(max_size=200),
    quoted=st.booleans(),
)
def test_any_bytes_on_the_wire_are_answered_below_500_or_not_at_all(
    merchant: Merchant, method: bytes, query: bytes, lines: list[bytes], rest: bytes, quoted: bool
) -> None:
    store = merchant.shipstation
    url = httpx.URL(store.url)
    login = base64.b64encode(":".join(store.auth).encode())
    query = quote_from_bytes(query).encode() if quoted else query
    target = url.raw_path + b"?action=shipnotify&" + query
    head = [method + b" " + target + b" HTTP/1.1", b"Host: spark", b"Authorization: Basic " + login, *lines]
    with socket.create_connection((url.host, url.port or 80), timeout=20) as caller:
        caller.sendall(b"\r\n".join([*head, b"Connection: close", b"", rest]))
        caller.shutdown(socket.SHUT_WR)
        answer = everything(caller)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4")), answer[:200]
    assert merchant.http.get("/healthz").status_code == 200


def everything(caller: socket.socket) -> bytes:
    answer = b""
    try:
        while part := caller.recv(65536):
            answer += part
    except ConnectionResetError:
        pass
    return answer
