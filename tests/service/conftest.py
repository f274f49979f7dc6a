"""A tiny built project, the real application over it with a real SQLite inbox, and a client for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwijzer.inbox.store import Inbox
from mailwijzer.locales import CODES
from mailwijzer.publishing import buildstate
from mailwijzer.publishing.buildstate import BuildState
from mailwijzer.publishing.project import Project
from mailwijzer.service.app import create
from mailwijzer.service.settings import Settings
from mailwijzer.shell import cut
from service.browsing import Client, Clock

SHELL = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><title>@@TITLE@@ - Site</title>
<meta name="description" content="@@DESCRIPTION@@">
<link rel="stylesheet" href="../assets/site.css">
@@HEAD@@
</head>
<body><ul>@@SWITCH@@</ul><main>@@CONTENT@@</main></body></html>
"""
TOPICS = """\
smtp:
  en: {name: SMTP, description: About SMTP.}
  nl: {name: SMTP-protocol, description: Over SMTP.}
dns:
  en: {name: DNS, description: About DNS.}
  nl: {name: DNS-records, description: Over DNS.}
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "mkdocs.yml").write_text("site_name: Site\n")
    (tmp_path / "qa").mkdir()
    (tmp_path / "qa" / "topics.yml").write_text(TOPICS)
    made = Project(tmp_path)
    titles = {"en": "The SMTP session", "nl": "De SMTP-sessie"}
    for code in CODES:
        (made.docs / code).mkdir(parents=True)
        (made.docs / code / "smtp-session.md").write_text(f"# {titles[code]}\n\nText.\n")
        site = made.site / code
        (site / "assets").mkdir(parents=True)
        (site / "index.html").write_text(f"<p>start {code}</p>")
        (site / "404.html").write_text(f"<p>missing {code}</p>")
        (site / "assets" / "site.css").write_text("p{}")
        (site / "smtp-session").mkdir()
        (site / "smtp-session" / "index.html").write_text("<p>chapter</p>")
        url = f"https://mail.example.org/{code}/"
        shell = cut(SHELL.format(lang=code), "shell/", code, url)
        anchors = {"smtp-session": ("ehlo",)}
        extra = {"ask_address": "vraag@example.org"}
        buildstate.save(
            made, BuildState(code, url, shell.html, ("tables", "fenced_code", "toc"), {}, anchors, extra)
        )
    (made.site / "index.html").write_text("<p>choose</p>")
    (made.site / "404.html").write_text("<p>missing everywhere</p>")
    return made


@pytest.fixture
def settings(project: Project, clock: Clock) -> Settings:
    url = f"sqlite:///{project.root}/inbox/inbox.sqlite3"
    return Settings(project, url, "token-from-the-terminal", "a secret of the test", now=clock)


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    app = create(settings)
    running = asyncio.Runner()
    context = app.router.lifespan_context(app)
    running.run(context.__aenter__())
    try:
        yield Client(app)
    finally:
        running.run(context.__aexit__(None, None, None))
        running.close()


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    opened = Inbox.open(settings.inbox_url)
    yield opened
    opened.close()


@pytest.fixture
def desk(client: Client) -> Client:
    """The client, with the desk open."""
    assert client.get("/desk/login?token=token-from-the-terminal").status_code == 303
    return client
