"""Ten thousand requests that Schemathesis makes up from the API's description, and no answer of the 5xx kind.

    python -m venv /tmp/st && /tmp/st/bin/pip install schemathesis        (no dependency of this project)
    make build && .venv/bin/python bench/robust_api.py /tmp/st/bin/schemathesis [cases for each operation]

Besides what /api/openapi.json describes, the form and the pages that take a query are tried: Schemathesis is
given a description of those too, with a key and a token that are good, so that questions reach the inbox.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "plugins")]

from browser.firing import SECRET, attacked  # noqa: E402
from mailwijzer.service.form import TRAP, new_key  # noqa: E402
from mailwijzer.service.openapi import DOCUMENT  # noqa: E402
from mailwijzer.service.tokens import FormTokens  # noqa: E402

ANY = {"default": {"description": "Whatever."}}
TEXT = {"type": "string"}


def described() -> dict[str, Any]:
    """The API's own description, and one of the form and of the pages with a query."""
    tokens = FormTokens(SECRET, lambda: time.time() - 60)
    keys = [new_key() for _ in range(50)]
    fields: dict[str, Any] = dict.fromkeys(("title", "text", "name", "address", "chapter", TRAP, "do"), TEXT)
    fields["lang"] = {"type": "string", "enum": ["en", "nl", ""]}
    one_of = [
        {
            "type": "object",
            "required": ["key", "token", "title", "text"],
            "properties": {**fields, "key": {"const": key}, "token": {"const": tokens.issue(key)}},
        }
        for key in keys
    ]
    body = {"content": {"application/x-www-form-urlencoded": {"schema": {"anyOf": [*one_of, {}]}}}}

    def query(*names: str) -> dict[str, Any]:
        return {
            "get": {
                "parameters": [{"name": n, "in": "query", "schema": TEXT} for n in names],
                "responses": ANY,
            }
        }

    paths = {
        "/ask": {"post": {"requestBody": body, "responses": ANY}},
        "/en/ask/": query("title", "chapter"),
        "/nl/find/": query("q", "kind", "topic", "page", "lang"),
        "/api/missed": {**query("q", "lang"), "post": query("q", "lang")["get"]},
        "/healthz": query("x"),
        "/metrics": query("x"),
        "/en/mail/confirm/{token}/": {
            method: {
                "parameters": [{"name": "token", "in": "path", "required": True, "schema": TEXT}],
                "responses": ANY,
            }
            for method in ("get", "post")
        },
        "/{path}": {
            "get": {
                "parameters": [{"name": "path", "in": "path", "required": True, "schema": TEXT}],
                "responses": ANY,
            }
        },
    }
    return {**DOCUMENT, "paths": {**DOCUMENT["paths"], **paths}}


def main(program: str, cases: int) -> int:
    """Run it; the exit code is Schemathesis's."""
    with tempfile.TemporaryDirectory(prefix="api-") as folder, attacked(Path(folder), ()) as running:
        description = Path(folder) / "openapi.json"
        description.write_text(json.dumps(described()))
        command = [program, "run", str(description), "--url", running.origin, "--no-color"]
        command += ["--checks", "not_a_server_error", "--max-examples", str(cases), "--mode", "all"]
        command += ["--phases", "coverage,fuzzing", "--continue-on-failure", "--request-timeout", "30"]
        return subprocess.run(command, check=False, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 850))
