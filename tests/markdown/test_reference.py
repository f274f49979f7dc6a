from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from markdown import Markdown

from mailwijzer.errors import ProblemsError
from mailwijzer.reference.model import ErrorLine, Fact
from mailwijzer.reference.parsing import parse
from mailwijzer.search import sections

GLOSSARY = """\
- id: relay
  en: {term: relay, meaning: "Passing mail on.", also: [relays]}
  nl: {term: relay, meaning: "Mail doorgeven."}
- id: open-relay
  en: {term: open relay, meaning: "A server that relays for all."}
  nl: {term: open relay, meaning: "Een server die voor iedereen doorgeeft."}
- id: envelope
  en: {term: envelope, meaning: "What <servers> & clients say."}
  nl: {term: enveloppe, meaning: "Wat servers zeggen."}
"""
FACTS = """\
- id: one
  fact: "Something <new>"
  source: https://example.org/a
  checked: 2026-11-24
  again: 2027-02-24
  pages: [chapter]
"""
ERRORS = """\
- id: no-user
  text: "550 5.1.1 <nemo@thuis.test>: unknown"
  says: Postfix
  group: addresses
  who: author
  source: https://example.org/doc
  pages: [chapter]
  en: {meaning: "No such user.", cure: "Correct `it` <here>."}
  nl: {meaning: "Geen zulke gebruiker.", cure: "Verbeter het."}
- id: no-relay
  text: "554 5.7.1 Relay access denied"
  says: Postfix
  group: relay
  who: sender
  seen: relay-refused
  en: {meaning: "Not for you.", cure: "Log in."}
  nl: {meaning: "Niet voor jou.", cure: "Meld je aan."}
"""


RFCS = """\
- {id: rfc821, title: "SMTP <1>", month: "1982-08", status: standard, obsoleted_by: [2821], earlier: [b]}
- {id: rfc5321, title: "SMTP", month: "2008-10", status: draft}
- {id: rfc7208, title: "SPF", month: "2014-04", status: proposed}
"""
BOOK = {
    "index": "# Home\nRFC 7208\n",
    "b": "# B & `x`\n## Goal {#goal}\nRFC 821\n## Part {#part}\n### Deep {#deep}\nRFC 5321 and a relay\n",
    "a": "# A\nRFC 5321\n",
}


def html(
    tmp_path: Path, text: str, lang: str = "en", page: str = "chapter", book: Mapping[str, str] = BOOK
) -> str:
    chapters = tmp_path / "book"
    chapters.mkdir(exist_ok=True)
    for name, content in book.items():
        (chapters / f"{name}.md").write_text(content)
    options: dict[str, str] = {"language": lang, "page": page, "chapters": str(chapters), "fixed": "goal"}
    for name, content in (("glossary", GLOSSARY), ("facts", FACTS), ("errors", ERRORS), ("rfcs", RFCS)):
        file = tmp_path / f"{name}.yml"
        file.write_text(content)
        options[name] = str(file)
    extension = "mailwijzer.markdown.reference"
    return Markdown(extensions=["tables", extension], extension_configs={extension: options}).convert(text)


def test_only_the_first_use_in_running_text_is_explained(tmp_path: Path) -> None:
    made = html(
        tmp_path, "# A relay\n\n`relay`, [relay](x.md), a **Relay** here, a relay there\n", page="other"
    )
    assert made.count("mw-term") == 1
    attributes = 'class="mw-term" data-meaning="Passing mail on." href="glossary.md#relay"'
    assert f"<strong><a {attributes}>Relay</a></strong>" in made
    assert "<h1>A relay</h1>" in made


def test_the_longer_term_wins_and_other_forms_count_as_the_same(tmp_path: Path) -> None:
    made = html(tmp_path, "An open relay relays. The relay, the open relay.\n", page="other")
    assert made.count("mw-term") == 2
    assert ">open relay</a> <a" in made
    assert ">relays</a>. The relay, the open relay." in made


def test_a_part_of_a_word_is_no_term(tmp_path: Path) -> None:
    assert "mw-term" not in html(tmp_path, "relayhost, pre-relay, relay-host\n", page="other")


def test_text_around_several_terms_stays_as_it_was(tmp_path: Path) -> None:
    made = html(tmp_path, "a *b* relay c *d* envelope e\n", page="other")
    plain = "".join(
        part.partition(">")[2] if "<" in "<" + part else part for part in ("x>" + made).split("<")
    )
    assert plain.strip() == "a b relay c d envelope e"


def test_a_meaning_is_escaped(tmp_path: Path) -> None:
    assert 'data-meaning="What &lt;servers&gt; &amp; clients say."' in html(
        tmp_path, "The envelope\n", page="x"
    )


def test_a_page_in_a_folder_finds_the_glossary(tmp_path: Path) -> None:
    assert 'href="../../glossary.md#relay"' in html(tmp_path, "A relay\n", page="a/b/c")


def test_the_glossary_is_in_alphabetical_order_with_the_other_languages_word(tmp_path: Path) -> None:
    made = html(tmp_path, "[[glossary]]\n", "nl", page="glossary")
    assert made.index('id="envelope"') < made.index('id="open-relay"') < made.index('id="relay"')
    assert (
        '<dt id="envelope">enveloppe <span class="mw-glossary__twin" lang="en">envelope</span></dt>' in made
    )
    assert "mw-term" not in made


def test_the_foot_names_month_source_and_dates_in_the_pages_language(tmp_path: Path) -> None:
    made = html(tmp_path, "text\n", "nl")
    assert "<summary>Nagekeken in november 2026: één feit" in made
    assert (
        '<span lang="en">Something &lt;new&gt;</span> <a href="https://example.org/a">example.org</a>' in made
    )
    assert "opnieuw op 24 februari 2027" in made
    assert "mw-facts" not in html(tmp_path, "text\n", page="other")


def test_error_lines_of_a_page_and_all_of_them_by_group(tmp_path: Path) -> None:
    own = html(tmp_path, "[[errors]]\n")
    assert "<code>550 5.1.1 &lt;nemo@thuis.test&gt;: unknown</code>" in own
    assert "<strong>The author.</strong> Correct <code>it</code> &lt;here&gt;." in own
    assert ("The author" in own, "Relay access" in own) == (True, False)
    everything = html(tmp_path, "[[errors all]]\n", "nl", page="error-lines")
    assert everything.index('<h2 id="errors-addresses">') < everything.index('<h2 id="errors-relay">')
    assert "<span>gezien in ons lab</span>" in everything
    grouped = html(tmp_path, "[[errors grouped]]\n")
    assert '<h3 id="errors-addresses">' in grouped
    assert "Relay access" not in grouped


def test_a_line_that_a_chapter_shows_is_repeated_on_the_page_of_all_lines_and_search_is_told(
    tmp_path: Path,
) -> None:
    made = html(tmp_path, "[[errors all]]\n", page="error-lines")
    assert '<dt class="mw-errors__repeat" id="e-no-user">' in made
    assert '<dd class="mw-errors__repeat">' in made
    assert '<dt id="e-no-relay">' in made
    assert [section.url for section in sections.read(made, "") if section.kind == sections.LINE] == [
        "#e-no-relay"
    ]
    assert "mw-errors__repeat" not in html(tmp_path, "[[errors]]\n")


def test_the_contents_list_chapters_and_sections_without_those_that_all_have(tmp_path: Path) -> None:
    made = html(tmp_path, "[[index chapters]]\n", page="contents")
    assert made.replace("\n", "") == (
        '<ol class="mw-index mw-index__chapters"><li><a href="a.md">A</a></li>'
        '<li><a href="b.md">B &amp; <code>x</code></a><ul><li><a href="b.md#part">Part</a>'
        '<ul><li><a href="b.md#deep">Deep</a></li></ul></li></ul></li></ol>'
    )


def test_the_index_of_rfcs_says_what_holds_and_who_cites_it(tmp_path: Path) -> None:
    made = html(tmp_path, "[[index rfcs]]\n", "nl", page="contents")
    assert '<dt id="rfc821"><a href="https://www.rfc-editor.org/rfc/rfc821.html">RFC 821</a> ' in made
    assert '<span lang="en">SMTP &lt;1&gt;</span>' in made
    assert "Internetstandaard, augustus 1982. Vervallen: RFC 2821 kwam in de plaats." in made
    assert '<strong>B &amp; x</strong>: <a href="b.md#goal">Goal</a></p>' in made
    assert (
        '<strong>A</strong>: <a href="a.md">A</a>; <strong>B &amp; x</strong>: <a href="b.md#deep">Deep</a>'
        in made
    )
    assert "RFC 7208" not in made  # only the home page names it


def test_a_chapter_that_cites_what_is_not_listed_stops_the_build(tmp_path: Path) -> None:
    html(tmp_path, "x\n")
    (tmp_path / "book" / "c.md").write_text("# C\nRFC 9999\n")
    with pytest.raises(ProblemsError, match=r"book/c\.md: cites RFC 9999, which is not listed"):
        html(tmp_path, "[[index rfcs]]\n", page="contents")


def test_a_chapter_that_changes_changes_the_index(tmp_path: Path) -> None:
    assert "New" not in html(tmp_path, "[[index chapters]]\n", page="contents")
    book = {**BOOK, "a": f"{BOOK['a']}## New {{#new}}\n"}
    made = html(tmp_path, "[[index chapters]]\n", page="contents", book=book)
    assert '<a href="a.md#new">New</a>' in made


def test_the_index_of_terms_leads_to_the_meaning_and_to_each_first_use(tmp_path: Path) -> None:
    made = html(tmp_path, "[[index terms]]\n", page="contents")
    assert '<dt><a href="glossary.md#relay">relay</a></dt>' in made
    assert '<dd><a href="b.md#deep">B &amp; <code>x</code></a></dd>' in made
    assert "envelope" not in made  # no chapter uses it


def test_the_index_of_error_lines_leads_to_the_page_of_all_lines(tmp_path: Path) -> None:
    made = html(tmp_path, "[[index lines]]\n", page="contents")
    assert '<h3 id="lines-relay">Relaying and logging in</h3>' in made
    assert '<a href="error-lines.md#e-no-relay"><code>554 5.7.1 Relay access denied</code></a>' in made


@pytest.mark.parametrize("kind", ["chapters", "lines", "terms", "rfcs"])
def test_search_does_not_read_the_index(tmp_path: Path, kind: str) -> None:
    made = html(tmp_path, f"# Contents\n\ntext\n\n[[index {kind}]]\n", page="contents")
    found = sections.read(f'<h1 id="x">Contents</h1>{made.partition("</h1>")[2]}', "contents/")
    assert [(section.heading, section.text) for section in found] == [("Contents", "text")]


def test_a_line_seen_in_another_chapter_leads_there(tmp_path: Path) -> None:
    (tmp_path / "errors.yml").write_text(ERRORS.replace("seen: relay-refused", "seen: lab#relay-refused"))
    lines, problems = parse(ErrorLine, (tmp_path / "errors.yml").read_text(), "errors.yml")
    assert [line.place for line in lines if line.seen] == ["lab.md#snippet-relay-refused"]
    assert problems == []


def test_an_answer_which_is_no_page_stays_as_it_is(tmp_path: Path) -> None:
    assert html(tmp_path, "A relay\n", page="") == "<p>A relay</p>"


def test_all_faults_are_told_with_their_line() -> None:
    text = (
        FACTS
        + FACTS
        + "- id: two\n  fact: x\n  source: ftp://x\n  checked: 2026-11-24\n  again: 2026-11-24\n"
    )
    found, problems = parse(Fact, text, "docs/facts.yml")
    told = "\n".join(map(str, problems))
    assert [fact.id for fact in found] == ["one"]
    assert "'one' stands twice" in told
    assert "docs/facts.yml:13: two: source:" in told
    assert "docs/facts.yml:13: two: pages: Field required" in told


def test_an_error_line_needs_a_source_and_a_known_role() -> None:
    text = ERRORS.replace("  source: https://example.org/doc\n", "").replace("who: sender", "who: santa")
    _, problems = parse(ErrorLine, text, "docs/errors.yml")
    told = "\n".join(map(str, problems))
    assert "give a source, or the snippet" in told
    assert "'santa' is none of nobody, author" in told


def test_a_build_with_a_wrong_file_says_so(tmp_path: Path) -> None:
    file = tmp_path / "g.yml"
    file.write_text("- id: Wrong Id\n")
    with pytest.raises(ProblemsError, match=r"g\.yml:1: Wrong"):
        Markdown(
            extensions=["mailwijzer.markdown.reference"],
            extension_configs={"mailwijzer.markdown.reference": {"glossary": str(file), "page": "x"}},
        ).convert("text")
