"""A publication that was taken back from the files is taken back here too."""

from __future__ import annotations

from sqlalchemy import select

from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox import queries, schema
from mailwijzer.inbox.store import Inbox
from mailwijzer.qa.lifecycle import Action, SubmissionStatus
from mailwijzer.qa.submission import Submission

_E = schema.event
UNDO = "undo"
"""How the detail of such a step begins."""


def undo_publication(inbox: Inbox, number: int) -> Submission:
    """The submission as it was before its last publication that stands; its draft stays."""
    undone = select(_E.c.undoes).where(_E.c.number == number, _E.c.undoes.is_not(None))
    query = select(_E).where(_E.c.number == number, _E.c.action == Action.PUBLISH, _E.c.id.not_in(undone))
    with inbox.transaction(writing=True) as connection:
        queries.submission(connection, number)
        last = connection.execute(query.order_by(_E.c.id.desc()).limit(1)).one_or_none()
        if last is None:
            raise MailwijzerError(
                f"question {number} was not published from here: there is nothing to take back",
                "undo_elsewhere",
            )
        before, after = SubmissionStatus(last.after), SubmissionStatus(last.before)
        queries.move(connection, number, after)
        detail = f"{UNDO} {last.action}"
        queries.note(connection, number, inbox.moment(), None, before, after, detail, last.id)
        return queries.submission(connection, number)
