"""Delete a session for good, after a question that says what goes and what stays."""

from __future__ import annotations

import streamlit as st

from components.shell.answers import forget
from components.shell.desk import Desk
from components.shell.telling import reporting
from labeling.model import Project, Role
from labeling.phrases import count_of


def deletion(desk: Desk, project: Project) -> None:
    """The question, for managers, and for people of whom the server does not say what they are."""
    session = desk.session
    if session.is_busy or project.role not in (None, Role.MANAGER):
        return
    key = f"{session.project_id}-{session.id}"
    with st.popover("Delete", icon=":material/delete:", key=f"delete-box-{key}", width="content"):
        st.markdown("**Delete this session, for everybody?**")
        st.caption(
            f"Its tags in {count_of(session.document_count, 'document')} go, and their history. "
            "The documents themselves stay in the project. "
            "It cannot be undone: *Download* it first if you may want it again."
        )
        if desk.draft.is_changed:
            st.caption(":material/info: Your unsaved changes stay, as a draft on this page.")
        st.button("Delete it for good", key=f"delete-{key}", type="primary", on_click=_delete, args=(desk,))


def _delete(desk: Desk) -> None:
    ui, session = desk.ui, desk.session
    with reporting(ui, "delete the session"):
        ui.api.delete_session(session.project_id, session.id)
        ui.place.choose_session(session.project_id, None)
        ui.tell("page", "success", f"“{session.name}” is deleted; what it held goes by and by.")
    forget(ui)
