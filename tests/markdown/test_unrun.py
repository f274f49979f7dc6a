"""The gate on translations and answers: every fence refers to a chapter's, or says why nobody runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwijzer.markdown import unrun

CHAPTER = '# SMTP\n\n```{.console id="dig-mx" host="laptop"}\n$ dig mx\n```\n'


@pytest.mark.parametrize(
    ("fence", "told"),
    [
        ("```console\n$ mailq\n```", "a fence that nobody runs"),
        ('```{.console norun=""}\n$ mailq\n```', "a fence that nobody runs"),
        ('```{.console norun="yours"}\n$ mailq\n```', ""),
        ('```{.console ref="dig-mx"}\n```', ""),
        ('```{.console ref="dig-nx"}\n```', "unknown snippet 'dig-nx'; did you mean 'dig-mx'?"),
        ('```{.console norum="yours"}\n$ mailq\n```', "unknown option 'norum'; did you mean 'norun'?"),
        ("```\n$ mailq\n```", "a fence without a language"),
    ],
)
def test_an_answers_fence_is_judged_as_ci_judges_it(tmp_path: Path, fence: str, told: str) -> None:
    (tmp_path / "smtp.md").write_text(CHAPTER, "utf-8")
    found = unrun.check(f"---\nid: 1\n---\n\nLook:\n\n{fence}\n", "qa/0001-x.en.md", tmp_path)
    lines = [str(problem) for problem in found]
    if not told:
        assert lines == []
    else:
        assert any(line.startswith(f"qa/0001-x.en.md:7: {told}") for line in lines), lines
