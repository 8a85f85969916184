"""An editable table of rows, in step with the draft: no cell that is typed is lost, none is applied twice."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import streamlit as st

from components.shell.arrow_editor import Columns, arrow_editor
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.page import slot
from components.shell.state import TABLES, EditedRows, UiState, widget_value
from components.shell.telling import notices
from labeling.phrases import EMPTY

NAMES = {"start": "Start", "end": "End", "class_": "Class", "label": "Label"}
"""The columns that can be typed in, as the person reads them."""
ROW = 30
"""Height of a row, in pixels."""
Apply = Callable[[str, str, Any], bool]
"""(row id, column, value) → whether the draft now holds exactly that value."""


@dataclass
class EditorState:
    """What tells an edit that is new from one that was applied before, for one editor in the browser."""

    generation: int = 0
    seen: dict[tuple[int, str], Any] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    drawn: bool = False


@dataclass
class Editors:
    """The tables' editors by their names; and the cells that could not be brought to the draft, in words."""

    by_name: defaultdict[str, EditorState] = field(default_factory=lambda: defaultdict(EditorState))
    not_taken: list[str] = field(default_factory=list)


def row_editor(
    desk: Desk,
    name: str,
    ids: Sequence[str],
    table: pa.Table,
    columns: Columns,
    apply: Apply,
    *,
    alt: str,
    nothing: str,
    keeps_ticks: bool = False,
    on_tick: Callable[[str], None] = lambda row: None,
) -> list[str]:
    """Draw the rows, or `nothing` in words, and what is to be said of them; gives the ids of the ticked ones.

    `ids` name the rows. `keeps_ticks`: `apply` is told of ticks like of any cell, the table says which rows
    are ticked. `on_tick` is given each row that a person ticks.
    """
    editor = Editor(desk.ui, name, ids, apply, keeps_ticks, on_tick)
    if editor.take_late(read_only=desk.read_only):
        st.rerun()
    ticked: list[str] = []
    if editor.ids:
        ticked = editor.draw(table, columns, alt=alt, read_only=desk.read_only)
    else:
        st.caption(nothing)
    with slot():
        if desk.ui.of(Editors).not_taken:
            _not_taken(desk.ui)
        notices(desk.ui, "table")
    return ticked


class Editor:
    """The editor of some rows, of a document or of many.

    Its key says whose draft of which session it shows, and which rows: so an edit that was sent just before
    the rows became others finds its row all the same, and so does one that outlives the app. The generation
    in the key goes up only to drop what the editor shows: a refused cell, or one changed elsewhere under it.
    """

    def __init__(
        self,
        ui: UiState,
        name: str,
        ids: Sequence[str],
        apply: Apply,
        keeps_ticks: bool,
        on_tick: Callable[[str], None],
    ) -> None:
        self.ui, self.apply, self.keeps_ticks, self.on_tick = ui, apply, keeps_ticks, on_tick
        self.editors = ui.of(Editors)
        self.name = f"{TABLES}{name}"
        self.ids = tuple(ids)
        whose = (ui.api_name, ui.sign_in.owner, str(ui.place.project_id), str(ui.place.session_id))
        self.mark = hashlib.sha256("\n".join((*whose, *self.ids)).encode()).hexdigest()[:12]

    def key(self, state: EditorState) -> str:
        return f"{self.name}:{state.generation}:{self.mark}"

    def take_late(self, *, read_only: bool) -> bool:
        """Take in what was typed into these rows when the app was about to go away; whether it was anything.

        What was typed into other rows cannot be brought to its place, and is listed.
        """
        mine: dict[int, EditedRows] = {}
        for key, cells in self.ui.late.taken().items():
            generation = key.removeprefix(f"{self.name}:").removesuffix(f":{self.mark}")
            if generation.isdecimal() and not read_only:
                mine[int(generation)] = cells
            else:
                told = self.editors.not_taken
                told += [words for words in cells_in_words(cells) if words not in told]
        if not mine:
            return False
        # An older generation held what was taken in or refused before.
        newest, state = max(mine), self.editors.by_name[self.name]
        if (state.generation, state.ids) != (newest, self.ids):
            state = self.editors.by_name[self.name] = EditorState(generation=newest, ids=self.ids)
        return self.take(state, mine[newest])

    def draw(self, table: pa.Table, columns: Columns, *, alt: str, read_only: bool) -> list[str]:
        """Draw it over fixed rows; gives the ids of the ticked ones."""
        state = self.editors.by_name[self.name]
        if state.ids != self.ids:
            state = self.editors.by_name[self.name] = EditorState(ids=self.ids)
        if state.drawn and widget_value(self.key(state)) is None:
            state.seen = {}
        state.drawn = True
        if self.hides(state, table):
            state = self.anew(state)
        key = self.key(state)

        def changed() -> None:
            self.take(state, (widget_value(key) or {}).get("edited_rows", {}))

        edited = arrow_editor(
            table, columns, key=key, row_height=ROW, disabled=read_only, on_change=changed, alt=alt
        )
        # Not before: a run may be broken off there, and nothing would be called back for what is typed next.
        self.ui.late.draw(key)
        ticks = enumerate(table.column("tick").to_pylist())
        return [self.ids[at] for at, ticked in ticks if edited.get(at, {}).get("tick", ticked)]

    def hides(self, state: EditorState, table: pa.Table) -> bool:
        """Whether a pending cell hides a value that was changed elsewhere since."""
        return any(
            table.column(column)[at].as_py() != value
            for (at, column), value in state.seen.items()
            if at < len(self.ids) and (self.keeps_ticks or column != "tick")
        )

    def take(self, state: EditorState, edited: EditedRows) -> bool:
        """Bring to the draft what the browser holds and was not brought before; whether that was anything.

        The browser tells all cells each time: what was brought must not go over a newer change.
        """
        now = {(at, column): value for at, row in edited.items() for column, value in row.items()}
        cells = [
            (self.ids[at], column, value)
            for (at, column), value in now.items()
            if at < len(self.ids)
            and (self.keeps_ticks or column != "tick")
            and ((at, column) not in state.seen or state.seen[at, column] != value)
        ]
        ticked = [at for (at, column), value in now.items() if column == "tick" and value]
        for at in ticked:
            if at < len(self.ids) and not state.seen.get((at, "tick")):
                self.on_tick(self.ids[at])
        state.seen = now
        kept = [self.apply(*cell) for cell in cells]
        if not all(kept):
            self.anew(state)
        return bool(cells)

    def anew(self, state: EditorState) -> EditorState:
        """The next generation, unless another editor has taken its place already."""
        if self.editors.by_name[self.name] is not state:
            return state
        after = EditorState(generation=state.generation + 1, ids=state.ids)
        self.editors.by_name[self.name] = after
        return after


def cells_in_words(cells: EditedRows) -> list[str]:
    """What was typed into rows that are not known any more: the row's place, the column, the value."""
    return [
        f"row {at + 1}, {NAMES[column]}: {'empty' if value in (None, EMPTY) else value}"
        for at, row in sorted(cells.items())
        for column, value in row.items()
        if column in NAMES
    ]


def _not_taken(ui: UiState) -> None:
    """The cells that are lost to the draft, until the person has seen them."""
    with st.container(horizontal=True, vertical_alignment="center", key="not-taken"):
        st.warning(
            "**Not taken over:** this was typed while the app could not be reached, into a table that "
            "is another one now.\n"
            + "\n".join(f"- {plain(cell)}" for cell in ui.of(Editors).not_taken)
            + "\n\nPlease look whether it is still wanted, and type it again.",
            icon=":material/warning:",
        )
        st.button("I have seen it", key="seen-not-taken", on_click=ui.of(Editors).not_taken.clear)
