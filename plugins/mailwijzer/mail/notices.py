"""What is written to askers. No byte of it comes from the asker, but the address and the Message-ID."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailwijzer.errors import MailwijzerError
from mailwijzer.locales import Locale

_ID = re.compile(r"<[!-;=?-~]{1,500}>")
_WIDE = SMTP.clone(max_line_length=900)
"""RFC 5322, section 2.1.1: a line may have 998 characters."""


class UnwritableAddressError(MailwijzerError):
    """An address that no mail can be written to; it is not repeated here."""


@dataclass(frozen=True)
class Occasion:
    """All that a notice is made of."""

    kind: str
    """`confirm`, `acknowledge`, `published` or `merged`."""

    number: int
    message_id: str
    at: dt.datetime
    confirm_url: str = ""
    """Where to agree; empty for one who did."""

    stop_url: str = ""
    page_url: str = ""
    ask_url: str = ""
    """The form, for one whom the answer does not help."""

    answers: str = ""
    """Message-ID of the asker's own mail; empty for a question by form."""


def write(words: Locale, sender: str, recipient: str, occasion: Occasion) -> EmailMessage:
    """The mail for an occasion; raises UnwritableAddressError.

    Automatic mail says so (RFC 3834, section 5): a reply to a mail is auto-replied, what answers a web form
    is auto-generated. One click ends it (RFC 8058). The policy refuses line ends in any header.
    """
    letter = EmailMessage(policy=SMTP)
    number = f"{occasion.number:04d}"
    answers = occasion.answers if _ID.fullmatch(occasion.answers) else ""
    try:
        letter["From"] = Address(words.t("notice.from"), addr_spec=sender)
        letter["To"] = Address(addr_spec=recipient)
    except Exception as error:
        raise UnwritableAddressError("no mail can be written to that address") from error
    letter["Subject"] = words.t(f"notice.{occasion.kind}_subject", number=number)
    letter["Date"] = format_datetime(occasion.at)
    letter["Message-ID"] = occasion.message_id
    letter["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Content-Language"] = words.code
    if answers:
        letter["In-Reply-To"] = letter["References"] = answers
    letter["List-Unsubscribe"] = f"<{occasion.stop_url}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(_text(words, occasion, number), cte="quoted-printable")
    # Addresses and Message-IDs stand in one piece: folded, or encoded, some readers lose them.
    letter.policy = _WIDE
    return letter


def _text(words: Locale, occasion: Occasion, number: str) -> str:
    parts = [
        words.t(f"notice.{occasion.kind}_text", number=number, page=occasion.page_url, ask=occasion.ask_url)
    ]
    if occasion.confirm_url:
        parts += [words.t("notice.confirm_how"), occasion.confirm_url, words.t("notice.confirm_else")]
    parts += [words.t("notice.stop"), occasion.stop_url]
    return "\n\n".join(part.strip() for part in parts) + "\n"
