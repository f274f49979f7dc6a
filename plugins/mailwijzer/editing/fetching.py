"""From mail to questions: bytes first, then read apart, then a question, a reply, or quarantine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mailwijzer.inbox import messages
from mailwijzer.inbox.faults import UnknownSubmissionError
from mailwijzer.inbox.messages import Message, MessageState
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.mail import limited
from mailwijzer.mail.letter import Letter, UnreadableMailError
from mailwijzer.mail.places import Found
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa.submission import ADDRESS_MAX, NAME_MAX, TEXT_MAX, TITLE_MAX, NewSubmission

CUT = "\n\n[…]"
"""Stands where a long text was cut; the whole of it is in the mail, which is kept."""

_OURS = re.compile(r"<mailwijzer\.(\d{1,9})\.")
_PREFIX = re.compile(r"^(?:(?:re|fw|fwd|aw|antw|doorst)\s*:\s*)+", re.IGNORECASE)
_DUTCH = frozenset(("de", "het", "een", "van", "ik", "en", "niet", "dat", "is", "op", "mijn", "te", "voor"))

_ENGLISH = frozenset(("the", "a", "an", "of", "i", "and", "not", "that", "is", "on", "my", "to", "for"))


@dataclass(frozen=True)
class MailRules:
    """What the operator says about questions by mail."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    """Address that questions are sent to -> language: `vraag@thuis.test: nl`."""

    authserv: str = ""
    """Name under which our own server writes Authentication-Results; others are not believed."""

    spam_score: float = 6.0
    """From this score of our own filter on, a mail goes to the spam view."""


@dataclass
class Taken:
    """What a fetch did."""

    states: Counter[MessageState] = field(default_factory=Counter)
    known: int = 0
    """Mails whose bytes were there already."""


def take(project: Project, inbox: Inbox, found: Iterable[Found], rules: MailRules) -> Taken:
    """Take mails in, one after another. Each is safe on disk before it is read, and before it is moved."""
    taken = Taken()
    for mail in found:
        message = messages.keep(inbox, mail.raw, mail.origin)
        mail.done()
        if message.state is MessageState.KEPT:
            taken.states[read(project, inbox, message, mail.raw, rules).state] += 1
        else:
            taken.known += 1
    return taken


def resume(project: Project, inbox: Inbox, rules: MailRules, *, quarantined: bool = False) -> Taken:
    """Read what was kept and never read, because of a crash; or what could not be read before."""
    taken = Taken()
    state = MessageState.QUARANTINED if quarantined else MessageState.KEPT
    for message in reversed(messages.listing(inbox, state)):
        raw = messages.raw(inbox, message.id)
        if raw is not None:
            taken.states[read(project, inbox, message, raw, rules).state] += 1
    return taken


def read(project: Project, inbox: Inbox, message: Message, raw: bytes, rules: MailRules) -> Message:
    """Read one mail that is kept, and give it its fate."""
    try:
        letter = limited.read(raw, rules.authserv, rules.addresses)
    except UnreadableMailError as error:
        return messages.settle(inbox, message, MessageState.QUARANTINED, str(error))
    details = _details(letter)
    if number := _answered(inbox, letter):
        state = MessageState.AUTOMATIC if letter.automatic else MessageState.REPLY
        reason = letter.automatic or "a reply by mail"
        return messages.settle(inbox, message, state, reason, letter.message_id, details, number)
    if letter.automatic:
        return messages.settle(
            inbox, message, MessageState.AUTOMATIC, letter.automatic, letter.message_id, details
        )
    new = question(message.digest, letter, rules)
    first = sources.next_id(project)
    return messages.become_question(inbox, message, letter.message_id, new, first, details)


def question(digest: str, letter: Letter, rules: MailRules) -> NewSubmission:
    """What the inbox takes in of a letter."""
    title = _PREFIX.sub("", letter.subject)
    signs = []
    if letter.spam or (letter.score is not None and letter.score >= rules.spam_score):
        signs.append("filter" if letter.score is None else f"filter {letter.score:g}")
    if letter.verified == "fail":
        signs.append("forged sender")
    if not (letter.text.strip() or title):
        signs.append("empty")
    return NewSubmission(
        key=f"mail:{digest}",
        lang=_language(letter, rules),
        title=_shortened(title, TITLE_MAX, "…"),
        text=_shortened(letter.text.strip("\n"), TEXT_MAX, CUT),
        name=_shortened(letter.name, NAME_MAX, "…"),
        address=letter.address if len(letter.address) <= ADDRESS_MAX else "",
        suspicion=tuple(signs),
    )


def _shortened(text: str, most: int, mark: str) -> str:
    return text if len(text) <= most else text[: most - len(mark)] + mark


def _language(letter: Letter, rules: MailRules) -> str:
    named = {address.lower(): lang for address, lang in rules.addresses.items()}
    for address in letter.recipients:
        if address in named:
            return named[address]
    words = re.findall(r"[a-z]+", f"{letter.subject} {letter.text[:2000]}".lower())
    dutch = sum(word in _DUTCH for word in words)
    english = sum(word in _ENGLISH for word in words)
    return "nl" if dutch > english and "nl" in CODES else CODES[0]


def _answered(inbox: Inbox, letter: Letter) -> int:
    """Number of the submission whose notice this answers; 0 where it answers none of ours."""
    for ident in letter.answers:
        if found := _OURS.match(ident):
            try:
                return inbox.get(int(found[1])).number
            except UnknownSubmissionError:
                continue
    return 0


def _details(letter: Letter) -> dict[str, Any]:
    return {
        "attachments": [
            {"name": part.name, "type": part.type, "size": part.size, "text": part.text}
            for part in letter.attachments
        ],
        "verified": letter.verified,
        "score": letter.score,
        "parser": letter.parser,
        "text": letter.text if len(letter.text) > TEXT_MAX else "",
    }
