"""Buttons pressed after the connection came back and before the page is drawn again, in Chromium: the script
alone, with a stand-in for what Streamlit hands it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from components.shell.assets import ADDRESS
from tests.e2e.app_server import AppServer
from tests.e2e.highlighter_page import empty_page

START = """async (url) => {
  document.body.innerHTML = `<div id="app" data-test-connection-state="CONNECTED">
    <button><span>undo</span><p>Undo</p></button><button><p>Next</p></button></div>`;
  const { default: reconnection } = await import(url);
  window.done = [];
  for (const one of document.querySelectorAll("button")) {
    one.addEventListener("click", () => done.push(one.querySelector("p").textContent));
  }
  window.run = 0;
  window.draw = () => reconnection({ data: { run: ++window.run }, setStateValue: () => {} });
  window.end = draw();
  app.dataset.testConnectionState = "DISCONNECTED";
  await new Promise(requestAnimationFrame);
  app.dataset.testConnectionState = "CONNECTED";
  await new Promise(requestAnimationFrame);
}"""
DONE = "async () => { await new Promise((end) => setTimeout(end, 500)); return done; }"


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    empty_page(sheet, shared_app.url)
    sheet.evaluate(START, f"/{ADDRESS}/shell/reconnection/js/main.js")
    return sheet


def press(page: Page, *names: str) -> None:
    for name in names:
        page.locator("button", has_text=name).click()


def test_what_is_pressed_again_because_nothing_happened_is_done_once(page: Page) -> None:
    press(page, "Undo", "Undo", "Next", "Undo")
    page.evaluate("void draw()")
    assert page.evaluate(DONE) == []
    page.evaluate("void draw()")
    assert page.evaluate(DONE) == ["Undo", "Next"]
    press(page, "Undo", "Undo")
    assert page.evaluate(DONE) == ["Undo", "Next", "Undo", "Undo"], "each press counts again"


def test_it_is_said_which_button_is_gone_when_the_page_is_back(page: Page) -> None:
    press(page, "Undo", "Next")
    page.evaluate("() => { document.querySelector('button').remove(); draw(); draw(); }")
    assert page.evaluate(DONE) == ["Next"]
    line = page.locator(".outage")
    expect(line).to_have_text("Not done: “Undo”. That button is no longer there.")
    press(page, "Next")
    expect(line).to_be_hidden()


def test_presses_outlast_the_script_that_holds_them(page: Page) -> None:
    press(page, "Undo")
    page.evaluate("() => { end(); end = draw(); }")
    assert page.evaluate(DONE) == [], "the page is not whole yet"
    page.evaluate("void draw()")
    assert page.evaluate(DONE) == ["Undo"]


def test_when_another_version_of_the_script_goes_on_the_presses_are_done(page: Page) -> None:
    press(page, "Next")
    page.evaluate("void end()")
    assert page.evaluate(DONE) == ["Next"]
