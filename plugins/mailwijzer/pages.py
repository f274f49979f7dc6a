"""What the core yields: pages and files, whatever generator builds the rest of the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Page:
    """A page to be put into the shell and written under the language's root."""

    url: str
    """Address relative to the language's root, with a closing slash: `qa/0042-why/`."""

    title: str
    description: str
    content: Markup
    """The whole article: breadcrumbs, heading, text."""

    translations: Mapping[str, str] = field(default_factory=dict)
    """Language code -> address of the same page in that language, relative to *its* root."""

    head: Markup = Markup("")
    """More for the end of `<head>`: feeds, structured data."""

    indexed: bool = True
    """False keeps search engines away (forms, receipts, the desk)."""

    @property
    def path(self) -> str:
        """The file to write, relative to the language's root."""
        return f"{self.url}index.html"
