"""Jobs about models: what takes long is done by a process apart, between two steps and in no transaction.

Begun again after whatever happened, each comes to the same: it depends only on what was done before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from labeling.database import Database
from labeling.errors import Invalid
from labeling.prediction.apart import learn_apart, read_apart, score_apart
from labeling.prediction.model import VERSION, Reading
from labeling.prediction.task import Example, is_missing
from labeling.server.storage.corrections import (
    MOST_SAMPLED,
    PREDICT,
    predicted,
    rescored,
    sampled,
    sampling,
    started,
    to_predict,
)
from labeling.server.storage.examples import Lesson, lesson, teachers, texts_of, undone
from labeling.server.storage.ids import DbRow, SessionAddress
from labeling.server.storage.jobs import Advance, Work
from labeling.server.storage.models import (
    TRAIN_MODEL,
    find_model,
    learned,
    learning,
    model_data,
    queued,
    training,
)
from labeling.server.storage.proposals import Confident
from labeling.server.storage.scoring import ESTIMATE
from labeling.server.storage.sessions import session_row

AT_ONCE = 100
"""Documents whose proposals are kept in one step."""
LOOKED_AT = 50
"""Documents that are read for each one that is sampled, at most."""
GONE = "The model that was to predict is gone."


class Keep(Protocol):
    """Has the job kept while it is worked on apart: told the share that is done, and where to write it. What
    it raises ends the work."""

    def __call__(self, share: float, tell: Callable[[Connection, DbRow, float], None] = ...) -> None: ...


Steps = Callable[[Database, DbRow, Keep], Iterator[Work]]
"""The steps of a job, as they can be done: each is to be stored before the next is asked for."""


def train_model(database: Database, job: DbRow, keep: Keep) -> Iterator[Work]:
    """From what was done to a model that is READY. Raises Invalid, saying what is missing."""
    project_id = job["project_id"]
    with database.reading() as connection:
        model = find_model(connection, project_id, job["state"]["model_id"])
        wanted = model["wanted"] if model else []
        found = lesson(connection, project_id, teachers(connection, project_id, wanted))
        texts = texts_of(connection, project_id)
    yield partial(queued, found=found)
    examples = _examples(found)
    if missing := is_missing(examples):
        raise Invalid(missing)
    yield training
    type_ = model["type"] if model else None
    made = learn_apart(examples, texts, type_, partial(keep, tell=learning))
    yield partial(learned, data=made.data, version=VERSION, metrics=made.metrics)


def predict_session(database: Database, job: DbRow, keep: Keep) -> Iterator[Work]:
    """Documents that nobody has done are sampled, the most doubtful first, and what the model proposes for
    them is kept. Raises Invalid where there are none, or the model is gone."""
    yield sampling if "predicted" not in job["state"] else _unchanged
    project_id = job["project_id"]
    with database.reading() as connection:
        row = session_row(connection, SessionAddress(project_id, job["session_id"]))
        data, model = model_data(connection, project_id, row["model_id"]), None
        model = find_model(connection, project_id, row["model_id"])
        candidates = [] if "predicted" in job["state"] else _candidates(connection, job)
    if data is None or model is None:
        raise Invalid(GONE)
    known = dict[int, Reading]()
    state = job["state"]
    if "predicted" not in state:
        readings = read_apart(data, [text for _, text in candidates], lambda share: keep(share / 2))
        by_doubt = sorted(range(len(candidates)), key=lambda n: (-readings[n].doubt, n))
        chosen = by_doubt[: state["size"] or MOST_SAMPLED]
        known = {candidates[n][0]: readings[n] for n in chosen}
        yield partial(sampled, document_ids=[candidates[n][0] for n in chosen])
        state = {**state, "predicted": 0}
    with database.reading() as connection:
        left = to_predict(connection, {**job, "state": state})
    texts = dict(candidates)
    if not all(texts.get(document_id) == text for document_id, text in left):
        known = {}
    if not known:
        again = read_apart(data, [text for _, text in left], lambda share: keep(0.5 + share / 4))
        known = {document_id: reading for (document_id, _), reading in zip(left, again, strict=True)}
    for first in range(0, len(left), AT_ONCE):
        part = left[first : first + AT_ONCE]
        yield partial(predicted, found=[(n, text, _confident(known[n])) for n, text in part])
    yield partial(started, score=model["score"])


def estimate_session(database: Database, job: DbRow, keep: Keep) -> Iterator[Work]:
    """What the model would be worth with what was corrected since."""
    project_id = job["project_id"]
    with database.reading() as connection:
        row = session_row(connection, SessionAddress(project_id, job["session_id"]))
        model = find_model(connection, project_id, row["model_id"])
        data = model_data(connection, project_id, row["model_id"])
        if model is None or data is None:
            raise Invalid(GONE)
        sources = {source["id"] for source in model["sources"]}
        found = lesson(
            connection, project_id, sorted({*teachers(connection, project_id, sources), row["id"]})
        )
    metrics = score_apart(data, _examples(found), model["type"], keep)
    yield partial(rescored, score=100 * metrics["f1"])


STEPS: dict[str, Steps] = {
    TRAIN_MODEL: train_model,
    PREDICT: predict_session,
    ESTIMATE: estimate_session,
}


def _unchanged(connection: Connection, job: DbRow) -> Advance:
    return Advance(job["state"], job["progress"], lasts=False)


def _candidates(connection: Connection, job: DbRow) -> list[tuple[int, str]]:
    """Documents to choose from; of a large project as many as are worth reading, evenly from all of it."""
    most = max(MOST_SAMPLED, LOOKED_AT * (job["state"]["size"] or 0))
    return undone(connection, job["project_id"], most)


def _examples(found: Lesson) -> list[Example]:
    return [Example(one.text, one.tags) for one in found.documents]


def _confident(reading: Reading) -> Sequence[Confident]:
    return [(one.unit, one.confidence) for one in reading.predictions]
