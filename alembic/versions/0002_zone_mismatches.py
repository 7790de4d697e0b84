"""What a connection's polls have shown of the store's time zone, and windows that are served widened.

Revision 0002, after 0001. New columns only, each empty or with a constant default: no table is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("offset_minutes", "streak_minutes", "streak_polls"):
        op.add_column("connections", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    for name in ("offset_since", "streak_end", "reach_from", "reach_start"):
        op.add_column("connections", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("served_start", "served_end"):
        op.add_column("readings", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("served_end", "served_start"):
        op.drop_column("readings", name)
    for name in (
        "reach_start",
        "reach_from",
        "streak_end",
        "offset_since",
        "streak_polls",
        "streak_minutes",
        "offset_minutes",
    ):
        op.drop_column("connections", name)
