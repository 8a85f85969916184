"""The models of a project: trained from sessions, what they are worth, used, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd
import streamlit as st

from components.models.correction import correction_form
from components.models.reading import details_of, lacking, models_of
from components.models.wording import (
    left_out_in_words,
    meaning_in_words,
    out_of_reach_in_words,
    score_in_words,
    sources_in_words,
    status_word,
)
from components.shell.answers import forget
from components.shell.markdown import plain
from components.shell.pickers import sessions_of
from components.shell.showing import Once, once
from components.shell.state import UiState, widget_value
from components.shell.status import look_again_while, percent
from components.shell.telling import reporting
from labeling.errors import NotFound
from labeling.learned import NewModel, ProjectModel, ProjectModelDetails, why_no_teacher
from labeling.model import ModelStatus, Part, Project, Role, Session, Status
from labeling.phrases import count_of, length_problem
from labeling.prediction.task import FEWEST_DOCUMENTS, FEWEST_TAGS

NO_TEACHER = (
    "Nothing here may be learned from yet. The final version that *Decide* makes of what several people "
    "tagged may be."
)


def models_panel(ui: UiState, project: Project | None) -> None:
    """All of it, where the server tells of models; training and deletion for managers."""
    models = None if project is None else models_of(ui, project.id)
    if project is None or models is None:
        return
    look_again_while(ui, is_at_work=any(model.is_awaited for model in models))
    with st.expander("Models", icon=":material/model_training:", key=f"models-{project.id}"):
        sessions = sessions_of(ui, project)
        is_manager = project.role in (None, Role.MANAGER)
        if not models:
            st.caption(
                "A model learns from documents that people have done, and proposes tags for others, to be "
                "confirmed one by one in a correction session."
            )
        if is_manager:
            _training(ui, project, sessions)
        names = {session.id: session.name or f"Session {session.id}" for session in sessions}
        for model in models:
            _model(ui, project, model, names, may_delete=is_manager)


def _training(ui: UiState, project: Project, sessions: Sequence[Session]) -> None:
    """The form: from which of the sessions that may teach, finished ones unless others are chosen."""
    key = f"train-{project.id}"
    opened = once(ui, f"{key}-box")
    box = st.popover(
        "Train a model", icon=":material/add:", key=opened.key, width="content", on_change="rerun"
    )
    with box:
        full = [session for session in sessions if session.document_count]
        teachers = [session for session in full if not why_no_teacher(session)]
        choices = {session.id: _choice(session) for session in teachers}
        chosen = st.multiselect(
            "Learn from what is done in",
            list(choices),
            default=[
                one.id for one in teachers if one.status == Status.FINISHED and one.part != Part.DECIDED
            ],
            format_func=lambda number: choices[number],
            key=f"{key}-from",
            placeholder="Choose sessions",
        )
        typed = st.text_input("Name", key=f"{opened.key}-name", placeholder="Model")
        if left_out := left_out_in_words([why_no_teacher(session) for session in full]):
            st.caption(left_out)
        st.caption(
            f"It takes {FEWEST_DOCUMENTS} done documents with {FEWEST_TAGS} tags at least; from 300 "
            "documents on the score is sound. Documents that are done and have no tag are learned from, too."
        )
        why_not = "Choose at least one session." if choices else NO_TEACHER
        if chosen:
            of = [session for session in sessions if session.id in chosen]
            why_not = length_problem(typed.strip(), "model") or (lacking(ui, of) if box.open else "")
        if why_not:
            st.info(plain(why_not), icon=":material/info:")
        st.button(
            "Train it",
            key=f"{opened.key}-go",
            type="primary",
            disabled=bool(why_not),
            on_click=_train,
            args=(ui, project, tuple(chosen), opened),
        )


def _choice(session: Session) -> str:
    count = count_of(session.document_count, "document")
    done = f"{percent(session.progress)} of {count} done"
    return f"{session.name or f'Session {session.id}'} ({done})"


def _train(ui: UiState, project: Project, chosen: tuple[int, ...], opened: Once) -> None:
    if opened.is_over:
        return
    name = widget_value(f"{opened.key}-name") or ""
    fields: dict[str, Any] = {"session_ids": chosen, **({"name": name.strip()} if name.strip() else {})}
    with reporting(ui, "train a model"):
        ui.api.train_model(project.id, NewModel.model_validate(fields))
        opened.end()  # it stands over the model that is trained now
    forget(ui)


def _model(
    ui: UiState, project: Project, model: ProjectModel, names: Mapping[int, str], *, may_delete: bool
) -> None:
    with st.container(border=True, key=f"model-{model.id}"):
        details = details_of(ui, model) if model.is_ready else None
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{plain(model.display_name or model.name or f'Model {model.id}')}**", width="content"
            )
            _badge(model)
            if details is not None and (score := score_in_words(details)):
                st.markdown(plain(score), width="content", help=meaning_in_words(details.metrics))
        if model.is_awaited:
            share = min(max(model.progress / 100, 0.0), 1.0)
            st.progress(share, text=f"{status_word(model.status)} · {model.progress:.0f} %")
        elif model.status == ModelStatus.FAILED:
            why = model.description or model.long_description or "The server gives no reason."
            st.error(plain(why), icon=":material/error:")
        if model.sources:
            st.caption(plain(sources_in_words(model.sources, names)))
        if details is not None and (lost := out_of_reach_in_words(details.metrics)):
            st.caption(f":material/info: {plain(lost)}")
        with st.container(horizontal=True):
            if model.is_ready:
                key = f"use-{model.id}"
                box, icon = once(ui, key).key, ":material/rule:"
                with st.popover("Correct with it", icon=icon, key=box, width="content", on_change="rerun"):
                    correction_form(ui, project, [model], key)
            if details is not None:
                _by_class(details)
            if may_delete:
                _deletion(ui, project, model)


def _badge(model: ProjectModel) -> None:
    word = status_word(model.status)
    if model.is_ready:
        st.badge(word, icon=":material/check_circle:", color="green")
    elif model.status == ModelStatus.FAILED:
        st.badge(word, icon=":material/error:", color="red")
    else:
        st.badge(plain(word), icon=":material/hourglass_top:", color="violet")


def _by_class(model: ProjectModelDetails) -> None:
    rows = [row for row in model.metrics.get("classes", ()) if isinstance(row, Mapping)]
    if not rows:
        return
    with st.popover("By class", icon=":material/table_rows:", key=f"by-class-{model.id}", width="content"):
        st.caption("F1, precision and recall of whole tags, of 100. Below 5 tags a class is not promised.")
        figures = {"F1": "f1", "Precision": "precision", "Recall": "recall"}
        table = {
            "Class": [row.get("class") or "–" for row in rows],
            **{name: [_of_hundred(row.get(what)) for row in rows] for name, what in figures.items()},
            "Tags": [row.get("tags") for row in rows],
        }
        height = min(38 + 35 * len(rows), 388)
        st.dataframe(pd.DataFrame(table), hide_index=True, height=height, alt="What it is worth by class.")


def _of_hundred(share: object) -> int | None:
    return round(100 * share) if isinstance(share, (int, float)) else None


def _deletion(ui: UiState, project: Project, model: ProjectModel) -> None:
    with st.popover("Delete", icon=":material/delete:", key=f"delete-model-box-{model.id}", width="content"):
        st.markdown("**Delete this model, for everybody?**")
        st.caption("Correction sessions made with it stay, with what it proposed there. It cannot be undone.")
        st.button(
            "Delete it for good",
            key=f"delete-model-{model.id}",
            type="primary",
            on_click=_delete,
            args=(ui, project, model),
        )


def _delete(ui: UiState, project: Project, model: ProjectModel) -> None:
    with reporting(ui, "delete the model"), suppress(NotFound):  # the second of two clicks finds none
        ui.api.delete_model(project.id, model.id)
        ui.tell("page", "success", f"The model “{model.display_name or model.name}” is deleted.")
    forget(ui)
