"""Is a page of the export one that ShipStation accepts? Judged by `orders.xsd`, not by the program's own tables."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from lxml import etree

DECLARATIONS = tuple(
    f'<?xml version="1.0" encoding={quote}{name}{quote}?>'.encode() for quote in "\"'" for name in ("utf-8", "UTF-8")
)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).with_name("orders.xsd")))


def check_page(body: bytes) -> etree._Element:
    """The root of the page, or an AssertionError that says what ShipStation would refuse."""
    assert body.startswith(DECLARATIONS), f"no utf-8 XML declaration: {body[:60]!r}"
    body.decode("utf-8")
    try:
        root = etree.fromstring(body)
    except etree.XMLSyntaxError as error:
        raise AssertionError(f"the page is not well-formed: {error}") from None
    schema = _schema()
    assert schema.validate(root), str(schema.error_log)
    for item in root.iterfind("Order/Items/Item"):
        if item.findtext("Adjustment") == "true":
            price = item.findtext("UnitPrice", "")
            assert Decimal(price) < 0, f"an adjustment's UnitPrice must be negative, not {price}"
    return root
