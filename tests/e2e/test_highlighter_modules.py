"""The modules of the highlighter as they are, in Chromium: acts and what they make, keys, and the outbox."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route

from components.shell.assets import ADDRESS, ALL, loader
from tests.e2e.app_server import AppServer
from tests.e2e.highlighter_page import FOLDER, another_highlighter, empty_page, open_highlighter, some_data
from tests.unit.word_edges import WORD_EDGES

SHAPE = {"classes": True, "labels": True, "oneTag": False}
SEGMENTS = [
    {"key": "a", "start": 0, "end": 3, "tags": [["Room", "POS"]], "problem": ""},
    {"key": "b", "start": 4, "end": 7, "tags": [["Room", None], [None, "NEG"]], "problem": ""},
]


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    another_highlighter(sheet, shared_app.url)
    return sheet


def call(page: Page, function: str, *arguments: Any) -> Any:
    return page.evaluate("([name, given]) => unit[name](...given)", [function, list(arguments)])


def act(kind: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "number": number, "window": "w", "document": "d", **more}


def reduced(page: Page, *acts: dict[str, Any]) -> list[Any]:
    """The segments after the acts: key, span and tags."""
    found = call(page, "reduce", SEGMENTS, list(acts), "d")
    return [(one["key"], one["start"], one["end"], one["tags"]) for one in found]


def test_acts_make_of_the_segments_what_python_makes_of_them(page: Page) -> None:
    a, b = (("a", 0, 3, [["Room", "POS"]]), ("b", 4, 7, [["Room", None], [None, "NEG"]]))
    added = ("w-1.0", 2, 4, [["Room", "NEG"]])
    add = act("add", span=[2, 4], tag=["Room", "NEG"])
    assert reduced(page, add) == [a, added, b]
    assert reduced(page, add, add) == [a, added, b], "an act is done once"
    assert reduced(page, add, act("delete", 2, segment="w-1.0")) == [a, b]
    assert reduced(page, act("move", segment="a", span=[1, 9])) == [("a", 1, 9, [["Room", "POS"]]), b]
    assert reduced(page, act("tag", segment="a", tag=["Room", "POS"])) == [a, b], "it has that tag"
    assert reduced(page, act("tag", segment="a", tag=["Room", None]))[0][3] == [
        ["Room", "POS"],
        ["Room", None],
    ]
    retag = act("retag", segment="b", was=[None, "NEG"], tag=[None, "POS"])
    assert reduced(page, retag)[1][3] == [["Room", None], [None, "POS"]]
    assert reduced(page, act("untag", segment="b", was=["Room", None]))[1][3] == [[None, "NEG"]]
    assert reduced(page, act("untag", segment="a", was=["Room", "POS"])) == [b], "it goes with its last tag"
    assert reduced(page, {**add, "document": "another"}, act("undo", 2), act("delete", 3, segment="x")) == [
        a,
        b,
    ]


def test_two_segments_are_joined_and_one_is_split_as_python_does_it(page: Page) -> None:
    a, b = (("a", 0, 3, [["Room", "POS"]]), ("b", 4, 7, [["Room", None], [None, "NEG"]]))
    join = act("join", segment="a", other="b", span=[4, 7])
    assert reduced(page, join) == [("a", 0, 7, a[3])]
    assert reduced(page, join, join) == [("a", 0, 7, a[3])]
    split = act("split", segment="b", span=[5, 6])
    parts = [a, ("b", 4, 5, b[3]), ("w-1.0", 6, 7, b[3])]
    assert reduced(page, split) == parts
    assert reduced(page, split, split) == parts, "an act is done once"
    assert reduced(page, act("split", segment="b", span=[4, 4]), act("join", segment="a", other="x")) == [
        a,
        b,
    ]


def test_the_next_segment_of_the_same_tags_is_the_first_of_them_in_the_text_that_ends_later(
    page: Page,
) -> None:
    both = [["Room", "POS"], ["Staff", None]]
    spans = [
        {"key": "a", "start": 0, "end": 9, "tags": both},
        {"key": "inside", "start": 2, "end": 5, "tags": both},
        {"key": "another", "start": 6, "end": 12, "tags": both[:1]},
        {"key": "b", "start": 14, "end": 20, "tags": both[::-1]},
        {"key": "c", "start": 22, "end": 24, "tags": both},
    ]
    assert call(page, "nextAlike", spans, spans[0])["key"] == "b"
    assert call(page, "nextAlike", spans, spans[4]) is None


@pytest.mark.parametrize(
    ("text", "letters", "start", "words"),
    [
        ("A bed, a big Bedroom", "be", 0, "bed"),
        ("A bed, a big Bedroom", "BE", 3, "Bedroom"),
        ("A bed, a big Bedroom", "be", 14, "bed"),
        ("Un cafe\u0301, deux CAFÉS", "cá", 4, "CAFÉS"),
        ("🙂🙂 Плохой завтрак", "за", 0, "завтрак"),
        ("Room 12 and 14", "14", 0, "14"),
        ("A bed", "xx", 0, None),
        ("A bed", "ed", 0, None),
    ],
)
def test_the_word_that_begins_with_some_letters_is_found_from_a_place_on_and_then_from_the_start(
    page: Page, text: str, letters: str, start: int, words: str | None
) -> None:
    find = "([text, ...rest]) => { const at = unit.wordWith(unit.borders(text), ...rest);"
    assert page.evaluate(find + " return at && text.slice(...at); }", [text, letters, start]) == words


@pytest.mark.parametrize(
    ("text", "sought", "hits"),
    [
        ("A bed, Bedroom", "bed", ["bed", "Bed"]),
        ("Cafe\u0301 or CAFÉ", "café", ["Cafe\u0301", "CAFÉ"]),
        ("1+1 (or 11)", "1+1 (", ["1+1 ("]),
        ("🙂 ok 🙂", "🙂", ["🙂", "🙂"]),
        ("A bed", "", []),
    ],
)
def test_what_is_searched_for_is_found_whatever_its_case_and_its_signs(
    page: Page, text: str, sought: str, hits: list[str]
) -> None:
    find = "([text, sought]) => unit.hitsOf(text, sought).map((span) => text.slice(...span))"
    assert page.evaluate(find, [text, sought]) == hits


def test_of_the_tags_given_lately_the_one_not_given_for_longest_makes_room(page: Page) -> None:
    give = "(tags) => tags.reduce(unit.withRecent, []).map(({ tag }) => tag[0])"
    assert page.evaluate(give, [[name, None] for name in "abcdeabf"]) == ["a", "b", "f", "d", "e"]


def test_what_a_class_or_a_label_means_depends_on_what_is_chosen(page: Page) -> None:
    def meant(parts: list[str | None], held: object, enough: bool = False, **shape: bool) -> Any:
        return call(page, "meant", {**SHAPE, **shape}, parts, held, enough)

    words, picked = {"span": [4, 7]}, {"segment": SEGMENTS[0], "tag": 0}
    assert meant(["Room", None], words) == {"arm": ["Room", None]}
    assert meant(["Room", None], words, True) == {
        "act": {"kind": "add", "span": [4, 7], "tag": ["Room", None]}
    }
    assert meant(["Room", "POS"], None) == {"say": "Select words first"}
    assert meant(["Room", None], picked) == {"say": "It is Room · POS already"}
    retag = {"kind": "retag", "segment": "a", "was": ["Room", "POS"], "tag": ["Food", "POS"]}
    assert meant(["Food", None], picked) == {"act": retag}
    further = {"kind": "tag", "segment": "a", "tag": ["Food", "NEG"]}
    assert meant(["Food", "NEG"], {**picked, "adding": True}) == {"act": further}
    assert meant(["Food", "NEG"], {"span": [0, 3], "equal": SEGMENTS[0]}) == {"act": further}
    one = {"span": [0, 3], "equal": SEGMENTS[0]}
    assert meant(["Food", "NEG"], one, oneTag=True)["act"]["kind"] == "retag"
    again = {"span": [0, 3], "equal": SEGMENTS[0], "whole": True}
    assert meant(["Room", "POS"], again)["act"] == {"kind": "untag", "segment": "a", "was": ["Room", "POS"]}


def test_what_belongs_to_no_word_is_left_out_at_the_edges_of_a_selection(page: Page) -> None:
    taken = """(all) => all.map((selected) => {
      const text = `a ${selected} b`;
      const span = unit.snapped(unit.borders(text), 2, 2 + selected.length, true);
      return text.slice(...span);
    })"""
    found = page.evaluate(taken, [selected for selected, _ in WORD_EDGES.values()])
    assert dict(zip(WORD_EDGES, found, strict=True)) == {
        name: taken for name, (_, taken) in WORD_EDGES.items()
    }


def test_the_word_at_the_cursor_is_taken_without_direction_marks(page: Page) -> None:
    word = "([text, at]) => text.slice(...unit.wordAt(unit.borders(text), at))"
    assert page.evaluate(word, ["the price\u200f,", 5]) == "price"
    assert page.evaluate(word, ["\u200fالسعر\u200f جيد", 3]) == "السعر"


def test_a_cursor_stands_at_a_word_in_it_before_it_or_just_behind_it(page: Page) -> None:
    word = """([text, at, looks]) => {
      const span = unit.wordAt(unit.borders(text), at, unit[looks]);
      return span && text.slice(...span);
    }"""

    def at(unit: int, looks: str = "", text: str = "a price, 我喜欢") -> Any:
        return page.evaluate(word, [text, unit, looks])

    assert [at(unit) for unit in (2, 4, 7, 8, 9)] == ["price", "price", "price", None, "我"]
    assert (at(10), at(10, "PASSED")) == ("喜欢", "我"), "also where no space parts two words"
    assert (at(7, "AHEAD"), at(2, "AHEAD")) == (None, "price")
    assert (at(0, text=""), at(0, "PASSED")) == (None, "a")


def test_a_double_click_means_all_of_a_word_with_hyphens(page: Page) -> None:
    whole = """([text, at]) => {
      const known = unit.borders(text);
      return text.slice(...unit.hyphenated(known, unit.wordAt(known, at)));
    }"""
    text = "Wi-Fi, check\u2010in-desk - bed-"
    found = [page.evaluate(whole, [text, text.index(word)]) for word in ("Wi", "Fi", "in", "desk", "bed")]
    assert found == ["Wi-Fi", "Wi-Fi", "check\u2010in-desk", "check\u2010in-desk", "bed"]


def test_where_no_cursor_stands_no_segment_stands_before_it(page: Page) -> None:
    drawn = {"view": SEGMENTS, "offsets": {"points": [0, 1, 2, 3], "count": 9}}
    assert call(page, "segmentBefore", drawn, {"chosen": {"anchor": 3, "focus": 3}})["key"] == "a"
    assert call(page, "segmentBefore", drawn, {"chosen": None}) is None


def test_each_key_is_for_one_thing_in_the_text_or_on_the_page_and_all_others_are_the_browsers(
    page: Page,
) -> None:
    script = """(events) => {
      const { byKey } = unit.namesOf({ classes: { Room: "1" }, labels: { POS: "p" } });
      return events.map((event) => {
        const intent = unit.intentOf(event, byKey);
        return intent && [intent.where, intent.do, intent.way ?? intent.name ?? null];
      });
    }"""

    def key(name: str, *modifiers: str, **more: str) -> dict[str, Any]:
        return {"key": name, **{f"{one}Key": True for one in modifiers}, **more}

    means = [
        (key("."), ["page", "go", 1]),
        (key(","), ["page", "go", -1]),
        (key("?", "shift"), ["page", "help", None]),
        (key("1"), ["page", "use", "Room"]),
        (key("з", code="KeyP"), ["page", "use", "POS"]),
        (key("&", code="Digit1"), ["page", "use", "Room"]),
        (key("P", "shift"), ["page", "use", "POS"]),
        (key("Tab", "shift"), ["text", "walk", None]),
        (key("Delete"), ["text", "removeSegment", None]),
        (key("*", "shift"), ["page", "whole", None]),
        (key("ArrowLeft"), ["text", "arrow", -1]),
        (key("ArrowLeft", "shift", "alt"), ["text", "arrow", -1]),
        (key("End", "ctrl"), ["text", "edge", 1]),
        (key("Home", "alt"), ["text", "edge", -1]),
        (key("End", "alt", "shift"), ["text", "edge", 1]),
        (key("z", "ctrl"), ["page", "undo", None]),
        (key("Z", "meta", "shift"), ["page", "redo", None]),
        (key("y", "ctrl"), ["page", "redo", None]),
        (key("a", "ctrl"), ["text", "selectAll", None]),
        (key("Enter", "ctrl"), ["page", "go", 1]),
        (key("s", "ctrl"), ["page", "save", None]),
        (key("ы", "ctrl", code="KeyS"), ["page", "save", None]),
        (key("Я", "ctrl", "shift", code="KeyZ"), ["page", "redo", None]),
        (key("ש", "meta", code="KeyA"), ["text", "selectAll", None]),
        (key("z", "ctrl", code="KeyY"), ["page", "undo", None]),
        *((key(name), None) for name in ("q", "F5", "PageDown", "Shift", "toString", "__proto__")),
        (key("ArrowLeft", "alt"), None),
        (key("s", "ctrl", "shift"), None),
        (key("s", "ctrl", "alt"), None),
        (key("c", "ctrl"), None),
        (key("с", "ctrl", code="KeyC"), None),
        (key("1", "ctrl"), None),
        (key("1", "alt"), None),
    ]
    assert page.evaluate(script, [event for event, _ in means]) == [meaning for _, meaning in means]


OUTBOX = """(script) => {
  sessionStorage.clear();
  const sent = [];
  const setStateValue = (_, value) => sent.push(structuredClone(value));
  const outbox = Object.assign(unit.emptyOutbox(), { window: "w", setStateValue });
  unit.fill(outbox, "mine");
  const tries = [];
  const quiet = (count) => tries.push(count);
  const waiting = () => unit.waiting("mine").map(({ number }) => number);
  return new Function("outbox", "sent", "quiet", "tries", "waiting", `return (async () => {${script}})()`)(
    outbox, sent, quiet, tries, waiting);
}"""


def test_acts_are_numbered_kept_in_the_tab_and_forgotten_when_python_keeps_them(page: Page) -> None:
    script = """
      unit.enqueue(outbox, { kind: "undo" });
      unit.enqueue(outbox, { kind: "redo" });
      const before = waiting();
      const said = unit.settle(outbox, { w: 1, another: 9 }, []);
      return { before, after: waiting(), said, acts: outbox.acts };
    """
    found = page.evaluate(OUTBOX, script)
    assert (found["before"], found["after"], found["said"]) == ([1, 2], [2], [])
    assert found["acts"] == [{"kind": "redo", "number": 2, "window": "w"}]


def test_a_refusal_is_news_once_and_only_of_this_tab(page: Page) -> None:
    script = """
      unit.enqueue(outbox, { kind: "undo" });
      const gone = { window: "w", number: 1, reason: "gone" };
      const refused = [gone, { window: "x", number: 1, reason: "not mine" }];
      return [unit.settle(outbox, { w: 1 }, refused), unit.settle(outbox, { w: 1 }, refused)];
    """
    assert page.evaluate(OUTBOX, script) == [["gone"], []]


def test_what_is_not_acknowledged_is_sent_again_whole_until_it_is(page: Page) -> None:
    script = """
      unit.enqueue(outbox, { kind: "undo" });
      unit.flush(outbox, quiet);
      unit.enqueue(outbox, { kind: "redo" });
      unit.flush(outbox, quiet);
      await new Promise((done) => setTimeout(done, 2000));
      const count = sent.length;
      unit.settle(outbox, { w: 2 }, []);
      unit.flush(outbox, quiet);
      const numbers = (acts) => acts.map(({ number }) => number);
      return { tries, count, sent: sent.map(({ acts, scope, window }) => [scope, window, numbers(acts)]) };
    """
    found = page.evaluate(OUTBOX, script)
    assert found["tries"] == [0, 0, 1, 0]
    assert found["sent"] == [["mine", "w", [1]], ["mine", "w", [1, 2]], ["mine", "w", [1, 2]]]


def test_acts_wait_in_the_page_where_the_browser_stores_nothing_and_the_person_goes_to_another_session(
    page: Page,
) -> None:
    script = """
      unit.enqueue(outbox, { kind: "undo" });
      const full = () => { throw new DOMException("full", "QuotaExceededError"); };
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = full;
      unit.enqueue(outbox, { kind: "redo" });
      unit.fill(outbox, "another");
      const there = [outbox.acts.length, unit.isAnythingWaiting()];
      unit.fill(outbox, "mine");
      const here = [unit.isAnythingWaiting(), ...outbox.acts.map(({ number }) => number)];
      Storage.prototype.setItem = setItem;
      unit.settle(outbox, { w: 1 }, []);
      const left = JSON.parse(sessionStorage.getItem("tagwright-outbox:mine")).length;
      unit.settle(outbox, { w: 2 }, []);
      return { there, here, left, after: [unit.isAnythingWaiting(), ...waiting()] };
    """
    found = page.evaluate(OUTBOX, script)
    assert found == {"there": [0, True], "here": [True, 1, 2], "left": 1, "after": [False]}


def test_acts_that_waited_in_the_tab_since_an_older_version_are_sent_by_the_words_of_now(page: Page) -> None:
    here = {"window": "before", "document": "d"}
    old = [
        {"op": "add", "n": 3, **here, "position": 2, "span": [0, 3], "tag": ["Room", "POS"]},
        {"op": "retag", "n": 4, **here, "segment": "a", "from": ["Room", "POS"], "tag": ["Room", "NEG"]},
    ]  # fmt: skip
    page.evaluate("(old) => sessionStorage.setItem('tagwright-outbox:mine', JSON.stringify(old))", old)
    add, retag = call(page, "waiting", "mine")
    assert add == {
        "kind": "add",
        "number": 3,
        "window": "before",
        "document": "d",
        "position": 2,
        "span": [0, 3],
        "tag": ["Room", "POS"],
    }
    assert (retag["kind"], retag["number"], retag["was"]) == ("retag", 4, ["Room", "POS"])
    assert not {"op", "n", "from"} & set(retag)
    for broken in ("{", "7", "null", '{"a": 1}'):
        page.evaluate("(text) => sessionStorage.setItem('tagwright-outbox:mine', text)", broken)
        assert call(page, "waiting", "mine") == []


def test_the_page_knows_how_many_edits_are_in_it_only_and_whether_that_lasts(page: Page) -> None:
    script = """
      const place = Object.assign(document.createElement("p"), { className: "st-key-not-all-saved" });
      document.body.append(place);
      const said = () => {
        const { attributes } = document.documentElement;
        const names = [...attributes].map(({ name }) => name).filter((name) => name.startsWith("data-acts"));
        return [...names.sort(), getComputedStyle(place).getPropertyValue("--kept-here")];
      };
      const [found, line] = [[], { waiting: document.createElement("p") }];
      const note = (acts, tries) => {
        outbox.acts = acts;
        unit.put("mine", acts);
        unit.sayWaiting(line, acts, tries);
        found.push([...said(), line.waiting.textContent]);
      };
      note([{ kind: "go" }, { kind: "ask" }], 3);
      note([{ kind: "go" }, { kind: "add" }, { kind: "done" }], 0);
      note([{ kind: "add" }], 1);
      note([], 0);
      return found;
    """
    assert page.evaluate(OUTBOX, script) == [
        ['"0 kept in this page"', ""],
        ["data-acts-waiting", '"2 kept in this page"', ""],
        [
            *("data-acts-late", "data-acts-waiting", '"1 kept in this page"'),
            "1 edit is in this page only; trying again",
        ],
        ['"0 kept in this page"', ""],
    ]


def test_parts_that_python_leaves_out_are_put_in_where_they_are_held(page: Page) -> None:
    open_highlighter(page, page.url)  # what is held by the page is held from its loading on
    script = """async (url) => {
      const { whole, held } = await import(url);
      const found = [
        whole({ own: 1 }),
        whole({ own: 1, parts: { a: { name: "A" }, b: null } }),
        whole({ own: 2, parts: { a: null } }),
        whole({ parts: { b: { name: "B" } } }),
      ];
      const before = held();
      for (let n = 0; n < 11; n++) whole({ parts: { [n]: { n }, a: null } });
      return { found, before, after: held(), lost: whole({ parts: { b: null } }).missing };
    }"""
    told = page.evaluate(script, f"/{ADDRESS}/shell/parts.js")
    assert told["found"] == [
        {"data": {"own": 1}, "missing": []},
        {"data": {"own": 1, "name": "A"}, "missing": ["b"]},
        {"data": {"own": 2, "name": "A"}, "missing": []},
        {"data": {"name": "B"}, "missing": []},
    ]
    assert told["before"] == ["a", "b"]
    assert sorted(told["after"]) == sorted([*map(str, range(11)), "a"]), (
        "what was not used for longest is forgotten"
    )
    assert told["lost"] == ["b"]


def test_a_component_asks_for_what_it_was_told_without_holding_it(page: Page) -> None:
    draw_again = """(data) => {
      window.sent.length = 0;
      draw(data);
      return { text: box.textContent, sent: window.sent.map(({ name, value }) => [name, value]) };
    }"""
    open_highlighter(page, page.url)
    given = some_data("a room")
    names = {
        name: given.pop(name) for name in ("classes", "labels", "shape", "keys", "next", "previous", "more")
    }
    assert page.evaluate(draw_again, given | {"parts": {"x": None}}) == {
        "text": "",
        "sent": [["asks", ["x"]]],
    }
    told = page.evaluate(draw_again, given | {"parts": {"x": names}})
    assert ("a room" in told["text"], told["sent"]) == (True, [])
    told = page.evaluate(draw_again, given | {"text": "a hall", "parts": {"x": None}})
    assert ("a hall" in told["text"], told["sent"]) == (True, [])


def test_what_cannot_be_had_for_a_moment_is_loaded_a_moment_later(
    new_page: Page, shared_app: AppServer
) -> None:
    page, failures = new_page, 2

    def fail(route: Route) -> None:
        nonlocal failures
        failures -= 1
        if failures < 0:
            route.fallback()
        else:
            route.abort("connectionrefused")

    empty_page(page, shared_app.url)
    page.route(f"**/{ALL}", fail)
    drawn = page.evaluate(
        """async ([script, data]) => {
          const blob = new Blob([script], { type: "text/javascript" });
          const { default: start } = await import(URL.createObjectURL(blob));
          const root = document.querySelector("#host").attachShadow({ mode: "open" });
          start({ data, parentElement: root, setStateValue: () => {} });
          return root.querySelector(".text").textContent;
        }""",
        [loader(FOLDER), some_data("a room")],
    )
    assert failures < 0
    assert drawn == "a room"


def test_pasted_cells_are_read_as_a_spreadsheet_copies_them(page: Page) -> None:
    assert call(page, "cellsIn", 'a\tb\r\n"c ""d""\te"\t\n') == [["a", "b"], ['c "d"\te', ""]]
    assert call(page, "cellsIn", '""\t"""x"""') == [["", '"x"']]


def test_what_a_table_does_not_take_of_a_paste_is_named_with_the_reason(page: Page) -> None:
    script = """([cells, row, column]) => {
      const columns = ["", "#", "Start", "End", "Text", "Class", "Label", ""];
      const shown = (row, column) => (column === 4 ? "words" : "old");
      const names = { Class: ["Room", "Bed"], Label: ["POS"] };
      return unit.notTaken(cells, { row, column }, { columns, rows: 4, shown }, names);
    }"""

    def lost(cells: list[list[str]], row: int = 0, column: int = 5) -> list[str]:
        found: list[str] = page.evaluate(script, [cells, row, column])
        return found

    assert lost([["Room", "POS"], ["Bed", "–"], ["old", "POS"]]) == []
    assert lost([["Pool", "POS"], ["Bed", ""]]) == [
        "row 1, Class: “Pool” is not one of the session's classes",
        "row 2, Label: an empty cell changes nothing, “–” does",
    ]
    assert lost([["4", "x", "words"], ["", "1.5", "other"]], column=2) == [
        "row 1, End: “x” is not a whole number",
        "row 2, End: “1.5” is not a whole number",
        "row 2, Text: this column cannot be changed",
    ]
    assert lost([["Room"], ["Bed"], ["Bed"]], row=2) == ["1 row below the last one"]
    assert lost([["POS", "", "more"]], column=6) == ["1 right of the last column"]
