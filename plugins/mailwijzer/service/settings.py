"""What the service is told when it starts."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailwijzer.inbox.limits import Limits
from mailwijzer.publishing.project import Project


@dataclass(frozen=True)
class Settings:
    """Everything the service depends on; tests build their own."""

    project: Project
    inbox_url: str
    """SQLAlchemy URL of the inbox."""

    desk_token: str = ""
    """Opens the desk once; empty keeps the desk closed."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """Signs form tokens and desk sessions. Random by default: a restart then ends both."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""

    limits: Limits = field(default_factory=Limits)
    """How many questions may come in."""


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from MAILWIJZER_ROOT, _INBOX, _DESK_TOKEN and _SECRET, each with a default.

    Raises MailwijzerError when there is no project.
    """
    root = environment.get("MAILWIJZER_ROOT", "")
    project = Project.find(Path(root) if root else None)
    inbox = environment.get("MAILWIJZER_INBOX") or f"sqlite:///{project.root / 'inbox' / 'inbox.sqlite3'}"
    token = environment.get("MAILWIJZER_DESK_TOKEN", "")
    if secret := environment.get("MAILWIJZER_SECRET"):
        return Settings(project, inbox, token, secret)
    return Settings(project, inbox, token)
