"""Whatever is typed, and whatever happened to the files: an answer or a clear message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.errors import ProblemsError
from mailwijzer.search import also, planning, synonyms
from mailwijzer.search.reading import UnusableIndexError
from search.corpus import MAIL, files, finder, reader

FILES = files(MAIL)
FINDER = finder(MAIL)


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "x" * 10_000,
        "port " * 2_000,
        "the and of is",
        "?!.,;:-()[]{}<>",
        'kind:question AND "port 25" NOT (dns OR *) ~2 ^5 [a TO b]',
        "?ort p*rt",
        "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
        "🙂🙂🙂 👩‍💻",
        "\x00\x01\u202e\ufeff\ud800",
        "__proto__ constructor toString",
        "~kind/question",
        "a.b-c/d:e@f=g+h" * 100,
    ],
)
def test_any_query_is_answered(query: str) -> None:
    FINDER.find(query)
    FINDER.find(query, filters=["kind/question", query])


@given(st.text(max_size=200))
def test_any_text_is_a_query(query: str) -> None:
    result = FINDER.find(query)
    assert len(result.plan.tokens) <= planning.TOKENS_MAX
    for hit in result.hits:
        assert hit.score > 0


def test_query_syntax_is_words() -> None:
    assert [hit.section.url for hit in FINDER.find('"PTR" AND NOT greylisting').hits] == [
        "smtp/#greylisting",
        "dns/#ptr",
    ]


@pytest.mark.parametrize("name", ["manifest.js", "delta.js"])
def test_a_missing_file_is_told(name: str) -> None:
    with pytest.raises(UnusableIndexError, match=f"search/{name} of 'en' is missing; run `mailwijzer build`"):
        reader({other: text for other, text in FILES.items() if other != name})


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("t.js", "a.js", "0.js"))])
def test_a_truncated_file_is_told(name: str) -> None:
    damaged = {**FILES, name: FILES[name][:-20]}
    query = "port 25 " + " ".join(f"{word[0]}zzz" for word in FILES[name].split('"')[-2].split())
    with pytest.raises(UnusableIndexError, match=r"is damaged; run `mailwijzer build`"):
        reader(damaged).find(query)


def test_files_of_two_versions_are_not_mixed() -> None:
    other = files(MAIL[:3])
    with pytest.raises(UnusableIndexError, match="another version"):
        reader({**FILES, "delta.js": other["delta.js"]})


def test_an_index_of_another_format_is_refused() -> None:
    with pytest.raises(UnusableIndexError, match="another version of Mailwijzer"):
        reader({**FILES, "manifest.js": FILES["manifest.js"].replace('"format":3', '"format":9')})


@pytest.mark.parametrize("text", ["{a: b}", "- one", "- [only]", "- [a, {b: c}]", "[", "- a: ["])
def test_faults_in_synonyms_are_told(text: str) -> None:
    with pytest.raises(ProblemsError, match=r"docs/synonyms\.yml"):
        synonyms.parse(text, "docs/synonyms.yml")


@pytest.mark.parametrize("text", ["- a", "a: b", "a: {en: b}", "a: {en: [{b: c}]}", "1: {en: [b]}", "["])
def test_faults_in_other_headings_are_told(text: str) -> None:
    with pytest.raises(ProblemsError, match=r"docs/also\.yml"):
        also.parse(text, "docs/also.yml", "en")
