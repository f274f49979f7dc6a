"""Mail out, through the mail server of this machine."""

from __future__ import annotations

import os
import smtplib
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from mailwijzer.errors import MailwijzerError


@dataclass(frozen=True)
class Outgoing:
    """Which server takes our mail, and in whose name."""

    sender: str
    """Address in From, which questions may be sent to: `vraag@thuis.test`."""

    host: str = "127.0.0.1"
    port: int = 25
    seconds: float = 30.0
    """How long the server may take for one answer."""

    @property
    def domain(self) -> str:
        """What stands behind the @ of our Message-IDs."""
        return self.sender.rpartition("@")[2]


class NotSentError(MailwijzerError):
    """The server did not take a mail. What it said is reduced to its codes: the text may hold the address."""

    def __init__(self, reason: str, *, final: bool) -> None:
        self.reason, self.final = reason, final
        super().__init__(f"not sent: {reason}")


def from_environment(environment: Mapping[str, str] = os.environ) -> Outgoing:
    """MAILWIJZER_MAIL_FROM, MAILWIJZER_SMTP_HOST and _PORT; raises MailwijzerError where they are wrong."""
    sender = environment.get("MAILWIJZER_MAIL_FROM", "")
    if sender.count("@") != 1 or not all(sender.split("@")) or any(c in sender for c in " <>\r\n"):
        raise MailwijzerError(
            "mail to askers needs an address of ours; set MAILWIJZER_MAIL_FROM, for example vraag@thuis.test"
        )
    port = environment.get("MAILWIJZER_SMTP_PORT", "25")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise MailwijzerError(f"'{port}' is no port; set MAILWIJZER_SMTP_PORT to a number, for example 25")
    return Outgoing(sender, environment.get("MAILWIJZER_SMTP_HOST") or "127.0.0.1", int(port))


def send(outgoing: Outgoing, letter: EmailMessage, recipient: str) -> None:
    """Hand one mail over, with the null return path (RFC 3834, section 4): what fails bounces to nobody.

    Raises NotSentError: `final` for a 5yz answer (RFC 5321, section 4.2.1), else it may be tried again.
    """
    try:
        with smtplib.SMTP(outgoing.host, outgoing.port, outgoing.domain, outgoing.seconds) as server:
            server.send_message(letter, from_addr="", to_addrs=[recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _refused(code, said) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError:
        raise NotSentError("the server has no SMTPUTF8", final=True) from None
    except (smtplib.SMTPException, socket.gaierror, OSError) as error:
        raise NotSentError(type(error).__name__, final=False) from None


def _refused(code: int, said: bytes | str) -> NotSentError:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    first = text.split(" ")[0]
    enhanced = first if first.count(".") == 2 and first.replace(".", "").isdecimal() else ""
    return NotSentError(f"{code} {enhanced}".strip(), final=500 <= code < 600)
