"""Pages by cursor while others write: what was there at the start is seen once, and nothing twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest

from builders import line, order
from driver import Merchant

ORDERS = 24


@contextmanager
def writing(*acts: Callable[[], object]) -> Iterator[None]:
    """Each again and again in a thread of its own."""
    stop = threading.Event()

    def run(act: Callable[[], object]) -> int:
        times = 0
        while not stop.is_set():
            act()
            times += 1
        return times

    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(run, act) for act in acts]
        try:
            yield
        finally:
            stop.set()
        assert all(run.result() for run in runs), "nothing was written meanwhile"


def walked(merchant: Merchant, path: str, **query: str) -> list[str]:
    """The ids on all pages."""
    name = path.strip("/").replace("-", "_")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = merchant.get(path, limit="3", **query, **cursor)
        seen += [row["id"] for row in answer[name]]
        if answer["next_cursor"] is None:
            return seen
        cursor = {"cursor": answer["next_cursor"]}


@pytest.mark.parametrize("path", ["/orders", "/vendor-orders"])
def test_pages_neither_skip_nor_repeat_while_orders_come_in_and_change(merchant: Merchant, path: str) -> None:
    merchant.add_store("West")
    mixed = [line("l1"), line("l2", sku="MUG", vendor="West")]
    sent = [order(lines=mixed) for _ in range(ORDERS)]
    got = merchant.take(*sent)
    there = {row["id"] for row in (got if path == "/orders" else [part for o in got for part in o["vendor_orders"]])}
    turn, quantities = cycle(got), cycle(range(1, 9))

    def edit() -> None:
        changed: dict[str, Any] = {**sent[0], "lines": [line("l1", quantity=next(quantities)), mixed[1]]}
        assert merchant.post(changed).status_code == 200

    def hold() -> None:
        id_ = next(turn)["id"]
        assert merchant.act(f"/orders/{id_}/hold").status_code == 200
        assert merchant.act(f"/orders/{id_}/release").status_code == 200

    def create() -> None:
        assert merchant.post(order(), order()).status_code == 200

    with writing(edit, hold, create):
        walks = [walked(merchant, path) for _ in range(3)]
    for seen in walks:
        assert len(seen) == len(set(seen))
        assert there <= set(seen)


@pytest.mark.parametrize("path", ["/orders", "/vendor-orders"])
def test_pages_of_a_filtered_list_hold_what_stays_in_it(merchant: Merchant, path: str) -> None:
    """Those that do not change are all seen, whatever comes into the list and leaves it beside them."""
    rows = merchant.take(*(order(store="kept") for _ in range(9)), *(order(store="moving") for _ in range(9)))
    moving = cycle([row["id"] for row in rows if row["store"] == "moving"])
    kept = [row["id"] if path == "/orders" else row["vendor_orders"][0]["id"] for row in rows if row["store"] == "kept"]

    def turn() -> None:
        id_ = next(moving)
        assert merchant.act(f"/orders/{id_}/hold").status_code == 200
        assert merchant.act(f"/orders/{id_}/release").status_code == 200

    with writing(turn):
        seen = walked(merchant, path, status="awaiting_shipment")
    assert len(seen) == len(set(seen))
    assert set(kept) <= set(seen)
