"""The form of a new session: where it goes, where its documents come from, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.new_session.fields import (
    BLOCKS,
    CSV,
    FIND,
    HEADERS,
    HERE,
    JSON,
    JSONL,
    LINES,
    MADE,
    NO_COLUMN,
    PASTE,
    AnyProject,
    Source,
    chosen_columns,
    chosen_import,
    chosen_project,
    chosen_shape,
    chosen_source,
    column_key,
    hold,
    key,
    proposed_key,
    proposed_name,
    read_source,
    start,
    where_key,
)
from components.shell.answers import fresh
from components.shell.pickers import pick_project
from components.shell.state import UiState, widget_value
from components.shell.telling import loading
from labeling.formats.csv_file import SEPARATORS
from labeling.formats.encodings import ENCODINGS
from labeling.formats.records import Records
from labeling.model import LONGEST_NAME, SENTIMENTS, Project, Shape, Type, unique
from labeling.studio.creation import TYPES, as_text

LARGEST_FILE = 20
"""Megabytes of an uploaded file."""
_ABOUT = {
    CSV: "A table with one text a row, its cells separated by commas, semicolons, tabs or bars; or "
    "an Excel workbook; or a *Download* as CSV or XLSX.",
    JSONL: 'An object a line, `{"text": "Kind staff"}`, and with tags if you have them: `"segments": '
    '[{"span": [0, 4], "tags": [{"class": "Staff", "label": "POS"}]}]`. Spans count characters from 0.',
    JSON: "A session as *Download* writes it: an object with `documents`, and its classes and labels. A list "
    "of documents or of texts, and tasks of Label Studio, are read as well.",
}


def target_form(ui: UiState) -> AnyProject:
    """A project picked, or one to be made where the server can."""
    with loading("read the projects"):
        can_add = ui.api.info().can("add-project")
        projects = fresh(ui, "projects", ui.api.projects)
    if not (can_add or projects):
        st.info(
            "There is no project yet, and this server lets nobody make one through its API. "
            "Ask whoever runs it for a project.",
            icon=":material/info:",
        )
        st.stop()
    if can_add:
        start(where_key(ui), HERE if projects else MADE)
        _one_of("Where", [HERE, MADE], where_key(ui), disabled=not projects)
    else:
        st.caption("This server lets nobody make projects through its API: pick one that is there.")
    if widget_value(where_key(ui)) == MADE:
        _new_project()
    else:
        pick_project(ui)
    with loading("read the projects"):
        return chosen_project(ui)


def _one_of(title: str, options: Sequence[str], place: str, *, disabled: bool = False) -> None:
    st.segmented_control(
        title,
        options,
        required=True,
        key=place,
        label_visibility="collapsed",
        disabled=disabled,
        persist_state="session",
    )


def source_form(project: AnyProject) -> None:
    """Pasted text or a file, and which of its columns mean what."""
    start(key("source"), PASTE)
    _one_of("Documents", [PASTE, CSV, JSONL, JSON], key("source"))
    kind = chosen_source().kind
    if kind == PASTE:
        _paste()
        return
    st.file_uploader(
        f"{kind} file",
        type=["csv", "tsv", "txt", "xlsx"] if kind == CSV else ["json", "jsonl", "ndjson", "txt"],
        key=key(kind),
        max_upload_size=LARGEST_FILE,
        label_visibility="collapsed",
    )
    source = chosen_source()
    if source.is_empty:
        st.caption(_ABOUT[kind])
        return
    if kind == CSV:
        _table_options(source)
    records = read_source(chosen_source())
    if not records.problem and (kind == CSV or len(records.columns) > 1):
        _columns(records, chosen_shape(project))


def name_form(project: AnyProject) -> None:
    """Name, classes and labels: proposed from the project and the file until the person changes them."""
    _, records, found = chosen_import(project)
    shape = chosen_shape(project)
    known = project if isinstance(project, Project) else None
    # As a placeholder: a value that came while somebody types would take the field from under the fingers.
    st.text_input(
        "Session name",
        key=key("name"),
        max_chars=LONGEST_NAME,
        placeholder=proposed_name(records),
        persist_state="session",
    )
    fields = [name for name, has in (("classes", shape.classes), ("labels", shape.labels)) if has]
    for field, column in zip(fields, st.columns(len(fields)), strict=True):
        if field == "labels" and shape.project_labels_only and known is not None:
            column.text_area("Labels (the project's)", as_text(known.labels), height=130, disabled=True)
            continue
        first = getattr(known, field) if known is not None else _first_names(field, project)
        names = unique((*first, *getattr(records, field), *getattr(found, field)))
        place = proposed_key(field, as_text(names))
        column.text_area(
            field.capitalize(),
            key=place,
            height=130,
            on_change=hold,
            args=(field, place),
            placeholder="One a line, or separated by commas",
            persist_state="session",
        )
    if known is None:
        st.caption(f"The new project gets the same {' and '.join(fields)}.")


def _new_project() -> None:
    st.text_input("Project name", key=key("project-name"), max_chars=LONGEST_NAME, persist_state="session")
    st.radio(
        "Type",
        list(TYPES),
        captions=list(TYPES.values()),
        key=key("project-type"),
        persist_state="session",
    )


def _paste() -> None:
    st.text_area(
        "Texts",
        key=key("paste"),
        height=200,
        placeholder="The staff were kind.\nThe room was small, but the breakfast made up for it.",
        label_visibility="collapsed",
        persist_state="session",
    )
    start(key("split"), LINES)
    st.segmented_control(
        "A document is", [LINES, BLOCKS], required=True, key=key("split"), persist_state="session"
    )


def _table_options(source: Source) -> None:
    """How the file is written, where it was read wrongly; a workbook says most of it itself."""
    fields: dict[str, tuple[str, list[str]]] = {"Names of the columns": ("header", list(HEADERS))}
    if not source.is_workbook:
        text = {
            "Encoding": ("encoding", [FIND, *ENCODINGS]),
            "Separator": ("separator", [FIND, *SEPARATORS.values()]),
        }
        fields = text | fields
    for place, (title, (name, options)) in zip(st.columns(3), fields.items(), strict=False):
        place.selectbox(title, options, key=key(name), persist_state="session")


def _columns(records: Records, shape: Shape) -> None:
    """Which column is the text, and which tag the whole document."""
    choice = chosen_columns(records, shape)
    with_none = (NO_COLUMN, *records.columns)
    fields = [("text", choice.text, records.columns)]
    fields += [("class", choice.class_, with_none)] if shape.classes else []
    fields += [("label", choice.label, with_none)] if shape.labels else []
    for (field, chosen, options), place in zip(fields, st.columns(len(fields)), strict=True):
        start(column_key(field, records), chosen or NO_COLUMN)
        place.selectbox(f"{field.capitalize()} column", options, key=column_key(field, records))
    st.caption("A class or a label tags the whole document. Other columns are left out.")


def _first_names(field: str, project: AnyProject) -> tuple[str, ...]:
    """What a new project starts with."""
    is_absa = project is not None and project.type == Type.ABSA
    return SENTIMENTS if field == "labels" and is_absa else ()
