"""Suspects are settled by keys alone, and a control that has the focus keeps its own."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, expect_unsaved, go, marked, tagged
from tests.e2e.runs import settled


def test_suspects_are_taken_called_right_and_put_off_by_keys(server: AppServer, page: Page) -> None:
    usual = [marked(f"{n} kind {{staff|Staff/POS}}") for n in range(18)]
    odd = [marked(f"{n} odd {{staff|Staff/NEG}}") for n in range(6)]
    session = a_session(server, *usual, *odd)
    go(page, f"{server.url}/review?project={session.project_id}&session={session.id}&tab=check&list=label")
    card = page.locator(".st-key-check-card")
    expect(card).to_contain_text("1 of 6 · document 19")
    settled(page)
    page.keyboard.press("Enter")
    expect(card).to_contain_text("1 of 5 · document 20")
    page.keyboard.press("x")
    expect(card).to_contain_text("1 of 4 · document 21")
    page.keyboard.press(".")
    expect(card).to_contain_text("1 of 4 · document 22")

    # A double click says nothing of the next row, which nobody has seen.
    page.get_by_role("button", name="It is right (X)").dblclick(delay=20)
    expect(card).to_contain_text("1 of 3 · document 23")
    settled(page)
    expect(card).to_contain_text("1 of 3 · document 23")
    page.keyboard.press("x")
    expect(card).to_contain_text("1 of 2 · document 24")

    # Enter on a button is that button's, and goes on with the next row.
    later = page.get_by_role("button", name="Later (.)")
    later.focus()
    page.keyboard.press("Enter")
    expect(card).to_contain_text("1 of 2 · document 21")
    settled(page)
    page.keyboard.down("Enter")
    expect(card).to_contain_text("1 of 1 · document 24")
    settled(page)
    page.keyboard.down("Enter")  # held down, it repeats itself: nobody has read this row
    settled(page)
    expect(card).to_contain_text("1 of 1 · document 24")
    page.keyboard.up("Enter")

    page.get_by_role("button", name="Save", exact=True).click()
    expect_unsaved(page, 0)
    assert [tags[0][2] for tags in tagged(server, session)[18:]] == ["POS", "NEG", "POS", "NEG", "NEG", "NEG"]
