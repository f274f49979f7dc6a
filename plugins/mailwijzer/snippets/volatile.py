"""What real output holds that is another each time: dates, numbers of messages, processes and sessions."""

from __future__ import annotations

import re

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ZONE = r"(?: [+-]\d{4}(?: \(\w+\))?)?"
_MAILDATE = rf"\b\w{{3}},? +(?:\d{{1,2}} )?{_MONTH} +(?:\d{{1,2}} |\d{{4}} )\d\d:\d\d:\d\d{_ZONE}"
VOLATILE = (
    # Postfix's greeting: Debian 12 calls itself Debian/GNU, Debian 13 Debian.
    (re.compile(r"(?<=ESMTP Postfix )\(Debian/GNU\)"), "(Debian)"),
    (re.compile(_MAILDATE), "DATE"),
    (re.compile(rf"^{_MONTH} [ \d]\d \d\d:\d\d:\d\d\b"), "DATE"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"), "DATE"),
    (re.compile(r"\b(queued as |with E?SMTPS?A? id )[0-9A-Za-z]{6,20}\b"), r"\1QUEUEID"),
    (re.compile(r"(\]: )[0-9A-F]{6,12}(?=: )"), r"\1QUEUEID"),
    (re.compile(r"^[0-9A-F]{6,12}[*!]? +(?=\d+ )"), "QUEUEID "),
    (re.compile(r"(?<=[a-z])\[\d+\](?=:)"), "[PID]"),
    (re.compile(r"\bdelays?=[\d./]+"), "delay=N"),
    (re.compile(r"^[0-9A-F]{12,16}(?=:error:)"), "THREAD"),
    (re.compile(r"^(\S+\.\s+)\d+(?=\s+IN\s)"), r"\1TTL"),
    (re.compile(r"(?<=\(127\.0\.0\.1\) )\d+|(?<=localhost:)\d{5}"), "PORT"),
    # Dovecot: its name on Debian 12, how long it took, and what it numbers anew in each mailbox or session.
    (re.compile(r"\bDovecot \(Debian\)"), "Dovecot"),
    (re.compile(r"(?<=\()[\d.]+(?: \+ [\d.]+)* secs(?=\))"), "N secs"),
    (re.compile(r"\b((?:UIDVALIDITY|APPENDUID|COPYUID|HIGHESTMODSEQ) )\d+"), r"\1N"),
    (re.compile(r"(?<=> )[\w+/]{20,24}(?= Saved$)"), "SESSION"),
    (re.compile(r"(?<=\))<\d+><[\w+/]+>"), "<PID><SESSION>"),
    (re.compile(r"(?<=session=<)[\w+/]+"), "SESSION"),
    (re.compile(r"\b(mpid=|rport=)\d+"), r"\1N"),
    (re.compile(r"(?<=[a-z])\(\d+\)(?=:)"), "(PID)"),
    (re.compile(r"^(\d+ )[0-9a-f]{16}$"), r"\1UIDL"),
    # Kamailio: its version, the tags and nonces that it makes up.
    (re.compile(r"(?<=kamailio \()\d+\.\d+\.\d+"), "VERSION"),
    (re.compile(r"(?<=;tag=)[0-9a-f]{32}[.-][0-9a-f.]+"), "TAG"),
    (re.compile(r"(?<=\bnonce=\")[^\"]+"), "NONCE"),
)  # fmt: skip
"""What differs from run to run, and what it is compared as."""
