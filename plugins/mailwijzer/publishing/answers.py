"""An editor's answer as HTML: site Markdown, rendered once and kept by content and versions."""

from __future__ import annotations

import posixpath
import re
from dataclasses import astuple, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from mailwijzer.locales import CODES
from mailwijzer.publishing import buildstate
from mailwijzer.publishing.buildstate import BuildState
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.store import Store
from mailwijzer.qa.model import NAME
from mailwijzer.shell import BASE

_VERSIONS = ",".join(
    f"{name}={version(name)}" for name in ("markdown", "pymdown-extensions", "pygments", "mailwijzer")
)
_CHAPTER = re.compile(rf"docs/(?P<lang>{'|'.join(CODES)})/(?P<name>[a-z0-9/-]+)\.md")
_EXTERNAL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|/|#)", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link in an answer that has to lead somewhere: to a chapter, or to a question."""

    kind: str
    """`chapter`, `question`, or `unknown` for an address we cannot place."""

    target: str
    """Chapter name, question stem, or the address itself."""

    lang: str
    anchor: str
    address: str
    """As the author wrote it."""


@dataclass(frozen=True)
class Fragment:
    """A rendered answer. Addresses of the site start with the BASE slot of the shell."""

    html: Markup
    text: str
    """Plain text, for feeds and search."""

    links: tuple[Link, ...]


def render(project: Project, lang: str, markdown: str) -> Markup:
    """An answer rendered for a preview, with the settings of the last build."""
    return convert(buildstate.load(project, lang), markdown).html


def fragment(store: Store, state: BuildState, markdown: str) -> Fragment:
    """An answer from the store, or rendered and kept there."""
    key = key_of(state, markdown)
    found = store.fragment(key)
    if found is None:
        made = convert(state, markdown)
        links = [astuple(link) for link in made.links]
        store.put_fragment(key, made.html, made.text, links)
        return made
    html, text, stored = found
    return Fragment(Markup(html), text, tuple(Link(*values) for values in stored))


def key_of(state: BuildState, markdown: str) -> str:
    """Changes with the text, the Markdown settings and the versions of what renders it."""
    digest = sha256("\0".join([state.markdown_key, _VERSIONS, markdown]).encode()).hexdigest()
    return f"{state.lang}:{digest}"


def convert(state: BuildState, markdown: str) -> Fragment:
    """An answer rendered now, whatever is kept."""
    renderer, links = _renderer(state.markdown_key, _Hashable(state))
    links.found.clear()
    html = renderer.reset().convert(markdown)
    text = " ".join(nh3.clean(html, tags=set(), clean_content_tags={"script", "style", "svg"}).split())
    return Fragment(Markup(html), text, tuple(dict.fromkeys(links.found)))


class _Hashable:
    """Carries a state through the cache, which is keyed by the state's markdown_key."""

    def __init__(self, state: BuildState) -> None:
        self.state = state

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and other.state.lang == self.state.lang

    def __hash__(self) -> int:
        return hash(self.state.lang)


@lru_cache(maxsize=8)
def _renderer(_key: str, holder: _Hashable) -> tuple[Markdown, _Links]:
    """One renderer per language and settings: making one costs as much as rendering a page."""
    state = holder.state
    links = _Links(state.lang)
    configs: dict[str, Any] = {name: dict(values) for name, values in state.markdown_configs.items()}
    # The page's title is the h1; an answer starts below the heading "Answer".
    configs.setdefault("toc", {})["baselevel"] = 3
    renderer = Markdown(extensions=[*state.markdown_extensions, links], extension_configs=configs)
    return renderer, links


class _Links(Extension):
    """Turns links between sources into addresses of the site, and remembers them for checking."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang = lang
        self.found: list[Link] = []

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Register behind the inline patterns, which make the links."""
        md.treeprocessors.register(_LinkProcessor(md, self), "mailwijzer-links", 0)

    def resolve(self, address: str) -> str:
        """The address to print for a link as an author writes it: relative to qa/."""
        if _EXTERNAL.match(address):
            return address
        path, _, anchor = address.partition("#")
        mark = f"#{anchor}" if anchor else ""
        place = posixpath.normpath(posixpath.join("qa", path))
        chapter = _CHAPTER.fullmatch(place)
        question = NAME.fullmatch(place.removeprefix("qa/"))
        if chapter:
            self.found.append(Link("chapter", chapter["name"], chapter["lang"], anchor, address))
            name = "" if chapter["name"] == "index" else f"{chapter['name']}/"
            return f"{self._root(chapter['lang'])}{name}{mark}"
        if question:
            stem = f"{question['id']}-{question['slug']}"
            self.found.append(Link("question", stem, question["lang"], anchor, address))
            return f"{self._root(question['lang'])}qa/{stem}/{mark}"
        self.found.append(Link("unknown", address, self.lang, anchor, address))
        return address

    def _root(self, lang: str) -> str:
        return BASE if lang == self.lang else f"{BASE}../{lang}/"


class _LinkProcessor(Treeprocessor):
    def __init__(self, md: Markdown, links: _Links) -> None:
        super().__init__(md)
        self._links = links

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            if "href" in link.attrib:
                link.set("href", self._links.resolve(link.attrib["href"]))
