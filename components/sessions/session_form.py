"""Name, classes and labels of a session as a form; documents to be added to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import pandas as pd
import streamlit as st

from components.sessions.names_form import names_form
from components.shell.answers import fresh
from components.shell.desk import Desk
from components.shell.page import slot
from components.shell.showing import Once, once, showing
from components.shell.state import SessionKey, widget_value
from components.shell.telling import loading
from labeling.draft.vocabulary import Field
from labeling.editing.session import add_documents, rename_session
from labeling.model import Document, Project, shape_of
from labeling.phrases import count_of, length_problem

PASTED = "pasted-documents"
PROJECT_PAGE = 100
"""Documents of the project shown at a time to choose from."""


@dataclass
class TooLong:
    """What was typed as a session's name and is too long for one."""

    names: dict[SessionKey, str] = field(default_factory=dict)


def session_form(desk: Desk, project: Project) -> None:
    """The form; each thing done in it is a step of the draft, to be saved with Save."""
    name = f"session-name-{desk.session.id}"
    # One that is too long stays there to be shortened.
    long = desk.ui.of(TooLong).names.get(desk.session.key)
    key, typed = showing(desk.ui, name, long or desk.draft.name, partial(_rename, desk))
    st.text_input("Session name", key=key, disabled=desk.read_only, on_change=typed)
    with slot():
        if long:
            st.warning(length_problem(long, "session"), icon=":material/block:")
    shape = shape_of(desk.session.type)
    parts: tuple[tuple[Field, bool], ...] = (("classes", shape.classes), ("labels", shape.labels))
    fields = [what for what, has in parts if has]
    for what, column in zip(fields, st.columns(len(fields)), strict=True):
        with column:
            known = project.labels if what == "labels" and shape.project_labels_only else None
            names_form(desk, what, known)


def _rename(desk: Desk, typed: str | None) -> None:
    name, long = (typed or "").strip(), desk.ui.of(TooLong).names
    long.pop(desk.session.key, None)
    if length_problem(name, "session"):
        long[desk.session.key] = name
    else:
        desk.step(lambda draft: rename_session(draft, name))


def documents_form(desk: Desk) -> None:
    """Add documents: pasted texts, or documents of the project."""
    with st.expander("Add documents", icon=":material/note_add:", key="add-documents-box"):
        if desk.draft.added:
            st.info(f"{len(desk.draft.added)} to be added with the next Save.", icon=":material/pending:")
        pasted, existing = st.tabs(["Paste texts", "From the project"])
        with pasted:
            field = once(desk.ui, PASTED)
            st.text_area("One document a line", key=field.key, height=120, disabled=desk.read_only)
            st.button(
                "Add these texts",
                key=f"{field.key}-add",
                disabled=desk.read_only,
                on_click=_add_pasted,
                args=(desk, field),
            )
        with existing:
            _from_project(desk)


def _add_pasted(desk: Desk, field: Once) -> None:
    if field.is_over:
        return
    texts = [line.strip() for line in (widget_value(field.key) or "").splitlines() if line.strip()]
    if not texts:
        desk.tell("page", "warning", "Paste at least one line of text first.")
    elif desk.took(lambda draft: add_documents(draft, [Document(text=text) for text in texts])):
        field.end()


def _from_project(desk: Desk) -> None:
    search = st.text_input("Search the project's documents", key="project-search", icon=":material/search:")
    with loading("read the project's documents"):
        page = fresh(
            desk.ui,
            f"project-documents-{desk.session.project_id}-{search}",
            lambda: desk.api.project_documents(desk.session.project_id, search=search, limit=PROJECT_PAGE),
        )
    found = [document for document in page.documents if document.id is not None]
    if not found:
        st.caption("No documents found that can be added by their id.")
        return
    event = st.dataframe(
        pd.DataFrame({"id": [d.id for d in found], "text": [" ".join(d.text[:240].split()) for d in found]}),
        key=f"project-documents-{desk.session.project_id}",
        hide_index=True,
        height=min(38 + 35 * len(found), 260),
        on_select="rerun",
        selection_mode="multi-row",
        column_config={"id": st.column_config.NumberColumn("Id", width=60), "text": "Document"},
        alt="Documents of the project. Tick those to add to the session.",
    )
    if page.has_more:
        st.caption(f"The first {len(found)} are shown. Search to find others.")
    picked = [found[row] for row in event["selection"]["rows"] if row < len(found)]
    st.button(
        f"Add {count_of(len(picked), 'document')}" if picked else "Add documents",
        key="add-existing",
        disabled=desk.read_only or not picked,
        on_click=desk.step,
        args=(lambda draft: add_documents(draft, [Document(id=d.id, text=d.text) for d in picked]),),
    )
