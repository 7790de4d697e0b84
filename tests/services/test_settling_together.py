"""Notices of one connection that are settled in one transaction: the same comes of each as if it had come by itself."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy import text as sql

from builders import line, notice, order
from driver import Merchant
from spark_shipstation.services import notices
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.notices import Job, RawNotice
from spark_shipstation.store import vendors
from spark_shipstation.store.accounts import clock
from spark_shipstation.store.bulk import Writes
from spark_shipstation.store.vendors import Channel


def kept(merchant: Merchant, *bodies: bytes) -> tuple[Channel, list[Job]]:
    with merchant.sessions.begin() as session:
        caller = vendors.find_caller(session, merchant.shipstation.url.rsplit("/", 1)[1])
        assert caller is not None
        raws = [RawNotice({"action": "shipnotify"}, "text/xml", body, "r") for body in bodies]
        ids = notices.keep(session, caller.channel, raws, now=caller.now)
        return caller.channel, [Job(id_, Actor(merchant.account_id, "ShipStation", "r")) for id_ in ids]


def settled(merchant: Merchant, channel: Channel, jobs: list[Job]) -> list[str | None]:
    """The states; None for those whose turn has not come."""
    with merchant.sessions.begin() as session:
        writes, now = Writes(), session.execute(sql("SELECT clock_timestamp()")).scalar_one()
        found = notices.settle_together(session, channel, jobs, writes, now=now)
        writes.write(session)
        return [one.state if one else None for one in found]


def part(taken: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = taken["vendor_orders"][0]
    return found


def items(taken: dict[str, Any], units: int) -> dict[str, int]:
    return {part(taken)["lines"][0]["id"]: units}


def test_each_of_another_order_is_applied(merchant: Merchant) -> None:
    taken = merchant.take(*(order() for _ in range(5)))
    bodies = [notice(part(one)["id"], items(one, 3), TrackingNumber=f"1Z{n}") for n, one in enumerate(taken)]
    assert settled(merchant, *kept(merchant, *bodies)) == ["applied"] * 5
    after = [merchant.order(one["id"]) for one in taken]
    assert [(one["status"], one["flags"]) for one in after] == [("shipped", [])] * 5
    assert [one["shipments"][0]["tracking_number"] for one in after] == [f"1Z{n}" for n in range(5)]
    assert [line["shipped"] for one in after for line in one["lines"]] == [3] * 5
    assert all("shipped: 3 × TEE-M by UPS Ground" in one["timeline"][-1]["what"] for one in after)


@pytest.mark.parametrize("body", [notice(OrderNumber="nobody's"), b"<ShipNotice>"], ids=["unmatched", "unreadable"])
def test_the_same_bytes_at_once_wait_in_the_inbox_once(merchant: Merchant, body: bytes) -> None:
    """As they come to several processes: the second is settled while the first is not committed yet."""
    channel, [first, second] = kept(merchant, body, body)
    with merchant.sessions() as session, ThreadPoolExecutor(1) as pool:
        [done] = notices.settle_together(session, channel, [first], writes := Writes(), now=now_of(merchant))
        writes.write(session)
        other = pool.submit(settled, merchant, channel, [second])
        with pytest.raises(TimeoutError):
            other.result(0.5)
        session.commit()
        assert done is not None
        assert (done.status >= 400, other.result(10)) == (True, ["repeated"])


def now_of(merchant: Merchant) -> datetime:
    with merchant.sessions.begin() as session:
        return clock(session)


def test_a_second_package_of_an_order_waits_for_the_first(merchant: Merchant) -> None:
    """Else it would not know what the first one left open."""
    [taken] = merchant.take(order())
    bodies = [notice(part(taken)["id"], items(taken, units), TrackingNumber=f"1Z{units}") for units in (2, 1, 4)]
    channel, jobs = kept(merchant, *bodies)
    assert settled(merchant, channel, jobs) == ["applied", None, None]
    assert merchant.order(taken["id"])["status"] == "partially_shipped"
    assert settled(merchant, channel, jobs[1:]) == ["applied", None]
    assert merchant.order(taken["id"])["status"] == "shipped"
    assert settled(merchant, channel, jobs[2:]) == ["applied"]
    assert merchant.order(taken["id"])["flags"] == ["over_shipped"]


def test_a_part_of_the_same_order_waits_too(merchant: Merchant) -> None:
    merchant.add_store("East")
    [taken] = merchant.take(order(lines=[line("l1"), line("l2", vendor="East")]))
    assert len(taken["vendor_orders"]) == 2
    own = next(one for one in taken["vendor_orders"] if one["vendor"] == "ShipStation")
    bodies = [notice(own["id"], {own["lines"][0]["id"]: n}, TrackingNumber=f"1Z{n}") for n in (1, 2)]
    assert settled(merchant, *kept(merchant, *bodies)) == ["applied", None]


@pytest.mark.parametrize("good", [True, False], ids=["of an order", "of no order"])
def test_the_same_bytes_count_once(merchant: Merchant, good: bool) -> None:
    [taken] = merchant.take(order())
    body = notice(part(taken)["id"] if good else "", OrderNumber="" if good else "nowhere")
    channel, jobs = kept(merchant, body, body)
    assert settled(merchant, channel, jobs) == ["applied" if good else "unmatched", None]
    assert settled(merchant, channel, jobs[1:]) == ["repeated"]


def test_what_is_wrong_with_one_is_no_harm_to_the_others(merchant: Merchant) -> None:
    taken = merchant.take(order(), order())
    before = notice(part(taken[0])["id"], items(taken[0], 1), TrackingNumber="1Z0")
    assert merchant.shipstation.notify(before).status_code == 200
    channel, jobs = kept(
        merchant,
        b"<ShipNotice><unclosed>",
        notice(OrderNumber="nowhere"),
        before.replace(b"<?xml", b"\n<?xml", 1)[1:] + b"\n",
        notice(OrderNumber=taken[1]["number"] + "-1", TrackingNumber="1Z9"),
        b"",
    )
    assert settled(merchant, channel, jobs) == ["unreadable", "unmatched", "repeated", "applied", "unreadable"]
    assert [merchant.order(one["id"])["status"] for one in taken] == ["partially_shipped", "shipped"]


def test_one_settles_the_earlier_ones_of_its_own_package_only(merchant: Merchant) -> None:
    """Both failed before their orders came; of the one package, ShipStation writes other bytes this time."""
    numbers = ["later-1", "later-2"]
    bodies = [notice(OrderNumber=number, TrackingNumber=f"1Z{number}") for number in numbers]
    assert [merchant.shipstation.notify(body).status_code for body in bodies] == [404, 404]
    merchant.take(*(order(number=number) for number in numbers))
    again = [bodies[0], bodies[1].replace(b"</ShipNotice>", b" </ShipNotice>")]
    assert settled(merchant, *kept(merchant, *again)) == ["applied", "applied"]
    found = merchant.get("/notices")["notices"]
    assert Counter((one["order_number"], one["state"]) for one in found) == {
        (number, state): 1 for number in numbers for state in ("applied", "repeated")
    }


def test_however_many_cost_the_same_number_of_statements(merchant: Merchant, engine: Engine) -> None:
    counts = []
    for number in (1, 7):
        taken = merchant.take(*(order(lines=[line("a"), line("b")]) for _ in range(number)))
        channel, jobs = kept(merchant, *(notice(part(one)["id"], TrackingNumber=one["number"]) for one in taken))
        statements: list[str] = []
        note = lambda *call: statements.append(call[2])  # noqa: B023, E731
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert settled(merchant, channel, jobs) == ["applied"] * number
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts == [7, 7]  # the time; notices, orders, lines, parts and earlier notices; all that is written


def test_many_at_once_over_http_are_each_recorded_once(merchant: Merchant) -> None:
    taken = merchant.take(*(order() for _ in range(40)))
    bodies = [notice(part(one)["id"], items(one, 3), TrackingNumber=one["number"]) for one in taken]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(merchant.shipstation.notify, [*bodies, *bodies]))
    assert {answer.status_code for answer in answers} == {200}
    after = [merchant.order(one["id"]) for one in taken]
    assert [(one["status"], len(one["shipments"])) for one in after] == [("shipped", 1)] * 40
    states = Counter(one["state"] for one in merchant.get("/notices", limit="100")["notices"])
    assert states == {"applied": 40, "repeated": 40}
    with merchant.sessions.begin() as session:
        logged = session.execute(
            sql("SELECT count(*), count(DISTINCT notice_id) FROM exchanges WHERE account_id = :a AND status = 200"),
            {"a": merchant.account_id},
        ).one()
    assert tuple(logged) == (80, 80)


def test_an_order_that_is_locked_holds_up_only_its_own_notice(merchant: Merchant) -> None:
    taken = merchant.take(*(order() for _ in range(4)))
    bodies = [notice(part(one)["id"], items(one, 3), TrackingNumber=one["number"]) for one in taken]
    with ThreadPoolExecutor(4) as pool:
        with merchant.sessions.begin() as session:
            session.execute(sql("SELECT 1 FROM orders WHERE id = CAST(:id AS uuid) FOR UPDATE"), {"id": taken[0]["id"]})
            held, *others = [pool.submit(merchant.shipstation.notify, body) for body in bodies]
            assert [other.result(timeout=60).status_code for other in others] == [200] * 3
            assert not held.done()
        assert held.result(timeout=60).status_code == 200
    assert [merchant.order(one["id"])["status"] for one in taken] == ["shipped"] * 4
