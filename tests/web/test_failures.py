"""What goes wrong on our side, and callers that leave: the answer, the log, and the exchange log."""

import base64
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql

from builders import order
from driver import Merchant
from spark_shipstation import logs
from spark_shipstation.services import vendors
from spark_shipstation.web.customstore import exporting

WINDOW = {"start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00"}
Log = Callable[[Callable[[], object]], list[dict[str, Any]]]


@pytest.fixture
def log_of(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """What the log says of one request, whose own line comes last and after its answer."""

    def lines_of(call: Callable[[], object]) -> list[dict[str, Any]]:
        logs.set_up("INFO", "json")
        call()
        told, give_up = "", time.monotonic() + 10
        while '"event": "request"' not in told:
            assert time.monotonic() < give_up, told
            time.sleep(0.02)
            told += capsys.readouterr().err
        time.sleep(0.1)  # what the server itself would say comes after
        return [json.loads(line) for line in (told + capsys.readouterr().err).splitlines()]

    yield lines_of
    logging.getLogger().handlers = []


def _fails(*_args: object, **_named: object) -> None:
    raise RuntimeError("a fault of our own")


def test_a_fault_of_ours_is_logged_once_and_its_answer_names_its_request(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch, log_of: Log
) -> None:
    monkeypatch.setattr(vendors, "list_vendors", _fails)
    answers: list[httpx.Response] = []

    def call() -> None:
        answers.append(merchant.http.get("/api/v1/vendors", auth=merchant.auth, headers={"x-request-id": "fault-1"}))

    lines = log_of(call)
    [answer] = answers
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.headers["x-request-id"] == "fault-1"
    [told] = [line for line in lines if line["level"] != "info"]
    assert (told["event"], told["request_id"]) == ("request failed", "fault-1")
    assert "RuntimeError: a fault of our own" in told["exception"]
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]


def test_a_fault_of_ours_on_shipstations_url_stands_in_the_exchange_log(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "export_page", _fails)
    answer = merchant.shipstation.get(**WINDOW)
    assert (answer.status_code, b"<Error>" in answer.content) == (500, True)
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT status, action, complaint FROM exchanges WHERE account_id = :a"), {"a": merchant.account_id}
        ).all()
    assert [tuple(row) for row in rows] == [(500, "export", "Spark failed to answer: RuntimeError.")]


@pytest.mark.parametrize("path", ["/api/v1/orders", "shipstation"])
def test_a_caller_that_hangs_up_half_way_is_one_quiet_line(merchant: Merchant, log_of: Log, path: str) -> None:
    url = httpx.URL(merchant.shipstation.url)
    path = url.path + "?action=shipnotify" if path == "shipstation" else path
    key = base64.b64encode(":".join(merchant.auth).encode()).decode()
    head = f"POST {path} HTTP/1.1\r\nHost: spark\r\nAuthorization: Basic {key}\r\nContent-Length: 100\r\n\r\nhalf"

    def call() -> None:
        with socket.create_connection((url.host, url.port or 80)) as caller:
            caller.sendall(head.encode())
            time.sleep(0.2)  # so that the handler waits for the rest

    assert [(line["level"], line["event"]) for line in log_of(call)] == [
        ("info", "the caller hung up"),
        ("info", "request"),
    ]


@pytest.mark.parametrize(
    "path", ["//shipstation", "//shipstation/", "///shipstation/a/b", "/shipstation//a", "/ShipStation/a"]
)
def test_every_answer_near_shipstations_url_is_xml(http: httpx.Client, path: str) -> None:
    answer = http.get(str(http.base_url) + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/xml; charset=utf-8")


def test_discounts_read_back_as_money_and_parts_without_a_share_show_none(merchant: Merchant) -> None:
    merchant.add_store("West")
    merchant.put_product("GIFT", [{"vendor": "West"}])
    free = {"external_id": "l2", "sku": "GIFT", "name": "Gift", "quantity": 1, "unit_price": "0"}
    [got] = merchant.take(
        order(lines=[*order()["lines"], free], discounts=[{"code": "SAVE", "amount": "3"}], total="34.10")
    )
    assert got["discounts"] == [{"code": "SAVE", "amount": "3.00", "line": None}]
    assert {part["vendor"]: part["discounts"] for part in got["vendor_orders"]} == {
        "ShipStation": [{"code": "SAVE", "amount": "3.00", "line": None}],
        "West": [],
    }
