"""Plays MercuryS where a chapter needs it: who may send through it, as its manual says. Runs on the machine.

Mercury is a Windows program and cannot run here. The replies are those of the manual (page 62) and of
sessions that users published; AUTH, TLS and letters are left out. What it says is badged as simulated.
"""

from __future__ import annotations

import re
import socketserver
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INI = Path("/etc/mercury/MERCURY.INI")


@dataclass(frozen=True)
class Settings:
    """The lines of MERCURY.INI that decide."""

    name: str
    relay: str
    strict: str
    allowed: tuple[str, ...]
    domains: tuple[str, ...]


def read(text: str) -> Settings:
    """Read a MERCURY.INI, with no more understanding of it than the stand-in needs."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in text.splitlines():
        code = line.partition("#")[0].strip()
        if code.startswith("["):
            section = code.strip("[]").lower()
        elif ":" in code:
            key, _, value = code.partition(":")
            kept = "" if section == "domains" else key.strip().lower()
            found.setdefault(f"{section}.{kept}", []).append(value.strip())
    name, relay, strict = (
        found.get(key, [""])[0] for key in ("general.myname", "mercurys.relay", "mercurys.strict_relay")
    )
    return Settings(
        name, relay, strict, tuple(found.get("mercurys.allow", ())), tuple(found.get("domains.", ()))
    )


def may_pass(settings: Settings, sender: str, recipient: str, peer: str) -> bool:
    """Whether mail is accepted: the three positions of relay control (manual, page 62)."""

    def local(address: str) -> bool:
        return address.rpartition("@")[2].lower() in settings.domains

    if settings.relay != "0" or local(recipient):
        return True
    if _allows(settings.allowed, peer):
        return True
    return settings.strict != "1" and local(sender)


def _allows(entries: Sequence[str], peer: str) -> bool:
    """A 0 at the end of an entry stands for any number."""
    parts = peer.split(".")
    return any(
        all(wanted in ("0", part) for wanted, part in zip(entry.split("."), parts, strict=False))
        for entry in entries
    )


class Session(socketserver.StreamRequestHandler):
    """One SMTP session."""

    def say(self, text: str) -> None:
        """Send a reply."""
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        """Answer until QUIT."""
        settings, sender = read(INI.read_text(encoding="utf-8")), ""
        self.say(f"220 {settings.name} ESMTP server ready.")
        for raw in self.rfile:
            line = raw.decode("utf-8", "replace").strip()
            verb, address = line[:4].upper(), (re.findall(r"<([^>]*)>", line) or [""])[0]
            if verb == "EHLO":
                self.say(
                    f"250-{settings.name} Hello {line[5:]}; ESMTPs are:\r\n250-TIME\r\n250-SIZE 0\r\n250 HELP"
                )
            elif verb == "MAIL":
                sender = address
                self.say("250 Sender OK - send RCPTs.")
            elif verb == "RCPT":
                taken = may_pass(settings, sender, address, self.client_address[0])
                refused = "553 We do not relay non-local mail, sorry."
                self.say("250 Recipient OK - send RCPT or DATA." if taken else refused)
            elif verb == "QUIT":
                self.say(f"221 {settings.name} Service closing channel.")
                return
            else:
                self.say("500 The stand-in does not play this.")


class Server(socketserver.ThreadingTCPServer):
    """Port 25."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("", 25), Session) as server:
        server.serve_forever()
