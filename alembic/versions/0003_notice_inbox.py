"""What the inbox of notices needs to be listed, corrected and replayed, and shipments to be read on without a gap.

Revision 0003, after 0002.
"""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
