"""The page that a browser loads first: Streamlit's own, and with it what lets the app begin sooner.

Streamlit's page looks for the app below the path of each page before it looks where the app is, waits before
it looks again, and only then connects. Each kind of element is asked for when the first one of it is drawn.
Here the page is told where the app is, so it connects at once, and which scripts it is going to need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match, Route
from starlette.types import Scope

from components.shell.assets import ADDRESS, ALL
from components.shell.compat import BEGIN_AT_ONCE, streamlit_files

PAGES = Path(__file__).parent.parent.parent / "pages"
DRAWN = ("BidiComponent", "Html", "Button", "ButtonGroup", "TextInput", "Pagination", "DataFrame")
"""The kinds of elements that the app's pages begin with, as Streamlit names their scripts."""
OTHERS = {"_stcore", "static", "media", "component", "app", "auth", "oauth2callback", ADDRESS.split("/")[0]}
"""What the addresses begin with below which something other than a page is served."""
_IMPORTED = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


def first_page(base_path: str = "") -> list[Route]:
    """The routes of all pages of the app, below the path that it is served under (`server.baseUrlPath`)."""
    below = _below(base_path)
    names = ["", *sorted(page.stem for page in PAGES.glob("*.py"))]
    return [Route(f"{below}/{name}", _answer) for name in names]


def no_such_page(base_path: str = "") -> Route:
    """The route of all other addresses that somebody opens as a page, to be asked last: there the app says
    that there is none."""
    return _Elsewhere(f"{_below(base_path)}/{{name:path}}", _answer)


def _below(base_path: str) -> str:
    return f"/{base_path.strip('/')}".rstrip("/")


class _Elsewhere(Route):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        if match is Match.FULL and not _is_opened(found["path_params"]["name"], Headers(scope=scope)):
            return Match.NONE, {}
        return match if match is Match.FULL else Match.NONE, found


def _is_opened(name: str, headers: Headers) -> bool:
    """Whether this asks for a page, and not for a file or what the app serves beside its pages."""
    first, *below = name.split("/")
    is_page = first not in OTHERS and (all(below) if below else "." not in first)
    return bool(first) and is_page and "text/html" in headers.get("accept", "")


def _answer(request: Request) -> HTMLResponse:
    name = request.path_params.get("name", "")
    return HTMLResponse(_page(name.count("/")), headers={"Cache-Control": "no-cache"})


def _page(depth: int) -> str:
    """Of an address that is so many folders below those of the pages: what it names stands beside those."""
    return _own_page().replace("<head>", f'<head><base href="{"../" * depth}">', 1) if depth else _own_page()


@cache
def _own_page() -> str:
    """Read once: a running app serves what it was started with."""
    files = streamlit_files()
    own = (files / "index.html").read_text(encoding="utf-8")
    wanted = (name for name in _with_imports(files / "static" / "js") if name not in own)
    ahead = [f"./{ADDRESS}/{ALL}#0", *(f"./static/js/{name}" for name in wanted)]
    links = "".join(f'<link rel="modulepreload" crossorigin href="{address}">\n' for address in ahead)
    return own.replace("</head>", f"<script>{BEGIN_AT_ONCE}</script>\n{links}</head>", 1).replace(
        "<title>Streamlit</title>", "<title>Tagwright</title>", 1
    )


def _with_imports(scripts: Path, kinds: Iterable[str] = DRAWN) -> list[str]:
    """The scripts of these kinds of elements, and those that they import."""
    found = [file.name for kind in kinds for file in sorted(scripts.glob(f"{kind}.*.js"))]
    for name in found:  # it grows meanwhile
        text = (scripts / name).read_text(encoding="utf-8")
        found += [one for one in dict.fromkeys(_IMPORTED.findall(text)) if one not in found]
    return found
