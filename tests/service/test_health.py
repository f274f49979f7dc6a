"""What the operator sees: health, metrics, logs; and what readers see when disk or database fail."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import mailwijzer
from inbox.conftest import Cluster, cluster  # noqa: F401 - a fixture
from mailwijzer.inbox.store import Inbox
from mailwijzer.service.app import create
from mailwijzer.service.settings import Settings
from mailwijzer.service.watching import JsonLines, Plain, redacted
from service.browsing import Client, Clock, Form

CANARY, NETWORK = "canary.7f3a@example.org", "198.51.100.77"


@contextmanager
def serving(settings: Settings) -> Iterator[Client]:
    app = create(settings)
    with asyncio.Runner() as running:
        context = app.router.lifespan_context(app)
        running.run(context.__aenter__())
        try:
            yield Client(app)
        finally:
            running.run(context.__aexit__(None, None, None))


def ask(client: Client, clock: Clock, title: str) -> tuple[int, str, str]:
    """Send a question by the form: status, Location, Retry-After."""
    fields = Form(client.get("/en/ask/").text).fields
    clock.now += 10
    sent = client.post("/ask", {**fields, "title": title, "text": "x" * 3000, "address": CANARY})
    return sent.status_code, sent.headers.get("location", ""), sent.headers.get("retry-after", "")


def test_health_is_told_to_everyone_and_metrics_to_this_machine_only(client: Client, clock: Clock) -> None:
    well = client.get("/healthz")
    assert (well.status_code, well.json()) == (200, {"inbox": "ok", "site": "ok"})
    ask(client, clock, "Why?")
    client.get("/en/nowhere/")
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in (
        'mailwijzer_up{part="inbox"} 1',
        'mailwijzer_requests_total{page="ask.post",method="POST",status="303"} 1',
        'mailwijzer_questions{status="new"} 1',
        'mailwijzer_notices{state="sent"} 0',
    ):
        assert line in told.text.splitlines()
    assert CANARY not in told.text
    assert client.get("/metrics", x_forwarded_for=NETWORK).status_code == 404
    client.address = NETWORK
    assert client.get("/metrics").status_code == 404


def test_a_site_that_is_gone_is_told(client: Client, settings: Settings) -> None:
    shutil.rmtree(settings.project.site / "nl")
    found = client.get("/healthz")
    assert (found.status_code, found.json()["site"]) == (503, "unavailable")
    assert int(found.headers["retry-after"]) > 0


@pytest.mark.slow
def test_a_database_that_goes_away_gives_503_and_one_that_is_back_is_used(
    settings: Settings,
    clock: Clock,
    cluster: Cluster,  # noqa: F811
) -> None:
    with serving(replace(settings, inbox_url=cluster.database())) as client:
        assert ask(client, clock, "Before?")[:2] == (303, "/en/ask/received/1/")
        cluster.control("-m", "fast", "-w", "stop")
        try:
            status, _, later = ask(client, clock, "Meanwhile?")
            assert (status, int(later) > 0) == (503, True)
            assert client.get("/healthz").status_code == 503
        finally:
            cluster.start()
        assert client.get("/healthz").status_code == 200
        assert ask(client, clock, "After?")[:2] == (303, "/en/ask/received/2/")


CHILD = """
import sys
from pathlib import Path
from service.test_health import fill
fill(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def fill(folder: Path, project: Path) -> None:
    """Run by a child, in a mount namespace of its own: `folder` is a disk of 400 kB."""
    from mailwijzer.publishing.project import Project

    clock = Clock()
    url = f"sqlite:///{folder}/inbox.sqlite3"
    ballast = folder / "ballast"
    ballast.write_bytes(b"x" * 200_000)
    taken = []
    with serving(Settings(Project(project), url, "", "secret", now=clock)) as client:
        client.address = "127.0.0.1"
        for n in range(200):
            status, place, later = ask(client, clock, f"Question {n}?")
            if status == 503:
                break
            taken.append((status, place))
        assert status == 503, "the disk was never full"
        assert int(later) > 0
        ballast.unlink()
        again = ask(client, clock, "After?")
        assert again[0] == 303, again
        with_it = Inbox.open(url)
        assert len(with_it.list()) == len(taken) + 1
        assert {place for _, place in taken} <= {f"/en/ask/received/{s.number}/" for s in with_it.list()}
        with_it.close()
    print("RECOVERED", len(taken))


@pytest.mark.slow
def test_a_full_disk_gives_503_and_once_there_is_room_questions_come_in_again(settings: Settings) -> None:
    folder = settings.project.root / "disk"
    folder.mkdir()
    here = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{Path(mailwijzer.__file__).parents[1]}:{here}"}
    child = [sys.executable, "-c", CHILD, str(folder), str(settings.project.root)]
    mount = 'mount -t tmpfs -o size=400k tmpfs "$1" && shift && exec "$@"'
    command = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        mount,
        "sh",
        str(folder),
        *child,
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if "unshare" in done.stderr and done.returncode:
        pytest.skip(f"no namespaces here: {done.stderr.strip()}")
    assert "RECOVERED" in done.stdout, done.stderr


def become_read_only(folder: Path, project: Path) -> None:
    """Run by a child for which permissions count: root has given up its right to pass over them."""
    from mailwijzer.publishing.project import Project

    clock, inside = Clock(), folder / "inbox"
    settings = Settings(Project(project), f"sqlite:///{inside}/inbox.sqlite3", "", "secret", now=clock)
    with serving(settings) as client:
        assert ask(client, clock, "Before?")[0] == 303
        inside.chmod(0o500)
        try:
            status, _, later = ask(client, clock, "Meanwhile?")
            assert (status, int(later) > 0) == (503, True)
            assert client.get("/healthz").status_code == 503
        finally:
            inside.chmod(0o700)
        assert ask(client, clock, "After?")[:2] == (303, "/en/ask/received/2/")
    print("RECOVERED")


@pytest.mark.slow
def test_a_disk_that_becomes_read_only_gives_503(settings: Settings) -> None:
    here = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{Path(mailwijzer.__file__).parents[1]}:{here}"}
    plain = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    folder = str(settings.project.root)
    child = [sys.executable, "-c", CHILD.replace("fill", "become_read_only"), folder, folder]
    done = subprocess.run([*plain, *child], env=environment, capture_output=True, text=True)
    assert "RECOVERED" in done.stdout, done.stderr


def test_a_line_of_the_log_holds_no_address_network_or_token() -> None:
    text = f"{CANARY} at {NETWORK} and 2001:db8::7 opened /nl/mail/stop/abc-DEF_1/ and /desk/login?token=xyz"
    told = redacted(text)
    assert told == (
        "[address] at [network] and [network] opened /nl/mail/stop/[token]/ and /desk/login?token=[token]"
    )
    record = logging.LogRecord("mailwijzer.x", logging.ERROR, "", 0, "%s failed\nonce", (text,), None)
    for form in (Plain(), JsonLines()):
        line = form.format(record)
        for secret in (CANARY, NETWORK, "2001:db8", "abc-DEF_1", "xyz"):
            assert secret not in line
    assert json.loads(JsonLines().format(record))["message"].endswith("failed\nonce")


def test_nothing_that_is_logged_of_a_request_is_about_a_person(
    client: Client, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.address = NETWORK
    assert ask(client, clock, f"Why {CANARY}?")[0] == 303
    lines = [JsonLines().format(record) for record in caplog.records if record.name.startswith("mailwijzer")]
    assert any('"page": "ask.post"' in line for line in lines)
    for secret in (CANARY, NETWORK, "canary"):
        assert secret not in "\n".join(lines)
