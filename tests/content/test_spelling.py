"""What a reader reads is spelt as the dictionary has it, or stands in our list docs/spelling/<lang>.txt."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from markdown import markdown

from mailwijzer.frontmatter import parse
from mailwijzer.locales import CODES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
STRINGS = ROOT / "plugins/mailwijzer/theme/strings"
DICTIONARIES = {"en": "en_GB", "nl": "nl"}
EXTENSIONS = ["attr_list", "tables", "admonition", "md_in_html", "pymdownx.superfences", "pymdownx.details"]

SILENT = {"pre", "code", "svg", "script", "style", "kbd"}
INLINE = {"em", "strong", "a", "abbr", "code"}
# Addresses, names of files and hosts, placeholders: not words.
LITERAL = re.compile(
    r"https?://\S+|\S+@\S+|(?<!\w)\w+(?:[._/:]\w+)+|\[\[.*?\]\]|\{[^}]*\}|\$\w+|<[^>]*>|`[^`]*`|&\w+;"
)
WORD = re.compile(r"(?<![\w.@/])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@])")

needs_hunspell = pytest.mark.skipif(
    shutil.which("hunspell") is None
    or not all(Path(f"/usr/share/hunspell/{name}.aff").exists() for name in DICTIONARIES.values()),
    reason="needs hunspell: sudo apt-get install hunspell hunspell-en-gb hunspell-nl",
)


class _Prose(HTMLParser):
    """All text of a page but its code and drawings; a word half in bold stays one word."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  (HTMLParser's face)
        self._silent += tag in SILENT
        self.parts.append("" if tag in INLINE - SILENT else " ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        self.parts.append("" if tag in INLINE else " ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def prose(source: str) -> str:
    parser = _Prose()
    parser.feed(markdown(source, extensions=EXTENSIONS))
    return "".join(parser.parts)


def words(text: str) -> set[str]:
    """Its words; abbreviations in capitals are names."""
    return {word for word in WORD.findall(LITERAL.sub(" ", text)) if not word.isupper()}


def strings(value: object) -> Iterator[str]:
    """Every string in a YAML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def texts(lang: str) -> Iterator[tuple[str, str]]:
    """Where a text stands, and what it says, for all that is written in a language."""
    for path in [*(DOCS / lang).rglob("*.md"), *(ROOT / "qa").glob(f"*.{lang}.md")]:
        page = parse(path.read_text("utf-8"), str(path))
        told = [str(page.meta.get(name, "")) for name in ("title", "description")]
        yield str(path.relative_to(ROOT)), " ".join([prose(page.body), *told])
    for name in ("glossary", "errors"):
        for entry in yaml.safe_load((DOCS / f"{name}.yml").read_text("utf-8")):
            yield f"docs/{name}.yml ({entry['id']})", prose("\n\n".join(strings(entry[lang])))
    for path in (STRINGS / lang).glob("*.yml"):
        told = [prose(text) for text in strings(yaml.safe_load(path.read_text("utf-8")))]
        yield str(path.relative_to(ROOT)), " ".join(told)


def own(lang: str) -> set[str]:
    """Names and terms of the field, in small letters."""
    lines = (DOCS / "spelling" / f"{lang}.txt").read_text("utf-8").splitlines()
    return {line.casefold() for line in lines if line and not line.startswith("#")}


def unknown(asked: Iterable[str], lang: str) -> set[str]:
    """Those of the words that hunspell's dictionary does not have."""
    run = subprocess.run(
        ["hunspell", "-l", "-i", "utf-8", "-d", DICTIONARIES[lang]],
        input="\n".join(sorted(asked)).replace("’", "'"),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


@needs_hunspell
@pytest.mark.slow
@pytest.mark.parametrize("lang", CODES)
def test_every_word_is_in_the_dictionary_or_in_our_list(lang: str) -> None:
    found = {where: words(text) for where, text in texts(lang)}
    wrong = unknown(set().union(*found.values()), lang)
    wrong = {word for word in wrong if word.casefold() not in own(lang)}
    told = [f"{where}: {word}" for where, has in found.items() for word in sorted(has & wrong)]
    assert not told, f"misspelt? A name or term goes into docs/spelling/{lang}.txt:\n" + "\n".join(told)


@needs_hunspell
@pytest.mark.parametrize(("lang", "slip"), [("en", "recieve"), ("nl", "verzendt de verstuurdder")])
def test_a_slip_is_seen(lang: str, slip: str) -> None:
    assert unknown(words(prose(f"Say **{slip}** here.")), lang) & words(slip)


def test_code_names_of_files_and_addresses_are_no_words() -> None:
    text = prose("Put `frobnicate` in /etc/postfx/mian.cf, says jan@exmple.org; **hal**f is one word.")
    assert words(text) == {"Put", "in", "says", "half", "is", "one", "word"}
