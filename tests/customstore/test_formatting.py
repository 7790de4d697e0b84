"""Documents as people read them: nothing is lost, nothing is fetched, and whatever came in can be shown."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from spark_shipstation.customstore.formatting import formatted


def test_a_document_has_a_line_for_each_element() -> None:
    assert formatted(b"<a><b>1</b><c><![CDATA[x < y]]></c></a>") == (
        "<a>\n  <b>1</b>\n  <c><![CDATA[x < y]]></c>\n</a>"
    )


def test_a_document_in_another_charset_is_read_as_it_says() -> None:
    assert formatted('<?xml version="1.0" encoding="iso-8859-1"?><a>Zoë</a>'.encode("latin-1")) == "<a>Zoë</a>"
    assert formatted("<a>Zoë</a>".encode("utf-16")) == "<a>Zoë</a>"


def test_what_declares_entities_is_shown_as_it_came() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert formatted(bomb.encode()) == bomb


@given(st.binary(max_size=200))
def test_whatever_came_in_can_be_shown(body: bytes) -> None:
    assert isinstance(formatted(body), str)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_no_text_of_a_document_is_lost(text: str) -> None:
    root = etree.Element("a")
    etree.SubElement(root, "b").text = text
    assert etree.fromstring(formatted(etree.tostring(root, encoding="utf-8")))[0].text == text
