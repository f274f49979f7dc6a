"""Alembic's environment for the inbox; the steps are in versions/."""
