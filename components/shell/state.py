"""UiState, the one object kept per browser tab, and the only door to Streamlit's session state."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import streamlit as st

from components.shell.address import Address
from components.shell.compat import widgets_sent
from labeling.documents.reader import EVERYTHING, Filter, Reader
from labeling.draft.document import DraftDocument, Loaded, is_other, loaded_from
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, DoneEdit, Refused, SegmentEdit, Step
from labeling.draft.history import redo, redoable, take, undo, undoable, undone_in_words, walk
from labeling.errors import Forbidden, LabelingError, NotSignedIn, explain
from labeling.model import Session
from labeling.saving.job import SaveJob
from labeling.saving.save import Report
from labeling.store.drafts import DraftKey, DraftStore
from labeling.store.preferences import Preferences
from labeling.store.synced import KeptDraft, Make
from labeling.studio.client import LabelingClient

Kind = Literal["success", "info", "warning", "error"]
SessionKey = tuple[int, int]
Work = tuple[dict[SessionKey, KeptDraft], dict[SessionKey, Reader], dict[SessionKey, Report]]
"""A person's drafts, readers and reports while somebody else works in the tab."""
REMEMBERED = 20
"""Acts that were taken back, told to the browser again with each run."""
PAUSE = 3.0
"""Seconds for which a draft store that failed is left alone: each try may take its time, and the person is typing."""
TABLES = "segments-"
"""What the keys of the tables begin with whose cells are looked for when a page outlives the app."""
NOBODY = "local"
"""Whose drafts they are where the server does not say who is signed in."""
EditedRows = Mapping[int, Mapping[str, Any]]
"""The cells typed into a table, by the row's place in it and by column."""


class NextSave(NamedTuple):
    """A save that waits for the one under way: whose it is, of which session, and how it is begun."""

    owner: str
    session: SessionKey
    begin: Callable[[], None]


@dataclass
class EditorState:
    """What a table needs to tell an edit that is new from one that was applied before.

    One is made for each editor that is another to the browser; an edit that is late finds that of its own editor.
    """

    generation: int = 0
    seen: dict[tuple[int, str], Any] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    drawn: bool = False


@dataclass
class UiState:
    """Where the person is, their drafts, and what the screens have to tell them."""

    project_id: int | None = None
    session_id: int | None = None
    position: int = 0
    offset: int = 0
    filter: Filter = EVERYTHING
    address: Address = field(default_factory=Address)
    shown: tuple[int, str] | None = None
    said: tuple[int, str] | None = None
    token: str = ""
    signed_out: bool = False
    person: str = ""
    owner: str = NOBODY
    api_name: str = "embedded"
    store: DraftStore | None = None
    chosen: Preferences | None = None
    window: str = field(default_factory=lambda: secrets.token_hex(4))
    run: int = 0
    title: str = ""
    visit: int = 0
    window_run: int = 0
    offline: str = ""
    writes: int = 0
    drafts: dict[SessionKey, KeptDraft] = field(default_factory=dict)
    looked: dict[SessionKey, int] = field(default_factory=dict)
    found: dict[SessionKey, int] = field(default_factory=dict)
    readers: dict[SessionKey, Reader] = field(default_factory=dict)
    editors: dict[str, EditorState] = field(default_factory=dict)
    late: dict[str, EditedRows] = field(default_factory=dict)
    late_reads: dict[str, tuple[Callable[[], object], float]] = field(default_factory=dict)
    not_taken: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    taken_back: list[tuple[str, int, str]] = field(default_factory=list)
    notices: list[tuple[Kind, str]] = field(default_factory=list)
    saving: SaveJob | None = None
    next_save: NextSave | None = None
    seen: dict[SessionKey, Draft] = field(default_factory=dict)
    is_behind: bool = False
    open: str = ""
    reports: dict[SessionKey, Report] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    told: set[SessionKey] = field(default_factory=set)
    forbidden: set[SessionKey] = field(default_factory=set)
    others: dict[str, Work] = field(default_factory=dict)

    def notice(self, kind: Kind, text: str) -> None:
        """Tell the person once, at the top of the next screen."""
        if (kind, text) not in self.notices:
            self.notices.append((kind, text))

    def take_back(self, of: tuple[str, int], why: str) -> None:
        """Tell the browser window that an act of that number was refused; once, however often it is found."""
        if (*of, why) not in self.taken_back:
            self.taken_back = [*self.taken_back, (*of, why)][-REMEMBERED:]

    def become(self, owner: str, shown: str) -> None:
        """Go on as this person; each has drafts of their own. Empty: the server does not say who it is."""
        if owner and owner != self.owner:
            self.others[self.owner] = (self.drafts, self.readers, self.reports)
            self.drafts, self.readers, self.reports = self.others.pop(owner, ({}, {}, {}))
            for reader in self.readers.values():
                reader.forget()
            self.owner = owner
            self.seen.clear()
            self.saving = None
            self.shown = None
        self.person = shown or self.person

    def collect_save(self, seconds: float = 0.0) -> bool:
        """Take in what came of the save under way, if it is over after so many seconds; whether it was."""
        job = self.saving
        if job is None or not job.wait(seconds):
            return False
        self.saving = None
        report = job.report()
        if isinstance(report.error, NotSignedIn):
            self.signed_out = True
            self.kept["resume-save"] = (self.owner, job.session)
            self.notice("warning", explain(report.error, "save") + " Then the save goes on by itself.")
        else:
            self.reports[job.session] = report
        if isinstance(report.error, Forbidden):
            self.forbidden.add(job.session)
        elif report.error is None:
            self.forbidden.discard(job.session)
            self.offline = ""
        if report.proved or report.error is None:
            self._read_anew(job.session)
        if job.held_by:
            self.reports.pop(job.session, None)
            self.notice(
                "warning",
                f"Not sent: {job.held_by} is saving this session right now. Your changes are kept; "
                "press Save again in a moment.",
            )
        return True

    def is_saving(self, session: Session) -> bool:
        """Whether a save of this session is under way."""
        return self.saving is not None and self.saving.session == session.key

    def waits_to_save(self, session: Session) -> bool:
        """Whether this person wants this session saved when the save of another one is over."""
        wanted = self.next_save
        return wanted is not None and (wanted.owner, wanted.session) == (self.owner, session.key)

    def refused(self, session: Session) -> str:
        """Why nothing more is to be edited after the server refused the person's role; empty when it did not."""
        if session.key not in self.forbidden:
            return ""
        return "The server refused your last save: your role is too low. Your changes are kept, and Save tries again."

    @property
    def preferences(self) -> Preferences:
        """What this person chose, read once while they are here."""
        assert self.store is not None
        known = self.chosen
        if known is None or (known.api, known.person) != (self.api_name, self.owner):
            known = self.chosen = Preferences(self.store, self.api_name, self.owner, PAUSE)
        return known

    # The person's draft of a session

    def work(self, session: Session) -> KeptDraft:
        """The person's draft of a session, in step with the draft store once a run."""
        assert self.store is not None
        key = DraftKey(self.api_name, self.owner, session.lasting_name)
        known = self.drafts.get(session.key)
        if known is None or known.key != key:
            known = self.drafts[session.key] = KeptDraft(self.store, key, session, self.window, PAUSE)
            if known.draft.is_changed:
                self.found[session.key] = known.draft.taken
        elif self.looked.get(session.key) != self.run:
            # In this order: a draft may have been stored over a session that was read long before this one.
            known.look()
            known.over(session)
        self.looked[session.key] = self.run
        return known

    def draft_of(self, session: Session) -> Draft:
        """The person's draft of a session as it is now.

        A save under way stores documents, one batch after another, and so does one in another window: they have to be
        read again.
        """
        draft = self.work(session).draft
        before, self.seen[session.key] = self.seen.get(session.key), draft
        if before is not None and has_stored(before, draft):
            self._read_anew(session.key)
        return draft

    def _read_anew(self, session: SessionKey) -> None:
        self.is_behind = True
        self.writes += 1
        if session in self.readers:
            self.readers[session].forget()

    def apply(self, session: Session, make: Make, of: tuple[str, int] | None = None) -> str:
        """Change the draft of a session; why that was refused, or nothing."""
        work = self.work(session)
        before = work.draft
        refusal = work.apply(make, of=of)
        if work.draft is not before:
            self.reports.pop(session.key, None)
        return refusal

    def edit(self, session: Session, make: Callable[[Draft], Change | Refused]) -> str:
        """One more step on the session itself; why it was refused, or nothing."""
        at = _now()

        def step(draft: Draft) -> Draft | Refused:
            outcome = make(draft)
            return outcome if isinstance(outcome, Refused) else take(draft, outcome, at=at)

        return self.apply(session, step)

    def edit_document(
        self,
        session: Session,
        loaded: Loaded,
        make: Callable[[DraftDocument, Draft], Change | Refused],
        of: tuple[str, int] | None = None,
    ) -> str:
        """One more step on a document as it is then; why it was refused, or nothing.

        `loaded` is how it was drawn. Where a save has stored it since, that is older than what the server holds.
        """
        now = self._newest(session, loaded)
        if now is None:
            return "this document was just saved and cannot be read at the moment"
        return self.edit_documents(session, [now], lambda views, draft: make(views[0], draft), of)

    def _newest(self, session: Session, loaded: Loaded) -> Loaded | None:
        draft = self.draft_of(session)
        if not self.is_behind or session.key not in self.readers:
            return loaded
        with suppress(LabelingError):
            return self.readers[session.key].now(draft, loaded.key, loaded.position)
        return None

    def edit_documents(
        self,
        session: Session,
        where: Sequence[Loaded],
        make: Callable[[Sequence[DraftDocument], Draft], Change | Refused],
        of: tuple[str, int] | None = None,
    ) -> str:
        """One more step on many documents as they are then; why it was refused, or nothing."""
        at, views_in = _now(), views_of(where, self.draft_of(session))

        def step(draft: Draft) -> Draft | Refused:
            views = views_in(draft)
            outcome = make(views, draft)
            return outcome if isinstance(outcome, Refused) else take(draft, outcome, *views, at=at)

        return self.apply(session, step, of)

    def undo(self, session: Session, of: tuple[str, int] | None = None) -> None:
        """Take back the step that stands last on this screen."""
        self._turn(session, undoable, undo, "Undone", of)

    def redo(self, session: Session, of: tuple[str, int] | None = None) -> None:
        """Bring back the step that was undone last on this screen."""
        self._turn(session, redoable, redo, "Redone", of)

    def _turn(
        self,
        session: Session,
        step_in: Callable[[Draft], Step | None],
        turned: Callable[..., Draft],
        word: str,
        of: tuple[str, int] | None,
    ) -> None:
        at, wanted = _now(), step_in(self.draft_of(session))
        done = False

        def make(draft: Draft) -> Draft | Refused:
            nonlocal done
            # By what it did: a step that waits to be stored may get another number.
            step = step_in(draft)
            done = (step and step.edits) == (wanted and wanted.edits)
            return (
                turned(draft, at=at)
                if done
                else Refused("a step of it would have been undone or redone instead")
            )

        self.apply(session, make, of)
        if done:
            self._tell(session, wanted, word)

    def _tell(self, session: Session, step: Step | None, word: str) -> None:
        """Say what was undone, and where, if the open document does not show it."""
        documents = self.draft_of(session).documents
        edits = [edit for edit in (step.edits if step else ()) if isinstance(edit, SegmentEdit | DoneEdit)]
        places = {documents[edit.document].position for edit in edits if edit.document in documents}
        where = ""
        if places and self.position not in places:
            where = (
                f" in document {min(places) + 1}" if len(places) == 1 else f" in {len(places):,} documents"
            )
        name = "nothing" if step is None else undone_in_words(step) if word == "Undone" else step.name
        self.said = (self.run, f"{word}{where}: {name}")

    def walk(self, session: Session, number: int) -> None:
        """Undo or redo until step `number` is the last that stands."""
        at = _now()
        self.apply(session, lambda draft: walk(draft, number, at=at))

    def step_name(self, session: Session) -> str:
        """What the keys of the next step's segments and tags begin with: no other tab gives the same."""
        return f"{self.window}-{self.draft_of(session).taken + 1}"

    def reader_of(self, api: LabelingClient, session: Session) -> Reader:
        """The reader of a session's documents, which remembers pages until something is saved."""
        reader = self.readers.get(session.key)
        if reader is None or reader.api is not api:
            reader = self.readers[session.key] = Reader(api, session)
        if reader.session != session:
            reader.forget()
            reader.session = session
        return reader

    def show(self, segment: str) -> None:
        """Have a segment of the open document picked on the text; its number tells a second wish from the first."""
        self.shown = (self.run, segment)

    def editor(self, name: str) -> EditorState:
        return self.editors.setdefault(name, EditorState())

    def open_document(self, position: int) -> None:
        """Go to a document by its place in the session (0-based)."""
        self.position = max(0, position)
        self.shown = None

    def choose_session(self, project_id: int | None, session_id: int | None) -> None:
        """Go to another session, from its first document."""
        if (project_id, session_id) != (self.project_id, self.session_id):
            self.project_id, self.session_id = project_id, session_id
            self.offset, self.filter = 0, EVERYTHING
            self.open_document(0)


def views_of(where: Sequence[Loaded], then: Draft) -> Callable[[Draft], list[DraftDocument]]:
    """How documents that were read stand in a draft that goes on from `then`: what a save has stored there since is
    newer than what was read."""

    def views(draft: Draft) -> list[DraftDocument]:
        found = []
        for loaded in where:
            known, was = draft.documents.get(loaded.key), then.documents.get(loaded.key)
            now = loaded
            if known is not None and is_other(known.source, None if was is None else was.source):
                now = loaded_from(known)
            found.append(draft.view(now))
        return found

    return views


def has_stored(before: Draft, after: Draft) -> bool:
    """Whether the server holds another document now than it did under a draft: some are let go, or read anew."""
    if before.documents is after.documents:
        return False
    return any(
        key not in after.documents or is_other(after.documents[key].source, document.source)
        for key, document in before.documents.items()
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def ui_state() -> UiState:
    """This tab's state, made at its first run."""
    if "ui" not in st.session_state:
        st.session_state["ui"] = UiState(late=resent_tables())
    state: UiState = st.session_state["ui"]
    return state


def resent_tables() -> dict[str, EditedRows]:
    """The cells that an open page holds of tables, by the tables' keys, when the app comes to it anew.

    After a restart of the app, or a long sleep of the computer, the browser sends what its widgets hold to a
    session that has drawn none of them. Streamlit keeps that until the end of the first whole run, and shows it to
    the widgets alone that are the same again.
    """
    found = {key: edited_rows(sent) for key, sent in widgets_sent() if key.startswith(TABLES)}
    return {key: rows for key, rows in found.items() if rows}


def edited_rows(sent: str) -> EditedRows:
    """The cells that a table's editor sends; none where it is not an editor's message."""
    try:
        cells = json.loads(sent)["edited_rows"]
        return {int(at): dict(row) for at, row in cells.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def widget_value(key: str) -> Any:
    """What a widget holds now; None before it was drawn. Callbacks read their widget with it."""
    return st.session_state.get(key)


def set_widget(key: str, value: object) -> None:
    """Give a widget a value before it is drawn.

    Only where it has another one: a value that is given travels to the browser, and there replaces what the
    person is just typing or choosing.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def has_widget(key: str) -> bool:
    return key in st.session_state


def select_row(key: str, row: int | None) -> None:
    """Show one row of a table as chosen, or none, before the table is drawn."""
    rows = [] if row is None else [row]
    selection = (widget_value(key) or {}).get("selection", {})
    if list(selection.get("rows", [])) != rows or selection.get("cells"):
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def selected_row(key: str) -> int | None:
    """The row that the person chose, by its tick or by a click on any of its cells."""
    selection = (widget_value(key) or {}).get("selection", {})
    if selection.get("cells"):
        return int(selection["cells"][0][0])
    rows = selection.get("rows")
    return int(rows[0]) if rows else None


ROW_CHOICE: tuple[Literal["single-row"], Literal["single-cell"]] = ("single-row", "single-cell")
"""The selection mode of such a table: a click anywhere on a row chooses it."""
