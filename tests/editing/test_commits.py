"""A commit for each publication: the question's files alone, by the real git, and undone by a commit too."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailwijzer import editing
from mailwijzer.editing import recording
from mailwijzer.errors import MailwijzerError, ProblemsError
from mailwijzer.inbox import consenting, outbox
from mailwijzer.inbox.outbox import NoticeKind
from mailwijzer.inbox.store import Inbox
from mailwijzer.publishing import buildstate, commits
from mailwijzer.publishing.commits import Hindrance, NotCommittedError
from mailwijzer.publishing.project import Project
from mailwijzer.qa.lifecycle import SubmissionStatus
from mailwijzer.qa.submission import Draft, DraftText, NewSubmission
from support import put

FILE = "qa/0042-why.en.md"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration but the repository's own; and as if a hook of another repository had started us."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("EMAIL", "made.up@host.test")


def git(project: Project, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=project.root, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def project(project: Project) -> Project:
    """A checkout with one commit, whose site asks for commits."""
    for code in ("en", "nl"):
        state = buildstate.load(project, code)
        buildstate.save(project, replace(state, extra={**state.extra, "commit": "yes"}))
    (project.root / ".gitignore").write_text("site/\nbuild/\n")
    git(project, "init", "-q", "-b", "main")
    git(project, "config", "user.name", "Bea")
    git(project, "config", "user.email", "bea@thuis.test")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "First")
    return project


@pytest.fixture
def drafted(project: Project, inbox: Inbox) -> Iterator[Draft]:
    inbox.submit(NewSubmission("k", "en", "Why?", "450", address="lies@thuis.test"), 42)
    made = Draft("why", ("smtp",), asked=None, texts={"en": DraftText("Why?", "450", "Greylisting.")})
    inbox.save_draft(42, made)
    yield made
    assert git(project, "status", "--porcelain", "--", "docs") == "", "nothing else is touched"


@pytest.mark.usefixtures("drafted")
def test_a_publication_is_one_commit_of_its_file_by_whom_git_knows(project: Project, inbox: Inbox) -> None:
    done = editing.publish(project, inbox, 42)
    assert done.recorded is not None
    assert git(project, "log", "-1", "--format=%an <%ae>") == "Bea <bea@thuis.test>"
    assert git(project, "log", "-1", "--format=%s") == "Publish question 0042: why"
    assert git(project, "log", "-1", "--format=%(trailers:key=Question,valueonly)") == "0042"
    assert git(project, "show", "--name-status", "--format=", "HEAD") == f"A\t{FILE}"
    assert git(project, "rev-parse", "HEAD").startswith(done.recorded.name)
    assert recording.read(inbox.history(42)[-1].detail) == done.recorded
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.usefixtures("drafted")
def test_other_work_stays_as_it_is_staged_or_not(project: Project, inbox: Inbox) -> None:
    (project.root / "staged.txt").write_text("x")
    git(project, "add", "staged.txt")
    put(project, 7, slug="other")
    before = git(project, "status", "--porcelain")
    editing.publish(project, inbox, 42)
    assert git(project, "show", "--name-only", "--format=", "HEAD") == FILE
    assert git(project, "status", "--porcelain") == before == "A  staged.txt\n?? qa/0007-other.en.md"
    (project.root / "staged.txt").unlink()


@pytest.mark.slow
def test_a_new_address_is_one_commit_too(project: Project, inbox: Inbox, drafted: Draft) -> None:
    editing.publish(project, inbox, 42)
    inbox.save_draft(42, replace(drafted, slug="why-450"))
    editing.publish(project, inbox, 42)
    assert git(project, "show", "--name-status", "--format=%s", "--no-renames", "HEAD").splitlines() == [
        "Publish question 0042 anew: why-450",
        "",
        "A\tqa/0042-why-450.en.md",
        f"D\t{FILE}",
    ]
    editing.publish(project, inbox, 42)
    assert git(project, "rev-list", "--count", "HEAD") == "3", "nothing changed, nothing committed"


def hooked(project: Project) -> None:
    hook = project.root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho 'No answers on Tuesdays.' >&2\nexit 1\n")
    hook.chmod(0o755)


def dirty(project: Project) -> None:
    put(project, 42, slug="why", answer="By hand.")


OBSTACLES = {
    Hindrance.NO_REPOSITORY: lambda project: (project.root / ".git").rename(project.root / "was"),
    Hindrance.NO_BRANCH: lambda project: git(project, "checkout", "-q", "--detach"),
    Hindrance.NO_IDENTITY: lambda project: git(project, "config", "--unset", "user.email"),
    Hindrance.DIRTY: dirty,
    Hindrance.REFUSED: hooked,
}


@pytest.mark.usefixtures("drafted")
@pytest.mark.parametrize("why", OBSTACLES)
def test_what_hinders_a_commit_is_told_and_the_publication_stands(
    project: Project, inbox: Inbox, why: Hindrance
) -> None:
    OBSTACLES[why](project)
    done = editing.publish(project, inbox, 42)
    assert done.recorded is not None
    assert done.recorded.hindrance is why
    assert recording.read(inbox.history(42)[-1].detail) == done.recorded
    assert inbox.get(42).status is SubmissionStatus.PUBLISHED
    assert (project.site / "en" / "qa" / "0042-why" / "index.html").is_file()
    if why is Hindrance.REFUSED:
        assert done.recorded.said == "No answers on Tuesdays."
    if why is Hindrance.NO_REPOSITORY:
        (project.root / "was").rename(project.root / ".git")
    assert git(project, "rev-list", "--count", "HEAD") == "1"
    assert git(project, "status", "--porcelain") == f"?? {FILE}", "nothing is left staged"
    if why is Hindrance.REFUSED:
        (project.root / ".git" / "hooks" / "pre-commit").unlink()
        subprocess.run(recording.by_hand(42), shell=True, cwd=project.root, check=True)
        assert git(project, "show", "--name-only", "--format=", "HEAD") == FILE


@pytest.mark.usefixtures("drafted")
def test_a_hook_that_hangs_is_ended(project: Project, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    hooked(project)
    (project.root / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    monkeypatch.setattr(commits, "SECONDS", 0.5)
    done = editing.publish(project, inbox, 42)
    assert done.recorded is not None
    assert done.recorded.hindrance is Hindrance.TOO_SLOW
    assert not (project.root / ".git" / "index.lock").exists()


@pytest.mark.usefixtures("drafted")
def test_without_the_setting_there_is_no_commit(project: Project, inbox: Inbox) -> None:
    state = buildstate.load(project, "en")
    buildstate.save(project, replace(state, extra={}))
    assert editing.publish(project, inbox, 42).recorded is None
    assert git(project, "rev-list", "--count", "HEAD") == "1"
    with pytest.raises(MailwijzerError, match="is published, and that is not taken back"):
        editing.undo(project, inbox, 42)


def test_undo_reverts_by_a_commit_and_the_draft_is_there_to_go_on(
    project: Project, inbox: Inbox, drafted: Draft
) -> None:
    editing.publish(project, inbox, 42)
    published = git(project, "rev-parse", "HEAD")
    done = editing.undo(project, inbox, 42)
    assert done is not None
    assert git(project, "rev-parse", "HEAD").startswith(done.name)
    assert git(project, "log", "-1", "--format=%(trailers:key=Undoes,valueonly)") == published
    assert git(project, "show", "--name-status", "--format=", "HEAD") == f"D\t{FILE}"
    assert not (project.site / "en" / "qa" / "0042-why" / "index.html").exists()
    assert inbox.get(42).status is SubmissionStatus.ANSWERING
    assert editing.open_draft(project, inbox, 42) == drafted
    editing.publish(project, inbox, 42)
    assert (project.root / FILE).is_file()


@pytest.mark.slow
def test_undoing_goes_one_publication_further_each_time(
    project: Project, inbox: Inbox, drafted: Draft
) -> None:
    for answer in ("Greylisting.", "Second.", "Third."):
        inbox.save_draft(42, replace(drafted, texts={"en": DraftText("Why?", "450", answer)}))
        editing.publish(project, inbox, 42)
    for answer in ("Second.", "Greylisting."):
        editing.undo(project, inbox, 42)
        assert answer in (project.root / FILE).read_text("utf-8")
        assert answer in (project.site / "en" / "qa" / "0042-why" / "index.html").read_text("utf-8")
        assert inbox.get(42).status is SubmissionStatus.PUBLISHED
    editing.undo(project, inbox, 42)
    assert inbox.get(42).status is SubmissionStatus.ANSWERING
    assert not (project.root / FILE).exists()


@pytest.mark.usefixtures("drafted")
def test_undo_says_why_not(project: Project, inbox: Inbox) -> None:
    editing.publish(project, inbox, 42)
    head = git(project, "rev-parse", "HEAD")
    path = project.root / FILE
    path.write_text(path.read_text("utf-8") + "\nBy hand.\n", "utf-8")
    with pytest.raises(NotCommittedError) as told:
        editing.undo(project, inbox, 42)
    assert told.value.hindrance is Hindrance.DIRTY
    git(project, "commit", "-q", "-am", "By hand")
    with pytest.raises(MailwijzerError, match="was not made by publishing"):
        editing.undo(project, inbox, 42)
    git(project, "reset", "-q", "--hard", head)
    hooked(project)
    with pytest.raises(NotCommittedError, match="Tuesdays"):
        editing.undo(project, inbox, 42)
    assert path.is_file()
    assert (project.site / "en" / "qa" / "0042-why" / "index.html").is_file()
    assert git(project, "status", "--porcelain") == ""
    assert inbox.get(42).status is SubmissionStatus.PUBLISHED
    assert git(project, "rev-parse", "HEAD") == head


@pytest.mark.usefixtures("drafted")
def test_a_page_that_another_answer_links_to_is_not_taken_back(project: Project, inbox: Inbox) -> None:
    editing.publish(project, inbox, 42)
    put(project, 50, answer="See [that](0042-why.en.md).")
    with pytest.raises(ProblemsError, match="0042-why"):
        editing.undo(project, inbox, 42)
    assert (project.root / FILE).is_file()
    assert inbox.get(42).status is SubmissionStatus.PUBLISHED


@pytest.mark.usefixtures("drafted")
def test_a_page_that_its_asker_was_sent_to_is_not_taken_back(project: Project, inbox: Inbox) -> None:
    editing.publish(project, inbox, 42)
    with inbox.transaction(writing=True) as connection:
        name = consenting.digest("lies@thuis.test")
        outbox.add(connection, 42, NoticeKind.PUBLISHED, name, inbox.moment(), "thuis.test")
    notice = outbox.claim(inbox)
    assert notice is not None
    outbox.settle(inbox, notice, outbox.NoticeState.SENT)
    with pytest.raises(MailwijzerError, match="has been told of its page"):
        editing.undo(project, inbox, 42)


@pytest.mark.usefixtures("drafted")
def test_a_merge_is_committed_and_undone_with_its_words(project: Project, inbox: Inbox) -> None:
    editing.publish(project, inbox, 42)
    inbox.submit(NewSubmission("k2", "en", "Why so late?", "450"), 1)
    _, recorded = editing.merge(project, inbox, 43, 42)
    assert recorded is not None
    assert recorded.name
    assert "Why so late?" in (project.root / FILE).read_text("utf-8")
    with pytest.raises(MailwijzerError, match="43 was merged into it"):
        editing.undo(project, inbox, 42)
    done = editing.undo(project, inbox, 43)
    assert done is not None
    assert done.name
    assert inbox.get(43).status is SubmissionStatus.NEW
    assert "Why so late?" not in (project.root / FILE).read_text("utf-8")
    assert git(project, "status", "--porcelain") == ""
    editing.undo(project, inbox, 42)
    assert not (project.root / FILE).exists()
