"""The gate: a fence that is not run must say so, and one that would not even be shown is told."""

from __future__ import annotations

import pytest

from mailwijzer.markdown.extraction import survey

KNOWN = "known are console, python, transcript, config, text, message, ladder, map"
OUTSIDE = "options outside the braces: "
OPENINGS = [
    ("```console", ""),
    ('```{.python session="a"}', ""),
    ('```python {session="a"}', ""),
    ("~~~ console", ""),
    ('```python session="a"', f"""{OUTSIDE}'python session="a"'; write {{.python session="a"}}"""),
    ("```python norun", f"{OUTSIDE}'python norun'; write {{.python norun}}"),
    (
        '```text title="t" {id="a"}',
        f"""{OUTSIDE}'text title="t" {{id="a"}}'; write {{.text title="t" id="a"}}""",
    ),
    ("```bash", "a fence of the unknown language 'bash'; did you mean 'console'?"),
    ("```{.consol}", "a fence of the unknown language 'consol'; did you mean 'console'?"),
    ("```rust", f"a fence of the unknown language 'rust'; {KNOWN}"),
    ("```", f"a fence without a language; {KNOWN}"),
]


@pytest.mark.parametrize(("opening", "told"), OPENINGS)
@pytest.mark.parametrize("indent", ["", "> ", "    "])
def test_a_fence_is_opened_with_a_known_language_and_its_options_in_braces(
    opening: str, told: str, indent: str
) -> None:
    before = "---\ntitle: x\n---\n\n" + ("- a list\n\n" if indent == "    " else "")
    fence = f"{opening}\nx\n{opening[:3]}\n"
    page = before + "".join(f"{indent}{line}\n" for line in fence.splitlines())
    _, problems = survey(page, "page.md")
    line = before.count("\n") + 1
    assert [str(problem) for problem in problems[:1]] == ([f"page.md:{line}: {told}"] if told else [])


def test_what_only_looks_like_a_fence_is_left_alone() -> None:
    page = 'Write ```` ```console ```` so.\n\n```` ```x title="a" ````\n\n<!--\n```x y="z" {a}\n```\n-->\n'
    assert survey(page, "page.md") == ((), ())
