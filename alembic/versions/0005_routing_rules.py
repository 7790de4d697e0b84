"""Routing rules, what products are routed by, lines that nobody ships, discounts of a line, stores that wait.

Revision 0005, after 0004. New columns have constant defaults: no table is rewritten.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "routing_rules",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("sku_pattern", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_routing_rules_account_id")),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_routing_rules_account_id_vendor_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_routing_rules")),
        sa.UniqueConstraint("account_id", "position", name=op.f("uq_routing_rules_account_id_position")),
    )
    op.create_index(op.f("ix_routing_rules_account_id_vendor_id"), "routing_rules", ["account_id", "vendor_id"])
    op.add_column("products", sa.Column("brand", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "products", sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("order_lines", sa.Column("excluded", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "order_lines",
        sa.Column("discounts", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.add_column("stores", sa.Column("unrouted_waits", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.drop_column("stores", "unrouted_waits")
    op.drop_column("order_lines", "discounts")
    op.drop_column("order_lines", "excluded")
    op.drop_column("products", "tags")
    op.drop_column("products", "brand")
    op.drop_table("routing_rules")
