"""UiState, the one object kept per browser tab, and the only door to Streamlit's session state."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

import streamlit as st

from components.shell.address import Address
from components.shell.compat import widgets_sent
from labeling.documents.listing import EVERY_DOCUMENT, DraftFilter
from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.errors import Forbidden, NotSignedIn, explain
from labeling.model import Session
from labeling.saving.choosing import Choosing
from labeling.saving.job import SaveJob
from labeling.saving.report import Report
from labeling.store.drafts import DraftStore
from labeling.store.preferences import Preferences
from labeling.store.synced import SyncedDraft
from labeling.studio.client import LabelingClient
from labeling.studio.filter import EVERYTHING, DocumentFilter

T = TypeVar("T")
Where = Literal["page", "table", "text"]
"""Where the person is told something: at the top of the page, above the table, on the line below the text."""
Kind = Literal["success", "info", "warning", "error"]
SessionKey = tuple[int, int]
Span = tuple[int, int]
"""(start, end) in code points."""
PAUSE = 3.0
"""Seconds for which a draft store that failed is left alone: each try may take its time."""
TABLES = "segments-"
"""What the keys of the tables begin with whose cells are looked for when a page outlives the app."""
NOBODY = "local"
"""Whose drafts they are where the server does not say who is signed in."""
EditedRows = Mapping[int, Mapping[str, Any]]
"""The cells typed into a table, by the row's place in it and by column."""


class Notice(NamedTuple):
    """Something that the person is told once."""

    where: Where
    kind: Kind
    words: str


@dataclass
class Place:
    """Where the person is: a project, a session, a document by its place there (0-based), and what is listed.

    `document`: the key of the one drawn; `shown`: its segment to be picked on the text, with a number that
    tells wishes apart. `linked`: the span (code points) that a link names, as long as its document is open;
    `sought`: the same until it is looked for. `list_follows`: the list is to be brought to the open document.
    The filter names classes and labels as they are called at that `clock` of the renames.
    """

    project_id: int | None = None
    session_id: int | None = None
    position: int = 0
    document: str = ""
    shown: tuple[int, str] | None = None
    linked: Span | None = None
    sought: Span | None = None
    filter: DocumentFilter = EVERYTHING
    among: DraftFilter = EVERY_DOCUMENT
    offset: int = 0
    clock: int = 0
    list_follows: bool = False

    @property
    def session(self) -> tuple[int | None, int | None]:
        return self.project_id, self.session_id

    def open_document(self, position: int) -> None:
        """Go to a document by its place in the session (0-based)."""
        self.position = max(0, position)
        self.shown = self.linked = self.sought = None

    def seek(self, span: Span) -> None:
        """Have a segment of the open document picked by where it stands."""
        self.linked = self.sought = span

    def list_by(self, filter_: DocumentFilter, among: DraftFilter | None = None) -> None:
        """List what these admit, from the first on."""
        self.filter, self.among, self.offset = filter_, among or self.among, 0

    def choose_session(self, project_id: int | None, session_id: int | None) -> None:
        """Go to another session, from its first document."""
        if (project_id, session_id) != self.session:
            self.project_id, self.session_id = project_id, session_id
            self.list_by(EVERYTHING, EVERY_DOCUMENT)
            self.open_document(0)


@dataclass
class Screen:
    """The page that is drawn, how many pages were gone to, how many runs there were, which of them drew the
    page whole last, and in which the browser's window was last told what is unsaved. `told`: what stands at
    its head of what was told."""

    title: str = ""
    visit: int = 0
    run: int = 0
    whole_run: int = 0
    window_run: int = 0
    told: list[Notice] = field(default_factory=list)


@dataclass
class SignIn:
    """Who works in this tab: `name` is shown, `owner` has the drafts. `is_over`: it is asked who it is;
    `goes_on`: what the page that asked wanted to go on with."""

    token: str = ""
    email: str = ""
    name: str = ""
    owner: str = NOBODY
    is_over: bool = False
    client: tuple[str, LabelingClient] | None = None
    goes_on: str = ""


@dataclass
class Answers:
    """What the server said, by name with its time, and what a page that is drawn is to read anew.

    `offline`: why the server cannot be asked; `writes` goes up when anything was saved or is to be read anew.
    """

    known: dict[str, tuple[float, Any]] = field(default_factory=dict)
    late: dict[str, tuple[Callable[[], object], float]] = field(default_factory=dict)
    offline: str = ""
    writes: int = 0


class NextSave(NamedTuple):
    """A save that waits for the one under way: of which session, and how it is begun."""

    session: SessionKey
    begin: Callable[[], None]


@dataclass
class SaveState:
    """One person's saves: the one under way, the next one, and what came of those before, by session.

    `choosing`: conflicts until they are chosen. `asked`: whether to send it to a server that does not say how
    it reads a list; `told`: where the person said yes. `resume`: the sign-in ended amid its save.
    `forbidden`: the server refused the person's role.
    """

    job: SaveJob | None = None
    next: NextSave | None = None
    reports: dict[SessionKey, Report] = field(default_factory=dict)
    choosing: dict[SessionKey, Choosing] = field(default_factory=dict)
    asked: SessionKey | None = None
    resume: SessionKey | None = None
    told: set[SessionKey] = field(default_factory=set)
    forbidden: set[SessionKey] = field(default_factory=set)

    def is_under_way(self, session: Session) -> bool:
        """Whether a save of this session is under way."""
        return self.job is not None and self.job.session == session.key

    def choosing_of(self, session: Session) -> Choosing:
        """What there is to choose of the conflicts that saves of this session met with."""
        return self.choosing.get(session.key) or Choosing()

    def is_next(self, session: Session) -> bool:
        """Whether the person wants this session saved when the save of another one is over."""
        return self.next is not None and self.next.session == session.key

    def refused(self, session: Session) -> str:
        """Why nothing more is to be edited after the server refused the person's role; empty otherwise."""
        if session.key not in self.forbidden:
            return ""
        words = "The server refused your last save: your role is too low."
        return f"{words} Your changes are kept, and Save tries again."


@dataclass
class Work:
    """One person's drafts, what was read of their sessions, and saves.

    `looked`: the run in which a draft was last brought in step with the store; `stored`: one that needs no
    such look, as an edit was stored just before it; `seen`: how it was last; `found`: its last step if it was
    there already. `is_behind`: what was read is older than what was saved.
    """

    drafts: dict[SessionKey, SyncedDraft] = field(default_factory=dict)
    readers: dict[SessionKey, Reader] = field(default_factory=dict)
    save: SaveState = field(default_factory=SaveState)
    looked: dict[SessionKey, int] = field(default_factory=dict)
    stored: dict[SessionKey, int] = field(default_factory=dict)
    seen: dict[SessionKey, Draft] = field(default_factory=dict)
    found: dict[SessionKey, int] = field(default_factory=dict)
    is_behind: bool = False


@dataclass
class LateCells:
    """Cells that the browser tells of tables which no run has drawn for it, by the tables' keys.

    After a restart of the app, or a long sleep of the computer, an open page sends what its widgets hold to a
    session that has drawn none of them and calls nothing back for them. The person goes on typing meanwhile,
    and any run may be broken off for what is done next: so each run looks, not the first alone.
    """

    waiting: dict[str, EditedRows] = field(default_factory=dict)
    heard: dict[str, EditedRows] = field(default_factory=dict)
    drawn: set[str] = field(default_factory=set)

    def hear(self) -> None:
        """Note what the browser told of them that it had not told before."""
        for key, cells in sent_tables():
            if key not in self.drawn and self.heard.get(key) != cells:
                self.heard[key] = self.waiting[key] = cells

    def taken(self) -> dict[str, EditedRows]:
        """All that waits, to be brought to the draft or told."""
        if not self.drawn:  # else the browser has nothing to tell that a whole run does not hear
            self.hear()
        found, self.waiting = self.waiting, {}
        return found

    def draw(self, key: str) -> None:
        """From here on Streamlit calls back for what is typed into that table."""
        self.drawn.add(key)


@dataclass
class UiState:
    """What is kept for one tab of the browser."""

    store: DraftStore | None = None
    api_name: str = "embedded"
    window: str = field(default_factory=lambda: secrets.token_hex(4))
    place: Place = field(default_factory=Place)
    address: Address = field(default_factory=Address)
    screen: Screen = field(default_factory=Screen)
    sign_in: SignIn = field(default_factory=SignIn)
    answers: Answers = field(default_factory=Answers)
    notices: list[Notice] = field(default_factory=list)
    said: tuple[int, str] | None = None
    late: LateCells = field(default_factory=LateCells)
    chosen: Preferences | None = None
    works: dict[str, Work] = field(default_factory=dict)
    others: dict[type, Any] = field(default_factory=dict)

    def of(self, kind: type[T]) -> T:
        """The one state of that kind, which a component keeps for itself; made at its first use."""
        found: T = self.others.setdefault(kind, kind())
        return found

    @property
    def mine(self) -> Work:
        """What the person who is signed in has under way."""
        return self.works.setdefault(self.sign_in.owner, Work())

    @property
    def save(self) -> SaveState:
        return self.mine.save

    def tell(self, where: Where, kind: Kind, words: str) -> None:
        """Tell the person something, once, on the next screen."""
        if where == "text":
            self.said = (self.screen.run, words)
        elif (notice := Notice(where, kind, words)) not in self.notices:
            self.notices.append(notice)

    @property
    def api(self) -> LabelingClient:
        """The API, as the person who is signed in."""
        assert self.sign_in.client is not None
        return self.sign_in.client[1]

    def show(self, segment: str) -> None:
        """Have a segment of the open document picked on the text."""
        self.place.shown = (self.screen.run, segment)

    def become(self, owner: str, shown: str) -> None:
        """Go on as this person; each has drafts of their own. Empty: the server does not say who it is."""
        if owner and owner != self.sign_in.owner:
            self.save.resume = None
            self.sign_in.owner = owner
            for reader in self.mine.readers.values():
                reader.forget()
            self.mine.seen.clear()
            self.place.shown = None
        self.sign_in.name = shown or self.sign_in.name

    def collect_save(self, seconds: float = 0.0) -> bool:
        """Take in what came of the save under way, if it is over after so many seconds; whether it was."""
        save = self.save
        job = save.job
        if job is None or not job.wait(seconds):
            return False
        save.job = None
        report = job.report()
        save.choosing[job.session] = (save.choosing.get(job.session) or Choosing()).after(report)
        if isinstance(report.error, NotSignedIn):
            self.sign_in.is_over = True
            save.resume = job.session
            self.tell("page", "warning", explain(report.error, "save") + " Then the save goes on by itself.")
        else:
            save.reports[job.session] = report
        if isinstance(report.error, Forbidden):
            save.forbidden.add(job.session)
        elif report.error is None:
            save.forbidden.discard(job.session)
            self.answers.offline = ""
        if report.proved or report.error is None:
            self.read_anew(job.session)
        if job.blocked_by:
            save.reports.pop(job.session, None)
            words = f"Not sent: {job.blocked_by} is saving this session right now. "
            words += "Your changes are kept; press Save again in a moment."
            self.tell("page", "warning", words)
        return True

    @property
    def preferences(self) -> Preferences:
        """What this person chose, read once while they are here."""
        assert self.store is not None
        known, owner = self.chosen, self.sign_in.owner
        if known is None or (known.api, known.person) != (self.api_name, owner):
            known = self.chosen = Preferences(self.store, self.api_name, owner, PAUSE)
        return known

    def read_anew(self, session: SessionKey) -> None:
        """Forget what was read of a session: something was stored there."""
        self.mine.is_behind = True
        self.answers.writes += 1
        if session in self.mine.readers:
            self.mine.readers[session].forget()


def ui_state() -> UiState:
    """This tab's state, made at its first run."""
    if "ui" not in st.session_state:
        st.session_state["ui"] = UiState()
    state: UiState = st.session_state["ui"]
    state.late.hear()
    return state


def sent_tables() -> Iterator[tuple[str, EditedRows]]:
    """(key, the cells typed into it) of each table of which the browser's last message tells any."""
    for key, sent in widgets_sent(TABLES):
        # Anything may be sent under such a key: what is no editor's message has no cells.
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            if cells := json.loads(sent)["edited_rows"]:
                yield key, {int(at): dict(row) for at, row in cells.items()}


def widget_value(key: str) -> Any:
    """What a widget holds now; None before it was drawn. Callbacks read their widget with it."""
    return st.session_state.get(key)


def set_widget(key: str, value: object) -> None:
    """Give a widget a value before it is drawn, where it has another one: a value that is given travels to
    the browser, and there replaces what the person is just typing."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def has_widget(key: str) -> bool:
    return key in st.session_state


def row_choice(
    key: str, rows: Sequence[T], chosen: object, choose: Callable[[T], None]
) -> Callable[[], None]:
    """Show what is chosen as a table's chosen row, before it is drawn; gives its `on_select`.

    A row is chosen by its tick or by a click on any of its cells; `choose` gets what it stands for.
    """
    at = [place for place, row in enumerate(rows) if row == chosen]
    selection = (widget_value(key) or {}).get("selection", {})
    if list(selection.get("rows", [])) != at or selection.get("cells"):
        st.session_state[key] = {"selection": {"rows": at, "columns": [], "cells": []}}

    def chose() -> None:
        selection = widget_value(key)["selection"]
        picked = [row for row, _ in selection["cells"]] or selection["rows"]
        if picked and picked[0] < len(rows):
            choose(rows[picked[0]])

    return chose


ROW_CHOICE: tuple[Literal["single-row"], Literal["single-cell"]] = ("single-row", "single-cell")
"""The selection mode of such a table: a click anywhere on a row chooses it."""
