"""Orders and notices with sensible defaults: a test names only what it is about."""

from itertools import count
from typing import Any
from xml.sax.saxutils import escape

_numbers = count(1001)

ADDRESS = {
    "name": "Ada Buyer",
    "company": "",
    "address1": "1 Main St",
    "address2": "",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78701",
    "country": "US",
    "phone": "512-555-0100",
}


def line(external_id: str = "l1", **changes: Any) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "sku": "TEE-M",
        "name": "Tee",
        "quantity": 3,
        "unit_price": "10.00",
        "weight": {"value": "6", "unit": "oz"},
        **changes,
    }


def order(**changes: Any) -> dict[str, Any]:
    """A paid order of three tees. Its number and external id are new each time."""
    number = str(next(_numbers))
    return {
        "store": "web",
        "external_id": f"gid-{number}",
        "number": number,
        "placed_at": "2026-03-08T09:59:00-05:00",
        "payment_status": "paid",
        "payment_method": "Visa",
        "shipping_method": "Ground",
        "currency": "USD",
        "customer": {"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100"},
        "bill_to": {"name": "Ada Buyer"},
        "ship_to": ADDRESS,
        "lines": [line()],
        "shipping_amount": "5.00",
        "tax_amount": "2.10",
        "total": "37.10",
        **changes,
    }


def notice(order_id: str = "", items: dict[str, int] | None = None, by: str = "LineItemID", **fields: str) -> bytes:
    """A ShipNotice. `items` are units by line item id (or SKU, with by="SKU"); None = no Items element."""
    content = {"OrderID": order_id, "Carrier": "UPS", "Service": "Ground", "TrackingNumber": "1Z1", **fields}
    body = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in content.items() if text)
    if items is not None:
        body += "<Items>"
        for name, units in items.items():
            body += f"<Item><{by}>{escape(name)}</{by}><Quantity>{units}</Quantity></Item>"
        body += "</Items>"
    return f'<?xml version="1.0" encoding="utf-8"?><ShipNotice>{body}</ShipNotice>'.encode()
