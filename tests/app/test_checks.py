"""What is wrong in a document or a session is said, shown, and put right by one step that undo takes back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.checks_panel import NEAR
from labeling.client import LabelingClient
from labeling.model import Document, Role, Segment, Session, Tag
from labeling.server.store import Store
from tests.app.browser import drawn, edit_cells, press, shown, tag_on_text
from tests.app.build import a_person, a_session, held, opened

TEXT = "Nice staff , small room"
POS = Tag.of("Staff", "POS")


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(
        api,
        "Nothing wrong here",
        Document(
            text=TEXT, segments=(Segment(span=(5, 11), tags=(POS,)), Segment(span=(12, 18), tags=(POS,)))
        ),
        Document(text="Kind staff", segments=(Segment(span=(4, 10), tags=(POS,)),)),
        classes=("Staff", "Room"),
        labels=("POS", "NEG"),
    )


def spans(app: AppTest) -> list[tuple[int, int]]:
    return [(one["start"], one["end"]) for one in drawn(app)["segments"]]


def checked(app: AppTest, session: Session) -> AppTest:
    """The whole session checked."""
    app.session_state["checks-box"] = True
    opened(app, session)
    return press(app, "check-session")


def test_a_document_without_problems_shows_no_panel(app: AppTest, session: Session) -> None:
    opened(app, session)
    assert "problem" not in shown(app)


def test_a_problem_is_named_and_its_repair_is_one_step_that_undo_takes_back(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session, document=2)
    assert "2 problems in this document" in shown(app)
    assert "begins or ends with white space" in shown(app)
    press(app, "check-0-repair")
    assert spans(app) == [(5, 10), (12, 18)]
    assert "1 problem in this document" in shown(app)
    press(app, "undo")
    assert spans(app) == [(5, 11), (12, 18)]
    press(app, "check-all-white")
    assert spans(app) == [(5, 10), (13, 18)]
    assert "problem" not in shown(app)
    press(app, "save")
    assert held(api, session)[1][1] == [(5, 10, "Staff", "POS"), (13, 18, "Staff", "POS")]


def test_a_problem_is_shown_on_the_text(app: AppTest, session: Session) -> None:
    opened(app, session, document=2)
    press(app, "check-show-1")
    assert drawn(app)["show"]["segment"] == drawn(app)["segments"][1]["key"]


def test_the_whole_session_is_checked_and_the_list_follows_what_is_repaired(
    app: AppTest, session: Session
) -> None:
    checked(app, session)
    assert "2 documents** of 3 with problems" in shown(app)
    press(app, "next-problem")
    assert drawn(app)["text"] == TEXT
    press(app, "next-problem")
    assert drawn(app)["text"] == "Kind staff"
    press(app, "check-0-repair")
    assert "1 document** of 3 with problems" in shown(app)
    press(app, "check-everywhere-white")
    assert "No problem in 3 documents" in shown(app)


def test_all_of_a_kind_in_the_session_are_one_step(app: AppTest, session: Session) -> None:
    checked(app, session)
    press(app, "check-everywhere-white")
    assert "No problem in 3 documents" in shown(app)
    press(app, "undo")
    assert "2 documents** of 3 with problems" in shown(app)


def test_a_viewer_sees_problems_and_repairs_none(
    app: AppTest, api: LabelingClient, store: Store, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from components import frame

    viewer = a_person(api, store, Role.VIEWER, session.project_id)
    monkeypatch.setattr(frame, "connect", lambda token: viewer)
    checked(app, session)
    press(app, "next-problem")
    assert "begins or ends with white space" in shown(app)
    assert not [
        button.key
        for button in app.button
        if str(button.key).startswith(("check-0", "check-all", "check-every"))
    ]


PROBLEM = {"op": "go", "way": 1, "to": None, "what": "problem"}


def test_the_next_problem_is_opened_by_its_key_also_before_anything_was_checked_and_begins_again_at_the_top(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    tag_on_text(app, PROBLEM)
    assert drawn(app)["text"] == TEXT
    press(app, "panel-next-problem")
    assert drawn(app)["text"] == "Kind staff"
    tag_on_text(app, PROBLEM, window="another")
    assert drawn(app)["text"] == TEXT


def test_what_was_repaired_is_passed_by_and_what_an_edit_broke_since_the_check_is_found(
    app: AppTest, session: Session
) -> None:
    checked(app, session)
    press(app, "check-everywhere-white")
    tag_on_text(app, PROBLEM)
    assert (drawn(app)["text"], drawn(app)["said"]["words"]) == (
        "Nothing wrong here",
        "No other document has a problem",
    )
    opened(app, session, document=3)
    edit_cells(app, {0: {"start": 400}})
    opened(app, session, document=1)
    tag_on_text(app, PROBLEM, window="another")
    assert drawn(app)["text"] == "Kind staff"


def test_without_a_check_a_problem_is_looked_for_so_far_and_the_screen_says_that(
    app: AppTest, api: LabelingClient
) -> None:
    far = Document(text="Kind staff", segments=(Segment(span=(4, 10), tags=(POS,)),))
    session = a_session(api, *["Fine"] * (NEAR + 1), far, classes=("Staff",), labels=("POS",))
    opened(app, session)
    tag_on_text(app, PROBLEM)
    assert (
        drawn(app)["said"]["words"] == f"No problem in the next {NEAR} documents. Checks looks at all of them"
    )
    app.session_state["checks-box"] = True
    press(app.run(), "check-session")
    press(app, "next-problem")
    assert drawn(app)["text"] == "Kind staff"
