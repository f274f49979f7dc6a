"""Run all snippets of a page, in their order, on the hosts of one world."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators import registry
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Snippet
from mailwijzer.source import SourceLocation

Hosts = Callable[[str], Host]
"""Gives a host by its name; raises MailwijzerError for one that is not there."""

_ELSEWHERE = re.compile(r"(?P<host>[a-z]\w*): (?P<commands>.+)", re.DOTALL)
_PRODUCTS = (
    ("postfix", "Postfix", re.compile(r"Postfix|postfix|post(?:conf|queue)|smtpd?_|Remote-MTA|SMTP sync")),
    (
        "dovecot",
        "Dovecot",
        re.compile(r"AUTH PLAIN \w|[Dd]ove(?:conf|adm|cot)|OK \[CAPABILITY|sieve|fileinto|Maildir"),
    ),
    ("openssl", "OpenSSL", re.compile(r"\bopenssl\b")),
    ("bind", "dig", re.compile(r"^\$ dig\b")),
    ("bind", "BIND", re.compile(r"named-check|\brndc\b|dnssec-|zone-up|\bIN SOA\b|^zone \"")),
    ("unbound", "Unbound", re.compile(r"unbound-|flags: qr|status: SERVFAIL")),
    ("opendkim", "OpenDKIM", re.compile(r"opendkim|dkim=(?:pass|fail)|^Domain +\S+\nSelector")),
    ("opendmarc", "OpenDMARC", re.compile(r"spf=|dmarc=|rejected by DMARC|SPFSelfValidate")),
    ("swaks", "swaks", re.compile(r"^\$ swaks\b")),
    ("postgrey", "postgrey", re.compile(r"Greylisted|by postgrey-")),
    ("opendkim", "OpenDKIM", re.compile(r"\bdkim=(?:pass|fail|none)\b")),
    ("opendmarc", "OpenDMARC", re.compile(r"\bdmarc=(?:pass|fail)\b|by DMARC policy|opendmarc")),
    ("unbound", "Unbound", re.compile(r"\bunbound-control\b")),
    ("kamailio", "Kamailio", re.compile(r"[Kk]amailio")),
    ("rspamd", "rspamd", re.compile(r"\brspam[dc]\b|\brspamadm\b")),
    ("spamassassin", "SpamAssassin", re.compile(r"SpamAssassin|\bspam(?:d|c|assassin)\b|X-Spam-Checker")),
    ("clamav", "ClamAV", re.compile(r"ClamAV|\bclam(?:d|dscan|scan|av-milter)\b")),
    ("python", "Python", re.compile(r"\A(?:>>> |import |from \w+ import )")),
    ("netcat", "netcat-openbsd", re.compile(r"\$ nc\b")),
    ("coreutils", "coreutils", re.compile(r"base64|^[$#] (?:tail|cat)\b")),
)


@dataclass(frozen=True)
class Result:
    """A snippet and what came of it."""

    snippet: Snippet
    outcome: Outcome
    versions: Mapping[str, str]

    @property
    def where(self) -> SourceLocation:
        """The line of the page on which it went wrong."""
        start = self.snippet.where
        return SourceLocation(start.path, start.line + self.outcome.line)


def run(snippets: Sequence[Snippet], hosts: Hosts, release: str) -> Iterator[Result]:
    """Run those meant for `release`; a failure does not stop the rest."""
    with registry.sessions() as sessions:
        for snippet in snippets:
            if snippet.reason or snippet.ref or release not in snippet.releases:
                continue
            try:
                host = hosts(snippet.options.get("host", ""))
                outcome = _setup(snippet, host, hosts) or registry.evaluate(snippet, host, sessions)
                versions = _versions(snippet, host)
            except MailwijzerError as error:
                outcome, versions = Outcome(False, str(error)), {}
            yield Result(snippet, outcome, versions)


def _setup(snippet: Snippet, host: Host, hosts: Hosts) -> Outcome | None:
    """Run the setup, on the snippet's host or on the one before the colon; None where all went well."""
    commands = snippet.options.get("setup", "")
    if not commands:
        return None
    elsewhere = _ELSEWHERE.fullmatch(commands)
    if elsewhere:
        host, commands = hosts(elsewhere["host"]), elsewhere["commands"]
    ran = host.run(commands, timeout=60)
    return Outcome(False, f"setup ended with {ran.code}:\n{ran.output.strip()}") if ran.code else None


def _versions(snippet: Snippet, host: Host) -> dict[str, str]:
    known = host.versions()
    return {
        shown: known[name] for name, shown, sign in _PRODUCTS if name in known and sign.search(snippet.text)
    }
