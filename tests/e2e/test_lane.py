"""The lane between the lines: captions stand in it, and no word of the text moves, whatever is done."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.e2e.app_server import AppServer
from tests.e2e.highlighter_page import a_segment, another_highlighter, on, some_data

REVIEW = (
    "The battery life is good, and the screen that I feared for is bright. The service was slow to "
    "answer, but kind; in the end they sent me another battery, which cost them more than an apology.\n"
    "\n"
    "A 12-inch officer's AVATAR (well-known) costs $50-60% more."
)
ARABIC = (
    "كانت الغرفة واسعة ومشرقة وإطلالة الشرفة على البحر رائعة، لكن الفطور كان بارداً والخدمة بطيئة (Wi-Fi "
    "ضعيف 12%). كانت الخدمة ممتازة، والموظفون لطفاء، ثم 12,5 دقيقة من الانتظار.\nשירות טוב 3-4 ימים"
)
CHINESE = (
    "这家餐厅的服务很好，我们喜欢𠮷野家的早餐和咖啡，但是房间很小而且很吵，晚上没有热水，价格也不便宜。" * 3
)
TEXTS = {"English": REVIEW, "Arabic": ARABIC, "Chinese": CHINESE}
WORDS = """() => {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const [nodes, range] = [[], document.createRange()];
  let text = "";
  for (let node; (node = walker.nextNode()); text += node.data) nodes.push([text.length, node]);
  // A range that holds a mark would give the mark's own box: each piece of the word is taken by itself.
  const piecesOf = (from, to) => nodes.flatMap(([start, node]) => {
    const [first, last] = [Math.max(from - start, 0), Math.min(to - start, node.length)];
    if (first >= last) return [];
    range.setStart(node, first);
    range.setEnd(node, last);
    return [...range.getClientRects()];
  });
  return [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index, segment }) => piecesOf(index, index + segment.length))
    .map((pieces) => [
      Math.min(...pieces.map(({ left }) => left)), Math.max(...pieces.map(({ right }) => right)),
      Math.min(...pieces.map(({ top }) => top)), Math.max(...pieces.map(({ bottom }) => bottom)),
    ]);
}"""
"""Where each word stands on the page: left, right, top, bottom."""
ROUNDED = 0.25
"""px: the browser counts in 64ths of one, and each mark that begins or ends on a line may round once more."""


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    another_highlighter(sheet, shared_app.url)
    sheet.evaluate("() => { root.host.style.width = '560px'; root.host.style.display = 'block'; }")
    return sheet


def draw(page: Page, text: str, *segments: dict[str, Any], **changes: Any) -> None:
    page.evaluate("(data) => { draw(data); }", some_data(text, *segments, **changes))


def words(page: Page) -> list[list[float]]:
    found: list[list[float]] = page.evaluate(WORDS)
    return found


def moved(before: list[list[float]], after: list[list[float]]) -> float:
    """px by which an edge of a word moved, the most of all words."""
    assert len(before) == len(after) > 5
    return max(
        abs(a - b) for one, other in zip(before, after, strict=True) for a, b in zip(one, other, strict=True)
    )


def captions(page: Page) -> list[str]:
    """The captions that are seen, in the order of what they stand for."""
    every: list[str] = page.locator(".caption").evaluate_all("(all) => all.map((c) => c.dataset.caption)")
    return [words for words in every if words]


def caption(page: Page, full: str) -> Locator:
    """The one that says all of this where there is room for it."""
    return page.locator(f".caption[data-full='{full}']")


def said(place: Locator) -> str:
    """The words that are drawn of a caption."""
    found: str = place.evaluate("(c) => getComputedStyle(c, '::after').content")
    return found.strip('"').replace("\\a ", "\n")


def box_of(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return dict(found)


def middle(place: Locator) -> tuple[float, float]:
    box = box_of(place)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def letter(page: Page, text: str, words_: str) -> dict[str, float]:
    """Where the first letter of some words stands on the page."""
    found: dict[str, float] = page.evaluate(
        """(at) => {
          const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          for (let node; (node = walker.nextNode()); at -= node.length) {
            if (at >= node.length) continue;
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect().toJSON();
          }
        }""",
        text.index(words_),
    )
    return found


# No word moves


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_word_moves_for_a_tag_a_retag_a_pick_a_hover_a_problem_or_a_removal(page: Page, text: str) -> None:
    size = len(text)
    a = a_segment(4, 11, ("Battery", "POS"), key="a")
    steps: list[tuple[dict[str, Any], ...]] = [
        (a,),
        ({**a, "tags": [["Service", "NEG"]]},),
        ({**a, "tags": [["Service", "NEG"], ["Screen", "POS"], ["Battery", None]]},),
        ({**a, "problem": "ends inside a word"},),
        (a, a_segment(6, 9, ("Screen", "NEG"), key="nested"), a_segment(8, 20, key="overlapping")),
        (a, a_segment(20, size - 10, ("Service", "NEG"), key="over several lines")),
        (a, *(a_segment(30, 40 + n, ("Screen", "NEG"), key=f"deep {n}") for n in range(7))),
        (a, a_segment(12, 12, key="nothing"), a_segment(0, size, ("Screen", None), key="all of it")),
        (a, a_segment(text.index(" "), text.index(" ") + 1, key="a space")) if " " in text else (a,),
        (),
    ]
    draw(page, text)
    before = words(page)
    for segments in steps:
        draw(page, text, *segments)
        assert moved(before, words(page)) <= ROUNDED, segments
    draw(page, text, a, a_segment(6, 20, ("Screen", "NEG"), key="b"))
    for _ in range(2):
        page.locator(".text").press("Tab")
        assert page.locator("mark.picked").count()
        assert moved(before, words(page)) <= ROUNDED
    page.mouse.move(*middle(page.locator("mark").last))
    assert page.locator(".caption.hovered").count() == 1
    assert moved(before, words(page)) <= ROUNDED


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_lines_break_where_those_of_the_text_without_tags_do(page: Page, text: str) -> None:
    draw(page, text)
    before = words(page)
    chance = random.Random(7)
    tags = [("Battery", "POS"), ("Screen", None), (None, "NEG")]
    # A letter that is joined with the next into one sign has no place of its own to be measured.
    borders = [at for at in range(len(text)) if text[at - 1 : at] != "ل"]
    for _ in range(25):
        cuts = [sorted(chance.choices(borders, k=2)) for _ in range(chance.randrange(1, 12))]
        segments = [
            a_segment(start, end, *chance.sample(tags, chance.randrange(3)), key=f"k{n}")
            for n, (start, end) in enumerate(cuts)
        ]
        draw(page, text, *segments)
        after = words(page)
        assert moved([word[2:] for word in before], [word[2:] for word in after]) == 0, "another line"
        assert moved(before, after) <= ROUNDED, cuts


def test_in_forced_colours_no_word_moves_either(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    try:
        draw(page, REVIEW)
        before = words(page)
        draw(
            page,
            REVIEW,
            on(REVIEW, "battery life", ("Battery", "POS")),
            on(REVIEW, "life is", ("Screen", "NEG")),
        )
        assert moved(before, words(page)) <= ROUNDED
    finally:
        page.emulate_media(forced_colors="null")


# In which words, and where


def arranged(page: Page, *given: tuple[float, float], width: float = 300) -> list[tuple[float, str]]:
    """Where captions begin, and their words; `given`: where the words of each begin and end. A letter of a
    caption is 10 px wide, its long words are eight letters, its short ones three."""
    script = """([given, width]) => {
      const captions = given.map(([at, until], n) =>
        ({ at, until, long: `${n}`.repeat(8), short: `${n}`.repeat(3) }));
      return unit.arranged(captions, width, (words) => 10 * words.length).map(({ at, words }) => [at, words]);
    }"""
    return [(at, words) for at, words in page.evaluate(script, [list(map(list, given)), width])]


def test_a_caption_is_long_where_it_ends_before_the_next_begins_and_short_where_not(page: Page) -> None:
    assert arranged(page, (0, 40), (86, 120)) == [(0, "00000000"), (86, "11111111")]
    assert arranged(page, (0, 40), (85, 120)) == [(0, "000"), (85, "11111111")]


def test_a_caption_begins_below_its_own_words_beside_one_that_stands_there(page: Page) -> None:
    assert arranged(page, (0, 90), (0, 90)) == [(0, "000"), (36, "11111111")]
    assert arranged(page, (0, 90), (20, 50)) == [(0, "000"), (36, "11111111")]


def test_one_without_room_is_counted_by_the_one_before(page: Page) -> None:
    assert arranged(page, (0, 90), (10, 20), (12, 20), (150, 160)) == [
        (0, "000 +2"),
        (10, ""),
        (12, ""),
        (150, "33333333"),
    ]
    assert arranged(page, (240, 260), (270, 300)) == [(240, "000 +1"), (270, "")], "no room at the end"


def test_a_caption_at_the_end_of_a_line_ends_with_it(page: Page) -> None:
    assert arranged(page, (280, 300)) == [(220, "00000000")]
    assert arranged(page, (220, 230), (265, 300)) == [(220, "000"), (265, "111")]
    assert arranged(page, (10, 20), width=40) == [(10, "000")]


def test_a_caption_stands_below_the_first_letter_of_its_words_where_these_are_in_the_next_line_too(
    page: Page,
) -> None:
    spans = ("battery life", "screen that I feared for is bright. The service was")
    draw(page, REVIEW, on(REVIEW, spans[0], ("Battery", "POS")), on(REVIEW, spans[1], ("Service", "NEG")))
    assert captions(page) == ["Battery · POS", "Service · NEG"]
    for words_, full in zip(spans, captions(page), strict=True):
        start, below = letter(page, REVIEW, words_), box_of(caption(page, full))
        assert below["x"] == pytest.approx(start["left"], abs=0.2)
        assert start["bottom"] < below["y"] < start["bottom"] + 6
        assert below["y"] + below["height"] < start["top"] + 38 + 3, "before the letters of the next line"


def test_in_a_text_from_right_to_left_a_caption_begins_at_the_right(page: Page) -> None:
    draw(page, ARABIC, on(ARABIC, "الغرفة", ("Battery", "POS")))
    start, below = letter(page, ARABIC, "الغرفة"), box_of(caption(page, "Battery · POS"))
    assert below["x"] + below["width"] == pytest.approx(start["right"], abs=1)


def crowded(page: Page) -> str:
    """A text with three segments that have room for one caption, and one that has its own."""
    text = "So x y z they said when I asked them about it."
    draw(
        page,
        text,
        on(text, "x", ("Battery", "POS")),
        on(text, "y", ("Screen", "NEG")),
        on(text, "z", ("Service", "POS")),
        on(text, "asked them", ("Service", "NEG")),
    )
    return text


def test_captions_that_have_no_room_are_short_then_counted_and_said_whole_under_the_pointer(
    page: Page,
) -> None:
    text = crowded(page)
    assert captions(page) == ["B·POS +2", "Service · NEG"]
    first = caption(page, "Battery · POS")
    page.mouse.move(*middle(first))
    assert said(first) == "Battery · POS\nScreen · NEG\nService · POS"
    page.mouse.move(letter(page, text, "y")["left"] + 2, letter(page, text, "y")["top"] + 8)
    assert said(first) == "B·POS +2"
    assert said(caption(page, "Screen · NEG")) == "Screen · NEG", "of what is under the pointer itself"


def test_a_picked_segment_has_its_caption_in_full_words_above_the_others(page: Page) -> None:
    crowded(page)
    page.locator(".text").focus()
    for full in ("Battery · POS", "Screen · NEG", "Service · POS"):
        page.keyboard.press("Tab")
        own = caption(page, full)
        assert said(own) == full
        level, others = (
            place.evaluate_all("(all) => all.map((c) => Number(getComputedStyle(c).zIndex))")
            for place in (own, page.locator(".caption:not(.picked)"))
        )
        assert level[0] > max(others)
        ground, ink = own.evaluate("(c) => [getComputedStyle(c).backgroundColor, getComputedStyle(c).color]")
        assert (ground, ink) == ("rgb(23, 37, 42)", "rgb(255, 255, 255)"), "nothing shines through"
    page.keyboard.press("Escape")
    assert captions(page) == ["B·POS +2", "Service · NEG"]
    assert page.locator(".caption.picked").count() == 0


def test_further_clicks_on_a_caption_pick_those_that_it_counts(page: Page) -> None:
    crowded(page)
    where, seen = middle(caption(page, "Battery · POS")), []
    for _ in range(4):
        page.mouse.click(*where)
        seen.append(page.locator("mark.picked").inner_text())
    assert seen == ["x", "y", "z", "x"]


def test_a_segment_without_extent_is_a_stroke_with_a_caption_to_be_picked_by(page: Page) -> None:
    at = REVIEW.index("screen")
    draw(page, REVIEW, a_segment(at, at, ("Screen", "NEG"), problem="it has no words"))
    stroke, start = box_of(page.locator(".caret")), letter(page, REVIEW, "screen")
    assert stroke["x"] == pytest.approx(start["left"] - 1, abs=0.5)
    assert stroke["y"] == pytest.approx(start["top"], abs=1)
    page.mouse.click(*middle(page.locator(".caption")))
    assert "Segment 1 of 1" in page.locator(".status").inner_text()
    assert page.locator(".caret.picked").count() == 1


# Rows


def test_the_lane_has_as_many_rows_as_are_asked_for_and_each_caption_stands_in_its_own(page: Page) -> None:
    words_ = ("battery life", "screen", "service was slow", "in the end", "another battery")
    segments = [
        {**on(REVIEW, name, ("Service", "NEG"), key=f"{name} {row}"), "row": row}
        for name in words_
        for row in range(4)
    ]
    draw(page, REVIEW)
    one = page.evaluate("() => parseFloat(getComputedStyle(box).lineHeight)")
    draw(page, REVIEW, *segments, rows=4)
    four = page.evaluate("() => parseFloat(getComputedStyle(box).lineHeight)")
    assert (one, four) == (38, 38 + 3 * 12)
    assert captions(page) == ["Service · NEG"] * 20
    boxes = page.locator(".caption").evaluate_all(
        "(all) => all.map((c) => c.getBoundingClientRect().toJSON())"
    )
    text = words(page)
    for n, a in enumerate(boxes):
        assert not [b for b in boxes[:n] if crosses(a, b)]
        tall = {**a, "top": a["top"] + 2, "bottom": a["bottom"] - 2}  # the letters of the caption
        assert not [
            w for w in text if crosses(tall, dict(zip(("left", "right", "top", "bottom"), w, strict=True)))
        ]
    for n, name in enumerate(words_):
        start = letter(page, REVIEW, name)
        tops = [box["top"] - start["bottom"] for box in boxes if abs(box["left"] - start["left"]) < 0.5]
        gaps = [b - a for a, b in zip(sorted(tops), sorted(tops)[1:], strict=False)]
        assert gaps[:3] == pytest.approx([12, 12, 12], abs=0.2), (n, name)
    box = page.evaluate("() => [box.scrollHeight, box.clientHeight]")
    assert max(b["bottom"] for b in boxes) <= page.evaluate("() => box.getBoundingClientRect().top") + box[0]
    draw(page, REVIEW, segments[0])
    assert page.evaluate("() => parseFloat(getComputedStyle(box).lineHeight)") == one


def crosses(a: dict[str, float], b: dict[str, float]) -> bool:
    return (
        a["left"] < b["right"]
        and b["left"] < a["right"]
        and a["top"] < b["bottom"]
        and b["top"] < a["bottom"]
    )


@pytest.mark.parametrize("width", [300, 560])
def test_captions_never_cover_each_other(page: Page, width: int) -> None:
    page.evaluate("(width) => { root.host.style.width = `${width}px`; }", width)
    chance = random.Random(3)
    for text in TEXTS.values():
        segments = [
            a_segment(start, start + chance.randrange(1, 30), ("Service", "NEG"), key=f"k{start}")
            for start in chance.sample(range(len(text) - 30), 18)
        ]
        draw(page, text, *segments)
        boxes = page.locator(".caption").evaluate_all(
            "(all) => all.filter((c) => c.dataset.caption).map((c) => c.getBoundingClientRect().toJSON())"
        )
        assert len(boxes) > 5
        for n, a in enumerate(boxes):
            assert not [b for b in boxes[:n] if crosses(a, {**b, "bottom": b["bottom"] - 1})]


# When they are placed


def is_below_its_words(page: Page, text: str, words_: str, full: str) -> bool:
    start, below = letter(page, text, words_), box_of(caption(page, full))
    return abs(below["x"] - start["left"]) < 0.5 and 0 < below["y"] - start["bottom"] < 8


@pytest.mark.parametrize(
    "change",
    [
        "root.host.style.width = '330px'",
        "box.style.fontSize = '25px'; document.fonts.dispatchEvent(new Event('loadingdone'))",
    ],
    ids=["another width", "another font"],
)
def test_captions_follow_where_the_text_goes(page: Page, change: str) -> None:
    draw(page, REVIEW, on(REVIEW, "answer", ("Service", "NEG")))
    assert is_below_its_words(page, REVIEW, "answer", "Service · NEG")
    before = letter(page, REVIEW, "answer")
    page.evaluate(
        f"async () => {{ {change}; for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame); }}"
    )
    assert letter(page, REVIEW, "answer") != before
    assert is_below_its_words(page, REVIEW, "answer", "Service · NEG")


def test_in_a_long_text_captions_stand_below_what_comes_into_sight(page: Page) -> None:
    text = "\n".join(f"In paragraph {n} a few words say that all is well." for n in range(1200))
    segments = [on(text, f"graph {n} a", ("Service", "NEG")) for n in range(0, 1200, 5)]
    draw(page, text, *segments)
    page.wait_for_function("() => root.querySelector('.caption')")
    assert page.locator(".caption").count() < 100
    page.evaluate("() => (box.scrollTop = box.scrollHeight / 2)")
    page.wait_for_function("""() => {
      const frame = box.getBoundingClientRect();
      const seen = ({ top, bottom }) => top < frame.bottom && bottom > frame.top;
      const marks = [...box.querySelectorAll("mark")].filter((mark) => seen(mark.getBoundingClientRect()));
      const below = (mark) => [...mark.parentNode.querySelectorAll(".caption")].some((one) =>
        Math.abs(one.getBoundingClientRect().left - mark.getBoundingClientRect().left) < 0.5);
      return marks.length && marks.every(below);
    }""")


def test_all_is_read_before_anything_is_written_and_paragraphs_that_are_as_before_are_left_alone(
    page: Page,
) -> None:
    segments = [on(REVIEW, "battery life", ("Battery", "POS")), on(REVIEW, "AVATAR", ("Service", "POS"))]
    draw(page, REVIEW, *segments)
    page.evaluate("""() => {
      window.early = [];
      const lanes = [...box.querySelectorAll(".lane")];
      const seen = new MutationObserver(() => {});
      for (const lane of lanes) seen.observe(lane, { subtree: true, childList: true, attributes: true });
      for (const name of ["getClientRects", "getBoundingClientRect"]) {
        const read = Element.prototype[name];
        Element.prototype[name] = function () {
          early.push(...seen.takeRecords());
          return read.call(this);
        };
      }
      const laneOf = ({ target }) => lanes.indexOf(target.closest(".lane"));
      window.touched = () => [...new Set(seen.takeRecords().map(laneOf))];
    }""")
    page.locator(".text").focus()
    added = on(REVIEW, "service was", ("Service", "NEG"))
    touched = page.evaluate(
        "(data) => { draw(data); return touched(); }", some_data(REVIEW, *segments, added)
    )
    assert touched == [0]
    assert page.evaluate("() => early.length") == 0
    page.reload()


# Selections go through the lane


def test_a_selection_is_drawn_across_captions_and_holds_the_text_alone(page: Page) -> None:
    draw(
        page,
        REVIEW,
        *(on(REVIEW, name, ("Service", "NEG")) for name in ("battery", "feared", "answer", "AVATAR")),
    )
    start = letter(page, REVIEW, "life")
    over = middle(page.locator(".caption").nth(1))
    page.mouse.move(round(start["left"]) + 2, round(start["top"]) + 8)
    page.mouse.down()
    page.mouse.move(*map(round, over), steps=5)
    page.mouse.up()
    assert page.locator(".status").inner_text().startswith("Selected: “life is good, and the screen that I")
    page.evaluate("() => getSelection().selectAllChildren(box)")
    assert page.evaluate("() => getSelection().toString().trimEnd()") == REVIEW
