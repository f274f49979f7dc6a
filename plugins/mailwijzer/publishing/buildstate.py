"""What the site generator hands over after a build: the shell, the chapters, its Markdown settings.

With it a question is published without running the generator again.
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from mailwijzer.errors import MailwijzerError
from mailwijzer.publishing.project import Project, write_atomic
from mailwijzer.shell import Shell


@dataclass(frozen=True)
class BuildState:
    """One language of a built site, as far as publishing needs it."""

    lang: str
    site_url: str
    shell: str
    """The rendered shell page with its slots, already cut."""

    markdown_extensions: tuple[str, ...] = ()
    markdown_configs: Mapping[str, Any] = field(default_factory=dict)
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Chapter -> ids of its headings, for link checks."""

    extra: Mapping[str, str] = field(default_factory=dict)
    """Settings of the site that pages show: `site_name`, `ask_address`, `structured_data`."""

    @property
    def themed(self) -> Shell:
        """The shell, ready to be filled."""
        return Shell(self.lang, self.site_url, self.shell)

    @property
    def markdown_key(self) -> str:
        """Changes whenever the same Markdown could give other HTML."""
        return sha256(_dump([self.markdown_extensions, self.markdown_configs]).encode()).hexdigest()


def _file(project: Project, lang: str) -> Path:
    return project.state / lang / "build.json"


def save(project: Project, state: BuildState) -> None:
    """Keep the state of a build for later publications."""
    values = {name: getattr(state, name) for name in BuildState.__dataclass_fields__}
    write_atomic(_file(project, state.lang), _dump(values).encode())
    _load.cache_clear()


def load(project: Project, lang: str) -> BuildState:
    """The state of the last build; raises MailwijzerError when there is none."""
    path = _file(project, lang)
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise MailwijzerError(
            f"the site has not been built for '{lang}' ({project.relative(path)} is missing); "
            "run `mailwijzer build` first",
            "not_built",
            path=project.relative(path),
            command="mailwijzer build",
        ) from None
    return _load(path, stat.st_mtime_ns, stat.st_size)


@cache
def _load(path: Path, _mtime: int, _size: int) -> BuildState:
    values = json.loads(path.read_text("utf-8"), object_hook=_decode)
    values["markdown_extensions"] = tuple(values["markdown_extensions"])
    values["anchors"] = {name: tuple(ids) for name, ids in values["anchors"].items()}
    return BuildState(**values)


def _dump(values: Any) -> str:
    return json.dumps(values, default=_encode, sort_keys=True)


def _encode(value: Any) -> Any:
    """Functions in Markdown settings (`!!python/name:`) are kept by their dotted name."""
    if inspect.isroutine(value) or inspect.isclass(value):
        return {"!name": f"{value.__module__}:{value.__qualname__}"}
    if isinstance(value, tuple | set | frozenset):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    return str(value)


def _decode(value: dict[str, Any]) -> Any:
    if set(value) == {"!name"}:
        module, _, name = value["!name"].partition(":")
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        return found
    return value
