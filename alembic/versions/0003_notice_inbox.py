"""What the inbox of notices needs to be listed, corrected and replayed, and shipments to be read on without a gap.

Revision 0003, after 0002. New columns only, each empty or with a constant default: no table is rewritten. Shipments
that are there already get their places in the stream when it is first read.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAITING = sa.text("state IN ('unmatched', 'unreadable', 'dismissed') OR corrected_number <> ''")
WITHOUT_PLACE, WITH_PLACE = sa.text("position IS NULL"), sa.text("position IS NOT NULL")


def upgrade() -> None:
    for name in ("order_number", "tracking_key", "corrected_number", "handled_by"):
        op.add_column("notices", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index("ix_notices_account_id_order_number_id", "notices", ["account_id", "order_number", "id"])
    for name, column in (("ix_notices_waiting", "digest"), ("ix_notices_waiting_package", "tracking_key")):
        op.create_index(name, "notices", ["account_id", "vendor_id", column], postgresql_where=WAITING)
    op.create_index("ix_shipments_account_id_notice_id", "shipments", ["account_id", "notice_id"])
    op.add_column("shipments", sa.Column("position", sa.BigInteger(), nullable=True))
    op.add_column("shipments", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shipments", sa.Column("void_reason", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "shipments",
        sa.Column("corrections", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.add_column("shipment_lines", sa.Column("voided", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "uq_shipments_account_id_position",
        "shipments",
        ["account_id", "position"],
        unique=True,
        postgresql_where=WITH_PLACE,
    )
    op.create_index(
        "ix_shipments_without_place", "shipments", ["account_id", "recorded_at", "id"], postgresql_where=WITHOUT_PLACE
    )


def downgrade() -> None:
    op.drop_index("ix_shipments_without_place", "shipments")
    op.drop_index("uq_shipments_account_id_position", "shipments")
    op.drop_column("shipment_lines", "voided")
    for name in ("corrections", "void_reason", "voided_at", "position"):
        op.drop_column("shipments", name)
    op.drop_index("ix_shipments_account_id_notice_id", "shipments")
    for name in ("ix_notices_waiting_package", "ix_notices_waiting", "ix_notices_account_id_order_number_id"):
        op.drop_index(name, "notices")
    for name in ("handled_by", "corrected_number", "tracking_key", "order_number"):
        op.drop_column("notices", name)
