from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer import frontmatter


def problems(text: str) -> list[str]:
    return [str(problem) for problem in frontmatter.parse(text, "qa/x.md").problems]


def test_keys_and_list_items_know_their_lines() -> None:
    document = frontmatter.parse("---\nid: 1\ntopics:\n  - a\n  - b\n---\n\nThe body.\n", "x.md")
    assert document.meta == {"id": 1, "topics": ["a", "b"]}
    assert document.where("topics[1]").line == 5
    assert document.where("topics[9]").line == 3
    assert (document.body, document.body_line) == ("The body.\n", 8)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("no front matter", 1, "no front matter"),
        ("---\na: !!python/object/apply:os.system [id]\n---\n", 2, "tag"),
        ("---\na: 1\nb: &x [1]\n---\n", 3, "anchors and aliases"),
        ("---\na: &x 1\nb: *x\n---\n", 3, "anchors and aliases"),
        ("---\na: 1\na: 2\n---\n", 3, "stands twice"),
        ("---\na: {b: 1, b: 2}\n---\n", 2, "stands twice"),
        ("---\na: [1\n---\n", 3, "not valid YAML"),
        ("---\n- a\n---\n", 2, "not a mapping"),
        ("---\nasked: 2026-99-99\n---\n", 1, "not valid YAML"),
        ("---\na: \x00\n---\n", 1, "not valid YAML"),
        ("---\na: " + "x" * 300_000 + "\n---\n", 0, "larger than"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_line(text: str, line: int, said: str) -> None:
    found = frontmatter.parse(text, "qa/x.md").problems
    assert any(said in problem.what for problem in found), found
    assert line in {problem.where.line for problem in found}, found


def test_every_fault_of_a_file_is_listed_in_one_pass() -> None:
    assert len(problems("---\na: !x 1\nb: &y 2\nc: !z 3\n---\n")) == 3


def test_an_alias_bomb_is_refused_without_being_expanded() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 20))
    assert "anchors and aliases" in problems(f"---\nl0: &l0 [x]\n{levels}---\n")[0]


@given(st.text())
def test_no_text_raises(text: str) -> None:
    frontmatter.parse(f"---\n{text}\n---\n{text}", "x.md")
    frontmatter.parse(text, "x.md")
