"""What somebody else changed in a document that was edited and saved here is seen,
and edited as it is now."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.saving.panel import start
from labeling.model import Document, Session, SessionChange
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, edit_cells, press, rows, settled, show_tab, tag_on_text, whole
from tests.app.build import a_session, another_window, held, opened, tagged
from tests.app.conftest import Clock, new_app

TEXT = "Nice staff, small room"
NEUTRAL, NEGATIVE = ["Staff", "NEU"], ["Staff", "NEG"]


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(api, tagged(TEXT, ("staff", "Staff", "POS")), "Two rooms", "The staff")


def store_elsewhere(api: LabelingClient, session: Session, *tags: tuple[str, str, str]) -> None:
    """Somebody else gives the first document these tags."""
    (document, *_) = api.documents(session.project_id, session.id, limit=1).documents
    changed = Document(id=document.id, text=TEXT, segments=tagged(TEXT, *tags).segments)
    api.update_session(session.project_id, session.id, SessionChange(documents=(changed,)))


def read_again(app: AppTest, clock: Clock) -> None:
    clock.pass_a_minute()
    whole(app.run())


@pytest.fixture
def changed(app: AppTest, api: LabelingClient, session: Session, clock: Clock) -> AppTest:
    """A document marked done and saved here, then retagged and tagged further by somebody else."""
    opened(app, session)
    tag_on_text(app, {"kind": "done", "done": True}, window="before")
    press(app, "save")
    store_elsewhere(api, session, ("staff", "Staff", "NEG"), ("room", "Room", "NEG"))
    read_again(app, clock)
    return app


def segments(app: AppTest) -> list[tuple[int, int, list[list[str | None]]]]:
    return sorted((s["start"], s["end"], s["tags"]) for s in drawn(app)["segments"])


def on_segment(app: AppTest, n: int, kind: str, **more: Any) -> AppTest:
    segment = drawn(app)["segments"][n]
    at = [segment["start"], segment["end"]]
    return tag_on_text(app, {"kind": kind, "segment": segment["key"], "at": at, **more})


STAFF, ROOM = (5, 10, [NEGATIVE]), (18, 22, [["Room", "NEG"]])


@pytest.mark.parametrize(
    ("n", "act", "then"),
    [
        (0, {"kind": "retag", "was": NEGATIVE, "tag": NEUTRAL}, [(5, 10, [NEUTRAL]), ROOM]),
        (0, {"kind": "tag", "tag": ["Room", "POS"]}, [(5, 10, [NEGATIVE, ["Room", "POS"]]), ROOM]),
        (1, {"kind": "move", "span": [12, 22]}, [STAFF, (12, 22, [["Room", "NEG"]])]),
        (1, {"kind": "delete"}, [STAFF]),
    ],
)
def test_a_segment_as_somebody_else_left_it_is_edited_on_the_text(
    changed: AppTest, n: int, act: dict[str, Any], then: list[object]
) -> None:
    assert segments(changed) == [STAFF, ROOM]
    on_segment(changed, n, **act)
    assert drawn(changed)["refused"] == []
    assert segments(changed) == then
    press(changed, "undo")
    assert segments(changed) == [STAFF, ROOM]


def test_a_tag_added_on_the_text_leaves_theirs_there(
    changed: AppTest, api: LabelingClient, session: Session
) -> None:
    tag_on_text(changed, {"kind": "add", "span": [0, 4], "tag": ["Room", "POS"]})
    assert segments(changed) == [(0, 4, [["Room", "POS"]]), STAFF, ROOM]
    press(changed, "save")
    assert sorted(held(api, session)[0][1]) == [
        (0, 4, "Room", "POS"),
        (5, 10, "Staff", "NEG"),
        (18, 22, "Room", "NEG"),
    ]


def test_a_cell_of_the_table_is_typed_over_what_they_stored(changed: AppTest) -> None:
    edit_cells(changed, {1: {"label": "NEU"}})
    assert segments(changed) == [STAFF, (18, 22, [["Room", "NEU"]])]


def test_ticked_rows_are_retagged_as_they_are_now(changed: AppTest) -> None:
    show_tab(changed, "All documents")
    press(changed, "rows-tick-page")
    changed.session_state["rows-retag-box"] = True
    whole(changed.run())
    whole(changed.selectbox(key="rows-to-label").set_value("NEU").run())
    press(changed, "rows-retag")
    assert [(row["start"], row["label"]) for row in rows(changed, "segments-all")] == [
        (5, "NEU"),
        (18, "NEU"),
    ]


def test_every_occurrence_is_tagged_beside_theirs(changed: AppTest) -> None:
    tag_on_text(changed, {"kind": "ask", "what": "occurrences", "span": [0, 4], "tag": ["Room", "POS"]})
    press(changed, "occurrences-tag")
    assert segments(changed) == [(0, 4, [["Room", "POS"]]), STAFF, ROOM]


def test_an_act_reaches_the_segment_on_which_it_was_done_whatever_else_was_stored_since(
    app: AppTest, api: LabelingClient, session: Session, clock: Clock
) -> None:
    opened(app, session)
    (seen,) = drawn(app)["segments"]
    store_elsewhere(api, session, ("Nice", "Room", "POS"), ("staff", "Staff", "NEG"))
    read_again(app, clock)
    tag_on_text(app, {"kind": "delete", "segment": seen["key"], "at": [seen["start"], seen["end"]]})
    assert segments(app) == [(0, 4, [["Room", "POS"]])]
    assert drawn(app)["refused"] == []


def test_an_act_on_a_segment_that_somebody_else_removed_is_taken_back(
    app: AppTest, api: LabelingClient, session: Session, clock: Clock
) -> None:
    opened(app, session)
    (seen,) = drawn(app)["segments"]
    store_elsewhere(api, session, ("Nice", "Room", "POS"))
    read_again(app, clock)
    tag_on_text(app, {"kind": "delete", "segment": seen["key"], "at": [seen["start"], seen["end"]]})
    assert segments(app) == [(0, 4, [["Room", "POS"]])]
    assert [one["reason"] for one in drawn(app)["refused"]] == ["this segment is no longer there"]


def test_an_act_that_waited_in_the_browser_while_the_app_restarted_is_applied(
    app: AppTest, api: LabelingClient, session: Session, clock: Clock
) -> None:
    opened(app, session)
    tag_on_text(app, {"kind": "done", "done": True}, {"kind": "undo"}, window="before")
    store_elsewhere(api, session, ("staff", "Staff", "POS"), ("room", "Room", "NEG"))
    read_again(app, clock)
    seen = drawn(app)["segments"][1]
    (other, *_) = drawn(app)["next"]
    elsewhere = {"document": other["document"], "position": other["position"]}
    tag_on_text(app, {"kind": "done", "done": True, **elsewhere}, window="other")
    again = opened(new_app(), session)
    tag_on_text(again, {"kind": "delete", "segment": seen["key"], "at": [seen["start"], seen["end"]]})
    assert drawn(again)["refused"] == []
    assert segments(again) == [(5, 10, [["Staff", "POS"]])]


def test_rows_that_were_pasted_before_a_save_was_over_are_added_to_what_it_stored(
    app: AppTest, api: LabelingClient, session: Session, drafts: DraftStore
) -> None:
    show_tab(opened(app, session), "Paste")
    whole(app.text_area(key="paste-text").set_value("1\t0\t4\tRoom\tPOS").run())
    tag_on_text(app, {"kind": "add", "span": [18, 22], "tag": ["Room", "NEG"]})
    window = another_window(session, drafts)
    start(window)
    assert window.ui.save.job is not None
    assert window.ui.save.job.wait(20)
    whole(app.button(key="paste-add").click().run())
    settled(app)
    assert segments(app) == [
        (0, 4, [["Room", "POS"]]),
        (5, 10, [["Staff", "POS"]]),
        (18, 22, [["Room", "NEG"]]),
    ]
    press(app, "save")
    assert len(held(api, session)[0][1]) == 3
