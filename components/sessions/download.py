"""Download a session: choose a format, read every document, save the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from components.shell.desk import Desk
from components.shell.long_work import pressed, read_everything
from components.shell.markdown import plain
from components.shell.telling import loading
from labeling.documents.reader import Reader
from labeling.draft.decided import Decision
from labeling.draft.document import Loaded
from labeling.errors import LabelingError, NotSignedIn, explain
from labeling.formats import EXPORTS, Format, file_name
from labeling.phrases import count_of
from labeling.reviewing.provenance import with_provenance
from labeling.store.review_values import ReviewKey

_WITH_DECISIONS = "It says of each tag how it was decided, and what each session had there."
NO_DECISIONS = "How each tag was decided is not in it."
_BY_TITLE = {export.title: export for export in EXPORTS}


class Made(NamedTuple):
    """A file, how many documents were read for it, and what it does not hold of them, in words."""

    data: bytes
    read: int
    lost: Sequence[str]


@dataclass
class Prepared:
    """The file that was made last, and what was asked for: it is offered until that is something else."""

    asked: object = None
    made: Made | None = None


def download(desk: Desk) -> None:
    """What the server holds, as a file.

    It is made when asked for, and gone with one's next save or another look at the page.
    """
    key = f"{desk.session.project_id}-{desk.session.id}"
    with st.popover("Download", icon=":material/download:", key=f"download-box-{key}", width="content"):
        title = st.selectbox("Format", list(_BY_TITLE), key=f"download-format-{key}")
        export = _BY_TITLE[title]
        st.caption(export.about)
        st.caption("*New session* reads each of them again.")
        decided = _decisions(desk)
        if decided:
            st.caption(_WITH_DECISIONS if export.decided else NO_DECISIONS)
        if desk.draft.is_changed:
            st.caption(":material/info: Your unsaved changes are not in it. Save them first.")
        prepared = desk.ui.of(Prepared)
        asked = (desk.session.key, title, desk.ui.answers.writes, desk.ui.screen.visit)
        if pressed(desk.ui, "Prepare the file", key=f"download-prepare-{key}", kind="primary"):
            prepared.asked, prepared.made = asked, _make(desk, export, decided)
        elif prepared.asked != asked:
            prepared.made = None
        if prepared.made is not None:
            _offer(desk, export, prepared.made)


def _decisions(desk: Desk) -> dict[str, list[Decision]]:
    """What was decided of the session, as far as this installation knows, by the documents' keys."""
    assert desk.ui.store is not None
    key = ReviewKey(str(desk.session.project_id), desk.session.lasting_name)
    found: dict[str, list[Decision]] = {}
    with loading("read what was decided"):
        for one in desk.ui.store.review(desk.ui.api_name).decisions(key):
            if one.decision is not None:
                found.setdefault(one.document, []).append(one.decision)
    return found


def _make(desk: Desk, export: Format, decided: Mapping[str, Sequence[Decision]]) -> Made | None:
    """Read the documents with progress; None when that fails, which is said."""
    read = _read(desk, is_decided=bool(decided))
    if read is None:
        return None
    items, names = read
    documents = [item.document for item in items]
    lost: tuple[str, ...] = ()
    write = export.write
    if decided and export.decided is not None:
        documents = with_provenance(((item.key, item.document) for item in items), decided, names)
        write = export.decided
    elif decided:
        lost = (NO_DECISIONS,)
    assert write is not None
    data = b"".join(write(desk.session, documents))
    return Made(data, len(documents), (*export.cannot_hold(documents), *lost))


def _offer(desk: Desk, export: Format, made: Made) -> None:
    """The button that saves the file, and what is to be known before."""
    if made.lost:
        st.warning(
            f"{export.title} does not hold all of it: {plain(' '.join(made.lost))}",
            icon=":material/warning:",
        )
    if made.read != desk.session.document_count:
        st.warning(
            f"The server says that the session has {desk.session.document_count:,} documents; "
            f"{made.read:,} could be read."
        )
    name = file_name(desk.session, export.suffix)
    st.download_button(
        f"Save {name}",
        made.data,
        name,
        export.mime,
        key=f"download-save-{desk.session.project_id}-{desk.session.id}",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    count = count_of(made.read, "document")
    st.caption(f"{count} · {size_in_words(len(made.data))} · as the server held them when it was prepared")


def _read(desk: Desk, *, is_decided: bool) -> tuple[list[Loaded], dict[str, str]] | None:
    """The documents; where they were decided also what the project's sessions are called, by their lasting
    names."""
    try:
        loaded = read_everything(Reader(desk.api, desk.session))
        sessions = desk.api.sessions(desk.session.project_id) if is_decided else ()
    except NotSignedIn:
        desk.ui.sign_in.is_over = True
        st.rerun()
    except LabelingError as error:
        st.error(plain(explain(error, "read the documents")), icon=":material/error:")
        return None
    names = {one.lasting_name: one.name or f"Session {one.id}" for one in sessions}
    return [item for item in loaded if not item.document.fault], names


def size_in_words(count: int) -> str:
    """So many bytes: `1.2 MB`."""
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(count / 1000, 0.1):.1f} kB"
