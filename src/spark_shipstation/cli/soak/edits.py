"""Orders as a shop would send them, and what becomes of them: one random edit at a time. Plain documents only."""

import copy
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .plan import CONNECTIONS

Document = dict[str, Any]
SKUS = ("TEE-S", "TEE-M", "MUG", "CAP", "SOCKS", "POSTER")
STREETS = ("Main St", "Oak Ave", "Río Grande Blvd", "Rue de l’Église", "Mill Lane & Co")
NOTES = ("Leave at the door", "Ring <twice>", "Déjà vu & ☃", "", "Please call first", "]]> fragile")


def new_order(dice: random.Random, number: str) -> Document:
    document: Document = {
        "store": "soak",
        "external_id": f"soak-{number}",
        "number": number,
        "placed_at": f"2026-03-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00+00:00",
        "payment_status": "paid",
        "payment_method": "Visa",
        "shipping_method": dice.choice(("Ground", "Express")),
        "currency": "USD",
        "customer": {"code": f"c-{number}", "name": "Ada Buyer", "email": "ada@example.com"},
        "bill_to": {"name": "Ada Buyer"},
        "ship_to": _address(dice),
        "lines": [_line(dice, f"l{index}") for index in range(1, dice.randint(1, 4) + 1)],
        "discounts": [{"code": "SOAK", "amount": "1.00"}] if dice.random() < 0.3 else [],
        "shipping_amount": "5.00",
        "tax_amount": "2.10",
        "customer_notes": dice.choice(NOTES),
    }
    return _totalled(document)


def edited(document: Document, dice: random.Random) -> Document:
    """A copy with one change."""
    changed = copy.deepcopy(document)
    dice.choice(EDITS)(changed, dice)
    return _totalled(changed)


def _move_house(document: Document, dice: random.Random) -> None:
    document["ship_to"] = _address(dice)


def _change_quantity(document: Document, dice: random.Random) -> None:
    dice.choice(document["lines"])["quantity"] = dice.randint(1, 9)


def _write_note(document: Document, dice: random.Random) -> None:
    document[dice.choice(("customer_notes", "internal_notes", "gift_message"))] = (
        f"{dice.choice(NOTES)} {dice.randint(1, 999)}"
    )


def _add_line(document: Document, dice: random.Random) -> None:
    if len(document["lines"]) < 8:
        document["lines"].append(_line(dice, f"l{dice.randint(100, 999_999)}"))


def _remove_line(document: Document, dice: random.Random) -> None:
    if len(document["lines"]) > 1:
        document["lines"].remove(dice.choice(document["lines"]))


def _move_line(document: Document, dice: random.Random) -> None:
    dice.choice(document["lines"])["vendor"] = dice.choice(tuple(CONNECTIONS))


EDITS: tuple[Callable[[Document, random.Random], None], ...] = (
    _move_house, _change_quantity, _write_note, _add_line, _remove_line, _move_line,
)  # fmt: skip


def _address(dice: random.Random) -> Document:
    return {
        "name": "Ada Buyer",
        "address1": f"{dice.randint(1, 9999)} {dice.choice(STREETS)}",
        "city": "Austin",
        "state": "TX",
        "postal_code": f"{dice.randint(73301, 79999)}",
        "country": "US",
        "phone": "512-555-0100",
    }


def _line(dice: random.Random, external_id: str) -> Document:
    sku = dice.choice(SKUS)
    return {
        "external_id": external_id,
        "sku": sku,
        "name": sku.title(),
        "quantity": dice.randint(1, 6),
        "unit_price": f"{dice.randint(1, 60)}.{dice.randint(0, 99):02}",
        "vendor": dice.choice(tuple(CONNECTIONS)),
    }


def _totalled(document: Document) -> Document:
    goods = sum((Decimal(line["unit_price"]) * line["quantity"] for line in document["lines"]), Decimal(0))
    saved = sum((Decimal(discount["amount"]) for discount in document["discounts"]), Decimal(0))
    extra = Decimal(document["shipping_amount"]) + Decimal(document["tax_amount"])
    document["total"] = str(goods + extra - saved)
    return document
