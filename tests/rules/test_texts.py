"""Texts are cut where a person sees a character end."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spark_shipstation.rules.texts import cut

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1eb\U0001f1f7"
THUMB = "\U0001f44d\U0001f3fd"
ACCENTED = "e\u0301"


@pytest.mark.parametrize("whole", [FAMILY, FLAG, THUMB, ACCENTED])
def test_half_of_what_a_person_sees_as_one_is_left_out(whole: str) -> None:
    for kept in range(1, len(whole)):
        assert cut("ab" + whole + "cd", 2 + kept) == "ab"
    assert cut("ab" + whole + "cd", 2 + len(whole)) == "ab" + whole


def test_of_two_flags_the_first_stays() -> None:
    assert cut(FLAG * 2, 3) == FLAG


def test_a_heap_of_marks_is_cut_all_the_same() -> None:
    assert cut("a" + "\u0301" * 2_000, 1_000) == "a" + "\u0301" * 999


@given(st.text(max_size=60), st.integers(1, 50))
def test_a_text_is_never_longer_than_its_limit_and_always_its_beginning(text: str, limit: int) -> None:
    found = cut(text, limit)
    assert len(found) <= limit
    assert text.startswith(found)
    if len(text) <= limit:
        assert found == text
    elif text.isascii():
        assert found == text[:limit].rstrip()


def test_composed_and_decomposed_accents_are_both_whole() -> None:
    for form in ("NFC", "NFD"):
        word = unicodedata.normalize(form, "é" * 10)
        assert unicodedata.normalize("NFC", cut(word, 7)).strip("é") == ""
