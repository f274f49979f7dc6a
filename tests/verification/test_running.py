"""Runs that go wrong: each fault has its place, the rest goes on, and the run fails once, at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailwijzer.cli import app
from mailwijzer.lab.account import LabUnavailableError, account
from mailwijzer.lab.images import store
from mailwijzer.verification import pages, running
from mailwijzer.verification.running import Job

pytestmark = [pytest.mark.lab, pytest.mark.slow]

NS = '  ns: { fqdn: ns.example.net, v4: 192.0.2.53, release: "13", daemons: [bind] }\n'
HOME = "  mx: { fqdn: mx.thuis.test, v4: 203.0.113.25, domain: thuis.test, daemons: [unbound, postfix]%s }\n"
PAGES = {
    "astray": """```{.console id="endless" host="mx" timeout="1"}
# tail -f /var/log/mail.log
```

```{.console id="flood" host="mx"}
# yes
```

```{.transcript id="silent" host="mx" to="mx.thuis.test:25" timeout="1"}
S: 220 mx.thuis.test ESMTP Postfix (Debian)
C: NOOP
S: 250 2.0.0 Ok
S: 250 never
```

```{.console id="taken" host="mx"}
# python3 -c 'import socket; socket.create_server(("", 25))'
```

```{.console id="nowhere" host="mxx"}
# true
```

```{.console id="well" host="mx"}
# postconf -h myhostname
mx.thuis.test
```
""",
    "broken": '```{.console id="never" host="mx"}\n# true\n```\n',
    "fine": '```{.console id="works" host="ns"}\n# true\n```\n',
}
WORLDS = {
    "astray": NS + HOME % "",
    "broken": NS + HOME % ", postfix: { inet_protocols: ipv9 }",
    "fine": NS,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        account()
        store.need("mail", "13")
    except LabUnavailableError as error:
        pytest.skip(str(error))
    root = tmp_path_factory.mktemp("project")
    for name, text in PAGES.items():
        (root / "docs" / "en").mkdir(parents=True, exist_ok=True)
        (root / "docs" / "worlds").mkdir(exist_ok=True)
        (root / "docs" / "en" / f"{name}.md").write_text(text)
        (root / "docs" / "worlds" / f"{name}.yml").write_text(f"title: {name}\nhosts:\n{WORLDS[name]}")
    (root / "mkdocs.yml").touch()
    return root


def test_each_fault_is_told_at_its_line_and_the_rest_goes_on(project: Path) -> None:
    jobs = [Job(pages.load(project, name), "13") for name in PAGES]
    counted: list[tuple[str, int]] = []
    astray, broken, fine = running.run_all(jobs, 2, lambda job, count: counted.append((job.page.name, count)))
    last = "the last line received was '250 2.0.0 Ok'"
    begins = [
        "astray.md:2: [Debian 13] `tail -f /var/log/mail.log` did not end within 1 s and was killed",
        "astray.md:6: [Debian 13] `yes` printed more than 200000 bytes and was killed",
        f"astray.md:13: [Debian 13] waited 1 s for '250 never': timed out; {last}",
        "astray.md:17: [Debian 13] `python3 -c ",
        "astray.md:20: [Debian 13] no host 'mxx' here; did you mean 'mx'? there are: ns, mx",
    ]
    told = [failure.removeprefix("docs/en/") for failure in astray.failures]
    assert [text[: len(begin)] for text, begin in zip(told, begins, strict=True)] == begins
    assert "Address already in use" in told[3]
    assert [result.snippet.id for result in astray.results if result.outcome.ok] == ["well"]
    (trouble,) = broken.failures
    assert trouble.startswith("broken.yml: [Debian 13] postfix did not start on mx.thuis.test:")
    assert 'unknown inet_protocols value "ipv9"' in trouble
    assert fine.failures == []
    assert [count for name, count in counted if name == "astray"] == list(range(7))


def test_the_run_fails_once_at_the_end_and_says_how_far_it_is(project: Path) -> None:
    done = CliRunner().invoke(
        app, ["--root", str(project), "snippets", "run", "broken", "fine", "--release", "13"]
    )
    assert "[1/2] fine on Debian 13: 1 snippets in " in done.stderr
    assert "2 fences shown: 2 run, 0 not run, with a reason.\n1 passed, 1 failed, in " in done.stdout
    assert done.stderr.strip().endswith("1 snippets failed, and the record differs in 1 places")
    assert done.exit_code == 1
