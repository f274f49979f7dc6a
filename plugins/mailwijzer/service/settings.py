"""What the service is told when it starts."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailwijzer.editing.ceremonies import checked_origin
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

    desk_origin: str = ""
    """Where editors enter from outside by passkey: `https://www.example.org`; empty for this machine only."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""

    limits: Limits = field(default_factory=Limits)
    """How many questions may come in."""


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from MAILWIJZER_ROOT, _INBOX, _DESK_TOKEN, _DESK_ORIGIN and _SECRET, each with a default.

    Raises MailwijzerError when there is no project, or the desk cannot be exposed there.
    """
    root = environment.get("MAILWIJZER_ROOT", "")
    project = Project.find(Path(root) if root else None)
    inbox = environment.get("MAILWIJZER_INBOX") or f"sqlite:///{project.root / 'inbox' / 'inbox.sqlite3'}"
    token = environment.get("MAILWIJZER_DESK_TOKEN", "")
    origin = checked_origin(environment.get("MAILWIJZER_DESK_ORIGIN", ""))
    if secret := environment.get("MAILWIJZER_SECRET"):
        return Settings(project, inbox, token, secret, origin)
    return Settings(project, inbox, token, desk_origin=origin)
