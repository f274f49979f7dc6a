"""What is read from a mail: plain data that a question can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mailwijzer.errors import MailwijzerError


class UnreadableMailError(MailwijzerError):
    """A mail that no reader here could make sense of, or that took too much to read. Its bytes are kept."""


@dataclass(frozen=True)
class Attachment:
    """A part that is not the text. Only small plain text, such as a log, comes with its content."""

    name: str
    type: str
    size: int
    """Octets, decoded."""

    text: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail as it was understood. All text is NFC-free, as sent, without control characters."""

    message_id: str
    subject: str
    name: str
    address: str
    recipients: tuple[str, ...]
    text: str
    attachments: tuple[Attachment, ...]
    answers: tuple[str, ...]
    """Message-IDs that it replies to, the nearest first (RFC 5322, section 3.6.4)."""

    automatic: str
    """Why it must not be answered (RFC 3834); empty for a person's letter."""

    verified: str
    """`pass` when our own server saw the From domain confirmed, `fail`, or empty when it said nothing."""

    score: float | None
    """The spam score of our own server; higher is worse. None without one."""

    spam: bool
    """Whether our own server called it spam."""

    parser: str
    """`default`, or `compat32` when the modern one failed."""

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def from_plain(values: Mapping[str, Any]) -> Letter:
    """The reverse of `plain`."""
    return Letter(
        **{
            **values,
            "recipients": tuple(values["recipients"]),
            "answers": tuple(values["answers"]),
            "attachments": tuple(Attachment(**part) for part in values["attachments"]),
        }
    )
