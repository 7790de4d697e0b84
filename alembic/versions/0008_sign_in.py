"""Sessions of people at the admin pages, and the indexes that keep the pages' questions small.

Revision 0008, after 0007. No table is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEWEST = ["account_id", "at", "id"]


def upgrade() -> None:
    op.add_column("users", sa.Column("time_zone", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index("ix_users_email", "users", ["email"])
    op.create_table(
        "user_sessions",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_user_sessions_account_id"),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"], ["users.account_id", "users.id"], name="fk_user_sessions_account_id_user_id"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_user_sessions"),
        sa.UniqueConstraint("account_id", "digest", name="uq_user_sessions_account_id_digest"),
    )
    op.create_index("ix_user_sessions_digest", "user_sessions", ["digest"])
    op.create_index("ix_user_sessions_account_id_user_id", "user_sessions", ["account_id", "user_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name="pk_sign_in_attempts"),
    )
    op.create_index("ix_sign_in_attempts_since", "sign_in_attempts", ["since"])
    op.create_index("ix_exchanges_newest", "exchanges", NEWEST)
    op.create_index("ix_exchanges_failed", "exchanges", NEWEST, postgresql_where=sa.text("status >= 400"))
    op.create_index("ix_exchanges_with_orders", "exchanges", NEWEST, postgresql_where=sa.text("served <> '{}'"))
    op.create_index(
        "ix_orders_flagged", "orders", ["account_id", "created_at", "id"], postgresql_where=sa.text("flags <> '{}'")
    )
    op.create_index("ix_shipments_recorded", "shipments", ["account_id", "recorded_at"])


def downgrade() -> None:
    op.drop_index("ix_shipments_recorded", "shipments")
    op.drop_index("ix_orders_flagged", "orders")
    for name in ("ix_exchanges_with_orders", "ix_exchanges_failed", "ix_exchanges_newest"):
        op.drop_index(name, "exchanges")
    op.drop_table("sign_in_attempts")
    op.drop_table("user_sessions")
    op.drop_index("ix_users_email", "users")
    op.drop_column("users", "time_zone")
