"""How fast tagging feels: from a key to the paint and to the table, and from document to document.

    python -m bench.annotator [--rounds 20]

Starts the app on a folder of its own with documents of about 40 words, one of 2,000 words with 300 segments,
one of 37,000 words with 1,850 segments and one with 15 of each 20 words tagged, and types in a browser. All
times are taken inside the page, from the event's own timestamp to the first frame in which what it brings
about is there. The first figure is the machine's: how long a page with nothing but a button and a table takes
to answer. One tag at a time: the app has answered before the next.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.letters import CLASSES, LABELS, WORDS, app, letters, link, make_session
from labeling.model import Document, Segment, Tag
from tests.e2e.app_server import AppServer
from tests.e2e.chromium import launch

DOCUMENTS = {
    "40 words": (20, 16, 150),
    "2,000 words, 300 segments": (2, 28, 300),
    "37,000 words, 1,850 segments": (62, None, None),
    "2,700 words, 2,025 segments": (63, None, 1000),
}
"""Number in the session; by design at most so many milliseconds to the paint (median),
to the answer (p95)."""
ALL = tuple(range(1, 16))
START = """() => {
  const host = [...document.querySelectorAll("*")].find((node) => node.shadowRoot?.querySelector(".text"));
  const root = host?.shadowRoot ?? document;
  const counter = () => document.querySelector(".st-key-changes-list button").textContent;
  // The height of all rows changes with the picture; the table for screen readers follows 200 ms behind.
  const rows = () => document.querySelector('[class*="st-key-segments-"] .dvn-scroller')?.scrollHeight ?? 0;
  const state = () => ({
    text: root.querySelector(".text")?.textContent,
    marks: root.querySelectorAll(".caption").length,
    counter: counter(),
    rows: rows(),
  });
  const frame = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  });
  window.measure = (type) => new Promise((done) => {
    const before = state();
    const took = {};
    addEventListener(type, (event) => {
      const began = event.timeStamp;
      const look = () => frame(() => {
        const now = state();
        const since = performance.now() - began;
        if (now.marks !== before.marks || now.text !== before.text) took.painted ??= since;
        if (now.counter !== before.counter && now.rows !== before.rows) took.answered ??= since;
        if (since > window.patience || (took.painted && took.answered)) done(took);
        else look();
      });
      look();
    }, { once: true, capture: true });
  });
}"""


def dense(count: int = 2000, marked: tuple[int, ...] = (3, 9, 15)) -> Document:
    """So many words in paragraphs of 100, with a segment at these places of each 20: 300 of 2,000 words."""
    words = [WORDS[n * 7 % len(WORDS)] + ("\n" if n % 100 == 99 else "") for n in range(count)]
    text = " ".join(words)
    segments, at = [], 0
    for n, word in enumerate(words):
        if n % 20 in marked:
            span = (at, at + len(word.strip()))
            tag = Tag.of(CLASSES[n % 4], LABELS[n % 3])
            segments.append(Segment(span=span, text=word.strip(), tags=(tag,)))
        at += len(word) + 1
    return Document(text=text, segments=tuple(segments))


def took(page: Page, key: str = "", patience: int = 1500) -> dict[str, float]:
    """Milliseconds from a key press, or from a click on the place where the mouse is, to what followed."""
    page.evaluate("(most) => { window.patience = most; }", patience)
    page.evaluate("(type) => { window.result = measure(type); }", "keydown" if key else "pointerup")
    if key:
        page.keyboard.press(key)
    else:
        page.mouse.down()
        page.wait_for_timeout(40)
        page.mouse.up()
    found: dict[str, float] = page.evaluate("() => window.result")
    page.wait_for_timeout(250)
    return found


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("textbox", name="Document text").locator("mark").first.wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(START)


def bare(page: Page, folder: Path, rounds: int) -> None:
    """The answers of a page with nothing in it."""
    server = AppServer(folder, script=Path(__file__).with_name("bare_page.py"), anew=True)
    try:
        page.goto(server.url)
        page.get_by_role("button", name="Add a row").focus()
        page.wait_for_timeout(1000)
        page.evaluate(START)
        say("a bare page's answer", [took(page, "Enter")["answered"] for _ in range(rounds)])
    finally:
        server.stop()


def tagging(page: Page, url: str, rounds: int, paint: int | None, answer: int | None) -> None:
    """Tags on words that have none: the cursor goes on by itself."""
    opened(page, url)
    page.get_by_role("textbox", name="Document text").focus()
    times = []
    while len(times) < rounds:
        page.keyboard.press("Control+ArrowRight")
        page.keyboard.press("Control+Shift+ArrowRight")
        page.keyboard.press("1")
        found = took(page, "p")
        if "painted" in found and "answered" in found:
            times.append(found)
    say("  key to painted", [found["painted"] for found in times], median=paint)
    say("  key to table and counter, kept", [found["answered"] for found in times], p95=answer)


def going_on(page: Page, url: str, rounds: int) -> None:
    opened(page, url)
    page.get_by_role("textbox", name="Document text").focus()
    say(
        "Done and next to the next document painted",
        [took(page, "Control+Enter", 600)["painted"] for _ in range(rounds)],
        median=80,
    )


def pressing(page: Page, url: str, rounds: int) -> None:
    """Clicks on Next, from one document to the next."""
    opened(page, url)
    box = page.get_by_role("button", name="Next", exact=True).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    found = [took(page, patience=600) for _ in range(rounds)]
    say("Next by its button", [one["painted"] for one in found if "painted" in one], median=30)


def opening(page: Page, url: str, rounds: int, row: int, other: int) -> list[float]:
    """Clicks on two documents of the list in turn; times of the first."""
    opened(page, url)
    options = page.get_by_role("listbox", name="Documents").get_by_role("option")
    times = []
    for turn in range(2 * rounds):
        box = options.nth((other, row)[turn % 2]).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
        found = took(page, patience=900)
        if turn % 2 and "painted" in found:
            times.append(found["painted"])
    return times


def say(what: str, times: list[float], *, median: int | None = None, p95: int | None = None) -> None:
    """What was measured, and what it is to be at most."""
    ordered = sorted(times)
    # By nearest rank: the least of the times that at least 95 of 100 do not exceed.
    last = ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else float("nan")
    middle = statistics.median(ordered) if ordered else float("nan")
    aims = [f"{name} < {aim}" for name, aim in (("median", median), ("p95", p95)) if aim is not None]
    aim = f" (aim: {', '.join(aims)})" if aims else ""
    print(f"{what}: median {middle:.0f} ms, p95 {last:.0f} ms of {len(ordered)}{aim}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=20)
    rounds = arguments.parse_args().rounds
    with app() as (server, api), sync_playwright() as playwright:
        # The second document is dense, the 62nd very long, the last full of tags.
        first, *others = letters(60)
        session = make_session(api, (first, dense(), *others, dense(37_000, (3,)), dense(2_700, ALL)))
        page = launch(playwright).new_page(viewport={"width": 1280, "height": 900})
        with tempfile.TemporaryDirectory() as folder:
            bare(page, Path(folder) / "data", rounds)
        for name, (number, *aims) in DOCUMENTS.items():
            print(name, flush=True)
            tagging(page, link(server.url, session, number), rounds, *aims)
        going_on(page, link(server.url, session, 21), rounds)
        pressing(page, link(server.url, session, 21), rounds)
        fifth = link(server.url, session, 5)
        say("open a document from the list", opening(page, fifth, rounds, row=7, other=9), median=140)
        say("open the dense one", opening(page, fifth, rounds, row=1, other=9), median=200)


if __name__ == "__main__":
    main()
