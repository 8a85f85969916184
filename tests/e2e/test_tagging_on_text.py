"""Tagging on the text in Chromium: by keyboard and by mouse, in every script, and what is sent of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.highlighter_page import a_segment, on, open_highlighter, some_data

SCRIPTS = {
    "plain": ("The battery life is good.", "battery"),
    "emoji before": ("good 🙂🍕 pizza here", "pizza"),
    "ZWJ family": ("we 👨‍👩‍👧‍👦 came", "👨‍👩‍👧‍👦"),
    "flags": ("the 🇩🇪🇫🇷 teams won", "teams"),
    "combining marks": ("un cafe\u0301 noir", "cafe\u0301"),
    "Arabic": ("الخدمة كانت ممتازة", "كانت"),
    "Hindi": ("सेवा बहुत अच्छी थी", "अच्छी"),
    "CRLF": ("one\r\ntwo\r\nthree", "two"),
    "astral": ("𠮷野 and 𝒎𝒂𝒕𝒉 here", "𝒎𝒂𝒕𝒉"),
}


@pytest.fixture
def page(page: Page) -> Page:
    open_highlighter(page)
    return page


def draw(page: Page, data: dict[str, Any]) -> None:
    page.evaluate("(data) => { draw(data); }", data)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def acts(page: Page) -> list[dict[str, Any]]:
    """What is on its way to Python."""
    found: list[dict[str, Any]] = page.evaluate("() => sent.at(-1)?.value.ops ?? []")
    return found


def told(page: Page) -> str:
    return page.locator(".status").inner_text()


def walk_to(page: Page, text: str, words: str) -> None:
    """The text cursor to where some words start, one grapheme cluster at a time."""
    page.locator(".text").focus()
    press(page, "Control+Home")
    steps = page.evaluate(
        "([text, size]) => [...new Intl.Segmenter(undefined, {granularity: 'grapheme'})"
        ".segment(text.slice(0, size))].length",
        [text, len(text[: text.index(words)].encode("utf-16-le")) // 2],
    )
    forward = "ArrowLeft" if "\u0600" <= text[0] <= "\u06ff" else "ArrowRight"
    press(page, *[forward] * steps)


@pytest.mark.parametrize(("text", "words"), SCRIPTS.values(), ids=SCRIPTS)
def test_words_chosen_by_keyboard_come_out_as_the_python_slice(page: Page, text: str, words: str) -> None:
    draw(page, some_data(text))
    walk_to(page, text, words)
    press(page, "Shift+ArrowLeft" if "\u0600" <= text[0] <= "\u06ff" else "Shift+ArrowRight", "1", "p")
    (act,) = acts(page)
    start, end = act["span"]
    assert text[start:end] == words
    assert (act["op"], act["tag"]) == ("add", ["Battery", "POS"])


@pytest.mark.parametrize(("text", "words"), SCRIPTS.values(), ids=SCRIPTS)
def test_words_dragged_over_with_the_mouse_come_out_as_the_python_slice(
    page: Page, text: str, words: str
) -> None:
    draw(page, some_data(text, on(text, words, key="guide")))
    frame = page.locator("mark").first.bounding_box()
    draw(page, some_data(text))
    assert frame is not None
    page.mouse.move(frame["x"] + 1, frame["y"] + frame["height"] / 2)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] - 1, frame["y"] + frame["height"] / 2, steps=6)
    page.mouse.up()
    page.locator(".chip", has_text="Screen").click()
    page.locator(".chip", has_text="NEG").click()
    (act,) = acts(page)
    start, end = act["span"]
    assert text[start:end] == words
    assert act["tag"] == ["Screen", "NEG"]


def test_a_tag_is_painted_before_anybody_answers_and_counted_on_its_chips(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text))
    walk_to(page, text, "battery")
    press(page, "Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "1", "p")
    assert page.locator("mark").inner_text() == "battery life"
    assert page.locator(".chip", has_text="Battery").locator(".count").inner_text() == "1"
    assert told(page) == "Tagged “battery life” Battery · POS"


def test_the_answer_changes_nothing_that_was_painted_and_a_refusal_takes_it_back(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text))
    walk_to(page, text, "battery")
    press(page, "Shift+ArrowRight", "1", "p")
    (act,) = acts(page)
    held = a_segment(4, 11, ("Battery", "POS"), key=f"{act['window']}-{act['n']}.0")
    page.evaluate("() => (box.querySelector('mark').mine = true)")
    draw(page, some_data(text, held, applied={act["window"]: 1}, acks={act["window"]: 1}))
    assert page.evaluate("() => box.querySelector('mark').mine") is True
    refused = [{"window": act["window"], "n": 1, "reason": "it is gone"}]
    draw(page, some_data(text, applied={act["window"]: 1}, acks={act["window"]: 1}, refused=refused))
    assert page.locator("mark").count() == 0
    assert page.locator(".alert").inner_text() == "Taken back: it is gone."


def test_acts_are_sent_again_with_the_later_ones_until_they_are_acknowledged(page: Page) -> None:
    text = "one two three"
    draw(page, some_data(text))
    for words in ("one", "two", "three"):
        walk_to(page, text, words)
        press(page, "Shift+ArrowRight", "2", "n")
    assert [act["n"] for act in acts(page)] == [1, 2, 3]
    window = acts(page)[0]["window"]
    draw(page, some_data(text, acks={window: 2}, applied={window: 2}))
    page.wait_for_function("() => sent.at(-1).value.ops.length === 1", timeout=10_000)
    assert [act["n"] for act in acts(page)] == [3]


def test_acts_that_nobody_acknowledged_are_sent_after_the_page_was_loaded_again(page: Page) -> None:
    text = "one two three"
    draw(page, some_data(text))
    walk_to(page, text, "two")
    press(page, "Shift+ArrowRight", "2", "n")
    (act,) = acts(page)
    open_highlighter(page)
    draw(page, some_data(text, scope="another"))
    assert acts(page) == []
    draw(page, some_data(text))
    assert acts(page) == [act]
    assert page.locator("mark").inner_text() == "two"


def test_a_picked_segment_is_retagged_given_a_further_tag_and_loses_tags_one_by_one(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text, on(text, "battery life", ("Battery", "POS"), key="b0")))
    page.locator("mark").click()
    press(page, "n", "+", "2", "p", "Backspace", "Backspace")
    assert [(act["op"], act.get("from"), act.get("tag")) for act in acts(page)] == [
        ("retag", ["Battery", "POS"], ["Battery", "NEG"]),
        ("tag", None, ["Screen", "POS"]),
        ("untag", ["Battery", "NEG"], None),
        ("delete", None, None),
    ]
    assert page.locator("mark").count() == 0


def test_borders_move_by_words_with_keys_and_by_the_handles_with_the_mouse(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text, on(text, "battery", ("Battery", "POS"), key="b0")))
    page.locator(".text").focus()
    press(page, "Tab", "Shift+ArrowRight", "Control+Shift+ArrowLeft", "Alt+Shift+ArrowLeft")
    spans = [text[slice(*act["span"])] for act in acts(page)]
    assert spans == ["battery life", "The battery life", "The battery lif"]
    ball = page.locator(".handle.end").bounding_box()
    assert ball is not None
    page.mouse.move(ball["x"] + 1, ball["y"] + ball["height"] + 4)
    page.mouse.down()
    page.mouse.move(ball["x"] + 125, ball["y"] + ball["height"] / 2, steps=8)
    page.mouse.up()
    assert text[slice(*acts(page)[-1]["span"])].startswith("The battery life is")


def test_a_name_without_a_key_is_found_by_typing_it(page: Page) -> None:
    text = "The pool is cold"
    names = [f"Topic {number}" for number in range(40)]
    draw(page, some_data(text, classes=names, keys={"classes": {}, "labels": {"NEG": "n"}}))
    walk_to(page, text, "pool")
    press(page, "Shift+ArrowRight", "/")
    page.keyboard.type("topic 37")
    press(page, "Enter", "n")
    assert acts(page)[0]["tag"] == ["Topic 37", "NEG"]
    assert text[slice(*acts(page)[0]["span"])] == "pool"


def test_a_document_tagged_as_a_whole_takes_one_key_and_enter_goes_on(page: Page) -> None:
    shape = {"classes": True, "labels": False, "oneTag": False, "whole": True}
    later = {"document": "two", "position": 1, "text": "Another", "segments": [], "done": False}
    draw(
        page,
        some_data(
            "Reset my mail", labels=[], shape=shape, next=[later], more={"next": True, "previous": False}
        ),
    )
    page.locator(".text").focus()
    press(page, "2", "Enter")
    assert [(act["op"], act["document"]) for act in acts(page)] == [
        ("add", "one"),
        ("done", "one"),
        ("go", "one"),
    ]
    assert acts(page)[0]["span"] == [0, 13]
    assert page.locator(".text").inner_text().strip() == "Another"
    press(page, "1")
    assert (acts(page)[-1]["document"], acts(page)[-1]["position"]) == ("two", 1)


def test_the_next_to_do_is_shown_at_once_where_it_was_handed_over_else_python_is_asked(page: Page) -> None:
    two = {"document": "two", "position": 1, "text": "Second", "segments": [], "done": True}
    three = two | {"document": "three", "position": 2, "text": "Third", "done": False}
    draw(page, some_data("First", next=[two, three], more={"next": True, "previous": False}))
    page.locator(".text").focus()
    press(page, ">")
    assert page.locator(".text").inner_text().strip() == "Third"
    press(page, ",")
    assert page.locator(".text").inner_text().strip() == "Second"
    assert [act["to"] for act in acts(page)] == [2, 1]
    draw(page, some_data("First", scope="another", next=[two], more={"next": False, "previous": False}))
    press(page, ">")
    (act,) = acts(page)
    assert (act["op"], act["to"], act["what"]) == ("go", None, "to-do")
    assert told(page) == "Opening …"


def test_the_next_problem_is_asked_of_python_which_alone_knows_of_all_documents(page: Page) -> None:
    later = {"document": "two", "position": 1, "text": "Second", "segments": [], "done": False}
    draw(page, some_data("First", next=[later], more={"next": False, "previous": False}))
    page.locator(".text").focus()
    press(page, "!")
    assert [(act["op"], act["to"], act["what"]) for act in acts(page)] == [("go", None, "problem")]
    assert told(page) == "Opening …"


def test_what_python_says_of_the_last_document_does_not_take_one_back_from_the_next(page: Page) -> None:
    later = {"document": "two", "position": 1, "text": "Another", "segments": [], "done": False}
    given = {"next": [later], "more": {"next": True, "previous": False}}
    draw(page, some_data("First", **given))
    page.locator(".text").focus()
    press(page, ".")
    draw(page, some_data("First", **given))
    assert page.locator(".text").inner_text().strip() == "Another"
    (act,) = acts(page)
    draw(page, some_data("Another", document="two", position=1, applied={act["window"]: act["n"]}))
    assert page.locator(".text").inner_text().strip() == "Another"


def test_a_read_only_session_says_why_and_sends_nothing(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text, readOnly="You are a viewer"))
    walk_to(page, text, "battery")
    press(page, "Shift+ArrowRight", "1", "p")
    assert acts(page) == []
    assert told(page) == "You are a viewer"


def test_selecting_snaps_to_words_and_alt_selects_characters(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text))
    walk_to(page, text, "battery")
    press(page, "Shift+ArrowRight", "Shift+ArrowRight")
    assert told(page) == "Selected: “battery”"
    press(page, "Escape")
    walk_to(page, text, "battery")
    press(page, "Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight")
    assert told(page) == "Selected: “ba”"


def test_a_component_that_is_ended_and_begun_again_where_it_stands_keeps_cursor_pick_and_outbox(
    page: Page,
) -> None:
    text = "one two three"
    page.evaluate("(data) => { window.end = draw(data); }", some_data(text))
    walk_to(page, text, "two")
    press(page, "Shift+ArrowRight", "1")
    page.evaluate("() => end()")
    page.wait_for_timeout(10)
    page.evaluate("(data) => { window.end = draw(data); }", some_data(text))
    press(page, "p", "Control+Shift+ArrowRight", "2", "n")
    page.evaluate("() => end()")
    page.wait_for_timeout(400)
    press(page, "Shift+Tab")
    assert [text[slice(*act["span"])] for act in acts(page)] == ["two", "three"]
    assert page.locator("mark.picked").inner_text() == "three"


def test_a_component_that_left_the_page_listens_to_no_key(page: Page) -> None:
    page.evaluate("(data) => { window.end = draw(data); }", some_data("one two three"))
    page.evaluate("() => { end(); document.querySelector('#host').remove(); }")
    page.wait_for_timeout(400)
    press(page, "?")
    assert acts(page) == []


def test_every_occurrence_is_asked_for_with_the_words_at_the_cursor_or_of_the_segment(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text))
    walk_to(page, text, "battery")
    press(page, "=")
    (act,) = acts(page)
    assert (act["op"], act["what"], text[slice(*act["span"])]) == ("ask", "occurrences", "battery")
    press(page, "Shift+ArrowRight", "1", "p", "Shift+Tab")
    page.get_by_role("button", name="Every occurrence").click()
    assert (acts(page)[-1]["what"], acts(page)[-1]["tag"]) == ("occurrences", ["Battery", "POS"])
