"""`mailwijzer snippets`: list the fences of the chapters, run them in the lab, print anew what they say."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from mailwijzer.cli.terminal import place, say
from mailwijzer.errors import MailwijzerError, Problem, fail_on
from mailwijzer.evaluators import page
from mailwijzer.lab import world
from mailwijzer.markdown import extraction
from mailwijzer.publishing.project import Project
from mailwijzer.snippets import options, report, update
from mailwijzer.snippets.model import Snippet, digest

app = typer.Typer(no_args_is_help=True, help="The fences of the chapters: what they claim is run in the lab.")
RELEASES = ("12", "13")

Pages = Annotated[list[str] | None, typer.Argument(help="Chapters, as smtp-session; all when left out.")]
Releases = Annotated[list[str] | None, typer.Option("--release", help="12 or 13; both when left out.")]


@app.command("list")
def list_(context: typer.Context, pages: Pages = None) -> None:
    """Show each fence, where it runs or why it does not."""
    project = place(context).project()
    everything = [snippet for name in _names(project, pages) for snippet in _checked(project, name)]
    for snippet in everything:
        on = f"not run: {snippet.norun}" if snippet.norun else f"Debian {', '.join(snippet.releases)}"
        say(f"{snippet.where}  {snippet.kind:10} {snippet.id or '-':22} {on}")
    say(_counted(everything))


@app.command()
def run(
    context: typer.Context,
    pages: Pages = None,
    release: Releases = None,
    record: Annotated[bool, typer.Option("--record", help="Write docs/verified.json.")] = False,
) -> None:
    """Run the fences of chapters in the lab; fail once, at the end, for all that went wrong."""
    project = place(context).project()
    names, releases = _names(project, pages), _releases(release)
    started, failed, truth = time.monotonic(), 0, []
    for name in names:
        for number in releases:
            for result in _run(project, name, number):
                if result.outcome.ok:
                    truth.append(_row(name, number, result))
                    continue
                failed += 1
                say(f"{result.where}: [Debian {number}] {result.outcome.detail}")
    say(_counted(snippet for name in names for snippet in _checked(project, name)))
    say(f"{len(truth)} passed, {failed} failed, in {time.monotonic() - started:.1f} s.")
    wrong = _recorded(project, names, releases, truth, record)
    for sentence in wrong:
        say(sentence)
    if failed or wrong:
        raise MailwijzerError(f"{failed} snippets failed, and the record differs in {len(wrong)} places")


@app.command("update")
def update_(context: typer.Context, pages: Pages = None, release: Releases = None) -> None:
    """Rewrite what the pages print to what was said now, wildcards kept; shows the difference."""
    if os.environ.get("CI"):
        raise MailwijzerError(
            "update rewrites pages; it is for a person who reads the difference, not for CI"
        )
    project = place(context).project()
    for name in _names(project, pages):
        # The newest release speaks, except for what runs on the older one only.
        for number in sorted(_releases(release)):
            _update(project, name, number)


def _update(project: Project, name: str, number: str) -> None:
    path = _path(project, name)
    changes = [
        (result.snippet, result.outcome.actual)
        for result in _run(project, name, number)
        if not result.outcome.ok and result.outcome.actual and number == max(result.snippet.releases)
    ]
    before = path.read_text("utf-8")
    after = update.rewritten(before, changes)
    for line in difflib.unified_diff(
        before.split("\n"), after.split("\n"), str(path), str(path), lineterm=""
    ):
        say(line)
    if after != before:
        path.write_text(after, encoding="utf-8")


def _run(project: Project, name: str, release: str) -> Iterator[page.Result]:
    snippets = _checked(project, name)
    if not any(release in snippet.releases and not snippet.norun for snippet in snippets):
        return
    story = project.root / "docs" / "worlds" / f"{name}.yml"
    if not story.exists():
        where = snippets[0].where
        raise MailwijzerError(f"{where}: the page has no world; write docs/worlds/{name}.yml, or say norun=")
    with world.open(story, release) as lab:
        yield from page.run(snippets, lab.host, release)


def _recorded(
    project: Project, names: list[str], releases: list[str], truth: list[report.Verified], write: bool
) -> list[str]:
    path = project.root / "docs" / "verified.json"
    known = report.load(path)
    ours = [row for row in known if row.page in names and row.release in releases]
    if not write:
        return report.differences(ours, truth)
    report.dump([*(row for row in known if row not in ours), *truth], path)
    return []


def _row(name: str, release: str, result: page.Result) -> report.Verified:
    snippet = result.snippet
    today = dt.datetime.now(dt.UTC).date().isoformat()
    return report.Verified(name, snippet.id, digest(snippet.text), release, today, dict(result.versions))


def _checked(project: Project, name: str) -> list[Snippet]:
    path = _path(project, name)
    where = path.relative_to(project.root).as_posix()
    own = [found for found in extraction.extract(path.read_text("utf-8"), where) if not found.ref]
    problems = [problem for snippet in own for problem in options.check(snippet)]
    todo = 'write id="..." in the braces'
    problems += [Problem(snippet.where, "a snippet without an id", todo) for snippet in own if not snippet.id]
    fail_on(problems)
    return own


def _names(project: Project, wanted: list[str] | None) -> list[str]:
    folder = project.root / "docs" / "en"
    known = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md"))
    for name in wanted or ():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise MailwijzerError(
                f"there is no chapter '{name}'; did you mean '{near[0]}'?" if near else f"no chapter '{name}'"
            )
    return wanted or known


def _path(project: Project, name: str) -> Path:
    return project.root / "docs" / "en" / f"{name}.md"


def _releases(wanted: list[str] | None) -> list[str]:
    for number in wanted or ():
        if number not in RELEASES:
            raise MailwijzerError(f"there is no Debian '{number}' here; there are: {', '.join(RELEASES)}")
    return wanted or list(RELEASES)


def _counted(snippets: Iterable[Snippet]) -> str:
    kinds = Counter("not run, with a reason" if snippet.norun else "run" for snippet in snippets)
    shown = ", ".join(f"{count} {what}" for what, count in sorted(kinds.items(), reverse=True))
    return f"{kinds.total()} fences shown: {shown or 'none'}."
