"""The app as it is run for a team: as the unit of systemd starts it, behind nginx with TLS."""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Browser, expect

from labeling.model import Role
from labeling.server.accounts import add_person
from labeling.server.storage.store import open_store
from tests.e2e.app_server import AppServer
from tests.e2e.conftest import SIZE
from tests.e2e.forked import ROOT
from tests.e2e.proxy import behind_nginx
from tests.e2e.runs import heard
from tests.e2e.test_team import LEA, PASSWORD, sign_in

NAME = "elsewhere.test"
"""A name that leads here: the tests' browser is told so."""


def unit() -> tuple[list[str], dict[str, str]]:
    """What the unit starts, and the environment that it gives."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    text = (ROOT / "deploy" / "tagwright.service").read_text(encoding="utf-8")
    parser.read_string(text)
    given = [line.split("=", 2)[1:] for line in text.splitlines() if line.startswith("Environment=")]
    return shlex.split(parser["Service"]["ExecStart"]), dict(given)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("deployed")
    command, env = unit()
    assert command[0].endswith("/.venv/bin/streamlit")
    assert command[1:] == shlex.split("run app.py --server.address 127.0.0.1 --server.port 8501")
    data = folder / "data"
    data.mkdir()
    with closing(open_store(data)) as store:
        add_person(store, LEA, PASSWORD, Role.MANAGER)
    names = {"LABELING_DATA_DIR": str(data), "LABELING_ALLOWED_HOSTS": NAME, "LABELING_SAMPLE": ""}
    app = AppServer(data, env={**env, **names})
    try:
        with behind_nginx(folder / "nginx", app.port, NAME) as found:
            yield found
    finally:
        app.stop()


def test_people_sign_in_over_tls_and_the_cookie_goes_no_other_way(address: str, browser: Browser) -> None:
    context = browser.new_context(viewport=SIZE, ignore_https_errors=True)
    context.set_default_timeout(120_000)
    page = heard(context.new_page())
    try:
        page.goto(address)
        sign_in(page, LEA)
        expect(page.get_by_role("button", name=LEA)).to_be_visible()
        [cookie] = [one for one in context.cookies() if one["name"].startswith("tagwright-")]
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        page.reload()
        expect(page.get_by_role("button", name=LEA)).to_be_visible()
    finally:
        context.close()


def test_a_page_of_another_site_signs_nobody_in_and_guesses_count_for_each_browser(address: str) -> None:
    port = address.rsplit(":", 1)[1]
    here = f"https://127.0.0.1:{port}/auth/session"
    sent = {"email": LEA, "password": PASSWORD}
    with httpx.Client(verify=False, trust_env=False, headers={"Host": f"{NAME}:{port}"}) as http:
        refused = http.post(here, json=sent, headers={"Origin": "https://evil.example"})
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers
        assert http.post(here, json=sent, headers={"Origin": address}).status_code == 200
