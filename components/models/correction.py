"""A new correction session: which model proposes, for how many documents, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.models.reading import models_of
from components.shell.answers import forget
from components.shell.showing import Once, once
from components.shell.state import UiState, widget_value
from components.shell.telling import reporting
from labeling.learned import NewCorrection, ProjectModel
from labeling.model import LONGEST_NAME, Project
from labeling.phrases import length_problem

SAMPLE, MOST = 100, 10_000
"""Documents that are proposed to be taken, and at most."""


@dataclass
class MadeCorrection:
    """Whether a session was just made: a callback cannot go to the page where it is seen itself."""

    is_new: bool = False


def new_correction(ui: UiState, project: Project) -> None:
    """The form on the page New session, where the project has a model that is ready."""
    ready = [model for model in models_of(ui, project.id) or () if model.is_ready]
    if not ready:
        return
    with st.expander("Or correct what a model proposes", icon=":material/rule:", key="new-correction"):
        correction_form(ui, project, ready, "new-correction-form")


def correction_form(ui: UiState, project: Project, models: Sequence[ProjectModel], key: str) -> None:
    """The fields and the button, which closes the box they are in, of which this is the name; a session that
    is made is open on the page Sessions, where it is seen how far it is."""
    made = ui.of(MadeCorrection)
    if made.is_new:
        made.is_new = False
        st.switch_page("pages/sessions.py")
    names = {model.id: model.display_name or model.name or f"Model {model.id}" for model in models}
    number = models[0].id
    if len(models) > 1:
        number = st.selectbox(
            "Model", list(names), format_func=lambda one: names[one], key=f"{key}-model", width=320
        )
    st.number_input(
        "Documents",
        min_value=1,
        max_value=MOST,
        value=SAMPLE,
        step=10,
        key=f"{key}-size",
        help="Taken from those of the project that nobody has done, the least certain ones first.",
    )
    typed = st.text_input("Name", key=f"{key}-name", placeholder=f"{names[number]}, corrected")
    too_long = length_problem(typed.strip(), "session")
    opened = once(ui, key)
    make = partial(_make, ui, project, number, names[number], key, opened)
    st.button(
        "Make the session", key=f"{opened.key}-go", type="primary", disabled=bool(too_long), on_click=make
    )
    if too_long:
        st.caption(f":material/info: {too_long}")


def _make(ui: UiState, project: Project, number: int, model: str, key: str, opened: Once) -> None:
    if opened.is_over:
        return
    opened.end()
    name = (widget_value(f"{key}-name") or "").strip() or f"{model}, corrected"[:LONGEST_NAME]
    size = int(widget_value(f"{key}-size") or SAMPLE)
    made = None
    with reporting(ui, "make the correction session"):
        made = ui.api.create_correction(
            project.id, NewCorrection(model_id=number, sample_size=size, name=name)
        )
    forget(ui)
    if made is not None:
        ui.place.choose_session(project.id, made.id)
        ui.tell(
            "page", "success", f"“{made.name}” is being made: it opens when the model has proposed its tags."
        )
        ui.of(MadeCorrection).is_new = True
