"""What watches the process gets: alive, able to work, and logs that tell nothing about people."""

import json
import logging
import socket
import time
from collections.abc import Iterator
from uuid import uuid4

import anyio
import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from builders import order
from driver import Merchant
from spark_shipstation import logs
from spark_shipstation.settings import Settings
from spark_shipstation.store import migrations
from spark_shipstation.store.session import Sessions
from spark_shipstation.web.app import create_app


def test_alive_and_able(http: httpx.Client) -> None:
    assert http.get("/healthz").json() == {"status": "ok"}
    ready = http.get("/readyz")
    assert (ready.status_code, ready.json()["migrations"]) == (200, "at head")


def test_not_ready_behind_the_newest_migration(http: httpx.Client, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(sql("UPDATE alembic_version SET version_num = '0000'"))
    try:
        ready = http.get("/readyz")
        assert (ready.status_code, "at 0000, not at" in ready.json()["migrations"]) == (503, True)
        assert http.get("/healthz").status_code == 200
    finally:
        with sessions.begin() as session:
            session.execute(sql("UPDATE alembic_version SET version_num = :head"), {"head": migrations.head()})


def test_ready_beside_a_newer_version_that_has_migrated_already(http: httpx.Client, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    try:
        ready = http.get("/readyz")
        assert (ready.status_code, ready.json()["migrations"]) == (200, "at 9999, of a newer version")
    finally:
        with sessions.begin() as session:
            session.execute(sql("UPDATE alembic_version SET version_num = :head"), {"head": migrations.head()})


@pytest.fixture
def app_without_database() -> Iterator[FastAPI]:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody@127.0.0.1:{unused.getsockname()[1]}/nothing"
        yield create_app(Settings(database_url=url, log_level="CRITICAL"))


def test_without_a_database_every_answer_is_503_in_its_own_form(app_without_database: FastAPI) -> None:
    async def call() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app_without_database, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://spark", auth=("u", "p")) as client:
            return [
                await client.get("/readyz"),
                await client.get("/shipstation/abc", params={"action": "export"}),
                await client.post("/shipstation/abc", params={"action": "shipnotify"}, content=b"<ShipNotice/>"),
                await client.get("/api/v1/orders"),
            ]

    ready, export, posted, orders = anyio.run(call)
    assert [answer.status_code for answer in (ready, export, posted, orders)] == [503] * 4
    assert export.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<Error><Message>Spark')
    assert int(export.headers["retry-after"]) > 0
    assert int(posted.headers["retry-after"]) > 0
    assert orders.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in export.text + posted.text + orders.text


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/shipstation", "/shipstation/a/b"])
def test_no_answer_is_html(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    expected = "application/xml" if path.startswith("/shipstation") else "application/problem+json"
    assert answer.headers["content-type"].startswith(expected)


def test_every_answer_names_its_request(http: httpx.Client) -> None:
    assert http.get("/healthz", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    made_up = http.get("/healthz", headers={"x-request-id": "no good\tword"}).headers["x-request-id"]
    assert len(made_up) == 32


def test_logs_tell_the_request_and_nothing_about_people(merchant: Merchant, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "json")
    try:
        merchant.take(order())
        merchant.shipstation.poll()
        merchant.shipstation.notify(b"", None, order_number="nothing", **{"SS-Password": "top-secret"})
        merchant.shipstation.get(start_date="nonsense-of-ada", end_date="x")
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        logging.getLogger().handlers = []
    requests = [line for line in lines if line["event"] == "request"]
    assert {line["route"] for line in requests} >= {"/api/v1/orders", "/shipstation/{public_id}"}
    assert all({"request_id", "status", "ms", "timestamp"} <= line.keys() for line in requests)
    everything = json.dumps(lines)
    for private in ("Ada", "ada@", "Main St", "top-secret", "start_date", "nonsense-of-ada", merchant.auth[1]):
        assert private not in everything
    assert (merchant.shipstation.vendor.password or "") not in everything


def test_the_api_is_described(http: httpx.Client) -> None:
    described = http.get("/openapi.json").json()
    assert "/api/v1/orders" in described["paths"]
    body = described["paths"]["/api/v1/orders"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["anyOf"][0]["properties"]["lines"]
    assert http.get("/docs").status_code == 200


def test_every_reference_in_the_description_leads_somewhere(http: httpx.Client) -> None:
    described = http.get("/openapi.json").json()

    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            for inner in part.values():
                yield from references(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from references(inner)

    found = set(references(described))
    assert found
    for reference in found:
        place = described
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v1/vendors/vendors", "/api/v1/vendors/{vendor}"),
        ("/api/v1/products/v1", "/api/v1/products/{sku}"),
        ("/api/v1/products/a/b", "/api/v1/products/{sku}"),
        ("/api/v1/products/products/products", "/api/v1/products/{sku}"),
        ("/api/v1/orders/e/explain", "/api/v1/orders/{order_id}/explain"),
        ("/api/v1/orders/{order_id}", "/api/v1/orders/{order_id}"),
    ],
)
def test_the_log_names_the_route_and_not_its_values(
    merchant: Merchant, capsys: pytest.CaptureFixture[str], path: str, route: str
) -> None:
    logs.set_up("INFO", "json")
    try:
        merchant.http.get(path, auth=merchant.auth)
        told, give_up = "", time.monotonic() + 10
        while '"event": "request"' not in told:  # the line is written after the answer
            assert time.monotonic() < give_up, told
            time.sleep(0.01)
            told += capsys.readouterr().err
        lines = [json.loads(line) for line in told.splitlines()]
    finally:
        logging.getLogger().handlers = []
    assert [line["route"] for line in lines if line["event"] == "request"] == [route]


def test_a_database_error_in_the_log_tells_its_kind_and_no_row(
    sessions: Sessions, capsys: pytest.CaptureFixture[str]
) -> None:
    marker = uuid4().hex
    logs.set_up("INFO", "json")
    try:
        try:
            with sessions.begin() as session:
                session.execute(sql("SELECT CAST(CAST(:row AS text) AS integer)"), {"row": marker})
        except SQLAlchemyError:
            structlog.get_logger("test").exception("it failed")
        [told] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        logging.getLogger().handlers = []
    assert "InvalidTextRepresentation: 22P02" in told["exception"]
    assert "test_health.py" in told["exception"]
    assert marker not in json.dumps(told)
