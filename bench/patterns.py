"""Texts that make Markdown and careless patterns take quadratic time, at the length that the form allows.

    .venv/bin/python bench/patterns.py

Each goes through everything here that reads a reader's words: the pages' renderer, the excerpt, the search
for secrets, the file of a question and back, and the parts of search. Told is the processor time of the
slowest step; more than 0.2 s is a fault.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "plugins")]

from mailwijzer import frontmatter  # noqa: E402
from mailwijzer.locales import locale  # noqa: E402
from mailwijzer.mail import body  # noqa: E402
from mailwijzer.publishing import readertext  # noqa: E402
from mailwijzer.qa import parsing, secrets  # noqa: E402
from mailwijzer.qa.submission import TEXT_MAX  # noqa: E402
from mailwijzer.search import analysis, planning  # noqa: E402
from mailwijzer.service import form  # noqa: E402
from publishing.patterns import PATTERNS, filled  # noqa: E402
from support import front_matter  # noqa: E402

MOST = 0.2


def dumped(text: str) -> None:
    """Into the file of a question, and out of it."""
    made = parsing.dump(front_matter(question=text), "Because.")
    assert frontmatter.parse(made, "qa/0001-x.en.md").meta["question"] == text


def judged(text: str) -> None:
    """What the form finds wrong with it."""
    form.errors(locale("en"), form.Entered(title="x", text=text, name="x"))


STEPS: dict[str, Callable[[str], object]] = {
    "page": readertext.render,
    "excerpt": readertext.excerpt,
    "secrets": secrets.find,
    "redact": secrets.redact,
    "file": dumped,
    "form": judged,
    "html mail": body.untagged,
    "words": lambda text: analysis.tokens(analysis.fold(text)),
    "query": lambda text: analysis.fixed(analysis.fold(text[: planning.QUERY_MAX])),
}


def main() -> int:
    """All patterns; how many are too slow is the exit code."""
    slow, slowest = 0, ("", "", 0.0)
    for name, piece in PATTERNS.items():
        text = filled(piece, TEXT_MAX)
        for step, work in STEPS.items():
            begun = time.process_time()
            work(text)
            took = time.process_time() - begun
            slowest = max(slowest, (name, step, took), key=lambda one: one[2])
            if took > MOST:
                slow += 1
                print(f"{took:6.2f} s  {step:10} {name}")
    print(f"{len(PATTERNS)} patterns of {TEXT_MAX} characters, {len(STEPS)} steps: {slow} over {MOST} s")
    print(f"slowest: {slowest[2]:.3f} s, {slowest[1]}, {slowest[0]}")
    return slow


if __name__ == "__main__":
    sys.exit(main())
