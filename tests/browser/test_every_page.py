"""Gates over every page that is built: links, anchors, twins, weight, axe on each kind of page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.site]

LANGS = ("en", "nl")


HEAVY = [
    "/en/smtp-session/",
    "/nl/smtp-session/",
    "/nl/lab/",
    "/nl/mercury/",
    "/en/sip/",
    "/nl/error-lines/",
    "/en/qa/0004-spamhaus-error-open-resolver/",
]


class _Links(HTMLParser):
    """Addresses and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.alternates: dict[str, str] = {}
        self.lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "html":
            self.lang = values.get("lang", "")
        if tag == "link" and "hreflang" in values:
            self.alternates[values["hreflang"]] = values["href"]
        elif tag in ("a", "link", "script", "img"):
            self.links += filter(None, [values.get("href"), values.get("src")])


def pages(site: Path) -> dict[str, _Links]:
    found = {}
    for path in sorted(site.rglob("*.html")):
        parser = _Links()
        parser.feed(path.read_text("utf-8"))
        found["/" + path.relative_to(site).as_posix().removesuffix("index.html")] = parser
    return found


@pytest.fixture(scope="module")
def all_pages(site: Path) -> dict[str, _Links]:
    return pages(site)


def _internal(all_pages: dict[str, _Links]) -> Iterator[tuple[str, str]]:
    for url, page in all_pages.items():
        for link in page.links:
            if not urlsplit(link).scheme and not link.startswith("//"):
                yield url, urljoin(url, link)


def test_every_internal_link_and_anchor_resolves(site: Path, all_pages: dict[str, _Links]) -> None:
    dead = []
    for url, target in _internal(all_pages):
        path, anchor = urldefrag(target)
        path = unquote(urlsplit(path).path)
        if path in all_pages:
            if anchor and anchor not in all_pages[path].ids:
                dead.append(f"{url} -> {target}: no such anchor")
        elif not (site / path.lstrip("/")).is_file():
            dead.append(f"{url} -> {target}")
    assert dead == []


def test_twins_name_each_other_and_no_one_else(all_pages: dict[str, _Links]) -> None:
    for url, page in all_pages.items():
        for lang, address in page.alternates.items():
            if lang not in LANGS:
                continue
            twin = re.sub(r"^https?://[^/]+", "", address)
            assert twin in all_pages, f"{url} names {twin}"
            assert all_pages[twin].lang == lang
            own = all_pages[twin].alternates[page.lang]
            assert own.endswith(url), f"{twin} does not name {url}"


def test_both_languages_have_the_same_chapters_and_list_pages(all_pages: dict[str, _Links]) -> None:
    def without_questions(lang: str) -> set[str]:
        own = {url.removeprefix(f"/{lang}/") for url in all_pages if url.startswith(f"/{lang}/")}
        return {url for url in own if not re.match(r"qa/\d{4}", url)}

    assert without_questions("en") == without_questions("nl")


def test_no_page_asks_anything_of_another_site(site: Path) -> None:
    fetching = re.compile(
        r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*(?:src|data)=\"(?:https?:)?//"
        r"|<link\b(?=[^>]*rel=\"?(?:stylesheet|preload|icon|preconnect|dns-prefetch))[^>]*href=\"(?:https?:)?//"
        r"|url\(['\"]?(?:https?:)?//|@import"
    )
    for path in [*site.rglob("*.html"), *site.rglob("*.css")]:
        assert not fetching.search(path.read_text("utf-8")), path


@pytest.mark.parametrize("path", HEAVY)
def test_a_first_view_weighs_at_most_80_kilobytes_in_at_most_10_requests(
    open_page: Callable[..., Page], site: Path, path: str
) -> None:
    page = open_page(path)
    urls = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    files = [path, *(urlsplit(url).path for url in urls)]
    weight = 0
    for name in files:
        file = site / name.lstrip("/")
        weight += len(gzip.compress((file / "index.html" if file.is_dir() else file).read_bytes()))
    assert weight <= 80_000
    assert len(files) <= 10


KINDS = [
    "qa/",
    "qa/topics/smtp/",
    "qa/all/0001/",
    "qa/0004-spamhaus-error-open-resolver/",
    "qa/0005-port-465-or-587/",
    "lab/",
    "error-lines/",
    "contents/",
    "ask/",
    "find/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_of_page_beside_the_chapters_has_no_accessibility_violation(
    open_page: Callable[..., Page],
    violations: Callable[[Page], list[str]],
    origin: str,
    lang: str,
    width: int,
    scheme: str,
) -> None:
    page = open_page(f"/{lang}/{KINDS[0]}", width=width, scheme=scheme)
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    found = []
    for kind in KINDS:
        page.goto(f"{origin}/{lang}/{kind}")
        found += [f"{kind}: {line}" for line in violations(page)]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
    assert found == []
    assert messages == []


def test_no_slot_of_the_shell_is_left_in_a_page(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert not re.search(r"@@[A-Z]+@@", path.read_text("utf-8")), path
