"""What the measure of reading ease counts, and what not."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "bench/readability.py"
    spec = importlib.util.spec_from_file_location("bench_readability", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


PAGE = """---
title: A page
---

# Not this

One two three. Four five!

| a | b |
| - | - |
| not | this |

```text
nor this
```

- Say `RCPT TO` now.
"""


def test_only_running_text_counts_and_a_literal_is_one_word(bench: ModuleType) -> None:
    read = bench.measure(bench.prose(PAGE), "en")
    assert (read.words, read.spoken, read.sentences) == (8, 7, 3)


@pytest.mark.parametrize(
    ("word", "lang", "count"),
    [("rule", "en", 1), ("table", "en", 2), ("needed", "en", 2), ("variable", "en", 4), ("bijlage", "nl", 3)],
)
def test_syllables(bench: ModuleType, word: str, lang: str, count: int) -> None:
    assert bench.syllables(word, lang) == count


def test_short_words_in_short_sentences_read_easier(bench: ModuleType) -> None:
    easy = bench.measure("The cat sat. The dog ran.", "en")
    hard = bench.measure("Authentication infrastructure necessitates considerable deliberation.", "en")
    assert easy.ease > hard.ease
    assert easy.ease == pytest.approx(206.835 - 1.015 * 3 - 84.6)
