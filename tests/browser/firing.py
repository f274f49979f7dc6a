"""Send hostile texts through the real service and site, look at each page in Chromium, count what runs."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from urllib.parse import quote
from uuid import uuid4

import httpx
import uvicorn
from playwright.sync_api import Browser, Page, expect

from mailwijzer.editing import writing
from mailwijzer.inbox.limits import Limits
from mailwijzer.publishing import feeds
from mailwijzer.publishing.project import Project
from mailwijzer.qa import parsing
from mailwijzer.service.app import create
from mailwijzer.service.deskgate import COOKIE
from mailwijzer.service.settings import Settings
from mailwijzer.service.tokens import FormTokens
from support import ROOT, front_matter

FIRST = 5001
SECRET, DESK = "a secret of the test", "token-from-the-terminal"
NAME_MAX = 80

HOOK = """
window.fired = [];
window.Z = (n) => { fired.push(`ran ${n}`); console.log(`Z-RAN ${n}`); };
window.alert = window.prompt = window.confirm = window.print = () => fired.push("dialog");
addEventListener("securitypolicyviolation", (event) => fired.push(`policy ${event.violatedDirective}`));
"""
LOOK = """() => {
  const bad = [];
  const act = /^(?:href|src|action|formaction|data|xlink:href|srcdoc|poster|background)$/;
  const away = /^(?:javascript|vbscript|data:text)/i;
  const never = /^(?:IFRAME|OBJECT|EMBED|BASE|FRAME|FRAMESET|APPLET|MARQUEE|TEMPLATE|MATH|ANIMATE|SET|Z-Z)$/;
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const name = element.tagName.toUpperCase();
      if (never.test(name)) bad.push(name);
      const code = name === "SCRIPT" && !/json/.test(element.type);
      if (code && /Z[(]\\d/.test(element.textContent + element.src)) bad.push(name);
      if (name === "META" && /refresh/i.test(element.httpEquiv)) bad.push(name);
      for (const { name: key, value } of element.attributes) {
        if (/^on/i.test(key)) bad.push(`${name} ${key}`);
        const plain = value.replace(/[\\s\\0-\\x1f]/g, "");
        if (act.test(key) && away.test(plain)) bad.push(`${name} ${key}=${value}`);
      }
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return [...bad, ...(window.fired || [])];
}"""


@dataclass
class Findings:
    """What was looked at, and what ran or could run."""

    payloads: int = 0
    pages: int = 0
    fired: list[str] = field(default_factory=list)
    tell: Callable[[int], None] = lambda pages: None  # noqa: ARG005 - nobody is told
    """Called with the number of pages after each, for who wants to see how far it is."""


@dataclass(frozen=True)
class Attacked:
    """A running service whose inbox and site are full of hostile texts."""

    origin: str
    project: Project
    numbers: Mapping[int, str]
    """Number of a question -> the payload in every field of it."""

    many: int
    """How many there are: what was asked has the numbers after those that were published."""

    session: str
    """Value of the desk's cookie."""


@contextmanager
def attacked(folder: Path, payloads: Sequence[str]) -> Iterator[Attacked]:
    """The built site, with a question for each payload: asked through the form, and published."""
    project = _copied(folder)
    settings = Settings(
        project, f"sqlite:///{folder}/inbox.sqlite3", DESK, SECRET, limits=Limits(all_hour=10**6)
    )
    feeds.FEED_LENGTH, usual = 10**6, feeds.FEED_LENGTH  # all of them in the feed
    try:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            config = uvicorn.Config(create(settings), log_level="error", timeout_graceful_shutdown=1)
            server = uvicorn.Server(config)
            thread = Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            try:
                origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
                numbers = dict(zip(range(FIRST, FIRST + len(payloads)), payloads, strict=True))
                _publish(project, numbers)
                yield Attacked(origin, project, numbers, len(numbers), _ask(origin, payloads))
            finally:
                server.should_exit = True
                thread.join()
    finally:
        feeds.FEED_LENGTH = usual


def _copied(folder: Path) -> Project:
    for name in ("mkdocs.yml", "mkdocs.nl.yml"):
        shutil.copy2(ROOT / name, folder / name)
    for name in ("docs", "qa", "site", "build"):
        shutil.copytree(ROOT / name, folder / name)
    return Project(folder)


def entered(payload: str, key: str) -> dict[str, str]:
    """The form's fields, each with the payload where a reader could put it."""
    name = payload if len(payload) <= NAME_MAX else "Ann"
    token = FormTokens(SECRET, lambda: time.time() - 60).issue(key)
    words = f"{payload}\n\n    {payload}\n\nx {payload} y"
    return {"key": key, "token": token, "lang": "en", "title": payload, "text": words, "name": name}


def _ask(origin: str, payloads: Sequence[str]) -> str:
    """Every payload in title, text, name and chapter, through the form's own address; opens the desk."""
    with httpx.Client(base_url=origin) as client:
        for payload in payloads:
            fields = {**entered(payload, str(uuid4())), "chapter": payload, "address": "ann@example.org"}
            answer = client.post("/ask", data=fields)
            assert answer.status_code == 303, (payload, answer.status_code)
        client.get("/desk/login", params={"token": DESK})
        return client.cookies[COOKIE]


def _publish(project: Project, numbers: Mapping[int, str]) -> None:
    """Every payload in each text of a question file that comes from readers, in one build."""
    files: dict[str, bytes | None] = {}
    for number, payload in numbers.items():
        line = " ".join(payload.split())
        meta = front_matter(
            number,
            title=line,
            question=f"{payload}\n\n    {payload}\n\nx {payload} y",
            also_asked=(line, f"also {line}"),
            asked_by=line,
        )
        files[f"qa/{number}-hostile.en.md"] = parsing.dump(meta, "Because.").encode()
    writing.write(project, files)


def look(
    browser: Browser,
    at: Attacked,
    *,
    policy: bool,
    every: int = 1,
    tell: Callable[[int], None] = lambda pages: None,  # noqa: ARG005
) -> Findings:
    """Open every page where the texts stand, or those of every n-th.

    Without the policy (CSP), only escaping is between the texts and the reader. With it, a try is reported.
    """
    at = replace(at, numbers=dict([*at.numbers.items()][::every]))
    found = Findings(payloads=len(at.numbers), tell=tell)
    with closing(browser.new_context(bypass_csp=not policy)) as context:
        context.add_cookies([{"name": COOKIE, "value": at.session, "url": at.origin}])
        context.add_init_script(HOOK)
        context.route(lambda url: not url.startswith(at.origin), lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("dialog", lambda dialog: (found.fired.append(f"dialog {page.url}"), dialog.dismiss()))
        page.on("console", lambda message: _listen(found, page, message.text))
        for path in _paths(at):
            if policy and path.endswith(".xml"):
                continue  # Chromium's own viewer of XML brings a style, and reports itself
            page.goto(at.origin + path, wait_until="load")
            _judge(found, page, path)
        for payload in at.numbers.values():
            _form(found, page, at, payload)
        _search(found, page, at)
    return found


def _listen(found: Findings, page: Page, text: str) -> None:
    if "Z-RAN" in text or "Content Security Policy" in text:
        found.fired.append(f"{page.url}: {text[:200]}")


def _judge(found: Findings, page: Page, where: str) -> None:
    found.pages += 1
    found.fired += [f"{where}: {one}" for one in page.evaluate(LOOK)]
    found.tell(found.pages)


def _paths(at: Attacked) -> Iterator[str]:
    """The lists, the feeds, the desk, and what belongs to each question."""
    yield from ("/en/qa/", "/en/qa/all/", "/nl/qa/all/", "/en/qa/topics/smtp/", "/en/", "/en/smtp-session/")
    yield from ("/en/qa/feed.xml", "/en/qa/feed.json", "/en/qa/index.json", "/en/desk/?status=all")
    for number, payload in at.numbers.items():
        yield f"/en/qa/{number}-hostile/"
        yield f"/en/desk/{number + at.many}/"
        yield f"/en/desk/{number + at.many}/answer/"
        asked = quote(payload, safe="")
        yield f"/en/find/?q={asked}"
        yield f"/en/ask/?title={asked}&chapter={asked}"


def _form(found: Findings, page: Page, at: Attacked, payload: str) -> None:
    """The form that comes back: the payload in every field, with an address that cannot be one."""
    fields = {**entered(payload, str(uuid4())), "address": payload, "chapter": payload, "do": "preview"}
    script = """fields => {
        const form = document.createElement("form");
        form.method = "post";
        form.action = "/ask";
        for (const [name, value] of Object.entries(fields)) {
            const input = document.createElement("textarea");
            input.name = name;
            input.value = value;
            form.append(input);
        }
        document.body.append(form);
        form.submit();
    }"""
    for wrong in (True, False):  # with what is wrong with it, and as the preview of a good one
        page.goto(f"{at.origin}/en/ask/received/1/")
        with page.expect_navigation(wait_until="load"):
            page.evaluate(script, fields if wrong else {**fields, "address": ""})
        assert page.locator("form.mw-form").count()
        _judge(found, page, f"POST /ask {payload!r}")


def _search(found: Findings, page: Page, at: Attacked) -> None:
    """The search dialog and the suggestions under the form: both made by script from JSON."""
    page.goto(f"{at.origin}/en/smtp-session/")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#mw-find[open]")
    status = page.locator("#mw-find [role=status]")
    for payload in at.numbers.values():
        page.fill("#mw-find-q", "")
        expect(status).to_have_text("")
        page.fill("#mw-find-q", " ".join(payload.split()))
        expect(status).not_to_have_text("")
        _judge(found, page, f"search {payload!r}")
    page.goto(f"{at.origin}/en/ask/")
    for payload in list(at.numbers.values())[::10]:
        with page.expect_response(lambda response: "/api/suggest" in response.url):
            page.fill("#title", f"{' '.join(payload.split())} script onerror")
        _judge(found, page, f"suggestions {payload!r}")
