from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mailwijzer.errors import ProblemsError
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.publish import publish, publish_all
from support import SHELL, built, put


def page(project: Project, path: str) -> str:
    return (project.site / path / "index.html").read_text("utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_a_question_becomes_a_page_in_its_language_and_is_listed_in_the_other(project: Project) -> None:
    put(
        project,
        7,
        "nl",
        title="Waarom?",
        chapters=("smtp-session",),
        answer="Daarom, zie [poorten](../docs/nl/smtp-session.md#ports).",
    )
    publish_all(project)
    made = page(project, "nl/qa/0007-question-7")
    assert "<h1>Waarom?</h1>" in made
    assert 'href="../../smtp-session/#ports"' in made
    assert not (project.site / "en/qa/0007-question-7").exists()
    listed = page(project, "en/qa")
    assert 'href="../../nl/qa/0007-question-7/" hreflang="nl" lang="nl">Waarom?' in listed
    assert "In Dutch only" in listed
    assert "Waarom?" in page(project, "nl/smtp-session")
    assert "Waarom?" in page(project, "nl/qa/topics/smtp")
    assert "Waarom?" not in page(project, "nl/qa/topics/dns")


def test_publishing_again_writes_nothing(project: Project) -> None:
    for number in (1, 2, 3):
        put(project, number)
    assert publish(project, "en").written
    report = publish(project, "en")
    assert (report.written, report.removed, report.rendered) == ((), (), 0)


def test_one_changed_answer_writes_its_page_and_the_machines_files_only(project: Project) -> None:
    for number in range(1, 30):
        put(project, number)
    publish(project, "en")
    put(project, 5, answer="Because of *this*.")
    report = publish(project, "en")
    assert report.rendered == 1
    assert set(report.written) == {
        "qa/0005-question-5/index.html",
        "qa/feed.xml",
        "qa/feed.json",
        "qa/index.json",
        "qa/sitemap.xml",
    }


@pytest.mark.slow
def test_a_new_question_rewrites_a_bounded_number_of_files(project: Project) -> None:
    def written(before: int) -> int:
        for number in range(1, before + 1):
            put(project, number)
        publish(project, "en")
        put(project, before + 1)
        return len(publish(project, "en").written)

    assert written(40) == written(240)


def test_a_deleted_question_is_gone_everywhere(project: Project) -> None:
    put(project, 1)
    path = put(project, 2)
    publish(project, "en")
    path.unlink()
    report = publish(project, "en")
    assert "qa/0002-question-2/index.html" in report.removed
    assert "Question 2?" not in page(project, "en/qa")
    assert not (project.site / "en/qa/0002-question-2").exists()


@pytest.mark.slow
def test_an_incremental_site_is_at_a_release_like_one_built_from_nothing(tmp_path: Path) -> None:
    project = built(tmp_path / "edited")
    dice = random.Random(42)
    for step in range(40):
        number, lang = dice.randint(1, 12), dice.choice(["en", "nl"])
        path = project.qa / f"{number:04d}-question-{number}.{lang}.md"
        if path.exists() and dice.random() < 0.3:
            path.unlink()
        else:
            put(
                project,
                number,
                lang,
                title=f"Title {dice.randint(1, 5)}",
                answer=f"Answer {step}.",
                updated=dt.date(2026, 11, dice.randint(3, 20)),
            )
        if dice.random() < 0.5:
            publish_all(project)
    publish_all(project, release=True)
    fresh = built(tmp_path / "fresh")
    for path in project.qa.glob("*.md"):
        (fresh.qa / path.name).write_bytes(path.read_bytes())
    publish_all(fresh, release=True)
    assert files(project.site) == files(fresh.site)


def test_addresses_never_break(project: Project) -> None:
    put(project, 1, slug="new-name", former_slugs=("old-name",))
    put(project, 2, status="superseded", superseded_by=1)
    publish(project, "en")
    for old in ("en/qa/0001", "en/qa/0001-old-name", "en/qa/0002-question-2", "en/qa/0002"):
        assert "url=../../qa/0001-new-name/" in page(project, old), old


def test_links_that_lead_nowhere_are_listed_together_and_nothing_is_written(project: Project) -> None:
    put(project, 1)
    publish(project, "en")
    before = files(project.site)
    put(
        project,
        2,
        answer="[a](../docs/en/nope.md) [b](../docs/en/smtp-session.md#nope) [c](0009-x.en.md) [d](what.md)",
    )
    put(project, 3)
    with pytest.raises(ProblemsError) as error:
        publish(project, "en")
    assert [problem.where.line for problem in error.value.problems] == [13] * 4
    assert files(project.site) == before


def test_every_faulty_file_is_named_in_one_error(project: Project) -> None:
    put(project, 1, topics=("nope",))
    put(project, 2, chapters=("nope",))
    (project.qa / "notes.md").write_text("hello", "utf-8")
    (project.qa / "0004-latin.en.md").write_bytes(b"---\n\xe9\n---\n")
    with pytest.raises(ProblemsError) as error:
        publish(project, "en")
    assert [str(p.where) for p in error.value.problems] == [
        "qa/0001-question-1.en.md:7",
        "qa/0002-question-2.en.md:9",
        "qa/0004-latin.en.md:2",
        "qa/notes.md",
    ]


def test_a_readers_markup_and_slots_stay_text(project: Project) -> None:
    nasty = '<script>alert(1)</script> @@HEAD@@ --8<-- "mkdocs.yml" [x](javascript:alert(1)) {{ config }}'
    put(project, 1, question=nasty, title="<b>@@BASE@@", asked_by="<i>x</i>", also_asked=("<u>y",))
    publish(project, "en")
    made = page(project, "en/qa/0001-question-1")
    assert "<script>alert" not in made
    assert "&lt;script&gt;alert(1)" in made
    assert 'href="javascript' not in made
    assert "--8&lt;--" in made
    assert made.count('<link rel="canonical"') == 1


def test_structured_data_is_honest_about_who_answers(project: Project) -> None:
    put(project, 1)
    publish(project, "en")
    data = page(project, "en/qa/0001-question-1").split('ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["@type"] == "WebPage"
    assert json.loads(data)["mainEntity"]["acceptedAnswer"]["text"] == "Because."


def test_feeds_are_well_formed_and_keep_their_ids_when_a_slug_changes(project: Project) -> None:
    put(project, 1, slug="one", title="A < B & \x07 C")
    publish(project, "en")
    namespace = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring((project.site / "en/qa/feed.xml").read_bytes())
    assert [e.findtext(f"{namespace}id") for e in feed.iter(f"{namespace}entry")] == [
        "https://site.test/en/qa/0001/"
    ]
    items = json.loads((project.site / "en/qa/feed.json").read_bytes())["items"]
    assert items[0]["url"] == "https://site.test/en/qa/0001-one/"


def test_a_new_shell_rewraps_pages_without_rendering_answers(project: Project, tmp_path: Path) -> None:
    for number in (1, 2):
        put(project, number)
    publish(project, "en")
    other = built(tmp_path / "other", SHELL.replace("<body>", "<body class='new'>"))
    (project.state / "en/build.json").write_bytes((other.state / "en/build.json").read_bytes())
    report = publish(project, "en")
    assert report.rendered == 0
    assert "class='new'" in page(project, "en/qa/0001-question-1")


def test_a_site_emptied_by_the_generator_gets_its_pages_back_without_rendering(project: Project) -> None:
    put(project, 1)
    publish(project, "en")
    before = files(project.site / "en")
    for path in (project.site / "en" / "qa").rglob("*"):
        if path.is_file():
            path.unlink()
    report = publish(project, "en")
    assert (report.written, report.rendered) == ((), 0)
    assert files(project.site / "en") == before


def test_a_spoilt_cache_is_made_anew(project: Project) -> None:
    put(project, 1)
    publish(project, "en")
    before = files(project.site / "en")
    (project.state / "publishing.sqlite3").write_bytes(b"not a database at all" * 100)
    publish(project, "en")
    assert files(project.site / "en") == before
