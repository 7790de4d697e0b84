"""A merchant and a ShipStation account of theirs, over HTTP: what the tests do and see. Every page is checked."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from lxml import etree
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from pagecheck import check_page
from spark_shipstation.services import accounts, vendors
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.answers import VendorOut
from spark_shipstation.services.forms import OrderIn, VendorIn
from spark_shipstation.services.intake import take_orders
from spark_shipstation.store.session import Sessions


def wire(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%m/%d/%Y %H:%M")


@dataclass
class Poll:
    """A window, read to its last page."""

    pages: int
    orders: list[etree._Element]
    by_page: list[list[str]] = field(default_factory=list)

    @property
    def numbers(self) -> list[str]:
        return [text(order, "OrderNumber") for order in self.orders]

    @property
    def ids(self) -> list[str]:
        return [text(order, "OrderID") for order in self.orders]

    def order(self, number: str) -> etree._Element:
        return next(order for order in self.orders if text(order, "OrderNumber") == number)


def is_told_to_come_again(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and int(answer.headers["retry-after"]) > 0


def text(element: etree._Element, path: str) -> str:
    found = element.find(path)
    assert found is not None, f"{element.tag!s} has no {path}"
    return found.text or ""


def articles(order: etree._Element) -> list[tuple[str, int]]:
    """What there is to ship: (SKU, units), without adjustments of the money."""
    items = [item for item in order.iterfind("Items/Item") if item.findtext("Adjustment") != "true"]
    return [(text(item, "SKU"), int(text(item, "Quantity"))) for item in items]


@dataclass
class Store:
    """A ShipStation account: it polls one connection and posts notices to it."""

    http: httpx.Client
    vendor: VendorOut

    @property
    def auth(self) -> tuple[str, str]:
        return self.vendor.username or "", self.vendor.password or ""

    @property
    def url(self) -> str:
        return self.vendor.url or ""

    def get(self, **query: str) -> httpx.Response:
        return self.http.get(self.url, params={"action": "export", **query}, auth=self.auth)

    def page(self, start: datetime, end: datetime, page: int = 1) -> etree._Element:
        response = self.get(start_date=wire(start), end_date=wire(end), page=str(page))
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/xml; charset=utf-8"
        return check_page(response.content)

    def poll(self, start: datetime | None = None, end: datetime | None = None) -> Poll:
        now = datetime.now(UTC)
        start, end = start or now - timedelta(hours=1), end or now + timedelta(minutes=1)
        first = self.page(start, end)
        pages = int(first.get("pages", ""))
        roots = [first, *(self.page(start, end, number) for number in range(2, pages + 1))]
        by_page = [[text(order, "OrderID") for order in root] for root in roots]
        return Poll(pages, [order for root in roots for order in root], by_page)

    def notify(self, body: bytes = b"", content_type: str | None = "text/xml", **query: str) -> httpx.Response:
        headers = {"content-type": content_type} if content_type else {}
        params = {"action": "shipnotify", **query}
        return self.http.post(self.url, params=params, content=body, headers=headers, auth=self.auth)


@dataclass
class Merchant:
    """An account of its own for each test, so that tests never see each other's rows."""

    account_id: UUID
    http: httpx.Client
    auth: tuple[str, str]
    sessions: Sessions
    shipstation: Store

    def post(self, *orders: dict[str, Any]) -> httpx.Response:
        document = orders[0] if len(orders) == 1 else {"orders": list(orders)}
        return self.http.post("/api/v1/orders", content=json.dumps(document), auth=self.auth)

    def take(self, *orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Send orders that must all stand; answers them as they read back."""
        response = self.post(*orders)
        assert response.status_code == 200, response.text
        results = response.json()["results"]
        assert [result["outcome"] for result in results if result["outcome"] == "refused"] == [], results
        return [self.order(result["id"]) for result in results]

    def order(self, id_: str) -> dict[str, Any]:
        return self.get(f"/orders/{id_}")

    def get(self, path: str, **query: str) -> dict[str, Any]:
        response = self.http.get(f"/api/v1{path}", params=query, auth=self.auth)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def act(self, path: str, **body: Any) -> httpx.Response:
        """`POST` to a call that does something, with that body (none where nothing is given)."""
        content = json.dumps(body) if body else b""
        return self.http.post(f"/api/v1{path}", content=content, auth=self.auth)

    def done(self, path: str, **body: Any) -> dict[str, Any]:
        """The answer of an action that must be allowed."""
        response = self.act(path, **body)
        assert response.status_code in {200, 201}, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def add_store(self, name: str, **settings: Any) -> Store:
        """One more ShipStation vendor."""
        response = self.http.post("/api/v1/vendors", json={"name": name, **settings}, auth=self.auth)
        assert response.status_code == 201, response.text
        return Store(self.http, VendorOut(**response.json()))

    def set_vendor(self, name: str = "ShipStation", **settings: Any) -> dict[str, Any]:
        response = self.http.patch(f"/api/v1/vendors/{name}", json=settings, auth=self.auth)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def exchanges(self) -> list[tuple[str, int, str]]:
        """The log of ShipStation's calls: action, status, what was wrong."""
        with self.sessions.begin() as session:
            rows = session.execute(
                sql("SELECT action, status, complaint FROM exchanges WHERE account_id = :a ORDER BY at, id"),
                {"a": self.account_id},
            )
            return [(row.action, row.status, row.complaint) for row in rows]

    def rename_unnoticed(self, name: str, new: str) -> None:
        """What waits for a vendor of that name goes on waiting, as of more orders than a change routes at once."""
        renamed = sql("UPDATE vendors SET name = :new WHERE account_id = :id AND name = :name")
        with self.sessions.begin() as session:
            session.execute(renamed, {"id": self.account_id, "name": name, "new": new})

    def put_product(self, sku: str, vendors: Iterable[dict[str, Any]] = (), **fields: Any) -> None:
        document = {"vendors": list(vendors), **fields}
        response = self.http.put(f"/api/v1/products/{sku}", json=document, auth=self.auth)
        assert response.status_code == 200, response.text

    def put_rules(self, *rules: dict[str, Any]) -> None:
        response = self.http.put("/api/v1/routing-rules", json={"rules": list(rules)}, auth=self.auth)
        assert response.status_code == 200, response.text

    def rules(self) -> list[dict[str, Any]]:
        known: list[dict[str, Any]] = self.get("/routing-rules")["rules"]
        return known


@contextmanager
def order_held_open(merchant: Merchant, document: dict[str, Any]) -> Iterator[None]:
    """An order taken in by a transaction that commits only when the block ends."""
    session = merchant.sessions()
    with session.begin():
        actor = Actor(merchant.account_id, "a slow writer")
        take_orders(session, [OrderIn.model_validate(document)], actor, now=datetime.now(UTC))
        yield
    session.close()


def new_merchant(sessions: Sessions, http: httpx.Client, name: str, **settings: Any) -> Merchant:
    with sessions.begin() as session:
        return _made(session, sessions, http, name, settings)


def _made(session: Session, sessions: Sessions, http: httpx.Client, name: str, settings: dict[str, Any]) -> Merchant:
    account = accounts.add_account(session, name)
    key = accounts.add_api_key(session, account.account_id, "tests")
    vendor = vendors.add_vendor(
        session, account.account_id, VendorIn(name="ShipStation", **settings), str(http.base_url)
    )
    return Merchant(account.account_id, http, (key.id, key.secret), sessions, Store(http, vendor))
