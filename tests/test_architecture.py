"""Sizes are tests: a module fits on a few screens, a function on one, a plugin face under 80 lines."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from support import ROOT

PACKAGE = ROOT / "plugins" / "mailwijzer"
# Migrations are written once and never changed: a long table is a long table.
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
FACES = [*sorted((PACKAGE / "mkdocs").glob("*.py")), PACKAGE / "pytest_plugin.py"]


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_has_at_most_250_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_has_at_most_30_lines_without_its_docstring(path: Path) -> None:
    long = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            length = (node.body[-1].end_lineno or 0) - body[0].lineno + 1
            if length > 30:
                long.append(f"{node.name}: {length} lines")
    assert not long


def test_a_plugins_hooks_fit_in_80_lines_of_code() -> None:
    for path in FACES:
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        assert len(lines) <= 80, name(path)


def test_no_test_folder_shadows_a_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_committed_file_names_a_package_registry() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js.org")
    for pattern in ("requirements.lock", "package*.json", "*.toml", "Makefile", "scripts/*", ".ci/*"):
        for path in ROOT.glob(pattern):
            text = path.read_text("utf-8")
            assert not [host for host in hosts if host in text], path
