from __future__ import annotations

from pathlib import Path

import pytest

from mailwijzer.publishing import swap
from mailwijzer.publishing.project import Project
from support import sources_only


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = sources_only(tmp_path)
    for folder, text in ((project.site / "en", "old"), (swap.staged(project, "en"), "new")):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(text, "utf-8")
    return project


def live(project: Project) -> str:
    return (project.site / "en" / "index.html").read_text("utf-8")


def test_the_new_build_takes_the_place_of_the_old(project: Project) -> None:
    swap.swap(project, "en")
    assert live(project) == "new"
    assert not swap.staged(project, "en").exists()


def test_a_crash_between_the_two_renames_is_recovered_by_the_next_build(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, calls = Path.rename, []

    def crash_at_the_second(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", crash_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            swap.swap(project, "en")
    assert not (project.site / "en").exists()
    assert swap.recover(project, "en")
    assert live(project) == "old"
    swap.swap(project, "en")
    assert live(project) == "new"


def test_a_first_build_has_nothing_to_put_aside(project: Project) -> None:
    swap.swap(project, "en")
    staged = swap.staged(project, "nl")
    staged.mkdir(parents=True)
    swap.swap(project, "nl")
    assert (project.site / "nl").is_dir()
