"""What is wrong in a document or a session is said, shown, and put right by one step that undo takes back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.annotate.navigation import NEAR
from labeling.model import Document, Role, Segment, Session, SessionChange, Tag
from labeling.server.storage.store import Store
from labeling.studio.client import LabelingClient
from tests.app.browser import (
    drawn,
    edit_cells,
    listed_documents,
    open_in_list,
    press,
    show_tab,
    shown,
    tag_on_text,
    whole,
)
from tests.app.build import a_person, a_session, held, opened
from tests.app.conftest import Clock

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
    return press(show_tab(opened(app, session), "Problems"), "check-session")


def test_a_document_without_problems_says_that_nothing_is_wrong(app: AppTest, session: Session) -> None:
    opened(app, session)
    assert not [button for button in app.button if button.key == "problem-count"]
    show_tab(app, "Problems")
    assert "Nothing is wrong in this document." in shown(app)


def test_a_label_that_the_project_has_no_more_is_named_and_taken_off(
    app: AppTest, store: Store, session: Session
) -> None:
    with store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM labels WHERE name = 'POS'")
    show_tab(opened(app, session, document=3), "Problems")
    assert "“POS” is not one of the project's labels" in shown(app)
    press(app, "check-1-remove")
    assert [(one["tags"], "project" in one["problem"]) for one in drawn(app)["segments"]] == [
        ([["Staff", None]], False)
    ]


def test_a_problem_is_named_and_its_repair_is_one_step_that_undo_takes_back(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session, document=2)
    assert app.button(key="problem-count").label == "2 problems"
    press(app, "problem-count")
    assert "2 problems in this document" in shown(app)
    assert "begins or ends with white space" in shown(app)
    press(app, "check-0-repair")
    assert spans(app) == [(5, 10), (12, 18)]
    assert "1 problem in this document" in shown(app)
    press(app, "undo")
    assert spans(app) == [(5, 11), (12, 18)]
    press(app, "check-all-white")
    assert spans(app) == [(5, 10), (13, 18)]
    assert "Nothing is wrong in this document." in shown(app)
    press(app, "save")
    assert held(api, session)[1][1] == [(5, 10, "Staff", "POS"), (13, 18, "Staff", "POS")]


def test_a_suspicion_about_utf16_is_weighed_against_the_rest_of_the_session(
    app: AppTest, api: LabelingClient
) -> None:
    text = "🍕 good pizza here"
    shifted, right = ((start, start + 5) for start in (8, 7))
    session = a_session(
        api,
        Document(text=text, segments=(Segment(span=shifted, tags=(POS,)),)),
        *[Document(text=f"{text} {n}", segments=(Segment(span=right, tags=(POS,)),)) for n in range(2)],
        classes=("Staff",),
        labels=("POS",),
    )
    checked(app, session)
    assert (
        "Perhaps the offsets are counted in UTF-16 units: 8–13 is “izza” as it stands, “pizza” so"
        in shown(app)
    )
    assert "of the documents with such characters, 2 other documents fit only as they stand" in shown(app)
    press(app, "check-0-repair")
    assert spans(app) == [right]
    assert "No problem in 3 documents" in shown(app)


def test_a_problem_is_shown_on_the_text(app: AppTest, session: Session) -> None:
    show_tab(opened(app, session, document=2), "Problems")
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


def test_what_was_found_is_not_shown_any_more_after_a_save_and_nothing_old_comes_back(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    checked(app, session)
    press(app, "check-everywhere-white")
    opened(app, session, document=2)
    tag_on_text(app, {"kind": "add", "span": [5, 18], "tag": ["Room", "NEG"]})
    press(app, "save")
    assert "with problems" not in shown(app)
    assert "Something was saved or read anew since the check." in shown(app)
    assert app.button(key="check-session").label == "Check again"
    press(app, "check-session")
    assert "No problem in 3 documents" in shown(app)
    assert spans(app) == [(5, 10), (5, 18), (13, 18)]


def test_all_of_a_kind_are_repaired_as_the_documents_are_now(
    app: AppTest, api: LabelingClient, session: Session, clock: Clock
) -> None:
    checked(app, session)
    # Somebody else puts one of them right meanwhile.
    theirs = Document(text="Kind staff", segments=(Segment(span=(0, 4), tags=(POS,)),))
    api.update_session(session.project_id, session.id, SessionChange(documents=(theirs,)))
    clock.pass_a_minute()
    press(app, "check-everywhere-white")
    opened(app, session, document=3)
    assert spans(app) == [(0, 4)]
    press(app, "save")
    assert [units for _, units in held(api, session)][1:] == [
        [(5, 10, "Staff", "POS"), (13, 18, "Staff", "POS")],
        [(0, 4, "Staff", "POS")],
    ]


def test_a_viewer_sees_problems_and_repairs_none(
    app: AppTest, api: LabelingClient, store: Store, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from components.shell import connections

    viewer = a_person(api, store, Role.VIEWER, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: viewer)
    checked(app, session)
    press(app, "next-problem")
    assert "begins or ends with white space" in shown(app)
    assert not [
        button.key
        for button in app.button
        if str(button.key).startswith(("check-0", "check-all", "check-every"))
    ]


PROBLEM = {"kind": "go", "way": 1, "to": None, "what": "problem"}


def test_the_next_problem_is_opened_by_its_key_also_before_anything_was_checked_and_begins_again_at_the_top(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    tag_on_text(app, PROBLEM)
    assert drawn(app)["text"] == TEXT
    press(show_tab(app, "Problems"), "next-problem")
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
    show_tab(opened(app, session, document=3), "Tags")
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
    so_far = f"No problem in the next {NEAR} documents. The tab Problems checks all of them"
    assert drawn(app)["said"]["words"] == so_far
    press(show_tab(app, "Problems"), "check-session")
    press(app, "next-problem")
    assert drawn(app)["text"] == "Kind staff"


# The list of documents with problems


def with_problems(app: AppTest) -> AppTest:
    return whole(app.toggle(key="document-problems").set_value(True).run())


def listed(app: AppTest) -> list[int]:
    return [item["position"] + 1 for item in listed_documents(app)]


def test_the_list_of_documents_with_problems_needs_a_check_and_follows_the_draft(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    with_problems(app)
    assert "The list needs a check of every document." in shown(app)
    assert (listed(app), drawn(app)["text"]) == ([], "Nothing wrong here")
    press(app, "next")
    assert drawn(app)["said"]["words"] == "The list of documents is not made yet"
    assert app.button(key="list-check-session").label == "Check all 3 documents"
    press(app, "list-check-session")
    assert listed(app) == [2, 3]
    press(app, "next")
    assert drawn(app)["text"] == TEXT
    press(app, "next")
    assert (drawn(app)["text"], app.button(key="next").disabled) == ("Kind staff", True)
    show_tab(app, "Problems")
    press(app, "check-0-repair")
    assert listed(app) == [2]
    press(app, "previous")
    press(app, "check-all-white")
    assert "No document has problems." in shown(app)
    press(app, "undo")
    assert listed(app) == [2]


def test_documents_with_problems_are_searched_and_filtered_like_others(
    app: AppTest, session: Session
) -> None:
    checked(app, session)
    with_problems(app)
    assert listed(app) == [2, 3]
    whole(app.text_input(key="document-search").set_value("kind").run())
    assert listed(app) == [3]
    whole(app.segmented_control(key="document-done").set_value("Done").run())
    assert listed(app) == []
    assert "No document fits the filter." in shown(app)
    whole(app.text_input(key="document-search").set_value("").run())
    whole(app.segmented_control(key="document-done").set_value("To do").run())
    press(app, "next-to-do")
    press(app, "done-and-next")
    assert (drawn(app)["text"], listed(app)) == ("Kind staff", [3])
    whole(app.segmented_control(key="document-done").set_value("Changed").run())
    assert listed(app) == [2]
    press(app, "check-session")
    whole(app.selectbox(key="document-class").set_value("Room").run())
    assert listed(app) == []


def test_after_a_save_the_list_of_documents_with_problems_is_made_anew(
    app: AppTest, session: Session
) -> None:
    checked(app, session)
    with_problems(app)
    open_in_list(app, 1)
    press(app, "check-0-repair")
    press(app, "save")
    assert listed(app) == []
    assert app.button(key="list-check-session").label == "Check again"
    assert drawn(app)["text"] == "Kind staff"
    press(app, "list-check-session")
    assert listed(app) == [2]
