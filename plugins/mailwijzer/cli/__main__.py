"""`python -m mailwijzer.cli`, for where the command is not on the path."""

from mailwijzer.cli import app

app()
