"""`python` fences in a real interpreter: names stay, faults are told at the page's own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluators.localhost import Localhost
from mailwijzer.evaluators import page
from mailwijzer.snippets.model import Snippet
from mailwijzer.source import SourceLocation


def _python(text: str, line: int = 10, **options: str) -> Snippet:
    return Snippet("python", "x", text, SourceLocation("page.md", line), options)


def _run(folder: Path, *snippets: Snippet) -> list[page.Result]:
    return list(page.run(snippets, lambda _name: Localhost(folder), "13"))


def _told(folder: Path, *snippets: Snippet) -> str:
    result = _run(folder, *snippets)[-1]
    return "" if result.outcome.ok else f"{result.where}: {result.outcome.detail}"


def test_names_stay_within_a_session(tmp_path: Path) -> None:
    first, again = _python("import email\nx = 1", session="a"), _python("assert x == 1\nemail", session="a")
    other = _python("assert 'x' not in globals()", session="b")
    assert [result.outcome.ok for result in _run(tmp_path, first, again, other)] == [True] * 3


def test_a_traceback_names_the_pages_own_line(tmp_path: Path) -> None:
    helper = _python("def half(n):\n    return n / 0", line=20)
    told = _told(tmp_path, helper, _python("x = 2\nhalf(x)", line=30))
    assert told.startswith("page.md:22: Traceback (most recent call last):\n")
    assert '  File "page.md", line 32, in <module>\n    half(x)\n' in told
    assert 'File "page.md", line 22, in half\n' in told
    assert told.endswith("ZeroDivisionError: division by zero")
    assert "<string>" not in told


def test_code_that_cannot_be_read_is_told_at_its_line(tmp_path: Path) -> None:
    told = _told(tmp_path, _python("x = 1\nx = = 2"))
    assert told.startswith("page.md:12: ")
    assert told.endswith("SyntaxError: invalid syntax")


def test_what_a_script_prints_is_shown_by_the_text_that_names_it(tmp_path: Path) -> None:
    script = _python("import os\nprint('a', flush=True)\nos.system('echo b')")
    shown = Snippet("text", "y", "a\nb", SourceLocation("page.md", 20), {"of": "x"})
    assert _told(tmp_path, script, shown) == ""
    wrong = Snippet("text", "y", "a\nc", SourceLocation("page.md", 20), {"of": "x"})
    assert _told(tmp_path, script, wrong).endswith("-c\n+b")
    lost = Snippet("text", "y", "a", SourceLocation("page.md", 20), {"of": "z"})
    assert _told(tmp_path, script, lost) == "page.md:20: no script 'z' ran before this on the page"


DIALOGUE = """>>> def twice(n):
...     return 2 * n
...
>>> twice(4)
8
>>> for n in range(40):
...     print(n)
...
0
...
39
>>> twice()
Traceback (most recent call last):
...
TypeError: twice() missing 1 required positional argument: 'n'"""


def test_a_dialogue_is_compared_answer_by_answer(tmp_path: Path) -> None:
    assert _told(tmp_path, _python(DIALOGUE)) == ""
    (result,) = _run(tmp_path, _python(DIALOGUE.replace("8", "9")))
    assert str(result.where) == "page.md:14"
    assert result.outcome.detail.endswith("-9\n+8")
    assert result.outcome.actual == DIALOGUE


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("while True: pass", "did not end within 0.3 s and was killed"),
        ("while True: print('for ever')", "printed more than 200000 bytes and was killed"),
        ("print('x' * 300_000)", "printed more than 200000 bytes and was killed"),
        ("import os; os._exit(0)", "the session's Python has ended"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_code_that_goes_astray_is_told_and_the_rest_goes_on(tmp_path: Path, code: str, told: str) -> None:
    limit = "0.3" if "pass" in code else "30"
    first, second = _run(tmp_path, _python(code, timeout=limit), _python("assert 1 + 1 == 2"))
    assert first.outcome.detail.endswith(told)
    assert second.outcome.ok
