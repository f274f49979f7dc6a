"""`config`: settings are written where the page says, and judged by the daemon that reads them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet

_ZONE = "named-checkzone $(basename {path} | sed 's/^db\\.//') {path}"
_POSTFIX = "postconf -n >/dev/null && postconf -M >/dev/null && postfix check"
_CHECKERS = (
    (re.compile(r".*/postfix/(?:main|master)\.cf"), _POSTFIX),
    (re.compile(r".*/dovecot/.*\.conf"), "doveconf -n >/dev/null"),
    (re.compile(r".*/bind/(?:db\..*|.*\.zone)"), _ZONE),
    (re.compile(r".*/bind/.*"), "named-checkconf"),
    (re.compile(r".*/unbound/.*\.conf"), "unbound-checkconf >/dev/null"),
    (re.compile(r".*/rspamd/.*"), "rspamadm configtest -q"),
    (re.compile(r".*/opendkim\.conf"), "opendkim -n -x {path}"),
    (re.compile(r".*\.sieve"), "sievec {path} /dev/null"),
)  # fmt: skip
_SETTING = re.compile(r"(?P<name>\w+)\s*=\s*(?P<value>.*)")
_FAULT = re.compile(r"warning|error|fatal|unused parameter|unknown", re.IGNORECASE)


def evaluate(snippet: Snippet, host: Host, _sessions: Sessions) -> Outcome:
    """Write and check. What a checker says on stderr counts, for postconf exits with 0 at a misspelling."""
    path = snippet.options.get("file", "")
    if not path:
        return Outcome(False, "settings of nothing; name the file with file=, or say norun=")
    checker = next((command for pattern, command in _CHECKERS if pattern.fullmatch(path)), None)
    if checker is None:
        return Outcome(False, f"nobody here can check {path}; say norun= with the reason")
    if path.endswith("/main.cf"):
        for command in _postconf(snippet.text):
            host.run(command)
    else:
        host.write(path, snippet.text.rstrip("\n") + "\n")
    ran = host.run(checker.format(path=shlex.quote(path)), timeout=snippet.timeout)
    if ran.code or _FAULT.search(ran.output):
        return Outcome(
            False, f"{path}: the daemon's checker says:\n{ran.output.strip()}", _line(snippet, ran.output)
        )
    if "/postfix/" in path:
        host.run("postfix reload", timeout=snippet.timeout)
    return Outcome(True, actual=snippet.text)


def _postconf(text: str) -> Iterator[str]:
    """Commands that set the page's parameters, the rest of main.cf left as it is."""
    joined = re.sub(r"\n[ \t]+", " ", text)
    for line in joined.split("\n"):
        found = _SETTING.fullmatch(line.strip())
        if found:
            yield f"postconf -e {shlex.quote(found['name'] + '=' + found['value'])}"


def _line(snippet: Snippet, said: str) -> int:
    for number, line in enumerate(snippet.text.split("\n"), 1):
        found = _SETTING.match(line.strip())
        if found and found["name"] in said:
            return number
    return 0
