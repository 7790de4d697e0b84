"""What a vendor's settings make of an order's words and notes."""

import pytest

from spark_shipstation.rules.presentation import Presentation, names_of

ID = "0198f0c2a7b67e4f9d1e2c3b4a5f6072"
EAST = Presentation(called=names_of(ID, "East  Coast"))
MARKED = [
    {"text": "for East", "vendors": ["East Coast"]},
    {"text": "for West", "vendors": ["West"]},
    {"text": "for both", "vendors": ["West", "EAST COAST"]},
    {"text": "for all", "vendors": ["*"]},
]


@pytest.mark.parametrize(
    ("setting", "seen"),
    [
        ("marked", ["for East", "for both", "for all"]),
        ("all", ["staff only", "for East", "for both", "for all"]),
        ("none", []),
    ],
)
def test_a_vendor_sees_the_notes_that_are_meant_for_it(setting: str, seen: list[str]) -> None:
    presentation = Presentation(internal_notes=setting, called=EAST.called)
    assert presentation.visible_notes("staff only", MARKED) == "\n".join(seen)


@pytest.mark.parametrize("word", [ID, "0198f0c2-a7b6-7e4f-9d1e-2c3b4a5f6072", ID.upper(), "east coast"])
def test_a_note_names_a_vendor_by_its_id_or_its_name(word: str) -> None:
    assert EAST.visible_notes("", [{"text": "x", "vendors": [word]}]) == "x"


@pytest.mark.parametrize(
    ("said", "told"), [("Ground", "UPS Ground"), (" ground ", "UPS Ground"), ("Air", "Air"), ("", "")]
)
def test_a_shipping_method_without_a_word_of_its_own_passes_unchanged(said: str, told: str) -> None:
    assert Presentation(shipping_methods={"Ground": "UPS Ground"}).shipping_method(said) == told
