"""With several workers /metrics answers for all of them; traces go out where OpenTelemetry's variables say so."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from builders import order
from processes import Server

TOKEN = "a-token-of-twenty-and-more"


def polls_told(server: Server) -> float:
    answer = httpx.get(f"{server.base_url}/metrics", headers={"authorization": f"Bearer {TOKEN}"}, timeout=30)
    families = text_string_to_metric_families(answer.text)
    return sum(s.value for family in families for s in family.samples if s.name == "spark_polls_total")


def poll(server: Server, **query: str) -> None:
    """On a connection of its own, so that any worker may get it."""
    vendor = server.facts()["shipstation"]
    window = {"action": "export", "start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00", **query}
    answer = httpx.get(vendor["url"], params=window, auth=(vendor["username"], vendor["password"]), timeout=30)
    assert answer.status_code == 200


def test_any_worker_tells_the_counts_of_all(tmp_path: Path) -> None:
    with Server(tmp_path, SPARK_WORKERS="2", SPARK_METRICS_TOKEN=TOKEN) as server:
        for _ in range(20):
            poll(server)
        assert {polls_told(server) for _ in range(10)} == {20}


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A place to send telemetry to, and what was sent: path and body."""
    got: list[tuple[str, bytes]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", got
        server.shutdown()
        thread.join()


def test_traces_go_out_without_a_query_a_password_or_an_address(tmp_path: Path) -> None:
    with (
        collector() as (endpoint, got),
        Server(
            tmp_path,
            OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
            OTEL_EXPORTER_OTLP_COMPRESSION="none",
            OTEL_METRICS_EXPORTER="none",
            OTEL_BSP_SCHEDULE_DELAY="200",
        ) as server,
    ):
        server.post_order(order(number="N-secret-1"))
        poll(server, **{"SS-Password": "in-the-query"})
        password = server.facts()["shipstation"]["password"]
        give_up = time.monotonic() + 20
        while not any(b"/shipstation/{public_id}" in body for _, body in got):
            assert time.monotonic() < give_up, server.output()
            time.sleep(0.05)
    sent = b"".join(body for _, body in got)
    assert {path for path, _ in got} == {"/v1/traces"}
    assert b"/api/v1/orders" in sent
    for private in ("in-the-query", password, "start_date", "Ada Buyer", "1 Main St", "N-secret-1"):
        assert private.encode() not in sent, private


def test_without_the_variables_nothing_is_sent_and_nothing_is_said(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        poll(server)
        assert "elemetry" not in server.output()
