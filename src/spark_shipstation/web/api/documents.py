"""JSON bodies → forms. Numbers are read as decimals, so that 0.1 stays 0.1; every reason is reported."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ...errors import BadRequest, Invalid, Reason, TooMany
from ...services.forms import reasons_of

Form = TypeVar("Form", bound=BaseModel)


def read_json(body: bytes) -> Any:
    """Raises BadRequest, with the place of the fault."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not JSON: {str(error)[:200]}.") from None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def read_form(kind: type[Form], body: bytes) -> Form:
    """Raises BadRequest, Invalid with every reason."""
    document = read_json(body)
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise Invalid("The request was refused.", reasons_of(error)) from None


def read_optional_form(kind: type[Form], body: bytes) -> Form:
    """A body that may be left out. Raises as `read_form`."""
    return read_form(kind, body if body.strip() else b"{}")


MOST_AT_ONCE = 1_000


def documents(document: Any, one: str, many: str) -> list[Any]:
    """One object, or `{"orders": […]}` with up to a thousand. Raises BadRequest, TooMany."""
    if isinstance(document, dict) and isinstance(document.get(many), list) and len(document) == 1:
        document = document[many]
    elif isinstance(document, dict):
        document = [document]
    if not isinstance(document, list) or not document:
        article = "an" if one[0] in "aeiou" else "a"
        raise BadRequest(f'The body must be {article} {one}, or {{"{many}": […]}} with at least one.')
    if len(document) > MOST_AT_ONCE:
        raise TooMany(f"{len(document)} {many} are more than the {MOST_AT_ONCE} that one call may bring.")
    return document


def read_forms(
    kind: type[Form], items: Sequence[Any]
) -> tuple[list[tuple[int, Form]], list[tuple[int, Any, list[Reason]]]]:
    """The good ones with their places, and the bad ones with theirs and the reasons."""
    good: list[tuple[int, Form]] = []
    bad: list[tuple[int, Any, list[Reason]]] = []
    for index, item in enumerate(items):
        try:
            good.append((index, kind.model_validate(item)))
        except ValidationError as error:
            bad.append((index, item, reasons_of(error)))
    return good, bad


def text_of(item: Any, name: str) -> str | None:
    """A text of a document that was refused, to know it by."""
    value = item.get(name) if isinstance(item, dict) else None
    return value if isinstance(value, str) else None


def body_schema(kind: type[BaseModel], *more: dict[str, Any], required: bool = True) -> dict[str, Any]:
    """For the OpenAPI document: what a body looks like that the handler reads by itself."""
    schema = _whole(kind.model_json_schema(ref_template="{model}"))
    options = [schema, *more]
    content = {"application/json": {"schema": options[0] if len(options) == 1 else {"anyOf": options}}}
    return {"requestBody": {"required": required, "content": content}}


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what it refers to put in its place, as it stands outside FastAPI's own components."""
    known = schema.pop("$defs", {})

    def filled(part: Any) -> Any:
        if isinstance(part, list):
            return [filled(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return filled(known[part["$ref"]]) | {name: part[name] for name in part if name != "$ref"}
        return {name: filled(item) for name, item in part.items()}

    whole: dict[str, Any] = filled(schema)
    return whole
