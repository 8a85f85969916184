"""The form of a new session: where it goes and what it is called, with its classes and labels."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.new_session.fields import (
    HERE,
    MADE,
    AnyProject,
    chosen_project,
    chosen_shape,
    filled,
    proposed_name,
    where_key,
)
from components.new_session.rounds import hold, key, proposed_key, set_proposed, start
from components.new_session.typed import take_typed_names
from components.shell.answers import fresh
from components.shell.compat import end_page
from components.shell.markdown import plain
from components.shell.pickers import pick_project
from components.shell.state import UiState, widget_value
from components.shell.telling import loading
from labeling.model import SENTIMENTS, Project, Type, unique
from labeling.studio.creation import TYPES

PRESETS = {
    "classes": (("PER", "ORG", "LOC", "MISC"),),
    "labels": (SENTIMENTS, ("yes", "no")),
}
"""Lists of names to begin with."""


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
        end_page()
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


def name_form(project: AnyProject) -> None:
    """Name, classes and labels: proposed from the project and the file until the person changes them."""
    form = filled(project)
    shape = chosen_shape(project)
    known = project if isinstance(project, Project) else None
    # As a placeholder: a value that came while somebody types would take the field from under the fingers.
    st.text_input(
        "Session name",
        key=key("name"),
        placeholder=proposed_name(form.given, form.records),
        persist_state="session",
    )
    fields = [name for name, has in (("classes", shape.classes), ("labels", shape.labels)) if has]
    for field in fields:
        if field == "labels" and shape.project_labels_only and known is not None:
            st.caption(f"Labels: the project's, {plain(', '.join(known.labels))}")
            continue
        first = getattr(known, field) if known is not None else _first_names(field, project)
        proposal = unique((*first, *getattr(form.records, field), *getattr(form.imported, field)))
        _list_of_names(field, proposal)
    take_typed_names()
    if known is None:
        st.caption(f"The new project gets the same {' and '.join(fields)}.")


def _list_of_names(field: str, proposal: tuple[str, ...]) -> None:
    place = proposed_key(field, proposal)
    chosen = widget_value(place) or []
    known = unique((*chosen, *proposal))
    st.multiselect(
        field.capitalize(),
        known,
        key=place,
        on_change=hold,
        args=(field, place, known),
        accept_new_options=True,
        wrap=True,
        placeholder="Type a name, then Enter",
        help="Several at once are separated by commas.",
        persist_state="session",
    )
    # Always there: where an element goes, those below are drawn anew, with what is being typed in them.
    with st.container(horizontal=True, gap="xsmall", key=key(f"presets-{field}")):
        for names in PRESETS[field] if not chosen else ():
            st.button(
                ", ".join(names),
                key=key(f"preset-{field}-{names[0]}"),
                icon=":material/add:",
                on_click=set_proposed,
                args=(field, names),
                type="tertiary",
                help=f"Begin with these {field}",
            )


def _new_project() -> None:
    st.text_input("Project name", key=key("project-name"), persist_state="session")
    st.radio(
        "Type",
        list(TYPES),
        captions=list(TYPES.values()),
        key=key("project-type"),
        persist_state="session",
    )


def _first_names(field: str, project: AnyProject) -> tuple[str, ...]:
    """What a new project starts with."""
    is_absa = project is not None and project.type == Type.ABSA
    return SENTIMENTS if field == "labels" and is_absa else ()
