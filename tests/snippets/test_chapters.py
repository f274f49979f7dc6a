"""Every fence of every chapter does in the lab what the page says; one item for each fence and release."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from mailwijzer.verification import pages, running
from mailwijzer.verification.running import Done, Job

ROOT = Path(__file__).parents[2]
PAGES = [pages.load(ROOT, name) for name in pages.names(ROOT)]
JOBS = {str(job): job for page in PAGES for release in pages.RELEASES if (job := Job(page, release)).total}
WORLDS = 2 * (os.cpu_count() or 1)
"""At a time. A world waits more than it works: two of them left one of two cores idle."""

ITEMS = [(name, snippet.id) for name, job in JOBS.items() for snippet in job.snippets]

pytestmark = [pytest.mark.lab, pytest.mark.slow]


@pytest.fixture(scope="session")
def done(request: pytest.FixtureRequest) -> Mapping[str, Done]:
    """Each page that has an item in this session ran once, in a world of its own, beside the others."""
    wanted = [item.callspec.params["job"] for item in request.session.items if "job" in _params(item)]
    jobs = [job for name, job in JOBS.items() if name in wanted]
    return {str(one.job): one for one in running.run_all(jobs, WORLDS, lambda _job, _count: None)}


def _params(item: pytest.Item) -> Mapping[str, object]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


@pytest.mark.parametrize(("job", "ident"), ITEMS, ids=[f"{job}: {ident}" for job, ident in ITEMS])
def test_a_fence_does_what_the_page_says(done: Mapping[str, Done], job: str, ident: str) -> None:
    if done[job].unavailable:
        pytest.skip(done[job].trouble)
    results = {result.snippet.id: result for result in done[job].results}
    assert ident in results, done[job].trouble
    assert results[ident].outcome.ok, running.told(JOBS[job], results[ident])


def test_no_two_items_have_one_name() -> None:
    assert len(ITEMS) == len(set(ITEMS))


def test_every_fence_of_every_page_and_answer_is_run_or_says_why() -> None:
    fences = [snippet for page in PAGES for snippet in page.snippets]
    run = {(name.partition(" ")[0], ident) for name, ident in ITEMS}
    reasoned = [snippet for snippet in fences if snippet.reason]
    assert len(run) + len(reasoned) == len(fences)
    assert pages.others(ROOT) == []
