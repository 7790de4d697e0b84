"""The OpenAPI document: an example of each body and answer, which has the form that the document says."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from spark_shipstation.settings import Settings
from spark_shipstation.web.app import create_app
from spark_shipstation.web.openapi import examples

DOCUMENT: dict[str, Any] = create_app(
    Settings(database_url="postgresql://localhost/none", log_level="WARNING")
).openapi()
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, of_path in DOCUMENT["paths"].items():
        for method, operation in of_path.items():
            yield f"{method.upper()} {path}", operation


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body and every answer with content, with a name for people."""
    for call, operation in operations():
        told = {"body": operation.get("requestBody", {})} | operation["responses"]
        for name, holder in told.items():
            for content in holder.get("content", {}).values():
                yield f"{call} {name}", content


CONTENTS = dict(contents())


@pytest.mark.parametrize("name", CONTENTS)
def test_each_body_and_answer_has_an_example_of_its_form(name: str) -> None:
    """A new route's examples go into src/spark_shipstation/web/api/examples/, as `METHOD path` → `body` and status."""
    assert "example" in CONTENTS[name], f"no example of {name}"
    faults = list(misfits(CONTENTS[name]["example"], CONTENTS[name]["schema"], "", whole=name.endswith(" body")))
    assert faults == []


def test_every_refusal_is_a_problem_document() -> None:
    refusals = {name: content for name, content in CONTENTS.items() if re.search(r" [45]\d\d$", name)}
    assert len(refusals) > len(DOCUMENT["paths"])
    assert [name for name, content in refusals.items() if "Problem" not in str(content["schema"])] == []


def test_no_example_is_left_of_a_route_that_is_gone() -> None:
    assert set(examples()) - {call for call, _ in operations()} == set()


def test_the_examples_hold_no_secret_and_no_address_of_a_test_server() -> None:
    everything = str(examples())
    assert re.findall(r"127\.0\.0\.1|localhost|'password': '(?!\()", everything) == []


def misfits(value: Any, schema: dict[str, Any], place: str, *, whole: bool) -> Iterator[str]:
    """Where a value is not what the schema says. A field that is missing is a fault only of what must be `whole`: an
    answer's example may be older than its newest field."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if options := schema.get("anyOf", schema.get("oneOf")):
        found = [list(misfits(value, option, place, whole=whole)) for option in options]
        yield from min(found, key=len)
        return
    kind = schema.get("type")
    if kind == "null":
        yield from [] if value is None else [f"{place} is not null"]
    elif kind and (not isinstance(value, KINDS[kind]) or (kind != "boolean" and isinstance(value, bool))):
        yield f"{place} is no {kind}: {value!r}"
    elif kind == "array":
        for index, item in enumerate(value):
            yield from misfits(item, schema.get("items", {}), f"{place}/{index}", whole=whole)
    elif kind == "object":
        yield from _misfits_of_object(value, schema, place, whole=whole)
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is none of {schema['enum']}"


def _misfits_of_object(value: dict[str, Any], schema: dict[str, Any], place: str, *, whole: bool) -> Iterator[str]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties", not schema.get("properties"))
    for name, part in value.items():
        if name in known:
            yield from misfits(part, known[name], f"{place}/{name}", whole=whole)
        elif isinstance(more, dict):
            yield from misfits(part, more, f"{place}/{name}", whole=whole)
        elif not more:
            yield f"{place}/{name} is not in the schema"
    if whole:
        yield from (f"{place}/{name} is missing" for name in schema.get("required", ()) if name not in value)


def test_a_wrong_example_would_be_found(app: FastAPI) -> None:
    schema = app.openapi()["components"]["schemas"]["OrdersOut"]
    assert list(misfits({"orders": [{"number": 7, "colour": "red"}]}, schema, "", whole=True))[:2] == [
        "/orders/0/number is no string: 7", "/orders/0/colour is not in the schema"]  # fmt: skip
