"""A database with any number of vendor orders, made by the database itself."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

# The newest change lies here; the others lie before it, a tenth of a second apart.
NEWEST = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
APART = timedelta(milliseconds=100)

_FILL = """
CREATE TEMP TABLE n AS
SELECT g, gen_random_uuid() AS o, gen_random_uuid() AS v, %(newest)s - (g - 1) * %(apart)s AS at
FROM generate_series(1, %(count)s) AS g;
INSERT INTO orders (account_id, id, store_id, external_id, number, placed_at, payment_status, payment_method,
    shipping_method, currency, customer, bill_to, ship_to, discounts, shipping_amount, tax_amount, total, gift,
    gift_message, customer_notes, internal_notes, custom_fields, source, requested_warehouse, held, content_digest,
    status, flags, created_at, updated_at)
SELECT %(account)s, o, %(store)s, 'x' || g, 'N' || g, at, 'paid', 'Visa', 'Ground', 'USD',
    '{"code": "c-77", "name": "Ada Buyer", "email": "ada@example.com", "phone": "512-555-0100"}',
    '{"name": "Ada Buyer"}',
    '{"name": "Ada Buyer", "address1": "1 Main St", "city": "Austin", "state": "TX", "postal_code": "78701",
      "country": "US", "phone": "512-555-0100"}',
    '[{"code": "SUMMER10", "amount": "3.00"}]', 5, 2.10, 34.10, g %% 10 = 0, '', 'Leave at the door', 'VIP',
    '{}', '', '', false, 'x', 'awaiting_shipment', '{}', at, at FROM n;
INSERT INTO vendor_orders (account_id, id, order_id, vendor_id, number, discounts, tax_amount, shipping_amount, total,
    status, flags, face_digest, changed_at, created_at)
SELECT %(account)s, v, o, %(vendor)s, 'N' || g, '[{"code": "SUMMER10", "amount": "3.00"}]', 2.10, 5, 34.10,
    'awaiting_shipment', '{}', decode(md5(v::text), 'hex') || 'awaiting_shipment', at, at FROM n;
CREATE TEMP TABLE l AS
SELECT n.o, n.v, i, gen_random_uuid() AS line, gen_random_uuid() AS part_line FROM n, generate_series(1, 3) AS i;
INSERT INTO order_lines (account_id, id, order_id, position, external_id, sku, name, quantity, unit_price, weight,
    weight_unit, image_url, upc, options, location, named_vendor, vendor_id, reason)
SELECT %(account)s, line, o, i, 'l' || i, 'TEE-' || i, 'Tee, organic cotton', 1, 10, 6, 'oz',
    'https://shop.example/tee.jpg', '', '[{"name": "Size", "value": "M"}, {"name": "Colour", "value": "Blue"}]',
    'A1-B2', '', %(vendor)s, 'default' FROM l;
INSERT INTO vendor_order_lines (account_id, id, vendor_order_id, order_line_id, position, quantity, last_quantity,
    vendor_sku, location)
SELECT %(account)s, part_line, v, line, i, 1, 1, '', '' FROM l;
SET spark.transaction_seconds = '1000000000';
INSERT INTO changes (account_id, vendor_id, vendor_order_id, at, previous_at, who, what)
SELECT %(account)s, %(vendor)s, v, at, NULL, 'benchmark', 'order received' FROM n ORDER BY at;
DROP TABLE n; DROP TABLE l;
"""


def fill(url: str, account: UUID, vendor: UUID, count: int) -> None:
    """`count` vendor orders with three lines each, each with one change."""
    with psycopg.connect(url) as connection:
        store = connection.execute(
            "INSERT INTO stores (account_id, id, code, name, currency, time_zone) "
            "VALUES (%s, gen_random_uuid(), 'web', 'Web shop', 'USD', 'UTC') RETURNING id",
            (account,),
        ).fetchone()
        assert store is not None
        facts = {"account": account, "vendor": vendor, "store": store[0], "count": count}
        cursor = psycopg.ClientCursor(connection)
        cursor.execute(_FILL.encode(), facts | {"newest": NEWEST, "apart": APART})
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def window(orders: int) -> tuple[datetime, datetime]:
    """The window that holds the newest `orders` of them, but for the minutes at its ends."""
    return NEWEST - orders * APART, NEWEST
