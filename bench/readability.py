"""How long the chapters are, how easy they read, and how much of their code is run.

    make readability
    .venv/bin/python bench/readability.py smtp-session dns

English is measured by Flesch (J. Appl. Psychol. 32, 1948), Dutch by Flesch-Douma (1960): higher is easier,
60 to 70 is plain prose. Only running text counts: no headings, tables, code blocks or drawings. A literal
in the text, such as `RCPT TO`, is a word of its sentence, but its syllables do not count. Syllables are
estimated from the groups of vowels, so compare pages with each other, not with another program's figures.
The weight is that of a page's HTML in the site that was built last, as it is and as gzip sends it.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from markdown import markdown
from rich.console import Console
from rich.table import Table

from mailwijzer.frontmatter import parse
from mailwijzer.locales import CODES
from mailwijzer.markdown.extraction import extract
from mailwijzer.snippets.model import KINDS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
EXTENSIONS = ["attr_list", "tables", "admonition", "md_in_html", "pymdownx.superfences", "pymdownx.details"]
DRAWINGS = ("ladder", "map")
BY_HAND = re.compile(r"^<figure\b", re.MULTILINE)
SILENT = {"pre", "table", "svg", "script", "style", "h1", "h2", "h3", "h4", "code"}
BLOCKS = {"p", "li", "summary", "dt", "dd", "div", "blockquote", "ul", "ol"}

LITERAL = "xliteralx"
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SENTENCE_END = re.compile(r"[.!?…]+[\"”’)\]]*\s+|\n{2,}")
VOWELS = {
    "en": re.compile(r"[aeiouy]+"),
    # A diaeresis begins a syllable (ge-ü-pload); `ij` is one sound.
    "nl": re.compile(r"[äëïöü]|ij|[aeiouyáéíóúàèê]+"),
}
# The silent e of `rule`, `named` and `lines`, but not of `table`, `needed` and `messages`.
SILENT_E = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeioudt]ed$|[^aeiousxzhcg]es$")
# Two sounds side by side: `variable`, `recipient`, `being`.
HIATUS = re.compile(r"(?<![cstg])i(?:a|o|ent|ence|um)|[aeiouy]ing|crea")
FORMULA = {"en": (206.835, 1.015, 84.6), "nl": (206.84, 0.93, 77.0)}


class _Prose(HTMLParser):
    """The running text of a page: blocks are parted by blank lines."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  (HTMLParser's face)
        if tag == "code" and not self._silent:
            self.parts.append(LITERAL)
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        if tag in BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " "))


@dataclass(frozen=True)
class Reading:
    """What a text asks of its reader."""

    words: int
    spoken: int
    """Words without the literals."""

    sentences: int
    syllables: int
    """Of the spoken words."""

    lang: str

    @property
    def per_sentence(self) -> float:
        return self.words / max(1, self.sentences)

    @property
    def ease(self) -> float:
        """Flesch's score, in Dutch that of Douma."""
        base, length, weight = FORMULA[self.lang]
        return base - length * self.per_sentence - weight * self.syllables / max(1, self.spoken)


def prose(source: str) -> str:
    """The running text of a page's Markdown."""
    parser = _Prose()
    parser.feed(markdown(parse(source, "").body, extensions=EXTENSIONS))
    return "".join(parser.parts)


def syllables(word: str, lang: str) -> int:
    """An estimate, at least one."""
    word = word.casefold()
    count = len(VOWELS[lang].findall(word))
    if lang == "en":
        count -= bool(SILENT_E.search(word))
        count += len(HIATUS.findall(word))
    return max(1, count)


def measure(text: str, lang: str) -> Reading:
    """Count words, sentences and syllables."""
    sentences = [found for part in SENTENCE_END.split(text) if (found := WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    spoken = [word for word in words if word != LITERAL]
    count = sum(syllables(word, lang) for word in spoken)
    return Reading(len(words), len(spoken), len(sentences), count, lang)


def weight(name: str, lang: str) -> str:
    """Kilobytes of the built page, plain and gzipped."""
    page = ROOT / "site" / lang / name / "index.html"
    if not page.exists():
        return ""
    data = page.read_bytes()
    return f"{len(data) / 1000:.0f} / {len(gzip.compress(data)) / 1000:.0f}"


def rows(names: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """A row for each chapter and language. Code stands in the English source only."""
    for name in names:
        source = (DOCS / CODES[0] / f"{name}.md").read_text("utf-8")
        code = extract(source, name)
        ran = sum(1 for snippet in code if not snippet.reason)
        drawn = len(extract(source, name, DRAWINGS)) + len(BY_HAND.findall(source))
        for lang in CODES:
            read = measure(prose((DOCS / lang / f"{name}.md").read_text("utf-8")), lang)
            shared = (str(drawn), str(ran), str(len(code) - ran)) if lang == CODES[0] else ("", "", "")
            yield (
                name,
                lang,
                str(read.words),
                f"{read.per_sentence:.1f}",
                f"{read.ease:.0f}",
                *shared,
                weight(name, lang),
            )


def main() -> None:
    """Print the table."""
    names = sys.argv[1:] or sorted(path.stem for path in (DOCS / "worlds").glob("*.yml"))
    names = [name for name in names if (DOCS / CODES[0] / f"{name}.md").exists()]
    table = Table(
        "chapter", "language", "words", "a sentence", "ease", "diagrams", "run", "not run", "kB / gzip"
    )
    table.columns[0].no_wrap = True
    for row in rows(names):
        table.add_row(*row)
    Console(width=100).print(table)
    Console().print(f"[dim]code: {', '.join(KINDS)}; ease: Flesch, in Dutch Flesch-Douma[/dim]")


if __name__ == "__main__":
    main()
