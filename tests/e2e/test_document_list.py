"""The list of documents alone on a page, as the app serves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from components.shell.assets import loader
from tests.e2e.app_server import AppServer
from tests.e2e.highlighter_page import empty_page

START = """async ([script, count]) => {
  document.body.innerHTML = "<p style='height: 60vh'></p><div></div><p style='height: 200vh'></p>";
  document.querySelector('div').style.height = "400px";
  const root = document.querySelector("div").attachShadow({ mode: "open" });
  const blob = new Blob([script], { type: "text/javascript" });
  const { default: start } = await import(URL.createObjectURL(blob));
  const documents = Array.from({ length: count }, (_, at) => [at, `Letter ${at + 1}`]);
  window.draw = (current) => start({
    data: { current, tags: documents.map(() => 0), done: [], changed: [], documents },
    parentElement: root,
    setStateValue: () => {},
  });
  window.list = () => root.querySelector(".list");
}"""
SIGHT = """(place) => {
  const [frame, node] = [list(), list().querySelector(`#document-${place}`)]
    .map((one) => one.getBoundingClientRect());
  return frame.top <= node.top && node.bottom <= frame.bottom;
}"""


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    empty_page(sheet, shared_app.url)
    sheet.evaluate(START, [loader("annotate/document_list"), 40])
    return sheet


def test_the_list_brings_the_open_document_into_sight_and_leaves_the_page_where_it_is(page: Page) -> None:
    for place in (0, 20, 39, 38, 12, 0):
        page.evaluate("(place) => void draw(place)", place)
        assert page.evaluate(SIGHT, place), f"document {place + 1} is out of sight"
        assert page.evaluate("() => scrollY") == 0
    page.evaluate("() => list().focus({ preventScroll: true })")
    page.keyboard.press("End")
    assert page.evaluate(SIGHT, 39)
    assert page.evaluate("() => scrollY") == 0


def test_the_list_is_as_high_as_its_place(page: Page) -> None:
    heights = []
    for height in (200, 300, 500):
        page.evaluate("(height) => void (document.querySelector('div').style.height = `${height}px`)", height)
        page.evaluate("() => void draw(0)")
        heights.append(page.evaluate("() => list().offsetHeight"))
        assert page.evaluate(SIGHT, 0)
    assert heights == [200, 300, 500]
