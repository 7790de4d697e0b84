"""Internal notes: a text for the staff alone, or notes that are marked for vendors."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from .kinds import Form, Name, Text


class Note(Form):
    """`vendors` are names or ids; `*` is every vendor. Marked for none, it is for the staff alone."""

    text: Text
    vendors: Annotated[list[Name], Field(max_length=100)] = []


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        return [{"text": value}] if value else []
    if not isinstance(value, list):
        raise ValueError('write a text, or a list of notes such as [{"text": "Fragile", "vendors": ["East"]}]')
    return value


_NOTE = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "maxLength": 10_000},
        "vendors": {"type": "array", "maxItems": 100, "items": {"type": "string", "minLength": 1, "maxLength": 200}},
    },
    "required": ["text"],
    "additionalProperties": False,
}
InternalNotes = Annotated[
    list[Note],
    Field(max_length=100),
    BeforeValidator(_listed),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "maxLength": 10_000}, {"type": "array", "maxItems": 100, "items": _NOTE}],
         "default": ""}
    ),
]  # fmt: skip
