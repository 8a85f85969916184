"""All of a project as one file, for its managers, where the server gives one."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass

import streamlit as st

from components.sessions.download import size_in_words
from components.shell.long_work import pressed
from components.shell.markdown import plain
from components.shell.state import UiState
from labeling.errors import LabelingError, explain
from labeling.formats import file_name
from labeling.model import Project, Role, Session

LARGEST = 200 * 1024 * 1024
"""Bytes of an archive that goes through the page: all of it has to be in memory for that."""
TOO_LARGE = (
    "The archive has {:,} MB, which is too much for a page. Whoever runs the server gets it with "
    "`python -m labeling export ADDRESS-OF-THE-API/projects/{} project.zip`."
)


@dataclass
class ProjectArchive:
    """The archive that was made last, of which project, at which look at the page; or why there is none."""

    of: tuple[int, int] | None = None
    data: bytes = b""
    why_not: str = ""


def project_export(ui: UiState, project: Project | None) -> None:
    """The archive is made when asked for, and gone with another look at the page."""
    if project is None or project.role != Role.MANAGER or not ui.api.info().can("export"):
        return
    archive, asked = ui.of(ProjectArchive), (project.id, ui.screen.visit)
    with st.popover("Export the project", icon=":material/archive:", key="export-project", width="content"):
        st.caption(
            "One archive (ZIP of JSON) with all that the server holds: classes, labels, groups, people, "
            "documents, and every session with its tags, done marks and history."
        )
        if pressed(ui, "Prepare the archive", key="export-prepare", kind="primary"):
            ui.others[ProjectArchive] = archive = _made(ui, project)
            archive.of = asked
        if archive.of != asked:
            return
        if archive.why_not:
            st.warning(archive.why_not, icon=":material/warning:")
            return
        name = file_name(Session(id=project.id, project_id=project.id, name=project.name), ".zip")
        st.download_button(
            f"Save {plain(name)}",
            archive.data,
            name,
            "application/zip",
            key="export-save",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
        st.caption(f"{size_in_words(len(archive.data))} · as the server held it when it was prepared")


def _made(ui: UiState, project: Project) -> ProjectArchive:
    with tempfile.TemporaryFile() as file, st.spinner("Reading the project"):
        try:
            ui.api.export_project(project.id, file)
        except LabelingError as error:
            return ProjectArchive(why_not=plain(explain(error, "export the project")))
        size = file.tell()
        if size > LARGEST:
            return ProjectArchive(why_not=TOO_LARGE.format(size // 1024**2, project.id))
        file.seek(0)
        return ProjectArchive(data=file.read())
