"""Real documentation to measure search with: packages of Debian, cut into sections at their headings.

The packages are fetched with apt-get and unpacked into build/bench, never installed and never committed.
"""

from __future__ import annotations

import gzip
import html
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mailwijzer.search import sections
from mailwijzer.search.sections import Section

FOLDER = Path(os.environ.get("MAILWIJZER_BENCH") or Path(__file__).resolve().parents[1] / "build" / "bench")

PACKAGES = {
    "en": (
        *("postfix-doc", "exim4-doc-html", "dovecot-core", "courier-doc", "cyrus-doc", "sendmail-doc"),
        *("mailman3-doc", "spamassassin", "mutt", "bind9-doc", "postgresql-doc-15", "apache2-doc"),
    ),
    "nl": ("debian-handbook", "debian-faq-nl", "installation-guide-amd64", "manpages-nl"),
}
"""Mail first, then other servers: 10,000 sections need both. Dutch has less, and little about mail."""

_OTHER_LANGUAGE = re.compile(
    r"\.html\.(?!en)\w\w|/(?:[a-z]{2}-[A-Z]{2}|ar|cs|da|de|el|es|fr|it|ja|ko|nl|pt|ru|sv|tr|vi|zh|zh-cn|pt-br)[./]"
)
_DUTCH = re.compile(r"/nl(?:-NL)?/|\.nl\.|debian-faq-nl|manpages-nl")
_HEADING = re.compile(r"<(h[1-4])\b[^>]*>", re.IGNORECASE)
_PARAMETER = re.compile(
    r"<dt>\s*<b>\s*<a name=\"?([\w.-]+)\"?>(.*?)</a>.*?</b>(.*?)</dt>", re.IGNORECASE | re.DOTALL
)
_ROFF = re.compile(r"^\.\s*S[HS]\s+\"?(.*?)\"?\s*$", re.MULTILINE)


def unpacked(lang: str) -> Path:
    """The folder with the unpacked packages; fetched the first time."""
    target = FOLDER / lang
    for name in PACKAGES[lang]:
        if (target / name).is_dir():
            continue
        fetched = FOLDER / "deb"
        fetched.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", name], cwd=fetched, check=True)
        (package,) = fetched.glob(f"{name}_*.deb")
        target.mkdir(exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", package, target / name], check=True)
    return target


@cache
def corpus(lang: str) -> list[Section]:
    """All sections of a language, in a fixed order."""
    made: dict[str, Section] = {}
    root = unpacked(lang)
    for package in PACKAGES[lang]:
        for path in sorted((root / package).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not path.is_symlink() and _wanted(name, lang):
                for section in _read(path, name):
                    if len(section.text) > 60:
                        made.setdefault(section.url, section)
    return list(made.values())


def _wanted(name: str, lang: str) -> bool:
    if (_DUTCH.search(name) is not None) != (lang == "nl"):
        return False
    if lang == "en" and _OTHER_LANGUAGE.search(name):
        return False
    return bool(re.search(r"\.html?(\.en)?(\.utf8)?(\.gz)?$|/man\d/|wiki.*\.txt(\.gz)?$", name))


def _read(path: Path, url: str) -> Iterator[Section]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")
    if "/man/" in url:
        text = _from_roff(path.name, text)
    elif ".txt" in url:
        text = _from_wiki(path.stem, text)
    number = iter(range(100_000))
    text = _PARAMETER.sub(r'<h3 id="\1">\2</h3>\3', text)
    text = _HEADING.sub(lambda match: f'<{min(match[1].lower(), "h3")} id="s{next(number)}">', text)
    yield from sections.read(re.sub(r"</H(\d)>", r"</h\1>", text).replace("</h4>", "</h3>"), f"{url}/")


def _from_roff(name: str, text: str) -> str:
    plain = re.sub(r"\\f.|\\&|\\\(..|^\.\\\".*$|^'\\\".*$", "", text, flags=re.MULTILINE)
    body = re.sub(r"^\.(?!\s*S[HS]\b)\w+\s*", "", plain, flags=re.MULTILINE)
    parts = _ROFF.split(html.escape(body.replace("\\-", "-"), quote=False))
    rest = "".join(f"<h2>{a}</h2><p>{b}</p>" for a, b in zip(parts[1::2], parts[2::2], strict=False))
    return f"<h1>{name.split('.')[0]}</h1><p>{parts[0]}</p>{rest}"


def _from_wiki(name: str, text: str) -> str:
    shown = re.sub(
        r"^(.+)\n[-=]{4,}$", r"</p><h2>\1</h2><p>", html.escape(text, quote=False), flags=re.MULTILINE
    )
    return f"<h1>{name}</h1><p>{shown}</p>"
