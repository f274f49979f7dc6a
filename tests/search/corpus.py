"""A few sections, indexed in memory, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailwijzer.search import documents, engine, shards, synonyms, weighing
from mailwijzer.search.documents import Language
from mailwijzer.search.finding import Finder
from mailwijzer.search.sections import Section


def section(url: str, heading: str, text: str, **more: object) -> Section:
    return Section(url, heading, (), text, **more)  # type: ignore[arg-type]


def files(made: Sequence[Section], lang: str = "en", groups: Sequence[synonyms.Group] = ()) -> dict[str, str]:
    """The index of these sections: name -> text."""
    language = Language(lang)
    analysed = documents.analyse(made, language)
    postings, _ = engine.Index(analysed.documents).weigh()
    words = weighing.words(analysed.lexicon, postings, list(enumerate(made)), groups, language)
    base = shards.base(made, words, analysed.lexicon)
    manifest = base.manifest | {"stop": " ".join(sorted(language.stop_words)), "topics": [], "products": []}
    named = {f"{base.version}/{name}": content for name, content in base.files.items()}
    empty = shards.delta(base.version, (), len(made), (), weighing.Words({}, {}))
    named |= {"manifest": manifest, "delta": empty}
    return {f"{name}.js": shards.script(lang, name, content) for name, content in named.items()}


def reader(texts: Mapping[str, str], lang: str = "en") -> Finder:
    """A finder over files in memory."""

    def read(name: str) -> str:
        if name not in texts:
            raise FileNotFoundError(name)
        return texts[name]

    return Finder(lang, read)


def finder(made: Sequence[Section], lang: str = "en", groups: Sequence[synonyms.Group] = ()) -> Finder:
    return reader(files(made, lang, groups), lang)


MAIL = [
    section(
        "smtp/#ports",
        "Ports 25, 465 and 587",
        "Servers deliver to port 25. Programs hand mail in on 465 or 587.",
    ),
    section("smtp/#greylisting", "Greylisting", "450 4.2.0 Recipient address rejected: Greylisted. Wait."),
    section("dns/#ptr", "The PTR record", "A reverse name. Gmail says 550-5.7.25 without it."),
    section("dns/#dmarc", "DMARC", "The record stands at _dmarc.example.org and says p=reject."),
    section(
        "qa/1/",
        "My provider blocks port 25",
        "Outgoing port 25 is closed at home.",
        kind="question",
        topics=("delivery",),
        also=("connect to mx.example.org[192.0.2.25]:25: Connection timed out",),
    ),
    section("smtp/#relay", "Relaying", "smtpd_relay_restrictions decides. 554 5.7.1 Relay access denied."),
]

DUTCH = [
    section("smtp/#wachtrij", "De wachtrij", "Een server houdt berichten bij in de wachtrij."),
    section("tls/#protocol", "Versleuteling", "Elk protocol wordt versleuteld. Het protocol heet TLS."),
    section("log/#boek", "Het logboek", "De mailserver schrijft alles in het logboek op."),
    section("log/#een", "Mailserverlogboek", "Het mailserverlogboek van gisteren."),
]
