"""`check` as a person types it, against the service itself and against stores that have something wrong."""

import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from builders import order
from driver import Merchant, wire
from scripted_store import PASSWORD, Reply, ScriptedStore, an_order, page, scripted_store
from spark_shipstation.cli import app
from spark_shipstation.cli.check import Wire, encryption


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    with scripted_store() as running:
        yield running


def run(url: str, username: str, password: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["check", url, "--username", username, "--password", password, *words])


def checked(merchant: Merchant, *words: str, password: str = "") -> Result:
    username, right = merchant.shipstation.auth
    return run(merchant.shipstation.url, username, password or right, *words)


def results(result: Result) -> dict[str, str]:
    return {one["check"]: one["result"] for one in json.loads(result.stdout)["checks"]}


def sentence(result: Result, check: str) -> str:
    [found] = [one["sentence"] for one in json.loads(result.stdout)["checks"] if one["check"] == check]
    return str(found)


ALL = ["reachable", "encryption", "wrong password", "password", "page", "content type", "answer time", "clock",
       "time zone"]  # fmt: skip


def test_where_all_is_well_every_line_says_ok(merchant: Merchant) -> None:
    merchant.take(*(order() for _ in range(3)))
    result = checked(merchant)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line.removeprefix("ok").strip().partition(":")[0] for line in lines] == ALL
    assert all(line.startswith("ok  ") for line in lines)
    assert "page: The last hour is valid: 3 orders on 1 page," in result.stdout
    assert "A window that ends now in UTC is understood." in result.stdout


def test_json_is_one_object(merchant: Merchant) -> None:
    result = checked(merchant, "--json")
    assert results(result) == dict.fromkeys(ALL, "ok")
    assert json.loads(result.stdout)["url"] == merchant.shipstation.url


def test_a_wrong_password_is_told_with_what_may_drop_it(merchant: Merchant) -> None:
    result = checked(merchant, "--json", password="not-the-one")
    assert result.exit_code == 1
    assert (results(result)["wrong password"], results(result)["password"]) == ("ok", "failed")
    assert "a proxy drops the header Authorization" in sentence(result, "password")
    assert "not-the-one" not in result.output


def test_a_store_that_cannot_be_reached_is_told_so() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        result = run(f"http://127.0.0.1:{unused.getsockname()[1]}/shipstation/x", "sam", "secret")
    assert result.exit_code == 1
    assert result.stdout.startswith("failed   reachable: 127.0.0.1 cannot be reached")
    assert len(result.stdout.splitlines()) == 1


def test_a_wrong_address_is_a_sentence_and_exit_code_2() -> None:
    result = run("nonsense", "sam", "secret")
    assert (result.exit_code, "must be a whole one" in result.stderr) == (2, True)


def test_another_zone_than_the_connections_is_noticed_at_once(merchant: Merchant) -> None:
    result = checked(merchant, "--time-zone", "Asia/Kathmandu", "--json")
    assert (result.exit_code, results(result)["time zone"]) == (1, "failed")
    assert "Asia/Kathmandu is 5 hours and 45 minutes ahead of the connection's" in sentence(result, "time zone")


def test_a_mismatch_that_the_polls_have_shown_is_told(merchant: Merchant) -> None:
    """And checking does not clear it."""
    there = datetime.now(UTC) - timedelta(hours=7)
    for minutes in (2, 1, 0):
        end = there - timedelta(minutes=minutes)
        merchant.shipstation.get(start_date=wire(end - timedelta(minutes=15)), end_date=wire(end))
    for _ in range(2):
        result = checked(merchant, "--json")
        assert result.exit_code == 1
        assert results(result) == dict.fromkeys(ALL, "ok") | {"ShipStation's time zone": "failed"}
        told = sentence(result, "ShipStation's time zone")
        assert told.startswith("ShipStation's dates are 7 hours behind UTC. In ShipStation set the store's time zone")


def test_a_store_that_lets_everyone_in_and_breaks_the_protocol_fails(store: ScriptedStore) -> None:
    store.pages = [
        Reply(body=page(an_order("o-1")).replace(b"<OrderTotal>", b"<OrderTotal>x"), content_type="text/html")
    ]
    result = run(store.url, "sam", PASSWORD, "--json")
    assert result.exit_code == 1
    failed = {check for check, outcome in results(result).items() if outcome == "failed"}
    assert failed == {"wrong password", "page", "content type"}


def test_dates_of_orders_tell_where_the_store_says_nothing(store: ScriptedStore) -> None:
    store.serve([an_order()])
    result = run(store.url, "sam", PASSWORD, "--json")
    assert results(result)["time zone"] == "failed"
    assert "Order 1001 was last modified 03/08/2026 10:30, beside the window." in sentence(result, "time zone")


def test_a_refusal_without_a_challenge_is_told(store: ScriptedStore) -> None:
    store.refusal = Reply(401, b"no")
    result = run(store.url, "sam", PASSWORD, "--json")
    assert "without a challenge" in sentence(result, "wrong password")
    store.refusal = Reply(404, b"no")
    assert "should have answered 401" in sentence(run(store.url, "sam", PASSWORD, "--json"), "wrong password")


# Encryption.


@contextmanager
def encrypted_store(folder: Path, days: int) -> Iterator[str]:
    """Its certificate is signed by itself, in `folder/cert.pem`."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=here", "-days", str(days),
               "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Server(HTTPServer):
        def handle_error(self, *_: Any) -> None:
            """A client that does not trust us."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/x"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_password_in_the_clear_is_a_warning() -> None:
    for host, outcome in (("orders.example", "warning"), ("10.0.0.7", "warning"), ("localhost", "ok"), ("[::1]", "ok")):
        answer = httpx.Response(401, request=httpx.Request("GET", f"http://{host}/shipstation/x"))
        assert encryption(Wire([answer])).result == outcome, host


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
@pytest.mark.parametrize(("days", "outcome"), [(90, "ok"), (10, "warning")])
def test_the_certificate_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, outcome: str) -> None:
    with encrypted_store(tmp_path, days) as url:
        untrusted = run(url, "sam", "secret", "--json")
        assert results(untrusted) == {"encryption": "failed"}
        assert "Get a certificate" in sentence(untrusted, "encryption")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        trusted = run(url, "sam", "secret", "--json")
    assert results(trusted)["encryption"] == outcome
    assert f"valid for {days - 1} more days" in sentence(trusted, "encryption")
