"""Which program judges which file: the daemon that reads it, or what its makers ship for the purpose.

What a checker says counts, not only how it ends: postconf tells a misspelt parameter on stderr and exits
with 0. Its standard output is thrown away where it is the settings themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Checker:
    """A command line for files whose path matches; `{path}` and `{origin}` are filled in."""

    pattern: re.Pattern[str]
    command: str
    content: re.Pattern[str] = re.compile("(?!)")
    """What a checker that has nothing to say says all the same, line by line."""

    also: str = ""
    """Another checker, asked when the first one is content."""


def _checker(pattern: str, command: str, content: str = "(?!)", also: str = "") -> Checker:
    return Checker(re.compile(pattern), command, re.compile(content), also)


# A map that has no such key ends with 1, in silence: only what it says counts.
_LOOKUP = "postmap -q nothing {kind}:{{path}} || :"

_LOADED = r"zone .* loaded serial \d+|OK"
_KAMAILIO = r".*config file ok, exiting.*|Listening on.*|Aliases:.*|\s{4,}\S.*| *\d+\(\d+\) INFO: .*"
# Away from the internet, rspamd tells in passing that it cannot find its makers' servers.
_RSPAMD = r"syntax OK|address resolution for \S+ failed: .*|cannot read servers definition"

CHECKERS = (
    _checker(r".*/postfix/main\.cf", "postconf -n >/dev/null", also="postfix check"),
    _checker(r".*/postfix/master\.cf", "postconf -M >/dev/null", also="postconf -P >/dev/null"),
    _checker(r".*/postfix/.*\.cidr|.*\.cidr", _LOOKUP.format(kind="cidr")),
    _checker(r".*/postfix/.*[._]pcre|.*\.pcre", _LOOKUP.format(kind="pcre")),
    _checker(r".*/postfix/.*[._]regexp|.*\.regexp", _LOOKUP.format(kind="regexp")),
    _checker(r".*/postfix/\w+", "postmap {path}"),
    _checker(r"/etc/aliases", "postalias {path}"),
    _checker(r".*/dovecot/.*\.conf(?:\.ext)?", "doveconf -n >/dev/null"),
    _checker(r".*/bind/(?:db\.[^/]+|[^/]+\.zone)", "named-checkzone {origin} {path}", _LOADED),
    _checker(r".*/bind/.*", "named-checkconf"),
    _checker(r".*/unbound/.*\.conf", "unbound-checkconf", r"unbound-checkconf: no errors in .*"),
    _checker(r".*/rspamd/.*", "rspamadm configtest", _RSPAMD),
    _checker(r".*/opendkim\.conf", "opendkim -n -x {path}"),
    _checker(r".*/opendmarc\.conf", "opendmarc -n -c {path}"),
    _checker(r".*/kamailio/.*\.cfg", "kamailio -c -f {path}", _KAMAILIO),
    _checker(r".*/nftables\.conf|.*\.nft", "nft -c -f {path}"),
    _checker(r".*\.sieve", "sievec {path} /tmp/checked.svbin"),
)  # fmt: skip


def checker(path: str) -> Checker | None:
    """The first one that knows such a file."""
    return next((known for known in CHECKERS if known.pattern.fullmatch(path)), None)
