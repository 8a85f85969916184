"""Copies of a session that this app keeps, where its server keeps no history."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.review.history_documents import ChangedText, class_choice, documents, restore
from components.review.place import say, word
from components.review.reviewer import Reviewer, reviewer
from components.review.tables import height_of
from components.shell.desk import Desk
from components.shell.long_work import pressed, read_everything
from components.shell.state import ROW_CHOICE, row_choice
from components.shell.telling import loading, reporting
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.model import Document
from labeling.phrases import count_of
from labeling.store.review_values import DocumentState, OwnSave

COPY = "copy"
"""The word of the address that names the copy."""


def copies(desk: Desk) -> None:
    """A way to keep one now, those that there are, and what is another since the chosen one."""
    at = reviewer(desk)
    st.info(
        "This Studio API keeps no history. A copy of the session as it is saved can be kept here, in this "
        "installation; what changes after it can be seen, and taken back.",
        icon=":material/info:",
    )
    if pressed(desk.ui, "Keep a copy now", key="history-keep", icon=":material/photo_camera:"):
        _keep(desk, at)
    with loading("read the copies"):
        kept = at.store.snapshots.all(at.key)
    if not kept:
        return
    chosen = _table(desk, kept)
    if chosen is None:
        return
    classes = class_choice(desk)
    with loading("read the copy and the session"):
        found = _since(desk, at, chosen)
    name = f"all since the copy of {chosen.at:%d %b %Y %H:%M}" if chosen.at else "all since a copy"
    st.button(
        "Restore all of it",
        key="history-restore-all",
        icon=":material/undo:",
        disabled=desk.read_only or not found,
        on_click=restore,
        args=(desk, lambda: found, classes, name),
    )
    if not found:
        st.success("The session is as it was when the copy was kept.", icon=":material/check_circle:")
    documents(desk, found, classes, name)


def _keep(desk: Desk, at: Reviewer) -> None:
    with loading("read the session"):
        read = read_everything(Reader(desk.api, desk.session))
    with reporting(desk.ui, "keep a copy"):
        states = [DocumentState(one.key, one.document.model_dump(mode="json", by_alias=True)) for one in read]
        at.store.snapshots.add(at.key, at.who, {"documents": len(states)}, states)
        desk.tell("page", "success", f"A copy of {count_of(len(states), 'document')} is kept.")
    st.rerun()


def _table(desk: Desk, kept: Sequence[OwnSave]) -> OwnSave | None:
    newest = list(reversed(kept))
    said = word(desk.ui, COPY)
    chosen = int(said) if said.isdecimal() else None
    key = f"history-copies-{desk.session.id}"
    numbers = [one.number for one in newest]
    chose = row_choice(key, numbers, chosen, lambda number: say(desk.ui, **{COPY: str(number)}))
    frame = pd.DataFrame(
        {
            "at": [one.at for one in newest],
            "who": [one.by.name or "–" for one in newest],
            "documents": [one.body.get("documents", 0) for one in newest],
        }
    )
    column = st.column_config
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=height_of(len(newest), 6),
        row_height=35,
        on_select=chose,
        selection_mode=ROW_CHOICE,
        column_config={
            "at": column.DatetimeColumn("Kept", format="YYYY-MM-DD HH:mm", timezone=st.context.timezone),
            "who": column.TextColumn("By"),
            "documents": column.NumberColumn("Documents", format="localized"),
        },
        alt="Copies of the session. Choose one to see what is another since then.",
    )
    return next((one for one in newest if one.number == chosen), None)


def _since(desk: Desk, at: Reviewer, copy: OwnSave) -> list[ChangedText]:
    """The documents that are another than in the copy."""
    was = {one.document: one.body for one in at.store.snapshots.documents(at.key, copy.number)}
    now: Sequence[Loaded] = read_everything(Reader(desk.api, desk.session))
    found = []
    for one in now:
        if one.key not in was:
            continue
        before = Document.model_validate(was[one.key])
        changed = ChangedText(before, one.document, one.position)
        if changed.changes or changed.done_before is not None:
            found.append(changed)
    return found
