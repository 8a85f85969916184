"""Download a session: choose a format, read every document, save the file."""

from __future__ import annotations

import streamlit as st

from components.shell.desk import Desk
from components.shell.long_work import read_everything
from components.shell.markdown import plain
from labeling.documents.reader import Reader
from labeling.errors import LabelingError, NotSignedIn, explain
from labeling.formats import EXPORTS, Format, file_name
from labeling.model import Document
from labeling.phrases import count_of

_BY_TITLE = {export.title: export for export in EXPORTS}


def download(desk: Desk) -> None:
    """What the server holds, as a file.

    It is made when asked for and not kept, so it is never out of date.
    """
    key = f"{desk.session.project_id}-{desk.session.id}"
    with st.popover("Download", icon=":material/download:", key=f"download-box-{key}", width="content"):
        title = st.selectbox("Format", list(_BY_TITLE), key=f"download-format-{key}")
        export = _BY_TITLE[title]
        st.caption(export.about)
        st.caption("*New session* reads each of them again.")
        if desk.draft.is_changed:
            st.caption(":material/info: Your unsaved changes are not in it. Save them first.")
        if st.button("Prepare the file", key=f"download-prepare-{key}", type="primary"):
            _offer(desk, export)


def _offer(desk: Desk, export: Format) -> None:
    """Read the documents with progress, then the button that saves them."""
    documents = _read(desk)
    if documents is None:
        return
    assert export.write is not None
    data = b"".join(export.write(desk.session, documents))
    if lost := export.cannot_hold(documents):
        st.warning(
            f"{export.title} does not hold all of it: {plain(' '.join(lost))}", icon=":material/warning:"
        )
    if len(documents) != desk.session.document_count:
        st.warning(
            f"The server says that the session has {desk.session.document_count:,} documents; "
            f"{len(documents):,} could be read."
        )
    name = file_name(desk.session, export.suffix)
    st.download_button(
        f"Save {name}",
        data,
        name,
        export.mime,
        key=f"download-save-{desk.session.project_id}-{desk.session.id}",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    count = count_of(len(documents), "document")
    st.caption(f"{count} · {_size(len(data))} · as the server holds them now")


def _read(desk: Desk) -> list[Document] | None:
    try:
        loaded = read_everything(Reader(desk.api, desk.session))
    except NotSignedIn:
        desk.ui.sign_in.is_over = True
        st.rerun()
    except LabelingError as error:
        st.error(plain(explain(error, "read the documents")), icon=":material/error:")
        return None
    return [item.document for item in loaded if not item.document.fault]


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(count / 1000, 0.1):.1f} kB"
