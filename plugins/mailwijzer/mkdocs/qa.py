"""The plugin `mailwijzer/qa`: MkDocs renders chapters and one shell, publishing does the questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config import config_options as opt
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from mailwijzer.errors import MailwijzerError
from mailwijzer.mkdocs import handover
from mailwijzer.publishing import chapters, publish, sources
from mailwijzer.publishing.project import Project

SHELL = "shell.md"


class QaConfig(Config):
    """Settings in mkdocs.yml."""

    ask_address = opt.Type(str, default="")
    """Mail address for questions; shown where the site is hosted without the service."""

    structured_data = opt.Choice(("webpage", "qapage"), default="webpage")
    """`qapage` only where readers can send answers: see docs/decisions."""

    count_misses = opt.Type(bool, default=False)
    """Count what readers search for in vain, without saying who: the desk lists it."""

    commit_publications = opt.Type(bool, default=False)
    """Make a commit of git for each publication, of its files alone."""

    minor_sections = opt.ListOfItems(opt.Type(str), default=[])
    """Ids of headings whose sections repeat others; search puts them a little lower."""

    leave_out = opt.ListOfItems(opt.Type(str), default=[])
    """Folders of the theme that are not copied into the site."""


class QaPlugin(BasePlugin[QaConfig]):
    """Question pages beside MkDocs, inside its theme."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.release = command == "build"

    def on_config(self, config: MkDocsConfig) -> None:
        self.project = Project(Path(config.config_file_path).resolve().parent)
        self.lang = str(config.theme["language"])
        self.shell = ""
        if not config.repo_url:  # MkDocs warns of an edit_uri that has nothing to stand on
            config.edit_uri = None

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        # Before MkDocs empties its folder: a wrong question leaves the site of before as it is.
        with _as_plugin_error():
            sources.load(self.project)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        with _as_plugin_error():
            handover.refuse_collisions(files)
        handover.leave_out(files, self.config.leave_out)
        shell = File.generated(
            config, SHELL, content=handover.SHELL_SOURCE, inclusion=InclusionLevel.NOT_IN_NAV
        )
        files.append(shell)
        return files

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        env.globals.update(handover.template_globals(self.lang), count_misses=self.config.count_misses)
        env.trim_blocks = env.lstrip_blocks = True
        return env

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        return html if page.meta.get("shell") else chapters.mark(html, page.url)

    def on_page_context(self, context: Any, *, page: Page, config: MkDocsConfig, nav: Any) -> Any:
        handover.add_dates(page, config)
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if page.file.src_uri != SHELL:
            return output
        self.shell = output
        return ""  # MkDocs writes no file for an empty page

    def on_build_error(self, *, error: Exception) -> None:
        with _as_plugin_error():  # a fault in a chapter: told, not traced back
            raise error

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        with _as_plugin_error():
            handover.save(self.project, config, self.lang, self.shell, self.config)
            publish.publish(self.project, self.lang, Path(config.site_dir), release=self.release)


class _as_plugin_error:  # noqa: N801 - reads as a statement where it is used
    """MkDocs prints a PluginError as a message; anything else as a traceback."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, MailwijzerError):
            raise PluginError(f"\n{error}") from None
