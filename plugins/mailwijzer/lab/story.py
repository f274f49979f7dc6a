"""What a world consists of: the YAML file of a chapter, read and checked."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from mailwijzer.errors import MailwijzerError
from mailwijzer.lab import faults

Daemon = Literal[
    "bind",
    "unbound",
    "postfix",
    "dovecot",
    "postgrey",
    "opendkim",
    "opendmarc",
    "rspamd",
    "spamd",
    "clamav",
    "pebble",
    "mercury",
    "kamailio",
    "rtpengine",
    "baresip",
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _address(text: str) -> str:
    return str(IPv4Address(text))


def _interface(text: str) -> str:
    return str(IPv4Interface(text)) if text else ""


class HostPlan(_Part):
    """One machine: its place in the network, who lives there and what runs."""

    fqdn: str
    v4: Annotated[str, AfterValidator(_address)]
    v6: str = ""
    image: str = "mail"
    release: Literal["", "12", "13"] = ""
    """Always this Debian release; empty: the one that the chapter is run on."""

    daemons: tuple[Daemon, ...] = ()
    units: tuple[Daemon, ...] = ()
    """Known to systemctl as well, but neither configured nor started: the chapter does that itself."""

    protocols: tuple[Literal["imap", "pop3", "lmtp", "sieve"], ...] = ("imap",)
    """What Dovecot speaks. With lmtp, Postfix hands it the letters, and with sieve too it sorts them."""

    behind: str = ""
    """Host that is its router. It has no other way to the world, and no name in DNS but at that router."""

    lan: Annotated[str, AfterValidator(_interface)] = ""
    """On a router: address and length of its second leg, as 192.168.1.1/24. It masquerades what leaves."""

    domain: str = ""
    """Domain that it serves: whose MX it is, or with Kamailio whose SIP server."""

    users: dict[str, str] = Field(default_factory=dict)
    """Unix users, and their passwords for IMAP, submission and SIP."""

    phone: str = ""
    """With daemon baresip: address that this telephone registers; the password is the registrar's."""

    postfix: dict[str, str] = Field(default_factory=dict)
    """Parameters of main.cf besides those that the lab sets."""

    submission: bool = False
    """Whether ports 465 and 587 are open to users who log in."""

    greylist_delay: int = 300

    dkim: str = ""
    """Selector under which the host signs what it sends for its domain."""

    dane: bool = False
    """Whether DNS holds the key of its port 25, and it asks for the keys of others when it sends."""

    @property
    def domain_or_own(self) -> str:
        """The mail domain, or the domain of its own name."""
        return self.domain or self.fqdn.partition(".")[2]

    @property
    def lan_network(self) -> IPv4Network:
        """The network behind this router."""
        return IPv4Interface(self.lan).network


class Story(_Part):
    """A whole world."""

    title: str
    hosts: dict[str, HostPlan]
    zones: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Zone -> further records in zone file syntax, besides those that follow from the hosts."""

    signed: bool = False
    """Whether root and zones are signed (DNSSEC) and every resolver validates."""

    def resolver(self) -> HostPlan:
        """The host whose BIND knows all zones."""
        return next(plan for plan in self.hosts.values() if "bind" in plan.daemons)

    def clients(self, router: HostPlan) -> list[HostPlan]:
        """The hosts behind a router."""
        return [plan for plan in self.hosts.values() if plan.behind and self.hosts[plan.behind] is router]

    def gateway(self, client: HostPlan) -> str:
        """The router of a host behind one, as that host sees it."""
        return str(IPv4Interface(self.hosts[client.behind].lan).ip)

    def password(self, address: str) -> str | None:
        """The SIP password of an address, or None when no registrar here knows it."""
        user, _, domain = address.partition("@")
        servers = (plan for plan in self.hosts.values() if "kamailio" in plan.daemons)
        return next((plan.users.get(user) for plan in servers if plan.domain_or_own == domain), None)

    def images(self, chapter: str) -> tuple[tuple[str, str], ...]:
        """Name and release of every image that its hosts stand on."""
        return tuple(sorted({(plan.image, self.release(name, chapter)) for name, plan in self.hosts.items()}))

    def release(self, name: str, chapter: str) -> str:
        """The Debian release of a host."""
        return self.hosts[name].release or chapter


def load(path: Path) -> Story:
    """Read a world; raises MailwijzerError with file and key for whatever is wrong in it."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        story = Story.model_validate(raw)
        found = list(faults.of_story(story))
    except OSError as error:
        raise MailwijzerError(f"{path}: {error.strerror}; worlds are in docs/worlds/") from None
    except yaml.YAMLError as error:
        found = [faults.of_yaml(error)]
    except ValidationError as error:
        found = list(faults.of_keys(error, {*Story.model_fields, *HostPlan.model_fields}))
    if found:
        raise MailwijzerError("\n".join(f"{path}{fault}" for fault in found))
    return story
