"""The index follows the site: everything is found at once, and little is written."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mailwijzer.errors import ProblemsError
from mailwijzer.publishing import lookup, searching, searchsources
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.publish import publish
from mailwijzer.search import shards
from mailwijzer.search.reading import UnusableIndexError
from support import built, put

WORDS = [
    "greylisting",
    "certificate",
    "reverse",
    "queue",
    "relay",
    "bounce",
    "mailbox",
    "quota",
    "header",
    "envelope",
    "spam",
    "filter",
]


@pytest.fixture
def published(project: Project) -> Project:
    for number, word in enumerate(WORDS, 1):
        put(project, number, title=f"Why {word}?", question=f"My {word} is odd.", answer=f"About {word}.")
    publish(project, "en", release=True)
    return project


def files(project: Project) -> dict[str, bytes]:
    folder = project.site / "en" / "search"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.js")}


def found(project: Project, query: str, filters: tuple[str, ...] = ()) -> list[str]:
    return [hit.section.url for hit in lookup.finder(project, "en").find(query, filters=filters).hits]


def test_questions_and_sections_of_chapters_are_found(published: Project) -> None:
    chapter = published.site / "en/smtp-session/index.html"
    chapter.write_text('<main><h1 id="t">SMTP</h1><p>x</p><h2 id="ports">Ports</h2><p>Submission.</p></main>')
    publish(published, "en")
    assert found(published, "submission") == ["smtp-session/#ports"]
    assert found(published, "reverse")[0] == "qa/0003-question-3/"


def test_a_new_question_is_found_at_once_by_rewriting_one_small_file(published: Project) -> None:
    before = files(published)
    put(published, 20, title="Why is my DKIM signature broken?", question="A footer was added.")
    publish(published, "en")
    after = files(published)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {"delta.js"}
    assert len(gzip.compress(after["delta.js"])) <= 3_000
    assert found(published, "dkim signature")[0] == "qa/0020-question-20/"


def test_a_changed_question_is_found_by_its_new_words_only(published: Project) -> None:
    put(published, 1, title="Why autodiscover?", question="Odd.", answer="Because.")
    publish(published, "en")
    assert found(published, "autodiscover") == ["qa/0001-question-1/"]
    assert "qa/0001-question-1/" not in found(published, "greylisting")


def test_a_question_that_is_gone_is_not_found(published: Project) -> None:
    (published.qa / "0002-question-2.en.md").unlink()
    publish(published, "en")
    assert found(published, "certificate") == []


def test_an_old_page_is_not_read_again(published: Project) -> None:
    assert searching.update(published, "en", published.site / "en", [], {}).analysed == 0


def test_a_release_folds_the_delta_and_a_second_one_writes_nothing(published: Project) -> None:
    put(published, 20, title="Why DKIM?")
    publish(published, "en")
    publish(published, "en", release=True)
    folded = files(published)
    assert b'"gone":[]' in folded["delta.js"]
    assert len({name.split("/")[0] for name in folded}) == 4
    before = {path: path.stat().st_mtime_ns for path in (published.state / "en/search/files").rglob("*.js")}
    publish(published, "en", release=True)
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert found(published, "dkim") == ["qa/0020-question-20/"]


def test_many_changes_fold_by_themselves(published: Project) -> None:
    before = files(published)
    for number in range(20, 30):
        put(published, number, title=f"New {number}?")
    publish(published, "en")
    assert files(published)["manifest.js"] != before["manifest.js"]


def test_files_that_were_lost_are_made_again(published: Project) -> None:
    for path in (published.state / "en/search/files").glob("manifest.js"):
        path.unlink()
    publish(published, "en")
    assert found(published, "quota") == ["qa/0008-question-8/"]


def test_changed_synonyms_make_a_new_index(published: Project) -> None:
    assert found(published, "terugkomer") == []
    (published.docs / "synonyms.yml").write_text("- [bounce, terugkomer]\n")
    publish(published, "en")
    assert found(published, "terugkomer") == ["qa/0006-question-6/"]


def test_synonyms_lead_to_what_came_after_the_release_too(published: Project) -> None:
    (published.docs / "synonyms.yml").write_text("- [bounce, terugkomer]\n")
    publish(published, "en", release=True)
    put(published, 20, title="May a bounce bounce?", question="It did.")
    publish(published, "en")
    assert b"May a bounce" in files(published)["delta.js"]
    assert set(found(published, "terugkomer")) == {"qa/0006-question-6/", "qa/0020-question-20/"}


def test_the_start_file_is_the_program_and_then_the_manifest(published: Project) -> None:
    made = files(published)
    assert made["start.js"].endswith(made["manifest.js"])
    assert b"MailwijzerSearch" in made["start.js"].removesuffix(made["manifest.js"])
    assert b"/*" not in made["start.js"]


def test_products_of_chapters_and_questions_can_be_filtered_by(published: Project) -> None:
    put(published, 20, title="Why sieve?", applies_to={"dovecot": ">=2.4", "debian": ["12", "13"]})
    (published.docs / "en").mkdir(exist_ok=True)
    (published.docs / "en/imap.md").write_text("---\ntitle: x\nproducts: [Debian 13, dovecot]\n---\n# X\n")
    (published.site / "en/imap").mkdir()
    (published.site / "en/imap/index.html").write_text('<main><h1 id="a">Sieve</h1><p>Why sieve.</p></main>')
    chapters = searchsources.chapters(published, "en", published.site / "en", ["imap"], frozenset())
    (section,) = next(chapters).make()
    assert section.products == ("debian", "debian 13", "dovecot")
    publish(published, "en", release=True)
    assert found(published, "sieve", ("product/debian-12",)) == ["qa/0020-question-20/"]
    assert found(published, "sieve", ("product/postfix",)) == []
    manifest = shards.content(files(published)["manifest.js"].decode())
    assert manifest["products"] == [
        ["debian", "Debian"],
        ["debian-12", "Debian 12"],
        ["debian-13", "Debian 13"],
        ["dovecot", "Dovecot"],
    ]


def test_a_chapter_is_found_by_other_headings_too(published: Project) -> None:
    folder = published.site / "en/imap"
    folder.mkdir()
    (folder / "index.html").write_text('<h1 id="a">IMAP</h1><h2 id="idle">News</h2><p>It waits.</p>')
    (published.docs / "en").mkdir(exist_ok=True)
    (published.docs / "en/imap.md").write_text("# IMAP\n")

    def made() -> searchsources.Source:
        return next(searchsources.chapters(published, "en", published.site / "en", ["imap"], frozenset()))

    before = made()
    (published.docs / "also.yml").write_text("imap/#idle: {en: [push on a phone], nl: [melding]}\n")
    assert {section.url: section.also for section in made().make()} == {"imap/#idle": ("push on a phone",)}
    assert made().key != before.key


def test_a_fault_in_the_synonyms_is_told_with_its_file(published: Project) -> None:
    (published.docs / "synonyms.yml").write_text("- bounce\n")
    with pytest.raises(ProblemsError, match=r"docs/synonyms\.yml: entry 1"):
        publish(published, "en")


def test_without_a_build_search_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnusableIndexError, match="run `mailwijzer build`"):
        lookup.finder(built(tmp_path / "p"), "en")


def test_questions_about_the_same_stand_beside_each_other_and_in_chapters(project: Project) -> None:
    for number, word in enumerate(WORDS, 1):
        put(project, number, title=f"Why {word}?", question=f"My {word} is odd.", answer=f"About {word}.")
    put(project, 30, title="Is greylisting harmful?", question="Greylisting delays mail.", answer="No.")
    chapter = project.site / "en/smtp-session/index.html"
    region = "<!--related:smtp-session/#grey--><!--/related-->"
    chapter.write_text(
        f'<main><h1 id="t">SMTP</h1><h2 id="grey">Greylisting</h2><p>About greylisting.</p>{region}</main>'
    )
    publish(project, "en", release=True)
    page = (project.site / "en/qa/0030-question-30/index.html").read_text("utf-8")
    assert "Why greylisting?" in page.partition('id="related"')[2]
    assert "Why quota?" not in page
    assert "Why greylisting?" in chapter.read_text("utf-8")
    before = chapter.read_text("utf-8")
    publish(project, "en")
    assert chapter.read_text("utf-8") == before


def test_a_chapter_is_filtered_by_the_topics_of_its_front_matter(published: Project) -> None:
    chapter = published.site / "en/smtp-session/index.html"
    chapter.write_text('<main><h1 id="t">SMTP</h1><p>Submission.</p></main>')
    source = published.docs / "en/smtp-session.md"
    source.write_text("---\ntitle: SMTP\ntopics: [dns]\n---\n# SMTP\n")
    publish(published, "en")
    found = lookup.finder(published, "en").find("submission", filters=["topic/dns"])
    assert [hit.section.url for hit in found.hits] == ["smtp-session/"]
    source.write_text("---\ntitle: SMTP\ntopics: [dsn]\n---\n# SMTP\n")
    with pytest.raises(ProblemsError, match=r"docs/en/smtp-session\.md: unknown topic 'dsn'; choose"):
        publish(published, "en")


def test_a_new_question_stands_beside_older_ones_at_once(published: Project) -> None:
    put(published, 20, title="Is greylisting slow?", question="My first mail waits: greylisting.")
    publish(published, "en")
    older = (published.site / "en/qa/0001-question-1/index.html").read_text("utf-8")
    assert "Is greylisting slow?" in older
    (published.qa / "0020-question-20.en.md").unlink()
    publish(published, "en")
    older = (published.site / "en/qa/0001-question-1/index.html").read_text("utf-8")
    assert "Is greylisting slow?" not in older
