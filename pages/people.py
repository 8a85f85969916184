"""People: who works in a project, in which role, and who is invited."""

import streamlit as st

from components.people.inviting import invite
from components.people.members import members
from components.shell.link import link
from components.shell.page import start
from components.shell.pickers import pick_project
from components.shell.telling import loading
from labeling.model import Role

ui = start("People")
project = pick_project(ui)
link(ui)
with loading("ask what the server can do"):
    tells_people = ui.api.info().can("people")
if not tells_people:
    st.info(
        "This Studio API does not tell who works in a project: ask whoever runs the Studio to change that.",
        icon=":material/info:",
    )
else:
    if project.role == Role.MANAGER:
        invite(ui, project)
    else:
        st.info("Managers of the project see everybody here, and invite others.", icon=":material/info:")
    members(ui, project)
