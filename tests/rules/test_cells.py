"""Texts in CSV: nothing that a spreadsheet would run, and the same text when it is read back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spark_shipstation.rules.cells import neutral, plain

texts = st.text(st.sampled_from("'=+-@\t\r\n＝a ") | st.characters(codec="utf-8"), max_size=8)


@given(texts)
@example("=1+1")
@example("'=1+1")
@example("''")
def test_a_text_reads_back_as_it_was_and_starts_no_formula(text: str) -> None:
    assert plain(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("text", ["", "Tee", "O'Neill", "'quoted'", "a=b", "10-12", "1+1", "''"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert neutral(text) == plain(text) == text
