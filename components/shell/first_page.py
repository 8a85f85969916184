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

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from components.shell.assets import ADDRESS, ALL
from components.shell.compat import BEGIN_AT_ONCE, streamlit_files

PAGES = Path(__file__).parent.parent.parent / "pages"
DRAWN = ("BidiComponent", "Html", "Button", "ButtonGroup", "TextInput", "Pagination", "DataFrame")
"""The kinds of elements that the app's pages begin with, as Streamlit names their scripts."""
_IMPORTED = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


def first_page(base_path: str = "") -> list[Route]:
    """The routes of all pages of the app, below the path that it is served under (`server.baseUrlPath`)."""
    below = f"/{base_path.strip('/')}".rstrip("/")
    names = ["", *sorted(page.stem for page in PAGES.glob("*.py"))]
    return [Route(f"{below}/{name}", _answer) for name in names]


def _answer(request: Request) -> HTMLResponse:
    return HTMLResponse(_page(), headers={"Cache-Control": "no-cache"})


@cache
def _page() -> str:
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
