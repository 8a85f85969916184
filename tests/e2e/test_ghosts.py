"""What is proposed, on the text: an outline that moves no word, walked, taken and rejected by keys and by the
mouse; each gesture is an act."""

from __future__ import annotations

from typing import Any

import pytest
import regex
from playwright.sync_api import Page

from tests.e2e.app_server import AppServer
from tests.e2e.highlighter_page import acts, another_highlighter, on, some_data
from tests.e2e.test_lane import TEXTS, moved, words

TEXT = "The battery life is good, and the screen is bright. The service was slow, but kind."
POS, NEG = "POS", "NEG"
ROUNDED = 1.25
"""px: each mark that begins or ends may round by a 64th of one, and here are some forty on a line."""


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    another_highlighter(sheet, shared_app.url)
    sheet.evaluate("() => { root.host.style.width = '900px'; root.host.style.display = 'block'; }")
    return sheet


def ghost(words: str, class_: str, label: str, sure: float, text: str = TEXT) -> dict[str, Any]:
    start = text.index(words)
    where = {"start": start, "end": start + len(words)}
    return {"key": f"g-{words}", **where, "tag": [class_, label], "confidence": sure}


GHOSTS = [
    ghost("battery life", "Battery", POS, 0.912),
    ghost("screen", "Screen", POS, 0.55),
    ghost("service", "Service", POS, 0.804),
]


def draw(page: Page, *segments: dict[str, Any], ghosts: list[dict[str, Any]] = GHOSTS, **more: Any) -> None:
    page.evaluate("(data) => { draw(data); }", some_data(TEXT, *segments, ghosts=ghosts, **more))


def status(page: Page) -> str:
    return page.locator(".status").inner_text()


def done(page: Page) -> list[tuple[str, list[str], Any]]:
    """What was done about ghosts: kind, their keys, and as what they are taken."""
    return [(one["kind"], [g["key"] for g in one["ghosts"]], one.get("tag")) for one in acts(page)]


def test_keys_walk_what_is_proposed_take_it_reject_it_and_take_it_as_something_else(page: Page) -> None:
    draw(page, on(TEXT, "slow", ("Service", NEG)))
    page.evaluate("() => box.focus()")
    page.keyboard.press("Tab")
    assert status(page) == "Proposed, 91 %: “battery life” Battery · POS. Enter takes, Delete rejects"
    page.keyboard.press("Enter")
    assert done(page) == [("take", ["g-battery life"], None)]
    assert status(page) == "Took “battery life” Battery · POS; 2 more proposed"
    page.keyboard.press("Delete")  # the one after it was picked
    page.keyboard.press("n")
    assert done(page)[1:] == [("reject", ["g-screen"], None), ("take", ["g-service"], ["Service", NEG])]
    assert page.locator(".ghost").count() == 0
    assert page.locator(".caption").evaluate_all("(all) => all.map((c) => c.dataset.caption)") == [
        "Battery · POS",
        "Service · NEG",
        "Service · NEG",
    ]
    # What was changed stays picked, as the segment that it has become.
    page.keyboard.press("Shift+ArrowRight")
    assert acts(page)[-1]["kind"] == "move"
    assert acts(page)[-1]["segment"] == f"{acts(page)[2]['window']}-3.0.0"


def test_what_is_proposed_for_a_whole_document_is_said_beside_its_name_until_it_is_taken(page: Page) -> None:
    shape = {"classes": True, "labels": True, "whole": True}
    draw(page, ghosts=[ghost(TEXT, "Screen", POS, 0.9)], shape=shape)
    row = page.get_by_role("button", name="Whole document")
    assert row.inner_text() == "Whole document: proposed Screen · POS"
    page.evaluate("() => box.focus()")
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    assert done(page) == [("take", [f"g-{TEXT}"], None)]
    assert row.inner_text() == "Whole document: Screen · POS"


def test_all_that_is_sure_enough_is_taken_as_one_act(page: Page) -> None:
    draw(page)
    bar = page.locator(".foot .ghosts")
    assert bar.locator(".count").inner_text() == "3 proposed"
    assert bar.locator("button").inner_text() == "Take 2"
    page.evaluate("() => box.focus()")
    page.keyboard.press("Shift+Enter")
    assert done(page) == [("take", ["g-battery life", "g-service"], None)]
    assert bar.locator(".count").inner_text() == "1 proposed"
    page.keyboard.press("Shift+Enter")
    assert "None of what is proposed here is 80 % sure" in status(page)
    assert len(acts(page)) == 1
    bar.locator("select").select_option("50")
    bar.locator("button").click()
    assert done(page)[1:] == [("take", ["g-screen"], None)]
    assert bar.is_hidden()


def test_what_is_clicked_on_has_its_buttons_beside_it_and_its_confidence_is_said(page: Page) -> None:
    draw(page)
    page.locator("mark", has_text="screen").click()
    judge = page.locator(".judge")
    caption, buttons = page.locator(".caption.picked").bounding_box(), judge.bounding_box()
    assert caption
    assert buttons
    assert 0 <= buttons["y"] - (caption["y"] + caption["height"]) < 12
    judge.get_by_role("button", name="Reject").click()
    assert done(page) == [("reject", ["g-screen"], None)]
    spoken = page.locator("mark").evaluate_all("(all) => all.map((m) => m.dataset.opens)")
    assert spoken == ["start proposed Battery · POS, 91 %", "start proposed Service · POS, 80 %"]
    page.mouse.move(0, 0)
    page.locator("mark", has_text="battery life").hover()
    shown = page.locator(".caption.hovered").get_attribute("data-all")
    assert shown == "proposed Battery · POS, 91 %"


def test_in_a_document_that_was_just_opened_tab_picks_what_is_proposed_first(page: Page) -> None:
    draw(page)
    page.evaluate("() => box.focus()")
    draw(page, document="another")
    page.keyboard.press("Tab")
    assert status(page).startswith("Proposed, 91 %: “battery life”")


def test_tab_after_a_click_below_the_last_line_picks_what_is_proposed_first(page: Page) -> None:
    draw(page)
    page.evaluate("() => { box.style.height = '300px'; }")
    frame = page.locator(".text").bounding_box()
    assert frame
    for key in ("Tab", "Delete"):  # also where the text had the focus before
        page.mouse.click(frame["x"] + 40, frame["y"] + 280)
        page.keyboard.press("Tab")
        page.keyboard.press(key)
    assert done(page) == [("reject", ["g-battery life"], None)]


def test_read_only_nothing_is_taken(page: Page) -> None:
    draw(page, readOnly="Only looked at")
    page.evaluate("() => box.focus()")
    for key in ("Tab", "Enter", "Delete", "1", "Shift+Enter"):
        page.keyboard.press(key)
    assert not acts(page)
    assert status(page) == "Only looked at"
    assert page.locator(".ghost").count() == 3
    assert page.locator(".foot .ghosts").is_hidden()


@pytest.mark.parametrize("name", TEXTS)
def test_no_word_moves_for_what_is_proposed(page: Page, name: str) -> None:
    text = TEXTS[name]
    found = [one.span() for one in regex.finditer(r"\p{L}[\p{L}\p{M}]+", text)] if name != "Chinese" else []
    places = found or [(n, n + 3) for n in range(0, len(text) - 3, 2)]
    many = [
        {"key": f"g{n}", "start": start, "end": end, "tag": ["Screen", POS], "confidence": 0.5}
        for n, (start, end) in enumerate(places)
    ]
    page.evaluate("(data) => { draw(data); }", some_data(text, ghosts=[]))
    before = words(page)
    page.evaluate("(data) => { draw(data); }", some_data(text, ghosts=many))
    assert page.locator(".ghost").count() >= len(many)
    assert moved(before, words(page)) <= ROUNDED
    page.evaluate("() => box.focus()")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert moved(before, words(page)) <= ROUNDED
