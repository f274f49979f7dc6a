"""Which evaluator runs which kind, and what surrounds every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from mailwijzer.errors import MailwijzerError
from mailwijzer.evaluators import config, console, message, output, python, transcript
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Evaluator, Outcome, Sessions, Snippet

EVALUATORS: Mapping[str, Evaluator] = {
    "console": console.evaluate,
    "python": python.evaluate,
    "transcript": transcript.evaluate,
    "config": config.evaluate,
    "text": output.evaluate,
    "message": message.evaluate,
}


@contextmanager
def sessions() -> Iterator[Sessions]:
    """The sessions of one page; all shells end with the block."""
    with ExitStack() as stack:
        yield Sessions(stack)


def evaluate(snippet: Snippet, host: Host, open_sessions: Sessions) -> Outcome:
    """Run a snippet. Whatever goes wrong is in the outcome, so that the rest of the page goes on."""
    try:
        outcome = EVALUATORS[snippet.kind](snippet, host, open_sessions)
    except (MailwijzerError, OSError, ValueError) as error:
        outcome = Outcome(False, str(error))
    if snippet.xfail and outcome.ok:
        return replace(outcome, ok=False, detail=f"passes, though xfail says: {snippet.xfail}; remove xfail")
    return replace(outcome, ok=True) if snippet.xfail else outcome
