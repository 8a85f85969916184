"""What the server says of a project's models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from components.shell.answers import FRESH, fresh
from components.shell.state import UiState
from components.shell.status import LOOK_AGAIN
from labeling.documents.reader import Reader
from labeling.errors import LabelingError
from labeling.learned import ProjectModel, ProjectModelDetails
from labeling.model import Mode, Session
from labeling.prediction.task import too_few
from labeling.suggesting.reading import DONE

SCORED = 10.0
"""Seconds after which it is asked again what a correction has brought."""
LOOKED_AT = 500
"""Done documents in which it is looked for tags enough to learn from."""
LASTING = 600.0
"""Seconds for which what a trained model is worth is not asked again."""


def models_of(ui: UiState, project_id: int) -> Sequence[ProjectModel] | None:
    """The project's models, the newest first, looked at often while one is awaited; None on a server that
    does not tell of any. Raises no LabelingError."""
    read = partial(fresh, ui, f"models-{project_id}", lambda: ui.api.models(project_id))
    try:
        models = read()
        if any(model.is_awaited for model in models):
            models = read(seconds=LOOK_AGAIN / 2)
    except LabelingError:
        return None
    return sorted(models, key=lambda model: -model.id)


def details_of(ui: UiState, model: ProjectModel) -> ProjectModelDetails | None:
    """What a trained model is worth; None where that cannot be read."""
    project_id = model.project_id or 0
    try:
        return fresh(ui, f"model-{model.id}", lambda: ui.api.model(project_id, model.id), seconds=LASTING)
    except LabelingError:
        return None


def lacking(ui: UiState, sessions: Sequence[Session]) -> str:
    """What more it takes to learn from what is done in these sessions, as a sentence; empty where there is
    enough, and where the first documents do not say it, or the server does not say which are done."""
    if not (ui.api.info().can("filters") and ui.api.info().can("annotated")):
        return ""
    of = ",".join(f"{session.id} {session.progress}" for session in sessions)
    try:
        said: str = fresh(ui, f"lacking-{of}", partial(_lacking, ui, sessions), seconds=SCORED)
    except LabelingError:
        return ""
    return said


def _lacking(ui: UiState, sessions: Sequence[Session]) -> str:
    documents = tags = 0
    for session in sessions:
        for page in Reader(ui.api, session).pages_from(0, DONE):
            documents += len(page.items)
            tags += sum(len(part.tags) for one in page.items for part in one.document.segments)
            if documents >= LOOKED_AT or not too_few(documents, tags):
                return ""
    return too_few(documents, tags)


def predicted_score(ui: UiState, session: Session) -> int | None:
    """What the model would be worth with what is corrected in a session by now; None where it is no such
    session, the model is deleted, or the server does not say it."""
    if session.mode != Mode.CORRECTION or session.is_busy:
        return None
    read = _score_in(ui, session)
    _watch_score(ui, session, read)
    return read


def made_share(ui: UiState, session: Session) -> float | None:
    """How much is done of what the server is at work on in a session, from 0 to 1; None where it is not, or
    does not say how far it is."""
    if not session.is_busy:
        return None
    try:
        project_id = session.project_id
        read = partial(ui.api.jobs, project_id, ended=False)
        jobs = fresh(ui, f"jobs-{project_id}", read, LOOK_AGAIN / 2)
    except LabelingError:
        return None
    share = next((job.progress / 100 for job in jobs if job.annotation_id == session.id), None)
    return None if share is None else min(max(share, 0.0), 1.0)


def _score_in(ui: UiState, session: Session, seconds: float = FRESH) -> int | None:
    def read() -> int | None:
        found = ui.api.correction(session.project_id, session.id)
        is_gone = found.model is None and "model" in found.model_fields_set
        return None if is_gone else found.predicted_score

    try:
        return fresh(ui, f"score-{session.id}", read, seconds)
    except LabelingError:
        return None


@dataclass
class ScoreLooked:
    """When the score was asked for last (of `time.monotonic`)."""

    at: float = field(default_factory=time.monotonic)


@st.fragment(run_every=SCORED)
def _watch_score(ui: UiState, session: Session, shown: int | None) -> None:
    """It is estimated beside the work: the page is drawn anew when it has moved."""
    looked = ui.of(ScoreLooked)
    # It also runs with the page itself, when there is nothing new to ask.
    if time.monotonic() - looked.at < SCORED / 2:
        return
    looked.at = time.monotonic()
    if _score_in(ui, session, 0) != shown:
        st.rerun()
