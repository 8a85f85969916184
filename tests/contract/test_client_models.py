"""The client's calls about models and corrections, against the embedded server."""

from __future__ import annotations

from threading import Event

import httpx
import pytest

from labeling.errors import Forbidden, Invalid, NotFound
from labeling.learned import ModelChange, NewCorrection, NewModel, TagState, proposal_of
from labeling.model import Document, NewSession, Role, Segment, Tag, TagStatus, Type
from labeling.server.worker import Worker
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded
from tests.contract.proposed import a_correction
from tests.unit.prediction.corpus import reviews


def test_a_model_is_trained_and_what_it_proposes_is_corrected(server: Embedded) -> None:
    api, project = server.api, server.project(Type.CLASSLABEL)
    done = tuple(
        Document(
            text=text,
            annotated=True,
            segments=tuple(Segment(span=tag[:2], tags=(Tag.of(*tag[2:]),)) for tag in tags),
        )
        for text, tags in reviews(40)
    )
    names = ("Staff", "Food", "Place")
    api.create_session(project, NewSession(name="Done", documents=done, classes=names, labels=("POS", "NEG")))
    api.create_session(project, NewSession(name="To do", documents=(Document(text="The soup was cold."),)))
    worker = Worker(server.store, Event())
    made = api.train_model(project, NewModel(name="May"))
    assert (made.status, made.is_awaited, made.is_ready, made.score) == ("CREATED", True, False, None)
    with pytest.raises(Invalid, match="only a READY one"):
        api.create_correction(project, NewCorrection(model_id=made.id))
    assert [job.kind for job in api.jobs(project)] == ["TRAIN_MODEL"]
    worker.work_once(lambda seconds: None)
    (model,) = api.models(project)
    assert (model.is_ready, model.sources[0].documents) == (True, 40)
    assert api.model(project, model.id).metrics["f1"] == pytest.approx((model.score or 0) / 100, abs=0.001)
    assert api.change_model(project, model.id, ModelChange(short_description="Of May")).name == "May"
    new = api.create_correction(project, NewCorrection(model_id=model.id, sample_size=1, name="Check"))
    assert (new.status, new.is_busy, new.model and new.model.display_name) == ("CREATED", True, "May")
    (job, *_) = api.jobs(project)
    assert (job.kind, job.annotation_id, job.progress) == ("PREDICT", new.id, 0.0)
    assert api.jobs(project, ended=False) == (job,)
    worker.work_once(lambda seconds: None)
    page = api.corrected_documents(project, new.id)
    assert (page.status, page.total, page.predicted_score) == ("STARTED", 1, round(model.score or 0))
    (segment,) = page.documents[0].segments
    state = proposal_of(segment.tags[0])
    assert (segment.tags[0].names, state.is_open, 0 < (state.confidence or 0) <= 1) == (
        ("Food", "NEG"),
        True,
        True,
    )
    assert api.documents(project, new.id).documents[0].segments == ()
    place = (new.id, page.documents[0].id or 0, int(segment.server_id or 0))
    changed = api.change_corrected_tag(project, place, state.id or 0, Tag.of(label="POS"))
    assert changed.tag is not None
    assert (changed.tag.names, proposal_of(changed.tag).is_open) == (("Food", "POS"), True)
    taken = api.set_tag_status(project, place, state.id or 0, TagStatus.READY)
    assert (taken.progress, taken.segment.annotated is not None) == (100, True)
    assert api.correction(project, new.id).status == "FINISHED"
    assert api.documents(project, new.id).documents[0].segments[0].tags[0].names == ("Food", "POS")
    api.delete_model(project, model.id)
    with pytest.raises(NotFound):
        api.model(project, model.id)
    assert [one.model for one in api.corrections(project, status=("FINISHED",))] == [None]


def test_proposals_are_rejected_confirmed_by_segment_and_added_to(server: Embedded) -> None:
    api, project = server.api, server.project(Type.CLASSLABEL)
    ids = a_correction(server.store, project, classes=("Staff",))
    place = (ids["correction_id"], ids["document_id"], ids["segment_id"])
    added = api.add_corrected_tag(project, place, Tag.of("Staff"))
    assert added.tag is not None
    assert (added.tag.names, proposal_of(added.tag).status) == (("Staff", None), "READY")
    assert api.confirm_segment(project, place).progress == 50
    (segment,) = api.documents(project, place[0]).documents[0].segments
    assert [tag.names for tag in segment.tags] == [("Staff", None), ("Comfort", "POS")]
    viewer = server.person(Role.VIEWER, project)
    assert viewer.model(project, ids["model_id"]).name == "First"
    with pytest.raises(Forbidden):
        viewer.reject_tag(project, place, ids["tag_id"])
    assert api.reject_tag(project, place, ids["tag_id"]).progress == 50
    (segment,) = api.documents(project, place[0]).documents[0].segments
    assert [tag.names for tag in segment.tags] == [("Staff", None)]
    api.delete_correction(project, place[0])
    assert api.correction(project, place[0]).status == "DELETING"


def test_what_a_server_says_of_a_model_in_another_form_is_left_out() -> None:
    odd = Tag.model_validate({"class": "Food", "id": "7", "status": 3, "confidence": "sure"})
    assert proposal_of(odd) == TagState()
    answers = [{"id": 3, "status": "READY", "score": None, "owner": "ann", "progress": None, "colour": 1}]
    http = httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json=answers)),
        base_url="http://api",
    )
    (model,) = LabelingClient(http).models(1)
    assert (model.id, model.project_id, model.owner, model.progress, model.sources) == (3, 1, "ann", 0.0, ())
