"""The highlighter in Chromium: its pure functions, its drawing and picking, and one run inside Streamlit."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.e2e.app_server import AppServer
from tests.e2e.highlighter_page import DARK, FOLDER, LIGHT, a_segment, another_highlighter, on, some_data

APPS = Path(__file__).parent / "apps"
TEXTS = {
    "plain": "The battery life is good.",
    "emoji": "good 🙂 pizza 🍕!",
    "ZWJ family": "we 👨‍👩‍👧‍👦 came",
    "flags": "🇩🇪🇫🇷 won",
    "combining marks": "cafe\u0301 no\u0308n",
    "Arabic": "الخدمة كانت ممتازة",
    "Hindi": "सेवा बहुत अच्छी थी",
    "Chinese": "这家餐厅的服务很好，𠮷野家",
    "CRLF": "one\r\ntwo\r\n\r\nthree\r\n",
    "every line break": "a\nb\rc\r\nd\u2028e\u2029f\u0085g",
    "tabs and zero width": "a\tb\u200bc\u200dd\ufeffe\u00a0f",
    "markup": '<img src=x onerror="document.title=1"><b>&amp;</b>',
    "empty": "",
    "only line breaks": "\n\r\n",
}
REVIEW = "The battery life is good.\nThe screen is bad, the service was slow to answer."


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    another_highlighter(sheet, shared_app.url)
    return sheet


def call(page: Page, function: str, *arguments: Any) -> Any:
    return page.evaluate("([name, given]) => unit[name](...given)", [function, list(arguments)])


def draw(page: Page, data: dict[str, Any]) -> None:
    page.evaluate("(data) => { draw(data); }", data)


def shown(page: Page) -> str:
    text: str = page.evaluate("() => box.textContent")
    return text


def picked(page: Page) -> str:
    """The words of the picked segment, as the marks show them."""
    return "".join(page.locator("mark.picked").all_inner_texts())


def told(page: Page) -> str:
    return page.locator(".status").inner_text()


def click_on(page: Page, place: Locator) -> None:
    """The mouse where something is drawn over the text, which lets it through to the words."""
    box = place.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def mark(page: Page, words: str) -> Any:
    return page.locator("mark", has_text=words).first


def review(**changes: Any) -> dict[str, Any]:
    return some_data(
        REVIEW,
        on(REVIEW, "battery life", ("Battery", "POS")),
        on(REVIEW, "screen is bad", ("Screen", "NEG")),
        on(REVIEW, "service was slow", ("Service", "NEG")),
        on(REVIEW, "slow to answer"),
        **changes,
    )


def random_segments(text: str, count: int, seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    cuts = [sorted(chance.choices(range(-2, len(text) + 3), k=2)) for _ in range(count)]
    tags = [("Battery", "POS"), ("Screen", None), (None, "NEG")]
    return [
        a_segment(start, end, *chance.sample(tags, chance.randrange(3)), key=f"k{number}")
        for number, (start, end) in enumerate(cuts)
    ]


# Pure functions


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_offsets_translate_python_positions_to_the_browsers_and_back(page: Page, text: str) -> None:
    units, points, count = page.evaluate(
        "(text) => { const o = unit.offsets(text); return [[...o.units], [...o.points], o.count]; }", text
    )
    assert count == len(text)
    assert units == [len(text[:point].encode("utf-16-le")) // 2 for point in range(len(text) + 1)]
    assert [points[unit] for unit in units] == list(range(len(text) + 1))


def test_a_unit_inside_a_surrogate_pair_belongs_to_its_code_point(page: Page) -> None:
    assert page.evaluate("() => [...unit.offsets('a🙂b').points]") == [0, 1, 1, 2, 3]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_paragraphs_are_the_documents_own_lines(page: Page, text: str) -> None:
    found = page.evaluate(
        "(text) => unit.paragraphs(text)"
        ".map((p) => [text.slice(p.start, p.content), text.slice(p.content, p.end)])",
        text,
    )
    assert "".join(words + ending for words, ending in found) == text
    *lines, last = (text + "|").splitlines()
    assert [words for words, _ in found] == [*lines, last[:-1]]


def test_segments_that_overlap_never_share_an_underline_whatever_order_they_come_in(page: Page) -> None:
    text = "x" * 60
    for seed in range(20):
        segments = random_segments(text, 25, seed)
        script = """([text, segments]) => {
          const spans = unit.placed(segments, unit.offsets(text));
          const lanes = unit.lanes(spans);
          return spans.map((span, i) => [span.key, span.start, span.end, lanes[i]]);
        }"""
        laid = page.evaluate(script, [text, segments])
        assert laid == page.evaluate(script, [text, segments[::-1]])
        for number, (_, start, end, lane) in enumerate(laid):
            for _, other_start, other_end, other_lane in laid[:number]:
                if lane >= 0 and start < other_end and other_start < end:
                    assert lane != other_lane


def test_a_free_underline_is_used_again(page: Page) -> None:
    spans = [{"start": 0, "end": 5}, {"start": 1, "end": 3}, {"start": 3, "end": 8}, {"start": 5, "end": 9}]
    assert call(page, "lanes", spans) == [0, 1, 1, 0]


def test_the_cut_text_has_each_letter_once_under_exactly_the_segments_that_cover_it(page: Page) -> None:
    script = """([text, segments]) => {
      const spans = unit.placed(segments, unit.offsets(text));
      const items = unit.cut(text, spans).flatMap((row) => row.items);
      return { spans, items };
    }"""
    for seed, text in enumerate([*TEXTS.values(), REVIEW] * 2):
        segments = random_segments(text, 6, seed)
        cut = page.evaluate(script, [text, segments])
        spans, at, begun, ended = cut["spans"], 0, [], []
        for item in cut["items"]:
            if item["kind"] in ("text", "mark"):
                assert item["start"] == at
                at = item["end"]
            if item["kind"] == "mark":
                covering = [
                    number
                    for number, span in enumerate(spans)
                    if span["start"] <= item["start"] and span["end"] >= item["end"] > span["start"]
                ]
                assert item["open"] == covering
            begun += [spans[of]["key"] for of in item["first"]]
            ended += [spans[of]["key"] for of in item["last"]]
        assert at == len(text.encode("utf-16-le")) // 2
        assert sorted(begun) == sorted(ended) == sorted(segment["key"] for segment in segments)


def test_a_segment_ends_before_the_line_break_that_it_ends_with(page: Page) -> None:
    rows = page.evaluate(
        "() => unit.cut('one\\r\\ntwo', [{ key: 'a', start: 0, end: 5 }]).map((row) => row.items)"
    )
    assert [(item["kind"], item["start"], item["end"], item["last"]) for item in rows[0]] == [
        ("mark", 0, 3, [0]),
        ("text", 3, 5, []),
    ]


def test_ends_that_meet_are_said_from_the_innermost_outwards(page: Page) -> None:
    text = "the very good food"
    draw(
        page,
        some_data(
            text,
            on(text, "very good food", ("Battery", None)),
            on(text, "food", ("Screen", None)),
            on(text, "good food", ("Service", None)),
        ),
    )
    assert mark(page, "food").get_attribute("data-closes") == " end Screen, end Service, end Battery "


@pytest.mark.parametrize(("start", "end"), [(2, 2), (3, 5), (8, 8), (0, 0)])
def test_a_segment_without_visible_extent_is_one_caret(page: Page, start: int, end: int) -> None:
    spans = [{"key": "a", "start": start, "end": end}]
    items = page.evaluate("(spans) => unit.cut('one\\r\\ntwo', spans).flatMap((row) => row.items)", spans)
    assert [(item["first"], item["last"]) for item in items if item["kind"] == "caret"] == [([0], [0])]
    assert not [item for item in items if item["kind"] == "mark"]


def test_segments_out_of_range_are_clipped(page: Page) -> None:
    wild = [a_segment(-5, 2), a_segment(3, 99), a_segment(50, 60), a_segment(4, 1)]
    spans = page.evaluate("(s) => unit.placed(s, unit.offsets('a🙂bcd'))", wild)
    assert [(span["start"], span["end"]) for span in spans] == [(0, 3), (4, 6), (5, 5), (6, 6)]


def colours(page: Page, tags: list[list[str | None]], **given: Any) -> Any:
    """The look of a segment with these tags, in a session of which this is given."""
    data = some_data("", **given)
    return page.evaluate("([tags, data]) => unit.lookOf(tags, unit.coloursOf(data))", [tags, data])


def test_72_numbers_have_72_looks_of_which_the_first_twelve_have_hues_of_their_own(page: Page) -> None:
    looks = page.evaluate("() => Array.from({ length: 72 }, (_, i) => unit.look(i))")
    assert len({(look["hue"], look["pattern"]) for look in looks}) == 72
    assert len({look["hue"] for look in looks[:12]}) == 12


def test_a_segment_takes_the_look_of_its_class_or_without_classes_of_its_label(page: Page) -> None:
    both = {"classes": ["Battery", "Screen"], "labels": ["POS", "NEG"]}
    assert colours(page, [["Gone", "POS"], ["Screen", None]], **both) == {"hue": 1, "pattern": 1}
    assert colours(page, [["Gone", "POS"]], **both)["hue"] == "none"
    assert colours(page, [["constructor", "POS"]], **both)["hue"] == "none"
    assert colours(page, [[None, "NEG"]], **both)["hue"] == "none"
    assert colours(page, [[None, "NEG"]], classes=[], labels=["POS", "NEG"]) == {"hue": 1, "pattern": 1}
    assert colours(page, [], **both) == {"hue": "none", "pattern": 2}


def test_chips_and_segments_keep_their_colours_when_classes_are_moved_and_removed(page: Page) -> None:
    swatch = "(name) => [...root.querySelectorAll('.classes .chip')].find((c) => c.title === name)"
    swatch += ".querySelector('.swatch').style.cssText"
    looks = {"classes": {"Battery": 3, "Screen": 7, "Service": 20}, "labels": {}}
    text = "The battery life is good."
    segment = on(text, "battery", ("Service", "POS"))
    seen = []
    for classes in (["Battery", "Screen", "Service"], ["Service", "Battery"]):
        draw(page, some_data(text, segment, classes=classes, looks=looks))
        image = page.locator("mark").evaluate("(m) => getComputedStyle(m).backgroundImage")
        seen.append((page.evaluate(swatch, "Battery"), page.evaluate(swatch, "Service"), image))
    assert seen[0] == seen[1]
    assert "--tint-8" in seen[0][1], "the look of its number, not of its place"


def test_a_caption_names_every_tag(page: Page) -> None:
    assert (
        call(page, "caption", [["Service", "NEG"], ["Price", None], [None, "POS"]])
        == "Service · NEG, Price, POS"
    )
    assert call(page, "caption", []) == "no tag"
    assert call(page, "caption", [["🙂" * 80, None]]) == "🙂" * 59 + "…"


def test_short_names_tell_names_apart(page: Page) -> None:
    names = ["Service", "Staff", "Price", "POS", "NEG", "NEU", "Packaging"]
    short = page.evaluate("(names) => [...unit.shortNames(names).values()]", names)
    assert short == ["Se", "St", "Pr", "POS", "NEG", "NEU", "Pa"]


def test_the_walk_takes_each_segment_once_and_then_leaves(page: Page) -> None:
    keys = ["a", "b", "c"]
    assert call(page, "walk", keys, None, 1, True, "b") == "b"
    assert call(page, "walk", keys, "a", 1, False) == "b"
    assert call(page, "walk", keys, "c", 1, False) is None
    assert call(page, "walk", keys, "c", 1, True) == "a"
    assert call(page, "walk", keys, "b", -1, False) == "a"
    assert call(page, "walk", keys, "a", -1, False) is None
    assert call(page, "walk", keys, None, -1, True) is None
    assert call(page, "walk", [], None, 1, True) is None


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_text_box_holds_the_documents_text_exactly(page: Page, text: str) -> None:
    draw(page, some_data(text, *random_segments(text, 8, 3)))
    assert shown(page) == text
    assert page.title() == "text"


def test_a_segment_is_drawn_over_its_words_though_emoji_stand_before_it(page: Page) -> None:
    text = "👨‍👩‍👧‍👦🙂 the café was good"
    draw(page, some_data(text, on(text, "café", ("Service", "POS"))))
    assert page.locator("mark").all_inner_texts() == ["café"]
    assert page.locator(".caption").get_attribute("data-caption") == "Service · POS"


def test_a_line_break_of_two_characters_is_shown_as_one(page: Page) -> None:
    height = "() => box.scrollHeight"
    draw(page, some_data("one\ntwo\n\nthree\nfour\nfive\nsix\nseven\neight"))
    plain = page.evaluate(height)
    draw(page, some_data("one\r\ntwo\r\n\r\nthree\r\nfour\rfive\nsix\u2028seven\nnine"))
    assert page.evaluate(height) == plain


def test_each_paragraph_reads_in_its_own_direction(page: Page) -> None:
    draw(page, some_data("الخدمة كانت ممتازة\nThe service was good\n\nהשירות"))
    directions = page.evaluate(
        "() => [...box.querySelectorAll('.paragraph')].map((p) => getComputedStyle(p).direction)"
    )
    assert directions == ["rtl", "ltr", "ltr", "rtl"]


def test_a_problem_shows_as_a_warning_with_its_words_for_screen_readers(page: Page) -> None:
    draw(page, some_data(REVIEW, on(REVIEW, "batter", ("Battery", None), problem="ends inside a word")))
    caption = page.locator(".caption")
    assert caption.get_attribute("data-caption") == "⚠\ufe0e Battery"
    assert "ends inside a word" in (page.locator("mark").get_attribute("data-closes") or "")
    assert "wavy" in page.locator("mark").evaluate("(m) => getComputedStyle(m).textDecorationStyle")


def test_tags_of_the_whole_text_are_bars_beside_it_and_leave_the_words_untinted(page: Page) -> None:
    draw(page, some_data(REVIEW, a_segment(0, len(REVIEW), ("Battery", None), ("Screen", None))))
    assert page.locator(".text").evaluate("(b) => b.style.backgroundImage").count("var(--line-") == 2
    assert "var(--tint" not in page.locator("mark").first.evaluate(
        "(m) => getComputedStyle(m).backgroundImage"
    )
    draw(page, some_data(REVIEW))
    assert page.locator(".text").evaluate("(b) => b.style.backgroundImage") == "none"


def test_chips_count_the_tags_of_each_class_and_label(page: Page) -> None:
    draw(page, review())
    chips = page.locator(".chip").evaluate_all(
        "(c) => c.map((x) => [...x.children].filter((p) => !p.matches('.swatch')).map((p) => p.textContent))"
    )
    assert chips == [
        ["1", "Battery", "1"],
        ["2", "Screen", "1"],
        ["3", "Service", "1"],
        ["p", "POS", "1"],
        ["n", "NEG", "2"],
    ]


def test_forty_classes_leave_labels_and_text_in_sight(page: Page) -> None:
    draw(page, review(classes=[f"Class number {number}" for number in range(40)]))
    assert page.locator(".labels .chip").last.is_visible()
    assert page.locator(".classes").evaluate("(c) => c.clientHeight") < 120
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_drawing_step_by_step_gives_the_same_picture_as_drawing_at_once(page: Page) -> None:
    paragraphs = "[...box.querySelectorAll('.paragraph')].map((p) => p.outerHTML)"
    picture = f"() => {paragraphs}.join('').replace(/look-\\d+/g, '')"
    for seed in range(12):
        draw(page, some_data(REVIEW, *random_segments(REVIEW, 10, seed)))
    stepwise = page.evaluate(picture)
    draw(page, some_data("another text", document="two"))
    draw(page, some_data(REVIEW, *random_segments(REVIEW, 10, 11)))
    assert page.evaluate(picture) == stepwise


def test_equal_data_touch_nothing_on_the_page(page: Page) -> None:
    draw(page, review())
    page.evaluate("""() => {
      window.changes = [];
      new MutationObserver((found) => changes.push(...found)).observe(root, {
        subtree: true, childList: true, attributes: true, characterData: true });
      const words = box.querySelector("mark").firstChild;
      getSelection().setBaseAndExtent(words, 0, words, 7);
    }""")
    draw(page, review())
    assert (
        page.evaluate(
            "async () => { await new Promise(requestAnimationFrame); "
            "return changes.map((c) => `${c.type} ${c.attributeName} ${c.target.className}`); }"
        )
        == []
    )
    assert page.evaluate("() => root.getSelection().toString()") == "battery"


def test_changing_one_segment_keeps_the_nodes_of_all_others(page: Page) -> None:
    text = " ".join(f"word{number:04}" for number in range(6000))
    segments = [a_segment(start, start + 8, ("Battery", "POS")) for start in range(0, len(text), 900)]
    assert len(text) > 50_000
    draw(page, some_data(text, *segments))
    page.wait_for_function("() => root.querySelector('.caption')")  # of a long text when it comes into sight
    page.evaluate("() => box.querySelectorAll('*').forEach((node) => (node.old = true))")
    middle = len(segments) // 2
    changed = [*segments[:middle], {**segments[middle], "tags": [["Screen", "NEG"]]}, *segments[middle + 1 :]]
    draw(page, some_data(text, *changed))
    fresh = page.evaluate(
        "() => [...box.querySelectorAll('*')].filter((n) => !n.old).map((n) => n.className.split(' ')[1])"
    )
    assert fresh == ["first"]


def test_a_new_document_starts_at_its_top(page: Page) -> None:
    long = "\n".join(f"line {number}" for number in range(200))
    draw(page, some_data(long))
    page.evaluate("() => (box.scrollTop = 900)")
    draw(page, some_data(long + "!", document="two"))
    assert page.evaluate("() => box.scrollTop") == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_readable_on_every_tint_and_captions_on_the_page(page: Page, theme: dict[str, str]) -> None:
    draw(page, review())
    page.evaluate(
        "(theme) => { for (const name in theme) root.host.style.setProperty('--st-' + name, theme[name]); }",
        theme,
    )
    ratios = page.evaluate("""() => {
      const probe = root.querySelector(".highlighter").appendChild(document.createElement("i"));
      const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      const light = (name) => {
        probe.style.color = `var(${name})`;
        context.fillStyle = getComputedStyle(probe).color;
        context.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
          .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
      const hues = [...Array(12).keys(), "none"];
      return {
        words: Math.min(...hues.map((hue) => ratio("--words", `--tint-${hue}`))),
        captions: Math.min(...hues.map((hue) => ratio(`--word-${hue}`, "--ground"))),
        nested: Math.min(
          ...hues.flatMap((hue) => hues.map((other) => ratio(`--word-${hue}`, `--tint-${other}`))),
        ),
        lines: Math.min(...hues.map((hue) => ratio(`--line-${hue}`, "--ground"))),
        warning: ratio("--warning", "--ground"),
        quiet: ratio("--quiet", "--ground"),
      };
    }""")
    assert ratios["words"] >= 7
    assert min(ratios[name] for name in ("captions", "nested", "warning", "quiet")) >= 4.5
    assert ratios["lines"] >= 3


def test_forced_colours_replace_tints_by_borders(page: Page) -> None:
    page.emulate_media(forced_colors="active", color_scheme="dark")
    draw(page, review())
    style = mark(page, "battery life").evaluate(
        "(m) => { const s = getComputedStyle(m);"
        " return [s.backgroundImage, s.borderInlineStartWidth, s.borderInlineEndWidth]; }"
    )
    assert style[1:] == ["1px", "1px"]
    colours = page.evaluate(
        """() => ["--tint-0", "--line-0"].map((name) => {
          const probe = root.querySelector(".highlighter").appendChild(document.createElement("i"));
          probe.style.color = `var(${name})`;
          return getComputedStyle(probe).color.match(/oklch\\((\\S+) (\\S+)/).slice(1).map(Number);
        })"""
    )
    assert colours == [[0, 0], [1, 0]]
    page.emulate_media(forced_colors="null", color_scheme="null")


COLOURS_IN = """async ([folder, selector, theme, data]) => {
  const [{ component }] = await Promise.all(Object.values(window.tagwright));
  const host = document.body.appendChild(document.createElement("div"));
  for (const name in theme) host.style.setProperty("--st-" + name, theme[name]);
  const root = host.attachShadow({ mode: "open" });
  const end = component(folder)({ data, parentElement: root, setStateValue() {} });
  const probe = root.querySelector(selector).appendChild(document.createElement("i"));
  const names = ["tint", "line", "word"].flatMap((part) => [...Array(12).keys(), "none"].map((hue) => {
    return `--${part}-${hue}`;
  }));
  const found = names.map((name) => {
    probe.style.color = `var(${name}, red)`;
    return getComputedStyle(probe).color;
  });
  end();
  host.remove();
  return found;
}"""


def test_texts_that_are_decided_and_blamed_have_the_colours_of_the_text_that_is_tagged(page: Page) -> None:
    decided = {"documents": [], "scope": "mine", "kept": {}, "applied": {}, "refused": [], "readOnly": ""}
    others = [
        ("review/decide_text", ".decide", decided),
        ("review/blamed_text", ".blamed", {"text": "", "tags": [], "by": None}),
    ]
    for theme in (LIGHT, DARK):
        mine = page.evaluate(COLOURS_IN, [FOLDER, ".highlighter", theme, review()])
        assert len({*mine, "rgb(255, 0, 0)"}) == len(mine) + 1, (
            "tints, lines and words of twelve hues and of none"
        )
        for folder, selector, data in others:
            assert page.evaluate(COLOURS_IN, [folder, selector, theme, data]) == mine


def test_a_screen_reader_hears_where_segments_start_and_end(page: Page) -> None:
    draw(page, review())
    cdp = page.context.new_cdp_session(page)
    cdp.send("Accessibility.enable")
    nodes = {node["nodeId"]: node for node in cdp.send("Accessibility.getFullAXTree")["nodes"]}

    def words(node: dict[str, Any]) -> list[str]:
        if node.get("role", {}).get("value") == "StaticText":
            return [node["name"]["value"].strip()]
        return [word for child in node.get("childIds", ()) if child in nodes for word in words(nodes[child])]

    text = next(node for node in nodes.values() if node.get("role", {}).get("value") == "textbox")
    assert words(text)[:5] == ["The", "start Battery · POS", "battery life", "end Battery · POS", "is good."]


# Picking


def test_a_click_picks_the_innermost_segment_and_further_clicks_the_ones_around_it(page: Page) -> None:
    text = "the very good food here"
    draw(
        page,
        some_data(
            text,
            on(text, "very good food here", key="outer"),
            on(text, "food", key="inner"),
            on(text, "good food", key="middle"),
        ),
    )
    seen = []
    for _ in range(4):
        mark(page, "food").click()
        seen.append(picked(page))
    assert seen == ["food", "good food", "very good food here", "food"]


def test_a_click_on_a_caption_picks_its_segment_and_one_beside_all_segments_drops_the_pick(
    page: Page,
) -> None:
    draw(page, review())
    click_on(page, page.locator(".caption").nth(1))
    assert picked(page) == "screen is bad"
    page.locator(".paragraph").nth(1).click(position={"x": 3, "y": 12})
    assert picked(page) == ""


def test_tab_walks_the_segments_in_reading_order_and_then_leaves_the_text(page: Page) -> None:
    draw(page, review())
    page.locator(".text").focus()
    seen = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(picked(page))
    assert seen == ["battery life", "screen is bad", "service was slow", "slow to answer"]
    page.keyboard.press("Shift+Tab")
    assert picked(page) == "service was slow"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("() => root.activeElement !== box")


def test_tab_goes_on_from_the_text_cursor(page: Page) -> None:
    draw(page, review())
    page.locator(".text").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Shift+Tab")
    assert picked(page) == "slow to answer"


def test_escape_drops_the_pick_and_then_leaves_the_text(page: Page) -> None:
    draw(page, review())
    page.locator(".text").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert picked(page) == ""
    assert page.evaluate("() => root.activeElement === box")
    page.keyboard.press("Escape")
    assert page.evaluate("() => root.activeElement === null")


def test_keys_that_the_text_uses_go_no_further_and_others_do(page: Page) -> None:
    draw(page, review())
    page.evaluate(
        "() => { window.keys = []; window.listening = new AbortController(); document"
        ".addEventListener('keydown', (e) => keys.push(e.key), { signal: listening.signal }); }"
    )
    page.locator(".text").focus()
    for key in ("Tab", "q", "p", "ArrowLeft", "Escape"):
        page.keyboard.press(key)
    assert page.evaluate("() => keys") == ["q"]


def test_the_status_line_tells_the_picked_segment(page: Page) -> None:
    draw(page, review())
    draw(page, review(show=(1, "screen is bad")))
    assert told(page) == "Segment 2 of 4: “screen is bad” Screen · NEG"
    page.locator(".text").press("Escape")
    assert told(page) == "4 segments"


def test_a_segment_that_python_shows_is_picked_once_and_outlined_over_all_its_pieces(page: Page) -> None:
    draw(page, review())
    draw(page, review(show=(1, "service was slow")))
    assert page.locator("mark.picked").all_inner_texts() == ["service was ", "slow"]
    page.locator(".text").press("Escape")
    draw(page, review(show=(1, "service was slow")))
    assert picked(page) == ""
    draw(page, review(show=(2, "service was slow")))
    assert picked(page) == "service was slow"


def test_a_segment_that_python_shows_is_scrolled_to_when_it_is_out_of_sight(page: Page) -> None:
    long = "\n".join(f"line {number}." for number in range(300))
    segments = [on(long, "line 3."), on(long, "line 250.")]
    draw(page, some_data(long, *segments, show=(1, "line 3.")))
    assert page.evaluate("() => box.scrollTop") == 0
    draw(page, some_data(long, *segments, show=(2, "line 250.")))
    assert page.evaluate("() => box.scrollTop") > 3000
    page.evaluate("() => (box.scrollTop = 50)")
    draw(page, some_data(long, *segments, on(long, "line 9."), show=(2, "line 250.")))
    assert page.evaluate("() => box.scrollTop") == 50


def test_hovering_outlines_the_whole_segment(page: Page) -> None:
    draw(page, review())
    mark(page, "service was").hover()
    assert page.locator("mark.hovered").all_inner_texts() == ["service was ", "slow"]
    page.locator(".status").hover()
    assert page.locator(".hovered").count() == 0
