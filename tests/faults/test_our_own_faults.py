"""An error of our own at each step of a notice: it stays in the inbox with its reason, and the retry ships once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text as sql

from builders import notice, order
from driver import Merchant
from spark_shipstation.customstore import writer
from spark_shipstation.services import notices
from spark_shipstation.store import journal
from spark_shipstation.web.customstore.calls import Call

STEPS: list[tuple[Any, str]] = [
    (notices, "keep"),
    (notices, "settle_together"),
    (journal, "event_rows"),
    (Call, "exchange"),
    (writer, "write_answer"),
]


def failing_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """As a fault that passes: the first call fails, the others work."""
    left = [RuntimeError("a fault of our own")]

    def call(*args: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return function(*args, **named)

    return call


@pytest.mark.parametrize(("module", "name"), STEPS, ids=[name for _, name in STEPS])
def test_an_error_of_ours_loses_nothing_and_the_retry_ships_once(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    [taken] = merchant.take(order())
    part = taken["vendor_orders"][0]
    body = notice(part["id"], {part["lines"][0]["id"]: 3})
    monkeypatch.setattr(module, name, failing_once(getattr(module, name)))
    first = merchant.shipstation.notify(body)
    assert (first.status_code, first.headers["retry-after"]) == (500, "60")
    [(state, reason)] = inbox(merchant) or [("", "")]
    if name == "write_answer":  # all was committed by then, and only the answer was lost
        assert state == "applied"
    elif name != "keep":
        assert (state, reason) == ("received", "Spark failed to answer: RuntimeError.")
    assert [merchant.shipstation.notify(body).status_code for _ in range(2)] == [200, 200]
    after = merchant.order(taken["id"])
    assert (after["status"], after["flags"], len(after["shipments"])) == ("shipped", [], 1)
    assert {state for state, _ in inbox(merchant)} == {"applied", "repeated"}


def inbox(merchant: Merchant) -> list[tuple[str, str]]:
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT state, reason FROM notices WHERE account_id = :a ORDER BY received_at, id"),
            {"a": merchant.account_id},
        )
        return [(row.state, row.reason) for row in rows]
