"""Worker processes killed at random moments of training and predicting: the same comes of it as without."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select, update

from labeling.model import Status
from labeling.server.rules.bodies import CorrectionBody, NewModelBody, ProjectBody, SessionBody
from labeling.server.rules.queries import DocumentQuery
from labeling.server.rules.reading import SessionParts, checked_documents
from labeling.server.storage.documents import EVERYTHING
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.store import Store
from labeling.server.storage.tables import JobStatus, jobs, model_files
from labeling.server.workers import Workers
from tests.contract.killed_jobs import until, working
from tests.unit.prediction.corpus import reviews
from tests.unit.server.storage.build import ME


class Result(NamedTuple):
    """What a model learned, and what it proposed, ids left out."""

    data: bytes
    proposed: list[Any]


def kill_model_jobs(folder: Path, database_url: str, seeds: list[int], size: int) -> list[bool]:
    """A model of so many documents and a correction session for each seed, the worker killed once in each, at
    some moment of the time that it takes undisturbed; whether it was at work then."""
    with working(folder, database_url) as (store, workers):
        amid, wanted, took = list[bool](), None, (0.0, 0.0)
        for seed in [None, *seeds]:
            drawn = random.Random(seed)
            kills = (None, None) if seed is None else (drawn.random(), drawn.random())
            project_id = _project(store, size)
            model = store.models.create(ME, project_id, NewModelBody())["id"]
            training = _done(store, workers, project_id, kills[0], took[0], amid)
            body = CorrectionBody(model_id=model, sample_size=20)
            session = store.corrections.create(ME, project_id, body)["id"]
            predicting = _done(store, workers, project_id, kills[1], took[1], amid)
            found = _result(store, SessionAddress(project_id, session))
            if seed is None:
                wanted, took = found, (training, predicting)
            assert found == wanted, seed
    return amid


def _project(store: Store, size: int) -> int:
    """A project of which so many documents are done, and as many not."""
    store.people.adopt_local_token("0" * 64)
    named = {"classes": ["Staff", "Food", "Place"], "labels": ["POS", "NEG"]}
    body = ProjectBody.model_validate({"name": "P", "type": "CLASSLABEL", **named})
    project_id: int = store.projects.add(ME, body)["project_id"]
    done = [
        {
            "text": text,
            "annotated": True,
            "segments": [
                {"span": [start, end], "tags": [{"class": class_, "label": label}]}
                for start, end, class_, label in tags
            ],
        }
        for text, tags in reviews(size)
    ]
    for documents in (done, [{"text": text} for text, _ in reviews(size, seed=1)]):
        store.sessions.create(ME, project_id, SessionParts(SessionBody(), checked_documents(documents)))
    return project_id


def _done(
    store: Store, workers: Workers, project_id: int, share: float | None, seconds: float, amid: list[bool]
) -> float:
    """The project's newest job is done, the worker killed after that share of so many seconds, if any is
    given; how long it took. `amid` gets whether the job was being worked on then."""

    def job() -> Any:
        return store.jobs.of_project(ME, project_id)[0]

    until(lambda: job()["status"] != JobStatus.QUEUED)
    began = time.perf_counter()
    if share is not None:
        moment = began + share * seconds
        until(lambda: time.perf_counter() >= moment or job()["status"] == JobStatus.DONE)
        until(lambda: workers.pids)
        amid.append(job()["status"] == JobStatus.RUNNING)
        os.kill(workers.pids[0], signal.SIGKILL)
        with store.database.writing() as connection:  # nobody waits a minute here until it counts as gone
            connection.execute(update(jobs).where(jobs.c.lease.is_not(None)).values(lease=job()["created"]))
    until(lambda: job()["status"] == JobStatus.DONE)
    return time.perf_counter() - began


def _result(store: Store, at: SessionAddress) -> Result:
    page = store.correcting.documents(at, DocumentQuery(details=EVERYTHING))
    assert page.session["status"] == Status.STARTED
    with store.database.reading() as connection:
        this = select(model_files.c.data).where(model_files.c.project_id == at.project_id)
        data = connection.execute(this).scalar_one()
    return Result(
        data,
        [
            (one["text"], [(part["span"], [_said(tag) for tag in part["tags"]]) for part in one["segments"]])
            for one in page.documents
        ],
    )


def _said(tag: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(tag[name] for name in ("class", "label", "status", "confidence"))
