"""Suspects are settled by keys alone, and a control that has the focus keeps its own."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, go, marked, tagged
from tests.e2e.runs import settled


def test_suspects_are_taken_called_right_and_put_off_by_keys(server: AppServer, page: Page) -> None:
    usual = [marked(f"{n} kind {{staff|Staff/POS}}") for n in range(12)]
    odd = [marked(f"{n} odd {{staff|Staff/NEG}}") for n in range(4)]
    session = a_session(server, *usual, *odd)
    go(page, f"{server.url}/review?project={session.project_id}&session={session.id}&tab=check&list=label")
    card = page.locator(".st-key-check-card")
    expect(card).to_contain_text("1 of 4 · document 13")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("1 of 3 · document 14")
    page.keyboard.press("x")
    expect(card).to_contain_text("1 of 2 · document 15")
    page.keyboard.press(".")
    expect(card).to_contain_text("1 of 2 · document 16")

    # Enter on a button is that button's, and goes on with the next row.
    later = page.get_by_role("button", name="Later (.)")
    later.focus()
    page.keyboard.press("Enter")
    expect(card).to_contain_text("1 of 2 · document 15")
    settled(page)
    page.keyboard.press("Enter")
    expect(card).to_contain_text("1 of 1 · document 16")

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Nothing unsaved")).to_be_visible()
    assert [tags[0][2] for tags in tagged(server, session)[12:]] == ["POS", "NEG", "POS", "NEG"]
