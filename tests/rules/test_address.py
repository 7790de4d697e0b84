"""What a label needs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spark_shipstation.rules.address import country_code, missing_fields

ADDRESS = {
    "name": "Ada Buyer",
    "company": "",
    "address1": "1 Main St",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78701",
    "country": "US",
}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"), ("us", "US"), (" us ", "US"), ("USA", "US"), ("usa", "US"), ("United States", "US"),
        ("united states of america", "US"), ("GB", "GB"), ("UK", "GB"), ("uk", "GB"), ("United Kingdom", "GB"),
        ("DEU", "DE"), ("Germany", "DE"), ("Côte d'Ivoire", "CI"), ("JP", "JP"),
    ],
)  # fmt: skip
def test_a_country_is_understood_by_code_or_english_name(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["", "  ", "XX", "Atlantis", "U", "\x00", "United"])
def test_what_is_no_country_is_not_guessed_at(text: str) -> None:
    assert country_code(text) is None


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=12))
def test_a_country_code_is_two_capital_letters_or_nothing(text: str) -> None:
    code = country_code(text)
    assert code is None or (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper())


def test_a_whole_address_misses_nothing() -> None:
    assert missing_fields(ADDRESS) == []


@pytest.mark.parametrize("field", ["name", "address1", "city", "country"])
@pytest.mark.parametrize("nothing", ["", "   "])
def test_a_field_without_which_no_label_can_be_made_is_named(field: str, nothing: str) -> None:
    assert missing_fields({**ADDRESS, field: nothing}) == [field]
    assert missing_fields({key: value for key, value in ADDRESS.items() if key != field}) == [field]


@pytest.mark.parametrize("field", ["state", "postal_code", "company"])
def test_a_field_that_many_countries_do_without_may_be_empty(field: str) -> None:
    assert missing_fields({**ADDRESS, field: ""}) == []


def test_a_company_stands_in_for_a_name() -> None:
    assert missing_fields({**ADDRESS, "name": " ", "company": "Buyer & Sons"}) == []


def test_a_country_that_does_not_exist_counts_as_missing() -> None:
    assert missing_fields({**ADDRESS, "country": "Atlantis"}) == ["country"]


def test_an_empty_address_names_all_that_it_needs() -> None:
    assert sorted(missing_fields({})) == ["address1", "city", "country", "name"]
