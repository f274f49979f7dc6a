from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwijzer.errors import MailwijzerError
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from support import front_matter, put, question, sources_only


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    project = sources_only(tmp_path)
    made = question(3)
    sources.write(project, made.meta, made.slug, made.answer)
    assert [q.meta for q in sources.load(project).questions] == [made.meta]


def test_an_unchanged_file_is_not_parsed_again_and_a_changed_topic_list_is_noticed(tmp_path: Path) -> None:
    project = sources_only(tmp_path)
    put(project, 1)
    sources.load(project)
    (project.qa / "topics.yml").write_text(
        "dns:\n  en: {name: a, description: b}\n  nl: {name: a, description: b}\n"
    )
    with pytest.raises(MailwijzerError, match="unknown topic 'smtp'"):
        sources.load(project)


def test_the_next_number_is_above_every_number_ever_used(tmp_path: Path) -> None:
    project = sources_only(tmp_path)
    assert sources.next_id(project) == 1
    put(project, 41, "nl")
    assert sources.next_id(project) == 42


@given(st.text(max_size=40))
def test_no_slug_leads_out_of_the_folder(slug: str) -> None:
    project = Project(Path("/nowhere"))
    try:
        path = sources.path_of(project, front_matter().id, slug, "en")
    except MailwijzerError:
        return
    assert path.parent == project.qa


def test_a_project_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    project = sources_only(tmp_path)
    assert Project.find(project.docs / "en").root == tmp_path
    with pytest.raises(MailwijzerError, match="inside the project"):
        Project.find(Path("/"))
