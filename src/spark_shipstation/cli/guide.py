"""What to paste where, and the lines to try: the words of the first start."""

import shlex
from datetime import datetime, timedelta

from ..services.accounts import FirstRun
from ..services.answers import VendorOut

SAMPLE_ORDER = """{
  "store": "web", "external_id": "first-1001", "number": "1001", "placed_at": "2026-03-08T09:59:00-05:00",
  "payment_status": "paid", "shipping_method": "Ground", "currency": "USD",
  "customer": {"name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100"},
  "ship_to": {"name": "Ada Buyer", "address1": "1 Main St", "city": "Austin", "state": "TX",
              "postal_code": "78701", "country": "US"},
  "lines": [{"external_id": "l1", "sku": "TEE-M", "name": "Tee", "quantity": 3, "unit_price": "10.00",
             "weight": {"value": "6", "unit": "oz"}, "options": [{"name": "Size", "value": "M"}]}],
  "shipping_amount": "5.00", "tax_amount": "2.10", "total": "37.10"}"""


def connect_guide(vendor: VendorOut) -> str:
    """ShipStation's Custom Store form, field by field."""
    statuses = vendor.statuses
    assert statuses is not None  # noqa: S101 - only ShipStation vendors are shown this way
    rows = [
        ("URL to custom XML page", vendor.url),
        ("Username", vendor.username),
        ("Password", vendor.password or "(as before)"),
        ("Unpaid status", statuses.unpaid),
        ("Paid status", statuses.paid),
        ("Shipped status", statuses.shipped),
        ("Cancelled status", statuses.cancelled),
        ("On-hold status", statuses.on_hold),
    ]
    table = "\n".join(f"  {field:<24} {value}" for field, value in rows)
    return (
        f"{vendor.name}: paste into ShipStation (Settings > Selling Channels > Store Setup > Connect a Store > "
        f"Custom Store)\n\n{table}\n\nThe password is shown this once. Time zone: {vendor.time_zone}."
    )


def try_guide(first: FirstRun, base_url: str, now: datetime) -> str:
    """The curl lines that add an order, export it and ship it."""
    key = shlex.quote(f"{first.api_key.id}:{first.api_key.secret}")
    store = shlex.quote(f"{first.shipstation.username}:{first.shipstation.password}")
    end = (now + timedelta(days=1)).strftime("%m/%d/%Y %H:%M").replace(" ", "%20")
    start = (now - timedelta(days=1)).strftime("%m/%d/%Y %H:%M").replace(" ", "%20")
    url = first.shipstation.url
    shipped = "order_number=1001&carrier=UPS&service=Ground&tracking_number=1Z999AA10123456784"
    return f"""Try it. Add an order:

curl -u {key} {base_url}/api/v1/orders -d '{SAMPLE_ORDER}'

Fetch it as ShipStation does:

curl -u {store} '{url}?action=export&start_date={start}&end_date={end}&page=1'

Ship it as ShipStation does:

curl -u {store} '{url}?action=shipnotify&{shipped}' -X POST

Read it back:

curl -u {key} '{base_url}/api/v1/orders?number=1001'
"""
