"""The segments of all documents as one editable table: filter, tick, retag, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st

from components.annotate.navigation import go
from components.shell.arrow_editor import Columns
from components.shell.desk import Desk
from components.shell.state import widget_value
from components.shell.telling import loading, reporting
from components.tables.bulk_bar import bulk_bar
from components.tables.row_editor import Apply, row_editor
from components.tables.rows_shown import Shown, Table, row_filter, row_pager, rows_shown
from components.tables.segment_table import changed_cell, columns, table_of
from labeling.documents.rows import Row, rows_of, words_of
from labeling.draft.draft import Draft
from labeling.editing.many import by_document, parts_of, row_key
from labeling.editing.table import segment_of


@dataclass
class AllDocuments:
    """The table of the session that was looked at last."""

    table: Table | None = None


def all_documents(desk: Desk) -> None:
    """The table, a page at a time, with its filter above and what is done to ticked rows below."""
    table = _table(desk)
    with st.container(key="all-documents"):
        row_filter(desk.ui, table, desk.draft)
        with loading("read the documents"):
            shown = rows_shown(desk, table)
        if shown is None:
            return
        _rows(desk, table, shown)
        row_pager(table, shown)
        if not desk.read_only:
            bulk_bar(desk, table, shown)


def _table(desk: Desk) -> Table:
    known = desk.ui.of(AllDocuments).table
    if known is None or known.session != desk.session.key:
        known = desk.ui.of(AllDocuments).table = Table(desk.session.key)
    if known.writes != desk.ui.answers.writes:
        known.writes, known.taken = desk.ui.answers.writes, -1
    return known


def _rows(desk: Desk, table: Table, shown: Shown) -> None:
    found = _page_rows(desk.draft, shown)
    ids = [row["id"] for _, row in found]
    cells = table_of([row for _, row in found], desk.draft.scheme.shape)
    cells = _with(cells, "tick", [id_ in table.ticked for id_ in ids])
    cells = _with(cells, "problem", [row["problem"] for _, row in found])
    numbers = pa.array([f"{number:,}" for number, _ in found], pa.string())
    cells = cells.add_column(1, "document", numbers)
    row_editor(
        desk,
        "all",
        ids,
        cells,
        _columns(desk, ids),
        _apply_to(desk, table, shown, ids),
        alt="The segments of many documents, one row a tag.",
        nothing="No segment here." if table.filter.is_empty else "No segment fits the filter.",
        keeps_ticks=True,
    )


def _with(cells: pa.Table, name: str, values: Sequence[object]) -> pa.Table:
    """The table with other values in one of its columns."""
    field = cells.schema.field(name)
    return cells.set_column(cells.schema.get_field_index(name), field, pa.array(values, field.type))


def _page_rows(draft: Draft, shown: Shown) -> list[tuple[int, Row]]:
    """(number of the document, row) of each row of the page that is still there."""
    found = []
    for key, wanted in by_document(shown.ids).items():
        if key not in shown.where:
            continue
        loaded = shown.where[key]
        view = draft.view(loaded)
        mine = set(wanted)
        for row in rows_of(view, draft.scheme):
            if row["id"] in mine:
                words = words_of(view.text, row["start"], row["end"])
                found.append(
                    (loaded.position + 1, Row(**{**row, "id": row_key(key, row["id"]), "text": words}))
                )
    return found


def _columns(desk: Desk, ids: Sequence[str]) -> Columns:
    key = "rows-open"

    def open_document() -> None:
        click = widget_value(key)
        with reporting(desk.ui, "read the document"):
            go(desk, int(str(click["label"]).replace(",", "")) - 1)
            row = ids[click["row"]] if click["row"] < len(ids) else ""
            desk.ui.show(segment_of(parts_of(row)[1]))

    column = st.column_config
    of_one = columns(desk.draft.scheme)
    config = {
        **of_one.config,
        "tick": column.CheckboxColumn(
            "", width=36, pinned=True, help="Ticked rows are retagged or deleted at once"
        ),
        "document": column.ButtonColumn(
            "Document",
            width=88,
            pinned=True,
            help="Open the document",
            type="tertiary",
            key=key,
            on_click=open_document,
        ),
        "text": column.TextColumn("Text", width=165),
        "problem": column.TextColumn("Problem", width=110),
    }
    return Columns(config, of_one.editable)


def _apply_to(desk: Desk, table: Table, shown: Shown, ids: Sequence[str]) -> Apply:
    def apply(key: str, column: str, value: Any) -> bool:
        document, row = parts_of(key)
        loaded = shown.where.get(document)
        if column == "tick":
            if value and loaded is not None:
                table.ticked[key] = loaded
            else:
                table.ticked.pop(key, None)
            return True
        why = "this document is no longer here"
        if loaded is not None:
            before = desk.now().draft.taken
            why = desk.edit_document(
                loaded,
                lambda view, draft: changed_cell(view, draft, row, column, value, ids.index(key) + 1),
            )
            if table.taken == before:
                # The rows stay while they are typed in, also those that the filter does not admit any more.
                table.taken = desk.now().draft.taken
                table.stale = table.stale or table.taken != before
        if why:
            desk.tell("table", "warning", f"Not stored: {why}.")
        return not why

    return apply
