"""When a connection's database was put back from a backup, and nobody has said yet that what was lost is there again.

Revision 0011, after 0010. A new column, empty: no table is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connections", sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("connections", "restored_at")
