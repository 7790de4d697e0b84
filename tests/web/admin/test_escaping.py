"""What templates write is escaped as Jinja escapes it, to the character."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import Markup, escape

from spark_shipstation.web.admin.escaping import EscapingEnvironment, written

TEMPLATE = """{% macro twice(word) %}{{ word }}{{ word }}{% endmacro %}{% set kept %}<b>{{ word }}</b>{% endset -%}
<p title="{{ word }}">{{ word }}{{ twice(word) }}{{ kept }}{{ word ~ "<i>" }}{{ [word, "<i>"]|join(" & ") }}{{ "<&>" }}
{% for one in [word] %}{{ loop.index }}{{ one|upper }}{% endfor %}</p>"""


class Shown:
    def __html__(self) -> str:
        return "<b>shown</b>"


class Word(str):
    __slots__ = ()


@given(st.text(st.sampled_from("ab &<>'\"/é\n") | st.characters()))
def test_a_word_is_written_as_it_is_escaped(word: str) -> None:
    assert written(word) == str(escape(word))


@pytest.mark.parametrize("value", [0, 12, True, None, 1.5, Decimal("2.50"), Markup("<b>"), Shown(), Word("<b>"), ["<"]])
def test_whatever_else_is_written_as_it_is_escaped(value: Any) -> None:
    assert written(value) == str(escape(value))


@pytest.mark.parametrize("word", ["plain", "<script>", "a \"b\" & 'c'", Markup("<b>"), 7])
def test_a_template_says_what_it_would_say_to_jinja(word: Any) -> None:
    said = [
        environment.from_string(TEMPLATE).render(word=word)
        for environment in (EscapingEnvironment(autoescape=True), Environment(autoescape=True))
    ]
    assert said[0] == said[1]
