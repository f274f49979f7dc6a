from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.publishing.readertext import excerpt, render
from mailwijzer.qa.submission import TEXT_MAX
from support import needed, seen, within

from .patterns import PATTERNS, filled


def test_paragraphs_code_and_addresses_are_made_of_plain_text() -> None:
    made = render("One\ntwo\n\n```\n<b> x\n\ny\n```\nSee https://example.org/a?b=1&c=2.\n\n    550 no\n")
    assert made == (
        "<p>One<br>two</p>\n"
        '<pre tabindex="0"><code>&lt;b&gt; x\n\ny</code></pre>\n'
        '<p>See <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">'
        "https://example.org/a?b=1&amp;c=2</a>.</p>\n"
        '<pre tabindex="0"><code>550 no</code></pre>'
    )


def test_an_open_fence_ends_with_the_text() -> None:
    assert render("```\nlog") == '<pre tabindex="0"><code>log</code></pre>'


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("```log\nx\n```", '<pre tabindex="0"><code>x</code></pre>'),
        ("```Connection refused\nx\n```", '<pre tabindex="0"><code>Connection refused\nx</code></pre>'),
        ("```450 later``` it says", "<p>```450 later``` it says</p>"),
        ("~~~\n```b\n~~~", '<pre tabindex="0"><code>```b</code></pre>'),
        ("```b", "<p>```b</p>"),
        ("```\n```", "<p>```<br>```</p>"),
    ],
)
def test_what_stands_beside_the_marks_of_code_is_not_lost(typed: str, shown: str) -> None:
    assert render(typed) == shown


@given(st.text(st.sampled_from("<>\"'&/:;()[]!=@ \n\tahtpsj`~{}-_*#\\x00\x85"), max_size=200))
def test_nothing_but_the_allowed_tags_ever_comes_out(text: str) -> None:
    made = render(text)
    for tag in made.split("<")[1:]:
        name = tag.lstrip("/").split(">")[0].split(" ")[0]
        assert name in {"p", "br", "a", "pre", "code"}, made
    assert "@@" not in made


@given(st.text(max_size=3000), st.integers(1, 300))
def test_an_excerpt_is_one_line_of_bounded_length(text: str, length: int) -> None:
    made = excerpt(text, length)
    assert "\n" not in made
    assert len(made) <= length + 2


def test_brackets_that_choke_the_sites_markdown_are_only_text_here() -> None:
    text = "[" * 10_000
    assert render(text) == f"<p>{text}</p>"


@pytest.mark.parametrize("name", PATTERNS)
def test_what_chokes_parsers_of_markdown_is_only_text_here_at_full_length(name: str) -> None:
    text = filled(PATTERNS[name], TEXT_MAX)
    assert len(text) == TEXT_MAX
    shown = html.unescape(re.sub("<[^>]*>", "", render(text)))
    assert within(needed(text), seen(shown))
    assert within(seen(shown), seen(text))
