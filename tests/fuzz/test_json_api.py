"""The JSON API against its own description: whatever is sent, no 5xx, and every answer is one that is described.

Generic over the whole document: a new route is tested as soon as it is there. The number of examples is the budget.
"""

import re
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from builders import notice, order
from driver import Merchant
from spark_shipstation.settings import Settings
from spark_shipstation.web.app import create_app

EXAMPLES = 10  # of each route
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
described = schemathesis.openapi.from_dict(
    create_app(Settings(database_url="postgresql://localhost/none", log_level="WARNING")).openapi()
)
_numbers = count()


@schemathesis.serializer("text/csv")
def csv_as_it_is(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


@pytest.fixture
def known(merchant: Merchant) -> dict[str, str]:
    """What there is, by the names that paths have for it."""
    [taken] = merchant.take(order())
    part = taken["vendor_orders"][0]
    merchant.put_product("TEE-M", name="Tee")
    merchant.shipstation.notify(notice(part["id"], {part["lines"][0]["id"]: 1}))
    merchant.shipstation.notify(notice(OrderNumber="unknown"))
    return {
        "order_id": taken["id"],
        "vendor_order_id": part["id"],
        "shipment_id": merchant.order(taken["id"])["shipments"][0]["id"],
        "notice_id": merchant.get("/notices", state="unmatched")["notices"][0]["id"],
        "vendor": "ShipStation",
        "sku": "TEE-M",
        "code": "web",
    }


def test_what_a_path_names_is_known(known: dict[str, str]) -> None:
    """So that a new kind of thing is not only asked for where it is not."""
    named = {name for path in described.raw_schema["paths"] for name in re.findall(r"{(\w+)}", path)}
    assert named == known.keys()


def test_the_description_is_valid() -> None:
    described.validate()


@described.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_is_described(
    case: schemathesis.Case[Any], merchant: Merchant, known: dict[str, str]
) -> None:
    """Every second call is about something that exists, where the path names something."""
    if next(_numbers) % 2:
        case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
    case.call_and_validate(base_url=str(merchant.http.base_url), auth=merchant.auth, checks=CHECKS)
