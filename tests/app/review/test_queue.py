"""What waits for the lead, at the head of Review."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from labeling.model import Document
from labeling.store.drafts import DraftStore
from labeling.store.review_values import PlanSession, ReviewKey, StoredNote, StoredPlan, Who
from labeling.studio.client import LabelingClient
from tests.app.browser import named, press, shown, until_said, whole
from tests.app.build import a_project, a_session, tagged
from tests.app.conftest import new_app


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
    # What a plan deals out is nobody's to do where it was taken from.
    pool = a_session(api, "warm room", "old room", project=project, name="Pool")
    body = {"terms": {}, "texts": [], "source": {"kind": "session", "number": pool.id}}
    drafts.review("embedded").put_plan(StoredPlan("p", str(project), "Plan", 7, Who("1"), body=body))
    drafts.review("embedded").notes.add([StoredNote("n", key, "id:2", "question", Who("9", "ann"))], "Why?")

    def lines(app: AppTest = app) -> list[str]:
        return [button.label for button in app.button if (button.key or "").startswith("queue-")]

    app.query_params["project"] = str(project)
    app.switch_page("pages/review.py")
    until_said(whole(app.run()), "suspects were counted")
    assert lines() == [
        "First is finished: how many errors are left? · for less than an hour",
        "1 note unanswered in Second · for less than an hour",
    ]
    assert "1 document done in 1 day; 1 left." in shown(app)
    assert "Not counted: “Pool”, whose documents a plan deals out." in shown(app)
    assert "2 documents, 50.0 % of them done · 2 documents that a plan deals out" in shown(app)
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
    # More than a few lines are shown when they are asked for.
    more = [a_session(api, f"room {n}", project=project, name=f"Round {n}") for n in range(8)]
    keys = [ReviewKey(str(project), one.lasting_name) for one in more]
    notes = [StoredNote(f"n{n}", key, "id:9", "question", Who("9", "ann")) for n, key in enumerate(keys)]
    drafts.review("embedded").notes.add(notes, "Why?")
    another = new_app()
    another.query_params["project"] = str(project)
    whole(another.switch_page("pages/review.py").run())
    assert (len(lines(another)), lines(another)[8]) == (9, "Show 2 more")
    press(another, "queue-rest")
    assert len([line for line in lines(another) if "1 note unanswered" in line]) == 9


def done(document: Document) -> Document:
    return document.model_copy(update={"annotated": True})


def test_places_to_decide_and_suspects_are_counted_without_their_tabs_and_lead_there(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    project = a_project(api)
    texts = [f"{n} kind staff" for n in range(12)]
    sides = [
        [done(tagged(text, ("staff", "Staff", "POS" if n else label))) for n, text in enumerate(texts)]
        for label in ("POS", "NEG")
    ]
    one, other = (
        a_session(api, *documents, project=project, name=name)
        for name, documents in zip(("Ann", "Bo"), sides, strict=True)
    )
    plan = StoredPlan(
        "p",
        str(project),
        "Ann and Bo",
        7,
        Who("1"),
        tuple(PlanSession(n, Who(""), "WORK", s.lasting_name, s.id) for n, s in enumerate((one, other), 1)),
    )
    store = drafts.review("embedded")
    store.put_plan(plan)

    def lines(app: AppTest) -> list[str]:
        of_queue = [button for button in app.button if (button.key or "").startswith("queue-")]
        return [button.label.split(" ·")[0] for button in of_queue]

    def opened_anew(app: AppTest) -> list[str]:
        app.query_params["project"] = str(project)
        app.switch_page("pages/review.py")
        until_said(whole(app.run()), "suspects were counted")
        return lines(app)

    def back(app: AppTest) -> None:
        app.query_params.clear()
        app.query_params["project"] = str(project)
        whole(app.run())

    begin = "12 documents done by two or more people in Ann and Bo: nobody has begun to decide"
    assert opened_anew(app)[2:] == ["1 suspect in Bo", begin]
    press(app, "queue-3")
    assert dict(app.query_params)["sessions"] == f"{one.id},{other.id}"
    press(app, "decide-start")
    # Another window knows what is decided from what is kept.
    another = new_app()
    assert opened_anew(another)[2:] == ["1 place to decide in Ann and Bo", "1 suspect in Bo"]
    # The tab Check counts the same, also what is settled there after all was counted anew.
    press(another, "queue-3")
    assert "1 suspect in all." in shown(another)
    back(another)
    press(another, "count-queue")
    until_said(another, "suspects were counted")
    assert lines(another)[2:] == ["1 place to decide in Ann and Bo", "1 suspect in Bo"]
    press(another, "queue-3")
    press(another, named(another.button, "check-right").key)
    back(another)
    assert lines(another)[2:] == ["1 place to decide in Ann and Bo"]
