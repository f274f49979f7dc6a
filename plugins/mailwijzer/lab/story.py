"""What a world consists of: the YAML file of a chapter, read and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mailwijzer.errors import MailwijzerError

Daemon = Literal["bind", "unbound", "postfix", "dovecot", "postgrey"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HostPlan(_Part):
    """One machine: its place in the network, who lives there and what runs."""

    fqdn: str
    v4: str
    v6: str = ""
    image: str = "mail"
    release: Literal["", "12", "13"] = ""
    """Always this Debian release; empty: the one that the chapter is run on."""

    daemons: tuple[Daemon, ...] = ()
    domain: str = ""
    """Mail domain whose MX this host is."""

    users: dict[str, str] = Field(default_factory=dict)
    """Unix users, and their passwords for IMAP and submission."""

    postfix: dict[str, str] = Field(default_factory=dict)
    """Parameters of main.cf besides those that the lab sets."""

    submission: bool = False
    """Whether ports 465 and 587 are open to users who log in."""

    greylist_delay: int = 300

    @property
    def domain_or_own(self) -> str:
        """The mail domain, or the domain of its own name."""
        return self.domain or self.fqdn.partition(".")[2]


class Story(_Part):
    """A whole world."""

    title: str
    hosts: dict[str, HostPlan]
    zones: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Zone -> further records in zone file syntax, besides those that follow from the hosts."""

    def resolver(self) -> HostPlan:
        """The host whose BIND knows all zones."""
        return next(plan for plan in self.hosts.values() if "bind" in plan.daemons)

    def release(self, name: str, chapter: str) -> str:
        """The Debian release of a host."""
        return self.hosts[name].release or chapter


def load(path: Path) -> Story:
    """Read a world; raises MailwijzerError with file and key for whatever is wrong in it."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        story = Story.model_validate(raw)
    except OSError as error:
        raise MailwijzerError(f"{path}: {error.strerror}; worlds are in docs/worlds/") from None
    except yaml.YAMLError as error:
        raise MailwijzerError(f"{path}: not YAML: {error}") from None
    except ValidationError as error:
        told = "\n".join(
            f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
        raise MailwijzerError(told) from None
    if sum("bind" in plan.daemons for plan in story.hosts.values()) != 1:
        raise MailwijzerError(f"{path}: hosts: exactly one host must run bind, for all names of the world")
    return story
