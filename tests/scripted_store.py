"""A store on a real port that answers as it was told: for tests of the stand-in, which speaks to it over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from spark_shipstation.customstore.client import notice_for
from spark_shipstation.customstore.messages import (
    BillToMessage,
    CustomerMessage,
    ItemMessage,
    NoticeMessage,
    OrderMessage,
    ShipToMessage,
)
from spark_shipstation.customstore.writer import write_answer, write_order, write_orders

XML = "application/xml; charset=utf-8"
PASSWORD = "s3cret-Pass/word"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    content_type: str = XML
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes
    port: int

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))


@dataclass
class ScriptedStore:
    """`pages` answers a GET by its page, `refusal` answers everything, `to_notice` a POST."""

    url: str
    pages: list[bytes | Reply] = field(default_factory=list)
    to_notice: Reply = field(default_factory=lambda: Reply(200, write_answer("Success", "Thank you.")))
    refusal: Reply | None = None
    calls: list[Call] = field(default_factory=list)

    def serve(self, *pages: list[OrderMessage]) -> None:
        self.pages = [page(*orders, pages=len(pages)) for orders in pages]

    def reply_to(self, call: Call) -> Reply:
        self.calls.append(call)
        if self.refusal is not None:
            return self.refusal
        if call.method == "POST":
            return self.to_notice
        served = self.pages[int(call.query["page"]) - 1]
        return served if isinstance(served, Reply) else Reply(body=served)


@contextmanager
def scripted_store() -> Iterator[ScriptedStore]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = store.reply_to(
                Call(self.command, parts.path, parts.query, headers, body, int(self.client_address[1]))
            )
            self.send_response(reply.status)
            told = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body)), **reply.headers}
            for name, value in told.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store = ScriptedStore(f"http://127.0.0.1:{server.server_port}/customstore/v-1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(*orders: OrderMessage, pages: int = 1) -> bytes:
    return write_orders((write_order(order) for order in orders), pages)


def an_item(line_item_id: str = "l-1", sku: str = "TEE-M", quantity: int = 3, price: str = "10.00") -> ItemMessage:
    return ItemMessage(line_item_id, sku, f"Article {sku}", quantity, Decimal(price))


def a_discount(amount: str = "-3.00") -> ItemMessage:
    return ItemMessage("d-1", "", "SUMMER10", 1, Decimal(amount), adjustment=True)


def an_order(
    order_id: str = "o-1", number: str = "1001", *, items: tuple[ItemMessage, ...] | None = None, status: str = "paid"
) -> OrderMessage:
    ship_to = ShipToMessage("Ada Buyer", "1 Main St", "Austin", "TX", "78701", "US", company="Ada & Co", phone="512")
    return OrderMessage(
        order_id=order_id,
        number=number,
        order_date=datetime(2026, 3, 8, 9, 59),  # noqa: DTZ001 - wall-clock time, as on the wire
        status=status,
        last_modified=datetime(2026, 3, 8, 10, 30),  # noqa: DTZ001
        total=Decimal("34.10"),
        shipping_amount=Decimal("5.00"),
        customer=CustomerMessage("c-77", BillToMessage("Ada Buyer", email="ada@example.com"), ship_to),
        items=(an_item(), an_item("l-2", "MUG", 1, "7.50"), a_discount()) if items is None else items,
        currency="USD",
        tax_amount=Decimal("2.10"),
        customer_notes="Leave at the [red]door[/red]",
        gift=True,
        custom_field2="second",
    )


def a_notice(order: OrderMessage | None = None, **facts: Any) -> NoticeMessage:
    made_at = datetime(2026, 11, 1, 12, 34, 56, tzinfo=UTC)
    return notice_for(order or an_order(), **{"now": made_at, "tracking_number": "1Z1", **facts})
