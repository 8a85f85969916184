"""Models are trained on what people have done, and propose tags that people then correct."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from labeling.model import Role
from labeling.server import training
from labeling.server.storage.long_work import WORK
from labeling.server.storage.tables import model_files, predictions, projects
from labeling.server.training import STEPS
from labeling.server.worker import Worker
from tests.contract import one_worker
from tests.contract.killed_jobs import until
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving, units
from tests.stores import DATABASES
from tests.unit.prediction.corpus import reviews

LABELS = ["POS", "NEG"]
NAMES = {"classes": ["Staff", "Food", "Place"], "labels": LABELS}
TEXTS = [
    "The soup was cold.",
    "The waiter was kind, and the bread was stale.",
    "Xylo quux zing rude kind waiter bread cold terrace.",
    "Nothing at all.",
]


@pytest.fixture(scope="module", params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def work(server: Raw, seen: Callable[[], object] = lambda: None, *, steps: int | None = None) -> int:
    """Do all that there is, or so many steps, after which the worker is gone; how many there were. `seen` is
    called after each."""
    return one_worker.work(server.store, seen, steps=steps).steps


def done_documents(count: int = 40) -> list[Json]:
    return [
        a_document(
            text,
            *(a_segment(start, end, a_tag(class_, label)) for start, end, class_, label in tags),
            annotated=True,
        )
        for text, tags in reviews(count)
    ]


def a_finished_session(server: Raw, project: str, count: int = 40) -> str:
    return server.session(project, name="Done", documents=done_documents(count))


def a_model(server: Raw, project: str, **body: Json) -> str:
    """The path of a model that was trained."""
    path = f"{project}/models/{server.post(project + '/models', body)['id']}"
    work(server)
    return path


def begun(server: Raw, project: str, **body: Json) -> Json:
    """A model of which it is known from what it is to learn, and that is deleted before it does."""
    path = f"{project}/models/{server.post(project + '/models', body)['id']}"
    work(server, steps=1)
    found = server.get(path)
    assert found["status"] == "QUEUED"
    server.call("DELETE", path)
    work(server)
    return found


def to_correct(server: Raw, project: str, model: str, **body: Json) -> str:
    """The path of a session whose proposals are there."""
    made = server.post(project + "/corrections", {"model_id": int(model.rsplit("/", 1)[1]), **body})
    work(server)
    return f"{project}/corrections/{made['id']}"


def corrected(server: Raw, session: str) -> list[Json]:
    found: list[Json] = server.get(session + "/documents", details="segments,tags")["documents"]
    return found


def as_annotation(session: str) -> str:
    return session.replace("/corrections/", "/annotations/")


def proposals(document: Json) -> Iterator[tuple[str, Json]]:
    """The path of each open tag below the session, and the tag."""
    for segment in document["segments"]:
        for tag in segment["tags"]:
            if tag["status"] == "CORRECTING":
                yield f"/documents/{document['id']}/segments/{segment['id']}/tags/{tag['id']}", tag


@pytest.fixture(scope="module")
def original(server: Raw) -> str:
    """A project with a trained model, and texts that nobody has done."""
    project = server.project("CLASSLABEL", **NAMES)
    a_finished_session(server, project)
    server.post(project + "/groups", {"name": "To do", "documents": [{"text": text} for text in TEXTS]})
    a_model(server, project, name="First", language="en")
    return project


@pytest.fixture
def trained(server: Raw, original: str) -> tuple[str, str]:
    """A copy of it of the test's own, and the model there."""
    copy = f"/projects/{server.post(original + '/clone', {'name': 'Copy'})['id']}"
    work(server)
    (model,) = server.get(copy + "/models")
    return copy, f"{copy}/models/{model['id']}"


def test_a_model_is_trained_on_what_is_finished_and_says_how_far_it_is(server: Raw) -> None:
    project = server.project("CLASSLABEL", **NAMES)
    done = a_finished_session(server, project)
    open_ = server.session(project, documents=[*done_documents(30)[20:], a_document("Not yet.")])
    made = server.post(project + "/models", {"name": "First"})
    model = f"{project}/models/{made['id']}"
    assert (made["status"], made["score"], made["language"], made["owner"]) == ("CREATED", None, None, 1)
    seen = list[str]()
    work(server, lambda: seen.append(server.get(model)["status"]))
    assert seen == ["QUEUED", "TRAINING"]
    found = server.get(model)
    assert (found["status"], found["progress"], found["description"]) == ("READY", 100.0, None)
    done_id, open_id = (int(one.rsplit("/", 1)[1]) for one in (done, open_))
    assert found["sources"] == [{"id": done_id, "documents": 40, "tags": 64}]
    assert (found["classes"], found["labels"]) == (["Food", "Place", "Staff"], ["NEG", "POS"])
    assert 60 < found["score"] <= 100
    low, high = found["metrics"]["interval"]
    assert low <= found["metrics"]["f1"] <= high
    assert found["score"] == pytest.approx(100 * found["metrics"]["f1"], abs=0.1)
    assert [one["class"] for one in found["metrics"]["classes"]] != []
    other = begun(server, project, session_ids=[open_id, done_id])
    # What is done in both was done last in the one that was made last.
    assert other["sources"] == [
        {"id": done_id, "documents": 40, "tags": 64},
        {"id": open_id, "documents": 10, "tags": 16},
    ]
    assert [one["id"] for one in server.get(project + "/models")] == [found["id"]]
    assert server.get(project).get("models") == []


def test_too_little_to_learn_from_is_said(server: Raw) -> None:
    project = server.project("CLASSLABEL", **NAMES)
    a_finished_session(server, project, 6)
    found = server.get(a_model(server, project))
    assert (found["status"], found["score"]) == ("FAILED", None)
    sentence = "4 done documents and 20 tags more are needed to train a model."
    assert found["description"] == sentence
    assert server.get(project + "/jobs")[0]["status"] == "FAILED"
    refusal = server.refused(project + "/corrections", {"model_id": found["id"]}, "POST")
    assert "is FAILED: only a READY one" in refusal


def test_a_model_is_described_and_deleted_by_managers(server: Raw, trained: tuple[str, str]) -> None:
    project, _ = trained
    other = f"{project}/models/{server.post(project + '/models', {})['id']}"
    ann = server.person(Role.ANNOTATOR, project)
    assert server.call("POST", project + "/models", {}, token=ann).status_code == 403
    assert server.call("GET", other, token=ann).json()["display_name"].startswith("Model ")
    said = {"name": "Two", "short_description": "Of May", "language": "de"}
    assert server.put(other, said).items() >= said.items()
    assert "language" in server.refused(other, {"language": "fr"})
    assert server.get(other).items() >= said.items()
    assert "the project has no session" in server.refused(project + "/models", {"session_ids": [99]}, "POST")
    assert server.call("DELETE", other).status_code == 204
    work(server)  # what was begun for it comes to nothing
    assert server.call("GET", other).status_code == 404
    assert server.get(project + "/jobs")[0]["status"] == "DONE"


def test_documents_are_sampled_by_doubt_and_proposals_made_status_by_status(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    made = server.post(project + "/corrections", {"model_id": int(model.rsplit("/", 1)[1]), "sample_size": 3})
    session = f"{project}/corrections/{made['id']}"
    assert (made["status"], made["mode"], made["model"]["display_name"]) == ("CREATED", "CORRECTION", "First")
    refusal = server.refused(as_annotation(session), {"name": "Too early"})
    assert "the server is working on it" in refusal
    seen = list[str]()
    work(server, lambda: seen.append(server.get(session)["status"]))
    assert seen == ["SAMPLING", "PREDICTING", "PREDICTING", "STARTED"][: len(seen)]
    found = server.get(session)
    assert (found["status"], found["progress"], found["document_count"]) == ("STARTED", 0.0, 3)
    assert found["predicted_score"] == round(server.get(model)["score"])
    documents = corrected(server, session)
    assert documents[0]["text"] == TEXTS[2]
    assert {one["text"] for one in documents} < set(TEXTS)
    (soup,) = (one for one in documents if one["text"] == TEXTS[0])
    ((_, tag),) = proposals(soup)
    assert {**tag, "id": 0, "confidence": 0} == {
        "id": 0,
        "class": "Food",
        "label": "NEG",
        "status": "CORRECTING",
        "confidence": 0,
    }
    assert 0 < tag["confidence"] <= 1
    assert soup["segments"][0]["text"] == "soup"
    # Nobody has confirmed them: they are no tags.
    assert all(one["segments"] == [] for one in server.documents(as_annotation(session)))
    assert b"soup" in server.call("GET", as_annotation(session) + "/download", format="json").content
    assert b"NEG" not in server.call("GET", as_annotation(session) + "/download", format="csv").content
    listed = server.get(project + "/corrections", status="STARTED")
    assert found in listed


def test_proposals_are_confirmed_changed_and_rejected_one_by_one(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    session = to_correct(server, project, model)
    (two,) = (one for one in corrected(server, session) if one["text"] == TEXTS[1])
    (waiter, tag), (bread, _) = proposals(two)
    answer = server.post(session + waiter + "/statuses", {"status": "READY"})
    assert answer["tag"] == {"id": tag["id"], "class": "Staff", "label": "POS", "status": "READY"}
    assert (answer["progress"], answer["segment"]) == (0, {"annotated": None})
    assert server.post(session + waiter + "/statuses", {"status": "READY"}) == answer
    assert server.get(session)["status"] == "ANNOTATING"
    (shown,) = (one for one in server.documents(as_annotation(session)) if one["id"] == two["id"])
    assert units(shown) == [(4, 10, "Staff", "POS")]
    assert shown["segments"][0]["tags"][0]["id"] == tag["id"]
    changed = server.call("PUT", session + bread, {"label": "POS", "note": "sure", "status": 3}).json()
    assert changed["tag"].items() >= {"label": "POS", "status": "CORRECTING", "note": "sure"}.items()
    assert "not among the labels" in server.refused(session + bread, {"label": "Odd"})
    assert server.post(session + bread + "/statuses", {"status": "READY"})["progress"] == 25
    assert server.get(as_annotation(session))["progress"] == 25.0
    again = server.post(session + bread + "/statuses", {"status": "CORRECTING"})
    assert (again["progress"], again["tag"]["status"], again["tag"]["label"]) == (0, "CORRECTING", "POS")
    assert again["tag"]["note"] == "sure"
    (shown,) = (one for one in server.documents(as_annotation(session)) if one["id"] == two["id"])
    assert units(shown) == [(4, 10, "Staff", "POS")]
    gone = server.call("DELETE", session + bread, {})
    assert (gone.status_code, gone.json()["progress"]) == (200, 25)
    assert server.call("DELETE", session + bread, {}).status_code == 404
    (two,) = (one for one in corrected(server, session) if one["text"] == TEXTS[1])
    assert list(proposals(two)) == []
    # A rejection can be taken back, to decide anew or to take it at once; nothing else can be done to it.
    assert server.call("PUT", session + bread, {"label": "POS"}).status_code == 404
    again = server.post(session + bread + "/statuses", {"status": "CORRECTING"})
    assert (again["progress"], again["tag"]["status"], again["tag"]["note"]) == (0, "CORRECTING", "sure")
    (two,) = (one for one in corrected(server, session) if one["text"] == TEXTS[1])
    assert [path for path, _ in proposals(two)] == [bread]
    assert server.call("DELETE", session + bread, {}).json()["progress"] == 25
    assert server.post(session + bread + "/statuses", {"status": "READY"})["tag"]["status"] == "READY"
    (shown,) = (one for one in server.documents(as_annotation(session)) if one["id"] == two["id"])
    assert len(units(shown)) == 2
    assert server.call("DELETE", session + bread, {}).json()["progress"] == 25
    more = server.post(session + waiter.rsplit("/", 1)[0], {"class": "Place"})
    assert more["tag"].items() >= {"class": "Place", "label": None, "status": "READY"}.items()
    assert server.call("DELETE", session + waiter, {}).status_code == 200
    (shown,) = (one for one in server.documents(as_annotation(session)) if one["id"] == two["id"])
    assert units(shown) == [(4, 10, "Place", None)]
    other = f"{session}{waiter.rsplit('/', 1)[0]}/{more['tag']['id']}"
    assert "cannot be open again" in server.refused(other + "/statuses", {"status": "CORRECTING"}, "POST")
    assert "status" in server.refused(other + "/statuses", {}, "POST")


def test_a_segment_is_confirmed_with_all_that_is_proposed_on_it(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    session = to_correct(server, project, model, sample_size=4, name="Mine")
    assert server.get(session)["name"] == "Mine"
    (soup,) = (one for one in corrected(server, session) if one["text"] == TEXTS[0])
    ((path, _),) = proposals(soup)
    segment = path.rsplit("/tags", 1)[0]
    answer = server.post(session + segment + "/statuses", {"name": "ANNOTATED"})
    assert answer["segment"].items() >= {"name": "ANNOTATED", "document_id": soup["id"]}.items()
    assert answer["progress"] == 25
    (shown,) = (one for one in server.documents(as_annotation(session)) if one["id"] == soup["id"])
    assert (shown["annotated"], units(shown)) == (True, [(4, 8, "Food", "NEG")])
    # A tag may be given to a segment that is only proposed.
    (two,) = (one for one in corrected(server, session) if one["text"] == TEXTS[1])
    (path, _), *_ = proposals(two)
    server.post(session + path.rsplit("/", 1)[0], {"class": "Place"})
    (two,) = (one for one in corrected(server, session) if one["text"] == TEXTS[1])
    assert [(one["class"], one["status"]) for one in two["segments"][0]["tags"]] == [
        ("Place", "READY"),
        ("Staff", "CORRECTING"),
    ]


def test_an_update_neither_confirms_nor_removes_what_is_proposed(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    session = to_correct(server, project, model)
    before = corrected(server, session)
    put = as_annotation(session)
    assert server.put(put, {"documents": [{"text": one["text"]} for one in before]})["progress"] == 0
    assert corrected(server, session) == before
    (soup, two) = (next(one for one in before if one["text"] == TEXTS[n]) for n in (0, 1))
    # A tag beside what is open makes nothing done; who says that it is decides.
    segment = {"span": [4, 10], "tags": [a_tag("Staff", "NEG")]}
    assert server.put(put, {"documents": [{"id": two["id"], "segments": [segment]}]})["progress"] == 0
    (shown,) = (one for one in corrected(server, session) if one["id"] == two["id"])
    standing = f"/documents/{two['id']}/segments/{shown['segments'][0]['id']}/tags"
    assert server.call("PUT", f"{put}{standing}/{shown['segments'][0]['tags'][0]['id']}", {"label": "POS"})
    assert server.get(put)["progress"] == 0
    same = a_document(TEXTS[0], a_segment(4, 8, a_tag("Food", "NEG")), annotated=True)
    assert server.put(put, {"documents": [same]})["progress"] == 25.0
    (after,) = (one for one in corrected(server, session) if one["id"] == soup["id"])
    assert [tag["status"] for tag in after["segments"][0]["tags"]] == ["READY", "CORRECTING"]
    ((path, _),) = proposals(after)
    # An equal tag stands there: it is not doubled.
    assert server.post(session + path + "/statuses", {"status": "READY"})["tag"]["status"] == "READY"
    (shown,) = (one for one in server.documents(put) if one["id"] == soup["id"])
    assert units(shown) == [(4, 8, "Food", "NEG")]
    # What was taken away by an update can be taken once more.
    (_, (bread, _)) = proposals(two)
    for _ in range(2):
        assert server.post(session + bread + "/statuses", {"status": "READY"})["tag"]["class"] == "Food"
        (shown,) = (one for one in server.documents(put) if one["id"] == two["id"])
        assert (29, 34, "Food", "NEG") in units(shown)
        server.put(put, {"documents": [{"id": two["id"], "segments": []}]})
    done = [{"id": one["id"], "annotated": True} for one in before]
    assert server.put(put, {"documents": done})["status"] == "FINISHED"
    assert server.get(session)["status"] == "FINISHED"


def test_a_text_that_is_changed_loses_what_was_proposed_for_it(server: Raw, trained: tuple[str, str]) -> None:
    project, model = trained
    server.post(project + "/groups", {"name": "More", "documents": [{"text": "The host was dull."}]})
    session = to_correct(server, project, model)
    (host,) = (one for one in corrected(server, session) if one["text"] == "The host was dull.")
    assert list(proposals(host)) != []
    server.put(f"{project}/documents/{host['id']}", {"text": "Nothing."})
    (host,) = (one for one in corrected(server, session) if one["id"] == host["id"])
    assert host["segments"] == []
    assert server.call("DELETE", f"{project}/documents/{host['id']}").status_code == 204
    assert host["id"] not in [one["id"] for one in corrected(server, session)]


def test_what_the_model_would_be_worth_is_estimated_anew_after_ten_documents(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    new = [{"text": f"The soup was kind of odd on day {n}."} for n in range(8)]
    server.post(project + "/groups", {"name": "Odd", "documents": new})
    session = to_correct(server, project, model)
    before = server.get(session)["predicted_score"]
    documents = [{"id": one["id"], "segments": [], "annotated": True} for one in corrected(server, session)]
    server.put(as_annotation(session), {"documents": documents[:9]})
    newest, *_ = server.get(project + "/jobs")
    assert (newest["kind"], server.get(session)["predicted_score"]) == ("PREDICT", before)
    server.put(as_annotation(session), {"documents": documents[9:]})
    work(server)
    newest, *_ = server.get(project + "/jobs")
    assert (newest["kind"], newest["status"]) == ("ESTIMATE", "DONE")
    assert server.get(session)["status"] == "FINISHED"
    # Where it is certain to err, it is worth less: nobody tagged what it would.
    assert server.get(session)["predicted_score"] < before


def test_a_model_that_is_gone_predicts_no_more_and_what_it_proposed_stays(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    session = to_correct(server, project, model, sample_size=1)
    late = server.post(project + "/corrections", {"model_id": int(model.rsplit("/", 1)[1])})
    assert server.call("DELETE", model).status_code == 204
    work(server)
    failed = server.get(f"{project}/corrections/{late['id']}")
    assert (failed["status"], failed["description"]) == ("FAILED", "The model that was to predict is gone.")
    assert server.get(session)["model"] is None
    assert list(proposals(corrected(server, session)[0])) != []
    assert server.call("DELETE", session, {}).status_code == 204
    work(server)
    assert server.call("GET", session).status_code == 404


def test_without_a_document_to_correct_a_session_says_so(server: Raw, trained: tuple[str, str]) -> None:
    project, model = trained
    documents = [{"text": text, "annotated": True} for text in TEXTS]
    ids = [one["id"] for one in server.get(project + "/documents")["documents"]]
    session = server.session(project, document_ids=ids)
    server.put(session, {"documents": documents})
    found = server.get(to_correct(server, project, model))
    sentence = (
        "No document is left: each of the project is done in some session, or in a plan or a blind one."
    )
    assert (found["status"], found["description"]) == ("FAILED", sentence)


def test_a_copy_of_a_project_has_its_models_and_what_they_proposed(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    session = to_correct(server, project, model)
    copy = f"/projects/{server.post(project + '/clone', {'name': 'Copy'})['id']}"
    work(server)
    (made,) = server.get(copy + "/models")
    (done,) = (one["id"] for one in server.get(copy + "/annotations") if one["name"] == "Done")
    assert made["sources"] == [{"id": done, "documents": 40, "tags": 64}]
    own = ("id", "uuid", "project_id", "created", "sources")
    assert [
        {key: value for key, value in one.items() if key not in own}
        for one in (made, server.get(project + "/models")[0])
    ]
    of_copy = [one for one in server.get(copy + "/corrections") if one["model"]]
    assert {one["model"]["id"] for one in of_copy} == {made["id"]}
    copied = corrected(server, f"{copy}/corrections/{of_copy[-1]['id']}")
    assert [(one["text"], units(one)) for one in copied] == [
        (one["text"], units(one)) for one in corrected(server, session)
    ]
    (path, _) = next(found for one in copied for found in proposals(one))
    taken = server.post(f"{copy}/corrections/{of_copy[-1]['id']}{path}/statuses", {"status": "READY"})
    assert taken["tag"]["status"] == "READY"
    again = to_correct(server, copy, f"{copy}/models/{made['id']}")
    assert server.get(again)["status"] == "STARTED"
    assert server.call("DELETE", copy).status_code == 204
    work(server)
    with server.store.database.reading() as connection:
        number = int(copy.rsplit("/", 1)[1])
        for table in (projects, model_files, predictions):
            left = select(func.count()).select_from(table).where(table.c.project_id == number)
            assert connection.execute(left).scalar_one() == 0


def until_done(server: Raw, job_of: str, *, killed: bool) -> None:
    """Have it done; the worker `killed` after its first step, its successor after the second, and so on."""
    for steps in count(1):
        work(server, steps=steps if killed else None)
        newest, *_ = server.get(job_of + "/jobs")
        if newest["status"] == "DONE":
            return
        assert newest["status"] == "RUNNING"


WHOLE = {
    "LABEL": (None, "NEG"),
    "CLASS": ("Food", None),
    "CLASSLABEL": ("Food", "NEG"),
}


@pytest.mark.parametrize("type_", WHOLE)
def test_documents_that_are_tagged_as_a_whole_are_proposed_as_a_whole(type_: str) -> None:
    class_, label = WHOLE[type_]
    with serving() as server:
        project = server.project(type_, **NAMES)
        other = ("Staff" if class_ else None, "POS" if label else None)
        rows = [
            (f"{words} on day {n}.", names)
            for n in range(16)
            for words, names in (
                ("Stale cold soup", WHOLE[type_]),
                ("A kind waiter", other),
            )
        ]
        done = [
            a_document(text, a_segment(0, len(text), {"class": one, "label": two}), annotated=True)
            for text, (one, two) in rows
        ]
        server.session(project, documents=done)
        server.post(project + "/groups", {"name": "New", "documents": [{"text": "Cold soup, 𝒳 stale."}]})
        (document,) = corrected(server, to_correct(server, project, a_model(server, project)))
        assert units(document) == [(0, 19, class_, label)]
        assert document["segments"][0]["text"] == document["text"]


def test_of_a_large_project_documents_are_looked_at_evenly(
    server: Raw, trained: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, model = trained
    monkeypatch.setattr(training, "MOST_SAMPLED", 2)
    assert [one["text"] for one in corrected(server, to_correct(server, project, model))] in (
        [TEXTS[0], TEXTS[2]],
        [TEXTS[2], TEXTS[0]],
    )


def test_the_archive_of_a_project_names_its_models(server: Raw, trained: tuple[str, str]) -> None:
    project, model = trained
    archive = zipfile.ZipFile(io.BytesIO(server.call("GET", project + "/export").content))
    assert json.loads(archive.read("project.json"))["models"] == [server.get(model)]


def test_nothing_is_learned_from_those_who_are_to_judge_by_themselves_nor_told_them(
    server: Raw, trained: tuple[str, str]
) -> None:
    project, model = trained
    dealt = a_document("The cook was dull.")
    parts: list[Json] = [
        {"blind": True},
        {"part": "GOLD"},
        {"part": "CHECK"},
        {"part": "DECIDED"},
        {"plan": "May", "documents": [dealt]},
    ]
    made = [
        server.session(project, **{"name": f"{n}", "documents": done_documents(n + 1), **part})
        for n, part in enumerate(parts)
    ]
    for session in made[:3]:
        number = int(session.rsplit("/", 1)[1])
        refusal = server.refused(project + "/models", {"session_ids": [number]}, "POST")
        assert f"no model may learn from session {number}" in refusal
    (plain,) = (one["id"] for one in server.get(project + "/annotations") if one["name"] == "Done")
    assert [one["id"] for one in begun(server, project)["sources"]] == [plain]
    decided = int(made[3].rsplit("/", 1)[1])
    named = begun(server, project, session_ids=[plain, decided])["sources"]
    assert [one["id"] for one in named] == [plain, decided]
    assert dealt["text"] not in [one["text"] for one in corrected(server, to_correct(server, project, model))]


@pytest.mark.parametrize("database", DATABASES)
def test_a_worker_that_is_killed_after_any_step_leaves_nothing_half_done(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "AT_ONCE", 1)
    results = []
    for killed in (False, True):
        with serving(database) as server:
            project = server.project("CLASSLABEL", **NAMES)
            a_finished_session(server, project, 30)
            to_do = [{"text": text} for text in TEXTS]
            server.post(project + "/groups", {"name": "To do", "documents": to_do})
            model = server.post(project + "/models", {})["id"]
            until_done(server, project, killed=killed)
            made = server.post(project + "/corrections", {"model_id": model})["id"]
            until_done(server, project, killed=killed)
            with server.store.database.reading() as connection:
                data = connection.execute(select(model_files.c.data)).scalar_one()
            found = server.get(f"{project}/corrections/{made}/documents", details="segments,tags")
            results.append((data, found["status"], found["documents"]))
    assert results[0] == results[1]
    assert results[0][1] == "STARTED"


def test_nobody_who_deletes_waits_for_a_model(server: Raw) -> None:
    project = server.project("CLASSLABEL", **NAMES)
    server.post(project + "/models", {})
    session = server.session(project)
    server.call("DELETE", session)
    assert Worker(server.store, Event(), WORK).work_once()
    assert not Worker(server.store, Event(), WORK).work_once()
    assert server.call("GET", session).status_code == 404
    assert Worker(server.store, Event(), STEPS).work_once()


def test_a_model_at_which_workers_end_again_and_again_fails(server: Raw) -> None:
    project = server.project("CLASSLABEL", **NAMES)
    a_finished_session(server, project)
    model = f"{project}/models/{server.post(project + '/models', {})['id']}"
    for _ in range(6):
        work(server, steps=2)
    assert server.get(model)["description"] == "It was broken off 5 times."
    assert server.get(model)["status"] == "FAILED"


def test_a_machine_that_cannot_train_is_told_of_and_not_the_database(
    server: Raw, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    project = server.project("CLASSLABEL", **NAMES)
    a_finished_session(server, project)
    model = f"{project}/models/{server.post(project + '/models', {})['id']}"
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    stopped = Event()
    worker = Thread(target=Worker(server.store, stopped, STEPS).run)
    worker.start()
    try:
        until(lambda: server.get(model)["status"] == "FAILED")
    finally:
        stopped.set()
        worker.join()
    why = server.get(model)["description"]
    assert "could not be begun (ENOENT)" in why
    told = [one.message for one in caplog.records if one.name == "labeling.server.worker"]
    assert any(why in one for one in told)
    assert not any("database" in one for one in told)
