"""Segments as an editable table: a row a tag, in step with the draft."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.state import TABLES, EditedRows, EditorState, UiState, set_widget, widget_value
from components.words import plain
from labeling.draft import Draft, DraftDocument
from labeling.edits import Change, Refused
from labeling.model import Shape
from labeling.rows import Row, add_segment, add_tag, change_cell, delete_rows, rows_of
from labeling.spans import occurrences

OnChange = Callable[[Callable[[DraftDocument], Change | Refused]], bool]
"""Takes what the person did to the document as it is then; whether the draft took it."""
EMPTY = "–"
"""Stands in a cell for no class or no label: the editor's own word for it, None, would be found by typing N."""
NAMES = {"start": "Start", "end": "End", "class_": "Class", "label": "Label"}
"""The columns that can be typed in, as the person reads them."""
Apply = Callable[[str, str, Any], bool]
"""(row id, column, value) → whether the draft now holds exactly that value."""


def segment_table(
    ui: UiState,
    document: DraftDocument,
    draft: Draft,
    shape: Shape,
    *,
    step: str,
    on_change: OnChange,
    read_only: bool,
    below: Callable[[], None] = lambda: None,
) -> None:
    """Draw the table. `on_change` is given what the person did and says whether the draft took it; `step` begins
    the keys of what is added; `below` draws what stands right below the rows."""
    rows = rows_of(document, draft.classes, draft.labels, shape)
    editor = Editor(ui, document.key, rows, _apply_to(draft, shape, on_change))
    if editor.take_late(read_only=read_only):
        st.rerun()
    _not_taken(ui)
    ticked: list[str] = []
    if rows:
        ticked = editor.draw(frame_of(rows, shape), _columns(draft), read_only=read_only)
    else:
        st.info("No segments yet.", icon=":material/info:")
    for why in ui.refusals:
        st.warning(plain(why), icon=":material/block:")
    ui.refusals.clear()
    below()
    if not read_only:
        _buttons(document, ticked, shape, step, on_change)
        _add_form(document, draft, shape, step, on_change)


def frame_of(rows: Sequence[Row], shape: Shape) -> pd.DataFrame:
    """The rows as the editor's frame, row ids as the index; columns follow the session's type."""
    frame = pd.DataFrame(
        {
            "tick": [False] * len(rows),
            "segment": [row["segment"] for row in rows],
            "start": pd.array([row["start"] for row in rows], dtype="Int64"),
            "end": pd.array([row["end"] for row in rows], dtype="Int64"),
            "text": [row["text"] for row in rows],
            "class_": [row["class_"] or EMPTY for row in rows],
            "label": [row["label"] or EMPTY for row in rows],
            "problem": ["⚠" if row["problem"] else "" for row in rows],
        },
        index=pd.Index([row["id"] for row in rows], name="id"),
    )
    hidden = [] if shape.classes else ["class_"]
    return frame.drop(columns=hidden if shape.labels else [*hidden, "label"])


def changed_cells(state: EditorState, edited: Mapping[Any, Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
    """(row id, column, value) of each cell that changed since the last call; the editor reports all of them
    each time, and what was applied before must not be applied again over a newer change."""
    now = {(int(at), column): value for at, cells in edited.items() for column, value in cells.items()}
    new = [
        (state.ids[at], column, value)
        for (at, column), value in now.items()
        if at < len(state.ids) and ((at, column) not in state.seen or state.seen[at, column] != value)
    ]
    state.seen = now
    return new


def overlaid(state: EditorState, frame: pd.DataFrame) -> bool:
    """Whether a pending cell of the editor hides a value that was changed elsewhere since."""
    for (at, column), value in state.seen.items():
        if column == "tick" or at >= len(state.ids) or state.ids[at] not in frame.index:
            continue
        held: Any = frame.at[state.ids[at], column]
        if (None if pd.isna(held) else held) != value:
            return True
    return False


class Editor:
    """The editor of one document's rows.

    Its key says whose draft of which session it shows, and which rows: so an edit that was sent just before the
    rows became others finds its row all the same, and so does one that outlives the app. The generation in the key
    goes up only to drop what the editor shows: a refused cell, or one changed elsewhere under it.
    """

    def __init__(self, ui: UiState, document: str, rows: Sequence[Row], apply: Apply) -> None:
        self.ui, self.apply = ui, apply
        self.name = f"{TABLES}{document}"
        self.ids = tuple(row["id"] for row in rows)
        whose = (ui.api_name, ui.owner, str(ui.project_id), str(ui.session_id))
        self.mark = hashlib.sha256("\n".join((*whose, *self.ids)).encode()).hexdigest()[:12]

    def key(self, state: EditorState) -> str:
        return f"{self.name}:{state.generation}:{self.mark}"

    def take_late(self, *, read_only: bool) -> bool:
        """Take in what was typed into these rows when the app was about to go away; whether there was anything.

        What was typed into other rows cannot be brought to its place, and is listed.
        """
        late, self.ui.late = self.ui.late, {}
        mine: dict[int, EditedRows] = {}
        for key, cells in late.items():
            generation = key.removeprefix(f"{self.name}:").removesuffix(f":{self.mark}")
            if generation.isdecimal() and not read_only:
                mine[int(generation)] = cells
            else:
                self.ui.not_taken += cells_in_words(cells)
        if not mine:
            return False
        # An older generation held what was taken in or refused before.
        state = self.ui.editors[self.name] = EditorState(generation=max(mine), ids=self.ids)
        return self.take(state, mine[max(mine)])

    def draw(self, frame: pd.DataFrame, columns: Mapping[str, Any], *, read_only: bool) -> list[str]:
        """Draw it over fixed rows; gives the ids of the ticked ones."""
        state = self.ui.editor(self.name)
        if state.ids != self.ids:
            state = self.ui.editors[self.name] = EditorState(ids=self.ids)
        if state.drawn and widget_value(self.key(state)) is None:
            state.seen = {}
        state.drawn = True
        if overlaid(state, frame):
            state = self.anew(state)
        key = self.key(state)

        def changed() -> None:
            self.take(state, (widget_value(key) or {}).get("edited_rows", {}))

        edited = st.data_editor(
            frame,
            key=key,
            num_rows="fixed",
            hide_index=True,
            height=min(38 + 35 * len(frame), 460),
            row_height=35,
            disabled=True if read_only else ["_index", "segment", "text", "problem"],
            column_config=columns,
            on_change=changed,
            alt="The segments of the document, one row a tag.",
        )
        return [row for row, ticked in zip(frame.index, edited["tick"], strict=True) if ticked]

    def take(self, state: EditorState, edited: EditedRows) -> bool:
        """Bring to the draft what the browser holds and was not brought before; whether that was anything."""
        cells = [cell for cell in changed_cells(state, edited) if cell[1] != "tick"]
        kept = [self.apply(*cell) for cell in cells]
        if not all(kept):
            self.anew(state)
        return bool(cells)

    def anew(self, state: EditorState) -> EditorState:
        """The next generation, unless another editor has taken its place already."""
        if self.ui.editor(self.name) is not state:
            return state
        after = EditorState(generation=state.generation + 1, ids=state.ids)
        self.ui.editors[self.name] = after
        return after


def cells_in_words(cells: EditedRows) -> list[str]:
    """What was typed into a table whose rows are not known any more: the row's place, the column, the value."""
    return [
        f"row {at + 1}, {NAMES[column]}: {'empty' if value in (None, EMPTY) else value}"
        for at, row in sorted(cells.items())
        for column, value in row.items()
        if column in NAMES
    ]


def _not_taken(ui: UiState) -> None:
    """The cells that are lost to the draft, until the person has seen them."""
    if not ui.not_taken:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="not-taken"):
        st.warning(
            "**Not taken over:** this was typed while the app could not be reached, into a table that is another "
            "one now.\n"
            + "\n".join(f"- {plain(cell)}" for cell in ui.not_taken)
            + "\n\nPlease look whether it is still wanted, and type it again.",
            icon=":material/warning:",
        )
        st.button("I have seen it", key="seen-not-taken", on_click=ui.not_taken.clear)


def _columns(draft: Draft) -> dict[str, Any]:
    column = st.column_config
    return {
        "_index": None,
        "tick": column.CheckboxColumn("", width=36, help="Tick rows to delete them or to add a tag"),
        "segment": column.NumberColumn("#", width=44, help="Rows of one segment share a number"),
        "start": column.NumberColumn(
            NAMES["start"], width=68, step=1, help="First character, counted from 0"
        ),
        "end": column.NumberColumn(NAMES["end"], width=68, step=1, help="Just after the last character"),
        "text": column.TextColumn(
            "Text", width="large", help="What the segment covers; follows start and end"
        ),
        "class_": column.SelectboxColumn(
            NAMES["class_"], options=[EMPTY, *draft.classes], required=True, width=150
        ),
        "label": column.SelectboxColumn(
            NAMES["label"], options=[EMPTY, *draft.labels], required=True, width=110
        ),
        "problem": column.TextColumn("", width=36, help="⚠ what is wrong stands below the table"),
    }


def _apply_to(draft: Draft, shape: Shape, on_change: OnChange) -> Apply:
    def apply(row: str, column: str, value: Any) -> bool:
        given = None if value == EMPTY else value
        return on_change(lambda document: change_cell(document, row, column, given, draft, shape))

    return apply


def _buttons(
    document: DraftDocument,
    ticked: list[str],
    shape: Shape,
    step: str,
    on_change: OnChange,
) -> None:
    def further() -> None:
        on_change(lambda now: add_tag(now, ticked[0], step, shape))

    def delete() -> None:
        on_change(lambda now: delete_rows(now, ticked))

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Add tag",
            key="add-tag",
            icon=":material/new_label:",
            disabled=len(ticked) != 1 or shape.one_tag,
            help="Gives the segment of the ticked row a further row"
            if not shape.one_tag
            else "One label a segment",
            on_click=further,
        )
        st.button(
            f"Delete {len(ticked)} {'row' if len(ticked) == 1 else 'rows'}" if ticked else "Delete rows",
            key="delete-rows",
            icon=":material/delete:",
            disabled=not ticked,
            help="Deletes the ticked tags; with its last tag a segment goes",
            on_click=delete,
        )
        if not ticked and document.segments:
            st.caption("Tick a row to add a tag to it or to delete it.")


def _add_form(
    document: DraftDocument,
    draft: Draft,
    shape: Shape,
    step: str,
    on_change: OnChange,
) -> None:
    """A new segment: by the words it covers, or by its offsets."""
    with st.expander(
        "Add a segment", icon=":material/add:", key="add-segment-box", expanded=not document.segments
    ):
        widths = [5, *([2] if shape.classes else []), *([2] if shape.labels else []), 1]
        hint = "Words of the document" + ("; empty: the whole document" if shape.whole_documents else "")
        cells = iter(st.columns(widths, vertical_alignment="bottom"))
        with next(cells):
            wanted = st.text_input("Text to tag", key="new-text", placeholder=hint)
        class_ = label = None
        if shape.classes:
            with next(cells):
                class_ = st.selectbox("Class", draft.classes, index=None, key="new-class", placeholder="–")
        if shape.labels:
            with next(cells):
                label = st.selectbox("Label", draft.labels, index=None, key="new-label", placeholder="–")
        everything = ((0, len(document.text)),) if shape.whole_documents else ()
        places = occurrences(document.text, wanted) if wanted else everything
        place = places[0] if places else None
        if len(places) > 1:
            taken = {(segment.segment.start, segment.segment.end) for segment in document.segments}
            free = next((at for at, found in enumerate(places) if found not in taken), 0)
            place = st.selectbox(
                "Which one",
                places,
                index=free,
                key=f"new-place-{wanted}",
                format_func=lambda found: context(document.text, *found),
            )
        if wanted and not places:
            st.caption("These words do not stand in the document exactly so.")
        with next(cells):
            st.button(
                "Add",
                key="add-segment",
                type="primary",
                disabled=place is None,
                on_click=_add,
                args=(place, class_, label, step, on_change),
            )


def _add(
    place: tuple[int, int],
    class_: str | None,
    label: str | None,
    step: str,
    on_change: OnChange,
) -> None:
    if on_change(lambda document: add_segment(document, *place, class_, label, step)):
        set_widget("new-text", "")


def context(text: str, start: int, end: int, around: int = 25) -> str:
    """A hit with what stands around it, on one line, and its offsets."""
    before, after = text[max(0, start - around) : start], text[end : end + around]
    return " ".join(f"…{before}[{text[start:end]}]{after}…".split()) + f"  ({start}–{end})"
