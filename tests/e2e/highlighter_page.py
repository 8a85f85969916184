"""The highlighter alone on a page: its real HTML, CSS and JS, with a stand-in for what Streamlit hands it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route

from components.annotate.highlighter import CSS, HTML, JS

ORIGIN = "http://tagwright.test/"
LIGHT = {
    "background-color": "#ffffff",
    "text-color": "#17252a",
    "border-color": "#cdd9d9",
    "primary-color": "#0f6b6b",
}
DARK = {
    "background-color": "#10191b",
    "text-color": "#e4eeee",
    "border-color": "#34464a",
    "primary-color": "#4fc3b4",
}
SHELL = "<!doctype html><meta charset='utf-8'><title>text</title><body><a href='#'>before</a><div id='host'></div><a href='#'>after</a>"
START = """async ([html, css, theme]) => {
  const host = document.querySelector("#host");
  for (const name in theme) host.style.setProperty("--st-" + name, theme[name]);
  document.body.style.background = theme["background-color"];
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = "<style></style>" + html;
  root.querySelector("style").textContent = css;
  window.root = root;
  window.box = root.querySelector(".text");
  window.sent = [];
  window.unit = await import("/highlighter.js");
  window.draw = (data) => window.unit.default({
    data, parentElement: root, setStateValue: (name, value) => window.sent.push({ name, value }),
  });
}"""


def open_highlighter(page: Page, theme: dict[str, str] = LIGHT) -> None:
    """Leaves `draw(data)`, `unit` (the module), `root`, `box` and `sent` on the page's window."""

    def answer(route: Route) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(body=JS, content_type="text/javascript; charset=utf-8")
        else:
            route.fulfill(body=SHELL, content_type="text/html; charset=utf-8")

    page.route(ORIGIN + "**", answer)
    page.goto(ORIGIN)
    page.evaluate(START, [HTML, CSS, theme])


def a_segment(
    start: int, end: int, *tags: tuple[str | None, str | None], key: str = "", problem: str = ""
) -> dict[str, Any]:
    return {
        "key": key or f"{start}-{end}",
        "start": start,
        "end": end,
        "tags": [list(tag) for tag in tags],
        "problem": problem,
    }


def some_data(text: str, *segments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What Python hands over; `show` and `say` may be given as (number, what)."""
    data = {
        "scope": "mine",
        "document": "one",
        "position": 0,
        "done": False,
        "text": text,
        "segments": list(segments),
        "classes": ["Battery", "Screen", "Service"],
        "labels": ["POS", "NEG"],
        "shape": {"classes": True, "labels": True, "oneTag": False, "whole": False},
        "keys": {
            "classes": {"Battery": "1", "Screen": "2", "Service": "3"},
            "labels": {"POS": "p", "NEG": "n"},
        },
        "next": [],
        "previous": [],
        "more": {"next": False, "previous": False},
        "applied": {},
        "acks": {},
        "refused": [],
        "only": {"classes": [], "labels": []},
        "show": None,
        "said": None,
        "readOnly": "",
        **changes,
    }
    if isinstance(data["show"], tuple):
        data["show"] = {"count": data["show"][0], "segment": data["show"][1]}
    return data


def on(
    text: str, words: str, *tags: tuple[str | None, str | None], key: str = "", problem: str = ""
) -> dict[str, Any]:
    """A segment on the first place where `words` stand; its key is the words."""
    start = text.index(words)
    return a_segment(start, start + len(words), *tags, key=key or words, problem=problem)
