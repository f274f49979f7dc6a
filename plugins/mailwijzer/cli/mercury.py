"""`mailwijzer mercury`: a linter for MERCURY.INI, the settings of the Mercury/32 mail server."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mailwijzer.cli.terminal import say, say_json
from mailwijzer.errors import MailwijzerError, Problem
from mailwijzer.mercury.lint import Finding, lint
from mailwijzer.mercury.rules import Rules, load
from mailwijzer.source import SourceLocation

app = typer.Typer(no_args_is_help=True, help="Mercury/32: check its MERCURY.INI.")


class Form(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"


class Language(StrEnum):
    """Languages that the rules are written in."""

    en = "en"
    nl = "nl"


_SUMMARY = {
    Language.en: "{found} found, by {rules} rules.",
    Language.nl: "{found} gevonden, met {rules} regels.",
}


_HEAD = "/* Made from plugins/mailwijzer/mercury/rules.yml by `make schema`: change that, not this. */\n"


@app.command("lint")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="MERCURY.INI, one or more.")],
    form: Annotated[Form, typer.Option("--format", help="Lines for people, or JSON.")] = Form.text,
    lang: Annotated[Language, typer.Option(help="Language of the messages.")] = Language.en,
) -> None:
    """Tell what is wrong in a MERCURY.INI, and what to do; status 1 when there are errors."""
    found = [(path, finding) for path in files for finding in lint(_read(path), load())]
    if form is Form.json:
        say_json([_row(path, finding, lang) for path, finding in found])
    else:
        for path, finding in found:
            where = SourceLocation(path.as_posix(), finding.line)
            problem = Problem(where, finding.what(lang), finding.rule.of(lang).cure)
            say(f"{problem} ({finding.rule.level}, {finding.rule.id})")
        say(_SUMMARY[lang].format(found=len(found), rules=len(load().rules)))
    if any(finding.rule.level == "error" for _, finding in found):
        raise typer.Exit(1)


@app.command()
def rules(
    script: Annotated[bool, typer.Option("--script", help="As the script that a page loads.")] = False,
) -> None:
    """Print all rules with their reasons and sources, as JSON."""
    if script:
        typer.echo(as_script(load()), nl=False)
    else:
        say_json(load().model_dump(mode="json", exclude_defaults=True))


def as_script(known: Rules) -> str:
    """The rules as a classic script, one rule a line: a page opened from a folder cannot fetch JSON."""
    told = known.model_dump(mode="json", exclude_defaults=True)
    listed = ",\n".join(json.dumps(rule, ensure_ascii=False) for rule in told.pop("rules"))
    rest = json.dumps(told, ensure_ascii=False)
    return f'{_HEAD}mailwijzerRules = {rest[:-1]},\n"rules": [\n{listed}\n]}};\n'


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MailwijzerError(f"{path}: cannot be read ({error.strerror}); give the path of a file") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")  # what Windows programs wrote before UTF-8


def _row(path: Path, finding: Finding, lang: Language) -> dict[str, object]:
    rule, text = finding.rule, finding.rule.of(lang)
    return {
        "file": path.as_posix(),
        "line": finding.line,
        "rule": rule.id,
        "level": rule.level,
        "what": finding.what(lang),
        "reason": text.reason,
        "cure": text.cure,
        "source": load().sources[rule.source],
    }
