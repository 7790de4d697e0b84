"""SS-UserName and SS-Password in the query: believed where the connection allows it, and kept nowhere."""

import base64
import gzip
import json
import logging
from urllib.parse import quote_plus, unquote_plus
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text as sql

from builders import notice, order
from driver import Merchant, Store
from spark_shipstation import logs
from spark_shipstation.services.notices.masking import masked, without_secrets

WINDOW = {"start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00"}


def call(store: Store, method: str = "POST", authorization: str = "", **query: str) -> httpx.Response:
    """The credentials stand in the query, and in no header unless one is given."""
    query = {"SS-UserName": store.auth[0], "SS-Password": store.auth[1], **query}
    headers = {"authorization": authorization} if authorization else {}
    return store.http.request(method, store.url, params=query, headers=headers)


def allow(merchant: Merchant, allowed: bool = True) -> None:
    form = {"query_credentials": allowed}
    answer = merchant.http.patch("/api/v1/vendors/ShipStation", json=form, auth=merchant.auth)
    assert (answer.status_code, answer.json()["query_credentials"]) == (200, allowed)


def test_they_are_not_believed_unless_the_connection_says_so(merchant: Merchant) -> None:
    assert merchant.get("/vendors/ShipStation")["query_credentials"] is False
    assert call(merchant.shipstation, "GET", action="export", **WINDOW).status_code == 401
    allow(merchant)
    assert call(merchant.shipstation, "GET", action="export", **WINDOW).status_code == 200
    allow(merchant, False)
    assert call(merchant.shipstation, "GET", action="export", **WINDOW).status_code == 401


def test_a_notice_is_taken_with_them_alone(merchant: Merchant) -> None:
    allow(merchant)
    [taken] = merchant.take(order())
    answer = call(merchant.shipstation, action="shipnotify", order_number=taken["number"], tracking_number="Q1")
    assert answer.status_code == 200
    assert merchant.order(taken["id"])["shipments"][0]["tracking_number"] == "Q1"


@pytest.mark.parametrize("wrong", [{"SS-Password": "wrong"}, {"SS-UserName": "wrong"}, {"SS-Password": ""}])
def test_wrong_ones_are_refused_as_in_the_header(merchant: Merchant, wrong: dict[str, str]) -> None:
    allow(merchant)
    answer = call(merchant.shipstation, "GET", action="export", **WINDOW, **wrong)
    assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True)


def test_a_header_counts_more_than_the_query(merchant: Merchant) -> None:
    allow(merchant)
    header = "Basic " + base64.b64encode(b"some:body").decode()
    answer = call(merchant.shipstation, "GET", header, action="export", **WINDOW)
    assert answer.status_code == 401


def test_a_new_vendor_may_be_made_with_them_allowed(merchant: Merchant) -> None:
    store = merchant.add_store("East", query_credentials=True)
    assert store.vendor.query_credentials is True
    assert call(store, "GET", action="export", **WINDOW).status_code == 200


def test_a_vendor_without_a_connection_has_no_such_setting(merchant: Merchant) -> None:
    merchant.http.post("/api/v1/vendors", json={"name": "West", "kind": "manual"}, auth=merchant.auth)
    answer = merchant.http.patch("/api/v1/vendors/West", json={"query_credentials": True}, auth=merchant.auth)
    assert answer.status_code == 409


# Kept nowhere


def everything_kept(merchant: Merchant) -> str:
    """Every row of every table, as text; bytes both in hexadecimal and as they are."""
    with merchant.sessions.begin() as session:
        tables = session.execute(sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        assert {"notices", "exchanges", "events"} <= set(tables)
        rows = [row for table in tables for row in session.execute(sql(f"SELECT t::text FROM {table} t")).scalars()]  # noqa: S608
        bodies = session.execute(sql("SELECT body FROM notices")).scalars()
        return "\n".join(rows) + "\n" + "\n".join(bytes(body).decode("latin-1") for body in bodies)


SPELLINGS = ("SS-Password", "ss-password", "SS_PASSWORD", "SSPassword", "Password", "auth_key", "SS%2DPassword")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_password_in_a_query_or_a_form_is_kept_in_no_table_and_no_log(
    merchant: Merchant, capsys: pytest.CaptureFixture[str], spelling: str
) -> None:
    logs.set_up("INFO", "json")
    allow(merchant)
    [taken] = merchant.take(order())
    secret = f"secret{uuid4().hex}"
    store, form = merchant.shipstation, "application/x-www-form-urlencoded"
    given = f"SS-UserName={store.auth[0]}&{spelling}={secret}"
    right = f"SS-UserName={store.auth[0]}&SS-Password={store.auth[1]}"
    calls = [
        (f"action=shipnotify&order_number={taken['number']}&{given}&{right}", b"", ""),
        (f"action=shipnotify&{given}&{right}", b"not xml", ""),
        (f"action=shipnotify&{right}", f"order_number=nothing&{given}".encode(), form),
        (f"action=shipnotify&{right}", f"order_number=nothing&{given}&x=1".encode(), "text/xml"),
        (f"action=shipnotify&{right}", b"x" * 600_000, form),
        (f"action=nonsense&{given}&{right}", b"", ""),
        (f"action=shipnotify&SS-UserName=nobody&SS-Password={secret}", notice(OrderNumber="1"), "text/xml"),
    ]
    answers = [store.http.post(f"{store.url}?{query}", content=body, headers={"content-type": label})
               for query, body, label in calls]  # fmt: skip
    answers.append(store.http.get(f"{store.url}?action=export&start_date=x&{given}&{right}"))
    assert [answer.status_code for answer in answers] == [200, 400, 404, 400, 413, 400, 401, 400]
    told = everything_kept(merchant) + capsys.readouterr().err + "".join(answer.text for answer in answers)
    logging.getLogger().handlers = []
    assert '"event": "request"' in told
    assert "order_number=nothing" in told
    for private in (secret, store.auth[1]):
        assert private not in told, json.dumps([line for line in told.splitlines() if private in line])[:2000]


def test_the_rest_of_a_form_is_kept_as_it_came(merchant: Merchant) -> None:
    body = b"order_number=9%2B9&SS-Password=x%26y&&empty=&flag&service=A+B"
    merchant.shipstation.notify(body, "application/x-www-form-urlencoded")
    assert "order_number=9%2B9&SS-Password=***&&empty=&flag&service=A+B" in everything_kept(merchant)


def test_a_document_is_kept_as_it_came(merchant: Merchant) -> None:
    body = b" <ShipNotice><OrderNumber>1</OrderNumber><CustomerNotes>a&amp;password=b</CustomerNotes></ShipNotice>"
    merchant.shipstation.notify(body)
    assert body.decode() in everything_kept(merchant)


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_document_with_a_byte_order_mark_is_kept_as_it_came(charset: str) -> None:
    body = "<ShipNotice><CustomerNotes><![CDATA[http://x/?a=1&username=bob&b=2]]></CustomerNotes></ShipNotice>"
    assert masked(body.encode(charset)) == body.encode(charset)


def test_a_packed_form_is_kept_without_credentials_and_everything_else_packed_as_it_came() -> None:
    form, plain = gzip.compress(b"order_number=1&SS-Password=x"), gzip.compress(b"order_number=1&service=A+B")
    assert gzip.decompress(masked(form)) == b"order_number=1&SS-Password=***"
    assert masked(form) == masked(form)
    for body in (plain, form[:-4], gzip.compress(b"<a>&password=b</a>")):
        assert masked(body) == body


@pytest.mark.parametrize(
    "query",
    [
        {"order_number": "n", "amp;SS-Password": "x", "amp;amp;ss_username": "x"},
        {"order_number": "n", "a;SS-Password": "x"},
        {"order_number": "n;SS-Password=x;ss_username=x"},
        {"order_number": "n&amp;SS-Password=x"},
    ],
)
def test_credentials_of_a_query_that_was_put_together_wrongly_are_kept_nowhere(query: dict[str, str]) -> None:
    kept = without_secrets(query)
    assert kept["order_number"].startswith("n")
    assert "x" not in "".join(kept.values())
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in query.items()).encode()
    assert unquote_plus(masked(body).decode()).count("=x") == 0


def test_words_that_are_no_credentials_stay() -> None:
    query = {"order_number": "class=x;password reset", "notes_to_customer": "glass-user: a"}
    assert without_secrets(query) == query
