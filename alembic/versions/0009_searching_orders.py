"""Indexes that orders are searched with, and the one that finds the calls which served an order.

Revision 0009, after 0008. No table is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PEOPLE = (
    "to_tsvector('simple', coalesce(customer ->> 'name', '') || ' ' || coalesce(customer ->> 'company', '') || ' ' || "
    "coalesce(customer ->> 'email', '') || ' ' || coalesce(ship_to ->> 'name', '') || ' ' || "
    "coalesce(ship_to ->> 'company', '') || ' ' || coalesce(bill_to ->> 'name', ''))"
)
SKU = 'lower(sku) COLLATE "C"'


def upgrade() -> None:
    op.create_index("ix_orders_of_store", "orders", ["account_id", "store_id", "created_at", "id"])
    op.create_index(
        "ix_orders_flags", "orders", ["flags"], postgresql_using="gin", postgresql_where=sa.text("flags <> '{}'")
    )
    op.create_index("ix_orders_people", "orders", [sa.text(PEOPLE)], postgresql_using="gin")
    op.create_index("ix_order_lines_sku", "order_lines", ["account_id", sa.text(SKU), "order_id"])
    op.create_index(
        "ix_exchanges_served",
        "exchanges",
        ["served"],
        postgresql_using="gin",
        postgresql_where=sa.text("served <> '{}'"),
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    op.drop_index("ix_exchanges_served", "exchanges")
    op.drop_index("ix_order_lines_sku", "order_lines")
    for name in ("ix_orders_people", "ix_orders_flags", "ix_orders_of_store"):
        op.drop_index(name, "orders")
