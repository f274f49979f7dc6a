"""Fences as pytest items: their names, what a failure says, and that none gets lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailwijzer.lab.account import LabUnavailableError, account
from mailwijzer.lab.images import store
from mailwijzer.verification.ledger import Ledger

WORLD = """title: One host
hosts:
  ns: { fqdn: ns.example.net, v4: 192.0.2.53, daemons: [bind] }
"""
CHAPTER = """# A page

```{.console id="first" host="ns"}
# X=1
```

!!! note

    ```{.console id="second" host="ns"}
    # echo $X
    2
    ```

```{.console id="newer" host="ns" on="13"}
# cut -d. -f1 /etc/debian_version
13
```
"""


def _pytest(folder: Path, *arguments: str, chapter: str = CHAPTER) -> subprocess.CompletedProcess[str]:
    (folder / "docs" / "en").mkdir(parents=True)
    (folder / "docs" / "worlds").mkdir()
    (folder / "mkdocs.yml").touch()
    (folder / "docs" / "worlds" / "page.yml").write_text(WORLD)
    (folder / "docs" / "en" / "page.md").write_text(chapter)
    plain = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "mailwijzer.pytest_plugin"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [*plain, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
def test_each_fence_and_release_is_an_item_with_a_name_of_its_own(tmp_path: Path) -> None:
    done = _pytest(tmp_path, "--mailwijzer", "docs/en", "--collect-only", "-q")
    assert [line for line in done.stdout.split("\n") if "::" in line] == [
        f"docs/en/page.md::{name}"
        for name in ("13::first", "13::second", "13::newer", "12::first", "12::second")
    ]
    assert done.returncode == 0


@pytest.mark.slow
def test_without_the_option_chapters_are_no_tests(tmp_path: Path) -> None:
    assert _pytest(tmp_path, "docs/en/page.md", "-q").returncode == pytest.ExitCode.USAGE_ERROR


@pytest.mark.slow
def test_a_page_that_is_written_wrongly_is_told_at_collection(tmp_path: Path) -> None:
    done = _pytest(tmp_path, "--mailwijzer", "docs/en", chapter="```bash\ntrue\n```\n")
    assert "docs/en/page.md:1: a fence of the unknown language 'bash'; did you mean 'console'?" in done.stdout
    assert done.returncode == pytest.ExitCode.INTERRUPTED


@pytest.mark.lab
@pytest.mark.slow
def test_a_failure_is_told_at_page_and_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    try:
        account()
        for release in ("12", "13"):
            store.need("mail", release)
    except LabUnavailableError as error:
        pytest.skip(str(error))
    done = _pytest(tmp_path, "--mailwijzer", "docs/en", "-q")
    assert "docs/en/page.md:10: [Debian 13] `echo $X` said something else:" in done.stdout
    assert "Traceback" not in done.stdout
    assert "5 snippets collected, 5 reported." in done.stdout
    assert "2 failed, 3 passed" in done.stdout


def test_an_item_that_gets_lost_or_has_a_double_is_told() -> None:
    ledger = Ledger()
    ledger.expect(["a", "b", "b"])
    ledger.expect(["a", "b", "b"])
    ledger.reported.update(["b"])
    assert ledger.faults == ["b: 2 fences have this name", "a: collected, but never reported"]
    assert str(ledger) == "3 snippets collected, 1 reported."
