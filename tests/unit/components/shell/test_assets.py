"""The components' scripts and styles by URL: what is served where, as what, and for how long."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from components.shell.assets import (
    ADDRESS,
    ALL,
    COMPONENTS,
    FILES,
    TYPES,
    assets,
    hash_of,
    loader,
    read_files,
)
from labeling.server.guard import Guard

MAIN = "annotate/highlighter/js/main.js"


def got(path: str, base: str = "") -> httpx.Response:
    """What an app under a base path answers."""
    app = Starlette(routes=[assets(base)], middleware=[Middleware(Guard)])

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as client:
            return await client.get(path)

    return asyncio.run(get())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (MAIN, "text/javascript; charset=utf-8"),
        ("annotate/highlighter/highlighter.css", "text/css; charset=utf-8"),
        ("annotate/highlighter/highlighter.html", "text/html; charset=utf-8"),
    ],
)
def test_a_file_is_served_for_ever_as_what_it_is(name: str, kind: str) -> None:
    answer = got(f"/{ADDRESS}/{name}")
    assert (answer.status_code, answer.content) == (200, FILES[name])
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        f"/assets/0123456789abcdef/{MAIN}",
        f"/assets/{MAIN}",
        f"/{ADDRESS}/annotate/highlighter/__init__.py",
        f"/{ADDRESS}/../app.py",
        f"/{ADDRESS}/%2e%2e/%2e%2e/app.py",
        f"/{ADDRESS}/annotate/..%2f..%2f..%2fapp.py",
        f"/{ADDRESS}//etc/passwd",
        f"/{ADDRESS}/annotate/highlighter/js",
        f"/{ADDRESS}/",
    ],
)
def test_an_address_of_another_version_and_what_is_no_such_file_are_not_found(path: str) -> None:
    assert got(path).status_code == 404


@pytest.mark.parametrize("base", ["tool", "/tool", "tool/", "/some/tool/"])
def test_the_files_stand_under_the_path_that_the_app_is_served_under(base: str) -> None:
    assert got(f"/{base.strip('/')}/{ADDRESS}/{MAIN}", base).status_code == 200
    assert got(f"/{ADDRESS}/{MAIN}", base).status_code == 404


def test_the_address_is_another_when_any_file_is(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("1")
    (tmp_path / "a.py").write_text("1")
    before = read_files(tmp_path)
    assert before == {"js/a.js": b"1"}
    (tmp_path / "js" / "a.js").write_text("2")
    changed = read_files(tmp_path)
    (tmp_path / "js" / "a.js").rename(tmp_path / "js" / "b.js")
    assert len({hash_of(before), hash_of(changed), hash_of(read_files(tmp_path))}) == 3


def test_the_script_in_the_messages_is_short_and_names_what_is_there() -> None:
    script = loader("annotate/highlighter")
    assert len(script) < 400
    assert '"annotate/highlighter"' in script
    with pytest.raises(FileNotFoundError, match="nothing/js/main"):
        loader("nothing")


def test_one_script_has_all_modules_styles_and_markup() -> None:
    served = got(f"/{ADDRESS}/{ALL}")
    assert served.headers["content-type"] == TYPES[".js"]
    assert f'"{MAIN}"' in served.text
    for name in ("annotate/highlighter/highlighter.css", "annotate/highlighter/highlighter.html"):
        assert json.dumps(FILES[name].decode())[1:-1] in served.text


def test_the_scripts_set_text_and_never_markup_and_load_nothing_from_elsewhere() -> None:
    assert {Path(name).suffix for name in FILES} == set(TYPES)
    for name, content in FILES.items():
        words = content.decode()
        ways = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        assert not [
            way for way in (*ways, "@import", "url(") if way in words and name.endswith((".js", ".css"))
        ]
        assert "://" not in words, name


def test_no_line_of_a_script_a_style_or_markup_is_longer_than_one_of_python() -> None:
    for name, content in read_files(COMPONENTS).items():
        long = [line for line in content.decode().splitlines() if len(line) > 110]
        assert not long, name
