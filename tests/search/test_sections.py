"""A rendered page, divided at its headings."""

from __future__ import annotations

from mailwijzer.search import sections
from mailwijzer.search.sections import CHAPTER, LINE, TERM

PAGE = """
<header><p>not me</p></header>
<main class="x"><h1 id="top">Mail<a class="headerlink" href="#top">#</a></h1>
<p class="mw-byline">26 minutes</p><p>First &amp; foremost.</p>
<nav><a href="#a">not me</a></nav>
<h2 id="a">Ports<br>and <code>25</code></h2><p>One<b>word</b>.</p><script>not("me")</script>
<pre><code><b class="mw-prompt">$</b> dig
+short</code></pre><svg><title>not me</title><text>nor me</text></svg>
<h3 id="b">Deeper</h3><p>Down <img src="x" alt="">here.</p>
<h4 id="c">No section of its own</h4><p>still deeper</p>
<h2 id="goal">Aims</h2><p>To know.</p>
<h2 id="empty">Empty</h2>
<dl><dt id="t">bounce <span lang="nl">terugkomer</span></dt><dd>A report.</dd>
<dt id="l"><code>550 5.1.1 &lt;x&gt;</code><span>Postfix</span></dt><dd>Nobody there.</dd></dl>
<div class="mw-asked"><h2 id="asked">not me</h2><p>not me</p></div>
</main><footer>not me</footer>
"""


def test_a_page_becomes_its_sections_with_their_trails_and_without_its_frame() -> None:
    made = sections.read(PAGE, "mail/", ("smtp",), frozenset({"goal"}))
    assert [(s.url, s.heading, s.trail, s.text) for s in made] == [
        ("mail/", "Mail", (), "First & foremost."),
        ("mail/#a", "Ports and 25", ("Mail",), "Oneword. dig +short"),
        ("mail/#b", "Deeper", ("Mail", "Ports and 25"), "Down here. No section of its own still deeper"),
        ("mail/#goal", "Aims", ("Mail",), "To know."),
        ("mail/#empty", "Empty", ("Mail",), ""),
        ("mail/#t", "bounce terugkomer", ("Mail", "Empty"), "A report."),
        ("mail/#l", "550 5.1.1 <x> Postfix", ("Mail", "Empty"), "Nobody there."),
    ]
    assert [s.kind for s in made] == [CHAPTER] * 5 + [TERM, LINE]
    assert {s.topics for s in made} == {("smtp",)}
    assert made[3].weight < made[1].weight


def test_sections_survive_the_cache() -> None:
    made = sections.read(PAGE, "mail/", ("smtp",), frozenset({"goal"}))
    again = sections.parse(sections.dump(made))
    assert again == made
    assert [s.digest for s in again] == [s.digest for s in made]


def test_the_text_of_an_answer_has_no_marks_and_no_badges() -> None:
    html = '<p>Yes, <b>now</b>.</p><p class="mw-badge">Not verified</p><h3 id="x">Why</h3><p>Because.</p>'
    assert sections.text_of(html) == "Yes, now. Why Because."


def test_broken_markup_is_read_as_far_as_it_goes() -> None:
    made = sections.read('<h1 id="a">A</h1><p>x<nav>gone</p></nav><p>y', "p/")
    assert [(s.heading, s.text) for s in made] == [("A", "x y")]
