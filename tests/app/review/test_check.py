"""The tab Check of Review, as a lead uses it."""

from __future__ import annotations

import time

from streamlit.testing.v1 import AppTest

from labeling.model import Session
from labeling.studio.client import LabelingClient
from tests.app.browser import named, press, press_twice, report, shown, table, whole
from tests.app.build import a_session, tagged


def opened(app: AppTest, session: Session, **words: str) -> AppTest:
    """The tab, opened by its link, once the search is over."""
    for name, value in {
        "project": session.project_id,
        "session": session.id,
        "tab": "check",
        **words,
    }.items():
        app.query_params[name] = str(value)
    app.switch_page("pages/review.py")
    return searched(whole(app.run()))


def searched(app: AppTest) -> AppTest:
    """The browser looks again by itself, AppTest does not."""
    until = time.monotonic() + 30
    while any(button.key == "check-stop" for button in app.button):
        assert time.monotonic() < until, "the search goes on and on"
        time.sleep(0.02)
        whole(app.run())
    return app


def a_round(api: LabelingClient) -> Session:
    """Nine documents that agree, one with another label, one with a bare place, one with another border."""
    usual = [tagged(f"{n} the kind staff here", ("staff", "Staff", "POS")) for n in range(9)]
    return a_session(
        api,
        *usual,
        tagged("my staff", ("staff", "Staff", "NEG")),
        tagged("our staff", ("our", "Room", "POS")),
        tagged("saw the kind staff", ("kind staff", "Staff", "POS")),
    )


def lists(app: AppTest) -> dict[str, tuple[int, str]]:
    return {
        row["list"]: (row["open"], row["rate"]) for row in table(app, "check-lists").value.to_dict("records")
    }


def key_of(app: AppTest, name: str) -> str:
    """The key of a button that is another one for each row, or document."""
    return str(named(app.button, name).key)


def rows(app: AppTest) -> list[str]:
    return [str(words) for words in table(app, "check-rows").value["words"]]


def test_rows_are_taken_called_right_put_off_and_undone_and_the_lists_prove_themselves(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_round(api)
    opened(app, session)
    assert lists(app) == {
        "Same words, other label": (1, "none tried yet"),
        "Tagged elsewhere, bare here": (1, "none tried yet"),
        "Border unlike its siblings": (1, "none tried yet"),
    }
    assert rows(app) == ["my [staff]"]
    press(app, key_of(app, "check-take"))
    assert lists(app)["Same words, other label"] == (0, "1 of 1: 100 % (21-100)")
    assert not app.button(key="save").disabled
    press(app, "undo")
    assert lists(app)["Same words, other label"] == (1, "none tried yet")
    press(app, "redo")

    app.query_params["list"] = "border"
    whole(app.run())
    assert rows(app) == ["saw the [kind staff]"]
    press(app, key_of(app, "check-right"))
    assert lists(app)["Border unlike its siblings"] == (0, "0 of 1: 0 % (0-79)")
    app.session_state["check-called-right"] = True
    whole(app.run())
    (again,) = (button.key for button in app.button if button.label == "List it again")
    assert again is not None
    press(app, again)
    assert lists(app)["Border unlike its siblings"] == (1, "none tried yet")
    press(app, "save")
    saved = api.documents(session.project_id, session.id).documents
    assert [tag.names for one in saved[9].segments for tag in one.tags] == [("Staff", "POS")]


def test_what_is_right_is_listed_no_more_after_another_start_and_ticked_rows_are_one_step(
    app: AppTest, api: LabelingClient
) -> None:
    usual = [tagged(f"{n} kind staff", ("staff", "Staff", "POS")) for n in range(9)]
    odd = [tagged(f"{n} odd staff", ("staff", "Staff", "NEG")) for n in range(3)]
    opened(app, a_session(api, *usual, *odd), list="label")
    assert len(rows(app)) == 3
    press(app, key_of(app, "check-later"))
    assert rows(app)[2] == "0 odd [staff]"
    # What nobody has seen yet, the second of two clicks does not settle.
    press_twice(app, key_of(app, "check-right"))
    press(app, "check-again")
    searched(app)
    assert rows(app) == ["2 odd [staff]", "0 odd [staff]"]
    report(
        app,
        table(app, "check-rows").proto,
        "string_value",
        {"selection": {"rows": [0, 1], "columns": [], "cells": []}},
    )
    app.session_state["check-bulk"] = True
    whole(app.run())
    press(app, "check-take-all")
    assert not [frame for frame in app.dataframe if frame.key == "check-rows"]
    assert lists(app)["Same words, other label"] == (0, "0 of 1: 0 % (0-79)")
    press(app, "undo")
    assert rows(app) == ["2 odd [staff]", "0 odd [staff]"]


def test_a_row_opens_its_text_with_the_span_picked(app: AppTest, api: LabelingClient) -> None:
    session = a_round(api)
    opened(app, session, list="untagged")
    press(app, key_of(app, "check-open"))
    assert dict(app.query_params) == {
        "project": str(session.project_id),
        "session": str(session.id),
        "document": "11",
        "segment": "4-9",
    }


def test_a_sample_stops_by_itself_and_its_no_leads_to_the_list(app: AppTest, api: LabelingClient) -> None:
    session = a_round(api)
    opened(app, session, part="sample")
    press(app, "sample-draw")
    press_twice(app, key_of(app, "sample-right"))
    press(app, key_of(app, "sample-back"))
    assert named(app.button, "sample-back").disabled
    for _ in range(3):
        press(app, key_of(app, "sample-wrong"))
    (said,) = (one.value for one in app.warning)
    assert said.startswith("Not good enough, after 3 documents, 3 of them wrong")
    opened(app, session, part="sample")
    assert "9 documents that no sample had before" in " ".join(one.value for one in app.caption)
    press(app, "sample-more")
    assert "part" not in app.query_params
    assert rows(app)


def test_without_documents_or_suspects_the_tab_says_so(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, tagged("kind staff", ("staff", "Staff", "POS"))))
    assert [one.value for one in app.success] == ["Nothing is suspected in this session."]
    opened(app, a_session(api))
    assert [one.value for one in app.info] == [
        "This session has no documents yet. Add some on the page *Sessions*."
    ]


def test_a_large_session_is_searched_when_that_is_asked_for(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, *(f"staff {n}" for n in range(501))))
    searched(press(app, "check-search"))
    assert [one.value for one in app.success] == ["Nothing is suspected in this session."]


def test_a_sample_of_several_sessions_is_drawn_from_each(app: AppTest, api: LabelingClient) -> None:
    first = a_session(api, *(tagged(f"staff {n}", ("staff", "Staff", "POS")) for n in range(3)))
    texts = [tagged(f"room {n}", ("room", "Room", "NEG")) for n in range(3)]
    second = a_session(api, *texts, project=first.project_id, name="Second")
    opened(app, first, part="sample", also=str(second.id))
    assert "6 documents that stand in one of 2 sessions only, from each its share" in shown(app)
    press(app, "sample-draw")
    names = []
    for _ in range(6):
        names.append("Second" in [one.value for one in app.caption])
        press(app, key_of(app, "sample-right"))
    assert sum(names) == 3
    assert "No more documents, after 6 documents, 0 of them wrong: too few to say." in shown(app)


def test_a_document_that_the_lead_changed_counts_as_wrong_in_a_sample(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_round(api)
    opened(app, session, list="label")
    press(app, key_of(app, "check-take"))
    opened(app, session, part="sample")
    press(app, "sample-draw")
    while named(app.button, "sample-right").label != "Next (Enter)":
        press(app, key_of(app, "sample-right"))
    assert "You changed this document: it counts as wrong." in shown(app)
    press(app, key_of(app, "sample-right"))
    assert "1 wrong so far" in shown(app) or "1 of them wrong" in shown(app)
