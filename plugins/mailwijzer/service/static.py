"""The built site, as files: validators, caching, and the 404 page of the right language."""

from __future__ import annotations

import re
from pathlib import Path

import anyio
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from mailwijzer.locales import CODES

_FINGERPRINTED = re.compile(r"\.[0-9a-f]{8,}\.(?:min\.)?(?:js|css|woff2|svg|png)$")
_NOT_BUILT = """\
The site has not been built yet. Run `make build` (or `mailwijzer build`), then reload this page.
De site is nog niet gebouwd. Voer `make build` uit (of `mailwijzer build`) en laad deze pagina opnieuw.
"""


class Site(StaticFiles):
    """Serves the site's folder, which may appear or be replaced while the service runs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder
        # The base class looks for its folder once and fails for good; ours may not be built yet.
        self.config_checked = True

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, the index of a folder, or why there is none."""
        if not await anyio.Path(self._folder / CODES[0] / "index.html").is_file():
            return PlainTextResponse(_NOT_BUILT, 503, headers={"Retry-After": "10"})
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code not in (401, 404):
                raise
            response = PlainTextResponse("404\n", 404)
        if isinstance(response, RedirectResponse):
            return _with_slash(scope)
        if response.status_code == 404:
            return await self._missing(path)
        response.headers["Cache-Control"] = _cache_control(path)
        return response

    async def _missing(self, path: str) -> Response:
        """The page "not found" of the language that the address belongs to."""
        top = Path(path).parts[:1]
        folders = [self._folder / code for code in CODES if top == (code,)]
        for folder in (*folders, self._folder):
            page = folder / "404.html"
            if await anyio.Path(page).is_file():
                return FileResponse(page, 404, headers={"Cache-Control": "no-cache"})
        return PlainTextResponse("404 Not Found\n", 404)


def _with_slash(scope: Scope) -> Response:
    """The folder's address with its slash. Relative to the host: the Host header is not to be trusted."""
    address = URL(scope=scope)
    path = re.sub("^/+", "/", scope["path"]) + "/"
    query = f"?{address.query}" if address.query else ""
    return RedirectResponse(f"{path}{query}", 308)


def _cache_control(path: str) -> str:
    """Everything is asked for again, cheaply by its ETag; only a name that holds a hash may stay."""
    return "public, max-age=31536000, immutable" if _FINGERPRINTED.search(path) else "no-cache"
