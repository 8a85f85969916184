"""What a browser tells of a page that it has not drawn yet is no wish: it tells all that its widgets held."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from labeling.model import Session
from labeling.studio.client import LabelingClient
from tests.app.browser import as_held, late, named, picker, press, rows, show_tab, shown, tag_on_text, whole
from tests.app.build import a_session, opened, tagged


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(api, tagged("Nice staff, small room", ("staff", "Staff", "POS")))


@pytest.mark.parametrize("before", ["Tags", "Problems"])
def test_a_tab_that_the_page_opened_stays_open(app: AppTest, session: Session, before: str) -> None:
    show_tab(opened(app, session), before)
    told = as_held(app)
    tag_on_text(app, {"kind": "ask", "what": "note", "span": [5, 10]})
    assert named(app.segmented_control, "which-table").value == "Notes"
    late(app, told)
    assert "staff" in app.selectbox(key="note-kind").label
    show_tab(app, "Problems")
    assert named(app.segmented_control, "which-table").value == "Problems"


def test_a_list_that_a_button_shows_whole_is_not_filtered_again(app: AppTest, session: Session) -> None:
    opened(app, session)
    whole(app.segmented_control(key="document-done").set_value("Done").run())
    whole(app.text_input(key="document-search").set_value("pool").run())
    told = as_held(app)
    press(app, "list-all")
    late(app, told)
    assert (app.session_state["ui"].place.filter.search, "1 document" in shown(app)) == ("", True)
    assert named(app.segmented_control, "document-done").value == "All"


def test_what_was_undone_in_the_session_s_form_stays_undone_and_a_class_is_added_once(
    app: AppTest, session: Session
) -> None:
    opened(app, session, "sessions")
    whole(app.text_input(key=f"add-classes-{session.id}").set_value("Food").run())
    whole(app.text_input(key=f"session-name-{session.id}").set_value("Second round").run())
    typed = as_held(app)
    press(app, "undo")
    late(app, typed)
    assert named(app.text_input, f"session-name-{session.id}").value == "First round"
    field = app.text_input(key=f"add-classes-{session.id}").set_value("Price")
    typed = as_held(app)
    whole(field.run())
    late(app, typed)
    assert [row["name"] for row in rows(app, f"classes-{session.id}")] == ["Staff", "Room", "Food", "Price"]
    assert app.text_input(key=f"add-classes-{session.id}").value == ""
    assert not app.warning


def test_what_a_page_that_was_left_still_tells_leads_nowhere(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    second = a_session(api, "Warm pool", project=session.project_id, name="Two")
    opened(app, second, "sessions")
    told = as_held(app)
    press(app, "open-annotate")
    assert picker(app, "session").value == second.id
    late(app, told)
    assert picker(app, "session").value == second.id
