"""Any text of Unicode, on its whole way: form, inbox, file, page; and any address in a mail to askers.

HYPOTHESIS_PROFILE=thorough tries ten thousand of each instead of fifty.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.sink import Sink, listening
from mailwijzer import frontmatter
from mailwijzer.editing import writing
from mailwijzer.editing.drafts import open_draft
from mailwijzer.editing.files import Planned, planned
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.limits import Limits
from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import locale
from mailwijzer.mail import notices, sending
from mailwijzer.mail.notices import Occasion, UnwritableAddressError
from mailwijzer.mail.sending import NotSentError, Outgoing
from mailwijzer.publishing import sources
from mailwijzer.publishing.project import Project
from mailwijzer.qa import parsing
from mailwijzer.qa.submission import NAME_MAX, TITLE_MAX
from mailwijzer.service.app import create
from mailwijzer.service.form import CONTROL
from mailwijzer.service.settings import Settings
from mailwijzer.service.tokens import FormTokens
from service.browsing import Client, Clock
from support import built, front_matter, needed, seen, within

HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("Content-Language", "In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
}
SECRET = "a secret of the test"

ODD = (
    *"\x85\u2028\u2029\ufeff\ufffe\u202e\u0301 \u00a0<>&\"'@`~#|-:{}[]!*%=?",
    *("---\n", "@@CONTENT@@", "!!python/name:x", "&a", "*a", "../", "word", "é", "\U0001f642", "\r\n", "\n"),
    *("```\n", "    ", "\t", "{{ x }}", "--8<--", "https://a.test/", "# ", "> ", "<b>", "&lt;"),
)
HALF = re.compile("[\ud800-\udfff]")

anything = st.text(st.characters(exclude_categories=[]))  # half pairs, unassigned, private: all of it
odd = st.lists(st.sampled_from([*ODD, "\x00", "\x07", "\ud800"])).map("".join)
texts = anything | odd | st.builds("{}{}".format, odd, anything)
# What the form has no reason to refuse: half a pair and control characters are told to the reader.
fit = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
fit |= st.lists(st.sampled_from(ODD[1:])).map("".join)
TOGETHER = 10
"""Questions that are published at a time: a build is what takes long."""


@dataclass
class Way:
    """A project, the application over it, and its inbox."""

    project: Project
    client: Client
    inbox: Inbox
    clock: Clock
    before: dict[str, bytes | None] = field(default_factory=dict)
    """The files of the example before, which the next one deletes."""


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    project, clock = built(tmp_path_factory.mktemp("any") / "project"), Clock()
    url = f"sqlite:///{project.root}/inbox/inbox.sqlite3"
    app = create(Settings(project, url, "", SECRET, now=clock, limits=Limits(all_hour=10**9)))
    with asyncio.Runner() as running:
        context = app.router.lifespan_context(app)
        running.run(context.__aenter__())
        inbox = Inbox.open(url)
        yield Way(project, Client(app), inbox, clock)
        inbox.close()
        running.run(context.__aexit__(None, None, None))


def asked(way: Way, title: str, text: str, name: str) -> httpx.Response:
    """What the form answers; half pairs are sent as what they would be, were they allowed."""
    key = str(uuid4())
    token = FormTokens(SECRET, lambda: way.clock.now - 60).issue(key)
    fields = {"lang": "en", "key": key, "token": token, "title": title, "text": text, "name": name}
    body = "&".join(f"{field}={quote(value, errors='surrogatepass')}" for field, value in fields.items())
    return way.client.post("/ask", body.encode())


class Words(HTMLParser):
    """What a reader sees of a question's page: title, question, name."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.title = self.words = self.by = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs).get("class") or ""
        if tag in ("p", "pre", "h1", "h2", "section"):
            self.open.append("by" if "mw-asker__by" in names else "asker" if names == "mw-asker" else tag)
        if tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "pre", "h1", "h2", "section"):
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["h1"]:
            self.title += data
        elif "by" in self.open:
            self.by += data
        elif "asker" in self.open and self.open[-1] in ("p", "pre"):
            self.words += data


@contextmanager
def nothing_else_changes(project: Project, but: set[str]) -> Iterator[None]:
    """Holds that no other files are new in a project, or beside it, than some in qa/."""

    def files() -> set[str]:
        sources = (path for path in project.root.parent.rglob("*") if path.is_file())
        names = (path.relative_to(project.root.parent).as_posix() for path in sources)
        return {name for name in names if not re.match("project/(site|build|inbox)/", name)}

    before = files()
    yield
    assert all(name.startswith("qa/") and name.count("/") == 1 for name in but)
    assert files() - before == {f"project/{name}" for name in but}


def stored(way: Way, title: str, text: str, name: str) -> Planned:
    """Through the form into the inbox, and to the editor's draft: the file that this makes."""
    answer = asked(way, title, text, name)
    assert answer.status_code == 303, (title, text, name)
    number = int(answer.headers["location"].split("/")[-2])
    item = way.inbox.get(number)
    assert item.text == re.sub("\r\n?", "\n", text).strip("\n").rstrip(" \t\n")
    assert "".join(item.title.split()) == "".join(title.split())
    assert "".join(item.name.split()) == "".join(name.split())
    draft = open_draft(way.project, way.inbox, number)
    words = replace(draft.texts["en"], answer="Because.")
    draft = replace(draft, topics=("smtp",), texts={"en": words})
    (file,) = planned(sources.load(way.project), number, draft)
    return file


@settings(suppress_health_check=[*HealthCheck], max_examples=max(settings().max_examples // TOGETHER, 5))
@given(
    st.lists(
        st.tuples(fit.map("a{:.190}".format), fit.map("{}b".format), fit.map("{:.70}".format)),
        min_size=TOGETHER,
        max_size=TOGETHER,
    )
)
@pytest.mark.slow
def test_any_text_comes_through_the_form_into_the_inbox_a_file_and_a_page(
    way: Way, questions: list[tuple[str, str, str]]
) -> None:
    files = [stored(way, *question) for question in questions]
    with nothing_else_changes(way.project, {file.path for file in files}):
        writing.write(way.project, {**way.before, **{file.path: file.text.encode() for file in files}})
    way.before = {file.path: None for file in files}
    loaded = sources.load(way.project)
    for file in files:
        item = way.inbox.get(file.meta.id)
        found = loaded.question(file.meta.id, "en")
        assert found is not None
        assert found.meta.question == item.text
        assert found.meta.title == item.title.strip()
        assert (found.meta.asked_by or "") == item.name.strip()
        shown = Words((way.project.site / "en" / "qa" / found.stem / "index.html").read_text("utf-8"))
        assert seen(shown.title) == seen(item.title.replace("\n", " "))
        assert within(needed(item.text), seen(shown.words))
        assert within(seen(shown.words), seen(item.text))
        assert "".join(item.name.split()) in "".join(shown.by.split())


@given(title=texts, text=texts, name=texts)
@pytest.mark.slow
def test_what_cannot_be_kept_is_told_and_nothing_of_it_is_stored(
    way: Way, title: str, text: str, name: str
) -> None:
    before = way.inbox.counts()
    answer = asked(way, title, text, name)
    whole = re.sub("\r\n?", "\n", title + text + name)
    refused = HALF.search(whole) or CONTROL.search(whole) or not title.strip() or not text.strip()
    refused = refused or len(title) > TITLE_MAX or len(name) > NAME_MAX
    assert answer.status_code == (400 if HALF.search(whole) else 422 if refused else 303)
    assert (way.inbox.counts() == before) == (answer.status_code != 303)


@given(st.lists(texts.filter(lambda text: not HALF.search(text)), min_size=5, max_size=5))
def test_any_text_is_the_same_after_the_file(parts: list[str]) -> None:
    title, question, also, by, answer = parts
    meta = front_matter().model_copy(
        update={"title": title, "question": question, "also_asked": (also,), "asked_by": by}
    )
    read = frontmatter.parse(parsing.dump(meta, answer), "qa/0001-x.en.md")
    found = {name: read.meta.get(name) for name in ("title", "question", "also_asked", "asked_by")}
    assert read.problems == ()
    assert found == {"title": title, "question": question, "also_asked": [also], "asked_by": by}


@given(slug=texts, number=st.integers(-5, 10**12), lang=st.sampled_from(["en", "nl"]) | texts)
def test_no_slug_leads_out_of_the_folder(slug: str, number: int, lang: str) -> None:
    project = Project(Path("/nowhere/project"))
    try:
        path = sources.path_of(project, number, slug, lang)
    except (MailwijzerError, ValueError):
        return
    assert path.parent == project.qa
    assert ".." not in unquote(path.name)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with listening() as found:
        yield found


@given(
    recipient=st.builds("{}@{}".format, texts, texts)
    | texts
    | st.sampled_from(["a@b.test", "0@[", "0@[\t"])
    | st.emails(),
    answers=texts.map("<{}>".format) | texts | st.just("<a@b>"),
)
@pytest.mark.slow
def test_no_address_and_no_message_id_adds_a_header(sink: Sink, recipient: str, answers: str) -> None:
    occasion = Occasion(
        kind="confirm",
        number=1,
        message_id="<mailwijzer.1@x>",
        at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        confirm_url="https://x.test/c",
        stop_url="https://x.test/s",
        answers=answers,
    )
    sink.got.clear()
    try:
        letter = notices.write(locale("nl"), "vraag@thuis.test", recipient, occasion)
        sending.send(Outgoing("vraag@thuis.test", "127.0.0.1", sink.port), letter, recipient)
    except (UnwritableAddressError, NotSentError):
        assert sink.got == []
        return
    ((_, rcpt, raw),) = sink.got
    assert rcpt.upper().startswith("RCPT TO:<")
    read = message_from_bytes(raw, policy=policy.compat32)
    names = [name for name, _ in read.items()]
    assert len(names) == len(set(names))
    assert set(names) <= HEADERS
    assert raw.split(b"\r\n\r\n")[0].count(b"\r\n") + 1 >= len(names)
