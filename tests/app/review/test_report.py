"""The report, made from the page Review."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from labeling.studio.client import LabelingClient
from tests.app.browser import press, whole
from tests.app.build import a_project, a_session, tagged


def test_a_report_is_made_of_the_chosen_sessions_in_every_form(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api)
    document = tagged("kind staff", ("staff", "Staff", "POS"))
    sessions = [
        a_session(api, document, project=project, name=name, annotated=True) for name in ("One", "Two")
    ]
    app.query_params["project"] = str(project)
    app.session_state["report"] = True
    app.switch_page("pages/review.py")
    whole(app.run())
    people = app.multiselect(key=f"report-people-{project}")
    whole(people.set_value([session.id for session in sessions]).run())
    press(app, "report-make")
    assert {button.label for button in app.get("download_button")} == {
        f"Save Hotels report{kind}" for kind in (".html", ".xlsx", ".md", " places.csv")
    }
