from __future__ import annotations

from mailwijzer import editing
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.publish import publish_all
from support import put


def numbers(project: Project, text: str, lang: str = "en", limit: int = 5) -> list[int]:
    publish_all(project)
    return [entry.question.id for entry in editing.similar(project, text, lang, limit)]


def three(project: Project) -> None:
    put(
        project,
        1,
        title="Why is the first mail to a new server delayed?",
        also_asked=("450 4.2.0 Greylisted",),
    )
    put(project, 2, title="Why is port 25 closed by my provider?")
    put(project, 3, title="Why does my certificate expire?")


def test_the_question_with_the_rarest_shared_words_comes_first(project: Project) -> None:
    three(project)
    assert numbers(project, "Why is my outgoing port 25 blocked?")[0] == 2
    assert numbers(project, "my log says 450 4.2.0 greylisted")[0] == 1


def test_a_question_about_something_else_resembles_none(project: Project) -> None:
    three(project)
    assert numbers(project, "How do I read quarantined messages in Rspamd?") == []
    assert numbers(project, "") == []


def test_a_question_is_shown_in_the_readers_language_where_it_exists(project: Project) -> None:
    put(project, 1, title="Port 25 is closed", slug="port")
    put(project, 1, "nl", title="Poort 25 is dicht", slug="port")
    publish_all(project)
    (entry,) = editing.similar(project, "poort 25 dicht", "nl")
    assert entry.question.lang == "nl"


def test_there_are_at_most_as_many_as_asked_for(project: Project) -> None:
    for number in range(1, 9):
        put(project, number, title=f"Greylisting number {number}")
    put(project, 20, title="Something else")
    assert len(numbers(project, "greylisting", limit=3)) == 3


def test_without_questions_nothing_is_similar(project: Project) -> None:
    assert numbers(project, "anything") == []
