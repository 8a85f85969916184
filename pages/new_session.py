"""New session: from pasted text or a file, into a project picked or made here."""

import streamlit as st

from components.models.correction import new_correction
from components.new_session.create import carry_out, create_button, wait_for_it
from components.new_session.fields import filled
from components.new_session.form import name_form, target_form
from components.new_session.preview import import_counts, import_preview, where_it_goes
from components.new_session.reading import bar_place
from components.new_session.source import reading_form, source_form
from components.shell.link import link
from components.shell.page import start
from labeling.model import Project

ui = start("New session")
carry_out(ui)
form, preview = st.columns([5, 6], gap="large")
with form:
    st.subheader("Documents", anchor=False)
    source_form()
    bar_place()
    as_read = st.container()
    st.subheader("Project", anchor=False)
    project = target_form(ui)
    link(ui)
    with as_read:
        reading_form(project)
    if isinstance(project, Project):
        new_correction(ui, project)
    st.subheader("Session", anchor=False)
    name_form(project)
with preview, st.container(key="preview"):
    st.subheader("Preview", anchor=False)
    as_filled = filled(project)
    import_counts(as_filled)
    where_it_goes(as_filled)
    create_button(ui, as_filled)
    import_preview(as_filled)
wait_for_it(ui)
