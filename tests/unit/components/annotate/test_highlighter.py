"""What the highlighter hands to the browser, and what it takes from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.annotate.highlighter import report_in
from tests.tab import given_to


def the_page() -> None:
    import streamlit as st

    from components.annotate.highlighter import (
        Around,
        Drawn,
        DrawnDocument,
        Keys,
        NameLooks,
        Standing,
        highlighter,
    )
    from labeling.draft.vocabulary import Scheme
    from labeling.model import shape_of

    def take(report: object) -> bool:
        st.session_state["reports"] = [*st.session_state.get("reports", []), report]
        return True

    segments = (Drawn("a", 11, 15, (("Service", None), (None, "POS")), "odd"), Drawn("b", 0, 2))
    highlighter(
        key="text",
        scope="mine",
        document=DrawnDocument("id:1", "we 👨‍👩‍👧‍👦 came", segments),
        scheme=Scheme(("Service",), ("POS",), shape_of("ABSA")),
        keys=Keys({"Service": "1"}, {"POS": "p"}),
        looks=NameLooks({"Service": 4}, {"POS": 0}),
        around=Around(),
        standing=lambda report: Standing(applied={"w": 3}, kept={"w": 2}, refused=[("w", 1, "no")]),
        on_report=take,
        show=(4, "b"),
    )


def the_text(app: AppTest) -> Any:
    return app.get("bidi_component")[0]


def reporting(app: AppTest, **more: Any) -> AppTest:
    """Run the page as the browser does when the person tags something."""
    value = {"scope": "mine", "window": "w", "acts": [], **more}
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id, state.json_value = the_text(app).proto.id, json.dumps({"report": value})
    return app._run(states)


@pytest.fixture
def page() -> AppTest:
    app = AppTest.from_function(the_page)
    app.run()
    assert not app.exception
    return app


def test_the_browser_gets_text_segments_names_keys_and_how_far_its_acts_have_come(page: AppTest) -> None:
    data = given_to(the_text(page).proto)
    for part in data["parts"].values():
        data |= part
    assert data["segments"][0] == {
        "key": "a",
        "start": 11,
        "end": 15,
        "tags": [["Service", None], [None, "POS"]],
        "problem": "odd",
    }
    assert (data["document"], data["text"]) == ("id:1", "we 👨‍👩‍👧‍👦 came")
    assert data["keys"] == {"classes": {"Service": "1"}, "labels": {"POS": "p"}}
    assert data["looks"] == {"classes": {"Service": 4}, "labels": {"POS": 0}}
    assert (data["applied"], data["kept"]) == ({"w": 3}, {"w": 2})
    assert data["refused"] == [{"window": "w", "number": 1, "reason": "no"}]
    assert data["show"] == {"count": 4, "segment": "b"}


def test_a_report_reaches_the_page_before_its_body(page: AppTest) -> None:
    app = reporting(page, acts=[])
    assert [report["acts"] for report in app.session_state["reports"]] == [[]]


def test_acts_that_were_applied_before_are_not_given_again_after_drawing(page: AppTest) -> None:
    act = {"number": 3, "window": "w", "document": "id:1", "kind": "undo"}
    app = reporting(page, acts=[act])
    assert len(app.session_state["reports"]) == 1


@pytest.mark.parametrize("state", [None, {}, {"report": None}, {"report": 7}, {"report": {"scope": "else"}}])
def test_what_is_no_report_of_this_scope_is_none(state: object) -> None:
    assert report_in(state, "mine") is None
