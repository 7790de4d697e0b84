"""Calls with a wrong username or password: counted in bounded room, and told where the merchant looks."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import text as sql
from typer.testing import CliRunner

from driver import Merchant
from spark_shipstation.cli import app
from visitor import Visitor

WINDOW = {"action": "export", "start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00"}


def call(merchant: Merchant, auth: tuple[str, str] | None, **headers: str) -> int:
    return httpx.get(merchant.shipstation.url, params=WINDOW, auth=auth, headers=headers, timeout=30).status_code


def rows(merchant: Merchant) -> list[tuple[int, int]]:
    with merchant.sessions.begin() as session:
        statement = sql("SELECT count, without FROM wrong_credentials WHERE account_id = :a ORDER BY hour")
        return [(row[0], row[1]) for row in session.execute(statement, {"a": merchant.account_id})]


def test_however_many_there_are_they_take_one_row_an_hour(merchant: Merchant) -> None:
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call, merchant, ("nobody", str(number))) for number in range(40)]
        assert {one.result() for one in calls} == {401}
    found = rows(merchant)
    assert sum(count for count, _ in found) == 40
    assert len(found) <= 2, "a new hour may have begun"


def test_the_vendors_page_tells_how_many_and_how_many_had_none(merchant: Merchant, admin: Visitor) -> None:
    path = f"/vendors/{merchant.shipstation.vendor.id}"
    assert "wrong username" not in admin.http.get(path).text
    for auth in (None, ("nobody", "x"), (merchant.shipstation.auth[0], "x")):
        assert call(merchant, auth) == 401
    for shown in (path, f"{path}/state"):
        told = admin.http.get(shown).text
        assert "3 calls in the last 24 hours came with a wrong username or password, 1 of them without any" in told


def test_a_right_call_and_one_of_another_connection_are_not_counted(merchant: Merchant, admin: Visitor) -> None:
    other = merchant.add_store("East")
    assert call(merchant, merchant.shipstation.auth) == 200
    assert call(merchant, other.auth) == 401
    assert rows(merchant) == [(1, 0)]
    assert "wrong username" not in admin.http.get(f"/vendors/{other.vendor.id}").text


def test_check_tells_of_them_and_not_of_its_own(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    username, password = merchant.shipstation.auth
    words = ["check", merchant.shipstation.url, "--username", username, "--password", password, "--json"]
    for _ in range(2):
        found = json.loads(CliRunner().invoke(app, words).stdout)["checks"]
        assert "wrong calls" not in {one["check"] for one in found}
    call(merchant, None)
    assert "wrong calls: 1 call in the last 24 hours came" in CliRunner().invoke(app, words[:-1]).stdout
    call(merchant, ("nobody", "x"))
    [told] = [
        one for one in json.loads(CliRunner().invoke(app, words).stdout)["checks"] if one["check"] == "wrong calls"
    ]
    assert told["result"] == "warning"
    assert told["sentence"].startswith("2 calls in the last 24 hours came with a wrong username or password, 1 of them")


def test_what_is_older_than_a_day_is_not_told(merchant: Merchant, admin: Visitor) -> None:
    call(merchant, None)
    with merchant.sessions.begin() as session:
        older = "UPDATE wrong_credentials SET hour = hour - :d, last_at = last_at - :d WHERE account_id = :a"
        session.execute(sql(older.replace(":d", "interval '2 days'")), {"a": merchant.account_id})
    assert "wrong username" not in admin.http.get(f"/vendors/{merchant.shipstation.vendor.id}").text
