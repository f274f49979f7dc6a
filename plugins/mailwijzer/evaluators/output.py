"""`text`: what a file on the host holds, such as a log, or what a script before it printed."""

from __future__ import annotations

import time

from mailwijzer.snippets import matching
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Sessions, Snippet


def evaluate(snippet: Snippet, host: Host, sessions: Sessions) -> Outcome:
    """Look for the page's lines, in one piece, in the file that `file=` names; or compare with a script's."""
    script = snippet.options.get("of", "")
    if script:
        return _printed(snippet, script, sessions)
    path = snippet.options.get("file", "")
    if not path:
        return Outcome(False, "output of nothing; name the file with file=, a script with of=, or say norun=")
    end = time.monotonic() + snippet.timeout
    while True:
        outcome = _compared(snippet, path, host.read(path))
        # A daemon writes its log when it is ready to, not when the client has its answer.
        if outcome.ok or time.monotonic() > end:
            return outcome
        time.sleep(0.1)


def _printed(snippet: Snippet, script: str, sessions: Sessions) -> Outcome:
    if script not in sessions.printed:
        return Outcome(False, f"no script '{script}' ran before this on the page")
    expected = snippet.text.split("\n")
    actual = sessions.printed[script].rstrip("\n").split("\n")
    difference = matching.diff(expected, actual)
    said = "\n".join(matching.merged(expected, actual))
    return Outcome(
        not difference, difference and f"'{script}' printed something else:\n{difference}", 1, said
    )


def _compared(snippet: Snippet, path: str, text: str) -> Outcome:
    expected = snippet.text.split("\n")
    actual = text.rstrip("\n").split("\n")
    if "order" in snippet.options and _scattered(expected, actual):
        return Outcome(True, actual=snippet.text)
    first = matching.expectation(expected[0])
    starts = [at for at, line in enumerate(actual) if first.matches(line)]
    for start in reversed(starts):
        if matching.align(expected, actual[start : start + len(expected)]) is not None:
            return Outcome(True, actual=snippet.text)
    tail = actual[starts[-1] :] if starts else actual[-len(expected) :]
    kept = matching.merged(expected, tail)
    return Outcome(False, f"{path} differs:\n{matching.diff(expected, tail)}", 1, "\n".join(kept))


def _scattered(expected: list[str], actual: list[str]) -> bool:
    """Whether each line stands somewhere: processes that write to one log do not wait for each other."""
    left = list(actual)
    for line in expected:
        rule = matching.expectation(line)
        found = next((said for said in left if rule.matches(said)), None)
        if found is None:
            return False
        left.remove(found)
    return True
