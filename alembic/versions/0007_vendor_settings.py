"""What a vendor is shown of an order, and the merchant's own statuses.

Revision 0007, after 0006. New columns only, each empty or with a constant default: no table is rewritten.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "connections", sa.Column("presentation", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False)
    )
    op.add_column("connections", sa.Column("settings_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("marked_notes", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False))
    for name in ("shop_status", "meaning"):
        op.add_column("orders", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("stores", sa.Column("statuses", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False))


def downgrade() -> None:
    op.drop_column("stores", "statuses")
    for name in ("meaning", "shop_status"):
        op.drop_column("orders", name)
    op.drop_column("orders", "marked_notes")
    for name in ("settings_changed_at", "presentation"):
        op.drop_column("connections", name)
