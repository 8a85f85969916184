"""What is done to the ticked rows of the table of all documents: each a single step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.shell.desk import Desk
from components.shell.telling import reporting
from components.tables.rows_shown import Shown, Table
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.many import KEEP, BulkOutcome, by_document, delete_everywhere, parts_of, retag, row_key
from labeling.editing.table import find_row
from labeling.phrases import EMPTY, count_of


def bulk_bar(desk: Desk, table: Table, shown: Shown) -> None:
    ticked = len(table.ticked)
    documents = len(by_document(table.ticked))
    rows = count_of(ticked, "row")
    words = f"{rows} in {count_of(documents, 'document')}" if documents > 1 else rows
    with st.container(horizontal=True, vertical_alignment="center"):
        _tick_buttons(table, shown)
        box = st.popover(
            f"Retag {words}" if ticked else "Retag rows",
            key="rows-retag-box",
            icon=":material/label:",
            disabled=not ticked,
            on_change="rerun",
        )
        if box.open and ticked:
            with box:
                _retag(desk, table, words)
        st.button(
            f"Delete {words}" if ticked else "Delete rows",
            key="rows-delete",
            icon=":material/delete:",
            disabled=not ticked,
            help="Deletes the ticked tags; with its last tag a segment goes. Undo brings all of them back.",
            on_click=_do,
            args=(desk, table, lambda views, _, rows: delete_everywhere(views, rows)),
        )


def _tick_buttons(table: Table, shown: Shown) -> None:
    def there(ids: Sequence[str]) -> dict[str, Loaded]:
        found = {row: shown.where.get(parts_of(row)[0]) for row in ids}
        return {row: loaded for row, loaded in found.items() if loaded is not None}

    def tick(ids: Sequence[str]) -> None:
        table.ticked.update(there(ids))

    page = there(shown.ids)
    st.button(
        "Tick this page",
        key="rows-tick-page",
        disabled=page.keys() <= table.ticked.keys(),
        on_click=tick,
        args=(shown.ids,),
    )
    if shown.total is not None and shown.pages > 1:
        st.button(f"Tick all {shown.total:,}", key="rows-tick-all", on_click=tick, args=(table.ids,))
    st.button("Untick", key="rows-untick", disabled=not table.ticked, on_click=table.ticked.clear)


def _retag(desk: Desk, table: Table, words: str) -> None:
    chosen, shape = [], desk.draft.scheme.shape
    for title, names, allowed in (
        ("Class", desk.draft.classes, shape.classes),
        ("Label", desk.draft.labels, shape.labels),
    ):
        chosen.append(
            st.selectbox(
                title,
                [KEEP, "", *names],
                key=f"rows-to-{title.lower()}",
                format_func=lambda name: "as it is" if name == KEEP else name or EMPTY,
            )
            if allowed
            else KEEP
        )
    class_, label = chosen
    st.button(
        f"Retag {words}",
        key="rows-retag",
        type="primary",
        disabled=chosen == [KEEP, KEEP],
        on_click=_do,
        args=(desk, table, lambda views, draft, rows: retag(views, rows, class_, label, draft.scheme)),
    )


def _do(
    desk: Desk,
    table: Table,
    action: Callable[[Sequence[DraftDocument], Draft, Sequence[str]], BulkOutcome | Refused],
) -> None:
    """One step on the ticked rows. What is no longer there is left out, and said."""
    rows = tuple(table.ticked)
    outcomes: list[BulkOutcome] = []

    def make(views: Sequence[DraftDocument], draft: Draft) -> Change | Refused:
        outcome = action(views, draft, rows)
        if isinstance(outcome, Refused):
            return outcome
        outcomes.append(outcome)
        return outcome.change

    with reporting(desk.ui, "read the documents of the ticked rows"):
        if why := desk.edit_documents(desk.as_now(table.ticked.values()), make):
            desk.tell("table", "warning", f"Not stored: {why}.")
            return
        last = outcomes[-1]
        desk.tell("text", "info", last.change.name)
        if last.left_out:
            was = "row was" if last.left_out == 1 else "rows were"
            desk.tell(
                "page", "info", f"{last.left_out:,} of {len(rows):,} {was} no longer there and left out."
            )
        draft = desk.now().draft
        for document, mine in by_document(rows).items():
            view = draft.document(document) if document in draft.documents else None
            for row in mine:
                if view is not None and find_row(view, row) is None:
                    table.ticked.pop(row_key(document, row), None)
