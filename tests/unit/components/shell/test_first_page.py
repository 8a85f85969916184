"""The page that a browser loads first: where it is served, that what it names is there, what it may say."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette

from components.shell.assets import assets
from components.shell.compat import streamlit_files
from components.shell.first_page import DRAWN, PAGES, first_page
from components.shell.text_first import PATH, text_first


def got(*paths: str, base: str = "", method: str = "GET") -> list[httpx.Response]:
    """What an app under a base path answers."""
    app = Starlette(routes=[assets(base), *first_page(base), text_first(base)])

    async def get() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.request(method, path) for path in paths]

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
