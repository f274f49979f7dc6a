"""Face for pytest: `pytest -p mailwijzer.pytest_plugin --mailwijzer docs/en` runs every fence as an item.

`docs/en/imap.md::13::imap-session` is one fence on one release. A page and release share one fresh world, so
with xdist use `--dist loadgroup` or `loadfile`. All items that were collected must be reported at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab.account import LabUnavailableError
from mailwijzer.verification import pages, running
from mailwijzer.verification.ledger import Ledger


class Fence(pytest.Item):
    """One fence on one release."""

    parent: World
    line = 0

    def runtest(self) -> None:
        try:
            self.parent.run.through(self.name)
        except LabUnavailableError as error:
            pytest.skip(str(error))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Page, line and what happened; a traceback would be ours."""
        known = isinstance(excinfo.value, MailwijzerError)
        return str(excinfo.value) if known else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.nodeid


class World(pytest.Collector):
    """A page on one release: its hosts come up before the first fence and go after the last."""

    run: running.Run

    def collect(self) -> Iterator[pytest.Item]:
        for snippet in self.run.job.snippets:
            fence = Fence.from_parent(self, name=snippet.id)
            fence.line = snippet.where.line
            fence.add_marker(pytest.mark.xdist_group(str(self.run.job)))
            yield fence

    def teardown(self) -> None:
        self.run.close()


class Chapter(pytest.File):
    """A chapter in the language that owns the code."""

    def collect(self) -> Iterator[pytest.Collector]:
        """One collector for each release; raises for whatever is wrong with the fences."""
        try:
            page = pages.at(self.path)
        except MailwijzerError as error:
            raise self.CollectError(str(error)) from None
        for release in pages.RELEASES:
            world = World.from_parent(self, name=release)
            world.run = running.Run(running.Job(page, release))
            yield world


class Hooks:
    """Part of a run that was asked for the fences; counts them."""

    def __init__(self) -> None:
        self.ledger = Ledger()

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return Chapter.from_parent(parent, path=file_path) if pages.is_chapter(file_path) else None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.ledger.expect(item.nodeid for item in session.items if isinstance(item, Fence))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.ledger.expect(ident for ident in ids if ".md::" in ident)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.ledger.reported.add(report.nodeid.partition("@")[0])

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail a run that forgot some, unless it was told to stop early."""
        stopped = session.shouldfail or session.shouldstop or session.config.option.collectonly
        if self.ledger.faults and exitstatus == 0 and not (stopped or hasattr(session.config, "workerinput")):
            session.exitstatus = 1

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        faults = () if terminalreporter.config.option.collectonly else self.ledger.faults
        terminalreporter.line("\n".join((str(self.ledger), *faults)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--mailwijzer`."""
    parser.addoption("--mailwijzer", action="store_true", help="run the fences of chapters in the lab")


def pytest_configure(config: pytest.Config) -> None:
    """Take part only where fences are asked for."""
    config.addinivalue_line("markers", "xdist_group: fences that share a world")
    if config.option.mailwijzer:
        config.pluginmanager.register(Hooks(), "mailwijzer-fences")
