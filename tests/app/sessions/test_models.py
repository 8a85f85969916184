"""The models of a project on the page Sessions, and the session in which one is corrected, on Annotate."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from components.models.wording import out_of_reach_in_words, score_in_words, sources_in_words
from labeling.learned import ModelSource, ProjectModelDetails
from labeling.model import ModelStatus, Status, Type
from labeling.server.storage.store import Store
from labeling.server.storage.tables import jobs, models, sessions
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, press, press_twice, shown, tag_on_text, whole
from tests.app.build import a_project, a_session, held, opened, tagged
from tests.contract.proposed import a_correction

WHY = "6 done documents and 21 tags more are needed to train a model."


def bars(app: AppTest) -> str:
    """What the progress bars say."""
    return "\n".join(bar.proto.text for bar in app.get("progress"))


@pytest.fixture
def project(api: LabelingClient) -> int:
    return a_project(api, Type.CLASSLABEL, classes=("Comfort",), labels=("POS", "NEG"))


def test_a_manager_trains_a_model_sees_why_one_failed_and_has_another_one_corrected(
    app: AppTest, api: LabelingClient, store: Store, project: int
) -> None:
    tags = [(word, "Comfort", "POS") for word in ("A", "soft", "bed")]
    done = [tagged(f"A soft bed {n}", *tags).model_copy(update={"annotated": True}) for n in range(10)]
    finished = a_session(api, *done, project=project, name="Finished")
    begun = a_session(api, "A hard bed", project=project, name="Begun")
    for part in ({"blind": True}, {"blind": True}, {"part": "GOLD"}, {"part": "CHECK"}):
        a_session(api, *done[:1], project=project, **part)
    a_session(api, *done[:1], project=project, name="Decided", part="DECIDED")
    ids = a_correction(store, project)
    failed = a_correction(store, project, status=ModelStatus.FAILED)
    with store.database.writing() as connection:
        connection.execute(update(models).where(models.c.id == failed["model_id"]).values(description=WHY))
    opened(app, begun, "sessions")
    assert WHY in [error.value for error in app.error]
    assert "Score 67 of 100" in shown(app)
    chosen = app.multiselect(key=f"train-{project}-from")
    assert (chosen.value, chosen.options[0]) == ([finished.id], "Finished (100.0 % of 10 documents done)")
    names = [option.partition(" (")[0] for option in chosen.options]
    assert names == ["Finished", "Begun", "Decided", "To correct", "To correct"]
    assert "4 sessions are not offered: 2 blind, 1 with known answers, 1 with checks." in shown(app)
    app.session_state[f"train-{project}-box"] = True
    whole(chosen.set_value([begun.id]).run())
    assert "10 done documents and 30 tags more are needed to train a model." in shown(app)
    assert app.button(key=f"train-{project}-box-go").disabled
    whole(app.multiselect(key=f"train-{project}-from").set_value([finished.id]).run())
    app.text_input(key=f"train-{project}-box-name").set_value("Mine")
    app.session_state[f"train-{project}-box"] = True
    count = len(api.models(project))
    press_twice(app, f"train-{project}-box-go")
    assert len(api.models(project)) == count + 1
    assert not app.session_state[f"train-{project}-box-1"], "the model that is trained is seen"
    new = api.models(project)[-1]
    assert (new.name, new.status) == ("Mine", "CREATED")
    assert "Waiting · 0 %" in bars(app)
    app.number_input(key=f"use-{ids['model_id']}-size").set_value(2)
    app.session_state[f"use-{ids['model_id']}"] = True
    press(app, f"use-{ids['model_id']}-go")
    assert not app.session_state[f"use-{ids['model_id']}-1"]
    made = max(api.sessions(project), key=lambda one: one.id)
    assert (made.name, made.mode, made.status) == ("First, corrected", "CORRECTION", "CREATED")
    assert "It can be edited when that is over" in shown(app)
    assert "Waiting for its turn · 0 %" in bars(app)
    with store.database.writing() as connection:
        connection.execute(update(jobs).where(jobs.c.kind == "PREDICT").values(progress=0.62))
        now = {"status": "PREDICTING", "document_count": 2}
        connection.execute(update(sessions).where(sessions.c.id == made.id).values(now))
    app.session_state["ui"].answers.known.clear()
    whole(app.run())
    assert "The model proposes tags for 2 documents · 62 %" in bars(app)
    press_twice(app, f"delete-model-{failed['model_id']}")
    assert not app.error


def test_what_is_proposed_is_drawn_beside_the_tags_taken_by_an_act_and_confirmed_by_a_save(
    app: AppTest, api: LabelingClient, store: Store, project: int
) -> None:
    ids = a_correction(store, project)
    session = api.session(project, ids["correction_id"])
    opened(app, session)
    (ghost,) = drawn(app)["ghosts"]
    assert (ghost["tag"], ghost["confidence"], drawn(app)["segments"]) == (["Comfort", "POS"], 0.75, [])
    assert "score 67" in bars(app)
    tag_on_text(app, {"kind": "take", "number": 1, "ghosts": [ghost], "tag": [None, "NEG"]})
    assert (drawn(app)["ghosts"], len(drawn(app)["segments"])) == ([], 1)
    press(app, "undo")
    assert (drawn(app)["ghosts"], drawn(app)["segments"]) == ([ghost], [])
    tag_on_text(app, {"kind": "take", "number": 2, "ghosts": [ghost]})
    press(app, "save")
    assert held(api, session)[0][1] == [(4, 7, "Comfort", "POS")]
    assert "1 proposed tag decided" in shown(app)
    assert not drawn(app)["ghosts"]
    assert api.session(project, session.id).status == Status.ANNOTATING
    api.delete_model(project, ids["model_id"])
    app.session_state["ui"].answers.known.clear()
    whole(app.run())
    assert "score" not in bars(app), "nobody estimates any more what a model would be worth that is deleted"


def test_a_score_of_few_tags_is_said_as_about_so_much_with_its_interval() -> None:
    metrics = {"tags": 149, "interval": [0.31, 0.522]}
    model = ProjectModelDetails(id=1, score=42.4, metrics=metrics)
    assert score_in_words(model) == "Score about 42 of 100 (31 to 52)"
    firm = model.model_copy(update={"metrics": {**metrics, "tags": 150}})
    assert score_in_words(firm) == "Score 42 of 100 (31 to 52)"
    sources = [ModelSource(id=1, documents=10, tags=30), ModelSource(id=2, documents=1, tags=1)]
    said = "From 11 documents with 31 tags of First and 1 session not to be seen any more"
    assert sources_in_words(sources, {1: "First"}) == said


def test_it_is_said_how_many_tags_are_beyond_a_model() -> None:
    assert out_of_reach_in_words({"tags": 1_766, "out_of_reach": 10}).startswith(
        "10 of 1,766 tags could not be learned: they do not begin and end where words do"
    )
    assert out_of_reach_in_words({"tags": 66, "out_of_reach": 0}) == out_of_reach_in_words({}) == ""
