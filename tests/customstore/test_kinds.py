"""The kinds of value: what is cut, cleaned, left out or refused on the way out, and understood on the way in."""

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from customstore.drawn import any_text, texts
from spark_shipstation.customstore import kinds
from spark_shipstation.customstore.kinds import (
    AMOUNT,
    ANY_AMOUNT,
    ANY_TIME,
    ANY_WHOLE,
    COUNTRY,
    CURRENCY,
    FLAG,
    TIME,
    UPC,
    URL,
    WHOLE,
    Kind,
)
from spark_shipstation.errors import Unreadable, Unwritable
from spark_shipstation.rules.texts import clean

XSD_URI = etree.XMLSchema(
    etree.XML(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="U" type="xs:anyURI"/></xs:schema>'
    )
)


def parsed(content: str) -> str:
    """What an XML parser, ours or not, makes of an element's content."""
    return etree.fromstring(f"<T>{content}</T>".encode()).text or ""


def is_xml_char(character: str) -> bool:
    """The Char production of XML 1.0, section 2.2."""
    point = ord(character)
    return point in (9, 10, 13) or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF


# Text


@settings(deadline=None, max_examples=200)
@given(any_text)
@example("\ud83d\ude00")
@example("a]]>b")
def test_cleaned_text_is_the_same_text_without_what_xml_cannot_carry(text: str) -> None:
    one_kind_of_line_end = text.replace("\r\n", "\n").replace("\r", "\n")
    assert clean(text) == "".join(filter(is_xml_char, one_kind_of_line_end))


@settings(deadline=None, max_examples=200)
@given(any_text.map(clean))
@example("]]>")
@example("]]]]>>")
@example("<![CDATA[ ]]>")
def test_a_cdata_section_carries_any_clean_text_unchanged(text: str) -> None:
    assert parsed(kinds.cdata(text)) == text


@settings(deadline=None, max_examples=200)
@given(texts, st.integers(1, 60))
def test_a_code_is_the_beginning_of_the_cleaned_text_and_never_over_its_limit(text: str, limit: int) -> None:
    content = kinds.code(limit).write(text)
    expected = clean(text).strip()[:limit].rstrip()
    assert (parsed(content) if content is not None else "") == expected
    assert len(expected) <= limit


@settings(deadline=None, max_examples=200)
@given(texts)
def test_a_text_never_exceeds_its_limit_and_reads_back_as_it_was_written(text: str) -> None:
    kind = kinds.text(20)
    content = kind.write(text)
    if content is not None:
        read = kind.read(parsed(content))
        assert 0 < len(read) <= 20
        assert kind.read(parsed(content)) == parsed(content)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Fish &amp; Chips", "Fish & Chips"),
        ("&lt;b&gt;bold&lt;/b&gt;", "<b>bold</b>"),
        ("caf&eacute; &#8211; &#x1F44B;", "café – \U0001f44b"),
        ("a&nbsp;b", "a\xa0b"),
        ("&#0;&#1;x", "\ufffdx"),
        ("AT&T", "AT&T"),
    ],
)
def test_html_entities_are_decoded_in_words_for_people(stored: str, shown: str) -> None:
    assert parsed(kinds.text(100).write(stored) or "") == shown


def test_html_entities_stay_as_they_are_in_words_for_machines() -> None:
    assert parsed(kinds.code(100).write("A&amp;B") or "") == "A&amp;B"


def test_the_limit_counts_characters_not_bytes_and_after_cleaning() -> None:
    content = kinds.text(3).write("\x00\x01é\U0001f44bß!")
    assert parsed(content or "") == "é\U0001f44bß"


def test_the_limit_counts_decoded_characters_so_that_no_entity_is_cut_in_half() -> None:
    assert parsed(kinds.text(5).write("&amp;&amp;&amp;&amp;&amp;&amp;") or "") == "&&&&&"


@pytest.mark.parametrize("nothing", ["", "   ", "\x00\x0b", "\ud83d", "&nbsp;", "\n\t"])
def test_a_text_with_nothing_to_say_is_left_out(nothing: str) -> None:
    assert kinds.text(50).write(nothing) is None


def test_a_text_over_its_limit_is_refused_on_an_export_page_and_cut_in_a_notice() -> None:
    with pytest.raises(Unreadable, match="6 characters long; the limit is 5"):
        kinds.text(5).read("abcdef")
    assert kinds.free(5).read(" abcdef") == "abcde"


def test_a_filled_kind_differs_in_what_an_empty_element_means_alone() -> None:
    assert (kinds.text(5).empty, kinds.filled(kinds.text(5)).empty) == ("", None)


# Amounts


@settings(deadline=None, max_examples=200)
@given(st.decimals(min_value=Decimal("-9999999.99"), max_value=Decimal("9999999.99")))
@example(Decimal("0.005"))
@example(Decimal("-0.001"))
@example(Decimal("1E-200"))
@example(Decimal("1E+6"))
def test_an_amount_within_the_limit_is_rounded_to_cents_and_written_in_full(value: Decimal) -> None:
    content = AMOUNT.write(value)
    assert content is not None
    assert re.fullmatch(r"-?[0-9]{1,7}\.[0-9]{2}", content)
    assert Decimal(content) == value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert AMOUNT.read(content) == Decimal(content)


def test_a_negative_amount_that_rounds_to_nothing_has_no_sign() -> None:
    assert AMOUNT.write(Decimal("-0.004")) == "0.00"


@pytest.mark.parametrize(
    "value", ["9999999.995", "10000000", "-10000000", "1E+30", "NaN", "sNaN", "Infinity", "-Infinity"]
)
def test_an_amount_that_does_not_fit_is_refused_not_cut(value: str) -> None:
    with pytest.raises(Unwritable):
        AMOUNT.write(Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"), [("5", "5"), (" 12.50 ", "12.50"), ("+3.1", "3.1"), ("-0.5", "-0.5"), (".5", "0.5"), ("7.", "7")]
)
def test_an_amount_from_outside_is_read_in_its_usual_forms(text: str, value: str) -> None:
    assert ANY_AMOUNT.read(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.234", ".5", "7.", "12345678"])
def test_an_amount_of_ours_has_one_form(text: str) -> None:
    with pytest.raises(Unreadable):
        AMOUNT.read(text)


@pytest.mark.parametrize("text", ["2026-03-08T09:59", "03/08/2026 09:59:00", "3/8/2026 9:59", "03/08/2026"])
def test_a_time_of_ours_has_one_form(text: str) -> None:
    with pytest.raises(Unreadable):
        TIME.read(text)
    assert ANY_TIME.read(text).year == 2026


@pytest.mark.parametrize("text", ["0", "100000", "3.0", "+3", "٣"])
def test_a_quantity_of_ours_has_one_form(text: str) -> None:
    with pytest.raises(Unreadable):
        WHOLE.read(text)


@pytest.mark.parametrize("code", ["DOLLARS", "usd", "US", ""])
def test_a_currency_that_is_no_code_is_left_out(code: str) -> None:
    assert CURRENCY.write(code) is None


@pytest.mark.parametrize(
    "text", ["", "abc", "1,50", "$5", "1e3", "NaN", "Infinity", "12345678", "1.2.3", "--1", "0x1F"]
)
def test_what_is_no_amount_is_not_guessed_at(text: str) -> None:
    with pytest.raises(Unreadable):
        AMOUNT.read(text)


# Whole numbers and flags


@pytest.mark.parametrize("value", [1, 2, 99_999])
def test_a_quantity_within_the_limits_is_written(value: int) -> None:
    assert WHOLE.write(value) == str(value)


@pytest.mark.parametrize("value", [0, -1, 100_000])
def test_a_quantity_outside_the_limits_is_refused(value: int) -> None:
    with pytest.raises(Unwritable, match=str(value)):
        WHOLE.write(value)


@pytest.mark.parametrize(("text", "value"), [("3", 3), (" 3 ", 3), ("3.0", 3), ("3.00", 3), ("+3", 3), ("0", 0)])
def test_a_quantity_from_outside_is_read_when_it_is_whole(text: str, value: int) -> None:
    assert ANY_WHOLE.read(text) == value


@pytest.mark.parametrize("text", ["", "-1", "1.5", "three", "1e2", "1 2", "9999999999"])
def test_a_quantity_that_is_not_whole_is_not_guessed_at(text: str) -> None:
    with pytest.raises(Unreadable):
        WHOLE.read(text)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("1", True), ("false", False), (" 0 ", False)]
)
def test_a_flag_is_read_in_every_form_of_xml_and_dotnet(text: str, value: bool) -> None:
    assert FLAG.read(text) is value


@pytest.mark.parametrize("text", ["yes", "2", "truefalse", ""])
def test_what_is_no_flag_is_not_guessed_at(text: str) -> None:
    with pytest.raises(Unreadable):
        FLAG.read(text)


def test_a_flag_is_written_in_lower_case() -> None:
    assert (FLAG.write(True), FLAG.write(False)) == ("true", "false")


# Countries, addresses on the web, UPCs, fixed words


@pytest.mark.parametrize("value", ["us", "USA", "U", "", "U1", "ÄÖ", "US\n", " US"])
def test_a_country_is_two_capital_letters_or_refused(value: str) -> None:
    assert COUNTRY.write("US") == "US"
    with pytest.raises(Unwritable):
        COUNTRY.write(value)


@pytest.mark.parametrize("text", ["us", "USA", "Germany"])
def test_a_country_on_a_page_is_exactly_two_capital_letters(text: str) -> None:
    assert COUNTRY.read(" US ") == "US"
    with pytest.raises(Unreadable):
        COUNTRY.read(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/tee.jpg?w=200&h=200#top",
        "http://user:word@127.0.0.1:8080/a@b?c=d/e?f",
        "http://[::1]/x",
        "https://shop.example/a%20b/é.jpg",
        "HTTPS://SHOP.EXAMPLE",
    ],
)
def test_an_absolute_address_is_written_and_read_back(url: str) -> None:
    assert parsed(URL.write(url) or "") == url
    assert URL.read(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "/tee.jpg", "//shop.example/tee.jpg", "tee.jpg", "ftp://shop.example/x", "javascript:alert(1)", "http://", "http:///x",
        "http://a b/", "http://shop.example/50%off.jpg", "http://shop.example/a[1].jpg", "http://shop.example/#a#b",
        "http://shop.example:port/", "http://shop.example:/", "http://a@b@shop.example/",
        "http://[::1/", "https://shop.example/" + "x" * 480,
    ],
)  # fmt: skip
def test_an_address_that_is_not_absolute_valid_and_short_enough_is_left_out_not_cut(url: str) -> None:
    assert URL.write(url) is None
    with pytest.raises(Unreadable):
        URL.read(url)


def test_an_address_of_exactly_the_limit_is_written() -> None:
    url = "https://shop.example/".ljust(500, "x")
    assert (URL.write(url), URL.write(url + "x")) == (f"<![CDATA[{url}]]>", None)


@settings(deadline=None, max_examples=250)
@given(
    st.sampled_from(["http://", "https://", "http://shop.example/"]),
    st.text("ab1:/?#[]@!$&'()*+,;=%.-_~ \\|\"<>{}^`é\x85٣", max_size=14) | any_text,
)
def test_every_address_that_is_written_is_an_xs_any_uri(start: str, rest: str) -> None:
    content = URL.write(start + rest)
    if content is not None:
        element = etree.Element("U")
        element.text = parsed(content)
        assert XSD_URI.validate(element), ascii(element.text)


@pytest.mark.parametrize(("value", "content"), [("012345678905", "012345678905"), ("1", "1")])
def test_a_upc_of_digits_is_written(value: str, content: str) -> None:
    assert UPC.write(value) == content


@pytest.mark.parametrize("value", ["0123456789012", "12-34", "ABC", "٣", " 1"])
def test_a_upc_that_is_not_up_to_twelve_digits_is_left_out(value: str) -> None:
    assert UPC.write(value) is None


def test_a_word_outside_the_fixed_ones_is_left_out_and_not_read() -> None:
    kind: Kind = kinds.one_of("Pounds", "Ounces")
    assert (kind.write("Pounds"), kind.write("pounds")) == ("Pounds", None)
    assert kind.read(" Ounces ") == "Ounces"
    with pytest.raises(Unreadable, match="none of Pounds, Ounces"):
        kind.read("Stone")
