"""Names are shown as they are: what looks like an address in one leads nowhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, go

NAME = "Win at http://evil.test/a?b=c, www.evil.test or ann@evil.test"


def test_an_address_in_a_name_is_no_link(server: AppServer, page: Page) -> None:
    session = a_session(server, "Nice staff", name=NAME, classes=(NAME,), labels=("https://evil.test/x",))
    for path in ("annotate", "review", ""):
        go(page, f"{server.url}/{path}?project={session.project_id}&session={session.id}")
        expect(page.get_by_text(NAME).filter(visible=True).first).to_be_visible()
        links = page.locator("a[href]").evaluate_all("all => all.map(link => link.href)")
        assert [link for link in links if urlsplit(link).netloc != urlsplit(server.url).netloc] == []
