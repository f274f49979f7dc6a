"""The inbox: submissions, their addresses apart, drafts, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "submission",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chapter", sa.Text(), nullable=False),
        sa.Column("suspicion", sa.Text(), nullable=False),
        sa.Column("wants_notice", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_submission"),
        sa.UniqueConstraint("key", name="uq_submission_key"),
    )
    op.create_index("ix_submission_status", "submission", ["status"])
    for name, more in (
        ("address", [sa.Column("address", sa.Text(), nullable=False)]),
        (
            "draft",
            [
                sa.Column("content", sa.Text(), nullable=False),
                sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
            ],
        ),
    ):
        op.create_table(
            name,
            sa.Column("number", sa.Integer(), nullable=False),
            *more,
            sa.PrimaryKeyConstraint("number", name=f"pk_{name}"),
            sa.ForeignKeyConstraint(
                ["number"], ["submission.number"], name=f"fk_{name}_number", ondelete="CASCADE"
            ),
        )
    _events()


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text()),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.ForeignKeyConstraint(
            ["number"], ["submission.number"], name="fk_event_number", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["undoes"], ["event.id"], name="fk_event_undoes", ondelete="CASCADE"),
    )
    op.create_index("ix_event_number", "event", ["number", "id"])


def downgrade() -> None:
    """Take back."""
    for name in ("event", "draft", "address", "submission"):
        op.drop_table(name)
