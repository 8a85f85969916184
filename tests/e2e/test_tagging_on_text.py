"""Tagging on the text in Chromium: by keyboard and by mouse, in every script, and what is sent of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import press
from tests.e2e.highlighter_page import a_segment, acts, another_highlighter, on, open_highlighter, some_data

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
def page(sheet: Page, shared_app: AppServer) -> Page:
    another_highlighter(sheet, shared_app.url)
    return sheet


def draw(page: Page, data: dict[str, Any]) -> None:
    page.evaluate("(data) => { draw(data); }", data)


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
    assert (act["kind"], act["tag"]) == ("add", ["Battery", "POS"])


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
    held = a_segment(4, 11, ("Battery", "POS"), key=f"{act['window']}-{act['number']}.0")
    page.evaluate("() => (box.querySelector('mark').mine = true)")
    draw(page, some_data(text, held, applied={act["window"]: 1}, kept={act["window"]: 1}))
    assert page.evaluate("() => box.querySelector('mark').mine") is True
    refused = [{"window": act["window"], "number": 1, "reason": "it is gone"}]
    draw(page, some_data(text, applied={act["window"]: 1}, kept={act["window"]: 1}, refused=refused))
    assert page.locator("mark").count() == 0
    assert page.locator(".alert").inner_text() == "Taken back: it is gone."


def test_acts_are_sent_again_with_the_later_ones_until_they_are_acknowledged(page: Page) -> None:
    text = "one two three"
    draw(page, some_data(text))
    for words in ("one", "two", "three"):
        walk_to(page, text, words)
        press(page, "Shift+ArrowRight", "2", "n")
    assert [act["number"] for act in acts(page)] == [1, 2, 3]
    window = acts(page)[0]["window"]
    draw(page, some_data(text, kept={window: 2}, applied={window: 2}))
    page.wait_for_function("() => sent.at(-1).value.acts.length === 1")
    assert [act["number"] for act in acts(page)] == [3]


def test_acts_that_nobody_acknowledged_are_sent_after_the_page_was_loaded_again(page: Page) -> None:
    text = "one two three"
    draw(page, some_data(text))
    walk_to(page, text, "two")
    press(page, "Shift+ArrowRight", "2", "n")
    (act,) = acts(page)
    open_highlighter(page, page.url)
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
    assert [(act["kind"], act.get("was"), act.get("tag")) for act in acts(page)] == [
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


LINES = " ".join(f"word{number}" for number in range(90))


@pytest.mark.parametrize(("side", "beside", "far"), [("end", 7, 90), ("start", -7, -90)])
def test_a_handle_held_beside_its_line_moves_the_border_on_that_line_and_stays_for_the_next_drag(
    page: Page, side: str, beside: int, far: int
) -> None:
    draw(page, some_data(LINES, on(LINES, "word43", ("Battery", "POS"), key="b0")))
    page.locator(".text").focus()
    press(page, "Tab")
    spans = []
    for way in (far, -far):
        handle = page.locator(f".handle.{side}").bounding_box()
        assert handle is not None
        x, y = (
            handle["x"] + handle["width"] / 2,
            handle["y"] + (handle["height"] if beside > 0 else 0) + beside,
        )
        # Headless Chromium loses some drags that begin between two pixels.
        x, y = round(x), round(y)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + way, y, steps=6)
        page.mouse.up()
        spans.append(LINES[slice(*acts(page)[-1]["span"])])
        assert told(page) == f"Now “{spans[-1]}”"
        assert picked(page)
    assert (
        spans[0]
        in {
            "end": ("word43 word44", "word43 word44 word45"),
            "start": ("word42 word43", "word41 word42 word43"),
        }[side]
    )
    assert len(spans[1]) < len(spans[0])


def picked(page: Page) -> bool:
    return page.locator("mark.picked").count() > 0


@pytest.mark.parametrize(
    ("text", "words", "chord", "then"),
    [
        ("the staff was kind", "staff", "Alt+Shift+ArrowRight", "staff w"),
        ("the staff was kind", "staff", "Alt+Control+Shift+ArrowLeft", "e staff"),
        ("one\r\ntwo", "one", "Alt+Shift+ArrowRight", "one\r\nt"),
        ("good 🙂 food", "good", "Alt+Shift+ArrowRight", "good 🙂"),
        ("सेवा बहुत अच्छी", "बहुत", "Alt+Shift+ArrowRight", "बहुत अ"),
    ],
)
def test_a_border_moved_by_characters_goes_over_white_space_to_the_next_one(
    page: Page, text: str, words: str, chord: str, then: str
) -> None:
    draw(page, some_data(text, on(text, words, ("Battery", "POS"))))
    page.locator(".text").focus()
    press(page, "Tab", chord)
    assert [sliced(text, act) for act in acts(page)] == [then]


def test_a_segment_is_counted_as_in_the_table_also_where_that_is_not_the_order_of_the_text(
    page: Page,
) -> None:
    text = "The battery life is good."
    draw(page, some_data(text, on(text, "life"), on(text, "battery")))
    draw(page, some_data(text, on(text, "life"), on(text, "battery"), show=(1, "life")))
    assert told(page).startswith("Segment 1 of 2: “life”")
    page.locator(".text").focus()
    press(page, "Shift+Tab")
    assert told(page).startswith("Segment 2 of 2: “battery”")


def test_what_was_told_of_a_segment_is_over_when_it_is_changed_elsewhere(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text))
    walk_to(page, text, "battery")
    press(page, "Control+Shift+ArrowRight", "1", "p")
    assert told(page) == "Tagged “battery” Battery · POS"
    (act,) = acts(page)
    number = {act["window"]: act["number"]}
    there = a_segment(*act["span"], ("Battery", "POS"), key=f"{act['window']}-1.0")
    draw(page, some_data(text, there, applied=number, acks=number))
    assert told(page) == "Tagged “battery” Battery · POS", "the answer to the act itself"
    draw(page, some_data(text, applied=number, acks=number))
    assert told(page) == "0 segments"


def test_every_occurrence_is_asked_for_of_words_just_tagged_also_where_documents_are_tagged_as_a_whole(
    page: Page,
) -> None:
    text = "The battery life is good"
    shape = {"classes": True, "labels": False, "oneTag": False, "whole": True}
    draw(page, some_data(text, labels=[], shape=shape))
    walk_to(page, text, "battery")
    press(page, "Control+Shift+ArrowRight", "1", "=")
    act = acts(page)[-1]
    assert (act["kind"], text[slice(*act["span"])]) == ("ask", "battery")
    press(page, "*", "2", "=")
    assert told(page) == "Select words first"
    press(page, "Control+End", "=")
    act = acts(page)[-1]
    assert (act["kind"], text[slice(*act["span"])]) == ("ask", "good")


def test_a_read_only_session_says_why_whatever_is_tried(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text, on(text, "battery", ("Battery", "POS")), readOnly="You are a viewer"))
    page.locator(".text").focus()
    for key in ("+", "1", "Shift+ArrowRight", "Control+Shift+ArrowLeft", "Space", "Delete", "="):
        press(page, "Control+Home", "Tab", key)
        assert told(page) == "You are a viewer", key
    assert page.locator('[aria-pressed="true"]').count() == 0
    press(page, "Escape")
    walk_to(page, text, "life")
    press(page, "Shift+ArrowRight", "1", "p")
    assert told(page) == "You are a viewer"
    assert acts(page) == []


def test_borders_are_drawn_in_by_words_until_one_word_is_left(page: Page) -> None:
    text = "a nice, good battery life 🙂🍕 here"
    draw(page, some_data(text, on(text, "good battery life", key="b0")))
    page.locator(".text").focus()
    press(page, "Tab", "Shift+ArrowLeft", "Control+Shift+ArrowRight")
    assert [sliced(text, act) for act in acts(page)] == ["good battery", "battery"]
    press(page, "Shift+ArrowLeft")
    assert (len(acts(page)), told(page)) == (2, "The end cannot move further")
    press(page, "Control+Shift+ArrowRight")
    assert (len(acts(page)), told(page)) == (2, "The start cannot move further")
    press(page, "Shift+ArrowRight", "Shift+ArrowRight", "Control+Shift+ArrowLeft", "Control+Shift+ArrowLeft")
    assert [sliced(text, act) for act in acts(page)[2:]] == [
        "battery life",
        "battery life 🙂",
        "good battery life 🙂",
        "nice, good battery life 🙂",
    ]


def sliced(text: str, act: dict[str, Any]) -> str:
    """The words of an act, as Python slices them."""
    return text[slice(*act["span"])]


ANY = {"classes": None, "labels": None}
"""Any new name can be added to both lists."""


def test_a_session_without_classes_says_so_and_takes_them_where_they_would_stand(page: Page) -> None:
    nothing = {"classes": [], "labels": [], "keys": {"classes": {}, "labels": {}}}
    draw(page, some_data("The pool is cold", adds=ANY, **nothing))
    assert told(page) == "There is nothing to tag with yet: add a class or a label above"
    page.get_by_text("+ Add class").click()
    page.keyboard.type("Pool", delay=5)
    press(page, "Enter")
    page.keyboard.type("1rp c", delay=5)
    press(page, "Enter", "Enter")
    assert [(act["kind"], act["what"], act["name"]) for act in acts(page)] == [
        ("name", "classes", "Pool"),
        ("name", "classes", "1rp c"),
    ]
    assert told(page) == "Added the class “1rp c”"
    page.keyboard.type("Be")
    named = {"classes": ["Pool", "1rp c"], "keys": {"classes": {"Pool": "1", "1rp c": "2"}, "labels": {}}}
    draw(page, some_data("The pool is cold", adds=ANY, **{**nothing, **named}))
    page.keyboard.type("d")
    assert page.get_by_label("Name of a new class").input_value() == "Bed", "typed while the others came"
    press(page, "Escape")
    assert page.evaluate("() => root.activeElement === box")
    assert page.get_by_role("list", name="Classes").get_by_role("listitem").all_inner_texts()[2:] == ["+"]
    press(page, "1", "Enter")
    assert acts(page)[-1]["tag"] == ["Pool", None]


def test_names_are_added_by_keys_alone_and_only_where_a_list_takes_more(page: Page) -> None:
    draw(page, some_data("The pool is cold", adds={"classes": [], "labels": ["NEU"]}))
    assert page.get_by_role("button", name="Add a class").count() == 0
    page.locator(".text").focus()
    press(page, "Shift+Tab", "Shift+Tab", "Enter")
    field = page.get_by_label("Name of a new label")
    assert field.evaluate(
        "node => [node.matches(':focus'), ...[...node.list.options].map((o) => o.value)]"
    ) == [
        True,
        "NEU",
    ]
    page.keyboard.type("NEU")
    press(page, "Tab")
    assert field.is_visible(), "what is typed is not thrown away"
    field.press("Enter")
    assert acts(page)[-1]["name"] == "NEU"
    draw(page, some_data("The pool is cold", adds=ANY, readOnly="You are a viewer"))
    assert page.get_by_role("button", name="Add a").count() == 0


@pytest.mark.parametrize("name", ["battery", "Вattery", "Batt\u00e9ry", "Bat tery"])
def test_a_name_that_looks_like_another_is_added_by_a_second_enter(page: Page, name: str) -> None:
    draw(page, some_data("The pool is cold", adds=ANY))
    page.get_by_role("button", name="Add a class").click()
    press(page, "Enter")
    assert told(page) == "Type the name of a class first"
    page.keyboard.insert_text(name)
    press(page, "Enter")
    assert told(page).startswith("There is “Battery” already, which looks much the same")
    assert acts(page) == []
    press(page, "Enter")
    assert [act["name"] for act in acts(page)] == [name]


def test_escape_on_a_button_below_the_text_leaves_the_pick_for_the_text(page: Page) -> None:
    text = "a nice bed here"
    draw(page, some_data(text, on(text, "bed", ("Battery", "POS"))))
    page.mouse.click(*place_of(page, "bed"))
    page.get_by_role("button", name="Tag 1: Battery · POS").focus()
    press(page, "Escape")
    assert not picked(page)
    assert page.evaluate("() => root.activeElement === box")


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


MANY = [f"Topic {number}" for number in range(40)]
DIGITS = {name: str(number) for number, name in enumerate(MANY[:10])}


def test_of_more_classes_than_keys_those_used_most_come_first_and_none_moves_within_a_document(
    page: Page,
) -> None:
    def first(count: int = 3) -> list[str]:
        return page.locator(".classes .chip .name").all_inner_texts()[:count]

    text = "The pool is cold"
    later = {"document": "two", "position": 1, "text": text, "done": False}
    later["segments"] = [on(text, "pool", ("Topic 12", "POS"))]
    many = {"classes": MANY, "keys": {"classes": DIGITS, "labels": {"NEG": "n"}}}
    draw(page, some_data(text, next=[later], more={"next": True, "previous": False}, **many))
    assert first() == ["Topic 12", "Topic 0", "Topic 1"]
    page.locator(".text").focus()
    press(page, "Control+Shift+ArrowRight", "3", "n", "Control+Shift+ArrowRight", "3", "n")
    assert first() == ["Topic 12", "Topic 0", "Topic 1"]
    looks = page.locator(".classes .chip").first.locator(".swatch").get_attribute("style")
    press(page, ".")
    assert first() == ["Topic 3", "Topic 12", "Topic 0"]
    assert page.locator(".classes .chip").nth(1).locator(".swatch").get_attribute("style") == looks
    few = {"classes": MANY[:10], "keys": {"classes": DIGITS, "labels": {}}}
    draw(page, some_data(text, document="three", **few))
    assert first() == ["Topic 0", "Topic 1", "Topic 2"], "there is a key for each"


def test_only_what_there_is_something_of_is_asked_for(page: Page) -> None:
    draw(page, some_data("The pool is cold", classes=[], keys={"classes": {}, "labels": {"POS": "p"}}))
    page.locator(".text").focus()
    press(page, "Control+Shift+ArrowRight", "p")
    (act,) = acts(page)
    assert act["tag"] == [None, "POS"]


def test_what_is_selected_is_seen_again_when_nothing_was_found_for_it(page: Page) -> None:
    draw(page, some_data("The pool is cold"))
    page.locator(".text").focus()
    press(page, "Control+Shift+ArrowRight", "/", "Escape")
    assert (
        page.evaluate(
            "() => [...CSS.highlights.get('tagwright-chosen') ?? []].join('') || String(root.getSelection())"
        )
        == "The"
    )


def test_the_way_to_a_tag_stands_below_a_text_until_the_person_has_given_one(page: Page) -> None:
    keys = {"classes": {"Room": "1"}, "labels": {"POS": "p"}}
    named = {"classes": ["Room"], "labels": ["POS"], "keys": keys}
    draw(page, some_data("The pool is cold", **named))
    steps = "1. Select words · 2. press 1 for Room · 3. press p for POS"
    assert page.locator(".status").inner_text() == steps
    page.locator(".text").focus()
    press(page, "Control+Shift+ArrowRight", "1", "p", "Control+z")
    draw(page, some_data("The pool is cold", document="two", **named))
    assert page.locator(".status").inner_text() == "0 segments"


def test_a_new_class_can_be_typed_where_the_chips_are_too_many_to_be_seen(page: Page) -> None:
    names = [f"Topic with a long name {number}" for number in range(60)]
    draw(page, some_data("The pool", classes=names, keys={"classes": {}, "labels": {}}, adds=ANY))
    chips, add = page.locator(".chips").bounding_box(), page.get_by_role("button", name="Add a class")
    place = add.bounding_box()
    assert chips is not None
    assert place is not None
    assert chips["y"] <= place["y"]
    assert place["y"] + place["height"] <= chips["y"] + chips["height"]
    add.click()
    assert page.get_by_label("Name of a new class").evaluate("node => node.matches(':focus')")


def test_classes_scroll_alone_where_they_leave_the_labels_no_room_however_few_they_are(page: Page) -> None:
    size = page.viewport_size
    assert size is not None
    labels, everything = page.locator(".labels .chip"), page.get_by_role("button", name="All 15")
    named = {"keys": {"classes": {}, "labels": {}}, "labels": ["POS", "NEG", "NEU"], "adds": ANY}
    top = "(node) => node.getBoundingClientRect().top"
    draw(page, some_data("The pool", classes=[f"C{number}" for number in range(15)], **named))
    assert not everything.is_visible()
    draw(page, some_data("The pool", classes=["Room", "Bed"], **named))
    assert labels.last.evaluate(top) == page.locator(".classes .chip").last.evaluate(top)
    try:
        draw(page, some_data("The pool", classes=[f"Topic with a long name {n}" for n in range(15)], **named))
        for width in (size["width"], 800):
            page.set_viewport_size({"width": width, "height": size["height"]})
            for label in labels.all():
                expect(label).to_be_in_viewport(ratio=1)
            last = page.locator(".classes .chip").last
            expect(last).not_to_be_in_viewport()
            last.scroll_into_view_if_needed()
            expect(last).to_be_in_viewport(ratio=0.5)
            expect(everything).to_be_in_viewport() if width > 900 else None
    finally:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})


def test_on_a_phone_labels_and_what_is_picked_are_seen_and_a_pick_moves_nothing(page: Page) -> None:
    size = page.viewport_size
    assert size is not None
    text = "The balcony is small"
    names = [f"Class {number}" for number in range(13)]
    boxes = "() => ['.text', '.chips'].map((at) => root.querySelector(at).getBoundingClientRect().bottom)"
    page.set_viewport_size({"width": 390, "height": 844})
    try:
        draw(page, some_data(text, on(text, "balcony", ("Class 0", "POS")), classes=names))
        for label in page.locator(".labels .chip").all():
            expect(label).to_be_in_viewport(ratio=1)
        before = page.evaluate(boxes)
        page.locator("mark").click()
        assert told(page) == "Segment 1 of 1: “balcony” Class 0 · POS"
        assert page.locator(".status").evaluate("(node) => node.scrollWidth <= node.clientWidth")
        assert page.evaluate(boxes) == before
    finally:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})


def test_find_says_where_nothing_fits_and_what_can_be_done(page: Page) -> None:
    draw(page, some_data("The pool", adds=ANY))
    page.locator(".text").focus()
    press(page, "/")
    assert not page.locator(".nothing").is_visible()
    page.keyboard.type("zzz")
    said = "No class or label fits “zzz”. Type less of it, or add it with + behind the names; Esc leaves."
    assert page.locator(".nothing").inner_text() == said
    press(page, "Enter")
    assert page.get_by_role("combobox").input_value() == "zzz", "it stays"
    page.get_by_role("combobox").fill("Bat")
    assert not page.locator(".nothing").is_visible()


def test_a_letter_that_is_no_key_finds_the_names_that_begin_with_it_where_words_are_selected(
    page: Page,
) -> None:
    text = "The pool is cold"
    draw(page, some_data(text))
    walk_to(page, text, "pool")
    press(page, "s")
    assert not page.locator(".search").is_visible(), "nothing is selected"
    press(page, "Shift+ArrowRight", "s")
    assert page.get_by_role("combobox").input_value() == "s"
    page.keyboard.type("er")
    press(page, "Enter", "n")
    assert (sliced(text, acts(page)[0]), acts(page)[0]["tag"]) == ("pool", ["Service", "NEG"])


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
    press(page, "*", "2", "Enter")
    assert [(act["kind"], act["document"]) for act in acts(page)] == [
        ("add", "one"),
        ("done", "one"),
        ("go", "one"),
    ]
    assert acts(page)[0]["span"] == [0, 13]
    assert page.locator(".text").inner_text().strip() == "Another"
    press(page, "1")
    assert (acts(page)[-1]["document"], acts(page)[-1]["position"]) == ("two", 1)
    assert acts(page)[-1]["span"] == [0, 7], "the next document is the target as well"
    assert told(page) == "Tagged the whole document Battery"


WHOLE = {"classes": True, "labels": True, "oneTag": False, "whole": True}
"""A session whose documents may be tagged as a whole."""


def test_a_key_tags_the_selection_or_the_word_at_the_cursor_and_never_the_document_by_itself(
    page: Page,
) -> None:
    text = "The battery life is good ... ok"
    draw(page, some_data(text, shape=WHOLE))
    walk_to(page, text, "battery")
    press(page, "1", "p")
    walk_to(page, text, ".. ok")
    press(page, "1", "p")
    assert told(page) == "Select words first"
    press(page, "Escape", "Escape", "1", "p")
    assert [sliced(text, act) for act in acts(page)] == ["battery"]


def test_the_document_is_tagged_from_the_row_at_its_head_which_says_that_it_is_the_target(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text, shape=WHOLE))
    row = page.get_by_role("button", name="Whole document")
    row.click()
    assert (row.get_attribute("aria-pressed"), told(page)) == ("true", "Whole document")
    press(page, "2")
    assert told(page) == "Whole document: Screen: choose a label now; Enter takes it alone"
    press(page, "n")
    assert sliced(text, acts(page)[-1]) == text
    assert told(page) == "Tagged the whole document Screen · NEG"
    assert row.inner_text() == "Whole document: Screen · NEG"
    press(page, "2", "n")
    assert [act["kind"] for act in acts(page)] == ["add", "untag"], "once more takes it away"
    press(page, "2", "n")
    page.mouse.click(*place_of(page, "life"))
    assert row.get_attribute("aria-pressed") == "false"
    press(page, "1", "p")
    assert sliced(text, acts(page)[-1]) == "life", "a word is a word where the document has a tag, too"


def test_the_row_of_the_document_is_come_to_by_tab_and_taken_by_enter(page: Page) -> None:
    text = "Reset my mail"
    draw(page, some_data(text, shape=WHOLE))
    page.locator(".text").focus()
    press(page, "Shift+Tab")
    row = page.get_by_role("button", name="Whole document")
    assert row.evaluate("node => node.matches(':focus')")
    press(page, "Enter", "1", "p")
    assert [sliced(text, act) for act in acts(page)] == [text]
    assert page.evaluate("() => root.activeElement === box")
    press(page, "Escape", "1", "p")
    assert [sliced(text, act) for act in acts(page)] == [text, "Reset"]


def test_where_only_words_are_tagged_no_document_can_be_the_target(page: Page) -> None:
    draw(page, some_data("Reset my mail"))
    page.locator(".text").focus()
    press(page, "*", "1", "p")
    assert not page.locator(".whole").is_visible()
    assert acts(page)[0]["span"] == [0, 5]


def test_escape_leaves_the_cursor_behind_what_was_picked(page: Page) -> None:
    text = "a nice bed here"
    draw(page, some_data(text, on(text, "bed", ("Battery", "POS"))))
    page.locator(".text").focus()
    press(page, "Tab", "Escape", "2", "n")
    assert told(page) == "Select words first", "what was picked is not meant once more"
    press(page, "Control+Shift+ArrowRight", "2", "n")
    assert [sliced(text, act) for act in acts(page)] == ["here"]


def test_a_segment_is_split_by_keys_alone(page: Page) -> None:
    text = "a nice clean bed here"
    draw(page, some_data(text, on(text, "nice clean bed", ("Battery", "POS"))))
    page.locator(".text").focus()
    press(page, "Tab", "Shift+ArrowLeft", "Escape", "Control+Shift+ArrowRight", "1", "n")
    assert [(act["kind"], sliced(text, act)) for act in acts(page)] == [
        ("move", "nice clean"),
        ("add", "bed"),
    ]


def test_a_jump_selects_the_next_word_that_begins_with_two_letters_and_the_same_key_the_one_after(
    page: Page,
) -> None:
    text = "The battery is good, the base small. A bag lies on the Bar."
    draw(page, some_data(text))
    page.locator(".text").focus()
    press(page, ";")
    assert told(page) == "Jump to a word: type its first two letters"
    press(page, "b")
    assert told(page) == "Jump to a word: b…"
    press(page, "a")
    assert told(page) == "Selected: “battery”"
    press(page, ";", ";")
    assert told(page) == "Selected: “bag”"
    press(page, "1", "p", ";", ";")
    assert told(page) == "Selected: “Bar”"
    press(page, ";")
    assert told(page) == "Selected: “battery”", "from the end it goes on at the start"
    press(page, "Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "2", "n")
    assert [sliced(text, act) for act in acts(page)] == ["bag", "battery is good"]


@pytest.mark.parametrize("text", ["the bed, the desk", "the bed) … the desk", "the bed 🙂 the desk"])
def test_words_selected_from_behind_a_word_on_do_not_begin_with_the_marks_that_close_it(
    page: Page, text: str
) -> None:
    draw(page, some_data(text))
    walk_to(page, text, text[len("the bed") :])
    press(page, "Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "1", "p")
    assert sliced(text, acts(page)[0]) == ("🙂 the desk" if "🙂" in text else "the desk")


def test_the_first_words_of_a_document_that_was_just_opened_are_selected_as_any_others(page: Page) -> None:
    draw(page, some_of_many(1))
    page.locator(".text").focus()
    press(page, ".", "Control+Shift+ArrowRight", "1", "p")
    assert (acts(page)[-1]["document"], acts(page)[-1]["span"]) == ("d2", [0, 6])


MARKED = """() => [...(CSS.highlights.get("tagwright-hits") ?? [])].map(String)"""


def test_what_the_documents_are_searched_for_is_marked_walked_and_tagged(page: Page) -> None:
    text = "The bed was soft. A Bedroom, a bed."
    draw(page, some_data(text, on(text, "Bedroom", ("Battery", "POS"))))
    assert page.evaluate(MARKED) == []
    before = page.locator("mark").bounding_box()
    draw(page, some_data(text, on(text, "Bedroom", ("Battery", "POS")), sought="bed"))
    assert page.evaluate(MARKED) == ["bed", "Bed", "bed"]
    assert page.locator("mark").bounding_box() == before
    page.locator(".text").blur()
    press(page, "Control+g")
    assert told(page) == "“bed”: hit 1 of 3"
    press(page, "1", "p")
    assert page.evaluate(MARKED) == ["bed", "Bed", "bed"], "drawn anew"
    press(page, "Control+Shift+g")
    assert told(page) == "“bed”: hit 1 of 3"
    press(page, "Control+Shift+g")
    assert told(page) == "“bed”: hit 3 of 3"
    press(page, "2", "n", "Control+g", "=")
    act = acts(page)[-1]
    assert (act["what"], sliced(text, act)) == ("occurrences", "bed")
    assert [sliced(text, act) for act in acts(page)[:2]] == ["bed", "bed"]
    draw(page, some_data(text, sought=""))
    assert page.evaluate(MARKED) == []


def test_escape_leaves_a_jump_and_letters_are_keys_again(page: Page) -> None:
    text = "The battery is good, the base small."
    draw(page, some_data(text))
    page.locator(".text").focus()
    press(page, "Control+Shift+ArrowRight", ";", "b", "Escape")
    assert told(page) == "Selected: “The”"
    press(page, "1", "p", ";", "x", "y")
    assert told(page) == "No word begins with “xy”"
    press(page, ";", "g", "ArrowRight", "n")
    assert [act["kind"] for act in acts(page)] == ["add"], "an arrow leaves it as well"
    assert told(page) == "NEG: choose a class now; Enter tags with it alone"


def test_a_picked_segment_is_joined_with_the_next_of_its_tags_by_a_key_and_by_a_button(page: Page) -> None:
    text = "a bed here, a small bed there, a bed"
    tag, other = ("Battery", "POS"), ("Screen", "NEG")
    spans = [on(text, "bed here", tag), on(text, "small", other), on(text, "bed there", tag)]
    draw(page, some_data(text, *spans, a_segment(len(text) - 3, len(text), tag, key="last")))
    page.locator(".text").focus()
    press(page, "Tab", "Control+j")
    assert told(page) == "Joined: “bed here, a small bed there”"
    page.get_by_role("button", name="Join").click()
    assert [(act["kind"], act["segment"], act["other"]) for act in acts(page)] == [
        ("join", "bed here", "bed there"),
        ("join", "bed here", "last"),
    ]
    assert page.locator("mark.picked").all_inner_texts() == ["bed here, a ", "small", " bed there, a bed"]
    press(page, "Control+j")
    assert told(page) == "No later segment with the same tags: Battery · POS"
    press(page, "Escape", "Control+j")
    assert len(acts(page)) == 2


def test_a_segment_is_split_at_the_word_that_was_clicked_on_and_at_the_cursor(page: Page) -> None:
    text = "a nice, clean bed here"
    draw(page, some_data(text, on(text, "nice, clean bed", ("Battery", "POS"), key="b0")))
    page.mouse.click(*place_of(page, "clean", 0.2))
    page.get_by_role("button", name="Split").click()
    assert told(page) == "Split into “nice” and “clean bed”"
    press(page, "Escape", "Control+ArrowRight", "Control+ArrowRight", "Control+ArrowLeft", "Control+x")
    assert [(act["kind"], sliced(text, act)) for act in acts(page)] == [("split", ", "), ("split", " ")]
    assert page.locator("mark").all_inner_texts() == ["nice", "clean", "bed"]


def test_a_split_without_a_place_says_what_it_needs_and_outside_a_segment_the_key_is_the_browsers(
    page: Page,
) -> None:
    text = "a nice, clean bed here"
    draw(page, some_data(text, on(text, "nice, clean bed", ("Battery", "POS"), key="b0")))
    page.locator(".text").focus()
    press(page, "Tab", "Control+x")
    assert told(page) == "Put the cursor inside the segment, or click on the word, where it is to be split"
    press(page, "Escape", "Control+Home", "Control+x")
    assert acts(page) == []


@pytest.mark.parametrize("text", ["A quiet, clean room.", "我喜欢这个酒店"])
def test_one_key_passes_a_word_and_the_next_tag_it(page: Page, text: str) -> None:
    draw(page, some_data(text))
    words = page.evaluate(
        "text => [...unit.borders(text).words].filter(w => w.isWordLike).map(w => w.segment)", text
    )
    page.locator(".text").focus()
    for _ in words:
        press(page, "Control+ArrowRight", "1", "p")
    assert [sliced(text, act) for act in acts(page)] == words


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
    assert (act["kind"], act["to"], act["what"]) == ("go", None, "to-do")
    assert told(page) == "Opening …"


def test_the_buttons_above_the_text_lead_on_as_their_keys_do_but_not_ahead_of_a_cell(page: Page) -> None:
    two = some_data("Second", document="two", position=1)
    bar = """() => {
      const button = (name) => {
        const place = Object.assign(document.createElement("div"), { className: `st-key-${name}` });
        place.append(Object.assign(document.createElement("button"), { textContent: name }));
        place.onclick = () => (window.asked = [...(window.asked ?? []), name]);
        return place;
      };
      const portal = Object.assign(document.createElement("div"), { id: "portal" });
      document.body.append(...["previous", "next", "next-to-do", "done-and-next"].map(button), portal);
    }"""
    page.evaluate(bar)
    draw(page, some_data("First", next=[two], more={"next": True, "previous": False}))
    for name in ("next", "previous"):
        page.get_by_role("button", name=name, exact=True).click()
    # What a double click opens, nobody has seen yet: it is not marked as done.
    page.get_by_role("button", name="done-and-next", exact=True).dblclick()
    ways = [(act["kind"], act.get("way"), act.get("to")) for act in acts(page)]
    assert ways == [("go", 1, 1), ("go", -1, 0), ("done", None, None), ("go", 1, 1)]
    assert page.evaluate("() => [box.textContent, window.asked ?? []]") == ["Second", []]
    page.evaluate("() => document.querySelector('#portal').append(document.createElement('input'))")
    page.get_by_role("button", name="previous", exact=True).click()
    assert (len(acts(page)), page.evaluate("() => window.asked")) == (4, ["previous"])


def test_heading_and_list_say_which_document_is_open_also_while_python_has_not_heard_of_it(
    page: Page,
) -> None:
    page.evaluate(
        """async () => {
          const heading = document.createElement("div");
          heading.className = "st-key-document-bar";
          heading.innerHTML = "<h3><span>Document 1 of 2</span></h3><div></div>";
          document.body.prepend(heading);
          const [all] = await Promise.all(Object.values(tagwright));
          const list = heading.querySelector("div").attachShadow({ mode: "open" });
          const data = { current: 0, tags: [0, 0], done: [], changed: [], documents: [[0, "a"], [1, "b"]] };
          const drawList = all.component("annotate/document_list");
          window.tellList = (current) => drawList({
            data: { ...data, current }, parentElement: list, setStateValue: () => {},
          });
          tellList(0);
          window.said = () => [
            getComputedStyle(heading.querySelector("h3"), "::after").content,
            list.querySelector("[aria-selected=true]").id,
          ];
        }"""
    )
    two = some_data("Second", document="two", position=1)
    draw(page, some_data("First", next=[two], more={"next": True, "previous": False}))
    page.locator(".text").focus()
    press(page, ".")
    page.wait_for_function("() => said()[1] === 'document-1'")
    assert page.evaluate("() => said()[0]") == '"Document 2 of 2"'
    page.evaluate("() => void tellList(0)")
    assert page.evaluate("() => said()[1]") == "document-1", "Python tells of an edit in the first"
    (act,) = acts(page)
    draw(page, two | {"applied": {act["window"]: act["number"]}})
    page.evaluate("() => void tellList(1)")
    assert page.evaluate("() => said()") == ["none", "document-1"]


def test_the_next_problem_is_asked_of_python_which_alone_knows_of_all_documents(page: Page) -> None:
    later = {"document": "two", "position": 1, "text": "Second", "segments": [], "done": False}
    draw(page, some_data("First", next=[later], more={"next": False, "previous": False}))
    page.locator(".text").focus()
    press(page, "!")
    assert [(act["kind"], act["to"], act["what"]) for act in acts(page)] == [("go", None, "problem")]
    assert told(page) == "Opening …"


def numbered(number: int, *segments: dict[str, Any], done: bool = False) -> dict[str, Any]:
    text = f"letter {number}"
    return {
        "document": f"d{number}",
        "position": number,
        "text": text,
        "segments": list(segments),
        "done": done,
    }


def some_of_many(number: int, last: int = 20, **changes: Any) -> dict[str, Any]:
    """The data of one of numbered letters, with two handed over ahead and one behind."""
    around = {
        "next": [numbered(n) for n in range(number + 1, min(number + 3, last + 1))],
        "previous": [numbered(number - 1)] if number > 1 else [],
        "more": {"next": number < last, "previous": number > 1},
    }
    return some_data(**{**around, **numbered(number), **changes})


def text_now(page: Page) -> str:
    return page.locator(".text").inner_text().strip()


def test_answers_about_documents_left_behind_hand_more_over_so_that_nobody_waits_at_the_third(
    page: Page,
) -> None:
    draw(page, some_of_many(1))
    page.locator(".text").focus()
    for number in range(2, 12):
        press(page, ".")
        assert text_now(page) == f"letter {number}"
        draw(page, some_of_many(number - 1, applied={acts(page)[-1]["window"]: number - 2}))
        assert text_now(page) == f"letter {number}"


def test_a_document_come_back_to_shows_what_python_said_of_it_meanwhile(page: Page) -> None:
    draw(page, some_of_many(1))
    page.locator(".text").focus()
    press(page, "Shift+ArrowRight", "1", "p", ".", ".")
    (tagged, first, _) = acts(page)
    window, key = tagged["window"], f"{tagged['window']}-1.0"
    letter = a_segment(0, 6, ("Battery", "POS"), key=key)
    # The answer to the first of two steps onward.
    said = {window: first["number"]}
    draw(page, some_of_many(2, previous=[numbered(1, letter)], applied=said, kept=said))
    press(page, ",", ",")
    assert text_now(page) == "letter 1"
    assert page.locator("mark").inner_text() == "letter"
    press(page, "1", "p")
    assert [act["kind"] for act in acts(page)] == ["go", "go", "go"], "it has this tag already"


def test_what_is_typed_while_the_next_document_is_opened_is_done_there_and_nowhere_else(page: Page) -> None:
    shape = {"classes": True, "labels": False, "oneTag": False, "whole": True}
    draw(page, some_of_many(1, next=[], shape=shape))
    page.locator(".text").focus()
    press(page, "*", "1", "Enter", "2", "Enter", "3")
    assert [act["kind"] for act in acts(page)] == ["add", "done", "go"]
    window = acts(page)[0]["window"]
    draw(page, some_of_many(2, shape=shape, applied={window: 3}, kept={window: 3}))
    assert [(act["document"], act["kind"], act.get("tag")) for act in acts(page)] == [
        ("d2", "add", ["Screen", None]),
        ("d2", "done", None),
        ("d2", "go", None),
        ("d3", "add", ["Service", None]),
    ]


def test_while_the_next_document_is_opened_the_browser_keeps_its_keys_and_escape_leaves_the_text(
    page: Page,
) -> None:
    draw(page, some_of_many(1, next=[]))
    page.evaluate(
        """() => {
          window.keys = [];
          window.listening = new AbortController();
          const heard = (event) => {
            if (!event.defaultPrevented) keys.push(event.key);
            event.preventDefault();
          };
          document.addEventListener("keydown", heard, { signal: listening.signal });
        }"""
    )
    page.locator(".text").focus()
    browsers = ("F5", "Control+r", "Control+c", "F12", "PageDown", "Alt+ArrowLeft", "q")
    press(page, ".", *browsers, "1", "p")
    assert page.evaluate("() => keys.filter((key) => !['Control', 'Alt'].includes(key))") == [
        name.rpartition("+")[2] for name in browsers
    ]
    press(page, "Escape")
    assert page.evaluate("() => root.activeElement === box")
    press(page, "Escape")
    assert page.evaluate("() => root.activeElement === null")
    page.evaluate("() => (keys = [])")
    press(page, "Control+r", "Control+l", "Tab")
    assert page.evaluate("() => keys.filter((key) => key !== 'Control')") == ["r", "l", "Tab"]
    draw(page, some_of_many(2))
    assert [act["kind"] for act in acts(page)] == ["go"], "what was typed was given up"


def test_what_was_typed_for_a_document_that_is_not_found_is_not_done_to_the_one_that_stays(
    page: Page,
) -> None:
    draw(page, some_of_many(1))
    page.locator(".text").focus()
    press(page, "!", "Control+Shift+ArrowRight", "1", "p")
    (act,) = acts(page)
    window = act["window"]
    draw(page, some_of_many(1, applied={window: 1}, kept={window: 1}))
    assert page.locator("mark").count() == 0
    press(page, "Control+Shift+ArrowRight", "1", "p")
    assert page.locator("mark").inner_text() == "letter"


def test_what_python_says_of_the_last_document_does_not_take_one_back_from_the_next(page: Page) -> None:
    later = {"document": "two", "position": 1, "text": "Another", "segments": [], "done": False}
    given = {"next": [later], "more": {"next": True, "previous": False}}
    draw(page, some_data("First", **given))
    page.locator(".text").focus()
    press(page, ".")
    draw(page, some_data("First", **given))
    assert page.locator(".text").inner_text().strip() == "Another"
    (act,) = acts(page)
    draw(page, some_data("Another", document="two", position=1, applied={act["window"]: act["number"]}))
    assert page.locator(".text").inner_text().strip() == "Another"


def refuse(page: Page, text: str, act: dict[str, Any], why: str) -> None:
    said = {act["window"]: act["number"]}
    refused = [{"window": act["window"], "number": act["number"], "reason": why}]
    draw(page, some_data(text, applied=said, kept=said, refused=refused))


def test_a_refusal_of_an_act_from_before_the_page_was_loaded_again_is_told_once(page: Page) -> None:
    text = "one two three"
    draw(page, some_data(text))
    walk_to(page, text, "two")
    press(page, "Shift+ArrowRight", "2", "n")
    (act,) = acts(page)
    open_highlighter(page, page.url)
    draw(page, some_data(text))
    refuse(page, text, act, "it is gone")
    assert page.locator(".alert").inner_text() == "Taken back: it is gone."
    page.evaluate("() => { root.querySelector('.alert').textContent = ''; }")
    refuse(page, text, act, "it is gone")
    assert page.locator(".alert").inner_text() == ""


def test_a_warning_stands_long_enough_to_be_read_and_silences_nothing(
    new_page: Page, shared_app: AppServer
) -> None:
    text, page = "one two three", new_page
    open_highlighter(page, shared_app.url)
    page.clock.install()
    draw(page, some_data(text, on(text, "three", ("Screen", "POS"))))
    walk_to(page, text, "two")
    press(page, "Shift+ArrowRight", "2", "n")
    refuse(page, text, acts(page)[0], "it is gone")
    alert, status = page.locator(".alert"), page.get_by_role("status").first
    press(page, "Control+Home", "Shift+ArrowRight")
    assert alert.inner_text() == "Taken back: it is gone."
    assert status.inner_text() == "Selected: “one”"
    page.clock.run_for(6_000)
    press(page, "ArrowRight")
    assert alert.inner_text() == ""


def test_a_warning_does_not_stand_for_ever_where_the_person_went_on_at_once(
    new_page: Page, shared_app: AppServer
) -> None:
    text, page = "one two three", new_page
    open_highlighter(page, shared_app.url)
    page.clock.install()
    draw(page, some_data(text))
    walk_to(page, text, "two")
    press(page, "Shift+ArrowRight", "2", "n")
    refuse(page, text, acts(page)[0], "it is gone")
    page.clock.run_for(1_000)
    press(page, "Control+Home")
    page.clock.run_for(3_000)
    assert page.locator(".alert").inner_text() == "Taken back: it is gone."
    page.clock.run_for(2_000)
    assert page.locator(".alert").inner_text() == ""


def test_the_segment_that_the_link_of_the_page_names_is_picked_at_once_and_once(page: Page) -> None:
    text = "one two three"
    number = page.evaluate(
        "() => (window.links = (window.links ?? 1000) + 1)"
    )  # the page may be an older one
    data = some_data(text, on(text, "two", ("Screen", "POS")), show=(number, "two"), linked=True)
    draw(page, data)
    assert told(page).startswith("Segment 1 of 1: “two”")
    another_highlighter(page, page.url)
    draw(page, data)
    assert told(page) == "1 segment"


def test_what_was_said_or_shown_before_the_page_was_opened_is_not_said_again(page: Page) -> None:
    text = "one two three"
    old = {"said": {"count": 7, "words": "Undone: long ago"}, "show": (7, "two")}
    draw(page, some_data(text, on(text, "two", ("Screen", "POS")), **old))
    assert told(page) == "1 segment"
    assert page.locator("mark.picked").count() == 0
    draw(page, some_data(text, on(text, "two", ("Screen", "POS")), said={"count": 8, "words": "Undone: now"}))
    assert told(page) == "Undone: now"


def test_a_class_may_have_any_name_and_needs_no_key(page: Page) -> None:
    names = ["constructor", "toString", "__proto__", "Room"]
    draw(page, some_data("one two", classes=names, keys={"classes": {"Room": "1"}, "labels": {}}))
    chips = page.locator(".classes .chip")
    assert [chip.strip() for chip in chips.locator(".name").all_inner_texts()] == names
    assert chips.locator("kbd").all_inner_texts() == ["1"]


def test_the_keys_of_buttons_and_fields_stay_theirs_and_the_tagging_keys_work_from_a_button(
    page: Page,
) -> None:
    draw(page, some_data("one two three"))
    find = page.get_by_role("button", name="Find")
    find.focus()
    press(page, "Tab")
    assert page.get_by_role("button", name="Characters").evaluate("node => node.matches(':focus')")
    press(page, "Space")
    assert page.get_by_role("button", name="Characters").get_attribute("aria-pressed") == "true"
    press(page, "Shift", "ArrowDown", "Escape", "Shift+Tab")
    assert find.evaluate("node => node.matches(':focus')")
    press(page, "1")
    assert page.locator(".text").evaluate("node => node.matches(':focus')")
    assert page.get_by_role("button", name="Battery").get_attribute("aria-pressed") == "true"


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


def place_of(page: Page, words: str, at: float = 0.5) -> tuple[float, float]:
    """Where some words of the text are drawn, `at` so much of their width."""
    found: tuple[float, float] = page.evaluate(
        """([words, at]) => {
          const nodes = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
          for (let node; (node = nodes.nextNode()); ) {
            const start = node.data.indexOf(words);
            if (start < 0) continue;
            const range = document.createRange();
            range.setStart(node, start);
            range.setEnd(node, start + words.length);
            const { left, width, top, height } = range.getBoundingClientRect();
            return [Math.round(left + width * at), Math.round(top + height / 2)];
          }
        }""",
        [words, at],
    )
    return found


@pytest.mark.parametrize("words", ["was", "clean", "Beds"])
def test_a_third_click_takes_the_line_to_its_last_mark_on_a_tag_and_beside_one_too(
    page: Page, words: str
) -> None:
    text = "A nice place.\n  Beds and bath: all was very clean.\nWe come again."
    draw(
        page, some_data(text, on(text, "very clean", ("Screen", "POS")), on(text, "Beds", ("Battery", "NEG")))
    )
    page.mouse.click(*place_of(page, words), click_count=3, delay=20)
    assert told(page) == "Selected: “Beds and bath: all was very clean.”"
    press(page, "1", "p")
    assert text[slice(*acts(page)[-1]["span"])] == "Beds and bath: all was very clean."


def test_a_drag_that_begins_in_what_is_selected_selects_anew(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text))
    page.mouse.click(*place_of(page, "battery"), click_count=2, delay=20)
    assert told(page) == "Selected: “battery”"
    page.mouse.move(*place_of(page, "battery"))
    page.mouse.down()
    page.mouse.move(*place_of(page, "good", 0.2), steps=6)
    page.mouse.up()
    assert told(page) == "Selected: “battery life is good”"
    page.mouse.click(*place_of(page, "life"))
    assert told(page).startswith("1. Select words")


def test_double_click_takes_a_word_without_the_marks_and_directions_beside_it(page: Page) -> None:
    text = "Say “room”, \u200fالسعر\u200f، (so)."
    draw(page, some_data(text))
    for words in ("room", "السعر", "so"):
        page.mouse.click(*place_of(page, words), click_count=2, delay=20)
        assert told(page) == f"Selected: “{words}”"


def test_undo_right_after_a_cell_of_the_table_waits_until_the_cell_is_sent(page: Page) -> None:
    draw(page, some_data("one two three"))
    page.evaluate(
        """() => {
          const grid = Object.assign(document.createElement("div"), { tabIndex: 0, id: "grid" });
          grid.dataset.testid = "stDataFrame";
          const portal = Object.assign(document.createElement("div"), { id: "portal" });
          portal.append(document.createElement("input"));
          portal.onkeydown = () => (portal.replaceChildren(), grid.focus());
          document.body.append(grid, portal);
        }"""
    )
    page.locator("#portal input").focus()
    press(page, "Enter", "Control+z", "Control+Shift+z")
    assert acts(page) == []
    page.wait_for_function("() => sent.at(-1)?.value.acts.length === 2")
    assert [act["kind"] for act in acts(page)] == ["undo", "redo"]
    press(page, "Control+z")
    assert [act["kind"] for act in acts(page)] == ["undo", "redo", "undo"], "no cell was left since"


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
    assert (act["kind"], act["what"], text[slice(*act["span"])]) == ("ask", "occurrences", "battery")
    press(page, "Shift+ArrowRight", "1", "p", "Shift+Tab")
    page.get_by_role("button", name="Every occurrence").click()
    assert (acts(page)[-1]["what"], acts(page)[-1]["tag"]) == ("occurrences", ["Battery", "POS"])


def test_every_occurrence_is_asked_for_with_the_tag_that_words_without_one_are_likeliest_to_get(
    page: Page,
) -> None:
    text = "One room, another room, a bed."
    draw(page, some_data(text, on(text, "room", ("Battery", "POS"))))

    def asked(*keys: str) -> Any:
        press(page, *keys, "=")
        return acts(page)[-1]["tag"]

    walk_to(page, text, "room, a bed")
    assert asked("Shift+ArrowRight") == ["Battery", "POS"], "as the same words elsewhere"
    assert asked("2") == ["Screen", None], "what was begun"
    press(page, "n")
    walk_to(page, text, "bed")
    assert asked("Shift+ArrowRight") == ["Screen", "NEG"], "what was given last"


def test_an_act_says_where_its_segment_stood_and_beside_how_many(page: Page) -> None:
    text = "The battery life is good."
    twice = [on(text, "battery", ("Battery", label), key=label) for label in ("POS", "NEU")]
    draw(page, some_data(text, *twice))
    page.locator(".text").focus()
    press(page, "Tab", "n", "Shift+ArrowRight", "Delete")
    assert [(act["kind"], act["at"], act["beside"]) for act in acts(page)] == [
        ("retag", [4, 11], 1),
        ("move", [4, 11], 1),
        ("delete", [4, 16], 0),
    ]


def test_every_occurrence_is_asked_for_of_what_was_just_tagged(page: Page) -> None:
    text = "The battery life is good."
    draw(page, some_data(text))
    walk_to(page, text, "battery")
    press(page, "Control+Shift+ArrowRight", "1", "p", "=")
    act = acts(page)[-1]
    assert (act["kind"], act["what"], text[slice(*act["span"])]) == ("ask", "occurrences", "battery")
    assert act["tag"] == ["Battery", "POS"]


def test_the_done_mark_is_an_act_like_any_other_and_follows_what_python_says_last(page: Page) -> None:
    draw(page, some_of_many(1))
    done = page.get_by_role("switch", name="Done")
    assert done.get_attribute("aria-checked") == "false"
    done.click()
    assert done.get_attribute("aria-checked") == "true"
    assert told(page) == "Marked as done"
    done.press("Space")
    assert [(act["kind"], act["done"]) for act in acts(page)] == [("done", True), ("done", False)]
    window = acts(page)[0]["window"]
    draw(page, some_of_many(1, done=True, applied={window: 1}))
    assert done.get_attribute("aria-checked") == "false", "the second is not heard of yet"
    draw(page, some_of_many(1, done=False, applied={window: 2}, kept={window: 2}))
    page.locator(".text").focus()
    # Two presses; a key held down repeats itself, over what nobody has seen.
    page.keyboard.down("Control")
    for _ in range(3):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    press(page, "Control+Enter", ",")
    assert [(act["kind"], act["document"]) for act in acts(page)] == [
        ("done", "d1"),
        ("go", "d1"),
        ("done", "d2"),
        ("go", "d2"),
        ("go", "d3"),
    ]
    assert done.get_attribute("aria-checked") == "true"
    draw(page, some_of_many(1, scope="another", readOnly="You are a viewer"))
    assert done.is_disabled()
