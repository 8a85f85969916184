"""What the highlighter hands to the browser, and what it takes from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.highlighter import CSS, JS, Drawn, pick_in


def the_page() -> None:
    import streamlit as st

    from components.highlighter import Drawn, highlighter

    def remember(segment: str | None) -> None:
        st.session_state["picks"] = [*st.session_state.get("picks", []), segment]

    highlighter(
        key="text",
        document=st.session_state.get("document", "id:1"),
        text="we 👨‍👩‍👧‍👦 came",
        segments=[Drawn("a", 11, 15, (("Service", None), (None, "POS")), "odd"), Drawn("b", 0, 2)],
        classes=("Service",),
        labels=["POS"],
        picked=st.session_state.get("picks", [None])[-1],
        on_pick=remember if st.session_state.get("listens", True) else None,
    )


def the_text(app: AppTest) -> Any:
    return app.get("bidi_component")[0]


def sent(app: AppTest) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(the_text(app).proto.json)
    return data


def reporting(app: AppTest, **pick: Any) -> AppTest:
    """Run the page as the browser does when the person picks something."""
    value = {"client": "tab", "count": 1, "document": "id:1", "segment": "a", **pick}
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id, state.json_value = the_text(app).proto.id, json.dumps({"picked": value})
    return app._run(states)


def a_page(**state: Any) -> AppTest:
    app = AppTest.from_function(the_page)
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def test_the_browser_gets_the_text_and_its_segments_in_code_points() -> None:
    data = sent(a_page())
    assert data["text"] == "we 👨‍👩‍👧‍👦 came"
    assert data["text"][11:15] == "came"
    assert data["segments"] == [
        {"key": "a", "start": 11, "end": 15, "tags": [["Service", None], [None, "POS"]], "problem": "odd"},
        {"key": "b", "start": 0, "end": 2, "tags": [], "problem": ""},
    ]
    assert (data["classes"], data["labels"], data["picked"], data["heard"]) == (
        ["Service"],
        ["POS"],
        None,
        None,
    )


def test_a_pick_is_told_before_the_page_draws_and_answered_in_the_same_run() -> None:
    app = reporting(a_page())
    assert app.session_state["picks"] == ["a"]
    data = sent(app)
    assert data["picked"] == "a"
    assert data["heard"] == {"client": "tab", "count": 1, "document": "id:1", "segment": "a"}


def test_dropping_the_pick_is_told_as_none() -> None:
    app = reporting(reporting(a_page()), count=2, segment=None)
    assert app.session_state["picks"] == ["a", None]
    assert sent(app)["picked"] is None


def test_a_pick_in_the_document_shown_before_is_not_told() -> None:
    app = reporting(a_page(document="id:2"))
    assert "picks" not in app.session_state
    assert sent(app)["heard"] is None


def test_without_a_listener_the_text_keeps_its_own_pick() -> None:
    app = reporting(a_page(listens=False))
    assert "picks" not in app.session_state
    assert sent(app)["picked"] == "a"


@pytest.mark.parametrize(
    "state", [None, "x", {}, {"picked": None}, {"picked": "a"}, {"picked": {"document": "d", "segment": 7}}]
)
def test_what_is_no_pick_is_taken_for_none(state: Any) -> None:
    assert pick_in(state, "d") is None


def test_only_the_parts_of_a_pick_are_taken() -> None:
    told = {"picked": {"document": "d", "segment": "s", "count": 3, "client": "c", "more": "<x>"}}
    assert pick_in(told, "d") == {"document": "d", "segment": "s", "count": 3, "client": "c"}


def test_a_drawn_segment_is_bare_and_right_unless_said_otherwise() -> None:
    assert Drawn("a", 1, 2) == Drawn(key="a", start=1, end=2, tags=(), problem="")


def test_nothing_in_the_browsers_part_takes_text_for_markup_or_loads_anything() -> None:
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "fetch(",
        "import(",
    ):
        assert way not in JS
    assert "url(" not in CSS
    assert "@import" not in CSS
