"""The shop's own words for the status of an order, and which of ours each means. A meaning sets facts: is it paid, may
it be shipped, is it cancelled or gone. A word that nobody gave a meaning holds the order until somebody does.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class Meaning(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    UNKNOWN = "unknown"


SAID_NOTHING = ""
MEANINGS = tuple(meaning for meaning in Meaning if meaning is not Meaning.UNKNOWN)
# Our own words need no meaning from anybody.
_OWN = {meaning.value: meaning for meaning in MEANINGS} | {"awaiting_shipment": Meaning.PAID}


def folded(word: str) -> str:
    """`On-Hold`, `on hold` and `on_hold` are one word."""
    return re.sub(r"[\s_-]+", "_", word.strip()).casefold()


def meaning_of(word: str, words: Mapping[str, str]) -> str:
    """By the store's `words`, else our own; `SAID_NOTHING` for an order without a status."""
    if not folded(word):
        return SAID_NOTHING
    known = _OWN | {folded(said): Meaning(meaning) for said, meaning in words.items()}
    return known.get(folded(word), Meaning.UNKNOWN).value


def is_paid(meaning: str, payment_status: str) -> bool:
    """The word says it where it means paid or unpaid; else the payment does."""
    return meaning == Meaning.PAID if meaning in (Meaning.PAID, Meaning.UNPAID) else payment_status == "paid"


def holds(meaning: str) -> bool:
    return meaning in (Meaning.ON_HOLD, Meaning.UNKNOWN)
