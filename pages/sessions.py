"""Sessions of all projects, or of one: pick one; edit its name, classes and labels."""

import streamlit as st

from components.models.panel import models_panel
from components.models.reading import made_share, predicted_score
from components.saving.changes import changes, changes_bar, standing_of_work
from components.saving.panel import save_result
from components.sessions.deletion import deletion
from components.sessions.download import download
from components.sessions.old_drafts import old_drafts
from components.sessions.project_export import project_export
from components.sessions.session_form import documents_form, session_form
from components.sessions.session_list import session_list
from components.shell.desk import desk_at
from components.shell.link import link
from components.shell.long_work import pressed
from components.shell.page import slot, start
from components.shell.pickers import pick_projects
from components.shell.status import session_facts
from components.shell.telling import why_locked

ui = start("Sessions")
projects, project = pick_projects(ui)
session = session_list(ui, projects, project)
link(ui)
with slot():
    project_export(ui, project)
with slot():
    models_panel(ui, project)
with slot():
    old_drafts(ui)
if session is not None and project is not None:
    desk = desk_at(ui, session, project)
    with st.container(border=True):
        session_facts(session, predicted_score(ui, session), made_share(ui, session))
        with st.container(horizontal=True):
            if pressed(ui, "Annotate", key="open-annotate", kind="primary", icon=":material/sell:"):
                st.switch_page("pages/annotate.py")
            download(desk)
            deletion(desk, project)
    with slot():
        why_locked(desk)
    # It stays in sight, with what a save says, wherever in the form one is.
    with st.container(key="work-bar"):
        with st.container(horizontal=True, vertical_alignment="center", key="work-line"):
            standing = slot()
            with changes_bar():
                changes(desk)
        with standing:
            standing_of_work(desk)
        save_result(desk)
    session_form(desk, project)
    documents_form(desk)
