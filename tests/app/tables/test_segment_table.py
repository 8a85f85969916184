"""The table of the open document edits the draft as it is when the edit comes, not as it was drawn."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from labeling.editing.session import rename_name
from labeling.model import Document, Segment, Session
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import edit_cells, press, rows, shown, whole
from tests.app.build import a_session, another_window, opened, tagged


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(api, tagged("Nice staff, small room", ("staff", "Staff", "POS")))


def rename_elsewhere(session: Session, drafts: DraftStore) -> None:
    """Another tab calls the class Room Rooms."""
    window = another_window(session, drafts)
    assert not window.edit(lambda draft: rename_name(draft, "classes", "Room", "Rooms"))


def test_a_class_that_another_tab_renamed_is_not_put_into_a_cell_under_its_old_name(
    app: AppTest, session: Session, drafts: DraftStore
) -> None:
    opened(app, session)
    rename_elsewhere(session, drafts)
    edit_cells(app, {0: {"class_": "Room"}})
    assert "“Room” is not one of the session's classes" in shown(app)
    assert [row["class_"] for row in rows(app, "segments-")] == ["Staff"]


def test_a_new_segment_gets_no_class_that_another_tab_renamed(
    app: AppTest, session: Session, drafts: DraftStore
) -> None:
    opened(app, session)
    app.text_input(key="new-text").set_value("room")
    whole(app.selectbox(key="new-class").set_value("Room").run())
    rename_elsewhere(session, drafts)
    press(app, "add-segment")
    assert "“Room” is not one of the session's classes" in shown(app)
    assert [row["text"] for row in rows(app, "segments-")] == ["staff"]


def test_a_span_far_outside_of_its_text_is_shown_with_its_problem(app: AppTest, api: LabelingClient) -> None:
    far = Document(text="Nice staff", segments=(Segment(span=(0, 4)),))
    opened(app, a_session(api, far))
    edit_cells(app, {0: {"end": 1e20}})
    assert [row["end"] for row in rows(app, "segments-")] == [2**53 - 1]
    assert str(10**20) in shown(app)
