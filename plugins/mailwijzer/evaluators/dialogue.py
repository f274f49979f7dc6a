"""A transcript's text as blocks: what the client says in one go, what the server says to that, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mailwijzer.snippets import matching

_LITERAL = re.compile(r"\{(?P<octets>\d+)\+?\}$")
_WORD = r"[^\s\"<>\[\]()]+"
_STARTTLS = re.compile(r"(?:(?P<tag>\S+) )?(?:STARTTLS|STLS)\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line of the page, without who says it."""

    text: str
    number: int
    """Line within the fence, from 1."""


@dataclass(frozen=True)
class Block:
    """Lines that one side says without hearing the other; `who` is `C`, `S`, or empty for a note."""

    who: str
    lines: tuple[Line, ...]

    @property
    def bytes_sent(self) -> str:
        """A client's block as it goes over the wire; `<LF>` ends a line without CR."""
        return "".join(
            line.text.removesuffix("<LF>") + "\n" if line.text.endswith("<LF>") else f"{line.text}\r\n"
            for line in self.lines
        )


def blocks(text: str) -> list[Block]:
    """Read a fence. Empty lines and notes part blocks of one side: datagrams, or what is not sent at once."""
    rows = [(_who(row), number, row) for number, row in enumerate(text.split("\n"), 1)]
    found = []
    for who, group in groupby(rows, key=lambda row: row[0]):
        lines = tuple(Line(row[2:].removeprefix(" ") if who else row, number) for _, number, row in group)
        found.append(Block(who, lines))
    return found


def _who(row: str) -> str:
    return row[0] if row[:2] in ("C:", "S:") else ""


def faults(listed: Sequence[Block]) -> Iterator[tuple[str, int]]:
    """What is wrong before anybody is called: literals miscounted, answers that have no end."""
    for at, block in enumerate(listed):
        if block.who == "S" and at + 1 < len(listed) and matching.expectation(block.lines[-1].text).most != 1:
            yield "nobody knows where these lines end; write the line that ends them", block.lines[-1].number
        if block.who == "C":
            yield from _miscounted(listed, at)


def _miscounted(listed: Sequence[Block], at: int) -> Iterator[tuple[str, int]]:
    """Compare `{310}` with the octets that follow: in the next block, or with `{310+}` in the same one."""
    lines = listed[at].lines
    for index, line in enumerate(lines):
        found = _LITERAL.search(line.text)
        rest = lines[index + 1 :] or next((b.lines for b in listed[at + 1 :] if b.who == "C"), ())
        if found is None or not rest:
            continue
        sent, octets = Block("C", rest).bytes_sent.encode(), int(found["octets"])
        if sent[octets : octets + 2] != b"\r\n" and sent[octets : octets + 1] not in (b" ", b")"):
            yield (
                f"{found[0]} announces {octets} octets; the lines that follow hold {len(sent) - 2}",
                line.number,
            )


def starts_tls(sent: str, answer: str) -> bool:
    """Whether the server agreed to encrypt: SMTP and LMTP 220, POP3 +OK, ManageSieve OK, IMAP tag OK."""
    asked = _STARTTLS.fullmatch(sent)
    if asked is None:
        return False
    return answer.startswith(f"{asked['tag']} OK" if asked["tag"] else ("220 ", "+OK", "OK"))


def with_known(text: str, captured: Mapping[str, str]) -> str:
    """A line with the words of the page replaced by what the server called them this time."""
    for word, value in captured.items():
        text = text.replace(word, value)
    return text


def without_known(text: str, captured: Mapping[str, str]) -> str:
    """The other way round, for a page that is written anew."""
    for word, value in captured.items():
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", word.replace("\\", r"\\"), text)
    return text


def capture(expected: str, said: str, words: Sequence[str]) -> dict[str, str]:
    """What the server said where the page has one of `words`; empty unless the rest of the line agrees."""
    pattern = re.escape(expected).replace(re.escape("..."), ".*")
    present = [word for word in words if word in expected]
    for at, word in enumerate(present):
        escaped = re.escape(word)
        pattern = pattern.replace(escaped, f"(?P<w{at}>{_WORD})", 1).replace(escaped, f"(?P=w{at})")
    found = re.fullmatch(pattern, said)
    return {word: found[f"w{at}"] for at, word in enumerate(present)} if found else {}
