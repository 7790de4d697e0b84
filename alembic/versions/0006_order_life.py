"""What holds, cancels and hand-made shipments need.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cancellations", sa.Column("key", sa.Text(), nullable=True))
    op.add_column("vendor_orders", sa.Column("resent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("vendor_orders", sa.Column("resent_of", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_vendor_orders_of_vendor", "vendor_orders", ["account_id", "vendor_id", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_vendor_orders_of_vendor", table_name="vendor_orders")
    op.drop_column("vendor_orders", "resent_of")
    op.drop_column("vendor_orders", "resent_at")
    op.drop_column("cancellations", "key")
