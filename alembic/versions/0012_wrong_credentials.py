"""How often a connection's URL was called with wrong credentials: one row for each hour.

Revision 0012, after 0011. One new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrong_credentials",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("without", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name="fk_wrong_credentials_account_id_vendor_id",
        ),
        sa.PrimaryKeyConstraint("account_id", "vendor_id", "hour", name="pk_wrong_credentials"),
    )


def downgrade() -> None:
    op.drop_table("wrong_credentials")
