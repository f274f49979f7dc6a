"""The browser and the server read a query alike and rank alike."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from mailwijzer.search import analysis, synonyms
from mailwijzer.search.finding import Finder
from search import browser
from search.corpus import DUTCH, MAIL, files, reader

TOKENS = yaml.safe_load((Path(__file__).parents[1] / "golden/search/tokens.yml").read_text("utf-8"))
TEXT = """
port poort 25 550-5.7.26 5.7.1 _dmarc smtpd_relay_restrictions greylstng versleutelingsprotocol Één the de
mailserver logboek rec gre postfix/smtpd[341]: <a@b.test> [192.0.2.1]:25 a.b=c/d — 🙂 שלום ’ E=mc² ½ Ⅷ
2026-11-24T08:56:52+01:00 3E4939A12B: ... () école ẞ İ
"""
PIECES = [*TEXT.split(), "\ufeff", "\x85", "\x1c", "\u00a0"]


def made_up(count: int) -> list[str]:
    dice = random.Random(5)
    return [
        "".join(dice.choice(PIECES) + dice.choice(["", " ", "  "]) for _ in range(dice.randint(0, 12)))
        for _ in range(count)
    ]


def written(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_the_browser_takes_texts_apart_as_the_server_does() -> None:
    texts = [case["text"] for case in TOKENS] + made_up(2000)
    ours = [analysis.tokens(analysis.fixed(analysis.fold(text))) for text in texts]
    for text, one, other in zip(texts, ours, browser.ask({"texts": texts}), strict=True):
        assert one == other, repr(text)


def server(finder: Finder, queries: list[str], filters: tuple[str, ...] = ()) -> list[dict[str, object]]:
    answers = []
    for query in queries:
        result = finder.find(query, filters=filters)
        answers.append(
            {
                "tokens": result.plan.tokens,
                "corrected": result.plan.corrected,
                "unknown": result.plan.unknown,
                "total": result.total,
                "hits": [
                    {
                        "url": hit.section.url,
                        "score": hit.score,
                        "excerpt": [list(part) for part in hit.excerpt.parts],
                    }
                    for hit in result.hits
                ],
            }
        )
    return answers


@pytest.mark.parametrize(("lang", "made"), [("en", MAIL), ("nl", DUTCH)])
@pytest.mark.parametrize("filters", [(), ("kind/question",), ("kind/chapter", "topic/delivery")])
def test_the_browser_answers_exactly_as_the_server_does(
    tmp_path: Path, lang: str, made: list[object], filters: tuple[str, ...]
) -> None:
    groups = synonyms.parse("- [dicht, gesloten, closed]\n- [rec, ptr, reverse name]\n- [boekje, log]", "x")
    texts = files(made, lang, groups)  # type: ignore[arg-type]
    queries = [*made_up(300), "port 25 dicht", "x" * 3000, "gre", "mailserver", "mailserverboekje"]
    theirs = browser.find(written(tmp_path, texts), queries, filters)
    for query, one, other in zip(queries, server(reader(texts, lang), queries, filters), theirs, strict=True):
        assert one == other, repr(query)
