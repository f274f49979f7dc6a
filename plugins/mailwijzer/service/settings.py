"""What the service is told when it starts."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mailwijzer.editing.ceremonies import checked_origin
from mailwijzer.editing.live import checked_base
from mailwijzer.errors import MailwijzerError
from mailwijzer.inbox.limits import Limits
from mailwijzer.publishing.project import Project

PROOF_MAX = 1_000_000


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

    live: str = ""
    """The site that readers see: `https://www.example.org/`; empty where it is this one."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""

    proof: int = 0
    """How many numbers a browser may have to try before it asks a question; 0 asks for no work."""

    limits: Limits = field(default_factory=Limits)
    """How many questions may come in."""


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from MAILWIJZER_ROOT, _INBOX, _DESK_TOKEN, _DESK_ORIGIN, _LIVE, _PROOF, _SECRET.

    Each has a default. Raises MailwijzerError when there is no project, or one of them cannot be meant so.
    """
    root = environment.get("MAILWIJZER_ROOT", "")
    project = Project.find(Path(root) if root else None)
    inbox = environment.get("MAILWIJZER_INBOX") or f"sqlite:///{project.root / 'inbox' / 'inbox.sqlite3'}"
    token = environment.get("MAILWIJZER_DESK_TOKEN", "")
    origin = checked_origin(environment.get("MAILWIJZER_DESK_ORIGIN", ""))
    proof = _proof(environment.get("MAILWIJZER_PROOF", ""))
    live = checked_base(environment.get("MAILWIJZER_LIVE", ""))
    made = Settings(project, inbox, token, desk_origin=origin, live=live, proof=proof)
    secret = environment.get("MAILWIJZER_SECRET")
    return replace(made, secret=secret) if secret else made


def _proof(told: str) -> int:
    if told and not (told.isascii() and told.isdecimal() and int(told) <= PROOF_MAX):
        raise MailwijzerError(
            f"MAILWIJZER_PROOF is '{told}'; write how many numbers a browser may have to try, "
            f"say 50000, at most {PROOF_MAX}; empty or 0 asks for no work"
        )
    return int(told or 0)
