"""Whether a connection takes username and password from the query, where no Authorization header arrives.

Revision 0004, after 0003. A new column with a constant default: no table is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("query_credentials", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("connections", column)


def downgrade() -> None:
    op.drop_column("connections", "query_credentials")
