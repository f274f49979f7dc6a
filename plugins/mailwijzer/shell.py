"""One themed page per language, with slots: whatever renders the chapters themes everything else.

The site generator renders the chapters and one empty *shell*. `cut` makes its relative addresses
independent of the depth it was rendered at; `fill` puts a page into it. So a question page costs a
few string replacements, and nothing is themed twice.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from posixpath import normpath

from mailwijzer.errors import MailwijzerError
from mailwijzer.locales import CODES, locale
from mailwijzer.pages import Page

SLOTS = ("@@TITLE@@", "@@DESCRIPTION@@", "@@HEAD@@", "@@SWITCH@@", "@@CONTENT@@")
BASE = "@@BASE@@"

_ADDRESS = re.compile(r'(\b(?:href|src|action)=")([^"]*)"')
_ABSOLUTE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|/|#|@@)", re.IGNORECASE)


@dataclass(frozen=True)
class Shell:
    """A page of the site's theme with slots instead of content."""

    language: str
    site_url: str
    """Public address of the language's root, with a closing slash; canonical links need it."""

    html: str

    def fill(self, page: Page, base: str | None = None) -> str:
        """The finished page. `base` leads to the language's root: relative to the page by default."""
        if base is None:
            base = "../" * page.url.count("/") or "./"
        values = {
            "@@TITLE@@": html.escape(page.title),
            "@@DESCRIPTION@@": html.escape(page.description),
            "@@HEAD@@": self._head(page, base),
            "@@SWITCH@@": self._switch(page, base),
            "@@CONTENT@@": str(page.content).replace(BASE, html.escape(base)),
            BASE: html.escape(base),
        }
        # One pass: a slot's name inside a page stays text.
        return _SLOT.sub(lambda match: str(values[match.group()]), self.html)

    def _head(self, page: Page, base: str) -> str:
        lines = []
        if page.indexed:
            lines.append(f'<link rel="canonical" href="{html.escape(self.site_url + page.url)}">')
        else:
            lines.append('<meta name="robots" content="noindex">')
        if page.indexed and page.translations:
            own = {self.language: page.url, **page.translations}
            lines += [
                f'<link rel="alternate" hreflang="{code}" '
                f'href="{html.escape(sibling_url(self.site_url, self.language, code) + own[code])}">'
                for code in CODES
                if code in own
            ]
        return "\n".join([*lines, str(page.head).replace(BASE, html.escape(base))])

    def _switch(self, page: Page, base: str) -> str:
        """The language links: to the twin where there is one, else to that language's root."""
        items = []
        for code in CODES:
            name = locale(code).name
            twin = f"{base}../{code}/{page.translations.get(code, '')}"
            if code == self.language:
                items.append(f'<li><span class="mw-switch__current" lang="{code}">{name}</span></li>')
            else:
                items.append(
                    f'<li><a class="mw-switch__link" href="{html.escape(twin)}" '
                    f'hreflang="{code}" lang="{code}">{name}</a></li>'
                )
        return "".join(items)


_SLOT = re.compile("|".join(re.escape(slot) for slot in (*SLOTS, BASE)))


def cut(rendered: str, url: str, language: str, site_url: str) -> Shell:
    """Make a shell of a page that the theme rendered at `url` (relative to the language's root).

    Raises MailwijzerError when a slot is missing: a change of theme is caught here, not by readers.
    """
    missing = [slot for slot in SLOTS if slot not in rendered]
    if missing:
        raise MailwijzerError(
            f"the shell page for '{language}' lacks the slots {', '.join(missing)}; "
            "put them back in theme/material/main.html and its partials"
        )

    def rebase(match: re.Match[str]) -> str:
        return f'{match[1]}{_rebased(html.unescape(match[2]), url)}"'

    return Shell(language, site_url, _ADDRESS.sub(rebase, rendered))


def _rebased(address: str, url: str) -> str:
    if _ABSOLUTE.match(address):
        return html.escape(address)
    path, mark, rest = re.split(r"([?#]|$)", address, maxsplit=1)
    joined = normpath(f"{url}{path}")
    joined = "" if joined == "." else joined
    slash = "/" if joined and (path.endswith(("/", "..")) or path in ("", ".")) else ""
    return html.escape(f"{BASE}{joined}{slash}{mark}{rest}")


def sibling_url(site_url: str, language: str, other: str) -> str:
    """The public root of another language: `https://site/en/` -> `https://site/nl/`."""
    return f"{site_url.removesuffix(f'{language}/')}{other}/"
