"""What stands above the languages: the chooser at /, the common 404, robots.txt, /qa/index.json."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

from mailwijzer.locales import CODES
from mailwijzer.publishing import buildstate
from mailwijzer.publishing.project import Project, write_atomic
from mailwijzer.shell import sibling_url


def write(project: Project, site: Path | None = None) -> None:
    """Write the files of the site's root. Raises MailwijzerError before the first build."""
    site = site or project.site
    state = buildstate.load(project, CODES[0])
    with resources.as_file(resources.files("mailwijzer").joinpath("theme", "root")) as folder:
        shutil.copytree(folder, site, dirs_exist_ok=True)
    write_atomic(site / "robots.txt", _robots(state).encode())
    write_index(project, site)


def _robots(state: buildstate.BuildState) -> str:
    lines = ["User-agent: *", "Disallow: /desk", "Disallow: /api/", ""]
    for code in CODES:
        base = sibling_url(state.site_url, state.lang, code)
        lines += [f"Sitemap: {base}sitemap.xml", f"Sitemap: {base}qa/sitemap.xml"]
    return "\n".join(lines) + "\n"


def write_index(project: Project, site: Path | None = None) -> None:
    """`/qa/index.json`: the questions of all languages, each with its address from the site's root."""
    site = site or project.site
    rows = []
    for code in CODES:
        path = site / code / "qa" / "index.json"
        if path.is_file():
            rows += [
                {**row, "url": f"/{code}/{row['url']}"}
                for row in json.loads(path.read_bytes())["questions"]
                if row["lang"] == code
            ]
    data = json.dumps({"questions": rows}, ensure_ascii=False, indent=1) + "\n"
    write_atomic(site / "qa" / "index.json", data.encode())
