"""A dialogue in datagrams, as SIP over UDP holds it: each block of the page is one datagram, whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailwijzer.evaluators import dialogue
from mailwijzer.evaluators.conversation import Ask
from mailwijzer.evaluators.dialogue import Block
from mailwijzer.snippets import matching
from mailwijzer.snippets.model import Outcome, Snippet


@dataclass
class Exchange:
    """Datagrams that go to and fro; an empty line or a note of the page parts two of one side."""

    snippet: Snippet
    ask: Ask
    captured: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """What came already: UDP senders repeat what they think was lost."""

    shown: list[str] = field(default_factory=list)
    failure: tuple[str, int] | None = None
    over: bool = False
    greeted: bool = False

    def hold(self, listed: list[Block]) -> Outcome:
        """Send and receive; after silence the rest is left as the page has it."""
        for block in listed:
            page = self.snippet.text.split("\n")
            said = [page[line.number - 1] for line in block.lines]
            if block.who == "C" and not self.over:
                self._send(block)
            elif block.who == "S" and not self.over:
                said = self._receive(block) or said
            self.shown += said
        detail, line = self.failure or ("", 0)
        return Outcome(self.failure is None, detail, line, "\n".join(self.shown))

    def _send(self, block: Block) -> None:
        text = dialogue.with_known(block.bytes_sent, self.captured)
        answer = self.ask(do="send", send=_ended(text), timeout=self.snippet.timeout)
        if "trouble" in answer:
            self._fail(f"cannot send: {answer['trouble']}", block)
            self.over = True

    def _receive(self, block: Block) -> list[str]:
        """One datagram that we do not know yet; the page's lines where it is what they say."""
        wanted = [line.text for line in block.lines]
        got = self.ask(do="datagram", timeout=self.snippet.timeout)
        while got.get("datagram") in self.seen:
            got = self.ask(do="datagram", timeout=self.snippet.timeout)
        if "datagram" not in got:
            why = f"waited {self.snippet.timeout:g} s for" if "timed out" in got["trouble"] else "waited for"
            self._fail(f"{why} '{wanted[0]}': {got['trouble']}", block)
            self.over = True
            return []
        self.seen.add(got["datagram"])
        said = got["datagram"].replace("\r\n", "\n").rstrip("\n").split("\n")
        self._capture(wanted, said)
        expected = [dialogue.with_known(line, self.captured) for line in wanted]
        while expected and not expected[-1]:
            expected.pop()
        difference = matching.diff(expected, said)
        if difference:
            self._fail(f"another datagram came:\n{difference}", block)
        kept = matching.merged(expected, said)
        return [f"S: {dialogue.without_known(line, self.captured)}".rstrip() for line in kept]

    def _capture(self, wanted: list[str], said: list[str]) -> None:
        for line in wanted:
            words = [word for word in self.snippet.captures if word not in self.captured and word in line]
            for heard in said if words else ():
                self.captured |= dialogue.capture(dialogue.with_known(line, self.captured), heard, words)

    def _fail(self, what: str, block: Block) -> None:
        self.failure = self.failure or (what, block.lines[0].number)


def _ended(text: str) -> str:
    """A request of header lines alone gets the empty line that ends a header (RFC 3261, section 7)."""
    return text if "\r\n\r\n" in text else f"{text}\r\n"
