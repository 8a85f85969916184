"""The page that a browser loads first: where it is served, that what it names is there, what it may say."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urljoin

import httpx
import pytest
from starlette.applications import Starlette

from components.shell.assets import assets
from components.shell.compat import streamlit_files
from components.shell.first_page import DRAWN, PAGES, first_page, no_such_page
from components.shell.text_first import PATH, text_first

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
"""What a browser accepts where it opens a page."""


def got(*paths: str, base: str = "", method: str = "GET", accept: str = "*/*") -> list[httpx.Response]:
    """What an app under a base path answers."""
    app = Starlette(routes=[assets(base), *first_page(base), text_first(base), no_such_page(base)])

    async def get() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.request(method, path, headers={"Accept": accept}) for path in paths]

    return asyncio.run(get())


@pytest.mark.parametrize("base", ["", "some/tool"])
def test_every_page_begins_with_the_same_page_of_this_version(base: str) -> None:
    below = f"/{base}".rstrip("/")
    answers = got(f"{below}/", *(f"{below}/{page.stem}?session=5" for page in PAGES.glob("*.py")), base=base)
    assert len(answers) > 5
    assert {(one.status_code, one.headers["cache-control"]) for one in answers} == {(200, "no-cache")}
    assert len({one.text for one in answers}) == 1
    said = f"{below}/{PATH}/what-waits-no-more"
    assert [one.status_code for one in got(said, base=base, method="POST")] == [204]
    assert [one.status_code for one in got(said, base=base)] == [405]


@pytest.mark.parametrize("base", ["", "some/tool"])
def test_an_address_of_no_page_begins_as_all_pages_do_wherever_it_stands(base: str) -> None:
    below = f"/{base}".rstrip("/")
    (page,) = got(f"{below}/", base=base)
    for name in ("foo", "foo/bar", "annotate/foo/bar.html"):
        (answer,) = got(f"{below}/{name}?project=1", base=base, accept=HTML)
        assert answer.headers["cache-control"] == "no-cache"
        found = re.search('<head><base href="([./]+)">', answer.text)
        assert urljoin(f"{below}/{name}", found.group(1) if found else ".") == f"{below}/"
        assert answer.text.replace(found.group(0) if found else "<head>", "<head>", 1) == page.text
    names = ("favicon.png", "static/js/gone.js", "_stcore/health", "media/a/b", "assets/a/b", "foo//bar")
    others = [f"{below}/{name}" for name in names]
    assert {one.status_code for one in got(*others, base=base, accept=HTML)} == {404}
    assert got(f"{below}/foo/bar", base=base)[0].status_code == 404, "it is not opened as a page"
    assert got(f"{below}/foo/bar", base=base, method="POST", accept=HTML)[0].status_code == 404


def test_what_is_loaded_ahead_is_there_and_loaded_once() -> None:
    ahead = re.findall(r'"modulepreload" crossorigin href="\./([^"]+)"', got("/annotate")[0].text)
    own = [name for name in ahead if name.startswith("static/")]
    assert all((streamlit_files() / name).is_file() for name in own)
    assert len(set(ahead)) == len(ahead)
    for kind in DRAWN:
        assert any(name.startswith(f"static/js/{kind}.") for name in own)
    others = [f"/{name}" for name in ahead if name not in own]
    assert [one.headers["content-type"] for one in got(*others)] == ["text/javascript; charset=utf-8"]


def test_the_page_is_streamlits_own_told_where_the_app_is_before_its_scripts_run() -> None:
    page = got("/")[0].text
    script = re.search(r"<script>(window\.__streamlit = .*)</script>", page)
    assert script
    main = re.search(r'<script type="module"[^>]* src="\./([^"]+)"', page)
    assert main
    assert '<div id="root"></div>' in page
    code = (streamlit_files() / main.group(1)).read_text(encoding="utf-8")
    for name in ("BACKEND_BASE_URL", "HOST_CONFIG", "allowedOrigins", "useExternalAuthToken"):
        assert name in script.group(1)
        assert name in code
