"""What pruning needs: when a vendor order was fetched by calls that are no longer kept, up to when the changes of a
connection were pruned, and an index for notices that are deleted.

Revision 0010, after 0009. New columns are empty: no table is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vendor_orders", sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("connections", sa.Column("pruned_before", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_exchanges_of_notice",
        "exchanges",
        ["account_id", "notice_id"],
        postgresql_where=sa.text("notice_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_exchanges_of_notice", "exchanges")
    op.drop_column("connections", "pruned_before")
    op.drop_column("vendor_orders", "fetched_at")
