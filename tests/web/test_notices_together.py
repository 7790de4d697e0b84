"""Notices of one connection that came at once: what each is answered, and what is written down, where some fail."""

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import text as sql

from builders import notice, order
from driver import Merchant
from spark_shipstation.services import notices
from spark_shipstation.store.session import keep_plans
from spark_shipstation.web import counting
from spark_shipstation.web.customstore import notifying
from spark_shipstation.web.customstore.calls import Call

Calls = Callable[..., list[Call]]


@pytest.fixture
def calls(merchant: Merchant, app: FastAPI) -> Calls:
    """Calls by the merchant's ShipStation, one for each body."""
    path = urlsplit(merchant.shipstation.url).path
    basic = base64.b64encode(":".join(merchant.shipstation.auth).encode())

    def made(*bodies: bytes) -> list[Call]:
        return [
            Call(Request(scope | {"spark_request_id": f"r{n}"}), path.rsplit("/", 1)[1], body)
            for n, body in enumerate(bodies)
        ]

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"action=shipnotify",
        "headers": [(b"authorization", b"Basic " + basic), (b"content-type", b"text/xml")],
        "app": app,
    }
    return made


def answered(calls: list[Call]) -> list[Response]:
    """As those that came at once are: together, or each alone where that fails."""
    try:
        return notifying.together(calls)
    except Exception:
        return [notifying.alone(call) for call in calls]


def exchanges(merchant: Merchant) -> list[tuple[str, int]]:
    """Of all its notices: the call's id, and what it was answered."""
    with merchant.sessions.begin() as session:
        statement = sql("SELECT request_id, status FROM exchanges WHERE account_id = :id AND action = 'shipnotify'")
        return sorted((row[0], row[1]) for row in session.execute(statement, {"id": merchant.account_id}))


@contextmanager
def failing_from_call(monkeypatch: pytest.MonkeyPatch, first: int, last: int) -> Iterator[None]:
    """`settle_together` has a fault, from that call of it to that one."""
    settle, done = notices.settle_together, Counter[str]()

    def fails(*args: Any, **named: Any) -> Any:
        done["calls"] += 1
        if first <= done["calls"] <= last:
            raise RuntimeError("a fault of our own")
        return settle(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(notices, "settle_together", fails)
        yield


def test_what_is_settled_already_is_told_and_logged_once_where_a_later_one_fails(
    merchant: Merchant, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is of the same order, so it is settled after the first, and fails then."""
    first, other = merchant.take(order(), order())
    part, line = first["vendor_orders"][0]["id"], first["vendor_orders"][0]["lines"][0]["id"]
    bodies = [notice(part, {line: units}, TrackingNumber=f"1Z{units}") for units in (1, 2)]
    bodies.append(notice(other["vendor_orders"][0]["id"], TrackingNumber="1Z3"))
    counted: list[str] = []
    monkeypatch.setattr(counting, "count_notice", lambda _channel, outcome: counted.append(outcome))
    with failing_from_call(monkeypatch, 2, 3):
        answers = answered(calls(*bodies))
    assert [answer.status_code for answer in answers] == [200, 500, 200]
    assert [b"recorded 1 " in answers[0].body, b"recorded 3 " in answers[2].body] == [True, True]
    assert exchanges(merchant) == [("r0", 200), ("r1", 500), ("r2", 200)]
    assert sorted(counted) == ["applied", "applied", "failed"]
    assert merchant.order(first["id"])["lines"][0]["shipped"] == 1
    assert merchant.shipstation.notify(bodies[1]).status_code == 200
    assert [notice["state"] for notice in merchant.get("/notices")["notices"]] == [
        "applied",
        "applied",
        "repeated",
        "applied",
    ]


def test_the_last_of_several_waits_for_a_locked_order_no_longer_than_the_others(
    merchant: Merchant, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is settled, the second is of the same order: for it alone nobody else is kept waiting."""
    [taken] = merchant.take(order())
    part, line = taken["vendor_orders"][0]["id"], taken["vendor_orders"][0]["lines"][0]["id"]
    waits: list[int | None] = []

    def noted(session: Any, *, lock_milliseconds: int | None = None) -> None:
        waits.append(lock_milliseconds)
        keep_plans(session, lock_milliseconds=lock_milliseconds)

    monkeypatch.setattr(notifying, "keep_plans", noted)
    both = calls(*(notice(part, {line: units}, TrackingNumber=f"1Z{units}") for units in (1, 2)))
    assert [answer.status_code for answer in notifying.together(both)] == [200, 200]
    assert waits == [notifying.LOCK_MILLISECONDS] * 2
    waits.clear()
    assert notifying.alone(*calls(notice(part, {line: 1}, TrackingNumber="1Z9"))).status_code == 200
    assert waits == [None]
