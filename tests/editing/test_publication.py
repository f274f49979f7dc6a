from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mailwijzer import editing
from mailwijzer.editing import writing
from mailwijzer.errors import MailwijzerError, ProblemsError
from mailwijzer.inbox.store import Inbox, InboxUnavailableError
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa import parsing
from mailwijzer.qa.lifecycle import Action, SubmissionStatus
from mailwijzer.qa.model import Question
from mailwijzer.qa.submission import Draft, DraftText, NewSubmission
from support import put, sources_only

BEGUN = dt.datetime.now(dt.UTC).date()
NEW = NewSubmission(
    key="k",
    lang="en",
    title="Why does it wait?",
    text="450 4.2.0\n\n--8<-- .env",
    name="Ann",
    chapter="smtp-session",
)


def answered(draft: Draft, lang: str = "en", **changes: object) -> Draft:
    words = draft.texts.get(lang, DraftText("Waarom wacht het?", "450"))
    changed = replace(words, **{"answer": "Greylisting.", **changes})  # type: ignore[arg-type]
    return replace(draft, topics=draft.topics or ("smtp",), texts={**draft.texts, lang: changed})


def drafted(project: Project, inbox: Inbox, number: int = 42) -> Draft:
    inbox.submit(NEW, number)
    draft = answered(editing.start_draft(project, inbox.get(number)))
    inbox.save_draft(number, draft)
    return draft


def is_today(day: dt.date | None) -> bool:
    """Also around midnight."""
    return day is not None and BEGUN <= day <= dt.datetime.now(dt.UTC).date()


def questions(project: Project) -> dict[str, Question]:
    return {question.path: question for question in sources.load(project).questions}


def tree(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_draft_starts_from_the_readers_words(project: Project, inbox: Inbox) -> None:
    inbox.submit(replace(NEW, title="", text="\n  Hoe werkt e-mail — écht?\nmeer", lang="nl"), 7)
    draft = editing.start_draft(project, inbox.get(7))
    assert draft.slug == "hoe-werkt-e-mail-echt"
    assert (draft.chapters, draft.asked_by) == (("smtp-session",), "Ann")
    assert is_today(draft.asked)
    assert draft.texts == {"nl": DraftText("Hoe werkt e-mail — écht?", "\n  Hoe werkt e-mail — écht?\nmeer")}


@pytest.mark.parametrize("title", ["???", "日本語 " * 60, "a" * 200, "word " * 40])
def test_any_title_gives_a_slug_that_a_file_can_have(project: Project, inbox: Inbox, title: str) -> None:
    inbox.submit(replace(NEW, title=title.strip()), 1)
    draft = editing.start_draft(project, inbox.get(1))
    assert sources.path_of(project, 1, draft.slug, "en").parent == project.qa
    assert len(draft.slug) <= 60


def test_publishing_writes_the_files_the_pages_and_the_inbox(project: Project, inbox: Inbox) -> None:
    draft = drafted(project, inbox)
    inbox.save_draft(42, answered(draft, "nl"))
    done = editing.publish(project, inbox, 42)
    assert done.number == 42
    assert done.urls == {"en": "/en/qa/0042-why-does-it-wait/", "nl": "/nl/qa/0042-why-does-it-wait/"}
    assert done.written > 2
    found = questions(project)
    assert set(found) == {"qa/0042-why-does-it-wait.en.md", "qa/0042-why-does-it-wait.nl.md"}
    english = found["qa/0042-why-does-it-wait.en.md"]
    assert (english.meta.question, english.answer.strip()) == (NEW.text, "Greylisting.")
    assert (english.meta.asked_by, english.meta.updated) == ("Ann", None)
    assert is_today(english.meta.answered)
    for url in done.urls.values():
        assert "Greylisting." in (project.site / url.strip("/") / "index.html").read_text("utf-8")
    assert "0042-why-does-it-wait" in (project.site / "qa" / "index.json").read_text("utf-8")
    assert inbox.get(42).status is SubmissionStatus.PUBLISHED


def test_publishing_again_dates_the_update_and_keeps_the_old_address(project: Project, inbox: Inbox) -> None:
    drafted(project, inbox)
    editing.publish(project, inbox, 42)
    draft = editing.open_draft(project, inbox, 42)
    inbox.save_draft(42, replace(answered(draft, answer="Wait 5 minutes."), slug="what-is-greylisting"))
    editing.publish(project, inbox, 42)
    (question,) = questions(project).values()
    assert question.path == "qa/0042-what-is-greylisting.en.md"
    assert question.meta.former_slugs == ("why-does-it-wait",)
    assert is_today(question.meta.updated)
    assert "what-is-greylisting" in (
        project.site / "en" / "qa" / "0042-why-does-it-wait" / "index.html"
    ).read_text("utf-8")


def test_publishing_the_same_again_changes_no_file(project: Project, inbox: Inbox) -> None:
    drafted(project, inbox)
    editing.publish(project, inbox, 42)
    before = tree(project.qa), tree(project.site)
    editing.publish(project, inbox, 42)
    assert (tree(project.qa), tree(project.site)) == before


def test_what_was_changed_by_hand_after_publication_is_where_the_next_draft_starts(
    project: Project, inbox: Inbox
) -> None:
    drafted(project, inbox)
    editing.publish(project, inbox, 42)
    path = project.qa / "0042-why-does-it-wait.en.md"
    path.write_text(path.read_text("utf-8").replace("Greylisting.", "Mended by hand."), "utf-8")
    assert editing.open_draft(project, inbox, 42).texts["en"].answer.strip() == "Mended by hand."
    editing.publish(project, inbox, 42)
    assert "Mended by hand." in path.read_text("utf-8")


def test_a_language_that_vanished_from_the_draft_is_an_error_and_its_file_stays(
    project: Project, inbox: Inbox
) -> None:
    draft = drafted(project, inbox)
    inbox.save_draft(42, answered(draft, "nl"))
    editing.publish(project, inbox, 42)
    inbox.save_draft(42, draft)
    before = tree(project.qa)
    with pytest.raises(ProblemsError, match=r"0042-why-does-it-wait\.nl\.md.*published in 'nl'"):
        editing.publish(project, inbox, 42)
    assert tree(project.qa) == before


def test_faults_of_a_draft_are_told_all_at_once_and_nothing_is_written(
    project: Project, inbox: Inbox
) -> None:
    draft = replace(drafted(project, inbox), topics=("smpt",), source_url="ftp://x", source_title="x")
    draft = answered(draft, title="", answer=" ")
    inbox.save_draft(42, draft)
    told = "\n".join(map(str, editing.check(project, 42, draft)))
    for what in ("unknown topic 'smpt'", "'title'", "'source.url'"):
        assert what in told
    assert "qa/0042-why-does-it-wait.en.md:" in told
    before = tree(project.root)
    with pytest.raises(ProblemsError, match="smpt"):
        editing.publish(project, inbox, 42)
    assert tree(project.qa) == {"topics.yml": before["qa/topics.yml"]}


@pytest.mark.parametrize("slug", ["", "../up", "Not A Slug", "a" * 61])
def test_a_slug_that_cannot_be_a_file_name_is_told(project: Project, inbox: Inbox, slug: str) -> None:
    draft = replace(drafted(project, inbox), slug=slug)
    assert any("cannot be a slug" in problem.what for problem in editing.check(project, 42, draft))


def test_an_empty_draft_cannot_be_published(project: Project) -> None:
    assert [p.what for p in editing.check(project, 42, Draft(slug="x"))] == [
        "the draft has no title and answer"
    ]


def test_a_good_draft_has_no_faults(project: Project, inbox: Inbox) -> None:
    assert editing.check(project, 42, drafted(project, inbox)) == []


def test_faults_in_other_files_are_told_by_the_check(project: Project, inbox: Inbox) -> None:
    draft = drafted(project, inbox)
    (project.qa / "0001-other.en.md").write_text("nothing", "utf-8")
    assert [p.where.path for p in editing.check(project, 42, draft)] == ["qa/0001-other.en.md"]


def test_a_dead_link_leaves_everything_as_it_was(project: Project, inbox: Inbox) -> None:
    draft = drafted(project, inbox)
    bad = answered(draft, "nl", answer="[x](../docs/nl/nothing.md)")
    inbox.save_draft(42, bad)
    with pytest.raises(ProblemsError, match="nothing"):
        editing.publish(project, inbox, 42)
    assert [path.name for path in project.qa.iterdir()] == ["topics.yml"]
    assert not (project.site / "en" / "qa" / "0042-why-does-it-wait").exists()
    assert inbox.get(42).status is SubmissionStatus.ANSWERING
    assert inbox.draft(42) == bad


def test_without_a_built_site_nothing_is_written(tmp_path: Path, inbox: Inbox) -> None:
    project = sources_only(tmp_path / "bare")
    drafted(project, inbox)
    with pytest.raises(MailwijzerError, match="mailwijzer build"):
        editing.publish(project, inbox, 42)
    assert [path.name for path in project.qa.iterdir()] == ["topics.yml"]


def test_a_site_that_cannot_be_written_is_finished_by_publishing_again(
    project: Project, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(project, inbox)

    def full(_project: Project) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writing.publishing, "publish_all", full)
        with pytest.raises(
            editing.UnfinishedError, match=r"No space.*\n.*0042-why.*en\.md.*mailwijzer build"
        ):
            editing.publish(project, inbox, 42)
    assert inbox.get(42).status is SubmissionStatus.ANSWERING
    editing.publish(project, inbox, 42)
    (question,) = questions(project).values()
    assert question.meta.updated is None


def test_an_inbox_that_fails_at_the_end_is_finished_by_publishing_again(
    project: Project, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(project, inbox)

    def locked(_number: int, _action: Action, _detail: str = "") -> None:
        raise InboxUnavailableError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "record", locked)
        with pytest.raises(editing.UnfinishedError, match="locked"):
            editing.publish(project, inbox, 42)
    editing.publish(project, inbox, 42)
    assert inbox.get(42).status is SubmissionStatus.PUBLISHED


@pytest.mark.parametrize("written", [("en",), ("en", "nl")])
def test_a_change_of_slug_that_a_crash_cut_in_two_is_settled(
    project: Project, inbox: Inbox, written: tuple[str, ...]
) -> None:
    draft = drafted(project, inbox)
    inbox.save_draft(42, answered(draft, "nl"))
    editing.publish(project, inbox, 42)
    inbox.save_draft(42, replace(editing.open_draft(project, inbox, 42), slug="new-name"))
    for lang in written:  # as the crashed publication left them
        old = questions_of(project, lang)
        sources.write(
            project,
            old.meta.model_copy(update={"former_slugs": ("why-does-it-wait",)}),
            "new-name",
            old.answer,
        )
    editing.publish(project, inbox, 42)
    assert sorted(questions(project)) == ["qa/0042-new-name.en.md", "qa/0042-new-name.nl.md"]


def questions_of(project: Project, lang: str) -> Question:
    path = f"qa/0042-why-does-it-wait.{lang}.md"
    known = sources.Sources((), {"smtp": None}, {"en": {"smtp-session": ""}}).known()  # type: ignore[dict-item]
    question, faults = parsing.parse((project.root / path).read_text("utf-8"), path, known)
    assert question is not None, faults
    return question


def test_a_strangers_file_with_the_same_number_is_told_and_left(project: Project, inbox: Inbox) -> None:
    drafted(project, inbox)
    put(project, 42, slug="why-does-it-wait")
    stranger = put(project, 42, slug="stranger")
    with pytest.raises(ProblemsError, match="used by"):
        editing.publish(project, inbox, 42)
    assert stranger.is_file()


def test_a_submission_without_a_draft_is_not_published(project: Project, inbox: Inbox) -> None:
    inbox.submit(NEW, 42)
    with pytest.raises(MailwijzerError, match="cannot be taken through 'publish'"):
        editing.publish(project, inbox, 42)
