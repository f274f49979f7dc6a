"""Search beside its peers: relevance on this site's own pages, cost on real documentation of three sizes.

    make bench                                  all of it
    .venv/bin/python bench/search.py 500        one size only; `nl` for Dutch

Peers: Material's lunr, MiniSearch and Pagefind in the browser; Whoosh itself, SQLite's FTS5 and, where it is
installed, tantivy on the server. Bytes are gzip -9 of what is fetched for one query on a cold page, without
headers. "In its dialog" is the real page with the real dialog, its script counted. Processor times are of
this machine, which is seldom idle: compare them within one run.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import random
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import corpus
import yaml
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from mailwijzer.publishing import searching
from mailwijzer.publishing.project import Project
from mailwijzer.publishing.searchsources import Source
from mailwijzer.publishing.searchstate import open_state
from mailwijzer.search import engine, planning
from mailwijzer.search.finding import Finder
from mailwijzer.search.sections import Section

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "plugins/mailwijzer/theme/material/assets/mailwijzer"
OUT = Console(width=130)


@dataclass
class Row:
    """One engine at one size."""

    found: list[list[str]] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    build: float = 0.0
    query: float = 0.0
    page: list[float] = field(default_factory=list)
    """Milliseconds of the main thread."""

    threads: list[float] = field(default_factory=list)
    """Milliseconds of all threads of the page's process."""


def judged(lang: str, name: str = "judged") -> list[dict[str, Any]]:
    path = ROOT / f"tests/search/{name}.{lang}.yml"
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return rows


def spent(run: Callable[[], Any]) -> tuple[Any, float]:
    """What a function gives, and the processor seconds of this process and its children."""

    def total() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(r.ru_utime + r.ru_stime for r in used)

    begun = total()
    return run(), total() - begun


def project_of(folder: Path, made: Sequence[Section], lang: str) -> tuple[Project, float]:
    """A project whose search index holds these sections, and what making it cost."""
    project = Project(folder)
    project.docs.mkdir(parents=True)
    shutil.copy(ROOT / "docs/synonyms.yml", project.docs)
    by_page: dict[str, list[Section]] = {}
    for section in made:
        by_page.setdefault(section.url.partition("#")[0], []).append(section)
    sources = [Source(url, "1", lambda rows=rows: rows) for url, rows in by_page.items()]  # type: ignore[misc]
    site = project.site / lang
    _, cpu = spent(lambda: searching.update(project, lang, site, sources, {}, fold=True))
    return project, cpu


def edited(project: Project, made: Sequence[Section], lang: str) -> tuple[int, int, float]:
    """Files and gzip bytes that one changed section rewrites, and the processor seconds."""
    folder = project.site / lang / "search"
    before = {p: p.read_bytes() for p in folder.rglob("*.js")}
    url = made[len(made) // 2].url.partition("#")[0]
    rows = [s for s in made if s.url.partition("#")[0] == url]
    last = rows[-1]
    rows[-1] = Section(last.url, last.heading, last.trail, last.text + " Now with autodiscover.", last.kind)
    pages = {s.url.partition("#")[0] for s in made}
    sources = [Source(page, "1", list) for page in pages - {url}] + [Source(url, "2", lambda: rows)]
    _, cpu = spent(lambda: searching.update(project, lang, project.site / lang, sources, {}))
    changed = [p for p in folder.rglob("*.js") if before.get(p) != p.read_bytes()]
    return len(changed), sum(len(gzip.compress(p.read_bytes(), 9)) for p in changed), cpu


def finder_of(project: Project, lang: str) -> Finder:
    folder = project.site / lang / "search"
    return Finder(lang, lambda name: (folder / name).read_text("utf-8"))


def in_process(run: Callable[[str], list[str]], queries: Sequence[str]) -> tuple[list[list[str]], float]:
    """Results, and mean processor milliseconds of a query when everything is warm."""
    found = [run(query) for query in queries]
    begun = time.process_time()
    for query in queries:
        run(query)
    return found, (time.process_time() - begun) / len(queries) * 1000


def fts5(made: Sequence[Section]) -> tuple[Callable[[str], list[str]], float]:
    """SQLite's full-text search: any word, headings twice as heavy, stemmed (English only)."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(url UNINDEXED, head, text, tokenize='porter unicode61')")

    def build() -> None:
        db.executemany("INSERT INTO t VALUES (?, ?, ?)", [(s.url, s.heading, s.text) for s in made])

    def find(query: str) -> list[str]:
        words = "".join(c if c.isalnum() else " " for c in query).split()
        text = " OR ".join(f'"{word}"' for word in words)
        statement = "SELECT url FROM t WHERE t MATCH ? ORDER BY bm25(t, 0, 2, 1) LIMIT 10"
        return [url for (url,) in db.execute(statement, (text,))] if words else []

    return find, spent(build)[1]


def tantivy_of(made: Sequence[Section], lang: str) -> tuple[Callable[[str], list[str]], float] | None:
    """tantivy with its stemmer, where `pip install tantivy` was done."""
    try:
        import tantivy  # type: ignore[import-not-found]
    except ImportError:
        return None
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("url", stored=True, tokenizer_name="raw")
    for name in ("head", "text"):
        schema.add_text_field(name, tokenizer_name="en_stem" if lang == "en" else "default")
    index = tantivy.Index(schema.build())

    def build() -> None:
        writer = index.writer()
        for s in made:
            writer.add_document(tantivy.Document(url=s.url, head=s.heading, text=s.text))
        writer.commit()
        index.reload()

    def find(query: str) -> list[str]:
        words = "".join(c if c.isalnum() else " " for c in query)
        searcher = index.searcher()
        parsed = index.parse_query(words, ["head", "text"], field_boosts={"head": 2.0})
        return [searcher.doc(hit)["url"][0] for _, hit in searcher.search(parsed, 10).hits]

    return find, spent(build)[1]


def node(script: str, request: dict[str, Any]) -> str:
    command = ["node", str(ROOT / "bench" / script)]
    text = json.dumps(request)
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


class _Counting(SimpleHTTPRequestHandler):
    """Serves a folder, and counts what is asked for."""

    log: ClassVar[list[tuple[str, int]]] = []

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_file():
            self.log.append((self.path, len(gzip.compress(path.read_bytes(), 9))))
        super().do_GET()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on a port of its own: the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Counting, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield browser
        browser.close()


def in_chromium(folder: Path, function: str, queries: Sequence[str]) -> Row:
    """Each query on a page of its own: results, bytes, requests, and processor time."""
    row = Row()
    with served(folder) as origin, chromium() as browser:
        for query in queries:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{origin}/search.html")
            run = functools.partial(page.evaluate, f"query => {function}(query)", query)
            row.found.append(_watched(row, context, page, run))
            context.close()
    return row


def _watched(row: Row, context: Any, page: Any, run: Callable[[], Any]) -> Any:
    """What a function gives; what it cost the page goes into the row."""
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    _Counting.log.clear()
    before = _task_seconds(session), _process_seconds(context)
    found = run()
    row.page.append((_task_seconds(session) - before[0]) * 1000)
    row.threads.append((_process_seconds(context) - before[1]) * 1000)
    _fetched(row, "favicon")
    return found


def _fetched(row: Row, without: str) -> None:
    """Note what was fetched, but for files whose names match `without`."""
    fetched = [size for path, size in _Counting.log if not re.search(without, path)]
    row.bytes.append(sum(fetched))
    row.requests.append(len(fetched))


def _process_seconds(context: Any) -> float:
    session = context.browser.new_browser_cdp_session()
    listed = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return float(sum(row["cpuTime"] for row in listed if row["type"] == "renderer"))


def in_dialog(folder: Path, index: Path, lang: str, queries: Sequence[str]) -> tuple[Row, Row]:
    """Each query in the dialog of a real page over this index: what ten results need, and with excerpts."""
    shutil.copytree(ROOT / "site" / lang, folder / lang, ignore=shutil.ignore_patterns("search"))
    shutil.copytree(index, folder / lang / "search")
    results, whole = Row(), Row()
    # Excerpts come all at once; that of a heading right above a list is empty.
    shown = ".mw-find__results .mw-find__text:not(:empty)"
    with served(folder) as origin, chromium() as browser:
        for query in queries:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{origin}/{lang}/smtp-session/", wait_until="networkidle")

            def ask(page: Any = page, query: str = query) -> None:
                page.keyboard.press("/")
                page.fill("#mw-find-q", query)
                page.wait_for_selector(shown, state="attached")

            _watched(whole, context, page, ask)
            _fetched(results, r"favicon|/t\d+\.js")
            context.close()
    return results, whole


def _task_seconds(session: Any) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def measure(made: Sequence[Section], lang: str, queries: Sequence[str], folder: Path) -> dict[str, Row]:
    """Every engine over the same sections and queries."""
    project, cpu = project_of(folder / "project", made, lang)
    shutil.copy(ROOT / "bench" / "search.html", folder)
    shutil.copytree(project.site / lang / "search", folder / "search")
    docs = [{"id": s.url, "title": s.heading, "text": s.text} for s in made]
    _, pagefind = spent(
        lambda: node("pagefind.cjs", {"lang": lang, "docs": docs, "folder": str(folder / "pagefind")})
    )
    rows = {"ours": in_chromium(folder, "ours", queries), "Pagefind": in_chromium(folder, "theirs", queries)}
    rows["ours"].build, rows["Pagefind"].build = cpu, pagefind
    finder = finder_of(project, lang)
    # Where nothing is found, no excerpt ever comes.
    answered = [query for query in queries if finder.find(query).hits]
    results, whole = in_dialog(folder, folder / "search", lang, answered)
    rows |= {"ours, in its dialog": results, "... and excerpts": whole}
    rows["Pagefind"].found = [[url.lstrip("/") for url in found] for found in rows["Pagefind"].found]
    for name, told in json.loads(node("peers.cjs", {"lang": lang, "docs": docs, "queries": queries})).items():
        load = told.get("load", told["build"])
        rows[name] = Row(
            told["found"], [told["bytes"]], [told["requests"]], told["build"] / 1000, told["query"], [load]
        )
    found, rows["ours"].query = in_process(
        lambda query: [hit.section.url for hit in finder.find(query).hits], queries
    )
    if found != rows["ours"].found:
        OUT.print("[red]The browser and the server differ.")
    servers = {
        "FTS5": fts5(made),
        "tantivy": tantivy_of(made, lang),
        "Whoosh itself": whoosh(project, made, lang),
    }
    for name, server in servers.items():
        if server is not None:
            found, query_cost = in_process(server[0], queries)
            rows[name] = Row(found, build=server[1], query=query_cost)
    return rows


def whoosh(project: Project, made: Sequence[Section], lang: str) -> tuple[Callable[[str], list[str]], float]:
    """Whoosh's own searcher with our fields, weights and reading of a query."""
    from mailwijzer.search import documents
    from mailwijzer.search.documents import Language

    ordered = sorted(made, key=lambda s: s.url)
    index, cpu = spent(lambda: engine.Index(documents.analyse(ordered, Language(lang)).documents))
    files = finder_of(project, lang).files

    def find(query: str) -> list[str]:
        groups = planning.plan(files, query).groups
        terms = {term.term: group.factor for group in groups for term in group.terms}
        return [ordered[n].url for n, _ in index.search(terms)] if terms else []

    return find, cpu


def reciprocal(found: Sequence[Sequence[str]], rows: Sequence[dict[str, Any]]) -> tuple[float, float, int]:
    """MRR within ten, share with a right section in the first five, queries without any result."""
    ranks = [
        next((n for n, url in enumerate(urls[:10], 1) if url in row["right"]), 0)
        for urls, row in zip(found, rows, strict=True)
    ]
    mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
    return mrr, sum(1 <= rank <= 5 for rank in ranks) / len(ranks), sum(not urls for urls in found)


def relevance(folder: Path) -> None:
    """The site's own sections; the half of the queries that no setting was chosen on, and strangers'."""
    for lang in ("en", "nl"):
        with open_state(ROOT / "build" / lang / "search" / "state.sqlite3") as opened:
            made = opened.sections()
        held = judged(lang)[1::2]
        strangers = [row for row in judged(lang, "strangers") if row["right"]]
        heads = [
            f"{head}, {who}" for who in ("held", "strangers") for head in ("MRR@10", "in first 5", "none")
        ]
        title = f"{lang}: {len(made)} sections, {len(held)} held queries, {len(strangers)} of strangers"
        table = Table("", *heads, title=title)
        target = folder / lang
        target.mkdir()
        for name, row in measure(made, lang, [r["q"] for r in held + strangers], target).items():
            parts = (row.found[: len(held)], held), (row.found[len(held) :], strangers)
            told = [reciprocal(found, rows) for found, rows in parts if found]
            table.add_row(name, *(text for m, f, z in told for text in (f"{m:.3f}", f"{f:.2f}", f"{z}")))
        OUT.print(table)


def cost(size: int, folder: Path, lang: str = "en") -> None:
    """One size: bytes, requests, processor time."""
    made = corpus.corpus(lang)[:size]
    queries = [r["q"] for r in judged(lang) if r["kind"] in ("sentence", "words", "typo")]
    table = Table(
        "", "kB mean", "p95", "requests", "p95", "page ms", "all threads", "build CPU s", "query CPU ms",
        title=f"{lang}: {len(made)} sections, {len(queries)} queries, first ten results on a cold page",
    )  # fmt: skip
    for name, row in measure(made, lang, queries, folder).items():
        told = [
            *(_told(row.bytes, 1e3) if row.bytes else ["", ""]),
            *(_told(row.requests) if row.requests else ["", ""]),
            *(f"{statistics.median(spent):.0f}" if spent else "" for spent in (row.page, row.threads)),
            *(f"{spent:.{digits}f}" if spent else "" for spent, digits in ((row.build, 1), (row.query, 2))),
        ]
        table.add_row(name, *told)
    OUT.print(table)
    project = Project(folder / "project")
    files, bytes_, cpu = edited(project, made, lang)
    OUT.print(f"One edited section: {files} file, {bytes_ / 1e3:.1f} kB, {cpu:.2f} CPU s.")
    # Ten thousand at the smallest size; at ten thousand sections they take minutes: BENCH_RANDOM=10000.
    count = int(os.environ.get("BENCH_RANDOM", "10000" if size <= 500 else "1000"))
    OUT.print(_random(finder_of(project, lang), made, count))


def _told(values: Sequence[float], unit: float = 1) -> list[str]:
    """Mean and 95th percentile."""
    ordered = sorted(values)
    return [f"{statistics.mean(ordered) / unit:.1f}", f"{ordered[int(len(ordered) * 0.95)] / unit:.1f}"]


def _random(finder: Finder, made: Sequence[Section], count: int) -> str:
    """The slowest of many queries made of words, noise and nonsense."""
    dice = random.Random(7)
    words = [word for s in dice.sample(list(made), 300) for word in s.text.split()]
    noise = ["", "?", "***", "🙂", "שלום", "a" * 500, "5.7.1", "~x", "(", "AND", "\x00", "é" * 30]
    slowest, told = 0.0, ""
    for _ in range(count):
        parts = [dice.choice(words if dice.random() < 0.8 else noise) for _ in range(dice.randint(0, 40))]
        query = " ".join(parts)
        if dice.random() < 0.3:
            query = "".join(dice.sample(query, len(query)))
        begun = time.process_time()
        finder.find(query)
        taken = time.process_time() - begun
        if taken > slowest:
            slowest, told = taken, query
    return f"The slowest of {count} random queries took {slowest * 1000:.0f} CPU ms: {told[:80]!r}"


if __name__ == "__main__":
    sizes = sys.argv[1:] or ["500", "2000", "10000", "nl"]
    with tempfile.TemporaryDirectory() as name:
        Path(name, "site").mkdir()
        relevance(Path(name, "site"))
        for size in sizes:
            Path(name, size).mkdir()
            # Of Dutch there is one size: all that Debian's packages have.
            cost(10_000 if size == "nl" else int(size), Path(name, size), "nl" if size == "nl" else "en")
