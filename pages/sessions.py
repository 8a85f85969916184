"""Sessions: pick a project and a session; edit name, classes and labels."""

import streamlit as st

from components.saving.changes import changes, standing_of_work
from components.saving.panel import save_result
from components.sessions.download import download
from components.sessions.old_drafts import old_drafts
from components.sessions.session_form import documents_form, session_form
from components.sessions.session_list import session_facts, session_list
from components.shell.link import link
from components.shell.page import frame, slot
from components.shell.pickers import pick_project, sessions_of
from labeling.access import read_only_reason

ui, api = frame("Sessions")
project = pick_project(ui, api)
session = session_list(ui, project, sessions_of(ui, api, project))
link(ui)
with slot():
    old_drafts(ui, api)
if session is None:
    st.stop()

why = read_only_reason(session, project.role)
locked = why or ui.save.refused(session)
with st.container(border=True):
    session_facts(session)
    with st.container(horizontal=True):
        if st.button("Annotate", key="open-annotate", type="primary", icon=":material/sell:"):
            st.switch_page("pages/annotate.py")
        download(ui, api, session)
with slot():
    if locked:
        st.info(locked, icon=":material/lock:")
changes(ui, api, session, read_only=why)
with slot():
    standing_of_work(ui, session)
    save_result(ui, api, session)
session_form(ui, api, session, project, read_only=bool(locked))
documents_form(ui, api, session, read_only=bool(locked))
