"""A class has one colour in all sessions of a project, and keeps it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from labeling.model import SessionChange
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn
from tests.app.build import a_session, opened
from tests.app.conftest import new_app


def looks(app: AppTest) -> dict[str, int]:
    """The look of each class that the text is told."""
    found: dict[str, int] = drawn(app)["looks"]["classes"]
    return found


def test_classes_keep_their_colours_when_they_come_go_and_move_and_in_another_session_of_the_project(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(api, "Nice staff, small room")
    assert looks(opened(app, session)) == {"Staff": 0, "Room": 1}
    api.update_session(session.project_id, session.id, SessionChange(classes=("Price", "Room")))
    assert looks(opened(new_app(), session)) == {"Price": 2, "Room": 1}
    other = a_session(
        api, "Fair price", project=session.project_id, name="Later", classes=("Room", "Staff", "Price")
    )
    assert looks(opened(new_app(), other)) == {"Room": 1, "Staff": 0, "Price": 2}
