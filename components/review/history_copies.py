"""Copies of a session that this app keeps, where its server keeps no history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st

from components.review.history_documents import ChangedText, class_choice, documents, restore
from components.review.place import say, word
from components.review.reviewer import Reviewer, reviewer
from components.review.tables import height_of
from components.shell.desk import Desk
from components.shell.long_work import pressed, read_everything
from components.shell.naming import name_of, within
from components.shell.state import ROW_CHOICE, row_choice
from components.shell.telling import loading, reporting
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.model import Document
from labeling.phrases import count_of
from labeling.store.review_values import DocumentState, OwnSave

CHOSEN = "copy"
"""The word of the address that names the copy or the save: `c3`, `s2`."""


class KeptState(NamedTuple):
    """A copy, or a save that was made with this app."""

    is_copy: bool
    kept: OwnSave

    @property
    def word(self) -> str:
        return f"{'c' if self.is_copy else 's'}{self.kept.number}"


def copies(desk: Desk) -> None:
    """A way to keep one now, those that there are with the saves made here, and what the chosen one tells."""
    at = reviewer(desk)
    st.info(
        "This Studio API keeps no history: here is only what was saved with this installation of Tagwright, "
        "and copies of the session that were kept here.",
        icon=":material/info:",
    )
    if pressed(desk.ui, "Keep a copy now", key="history-keep", icon=":material/photo_camera:"):
        _keep(desk, at)
    with loading("read the copies"):
        kept = [KeptState(True, one) for one in at.store.snapshots.all(at.key)]
        kept += [KeptState(False, one) for one in at.store.saves.all(at.key)]
    if not kept:
        return
    chosen = _table(desk, sorted(kept, key=lambda one: str(one.kept.at), reverse=True))
    if chosen is None:
        return
    classes = class_choice(desk)
    with loading("read what was kept"):
        found = _since(desk, at, chosen.kept) if chosen.is_copy else _saved(at, chosen.kept)
    by = within(name_of(desk.ui, chosen.kept.by))
    what = "all since the copy" if chosen.is_copy else f"the save by {by}"
    name = f"{what} of {chosen.kept.at:%d %b %Y %H:%M} UTC" if chosen.kept.at else what
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


def _table(desk: Desk, kept: Sequence[KeptState]) -> KeptState | None:
    """The newest first; the one that is chosen."""
    words = [one.word for one in kept]
    said = word(desk.ui, CHOSEN)
    key = f"history-copies-{desk.session.id}"
    chose = row_choice(key, words, said, lambda chosen: say(desk.ui, **{CHOSEN: chosen}))
    frame = pd.DataFrame(
        {
            "at": [one.kept.at for one in kept],
            "what": ["copy" if one.is_copy else "save" for one in kept],
            "who": [name_of(desk.ui, one.kept.by) or "–" for one in kept],
            "documents": [one.kept.body.get("documents", 0) for one in kept],
        }
    )
    column = st.column_config
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=height_of(len(kept), 8),
        row_height=35,
        on_select=chose,
        selection_mode=ROW_CHOICE,
        column_config={
            "at": column.DatetimeColumn("Kept", format="YYYY-MM-DD HH:mm", timezone=st.context.timezone),
            "what": column.TextColumn("What"),
            "who": column.TextColumn("By"),
            "documents": column.NumberColumn("Documents", format="localized"),
        },
        alt="Copies of the session and saves made here. Choose one to see what it tells.",
    )
    return next((one for one in kept if one.word == said), None)


def _saved(at: Reviewer, save: OwnSave) -> list[ChangedText]:
    """The documents of a save that was made here."""
    return [
        ChangedText(
            Document.model_validate(one.body["before"]),
            Document.model_validate(one.body["after"]),
            one.body["position"],
        )
        for one in at.store.saves.documents(at.key, save.number)
    ]


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
