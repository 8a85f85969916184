"""Thirty documents, tagged by keys with suggestions on: once something is learned it takes fewer keys."""

from __future__ import annotations

import random

from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, acknowledged, open_text, save, tagged
from tests.e2e.runs import settled
from tests.e2e.test_accessible import STILL, violations

STAFF, ROOM = ("butler", "porter", "host", "guide"), ("lobby", "garden", "terrace", "bath")
GOOD, BAD = ("kind", "bright", "warm"), ("rude", "dull", "cold")
KEYS = {"Staff": "1", "Room": "2", "POS": "p", "NEG": "n"}
Tagged = tuple[str, str, str]
COUNT, BY_HAND = 30, 16
"""Documents; and those that have the tags that it takes to learn."""


def letters() -> list[tuple[str, list[Tagged]]]:
    """Texts, each with its tags in order: words, class, label."""
    chance, found = random.Random(3), []
    for n in range(COUNT):
        text, tags = f"We came in week {n}", list[Tagged]()
        for class_, nouns in chance.sample([("Staff", STAFF), ("Room", ROOM)], 2):
            noun, good = chance.choice(nouns), chance.random() < 0.5
            text += f", and the {noun} was {chance.choice(GOOD if good else BAD)}"
            tags.append((noun, class_, "POS" if good else "NEG"))
        found.append((f"{text}.", tags))
    return found


class Hands:
    """Somebody at the keyboard, who counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.count += len(keys)

    def tag(self, words: str, class_: str, label: str) -> None:
        """Found by its first letters."""
        self.press(";", *words[:2], KEYS[class_], KEYS[label])

    def judge(self, suggested: list[Tagged], wanted: list[Tagged]) -> list[Tagged]:
        """What is suggested is taken, changed or rejected; gives what is still to be tagged."""
        left = list(wanted)
        if suggested:
            self.press("Tab")
        for words, class_, label in suggested:
            right = next((one for one in left if one[0] == words), None)
            if right is None:
                self.press("Delete")
                continue
            left.remove(right)
            if right == (words, class_, label):
                self.press("Enter")
            else:
                self.press(KEYS[right[1] if right[1] != class_ else right[2]], "Tab")
        return left


def suggested(page: Page) -> list[Tagged]:
    """What the text shows as suggested, in its order."""
    marks = page.locator(".text mark").evaluate_all(
        "(all) => all.map((mark) => [mark.textContent, mark.dataset.opens ?? ''])"
    )
    found = []
    for words, opens in marks:
        if opens.startswith("start proposed "):
            class_, label = opens.removeprefix("start proposed ").rpartition(",")[0].split(" · ")
            found.append((words, class_, label))
    return found


def test_thirty_documents_take_fewer_keys_with_what_is_suggested(server: AppServer, page: Page) -> None:
    session = a_session(server, *(text for text, _ in letters()), name="Suggested")
    open_text(page, server, session)
    hands, cost_by_hand, offered = Hands(page), 0, 0
    for n, (_, tags) in enumerate(letters()):
        expect(page.get_by_text(f"Document {n + 1} of {COUNT}")).to_be_visible()
        if n == BY_HAND:
            # Learning takes its time beside the page, which shows what there is when it is drawn.
            while not suggested(page):
                for key in (",", "."):
                    page.keyboard.press(key)
                    acknowledged(page)
                    settled(page)
        before, there = hands.count, suggested(page)
        offered += len(there)
        for one in hands.judge(there, tags):
            hands.tag(*one)
        hands.press("Control+Enter")
        acknowledged(page)
        settled(page)
        if n == 0:
            cost_by_hand = hands.count - before
    assert offered >= 20
    assert hands.count < 0.8 * COUNT * cost_by_hand
    page.locator(".st-key-suggestions button").first.click()
    expect(page.get_by_text(f"of {offered} that were suggested to you here")).to_be_visible()
    page.mouse.move(2, 2)  # away from the button, whose hint would stand over it half faded
    page.wait_for_function(STILL)
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Document text").focus()
    save(page)
    assert tagged(server, session) == [tags for _, tags in letters()]
