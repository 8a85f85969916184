"""Segments as an editable table: a row a tag, in step with the draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.shell.arrow_editor import Columns
from components.shell.desk import Desk
from components.shell.state import TABLES, set_widget
from components.tables.row_editor import NAMES, Apply, row_editor
from components.tables.row_in_sight import row_in_sight
from labeling.documents.rows import Row, rows_of
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.vocabulary import Scheme
from labeling.editing.table import add_tag, change_cell, delete_rows, segment_of
from labeling.editing.tagging import tag_span
from labeling.model import Shape
from labeling.phrases import EMPTY, count_of
from labeling.spans import occurrences

OnChange = Callable[[Callable[[DraftDocument, Draft], Change | Refused]], bool]
"""Takes what the person did to the document and the draft as they are then; whether the draft took it."""
LARGEST = 2**53 - 1
"""The largest number that a browser holds exactly."""


def segment_table(
    desk: Desk, document: DraftDocument, *, on_change: OnChange, tools: DeltaGenerator, picked: str = ""
) -> None:
    """Draw the table, and what is done to its rows into `tools`. `on_change` is given what the person did.

    `picked`: the segment that is picked on the text; its rows are marked, and brought into sight.
    """
    scheme = desk.draft.scheme
    rows = rows_of(document, scheme)
    ids = [row["id"] for row in rows]
    of_pick = [at for at, id_ in enumerate(ids) if segment_of(id_) == picked]
    marks = ["▶" if at in of_pick else "" for at in range(len(rows))]
    ticked = row_editor(
        desk,
        document.key,
        ids,
        table_of(rows, scheme.shape, marks),
        columns(scheme),
        _apply_to(on_change, ids),
        alt="The segments of the document, one row a tag.",
        nothing="No segments yet.",
        # A row and its segment on the text are one thing.
        on_tick=lambda row: desk.ui.show(segment_of(row)),
    )
    if picked:
        row_in_sight(table=TABLES, row=min(of_pick, default=None), wish=picked)
    if not desk.read_only:
        with tools:
            if ticked:
                _buttons(desk, ticked, on_change)
            _add_form(desk, document, on_change)


def table_of(rows: Sequence[Row], shape: Shape, marks: Sequence[str] | None = None) -> pa.Table:
    """The rows as the editor's table; columns follow the session's type.

    `marks`: what marks each row, in a column of its own.
    """
    cells = {
        "tick": pa.array([False] * len(rows), pa.bool_()),
        **({} if marks is None else {"picked": pa.array(marks, pa.string())}),
        "segment": pa.array([row["segment"] for row in rows], pa.int64()),
        "start": pa.array([_shown(row["start"]) for row in rows], pa.int64()),
        "end": pa.array([_shown(row["end"]) for row in rows], pa.int64()),
        "text": pa.array([row["text"] for row in rows], pa.string()),
    }
    if shape.classes:
        cells["class_"] = pa.array([row["class_"] or EMPTY for row in rows], pa.string())
    if shape.labels:
        cells["label"] = pa.array([row["label"] or EMPTY for row in rows], pa.string())
    cells["problem"] = pa.array(["⚠" if row["problem"] else "" for row in rows], pa.string())
    return pa.table(cells)


def _shown(offset: int | None) -> int | None:
    """An offset as far as the editor can show it; what lies beyond is a problem that names the true one."""
    return None if offset is None else max(-LARGEST, min(offset, LARGEST))


@lru_cache(maxsize=64)
def columns(scheme: Scheme) -> Columns:
    """How each column is shown and edited; made once, as it is asked for with each edit.

    Together they fit beside the text of a window of 1600 px. What is pinned stays as wide as it is said here;
    the others share what room there is more. A cell that is typed into is not pinned: the grid opens such a
    one by Enter alone.
    """
    column = st.column_config
    config = {
        "tick": column.CheckboxColumn(
            "", width=36, pinned=True, help="Tick rows to delete them or to add a tag"
        ),
        "picked": column.TextColumn("", width=28, pinned=True, help="▶ is picked on the text"),
        "segment": column.NumberColumn("#", width=44, pinned=True, help="Rows of one segment share a number"),
        "start": column.NumberColumn(
            NAMES["start"], width=68, step=1, help="First character, counted from 0"
        ),
        "end": column.NumberColumn(NAMES["end"], width=64, step=1, help="Just after the last character"),
        "text": column.TextColumn("Text", width=145, help="What the segment covers; follows start and end"),
        "class_": column.SelectboxColumn(
            NAMES["class_"],
            options=[EMPTY, *scheme.classes],
            required=True,
            width=_width(scheme.classes, 120),
        ),
        "label": column.SelectboxColumn(
            NAMES["label"], options=[EMPTY, *scheme.labels], required=True, width=_width(scheme.labels, 84)
        ),
        "problem": column.TextColumn(
            "", width=32, pinned=True, help="⚠ what is wrong stands above, and under Problems"
        ),
    }
    return Columns(config, ("tick", *NAMES))


def _width(names: Sequence[str], least: int, most: int = 300) -> int:
    """Pixels in which each of the names is seen to its end: a cell cuts what it has no room for."""
    return min(max(least, *(30 + 7 * len(name) for name in names)), most) if names else least


def _apply_to(on_change: OnChange, ids: Sequence[str]) -> Apply:
    def apply(row: str, column: str, value: Any) -> bool:
        return on_change(lambda now, draft: changed_cell(now, draft, row, column, value, ids.index(row) + 1))

    return apply


def changed_cell(
    document: DraftDocument, draft: Draft, row: str, column: str, value: Any, number: int
) -> Change | Refused:
    """The step that a typed cell means. A refusal names the cell by its `number` in the table, from 1."""
    outcome = change_cell(document, row, column, None if value == EMPTY else value, draft.scheme)
    if isinstance(outcome, Refused):
        return Refused(f"row {number}, {NAMES[column]}: {outcome.reason}")
    return outcome


def _buttons(desk: Desk, ticked: list[str], on_change: OnChange) -> None:
    """What is done to the ticked rows."""
    step, one_tag = desk.step_name, desk.draft.scheme.shape.one_tag

    def further() -> None:
        on_change(lambda now, draft: add_tag(now, ticked[0], step, draft.scheme))

    def delete() -> None:
        on_change(lambda now, _: delete_rows(now, ticked))

    if not one_tag:
        st.button(
            "Add tag",
            key="add-tag",
            icon=":material/new_label:",
            type="tertiary",
            disabled=len(ticked) != 1,
            help="Gives the segment of the ticked row a further row"
            if len(ticked) == 1
            else "Tick one row alone to give its segment a further row",
            on_click=further,
        )
    st.button(
        f"Delete {count_of(len(ticked), 'row')}",
        key="delete-rows",
        icon=":material/delete:",
        type="tertiary",
        help="Deletes the ticked tags; with its last tag a segment goes",
        on_click=delete,
    )


def _add_form(desk: Desk, document: DraftDocument, on_change: OnChange) -> None:
    """A new segment: by the words it covers, or by its offsets."""
    box = st.popover(
        "Segment",
        icon=":material/add:",
        key="add-segment-box",
        type="tertiary",
        help="Add a segment by its words",
        width="content",
        on_change="rerun",
    )
    if not box.open:
        return
    step, scheme = desk.step_name, desk.draft.scheme
    shape = scheme.shape
    with box:
        hint = "Words of the document" + ("; empty: the whole document" if shape.whole_documents else "")
        wanted = st.text_input("Text to tag", key="new-text", placeholder=hint)
        class_ = label = None
        if shape.classes:
            class_ = st.selectbox("Class", scheme.classes, index=None, key="new-class", placeholder="–")
        if shape.labels:
            label = st.selectbox("Label", scheme.labels, index=None, key="new-label", placeholder="–")
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

        def add(at: tuple[int, int]) -> None:
            if on_change(lambda now, draft: tag_span(now, at, (class_, label), step, draft.scheme)):
                set_widget("new-text", "")

        st.button("Add", key="add-segment", disabled=place is None, on_click=add, args=(place,))


def context(text: str, start: int, end: int, around: int = 25) -> str:
    """A hit with what stands around it, on one line, and its offsets."""
    before, after = text[max(0, start - around) : start], text[end : end + around]
    return " ".join(f"…{before}[{text[start:end]}]{after}…".split()) + f"  ({start}–{end})"
