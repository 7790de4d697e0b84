"""The bodies of notices in every dress: charsets, labels, forms, dates, packed ones, large and slow ones."""

import gzip
import select
import socket
from collections.abc import Iterator
from dataclasses import replace
from xml.sax.saxutils import escape

import httpx
import pytest
from lxml import etree
from sqlalchemy import text as sql

from builders import notice, order
from driver import Merchant, Store, text
from serving import served
from spark_shipstation.settings import Settings
from spark_shipstation.web.app import create_app

NOTE = "Zoë’s café"
FORM = "application/x-www-form-urlencoded"


def said(answer: httpx.Response) -> str:
    return text(etree.fromstring(answer.content), "Message")


def kept(merchant: Merchant) -> list[tuple[str, int, bytes]]:
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT state, answer, body FROM notices WHERE account_id = :a ORDER BY received_at, id"),
            {"a": merchant.account_id},
        )
        return [(row.state, row.answer, bytes(row.body)) for row in rows]


def document(order_id: str, declared: str | None, note: str = NOTE) -> str:
    head = "" if declared is None else f'<?xml version="1.0" encoding="{declared}"?>'
    return (
        f"{head}<ShipNotice><OrderID>{order_id}</OrderID><NotesToCustomer>{escape(note)}</NotesToCustomer></ShipNotice>"
    )


# encoding of the bytes, what the document declares, what the content type says
CHARSETS = [
    ("utf-8", "utf-8", "text/xml"),
    ("utf-8", None, "text/xml"),
    ("utf-8", None, None),
    ("utf-8-sig", "utf-8", "application/xml"),
    ("utf-8-sig", None, FORM),
    ("utf-8", "utf-16", "text/xml"),
    ("utf-8-sig", "utf-16", "text/xml; charset=utf-16"),
    ("utf-8", None, "text/xml; charset=utf-16"),
    ("utf-8", "iso-8859-1", "text/xml; charset=us-ascii"),
    ("utf-16", "utf-16", "text/xml; charset=utf-16"),
    ("utf-16", "utf-8", "text/xml; charset=utf-8"),
    ("utf-16-le", "utf-16", "text/xml"),
    ("utf-16-be", None, None),
    ("utf-16", None, FORM),
    ("windows-1252", "windows-1252", "text/xml"),
    ("windows-1252", None, 'application/xml; charset="Windows-1252"'),
    ("windows-1252", "windows-1252", "text/xml; charset=utf-8"),
    ("windows-1252", None, f"{FORM}; charset=windows-1252"),
    ("windows-1252", "utf-8", "text/xml; boundary=x; charset=windows-1252"),
]


@pytest.mark.parametrize(("encoding", "declared", "label"), CHARSETS)
def test_a_body_is_read_by_what_its_bytes_are(
    merchant: Merchant, encoding: str, declared: str | None, label: str | None
) -> None:
    [taken] = merchant.take(order())
    body = document(taken["vendor_orders"][0]["id"], declared).encode(encoding)
    answer = merchant.shipstation.notify(body, label)
    assert (answer.status_code, said(answer)) == (200, said(answer))
    [shipment] = merchant.order(taken["id"])["shipments"]
    assert shipment["notes_to_customer"] == NOTE


def test_latin_1_is_read_where_it_is_named(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = document(taken["vendor_orders"][0]["id"], "ISO-8859-1", "Zoë").encode("latin-1")
    assert merchant.shipstation.notify(body).status_code == 200
    assert merchant.order(taken["id"])["shipments"][0]["notes_to_customer"] == "Zoë"


@pytest.mark.parametrize("charset", ["utf-8", "klingon", "punycode", "utf-7"])
def test_bytes_of_no_known_charset_are_refused_and_kept(merchant: Merchant, charset: str) -> None:
    body = document("1", charset).encode("windows-1252")
    answer = merchant.shipstation.notify(body, f"text/xml; charset={charset}")
    assert (answer.status_code, said(answer)) == (400, "The body is no text in utf-8.")
    assert kept(merchant) == [("unreadable", 400, body)]


def test_white_space_may_stand_before_the_declaration(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = b"\r\n " + document(taken["vendor_orders"][0]["id"], "utf-8").encode() + b"\r\n"
    assert merchant.shipstation.notify(body).status_code == 200


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_a_form_is_read_in_its_charset(merchant: Merchant, charset: str) -> None:
    [taken] = merchant.take(order())
    body = f"order_number={taken['number']}&service=Zoë".encode(charset)
    assert merchant.shipstation.notify(body, f"{FORM}; charset={charset}").status_code == 200
    assert merchant.order(taken["id"])["shipments"][0]["service"] == "Zoë"


def test_a_form_of_too_many_fields_is_refused(merchant: Merchant) -> None:
    answer = merchant.shipstation.notify(b"a=1&" * 500, FORM)
    assert (answer.status_code, said(answer)) == (400, "The form has more than 100 fields.")


@pytest.mark.parametrize("body", [notice("another-one"), notice(OrderNumber="another-one")])
def test_an_order_that_the_body_names_is_never_replaced_by_the_querys(merchant: Merchant, body: bytes) -> None:
    [taken] = merchant.take(order())
    answer = merchant.shipstation.notify(body, order_number=taken["number"])
    assert (answer.status_code, merchant.order(taken["id"])["shipments"]) == (404, [])


DATES = [
    ("03/08/2026 21:56", "2026-03-08T21:56:00"),
    ("3/8/2026 9:56 PM", "2026-03-08T21:56:00"),
    ("03/08/2026 21:56:59", "2026-03-08T21:56:59"),
    ("12/8/2011 21:56 PM", "2011-12-08T21:56:00"),
    ("03/08/2026", "2026-03-08T00:00:00"),
    ("03082026 2156", "2026-03-08T21:56:00"),
    ("2026-03-08T21:56:00", "2026-03-08T21:56:00"),
    ("2026-03-08T21:56:00.1234567-08:00", "2026-03-08T21:56:00"),
]


@pytest.mark.parametrize(("told", "moment"), DATES)
def test_the_dates_of_a_notice_are_read_in_every_form(merchant: Merchant, told: str, moment: str) -> None:
    [taken] = merchant.take(order())
    part = taken["vendor_orders"][0]
    body = notice(part["id"], {part["lines"][0]["id"]: 1}, ShipDate=told, LabelCreateDate=told)
    assert merchant.shipstation.notify(body).status_code == 200
    [shipment] = merchant.order(taken["id"])["shipments"]
    assert (shipment["ship_date"], shipment["flags"]) == (moment[:10], [])
    with merchant.sessions.begin() as session:
        labelled = session.execute(
            sql("SELECT label_created_at FROM shipments WHERE account_id = :a"), {"a": merchant.account_id}
        ).scalar_one()
    assert labelled.isoformat() == f"{moment}+00:00"


# Packed bodies


def packed(merchant: Merchant, body: bytes, encoding: str = "gzip") -> httpx.Response:
    store = merchant.shipstation
    headers = {"content-type": "text/xml", "content-encoding": encoding}
    return store.http.post(store.url, params={"action": "shipnotify"}, content=body, headers=headers, auth=store.auth)


def test_a_gzip_body_is_unpacked_and_kept_as_it_came(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    body = gzip.compress(notice(taken["vendor_orders"][0]["id"]))
    assert packed(merchant, body).status_code == 200
    assert kept(merchant) == [("applied", 200, body)]
    assert merchant.order(taken["id"])["status"] == "shipped"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (gzip.compress(notice("1"))[:-12], "The body is gzip that was cut off."),
        (gzip.compress(notice("1"))[:12], "The body is gzip that was cut off."),
        (gzip.compress(notice("1"))[:-8] + b"\xff" * 8, "The body is damaged gzip."),
        (gzip.compress(b" " * 20_000_000), "The body has more than 1048576 bytes when it is unpacked."),
        (gzip.compress(gzip.compress(notice("1"))), "The body is no text in utf-8."),
    ],
    ids=["cut off", "cut off early", "damaged", "a bomb", "packed twice"],
)
def test_gzip_that_cannot_be_unpacked_is_refused_and_kept(merchant: Merchant, body: bytes, sentence: str) -> None:
    answer = packed(merchant, body)
    assert (answer.status_code, said(answer)) == (400, sentence)
    assert kept(merchant) == [("unreadable", 400, body)]


# Large and slow bodies


def test_a_body_over_the_limit_stands_in_the_exchange_log(merchant: Merchant) -> None:
    assert merchant.shipstation.notify(b"x" * (512 * 1024 + 1)).status_code == 413
    assert merchant.exchanges() == [("shipnotify", 413, "The body has 524289 bytes; the limit is 524288.")]


def test_a_body_over_the_limit_is_refused_whoever_sends_it(merchant: Merchant) -> None:
    stranger = replace(merchant.shipstation, vendor=merchant.shipstation.vendor.model_copy(update={"password": "x"}))
    assert stranger.notify(b"x" * (512 * 1024 + 1)).status_code == 413
    assert merchant.exchanges() == []


def test_a_body_of_unknown_length_is_refused_as_soon_as_it_is_too_long(merchant: Merchant) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(10_000):
            read += 1
            yield b"x" * 1024

    store = merchant.shipstation
    answer = store.http.post(store.url, params={"action": "shipnotify"}, content=endless(), auth=store.auth)
    assert (answer.status_code, said(answer)) == (413, "The body is larger than the limit of 524288 bytes.")


@pytest.fixture(scope="module")
def impatient_port(database_url: str) -> Iterator[int]:
    """A server that waits three seconds for a body, and lets one connection call as often at once as it likes."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        settings = Settings(database_url=database_url, log_level="WARNING", body_seconds=3, pool_size=2)
        app = create_app(settings.model_copy(update={"connection_calls_at_once": 100}))
        with served(app, listener):
            yield listener.getsockname()[1]


def slow_post(store: Store, port: int, length: int) -> socket.socket:
    """A body of that length is announced and a part of it sent."""
    url = httpx.URL(store.url)
    request = httpx.Request("POST", url, params={"action": "shipnotify"})
    head = next(httpx.BasicAuth(*store.auth).auth_flow(request)).headers["authorization"]
    caller = socket.create_connection(("127.0.0.1", port))
    caller.sendall(
        f"POST {url.path}?action=shipnotify HTTP/1.1\r\nHost: spark\r\nAuthorization: {head}\r\n"
        f"Content-Length: {length}\r\n\r\n<ShipNotice>".encode()
    )
    return caller


def everything(caller: socket.socket) -> bytes:
    caller.settimeout(20)
    answer = b""
    while part := caller.recv(65536):
        answer += part
    return answer


def test_bodies_that_trickle_in_are_ended_and_hold_nobody_up(merchant: Merchant, impatient_port: int) -> None:
    """Sixty of them: more than there are worker threads and database connections."""
    slow = [slow_post(merchant.shipstation, impatient_port, 1000) for _ in range(60)]
    healthy = httpx.get(f"http://127.0.0.1:{impatient_port}/readyz", timeout=20)
    answered_before, _, _ = select.select(slow, [], [], 0)
    assert (healthy.status_code, answered_before) == (200, [])
    answers = [everything(caller) for caller in slow]
    for caller in slow:
        caller.close()
    assert all(answer.startswith(b"HTTP/1.1 408 ") and b"connection: close" in answer.lower() for answer in answers)
    assert b"The body did not arrive within 3 seconds." in answers[0]
    assert merchant.exchanges() == [("shipnotify", 408, "The body did not arrive within 3 seconds.")] * 60
    assert kept(merchant) == []
