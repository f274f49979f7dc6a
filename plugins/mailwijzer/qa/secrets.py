"""What should not be published although a reader wrote it: addresses, keys, passwords. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_DOCUMENTATION = tuple(
    map(
        ipaddress.ip_network,
        (
            *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
            *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
            *("0.0.0.0/32", "255.255.255.255/32", "::1/128", "fe80::/10", "fc00::/7"),
        ),
    )
)
"""Networks that say nothing of anybody (RFC 5737, RFC 3849, RFC 1918)."""

_EXAMPLES = ("example.org", "example.com", "example.net", ".test", ".example", ".invalid", "localhost")

_MAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_IPV4 = re.compile(r"(?<![\w.])(?<!section )(?<!punt )(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){0,6}(?![\w:])")
_PASSWORD = re.compile(
    r"(?i)(?<![A-Za-z])(?:pass(?:word|wd)?|wachtwoord|secret|token|api[_-]?key|sasl_password)\b\s*[:=]\s*(?P<it>[^\s,;\"']{3,})"
)
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_AUTH = re.compile(r"(?i)\bAUTH (?:PLAIN|LOGIN) (?P<it>[A-Za-z0-9+/=]{8,})")
_TOKEN = re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{10,}|sk-[\w-]{20,})\b")

PLACEHOLDERS = {
    "mail": "name@example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "password": "[password]",
    "key": "[private key]",
    "login": "[login]",
    "token": "[token]",
}
"""Kind -> what stands in its place once it is taken out."""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that may tell too much."""

    start: int
    end: int
    kind: str
    """A key of PLACEHOLDERS."""

    text: str


def find(text: str, public: Iterable[str] = ()) -> list[Finding]:
    """What an editor should look at, in the order of the text; `public` addresses may stand there."""
    allowed = {address.casefold() for address in public}
    found: list[Finding] = []
    for one in sorted(_candidates(text, allowed)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def redact(text: str, public: Iterable[str] = ()) -> str:
    """The text with each finding replaced by its placeholder."""
    parts, end = [], 0
    for one in find(text, public):
        parts += [text[end : one.start], PLACEHOLDERS[one.kind]]
        end = one.end
    return "".join([*parts, text[end:]])


def _candidates(text: str, allowed: set[str]) -> Iterator[Finding]:
    for kind, pattern in (("key", _KEY), ("token", _TOKEN)):
        yield from (Finding(m.start(), m.end(), kind, m.group()) for m in pattern.finditer(text))
    for kind, pattern in (("login", _AUTH), ("password", _PASSWORD)):
        for match in pattern.finditer(text):
            if not match["it"].startswith("["):
                yield Finding(match.start("it"), match.end("it"), kind, match["it"])
    for match in _MAIL.finditer(text):
        address = match.group().casefold()
        if address not in allowed and not address.endswith(_EXAMPLES):
            yield Finding(match.start(), match.end(), "mail", match.group())
    for kind, pattern in (("ipv4", _IPV4), ("ipv6", _IPV6)):
        yield from (
            Finding(m.start(), m.end(), kind, m.group()) for m in pattern.finditer(text) if _tells(m.group())
        )


def _tells(text: str) -> bool:
    """Whether it is an address of somebody in particular."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not any(address.version == net.version and address in net for net in _DOCUMENTATION)
