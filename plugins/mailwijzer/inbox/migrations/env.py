"""Run by Alembic: migrations use the connection, and the transaction, that the store hands over."""

from __future__ import annotations

from alembic import context

from mailwijzer.inbox import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
