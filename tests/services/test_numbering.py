"""No vendor has a number twice, and batches with the same numbers neither wait in a circle nor lose an order."""

import random
import threading

from sqlalchemy import text

from builders import line, order
from driver import Merchant
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.forms import OrderIn
from spark_shipstation.services.intake import take_orders
from spark_shipstation.store.accounts import clock
from spark_shipstation.store.session import Sessions

SHOPS, NUMBERS, BATCHES = 4, 60, 5


def test_shops_with_the_same_numbers_take_their_orders_in_at_once(merchant: Merchant, sessions: Sessions) -> None:
    actor = Actor(merchant.account_id, "test", "")
    failures: list[Exception] = []
    together = threading.Barrier(SHOPS)

    def take(shop: int) -> None:
        numbers = list(range(NUMBERS))
        random.Random(shop).shuffle(numbers)
        together.wait(30)
        try:
            for part in range(BATCHES):
                forms = [
                    OrderIn.model_validate(order(store=f"shop{shop}", external_id=f"x{n}", number=f"A{n}"))
                    for n in numbers[part::BATCHES]
                ]
                with sessions.begin() as session:
                    take_orders(session, forms, actor, now=clock(session))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=take, args=(shop,)) for shop in range(SHOPS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert not failures
    with sessions.begin() as session:
        rows = session.execute(
            text("SELECT number FROM vendor_orders WHERE account_id = :a"), {"a": merchant.account_id}
        )
        found = sorted(row.number for row in rows)
    assert found == sorted(f"A{n}{letter}" for n in range(NUMBERS) for letter in ("", ".B", ".C", ".D"))


def test_a_part_whose_new_number_is_taken_by_somebody_just_now_gets_the_next_one(
    merchant: Merchant, sessions: Sessions
) -> None:
    actor = Actor(merchant.account_id, "test", "")
    renamed = order(number="B1")
    [taken] = merchant.take(renamed)
    begun, done = threading.Event(), threading.Event()

    def take(form: dict[str, object]) -> None:
        with sessions.begin() as session:
            take_orders(session, [OrderIn.model_validate(form)], actor, now=clock(session))
            begun.set()
            done.wait(1)  # until the other one waits for this transaction

    holder = threading.Thread(target=take, args=(order(number="B2", store="other"),))
    holder.start()
    assert begun.wait(30)
    with sessions.begin() as session:
        take_orders(session, [OrderIn.model_validate({**renamed, "number": "B2"})], actor, now=clock(session))
        again = {**renamed, "number": "B2", "lines": [line(quantity=4)]}
        take_orders(session, [OrderIn.model_validate(again)], actor, now=clock(session))
    holder.join(30)

    [part] = merchant.order(taken["id"])["vendor_orders"]
    assert (part["number"], part["lines"][0]["quantity"]) == ("B2.B", 4)
