"""What passes between MkDocs and the publishing core: template globals, dates, the build's state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from mailwijzer import shell
from mailwijzer.errors import Problem, fail_on
from mailwijzer.locales import CODES, locale, others
from mailwijzer.publishing import buildstate, gitdates, readingtime
from mailwijzer.publishing.project import Project, write_atomic
from mailwijzer.source import SourceLocation

SHELL_SOURCE = "---\ntitle: shell\nshell: true\nhide: [navigation, toc]\n---\n"
_OURS = ("qa/", "ask/", "shell/", "desk/", "find/", "search/")
_ANCHORS: dict[str, dict[str, tuple[str, ...]]] = {}


def refuse_collisions(files: Files) -> None:
    """A chapter must not stand where question pages will: MkDocs would overwrite it in silence."""
    fail_on(
        Problem(SourceLocation(file.src_uri), f"'{file.url}' is the site's own address", "rename the file")
        for file in files
        if file.url.startswith(_OURS)
    )


def leave_out(files: Files, prefixes: Sequence[str]) -> None:
    """Take files of the theme that no page uses out of the build."""
    for file in list(files):
        if file.src_uri.startswith(tuple(prefixes)):
            files.remove(file)


def template_globals(lang: str) -> dict[str, Any]:
    """Names that the theme's templates use."""
    words = locale(lang)
    return {"t": words.t, "lang": lang, "languages": CODES, "other_languages": others(lang), "locale": locale}


@cache
def _dates(folder: Path) -> dict[str, dt.date]:
    return gitdates.last_changed(folder)


def add_dates(page: Page, config: MkDocsConfig) -> None:
    """`page.meta`: `updated` (ISO day of the last commit), `updated_text`, `reading_minutes`."""
    lang = str(config.theme["language"])
    day = _dates(Path(config.docs_dir)).get(page.file.src_uri)
    if day is not None:
        page.meta["updated"] = day.isoformat()
        page.meta["updated_text"] = locale(lang).date(day)
    page.meta["reading_minutes"] = readingtime.minutes(page.content or "")
    _ANCHORS.setdefault(lang, {})[page.file.src_uri.removesuffix(".md")] = tuple(_ids(page.toc))
    if page.file.src_uri.endswith(".md") and not page.meta.get("shell"):
        # The page's own source beside it: for machines, and for "page source" without a repository.
        target = Path(page.file.abs_dest_path).with_name("index.md")
        write_atomic(target, page.file.content_bytes)


def _ids(items: Any) -> list[str]:
    return [name for item in items for name in (item.id, *_ids(item.children))]


def save(project: Project, config: MkDocsConfig, lang: str, rendered: str, settings: Any) -> None:
    """Hand the build's shell and settings to the publishing core."""
    site_url = config.site_url or "/"
    cut = shell.cut(rendered, "shell/", lang, site_url)
    buildstate.save(
        project,
        buildstate.BuildState(
            lang=lang,
            site_url=site_url,
            shell=cut.html,
            markdown_extensions=tuple(config.markdown_extensions),
            markdown_configs=config.mdx_configs,
            anchors=_ANCHORS.get(lang, {}),
            extra={
                "site_name": config.site_name,
                "ask_address": settings.ask_address,
                "structured_data": settings.structured_data,
                "minor_sections": " ".join(settings.minor_sections),
                "commit": "yes" if settings.commit_publications else "",
                "count_misses": "yes" if settings.count_misses else "",
            },
        ),
    )
