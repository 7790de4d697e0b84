"""What a store with a wrong time zone sees and causes over HTTP: the vendor's object, the answers, the log."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text as sql

from builders import order
from driver import Merchant, wire
from spark_shipstation import logs

QUARTER = timedelta(minutes=15)
STATE = sql("SELECT offset_minutes, streak_polls, reach_from, reach_start FROM connections WHERE account_id = :a")


def test_the_vendor_and_the_answers_tell_of_it(merchant: Merchant) -> None:
    store, behind = merchant.shipstation, timedelta(hours=7)
    now = datetime.now(UTC)
    windows = [(now - behind - timedelta(minutes=30 - i), now - behind - timedelta(minutes=i)) for i in (2, 1, 0)]
    answers = [store.get(start_date=wire(start), end_date=wire(end)) for start, end in windows]
    assert [answer.headers.get("x-spark-zone-mismatch") for answer in answers] == [None, None, "-420"]
    told = merchant.get("/vendors/ShipStation")["zone_mismatch"]
    assert told["offset_minutes"] == -420
    assert datetime.fromisoformat(told["since"]) >= now
    assert told["sentence"].startswith("ShipStation's dates are 7 hours behind UTC. In ShipStation set the store's")
    assert "UTC−07:00 now" in told["sentence"]
    assert merchant.get("/vendors")["vendors"][0]["zone_mismatch"] == told
    [got] = merchant.take(order())
    assert store.poll(windows[2][0], windows[2][1] + timedelta(minutes=2)).numbers == [got["number"]]
    store.poll()
    assert merchant.get("/vendors/ShipStation")["zone_mismatch"] is None


def test_each_confirmation_and_clearing_is_logged_once(merchant: Merchant, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("WARNING", "json")
    try:
        for minutes, hours in enumerate((7, 7, 7, 7, 0, 0), start=-3):
            end = datetime.now(UTC) - timedelta(hours=hours, minutes=minutes)
            merchant.shipstation.get(start_date=wire(end - QUARTER), end_date=wire(end))
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        logging.getLogger().handlers = []
    told = [(line["event"], line["offset_minutes"]) for line in lines]
    assert told == [("zone mismatch confirmed", -420), ("zone mismatch cleared", 0)]
    assert lines[0]["vendor_id"] == merchant.shipstation.vendor.id


def test_a_check_is_no_poll(merchant: Merchant) -> None:
    """It hears how far its own window is off, and the state stays as it was."""
    now = datetime.now(UTC)
    store = merchant.shipstation
    for ahead in (0, 60):
        window = {"start_date": wire(now), "end_date": wire(now + timedelta(minutes=ahead))}
        for _ in range(3):
            params = {"action": "export", **window}
            answer = store.http.get(store.url, params=params, auth=store.auth, headers={"X-Spark-Check": "1"})
            assert answer.headers["x-spark-window-offset"] == str(ahead)
    with merchant.sessions.begin() as session:
        assert session.execute(STATE, {"a": merchant.account_id}).all() == [(0, 0, None, None)]
        actions = sql("SELECT DISTINCT action FROM exchanges WHERE account_id = :a")
        assert session.execute(actions, {"a": merchant.account_id}).scalars().all() == ["check"]
