"""A dialogue in lines as it goes on: what was heard, and what that means for the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mailwijzer.evaluators import dialogue
from mailwijzer.evaluators.dialogue import Block, Line
from mailwijzer.snippets import matching
from mailwijzer.snippets.host import Host
from mailwijzer.snippets.model import Outcome, Snippet

QUIET = 0.5
"""Seconds of silence after which a server that said something else is taken to have finished."""

Ask = Callable[..., Mapping[str, str]]
"""Orders the client on the host to do something, and gives its answer."""


@dataclass
class Dialogue:
    """A conversation in lines, as it goes on."""

    snippet: Snippet
    host: Host
    ask: Ask
    captured: dict[str, str] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    """The fence as it would be with what was really said."""

    failure: tuple[str, int] | None = None
    over: bool = False
    previous: str = ""
    peeked: str | None = None
    sent: str = ""
    greeted: bool = False

    def hold(self, listed: list[Block]) -> Outcome:
        """Go through the blocks; what follows a server that fell silent is left as the page has it."""
        for at, block in enumerate(listed):
            if self.over or not block.who:
                self._keep(block)
                self._note(block)
            elif block.who == "C":
                self._keep(block)
                self._say(block, at == 0)
            else:
                self._listen(block, block is listed[-1])
        detail, line = self.failure or ("", 0)
        return Outcome(self.failure is None, detail, line, "\n".join(self.shown))

    def _keep(self, block: Block) -> None:
        page = self.snippet.text.split("\n")
        self.shown += [page[line.number - 1] for line in block.lines]

    def _note(self, block: Block) -> None:
        """The first note of the page is the moment for what `meanwhile=` does elsewhere."""
        commands = self.snippet.options.get("meanwhile", "")
        if commands and not self.over and any(line.text.strip() for line in block.lines):
            ran = self.host.run(commands, timeout=self.snippet.timeout)
            if ran.code:
                self._fail(f"meanwhile ended with {ran.code}: {ran.output.strip()}", block.lines[0])

    def _say(self, block: Block, first: bool) -> None:
        self.sent = dialogue.with_known(block.bytes_sent, self.captured)
        if not first:
            answer = self.ask(do="send", send=self.sent, timeout=self.snippet.timeout)
            if "trouble" in answer:
                self._fail(f"cannot send: {answer['trouble']}", block.lines[0])
                self.over = True

    def _listen(self, block: Block, last: bool) -> None:
        heard: list[str] = []
        for at, line in enumerate(block.lines):
            after = block.lines[at + 1] if at + 1 < len(block.lines) else None
            if not self._take(line, after, heard):
                self._differs(block, heard)
                return
        more = None if last and _open_ended(block) else self._early()
        if more is not None:
            self._fail(f"the server said more: '{more}'", block.lines[-1])
            self.peeked = more
            self._differs(block, heard)
            return
        self._keep(block)

    def _take(self, line: Line, after: Line | None, heard: list[str]) -> bool:
        """Read what one line of the page stands for; False where something else came."""
        rule = self._rule(line)
        if rule.most == 1 == rule.least:
            got = self._next()
            if "line" not in got:
                return self._silent(line, got)
            return self._heard(line, got["line"], heard) or self._other(line, got["line"])
        count = 0
        while after is not None and (rule.most is None or count < rule.most):
            got = self._next()
            if "line" not in got:
                return self._silent(after, got)
            self.peeked = got["line"]
            if count >= rule.least and self._matches(after, self.peeked):
                return True
            if not self._heard(line, self.peeked, heard):
                return count >= rule.least or self._other(line, self.peeked)
            count += 1
        return True

    def _rule(self, line: Line) -> matching.Expectation:
        return matching.expectation(dialogue.with_known(line.text, self.captured))

    def _matches(self, line: Line, said: str) -> bool:
        return self._rule(line).matches(said) or bool(self._captures(line, said))

    def _captures(self, line: Line, said: str) -> dict[str, str]:
        words = [word for word in self.snippet.captures if word not in self.captured]
        return dialogue.capture(dialogue.with_known(line.text, self.captured), said, words)

    def _heard(self, line: Line, said: str, heard: list[str]) -> bool:
        """Take a line of the server for one of the page, if it is that."""
        if not self._matches(line, said):
            self.peeked = said
            return False
        self.captured |= self._captures(line, said)
        self.previous, self.peeked = said, None
        heard.append(said)
        self._encrypt(said, line)
        return True

    def _encrypt(self, said: str, line: Line) -> None:
        """Start TLS, where the client asked for it and the server agreed."""
        if not dialogue.starts_tls(self.sent, said):
            return
        self.sent = ""
        answer = self.ask(do="tls", timeout=self.snippet.timeout)
        if "trouble" in answer:
            self._fail(f"no TLS: {answer['trouble']}", line)
            self.over = True

    def _next(self, timeout: float | None = None) -> Mapping[str, str]:
        if self.peeked is not None:
            return {"line": self.peeked}
        got = self.ask(do="line", timeout=self.snippet.timeout if timeout is None else timeout)
        self.greeted = self.greeted or (not self.previous and got.get("line", "").startswith("220"))
        return got

    def _early(self) -> str | None:
        """A line that has come already, though the page has none there."""
        return None if self.over else self._next(0.0).get("line")

    def _differs(self, block: Block, heard: list[str]) -> None:
        """Hear the server out, so that the page can be written anew."""
        if self.over:
            self._keep(block)
            return
        while True:
            got = self._next(QUIET)
            if "line" not in got:
                break
            self.peeked = None
            heard.append(got["line"])
            self._encrypt(got["line"], block.lines[-1])
        page = [line.text for line in block.lines]
        said = [dialogue.without_known(line, self.captured) for line in heard]
        self.shown += [f"S: {line}".rstrip() for line in (matching.merged(page, said) if said else page)]

    def _other(self, line: Line, said: str) -> bool:
        self._fail(f"waited for '{line.text}'; received '{said}'", line)
        return False

    def _silent(self, line: Line, got: Mapping[str, str]) -> bool:
        after = f"the last line received was '{self.previous}'" if self.previous else "nothing was received"
        why = f"waited {self.snippet.timeout:g} s for" if "timed out" in got["trouble"] else "waited for"
        self._fail(f"{why} '{line.text}': {got['trouble']}; {after}", line)
        self.over = True
        return False

    def _fail(self, what: str, line: Line) -> None:
        self.failure = self.failure or (what, line.number)


def _open_ended(block: Block) -> bool:
    return matching.expectation(block.lines[-1].text).most is None
