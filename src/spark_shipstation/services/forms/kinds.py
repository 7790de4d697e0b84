"""The kinds of value that forms are made of, and how a refusal is said."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from dateutil import parser as dateutil_parser
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from ...errors import Reason
from ...rules.weights import SPELLINGS, unit_of

_SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _clean(value: Any) -> Any:
    """Control characters say nothing, and PostgreSQL has no NUL. Half of a surrogate pair is no character."""
    if not isinstance(value, str):
        return value
    if _SURROGATES.search(value):
        raise ValueError("the text holds half of a surrogate pair, which is no character")
    return CONTROLS.sub("", value)


def _quoted(value: str) -> str:
    return f"“{_SURROGATES.sub('?', value[:40])}”"


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError("write the time as text, for example 2026-03-08T09:59:00-05:00")
    try:
        return dateutil_parser.isoparse(value.strip())
    except ValueError:
        raise ValueError(f"{_quoted(value)} is not an ISO 8601 time such as 2026-03-08T09:59:00-05:00") from None


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the time has no offset; write it as 2026-03-08T09:59:00-05:00, or with Z for UTC")
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None
    if not 1970 <= value.year <= 2999:
        raise ValueError("the year must lie between 1970 and 2999")
    return value


def _plain_decimal(value: Any) -> Any:
    """No floats: 0.1 would not be 0.1. No `1e3`, no `NaN`."""
    if isinstance(value, bool | float):
        raise ValueError('write the amount as a string of digits, for example "10.00"')
    if isinstance(value, str) and not re.fullmatch(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*", value):
        raise ValueError(f"{_quoted(value)} is not a decimal number such as 10.00")
    return value


_SMALLEST = Decimal("0.0001")


def _whole(value: Any) -> Any:
    if isinstance(value, bool | float | Decimal):
        raise ValueError("must be a whole number")
    return value


def _without_spaces(value: str) -> str:
    return "".join(value.split())


Text = Annotated[str, StringConstraints(max_length=10_000), BeforeValidator(_clean)]
Word = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True), BeforeValidator(_clean)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), BeforeValidator(_clean)]
ShortName = Annotated[
    str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True), BeforeValidator(_clean)
]
# People write it in groups, carriers without spaces: so it is found both ways, and its link works.
TrackingNumber = Annotated[Word, AfterValidator(_without_spaces)]
# As long as ShipStation takes them.
UpTo50 = Annotated[str, StringConstraints(max_length=50, strip_whitespace=True), BeforeValidator(_clean)]
UpTo100 = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True), BeforeValidator(_clean)]
# ShipStation takes 50 characters; a further part of the order needs some for its letter.
OrderNumber = Annotated[
    str, StringConstraints(min_length=1, max_length=46, strip_whitespace=True), BeforeValidator(_clean)
]
WebAddress = Annotated[str, StringConstraints(max_length=2_000), BeforeValidator(_clean)]
StatusName = Annotated[
    str,
    # ShipStation's form takes several names in one field, separated by commas.
    StringConstraints(min_length=1, max_length=50, strip_whitespace=True, pattern=r"^[^,]*$"),
    BeforeValidator(_clean),
]
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_with_offset)]
Sku = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), BeforeValidator(_clean)]
Money = Annotated[
    Decimal,
    BeforeValidator(_plain_decimal),
    Field(max_digits=16, decimal_places=4),
    AfterValidator(lambda value: value.quantize(_SMALLEST)),  # 10.0 and 10.00 are the same amount
]
Amount = Annotated[Money, Field(ge=0)]
Quantity = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=99_999)]
OrderedQuantity = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=99_999)]  # 0 = taken off the order
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", strip_whitespace=True)]
ZERO = Decimal(0)


class Form(BaseModel):
    """Unknown fields are refused: what is misspelt must not vanish without a word."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


def _unit(value: Any) -> Any:
    return (unit_of(value) or value) if isinstance(value, str) else value


WeightUnit = Annotated[
    Literal["oz", "lb", "g", "kg"],
    BeforeValidator(_unit),
    WithJsonSchema(
        {"type": "string", "enum": list(SPELLINGS), "description": "oz, lb, g or kg; other spellings count as well"}
    ),
]


class Weight(Form):
    value: Annotated[
        Decimal,
        BeforeValidator(_plain_decimal),
        Field(ge=0, max_digits=12, decimal_places=4),
        AfterValidator(lambda value: value.quantize(_SMALLEST)),
    ]
    unit: WeightUnit


def reasons_of(error: ValidationError, prefix: str = "") -> list[Reason]:
    """Every reason, each with a JSON pointer to the value at fault."""
    return [
        Reason(said(item), prefix + "".join(f"/{_escaped(part)}" for part in item["loc"]))
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "string_type": "is not a text",
    "string_too_short": "must not be empty",  # where anything is needed at all, one character will do
    "list_type": "is not a list",
    "model_type": "is not an object",
    "model_attributes_type": "is not an object",
    "dict_type": "is not an object",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
}
_WITHOUT = {"^[^,]*$": "must have no comma", "^[^;]*$": "must have no semicolon"}  # by the pattern


def said(item: Mapping[str, Any]) -> str:
    """A reason of pydantic's, in plain words."""
    message: str = item["msg"]
    if item["type"] == "string_pattern_mismatch":
        return next((words for pattern, words in _WITHOUT.items() if f"'{pattern}'" in message), message)
    plain = message.removeprefix("Value error, ").replace("Input should", "should", 1)
    return _WORDS.get(item["type"], plain.replace("String should have at most", "may have at most", 1))


def as_uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None
