"""The tables of the inbox. Migrations bring a database to this shape; a test holds them together."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a later migration can drop it on any database."""


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC, on databases with and without time zones alike."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """To UTC; a moment without a zone is a fault of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Back with its zone, which SQLite does not keep."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)


metadata = MetaData(naming_convention=NAMING)

submission = Table(
    "submission",
    metadata,
    # Given out by the store, never by the database: numbers are shared with the files in qa/.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),
    Column("lang", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("chapter", Text, nullable=False),
    Column("suspicion", Text, nullable=False),
    Column("wants_notice", Boolean, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("received", Moment, nullable=False),
)

address = Table(
    "address",
    metadata,
    # Apart from the submission, so that it can be purged without touching anything else.
    Column("number", ForeignKey("submission.number", ondelete="CASCADE"), primary_key=True),
    Column("address", Text, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("number", ForeignKey("submission.number", ondelete="CASCADE"), primary_key=True),
    Column("content", Text, nullable=False),
    Column("saved", Moment, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", ForeignKey("submission.number", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("action", Text),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("undoes", ForeignKey("event.id", ondelete="CASCADE")),
    Index("ix_event_number", "number", "id"),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    # SHA-256 of the bytes: the same mail comes in once, however often it is fetched.
    Column("digest", Text, nullable=False, unique=True),
    Column("message_id", Text, nullable=False, index=True),
    Column("origin", Text, nullable=False),
    Column("received", Moment, nullable=False),
    Column("size", Integer, nullable=False),
    # Emptied when the question has been closed for long enough: there are addresses in it.
    Column("raw", LargeBinary),
    Column("state", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("number", ForeignKey("submission.number", ondelete="SET NULL"), index=True),
)

arrival = Table(
    "arrival",
    metadata,
    Column("id", Integer, primary_key=True),
    # A keyed digest of the network, never the network itself.
    Column("network", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_arrival_network", "network", "at"),
)

consent = Table(
    "consent",
    metadata,
    # SHA-256 of the address: it tells the same address again, and cannot be written to.
    Column("digest", Text, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    # Kind, number and digest: whoever plans it, it is planned once.
    Column("key", Text, nullable=False, unique=True),
    Column("number", ForeignKey("submission.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("made", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    # A reply code of a server, never its text: that may repeat the address.
    Column("reason", Text, nullable=False),
)

passkey = Table(
    "passkey",
    metadata,
    # The credential's id as browsers write it: base64url without padding.
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    # 32 bits without a sign (WebAuthn, section 6.1).
    Column("sign_count", BigInteger, nullable=False),
    Column("made", Moment, nullable=False),
    Column("used", Moment),
)

ticket = Table(
    "ticket",
    metadata,
    # SHA-256 of a secret that works once: an invitation, or a challenge.
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    # A keyed digest of the network that asked for it, never the network itself.
    Column("network", Text, nullable=False),
    Column("made", Moment, nullable=False),
    Column("until", Moment, nullable=False, index=True),
    Column("spent", Boolean, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    # A program that works beside the service, and when it last did.
    Column("name", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
