"""The highlighter alone on a page: the real files as the app serves them,
with a stand-in for what Streamlit hands it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Page

from components.shell.assets import FILES, loader

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
BODY = "<a href='#'>before</a><div id='host' style='height: 40rem'></div><a href='#'>after</a>"
SHELL = f"<!doctype html><base href='/'><title>text</title><body>{BODY}"
FOLDER = "annotate/highlighter"
MODULES = sorted(name for name in FILES if name.startswith((f"{FOLDER}/js/", "shell/waiting.js")))
RESET = """(body) => {
  window.drawn?.();
  window.listening?.abort();
  getSelection().removeAllRanges();
  document.body.innerHTML = body;
  sessionStorage.clear();
  localStorage.clear();
}"""
START = """async ([script, modules, theme]) => {
  const host = document.querySelector("#host");
  for (const name in theme) host.style.setProperty("--st-" + name, theme[name]);
  document.body.style.background = theme["background-color"];
  const root = host.attachShadow({ mode: "open" });
  window.root = root;
  const sent = (window.sent = []); // what an older one sends later is not heard
  if (!window.unit) {
    const blob = new Blob([script], { type: "text/javascript" });
    ({ default: window.start } = await import(URL.createObjectURL(blob)));
    const [all] = await Promise.all(Object.values(window.tagwright));
    window.unit = Object.assign({}, ...modules.map((name) => all.modules[name]));
  }
  window.draw = (data) => {
    window.drawn = start({
      data,
      parentElement: root,
      // Of a pick it is told when one stays on it, so at any time.
      setStateValue: (name, value) => void (name !== "picked" && sent.push({ name, value })),
    });
    window.box = root.querySelector(".text");
    return window.drawn;
  };
}"""


def open_highlighter(page: Page, app: str) -> None:
    """On a page just loaded. `app`: an address of the app that serves the files."""
    empty_page(page, app)
    _begin(page)


def another_highlighter(page: Page, app: str) -> None:
    """On a page like one just loaded. It is loaded only if there is none yet: the scripts take longer than
    most that is tried on them."""
    if page.evaluate("() => !window.unit"):
        empty_page(page, app)
    page.mouse.move(0, 0)
    page.evaluate(RESET, BODY)
    _begin(page)


def _begin(page: Page) -> None:
    """Leaves `draw(data)`, `unit` (what the modules export), `root`, `box` and `sent` on the page's window.

    A test may leave `listening`, what ends its own listeners.
    """
    page.evaluate(START, [loader(FOLDER), MODULES, LIGHT])


def acts(page: Page) -> list[dict[str, Any]]:
    """What is on its way to Python: the report sent last."""
    found: list[dict[str, Any]] = page.evaluate("() => sent.at(-1)?.value.acts ?? []")
    return found


def empty_page(page: Page, app: str) -> None:
    """Open an empty page of the app's host, where the components' files have the address that the app gives
    them."""
    page.goto(urljoin(app, "/_stcore/health"))
    page.set_content(SHELL)


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
        "adds": {"classes": [], "labels": []},
        "next": [],
        "previous": [],
        "more": {"next": False, "previous": False},
        "applied": {},
        "kept": {},
        "refused": [],
        "only": {"classes": [], "labels": []},
        "show": None,
        "said": None,
        "sought": "",
        "readOnly": "",
        **changes,
    }
    # As the app gives them away: the n-th name has the n-th look.
    data.setdefault(
        "looks", {part: {name: n for n, name in enumerate(data[part])} for part in ("classes", "labels")}
    )
    if isinstance(data["show"], tuple):
        data["show"] = {"count": data["show"][0], "segment": data["show"][1]}
    return data


def on(
    text: str, words: str, *tags: tuple[str | None, str | None], key: str = "", problem: str = ""
) -> dict[str, Any]:
    """A segment on the first place where `words` stand; its key is the words."""
    start = text.index(words)
    return a_segment(start, start + len(words), *tags, key=key or words, problem=problem)
