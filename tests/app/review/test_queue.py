"""What waits for the lead, at the head of Review."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from labeling.store.drafts import DraftStore
from labeling.store.review_values import ReviewKey, StoredNote, Who
from labeling.studio.client import LabelingClient
from tests.app.browser import press, shown, whole
from tests.app.build import a_project, a_session, tagged


def test_each_line_of_the_queue_leads_to_what_waits_and_days_are_counted(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    project = a_project(api)
    done = a_session(api, tagged("kind staff", ("staff", "Staff", "POS")), project=project, name="First")
    (document,) = api.documents(project, done.id).documents
    assert document.id is not None
    api.mark_annotated(project, done.id, document.id)
    session = a_session(api, "cold room", project=project, name="Second")
    key = ReviewKey(str(project), session.lasting_name)
    drafts.review("embedded").notes.add([StoredNote("n", key, "id:2", "question", Who("9", "ann"))], "Why?")

    def lines() -> list[str]:
        return [button.label for button in app.button if (button.key or "").startswith("queue-")]

    app.query_params["project"] = str(project)
    app.switch_page("pages/review.py")
    whole(app.run())
    assert lines() == [
        "First is finished: how many errors are left? · since less than an hour",
        "1 note unanswered in Second · since less than an hour",
    ]
    assert "1 document done in 1 day; 1 left." in shown(app)
    press(app, "queue-0")
    assert dict(app.query_params) == {
        "project": str(project),
        "session": str(done.id),
        "tab": "check",
        "part": "sample",
    }
    app.query_params.clear()
    app.query_params["project"] = str(project)
    whole(app.run())
    press(app, "queue-1")
    assert app.toggle(key="document-notes").value
