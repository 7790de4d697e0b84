"""The stand-in for ShipStation against a store on a real port: what it asks and what it finds wrong."""

import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
import pytz

from scripted_store import PASSWORD, Reply, ScriptedStore, a_notice, an_order, page, scripted_store
from spark_shipstation.customstore.client import Poll, StoreClient
from spark_shipstation.customstore.reader import read_notice
from spark_shipstation.customstore.writer import write_answer
from spark_shipstation.errors import BadRequest, Refused, Unavailable

NOW = datetime(2026, 11, 1, 12, 34, 56, tzinfo=UTC)
START = datetime(2026, 11, 1, 4, 5, 59, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    with scripted_store() as running:
        yield running


def polled(store: ScriptedStore, zone: str = "UTC") -> Poll:
    with StoreClient(store.url, "sam", PASSWORD) as client:
        return client.poll(START, NOW, pytz.timezone(zone))


# Polling: what is asked


def test_the_dates_of_a_poll_are_escaped_wall_clock_minutes_of_the_zone(store: ScriptedStore) -> None:
    store.serve([])
    poll = polled(store, "America/New_York")
    assert store.calls[0].raw_query == (
        "action=export&start_date=11%2F01%2F2026%2000%3A05&end_date=11%2F01%2F2026%2007%3A34&page=1"
    )
    assert (poll.start_date, poll.end_date) == ("11/01/2026 00:05", "11/01/2026 07:34")


def test_a_poll_in_utc_is_cut_to_the_minute_at_both_ends(store: ScriptedStore) -> None:
    store.serve([])
    polled(store)
    assert store.calls[0].query["start_date"] == "11/01/2026 04:05"
    assert store.calls[0].query["end_date"] == "11/01/2026 12:34"


def test_page_one_is_asked_first_and_the_others_one_by_one_on_one_connection(store: ScriptedStore) -> None:
    store.serve([an_order("a"), an_order("b")], [an_order("c")], [an_order("d")])
    poll = polled(store)
    assert [call.query["page"] for call in store.calls] == ["1", "2", "3"]
    assert [order.order_id for order in poll.orders] == ["a", "b", "c", "d"]
    assert (poll.pages, poll.requests, poll.problems) == (3, 3, ())
    assert poll.seconds > 0
    assert len({call.port for call in store.calls}) == 1


def test_the_number_of_pages_is_what_page_one_said(store: ScriptedStore) -> None:
    store.pages = [page(an_order("a"), pages=2), page(an_order("b"), pages=7)]
    assert (polled(store).pages, len(store.calls)) == (2, 2)


@pytest.mark.parametrize("pages", [0, 1])
def test_an_empty_window_is_one_request(store: ScriptedStore, pages: int) -> None:
    store.pages = [page(pages=pages)]
    poll = polled(store)
    assert (poll.orders, poll.problems, poll.requests) == ((), (), 1)


def test_the_credentials_travel_in_the_header_alone(store: ScriptedStore) -> None:
    store.serve([])
    polled(store)
    call = store.calls[0]
    assert call.headers["authorization"] == "Basic " + b64encode(f"sam:{PASSWORD}".encode()).decode()
    assert PASSWORD not in call.raw_query


def test_the_query_of_the_stores_own_address_stays_in_front(store: ScriptedStore) -> None:
    store.serve([])
    with StoreClient(f"{store.url}?shop=a%20b", "sam", PASSWORD) as client:
        client.poll(START, NOW, pytz.utc)
    assert store.calls[0].raw_query.startswith("shop=a%20b&action=export&start_date=")


def test_an_order_is_read_as_it_was_written(store: ScriptedStore) -> None:
    store.serve([an_order()])
    assert polled(store).orders == (an_order(),)


def test_a_client_that_was_handed_in_stays_open(store: ScriptedStore) -> None:
    store.serve([])
    with httpx.Client(follow_redirects=True) as http:
        with StoreClient(store.url, "sam", PASSWORD, http=http) as client:
            client.poll(START, NOW, pytz.utc)
        assert not http.is_closed


# Polling: what is wrong with a page


def _without(tag: str, document: bytes) -> bytes:
    return re.sub(rf"<{tag}>.*?</{tag}>".encode(), b"", document, count=1)


@pytest.mark.parametrize(
    ("spoilt", "path", "sentence"),
    [
        (page(an_order()).replace(b"<Country>US<", b"<Country>USA<"), "Customer/ShipTo/Country", "two-letter"),
        (_without("OrderTotal", page(an_order())), "OrderTotal", "is missing"),
        (page(an_order()).replace(b"<UnitPrice>-", b"<UnitPrice>"), "Items/Item[3]/UnitPrice", "must be negative"),
    ],
    ids=["bad country", "missing element", "adjustment that is not negative"],
)
def test_an_invalid_page_is_a_problem_with_its_page_and_place(
    store: ScriptedStore, spoilt: bytes, path: str, sentence: str
) -> None:
    store.pages = [page(an_order("first"), pages=2), spoilt.replace(b'pages="1"', b'pages="2"')]
    problems = polled(store).problems
    found = [problem for problem in problems if problem.path == f"Order[1]/{path}"]
    assert [problem.page for problem in problems] == [2] * len(problems)
    assert sentence in found[0].sentence
    assert str(found[0]).startswith(f"page 2: Order[1]/{path} ")


def test_a_page_that_is_no_document_is_a_problem_and_the_others_are_still_read(store: ScriptedStore) -> None:
    store.pages = [page(an_order("a"), pages=3), b"<html>oops", page(an_order("c"), pages=3)]
    poll = polled(store)
    assert [order.order_id for order in poll.orders] == ["a", "c"]
    assert [problem.page for problem in poll.problems] == [2]


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", ""])
def test_a_page_that_is_not_declared_as_xml_is_a_problem(store: ScriptedStore, content_type: str) -> None:
    store.pages = [Reply(200, page(an_order()), content_type)]
    poll = polled(store)
    assert len(poll.orders) == 1
    assert [problem.sentence for problem in poll.problems] == [
        f"the content type is “{content_type}”, not text/xml or application/xml"
    ]


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml", "Application/XML; charset=utf-8"])
def test_both_names_of_xml_are_good(store: ScriptedStore, content_type: str) -> None:
    store.pages = [Reply(200, page(an_order()), content_type)]
    assert polled(store).problems == ()


def test_an_order_that_stands_in_a_window_twice_is_a_problem(store: ScriptedStore) -> None:
    store.serve([an_order("a"), an_order("b")], [an_order("a")])
    assert [str(problem) for problem in polled(store).problems] == [
        "page 2: OrderID a stands in this window more than once"
    ]


# Refusals


def test_a_refusal_tells_status_and_our_sentence(store: ScriptedStore) -> None:
    store.refusal = Reply(401, write_answer("Error", "The username or the password is not right."))
    with pytest.raises(Refused, match=r"answered 401: The username or the password is not right\.") as refused:
        polled(store)
    assert (refused.value.status, refused.value.retry_after) == (401, None)
    assert refused.value.said == "The username or the password is not right."


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(500, b"<html><h1>Boom</h1></html>", "text/html"), "Internal Server Error"),
        (Reply(404, b"", "text/plain"), "Not Found"),
        (Reply(400, b"<Error><Message> </Message></Error>"), "Bad Request"),
        (Reply(204), "No Content"),
    ],
)
def test_a_refusal_without_our_xml_tells_the_status_in_words(store: ScriptedStore, reply: Reply, said: str) -> None:
    store.refusal = reply
    with pytest.raises(Refused) as refused:
        polled(store)
    assert (refused.value.status, refused.value.said) == (reply.status, said)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("Sun, 01 Nov 2026 00:00:00 GMT", None)])
def test_a_refusal_tells_when_to_come_back(store: ScriptedStore, header: str, seconds: int | None) -> None:
    store.refusal = Reply(503, write_answer("Error", "Busy."), headers={"Retry-After": header})
    with pytest.raises(Refused) as refused:
        polled(store)
    assert refused.value.retry_after == seconds


def test_a_refusal_of_a_later_page_refuses_the_poll(store: ScriptedStore) -> None:
    store.pages = [page(an_order("a"), pages=2), Reply(503, write_answer("Error", "Busy."))]
    with pytest.raises(Refused, match="503: Busy"):
        polled(store)


def test_a_redirect_is_told_and_not_followed_even_by_a_client_that_would(store: ScriptedStore) -> None:
    store.refusal = Reply(302, headers={"Location": "/login?token=abc"})
    with (
        httpx.Client(follow_redirects=True) as http,
        StoreClient(store.url, "sam", PASSWORD, http=http) as client,
        pytest.raises(Refused, match=r"redirects to http://127\.0\.0\.1:\d+/\S+\. Redirects are not") as refused,
    ):
        client.poll(START, NOW, pytz.utc)
    assert "abc" not in str(refused.value)
    assert len(store.calls) == 1


def test_the_password_is_masked_in_what_a_store_says(store: ScriptedStore) -> None:
    store.refusal = Reply(401, write_answer("Error", f"{PASSWORD} is wrong, and so is s3cret-Pass%2Fword."))
    with pytest.raises(Refused) as refused:
        polled(store)
    assert refused.value.said == "••• is wrong, and so is •••."


def test_a_refused_connection_is_unavailable_with_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/customstore/v-1"
        with (
            StoreClient(url, "sam", PASSWORD) as client,
            pytest.raises(Unavailable, match=r"127\.0\.0\.1 cannot be reached: ") as unavailable,
        ):
            client.poll(START, NOW, pytz.utc)
    assert PASSWORD not in str(unavailable.value)


def test_a_store_that_keeps_silent_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with (
            httpx.Client(timeout=0.1) as http,
            StoreClient(url, "sam", PASSWORD, http=http) as client,
            pytest.raises(Unavailable, match="did not answer in time"),
        ):
            client.ship(a_notice())


@pytest.mark.parametrize("url", ["orders.example/x", "ftp://orders.example/", "http://", "http://h:port/", "http://["])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadRequest, match="whole one"):
        StoreClient(url, "sam", PASSWORD)


def test_credentials_in_the_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(BadRequest) as refused:
        StoreClient(f"https://sam:{PASSWORD.replace('/', '')}@orders.example/x", "sam", PASSWORD)
    assert "s3cret" not in str(refused.value)


# Shipping


def test_a_notice_is_posted_with_its_facts_in_query_and_body(store: ScriptedStore) -> None:
    notice = a_notice(service="2nd Day & Air", cost=Decimal("7.85"), notes_to_customer="Enjoy")
    with StoreClient(store.url, "sam", PASSWORD) as client:
        answer = client.ship(notice)
    call = store.calls[0]
    assert (answer.status, answer.sentence, answer.accepted) == (200, "Thank you.", True)
    assert call.method == "POST"
    assert call.raw_query == (
        "action=shipnotify&order_number=1001&carrier=UPS&service=2nd%20Day%20%26%20Air&tracking_number=1Z1"
    )
    assert call.headers["content-type"] == "text/xml"
    assert read_notice(call.body).message == notice
    assert read_notice(call.body).problems == ()


def test_a_notice_without_query_names_its_action_alone(store: ScriptedStore) -> None:
    with StoreClient(store.url, "sam", PASSWORD) as client:
        client.ship(a_notice(), send_query=False)
    assert store.calls[0].raw_query == "action=shipnotify"


def test_a_refused_notice_is_an_answer(store: ScriptedStore) -> None:
    store.to_notice = Reply(503, write_answer("Error", "Busy."), headers={"Retry-After": "30"})
    with StoreClient(store.url, "sam", PASSWORD) as client:
        answer = client.ship(a_notice())
    assert (answer.status, answer.sentence, answer.retry_after, answer.accepted) == (503, "Busy.", 30, False)


def test_any_2xx_accepts_a_notice(store: ScriptedStore) -> None:
    store.to_notice = Reply(201)
    with StoreClient(store.url, "sam", PASSWORD) as client:
        assert client.ship(a_notice()).accepted
