"""What came from a network lately is found at once; and PostgreSQL takes questions in by a function.

It does what `arriving.take_in` and `limits.Counted.judge` do, next to the data: a question costs one round
trip, and nobody waits for us between the statements. A test holds both to the same answers.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

LIMIT = """
CREATE FUNCTION seconds_until_free(from_network text, most integer, span interval, at timestamptz)
RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
    filling timestamptz;
BEGIN
    IF from_network IS NULL THEN
        SELECT a.at INTO filling FROM arrival a WHERE a.at > seconds_until_free.at - span
        ORDER BY a.at DESC OFFSET greatest(most, 1) - 1 LIMIT 1;
    ELSE
        SELECT a.at INTO filling FROM arrival a
        WHERE a.network = from_network AND a.at > seconds_until_free.at - span
        ORDER BY a.at DESC OFFSET greatest(most, 1) - 1 LIMIT 1;
    END IF;
    IF filling IS NULL THEN
        RETURN 0;
    END IF;
    RETURN greatest(1, trunc(extract(epoch FROM filling + span - seconds_until_free.at))::integer + 1);
END $$
"""

TAKE_IN = """
CREATE FUNCTION take_in(told json, lock bigint)
RETURNS TABLE (place integer, given integer, repeated boolean, differs boolean, seconds integer)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    one record;
    before record;
    highest integer;
    oldest timestamptz;
BEGIN
    -- Each statement after this one sees what the one before us in the lock wrote.
    PERFORM pg_advisory_xact_lock(lock);
    SELECT coalesce(max(s.number), 0) INTO highest FROM submission s;
    FOR one IN
        SELECT * FROM json_to_recordset(told) AS x(
            place integer, first_number integer, key text, lang text, title text, text text, name text,
            chapter text, suspicion text, wants_notice boolean, status text, detail text, address text,
            network text, hour integer, day integer, all_hour integer, at timestamptz
        ) ORDER BY x.place
    LOOP
        place := one.place; given := NULL; repeated := false; differs := false; seconds := 0;
        oldest := least(oldest, one.at);
        SELECT s.*, a.address INTO before
        FROM submission s LEFT JOIN address a ON a.number = s.number WHERE s.key = one.key;
        IF FOUND THEN
            given := before.number; repeated := true;
            differs := (before.lang, before.title, before.text, before.name, before.chapter,
                before.wants_notice) <> (one.lang, one.title, one.text, one.name, one.chapter,
                one.wants_notice)
                OR coalesce(before.address <> one.address, false);
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF one.network IS NOT NULL THEN
            seconds := seconds_until_free(NULL, one.all_hour, '1 hour', one.at);
            IF one.network <> '' THEN
                seconds := greatest(
                    seconds,
                    seconds_until_free(one.network, one.hour, '1 hour', one.at),
                    seconds_until_free(one.network, one.day, '1 day', one.at)
                );
            END IF;
            IF seconds > 0 THEN
                RETURN NEXT;
                CONTINUE;
            END IF;
            INSERT INTO arrival (network, at) VALUES (one.network, one.at);
        END IF;
        highest := greatest(highest + 1, one.first_number);
        given := highest;
        INSERT INTO submission
            (number, key, lang, title, text, name, chapter, suspicion, wants_notice, status, received)
        VALUES (given, one.key, one.lang, one.title, one.text, one.name, one.chapter, one.suspicion,
            one.wants_notice, one.status, one.at);
        INSERT INTO event (number, at, before, after, detail)
        VALUES (given, one.at, one.status, one.status, one.detail);
        IF one.address <> '' THEN
            INSERT INTO address (number, address) VALUES (given, one.address);
        END IF;
        RETURN NEXT;
    END LOOP;
    DELETE FROM arrival a WHERE a.at < oldest - interval '1 day';
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_arrival_network", "arrival", ["network", "at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(LIMIT)
        op.execute(TAKE_IN)


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION take_in(json, bigint)")
        op.execute("DROP FUNCTION seconds_until_free(text, integer, interval, timestamptz)")
    op.drop_index("ix_arrival_network", "arrival")
