"""`mailwijzer snippets`: list the fences of the chapters, run them in the lab, print anew what they say."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import time
from typing import Annotated

import typer

from mailwijzer.cli.progress import progress
from mailwijzer.cli.terminal import place, say
from mailwijzer.errors import MailwijzerError, Problem, ProblemsError, fail_on
from mailwijzer.evaluators.page import Result
from mailwijzer.publishing.project import Project
from mailwijzer.snippets import report, update
from mailwijzer.snippets.model import digest
from mailwijzer.verification import pages as chapters
from mailwijzer.verification import running
from mailwijzer.verification.pages import RELEASES, Page
from mailwijzer.verification.running import Done, Job

CORES = os.cpu_count() or 1

app = typer.Typer(no_args_is_help=True, help="The fences of the chapters: what they claim is run in the lab.")

Pages = Annotated[list[str] | None, typer.Argument(help="Chapters, as smtp-session; all when left out.")]
Releases = Annotated[list[str] | None, typer.Option("--release", help="12 or 13; both when left out.")]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=1, help="Worlds at a time; as many as there are cores.")
]


@app.command("list")
def list_(context: typer.Context, pages: Pages = None) -> None:
    """Show each fence, where it runs or why it does not."""
    everything = [fence for page in _pages(place(context).project(), pages) for fence in page.snippets]
    for snippet in everything:
        on = f"Debian {', '.join(snippet.releases)}"
        if snippet.reason:
            on = f"{'never run' if snippet.norun else 'not run for now'}: {snippet.reason}"
        elif snippet.xfail:
            on += f", must fail: {snippet.xfail}"
        say(f"{snippet.where}  {snippet.kind:10} {snippet.id or '-':22} {on}")
    say(chapters.counted(everything))


@app.command()
def run(
    context: typer.Context,
    pages: Pages = None,
    release: Releases = None,
    jobs: Jobs = CORES,
    record: Annotated[bool, typer.Option("--record", help="Write docs/verified.json.")] = False,
) -> None:
    """Run the fences of chapters in the lab; fail once, at the end, for all that went wrong."""
    project = place(context).project()
    chosen, releases, started = _pages(project, pages), _releases(release), time.monotonic()
    done = _run(chosen, releases, jobs)
    failed = [sentence for one in done for sentence in one.failures]
    truth = [_row(one.job, result) for one in done for result in one.results if result.outcome.ok]
    for sentence in failed:
        say(sentence)
    say(chapters.counted(fence for page in chosen for fence in page.snippets))
    say(f"{len(truth)} passed, {len(failed)} failed, in {time.monotonic() - started:.1f} s.")
    wrong = _recorded(project, [page.name for page in chosen], releases, truth, record)
    for sentence in wrong:
        say(sentence)
    if failed or wrong:
        raise MailwijzerError(f"{len(failed)} snippets failed, and the record differs in {len(wrong)} places")


@app.command("update")
def update_(
    context: typer.Context, pages: Pages = None, release: Releases = None, jobs: Jobs = CORES
) -> None:
    """Rewrite what the pages print to what was said now, wildcards kept; shows the difference."""
    if os.environ.get("CI"):
        raise MailwijzerError(
            "update rewrites pages; it is for a person who reads the difference, not for CI"
        )
    project = place(context).project()
    done = _run(_pages(project, pages), _releases(release), jobs)
    for page in {one.job.page.name: one.job.page for one in done}.values():
        _rewrite(page, [one for one in done if one.job.page is page])
    for trouble in filter(None, (one.trouble for one in done)):
        say(trouble)


def _rewrite(page: Page, done: list[Done]) -> None:
    # The newest release speaks, except for what runs on the older one only.
    changes = [
        (result.snippet, result.outcome.actual)
        for one in done
        for result in one.results
        if not result.outcome.ok and result.outcome.actual and one.job.release == max(result.snippet.releases)
    ]
    before = page.path.read_text("utf-8")
    after = update.rewritten(before, changes)
    name = str(page.path)
    for line in difflib.unified_diff(before.split("\n"), after.split("\n"), name, name, lineterm=""):
        say(line)
    if after != before:
        page.path.write_text(after, encoding="utf-8")


def _run(chosen: list[Page], releases: list[str], workers: int) -> list[Done]:
    jobs = [Job(page, release) for page in chosen for release in releases if page.runnable(release)]
    with progress(jobs) as listener:
        return running.run_all(jobs, workers, listener)


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


def _row(job: Job, result: Result) -> report.Verified:
    snippet = result.snippet
    today = dt.datetime.now(dt.UTC).date().isoformat()
    versions = dict(result.versions)
    return report.Verified(job.page.name, snippet.id, digest(snippet.text), job.release, today, versions)


def _pages(project: Project, wanted: list[str] | None) -> list[Page]:
    """Read all pages before any is run; what is wrong with them is told in one go."""
    found: list[Page] = []
    problems: list[Problem] = []
    for name in wanted or chapters.names(project.root):
        try:
            found.append(chapters.load(project.root, name))
        except ProblemsError as error:
            problems += error.problems
    if not wanted:
        problems += chapters.others(project.root)
    fail_on(problems)
    return found


def _releases(wanted: list[str] | None) -> list[str]:
    for number in wanted or ():
        if number not in RELEASES:
            raise MailwijzerError(f"there is no Debian '{number}' here; there are: {', '.join(RELEASES)}")
    return wanted or list(RELEASES)
