"""Bring a database to the present schema, in one transaction, whoever comes first."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from mailwijzer.inbox.faults import InboxUnavailableError


@cache
def head() -> str:
    """The revision that this code was written for."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


@cache
def _known() -> frozenset[str]:
    """Every revision there is: read once, for the scripts do not change while a program runs."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return frozenset(script.revision for script in scripts)


def migrate(engine: Engine) -> None:
    """Upgrade the database when it is older than this code.

    Raises InboxUnavailableError when it is newer: an old program must not write into a new schema.
    """
    with engine.connect() as connection, connection.begin():
        if _up_to_date(connection):
            return
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if not _up_to_date(connection):  # another process may have been faster
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _up_to_date(connection: Connection) -> bool:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in _known():
        raise InboxUnavailableError(
            f"the inbox was written by a newer version of mailwijzer (schema {revision}, "
            f"this one knows {head()}); upgrade mailwijzer"
        )
    return revision == head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "mailwijzer.inbox:migrations")
    return config
