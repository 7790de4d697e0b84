"""What the shop's own words for statuses mean."""

import pytest

from spark_shipstation.rules.shopstatus import MEANINGS, holds, is_paid, meaning_of

WORDS = {"Processing": "paid", "back-order": "on_hold", "paid": "on_hold"}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("processing", "paid"),
        (" PROCESSING ", "paid"),
        ("Back Order", "on_hold"),
        ("back_order", "on_hold"),
        ("shipped", "shipped"),
        ("Awaiting Shipment", "paid"),
        ("paid", "on_hold"),  # the store's own meaning goes before ours
        ("strange", "unknown"),
        ("", ""),
        (" - ", "unknown"),
    ],
)
def test_a_word_means_what_the_store_says_else_what_it_says_itself(word: str, meaning: str) -> None:
    assert meaning_of(word, WORDS) == meaning


def test_our_own_words_mean_themselves() -> None:
    assert [meaning_of(meaning, {}) for meaning in MEANINGS] == list(MEANINGS)


@pytest.mark.parametrize(
    ("meaning", "payment", "paid", "held"),
    [("paid", "unpaid", True, False), ("unpaid", "paid", False, False), ("on_hold", "paid", True, True),
     ("unknown", "unpaid", False, True), ("", "paid", True, False), ("shipped", "unpaid", False, False)],
)  # fmt: skip
def test_a_meaning_sets_the_facts_it_is_about(meaning: str, payment: str, paid: bool, held: bool) -> None:
    assert (is_paid(meaning, payment), holds(meaning)) == (paid, held)
