"""Name, classes and labels of a session as a form; documents to be added to it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.frame import fresh, loading
from components.state import ROW_CHOICE, UiState, select_row, selected_row, set_widget, widget_value
from components.words import plain
from labeling.client import LabelingClient
from labeling.draft import Change, Draft
from labeling.model import Document, Project, Session, shape_of
from labeling.names import (
    SINGULAR,
    Field,
    add_documents,
    add_name,
    move_name,
    remove_name,
    rename_name,
    rename_session,
    uses_in,
    uses_in_draft,
)
from labeling.reading import Reader
from labeling.rows import Refused

PROJECT_PAGE = 100
"""Documents of the project shown at a time to choose from."""


def session_form(
    ui: UiState, api: LabelingClient, session: Session, project: Project, *, read_only: bool
) -> None:
    """The form; each thing done in it is a step of the draft, to be saved with Save."""
    draft = ui.draft_of(session)
    key = f"session-name-{session.id}"
    set_widget(key, draft.name)
    st.text_input(
        "Session name",
        key=key,
        disabled=read_only,
        on_change=lambda: _take(ui, session, rename_session(ui.draft_of(session), widget_value(key))),
    )
    shape = shape_of(session.type)
    fields: list[Field] = [*(["classes"] if shape.classes else []), *(["labels"] if shape.labels else [])]  # type: ignore[list-item]
    for field, column in zip(fields, st.columns(len(fields)), strict=True):
        with column:
            known = project.labels if field == "labels" and shape.project_labels_only else None
            _names(ui, api, session, draft, field, known, read_only)


def documents_form(ui: UiState, api: LabelingClient, session: Session, *, read_only: bool) -> None:
    """Add documents: pasted texts, or documents of the project."""
    draft = ui.draft_of(session)
    with st.expander("Add documents", icon=":material/note_add:", key="add-documents-box"):
        if draft.added:
            st.info(f"{len(draft.added)} to be added with the next Save.", icon=":material/pending:")
        pasted, existing = st.tabs(["Paste texts", "From the project"])
        with pasted:
            st.text_area("One document a line", key="pasted-documents", height=120, disabled=read_only)
            st.button(
                "Add these texts",
                key="add-pasted",
                disabled=read_only,
                on_click=_add_pasted,
                args=(ui, api, session),
            )
        with existing:
            _from_project(ui, api, session, read_only)


def _names(
    ui: UiState,
    api: LabelingClient,
    session: Session,
    draft: Draft,
    field: Field,
    known: Sequence[str] | None,
    read_only: bool,
) -> None:
    """One list of names: choose one to move, rename or remove it; add another below."""
    names = draft.classes if field == "classes" else draft.labels
    one = SINGULAR[field]
    st.markdown(f"**{field.capitalize()}**")
    key = f"{field}-{session.id}"
    chosen_name = ui.kept.get(f"chosen-{key}")
    chosen = chosen_name if chosen_name in names else None
    select_row(key, None if chosen is None else names.index(chosen))
    if names:
        st.dataframe(
            pd.DataFrame({"name": list(names)}),
            key=key,
            hide_index=True,
            height=min(38 + 35 * len(names), 260),
            row_height=35,
            on_select=lambda: _choose(ui, key, names),
            selection_mode=ROW_CHOICE,
            column_config={"name": st.column_config.TextColumn(field.capitalize())},
            alt=f"The {field} of the session in their order. Choose one to move, rename or remove it.",
        )
    else:
        st.caption(f"No {field} yet.")
    idle = read_only or chosen is None
    with st.container(horizontal=True):
        for word, icon, by in (
            ("Up", ":material/arrow_upward:", -1),
            ("Down", ":material/arrow_downward:", 1),
        ):
            st.button(
                "",
                key=f"{word}-{key}",
                icon=icon,
                disabled=idle,
                help=f"Move the chosen {one} {word.lower()}",
                on_click=_move,
                args=(ui, session, field, chosen, by),
            )
        with st.popover("Rename", disabled=idle, key=f"rename-box-{key}"):
            new = st.text_input(
                f"New name of {plain(chosen or '')}", key=f"new-name-{key}-{chosen}", value=chosen or ""
            )
            if st.button("Rename", key=f"rename-{key}", type="primary") and chosen is not None:
                with loading(f"count the uses of {chosen}"), st.spinner("Counting uses"):
                    uses = _uses(api, session, draft, field, chosen)
                _take(ui, session, rename_name(draft, field, chosen, new, uses))
                st.rerun()
        if st.button("Remove", key=f"remove-{key}", disabled=idle) and chosen is not None:
            with loading(f"count the uses of {chosen}"), st.spinner("Counting uses"):
                uses = _uses(api, session, draft, field, chosen)
            _take(ui, session, remove_name(draft, field, chosen, uses))
            st.rerun()
    add_key = f"add-{key}"
    if known is None:
        st.text_input(
            f"Add a {one}",
            key=add_key,
            placeholder=f"Name of a new {one}, then Enter",
            disabled=read_only,
            on_change=lambda: _add_name(ui, session, field, add_key),
        )
    else:
        st.selectbox(
            f"Add a {one} of the project",
            [name for name in known if name not in names],
            index=None,
            key=add_key,
            placeholder="In this type of session, labels are the project's",
            disabled=read_only,
            on_change=lambda: _add_name(ui, session, field, add_key),
        )


def _choose(ui: UiState, key: str, names: Sequence[str]) -> None:
    row = selected_row(key)
    if row is not None and row < len(names):
        ui.kept[f"chosen-{key}"] = names[row]


def _move(ui: UiState, session: Session, field: Field, name: str, by: int) -> None:
    _take(ui, session, move_name(ui.draft_of(session), field, name, by))


def _add_name(ui: UiState, session: Session, field: Field, key: str) -> None:
    name = widget_value(key)
    if name and _took(ui, session, add_name(ui.draft_of(session), field, name)):
        set_widget(key, None if field == "labels" and shape_of(session.type).project_labels_only else "")


def _take(ui: UiState, session: Session, outcome: Change | Refused) -> None:
    _took(ui, session, outcome)


def _took(ui: UiState, session: Session, outcome: Change | Refused) -> bool:
    """Whether the draft took it; a refusal is told on the next screen."""
    if isinstance(outcome, Refused):
        ui.notice("warning", outcome.reason)
        return False
    ui.take(session, outcome)
    return True


def _uses(api: LabelingClient, session: Session, draft: Draft, field: Field, name: str) -> int:
    """In how many documents a name is used, the draft's changes included."""
    if api.info().can("filters"):
        class_, label = (name, "") if field == "classes" else ("", name)
        page = api.documents(session.project_id, session.id, offset=0, limit=1, class_=class_, label=label)
        on_server = page.total or 0
    else:
        on_server = sum(uses_in(item.document.segments, field, name) for item in Reader(api, session).each())
    return uses_in_draft(draft.documents.values(), field, name, on_server)


def _add_pasted(ui: UiState, api: LabelingClient, session: Session) -> None:
    texts = [line.strip() for line in (widget_value("pasted-documents") or "").splitlines() if line.strip()]
    if not texts:
        ui.notice("warning", "Paste at least one line of text first.")
    elif _took(ui, session, add_documents(ui.draft_of(session), [Document(text=text) for text in texts])):
        set_widget("pasted-documents", "")


def _from_project(ui: UiState, api: LabelingClient, session: Session, read_only: bool) -> None:
    search = st.text_input("Search the project's documents", key="project-search", icon=":material/search:")
    with loading("read the project's documents"):
        page = fresh(
            ui,
            f"project-documents-{session.project_id}-{search}",
            lambda: api.project_documents(session.project_id, search=search, limit=PROJECT_PAGE),
        )
    found = [document for document in page.documents if document.id is not None]
    if not found:
        st.caption("No documents found that can be added by their id.")
        return
    event = st.dataframe(
        pd.DataFrame({"id": [d.id for d in found], "text": [" ".join(d.text[:240].split()) for d in found]}),
        key=f"project-documents-{session.project_id}",
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
        f"Add {len(picked)} {'document' if len(picked) == 1 else 'documents'}" if picked else "Add documents",
        key="add-existing",
        disabled=read_only or not picked,
        on_click=lambda: _take(
            ui,
            session,
            add_documents(ui.draft_of(session), [Document(id=d.id, text=d.text) for d in picked]),
        ),
    )
