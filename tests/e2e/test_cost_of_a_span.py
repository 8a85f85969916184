"""What 33 spans over 15 documents cost a person: actions of the mouse, its way in pixels, and keys.

It counts and does not time. A drag and a click are an action each, a chord is one key.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from math import hypot
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from labeling.model import Session, TagNames
from labeling.sample import projects
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, acknowledged, come_to_the_text, open_text, tagged
from tests.e2e.runs import settled

COUNTS = [2, 2, 2, 2, 3] * 3
"""How many spans each document has."""
LONGEST = 20
"""Words of a sentence, at most; a document is as many sentences as its spans take."""
WORD = re.compile(r"\w+(?:['’]\w+)*")
ARTICLE = re.compile(r"(?:the|a|an|our|my|their|his|her|its|two|one|some)\s+", re.IGNORECASE)

PLACE = """([start, end]) => {
  const box = [...document.querySelectorAll("*")].map((node) => node.shadowRoot?.querySelector(".text"))
    .find(Boolean);
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node, at = 0; (node = walker.nextNode()); at += node.data.length) {
    if (at <= start && start < at + node.data.length) range.setStart(node, start - at);
    if (at < end && end <= at + node.data.length) range.setEnd(node, end - at);
  }
  const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
  const [first, last] = [rects[0], rects.at(-1)];
  return [[first.left + 2, (first.top + first.bottom) / 2], [last.right - 2, (last.top + last.bottom) / 2]];
}"""


class Span(NamedTuple):
    start: int
    end: int
    tag: TagNames


class Letter(NamedTuple):
    text: str
    spans: list[Span]


def letters() -> list[Letter]:
    """Of the sample's diary the sentences that hold spans with one of its four commonest tags."""
    (diary,) = [one for part in projects() for one in part.sessions if one.name == "A travel diary"]
    text, spans = diary.documents[0].text, list[Span]()
    for segment in sorted(diary.documents[0].segments, key=lambda one: one.start):
        article = ARTICLE.match(text, segment.start, segment.end)
        start = article.end() if article else segment.start
        is_short = len(text[start : segment.end].split()) <= 3
        is_one_tag = len(segment.tags) == 1 and all(segment.tags[0].names)
        if is_short and is_one_tag and (not spans or start >= spans[-1].end):
            spans.append(Span(start, segment.end, segment.tags[0].names))
    common = {tag for tag, _ in Counter(span.tag for span in spans).most_common(4)}
    found, words, held = list[Letter](), "", list[Span]()
    for sentence in re.finditer(r"[^.!?\n]+[.!?]*\s*", text):
        low, high = sentence.span()
        mine = [one for one in spans if one.tag in common and low <= one.start and one.end <= high]
        if not mine or len(sentence[0].split()) > LONGEST or len(found) == len(COUNTS):
            continue
        shift = len(words) - low
        held += [Span(start + shift, end + shift, tag) for start, end, tag in mine]
        words += sentence[0].strip() + " "
        if len(held) >= COUNTS[len(found)]:
            found.append(Letter(words.strip(), held[: COUNTS[len(found)]]))
            words, held = "", []
    return found


LETTERS = letters()
SPANS = sum(len(letter.spans) for letter in LETTERS)


class Person:
    """Somebody with a mouse and a keyboard, who counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.place = page, (640.0, 400.0)
        self.actions = self.keys = 0
        self.way = 0.0
        page.mouse.move(*self.place)

    def go(self, place: tuple[float, float]) -> None:
        self.way += hypot(place[0] - self.place[0], place[1] - self.place[1])
        self.place = place
        self.page.mouse.move(*place, steps=4)

    def drag(self, span: Span) -> None:
        """Over the words of a span."""
        start, end = self.page.evaluate(PLACE, [span.start, span.end])
        self.go(start)
        self.page.mouse.down()
        self.go(end)
        self.page.mouse.up()
        self.actions += 1

    def click(self, target: Locator) -> None:
        """To where it is nearest, a little inside of it."""
        box = target.bounding_box()
        assert box is not None
        x = min(max(self.place[0], box["x"] + 6), box["x"] + box["width"] - 6)
        y = min(max(self.place[1], box["y"] + 6), box["y"] + box["height"] - 6)
        self.go((x, y))
        self.page.mouse.click(x, y)
        self.actions += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def says(self, how: str) -> tuple[float, float, float]:
        """Actions, pixels and keys a span."""
        cost = (self.actions / SPANS, self.way / SPANS, self.keys / SPANS)
        said = f"{how}: {cost[0]:.2f} actions, {cost[1]:.0f} px, {cost[2]:.2f} keys a span"
        sys.stdout.write(f"\n{said}\n")
        return cost


@pytest.fixture
def session(server: AppServer, page: Page) -> Iterator[Session]:
    size = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 800})
    (diary,) = [one for part in projects() for one in part.sessions if one.name == "A travel diary"]
    made = a_session(server, *(letter.text for letter in LETTERS), classes=diary.classes, labels=diary.labels)
    open_text(page, server, made)
    come_to_the_text(page)
    yield made
    acknowledged(page)
    assert [
        sorted((letter.text[start:end], *tag) for start, end, tag in letter.spans) for letter in LETTERS
    ] == [sorted(units) for units in saved(page, server, made)]
    assert size is not None
    page.set_viewport_size(size)


def saved(page: Page, server: AppServer, session: Session) -> list[list[tuple[str, str | None, str | None]]]:
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    return tagged(server, session)


def shows(page: Page, letter: Letter) -> None:
    expect(page.get_by_role("textbox", name="Document text")).to_contain_text(letter.text[:60])


def test_it_is_33_spans_in_15_documents() -> None:
    assert (len(LETTERS), SPANS) == (15, 33)


def test_with_the_palette_a_span_costs_little_more_than_a_drag_and_a_click_close_by(
    page: Page, session: Session
) -> None:
    person = Person(page)
    palette = page.get_by_role("toolbar", name="Tag the selected words")
    for letter in LETTERS:
        shows(page, letter)
        for span in letter.spans:
            person.drag(span)
            whole = palette.get_by_role("button", name=f"Tag with {' · '.join(map(str, span.tag))}")
            if whole.count():
                person.click(whole)
                continue
            chips = page.locator(".classes .chip")
            class_ = palette.locator(f'button[title="{span.tag[0]}"]')
            person.click(class_ if class_.count() else chips.and_(page.locator(f'[title="{span.tag[0]}"]')))
            label = palette.locator(f'button[title="{span.tag[1]}"]')
            chip = page.locator(f'.labels .chip[title="{span.tag[1]}"]')
            person.click(label if label.count() else chip)
        person.press("Control+Enter")
    settled(page)
    actions, way, _ = person.says("By mouse with the palette")
    assert actions <= 2.2
    assert way <= 450


def test_with_held_tags_a_span_costs_little_more_than_a_drag(page: Page, session: Session) -> None:
    person = Person(page)
    each = sorted({span.tag for letter in LETTERS for span in letter.spans}, key=lambda tag: tag[::-1])
    held: TagNames = (None, None)
    for n, tag in enumerate(each):
        for part, name in enumerate(tag):
            if held[part] != name:
                person.click(page.locator(f'.{("classes", "labels")[part]} .chip[title="{name}"]'))
        held = tag
        is_last = n == len(each) - 1
        order = LETTERS if n % 2 == 0 else LETTERS[::-1]
        for at, letter in enumerate(order):
            shows(page, letter)
            for span in letter.spans:
                if span.tag == tag:
                    person.drag(span)
            if at < len(order) - 1:
                person.press("." if n % 2 == 0 else ",")
        if is_last:
            person.press("Escape")
    settled(page)
    actions, way, _ = person.says("By mouse with held tags")
    assert actions <= 1.2
    assert way <= 450


def test_by_keyboard_a_span_costs_five_keys(page: Page, session: Session) -> None:
    person, last = Person(page), None
    for letter in LETTERS:
        shows(page, letter)
        at = 0
        for span in letter.spans:
            person.press(*way_to(letter.text, at, span))
            if span.tag == last:
                person.press("Space")
            else:
                class_, label = (
                    page.locator(f'.chip[title="{name}"]').get_attribute("aria-keyshortcuts")
                    for name in span.tag
                )
                person.press(*(by_name(span.tag[0]) if class_ is None else [class_]), str(label))
            at, last = span.end, span.tag
        person.press("Control+Enter")
    settled(page)
    _, _, keys = person.says("By keyboard")
    assert keys <= 5


def by_name(name: str | None) -> list[str]:
    """A class without a key is found by the letters that it begins with."""
    return ["/", *str(name)[:2].lower(), "Enter"]


def way_to(text: str, at: int, span: Span) -> list[str]:
    """The keys that select a span from a cursor: by words, or by a jump where that takes fewer."""
    words = [match.span() for match in WORD.finditer(text)]
    size = sum(span.start <= start < span.end for start, _ in words)
    between = [start for start, _ in words if at <= start < span.start]
    begins = folded(text[span.start : span.start + 2])
    hits = sum(folded(text[start : start + 2]) == begins for start in between)
    walk = ["Control+ArrowRight"] * len(between) + ["Control+Shift+ArrowRight"] * size
    jump = [";", *begins, *";" * hits, *["Control+Shift+ArrowRight"] * (size - 1)]
    return min(walk, jump, key=len)


def folded(letters: str) -> str:
    parts = unicodedata.normalize("NFD", letters)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).lower()
