"""JSON bodies → forms. Numbers are read as decimals, so that 0.1 stays 0.1; every reason is reported."""

import json
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ...errors import BadRequest, Invalid
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
