"""docs/life-of-an-order.md, carried out: each row of its tables on a real server, with two ShipStation accounts that
poll. A row says what happens to the order, when, and all that follows; the test compares it word by word."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import text as sql

from builders import ADDRESS, line, notice, order
from driver import Merchant, Store, articles, text

PAGE = (Path(__file__).parents[2] / "docs" / "life-of-an-order.md").read_text(encoding="utf-8")
WHEN = ("not fetched yet", "fetched", "1 × TEE has shipped")
NUMBER = "1001"


@dataclass
class Life:
    """One order on its way: three tees and two mugs, both shipped by East."""

    merchant: Merchant
    stores: dict[str, Store]
    sent: dict[str, Any]
    id: str = ""

    def send(self, **changes: Any) -> None:
        self.sent = self.sent | changes
        [got] = self.merchant.take(self.sent)
        self.id = got["id"]

    def lines(self, **quantities: int) -> list[dict[str, Any]]:
        return [entry | {"quantity": quantities.get(entry["external_id"], entry["quantity"])}
                for entry in self.sent["lines"]]  # fmt: skip

    def do(self, action: str, **body: Any) -> None:
        self.merchant.done(f"/orders/{self.id}/{action}", **body)

    def read(self) -> dict[str, Any]:
        return self.merchant.order(self.id)

    def ship_by_hand(self) -> None:
        [part] = self.read()["vendor_orders"]
        self.merchant.done(f"/vendor-orders/{part['id']}/shipments", carrier="UPS", tracking_number="1Z2")

    def poll(self) -> list[tuple[str, etree._Element]]:
        """What each account gets that changed in the last minutes."""
        now = datetime.now(UTC)
        found = []
        for name, store in self.stores.items():
            found += [(name, element) for element in store.poll(now - timedelta(minutes=10), now).orders]
        return found


def unpaid(life: Life) -> None:
    life.sent = life.sent | {"payment_status": "unpaid"}


@dataclass(frozen=True)
class Case:
    """What happens, and before that, when the order has just come in."""

    happens: Callable[[Life], None]
    first: Callable[[Life], None] = lambda _life: None
    as_sent: Callable[[Life], None] = lambda _life: None


CASES = {
    "It is paid": Case(lambda life: life.send(payment_status="paid"), as_sent=unpaid),
    "It is marked as paid": Case(lambda life: life.do("mark-paid"), as_sent=unpaid),
    "It is held": Case(lambda life: life.do("hold")),
    "It is released": Case(lambda life: life.do("release"), first=lambda life: life.do("hold")),
    "Its address changes": Case(lambda life: life.send(ship_to={**ADDRESS, "address1": "2 Side St"})),
    "More units are ordered": Case(lambda life: life.send(lines=life.lines(l1=5))),
    "Fewer units are ordered": Case(lambda life: life.send(lines=life.lines(l1=2))),
    "A line's quantity becomes 0": Case(lambda life: life.send(lines=life.lines(l2=0))),
    "Every quantity becomes 0": Case(lambda life: life.send(lines=life.lines(l1=0, l2=0))),
    "A line is no longer sent": Case(lambda life: life.send(lines=life.sent["lines"][:1])),
    "A line is added": Case(
        lambda life: life.send(lines=[*life.sent["lines"], line("l3", sku="HAT", quantity=1, vendor="East")])
    ),
    "All of it is cancelled": Case(lambda life: life.do("cancel")),
    "1 × TEE is cancelled": Case(lambda life: life.do("cancel", lines=[{"line": "l1", "quantity": 1}])),
    "It is refunded": Case(lambda life: life.send(payment_status="refunded")),
    "What is open is shipped by hand": Case(Life.ship_by_hand),
    "A line goes to another vendor": Case(
        lambda life: life.send(lines=[life.sent["lines"][0], life.sent["lines"][1] | {"vendor": "West"}])
    ),
    "All of it goes to another vendor": Case(
        lambda life: life.send(lines=[entry | {"vendor": "West"} for entry in life.sent["lines"]])
    ),
    "Its number changes": Case(lambda life: life.send(number="2001")),
    "The shop sends it again unchanged": Case(Life.send),
    "It is sent to ShipStation again": Case(lambda life: life.do("resend")),
}


def rows() -> Iterator[tuple[str, list[str]]]:
    """Of every table: its heading, and the cells of each row."""
    for heading, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL):
        table = re.search(r"(?:^\|.+\|\n?)+", body, re.MULTILINE)
        for row in table[0].strip().splitlines()[2:] if table else ():
            yield heading, [cell.strip() for cell in row.strip("|").split(" | ")]


ROWS = list(rows())


def test_the_page_tells_every_case_at_every_time() -> None:
    assert [(heading, cells[0]) for heading, cells in ROWS] == [(name, when) for name in CASES for when in WHEN]


@pytest.mark.parametrize(("heading", "cells"), ROWS, ids=[f"{heading}, {cells[0]}" for heading, cells in ROWS])
def test_what_the_page_says_of_an_order_is_what_happens(merchant: Merchant, heading: str, cells: list[str]) -> None:
    case = CASES[heading]
    life = begun(merchant, case, cells[0])
    told_before = len(life.read()["timeline"])
    case.happens(life)
    after = life.read()
    served = life.poll()
    assert [cells[0], *said(after, served, told_before)] == cells
    assert not {"cancel_requested", "changed_after_pickup"} & set(life.read()["flags"])


def begun(merchant: Merchant, case: Case, when: str) -> Life:
    """The order as it is when it happens. What came before happened hours ago, so that the next poll shows no more
    than what is new; only what was not fetched yet is new itself."""
    stores = {name: merchant.add_store(name) for name in ("East", "West")}
    lines = [line("l1", sku="TEE", quantity=3, vendor="East"), line("l2", sku="MUG", quantity=2, vendor="East")]
    life = Life(merchant, stores, order(number=NUMBER, external_id="a", lines=lines))
    case.as_sent(life)
    life.send()
    case.first(life)
    if when == WHEN[0]:
        return life
    life.poll()
    if when == WHEN[2]:
        [part] = life.read()["vendor_orders"]
        assert stores["East"].notify(notice(part["id"], {"TEE": 1}, by="SKU")).status_code == 200
    hours_pass(merchant)
    return life


def hours_pass(merchant: Merchant) -> None:
    """The polls come to lie an hour back, and what they served further: a poll begins where the last one was."""
    moved = {
        "changes": (("at", "previous_at"), 3),
        "vendor_orders": (("created_at", "changed_at"), 3),
        "exchanges": (("at", "window_start", "window_end"), 1),
    }
    with merchant.sessions.begin() as session:
        session.execute(sql("SET LOCAL spark.transaction_seconds = '1000000000'"))
        for table, (columns, hours) in moved.items():
            sets = ", ".join(f"{column} = {column} - interval '{hours} hours'" for column in columns)
            session.execute(
                sql(f"UPDATE {table} SET {sets} WHERE account_id = :a"),  # noqa: S608 - names of our own
                {"a": merchant.account_id},
            )


def said(got: dict[str, Any], served: list[tuple[str, etree._Element]], told_before: int) -> list[str]:
    """The cells after the first."""
    parts = [f"{part['vendor']} {part['number']} `{part['status']}`" for part in got["vendor_orders"]]
    return [
        "<br>".join(_served(name, element) for name, element in served) or "nothing",
        f"`{got['status']}`",
        "<br>".join(parts),
        ", ".join(f"`{flag}`" for flag in got["flags"]) or "none",
        "<br>".join(event["what"] for event in got["timeline"][told_before:]) or "nothing",
    ]


def _served(name: str, element: etree._Element) -> str:
    items = [f"{units} × {sku}" for sku, units in articles(element)]
    where = text(element, "Customer/ShipTo/Address1")
    moved = "" if where == ADDRESS["address1"] else f", to {where}"
    return f"{name} {text(element, 'OrderNumber')} `{text(element, 'OrderStatus')}`: {', '.join(items)}{moved}"
