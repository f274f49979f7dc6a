"""Every hostile text of tests/browser/payloads.py in every field, on every page, in a real Chromium.

    make build && .venv/bin/python bench/xss.py [every]

Through the form into the inbox and the desk (queue, question, editor), through a question file onto its page,
lists, feeds and into search (dialog, page of results, suggestions), and into the form that comes back. With
the site's policy (CSP) switched off in the browser, so that only escaping is judged; then the pages of every
tenth text once more with it on, when each attempt that it stops is counted too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "plugins")]

from browser.conftest import CHROMIUM, QUIET  # noqa: E402
from browser.firing import attacked, look  # noqa: E402
from browser.payloads import payloads  # noqa: E402


def tell(how: str, pages: int) -> None:
    """How far it is, every now and then."""
    if pages % 500 == 0:
        print(f"{how}: {pages} pages ...", file=sys.stderr, flush=True)


def main(every: int) -> int:
    """All, or those of every n-th; the number of what ran is the exit code."""
    begun = time.monotonic()
    texts = payloads()[::every]
    with (
        tempfile.TemporaryDirectory(prefix="xss-") as folder,
        attacked(Path(folder), texts) as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        fired = []
        for policy, step in ((False, 1), (True, 10)):
            how = "with the policy" if policy else "escaping alone"
            found = look(browser, running, policy=policy, every=step, tell=lambda n, how=how: tell(how, n))
            fired += found.fired
            print(f"{how}: {found.payloads} texts, {found.pages} pages, {len(found.fired)} ran or could run")
        version = browser.version
        browser.close()
    print("\n".join(fired[:50]), end="\n" if fired else "")
    print(f"{time.monotonic() - begun:.0f} s, Chromium {version}")
    return len(fired)


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1), 99))
