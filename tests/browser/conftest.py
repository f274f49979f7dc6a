"""A browser, the built site on loopback, and the judges: axe-core and the W3C checker.

The site is what `make site` built, or the folder in MAILWIJZER_SITE. Without Chromium, a built site or
`npm ci`, these tests are skipped with the reason; CI has all three.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# A browser that looks nothing up by itself: what the network sees is what the page asks for.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# WCAG 2.0 to 2.2, levels A and AA, and axe's own good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class _Silent(SimpleHTTPRequestHandler):
    """Serves a folder, and 404.html for what is not there, as static hosts do."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page instead of the server's."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.read_bytes())


class _Server(ThreadingHTTPServer):
    """A browser that closes a page hangs up in the middle of an answer: no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report all but a lost connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    folder = Path(os.environ.get("MAILWIJZER_SITE", ROOT / "site"))
    if not (folder / "en" / "index.html").is_file():
        pytest.skip(f"no built site in {folder}")
    return folder


@pytest.fixture(scope="session")
def origin(site: Path) -> Iterator[str]:
    """The address of the served site, without a closing slash."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if not Path(CHROMIUM).is_file():
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, origin: str) -> Iterator[Callable[..., Page]]:
    """Open a path of the site: `open_page("/en/", width=390, scheme="dark", javascript=False)`."""
    contexts = []

    def open_(path: str, *, width: int = 1280, scheme: Any = "light", javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(origin + path, wait_until="load")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[str]]:
    """What axe-core finds on a page, in its present state: one line per rule and element."""
    script = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is not installed; run npm ci")
    source = script.read_text("utf-8")

    def judge(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate(
            "rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(result => result.violations)",
            list(RULES),
        )
        return [
            f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['html'][:120]}"
            for rule in found
            for node in rule["nodes"]
        ]

    return judge


@pytest.fixture(scope="session")
def html_errors() -> Callable[[Sequence[Path]], list[str]]:
    """What the W3C checker finds in files: one line per message. One Java start for all of them."""
    jar = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    java = shutil.which("java")
    if not jar.is_file() or java is None:
        pytest.skip("the W3C checker is not installed; run npm ci, and install Java 17 or newer")

    def judge(files: Sequence[Path]) -> list[str]:
        command = [java, "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
        return [
            f"{message.get('url', '').removeprefix('file:')}:{message.get('lastLine', 0)}: "
            f"{message.get('subType') or message['type']}: {message['message']}"
            for message in json.loads(done.stderr or "{}").get("messages", [])
        ]

    return judge
