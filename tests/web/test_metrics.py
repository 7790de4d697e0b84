"""/metrics: who may read it, and that it says what has happened."""

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError
from sqlalchemy import text as sql

from builders import ADDRESS, notice, order
from driver import Merchant, Store
from serving import visited
from spark_shipstation.settings import Settings
from spark_shipstation.web.app import create_app

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-twenty-and-more"
BEARER = {"authorization": f"Bearer {TOKEN}"}
Reader = Callable[..., float]


@pytest.fixture(scope="module")
def scraped(database_url: str, base_url: str) -> FastAPI:
    return create_app(Settings(database_url=database_url, base_url=base_url, metrics_token=TOKEN, log_level="WARNING"))


@pytest.fixture(scope="module")
def scraper(scraped: FastAPI) -> Iterator[httpx.Client]:
    with visited(scraped) as client:
        yield client


def values(client: httpx.Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


@pytest.fixture
def read(scraper: httpx.Client) -> Reader:
    """The value of a sample; 0 where there is none."""

    def one(name: str, **labels: str) -> float:
        return values(scraper).get((name, frozenset(labels.items())), 0.0)

    return one


def labels_of(store: Store) -> dict[str, str]:
    return {"vendor_id": store.vendor.id, "vendor": store.vendor.name}


def test_nobody_reads_the_metrics_until_a_token_is_set(http: httpx.Client) -> None:
    answers = [http.get("/metrics", headers=headers) for headers in ({}, {"authorization": "Bearer"}, BEARER)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ünïcode"]
)
def test_without_the_right_token_the_metrics_are_refused(scraper: httpx.Client, given: str) -> None:
    answer = scraper.get("/metrics", headers=[(b"authorization", given.encode())] if given else [])
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "spark_" not in answer.text


def test_an_api_key_opens_no_metrics(scraper: httpx.Client, merchant: Merchant) -> None:
    assert scraper.get("/metrics", auth=merchant.auth).status_code == 401


def test_a_token_that_could_be_guessed_is_no_setting() -> None:
    with pytest.raises(ValidationError):
        Settings(metrics_token="short")


def test_polls_and_the_orders_on_their_pages_are_counted(merchant: Merchant, read: Reader) -> None:
    store = merchant.shipstation
    merchant.take(order(), order())
    store.poll()
    store.poll()
    assert store.get(start_date="never", end_date="never").status_code == 400
    assert read("spark_polls_total", **labels_of(store), status="200") == 2
    assert read("spark_polls_total", **labels_of(store), status="400") == 1
    assert read("spark_orders_served_total", **labels_of(store)) == 4


def test_notices_are_counted_by_what_became_of_them(merchant: Merchant, read: Reader) -> None:
    store = merchant.shipstation
    [taken] = merchant.take(order())
    body = notice(taken["vendor_orders"][0]["id"])
    statuses = [store.notify(sent).status_code for sent in (body, body, notice("", OrderNumber="nobody's"), b"<no")]
    assert statuses == [200, 200, 404, 400]
    counted = {what: read("spark_notices_total", **labels_of(store), outcome=what)
               for what in ("applied", "repeated", "unmatched", "unreadable", "refused", "failed")}  # fmt: skip
    assert counted == {"applied": 1, "repeated": 1, "unmatched": 1, "unreadable": 1, "refused": 0, "failed": 0}


def test_a_refusal_is_counted_whoever_was_refused(merchant: Merchant, read: Reader) -> None:
    before = read("spark_refusals_total", status="401"), read("spark_refusals_total", status="404")
    merchant.http.get(merchant.shipstation.url, params={"action": "export"}, auth=("nobody", "nothing"))
    merchant.http.get("/shipstation/nothing", params={"action": "export"}, auth=("nobody", "nothing"))
    after = read("spark_refusals_total", status="401"), read("spark_refusals_total", status="404")
    assert after == (before[0] + 1, before[1] + 1)


def test_durations_are_told_by_route_without_an_id(merchant: Merchant, scraper: httpx.Client, read: Reader) -> None:
    [taken] = merchant.take(order())
    labels = {"method": "GET", "route": "/api/v1/orders/{order_id}", "status": "200"}
    before = read("spark_request_seconds_count", **labels)
    merchant.order(taken["id"])
    merchant.http.request("PROPFIND", "/anything/at/all")
    assert read("spark_request_seconds_count", **labels) == before + 1
    found = [dict(told) for name, told in values(scraper) if name == "spark_request_seconds_count"]
    assert taken["id"] not in str(found)
    assert {"method": "OTHER", "route": "(none)", "status": "404"} in found


def test_a_connection_that_polled_has_seconds_since_then_and_another_has_none(
    make_merchant: Callable[..., Merchant], scraper: httpx.Client
) -> None:
    polled, silent = make_merchant().shipstation, make_merchant().shipstation
    polled.poll()
    found = {dict(told)["vendor_id"]: value for (name, told), value in values(scraper).items()
             if name == "spark_seconds_since_last_poll"}  # fmt: skip
    assert found[polled.vendor.id] >= 0
    assert silent.vendor.id not in found


def test_what_needs_a_person_is_told_by_account(merchant: Merchant, scraper: httpx.Client) -> None:
    merchant.take(order(ship_to={**ADDRESS, "city": ""}), order(ship_to={**ADDRESS, "city": ""}), order())
    merchant.shipstation.notify(notice("", OrderNumber="nobody's"))
    account = merchant_name(merchant)
    found = {(name, *sorted(dict(told).values())): value for (name, told), value in values(scraper).items()}
    assert found["spark_orders_flagged", *sorted((account, "needs_address"))] == 2
    assert found["spark_notices_waiting", *sorted((account, "unmatched"))] == 1


def merchant_name(merchant: Merchant) -> str:
    with merchant.sessions.begin() as session:
        statement = sql("SELECT name FROM accounts WHERE account_id = :id")
        return str(session.execute(statement, {"id": merchant.account_id}).scalar_one())


def test_without_the_database_the_counts_are_still_told(base_url: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"postgresql://nobody@127.0.0.1:{unused.getsockname()[1]}/nothing"
        app = create_app(Settings(database_url=nowhere, metrics_token=TOKEN, log_level="CRITICAL"))
        with visited(app) as client:
            client.get("/healthz")
            found = values(client)
    assert found["spark_database_up", frozenset()] == 0
    assert any(name == "spark_request_seconds_count" for name, _ in found)
    assert not any(name == "spark_seconds_since_last_poll" for name, _ in found)


@pytest.mark.parametrize("file", ["docs/monitoring.md", "examples/alerts.yml"])
def test_the_documents_name_only_metrics_that_exist(merchant: Merchant, scraper: httpx.Client, file: str) -> None:
    merchant.take(order(ship_to={**ADDRESS, "city": ""}))
    merchant.shipstation.notify(notice("", OrderNumber="nobody's"))
    merchant.shipstation.poll()
    families = text_string_to_metric_families(scraper.get("/metrics", headers=BEARER).text)
    known = {sample.name for family in families for sample in family.samples if family.name.startswith("spark_")}
    named = set(re.findall(r"\bspark_[a-z_]+", (ROOT / file).read_text(encoding="utf-8")))
    assert named <= known | {"spark_request_seconds"}
    if file.startswith("docs"):
        assert {re.sub("_(created|bucket|sum|count)$", "", name) for name in known} <= {
            name.removesuffix("_total") for name in named
        } | named
