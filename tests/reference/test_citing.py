from __future__ import annotations

import pytest

from mailwijzer.reference import citing
from mailwijzer.reference.model import Rfc, Term
from mailwijzer.reference.outline import read
from mailwijzer.reference.parsing import parse

ONE = read(
    "one",
    "# One\n[it](https://www.rfc-editor.org/rfc/rfc5321.html#section-4)\n## A {#a}\nRFC 821, RFC 821.\n",
)
TWO = read("two", "# Two\nAn open relay.\n## B {#b}\nRelays, and RFC\xa05321. `relay`, rfc9999, XRFC 7\n")
RFCS = """\
- {id: rfc821, title: "SMTP", month: "1982-08", status: standard, obsoleted_by: [2821], earlier: [one]}
- {id: rfc5321, title: "SMTP", month: "2008-10", status: draft}
"""
TERMS = """\
- id: relay
  en: {term: relay, meaning: "x.", also: [relays]}
  nl: {term: relay, meaning: "x."}
- id: open-relay
  en: {term: open relay, meaning: "x."}
  nl: {term: open relay, meaning: "x."}
"""


def rfcs(text: str = RFCS) -> tuple[Rfc, ...]:
    found, problems = parse(Rfc, text, "docs/rfcs.yml")
    assert problems == []
    return found


def told(text: str) -> list[str]:
    return [str(p) for p in citing.problems(citing.rfcs([ONE, TWO]), rfcs(text), "docs/en")]


def test_every_section_that_names_an_rfc_or_links_to_it_is_found_once() -> None:
    found = {
        number: [outline.link(section) for outline, section in places]
        for number, places in citing.rfcs([ONE, TWO]).items()
    }
    assert found == {821: ["one.md#a"], 5321: ["one.md", "two.md#b"]}


def test_a_term_is_found_in_the_first_section_of_each_chapter_and_the_longer_term_wins() -> None:
    terms, _ = parse(Term, TERMS, "docs/glossary.yml")
    found = citing.terms(terms, "en", [ONE, TWO])
    assert {ident: [o.link(s) for o, s in places] for ident, places in found.items()} == {
        "relay": ["two.md#b"],
        "open-relay": ["two.md"],
    }


def test_what_is_cited_as_it_should_be_is_no_problem() -> None:
    assert told(RFCS) == []


def test_an_rfc_that_is_not_listed_is_told_with_the_chapters_that_cite_it() -> None:
    listed = RFCS[: RFCS.index("- {id: rfc5321")]
    assert told(listed) == [
        f"docs/en/{page}.md: cites RFC 5321, which is not listed; add it to docs/rfcs.yml"
        for page in ("one", "two")
    ]


def test_an_obsolete_rfc_is_told_unless_that_chapter_may_cite_it() -> None:
    cure = "cite RFC 2821, or name the chapter under 'earlier' in docs/rfcs.yml"
    assert told(RFCS.replace("earlier: [one]", "earlier: [two]")) == [
        f"docs/en/one.md: cites RFC 821, which is obsolete; {cure}"
    ]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("status: draft", "status: good", "'good' is none of standard, draft"),
        ("status: draft", "status: draft, earlier: [one]", "only for an RFC that is obsolete"),
        ('"2008-10"', '"2008"', "month"),
        ("id: rfc5321", "id: rfc-5321", "id"),
    ],
)
def test_a_wrong_entry_is_told(before: str, after: str, why: str) -> None:
    _, problems = parse(Rfc, RFCS.replace(before, after), "docs/rfcs.yml")
    assert [problem for problem in problems if why in str(problem)]
