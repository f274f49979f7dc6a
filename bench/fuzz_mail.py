"""Ten minutes of hostile bytes for whatever reads mail: nothing escapes, nothing takes longer than 5 s.

    pip install atheris        in an environment of its own: it is no dependency of this project
    python bench/fuzz_mail.py [--seconds 600] [--corpus DIR]

Atheris changes mails, guided by which lines of the parser each change reaches; the odd mails of tests/mail
and those of Python's own library are where it starts. Each mail takes the whole way that a fetched one takes
in memory: parsed, written as the child's JSON, read back, made a question, judged fit for the database.
What is found is written to --corpus as crash-*; give it a place in tests/mail/odd.py once it is mended.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "plugins")]

SLOWEST = 5.0
"""Seconds: mailwijzer.mail.limited kills the parser after that."""

LONGEST = 16 * 1024
"""Octets of a mail. The smaller the more a second; large ones by design are in tests/mail/odd.py."""

TOLD = "fuzzed.json"
WORDS = r"""
From: Received: Subject: Message-ID: References: In-Reply-To: Authentication-Results: Auto-Submitted:
Return-Path: Content-Type: Content-Transfer-Encoding: Content-Disposition: X-Spam-Status: List-Id:
multipart/mixed multipart/report message/rfc822 text/plain text/html boundary= charset= filename*0*= name=
base64 quoted-printable uuencode utf-7 utf-16 idna punycode unicode_escape =?utf-8?q? =?utf-8?b? ?=
dmarc=pass score= mailwijzer.1. <a@b.c> <> ;; " ( ) \x0d\x0a\x0d\x0a \x0a\x0a -- --b --b-- begin\x20644
<script> </p> <!-- &#x0; <li> ="
"""


def seeds(folder: Path) -> int:
    """Write the mails to start from; returns how many."""
    from mail.odd import ODD

    found = {name: make() for name, (_, make) in ODD.items()}
    spec = importlib.util.find_spec("test.test_email")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        found |= {file.name: file.read_bytes() for file in Path(place, "data").glob("msg_*.txt")}
    kept = {name: raw for name, raw in found.items() if len(raw) <= LONGEST}
    for name, raw in kept.items():
        (folder / f"seed-{name}").write_bytes(raw)
    return len(kept)


def fuzz(folder: Path, seconds: int) -> None:
    """Fuzz in this process, which libFuzzer ends; what was seen is written down every second."""
    import atheris

    with atheris.instrument_imports(include=["mailwijzer.mail", "email"]):
        import email.policy  # noqa: F401 - to be watched

        from mailwijzer.mail.letter import UnreadableMailError, from_plain
        from mailwijzer.mail.reading import read
    from mailwijzer.editing.fetching import MailRules, question
    from mailwijzer.inbox.serialisation import refuse_unstorable

    rules = MailRules({"vraag@thuis.test": "nl"}, "mx.thuis.test")
    seen: Counter[str] = Counter()
    slowest, written = 0.0, time.monotonic()

    def one(raw: bytes) -> None:
        nonlocal slowest, written
        begun = time.perf_counter()
        try:
            letter = read(raw, rules.authserv, frozenset(rules.addresses))
        except UnreadableMailError as error:
            seen["quarantined"] += 1
            seen["both parsers fail"] += "both parsers" in str(error)
        else:
            again = from_plain(json.loads(json.dumps(letter.plain())))
            assert again == letter
            refuse_unstorable(question("digest", again, rules), "the question")
            seen[letter.parser] += 1
        took = time.perf_counter() - begun
        slowest = max(slowest, took)
        if took > SLOWEST:
            raise RuntimeError(f"took {took:.1f} s")
        if time.monotonic() - written > 1:
            written = time.monotonic()
            told = {"mails": sum(seen.values()) - seen["both parsers fail"], **seen, "slowest": slowest}
            (folder / TOLD).write_text(json.dumps(told))

    words = folder / "words.dict"
    quoted = (word.replace('"', r"\x22") for word in WORDS.split())
    words.write_text("".join(f'"{word}"\n' for word in quoted))
    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-dict={words}", "-rss_limit_mb=2048"]
    quiet = ["-timeout=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *limits, *quiet, str(folder / "corpus")], one)
    atheris.Fuzz()


def main(folder: Path, seconds: int) -> int:
    """Fuzz in a child, and sum up."""
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    began = seeds(folder / "corpus")
    command = [sys.executable, __file__, "--inside", "--seconds", str(seconds), "--corpus", str(folder)]
    with (folder / "log").open("w") as log:
        done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False)
    told = json.loads((folder / TOLD).read_text()) if (folder / TOLD).exists() else {}
    crashes = sorted(path.name for path in folder.glob("crash-*"))
    print(f"{began} seeds, {seconds} s on {os.cpu_count()} processors; {told}")
    failed = bool(crashes or done.returncode or not told)
    print(f"uncaught: {len(crashes)} {crashes}; see {folder}/log" if failed else "uncaught: 0")
    return int(failed)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=int, default=600)
    asked.add_argument("--corpus", type=Path)
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    place = given.corpus or Path(tempfile.mkdtemp(prefix="fuzz-mail-"))
    if given.inside:
        fuzz(place, given.seconds)
    sys.exit(main(place, given.seconds))
