"""Mail as it came in: its bytes first, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("digest", name="uq_message_digest"),
        sa.ForeignKeyConstraint(
            ["number"], ["submission.number"], name="fk_message_number", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_message_message_id", "message", ["message_id"])
    op.create_index("ix_message_state", "message", ["state"])
    op.create_index("ix_message_number", "message", ["number"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("message")
