"""The segments of all documents as one editable table: filter, tick, retag, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from operator import is_
from typing import Any

import pandas as pd
import streamlit as st

from components.frame import loading, reporting
from components.pickers import go
from components.row_editor import EMPTY, Editor, not_taken, refusals
from components.segment_table import columns, frame_of
from components.state import UiState, set_widget, widget_value
from components.status import read_everything
from labeling.all_rows import ALL, ROWS, Place, RowFilter, RowIndex, cut, rows_in, words_of
from labeling.bulk import KEEP, Outcome, by_document, delete_everywhere, retag, row_key
from labeling.draft import Draft, DraftDocument
from labeling.edits import Change, Refused
from labeling.model import Session, Shape
from labeling.reading import CHUNK, PAGE, Loaded, Reader
from labeling.rows import Row, change_cell, find_row, rows_of
from labeling.wording import count_of

WHICH = "which-table"
ONE, MANY = "This document", "All documents"
LOOKED_AT = 500
"""Documents read at most for one page of the table, where few have segments."""
KINDS = {"Changed": "changed", "With problems": "problems", "Untagged": "untagged"}


@dataclass
class Table:
    """What the person sees of the table of one session.

    `ids` are the rows that the filter admitted when it was last applied: a row stays while its cells are typed, and
    `taken` is the draft's last step then. `starts`: where each page begins, as far as that is known, while not every
    document was read.
    """

    session: tuple[int, int]
    filter: RowFilter = ALL
    page: int = 1
    starts: list[Place] = field(default_factory=lambda: [Place()])
    ids: tuple[str, ...] = ()
    taken: int = -1
    stale: bool = False
    index: RowIndex | None = None
    ticked: dict[str, Loaded] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """A page of rows, its documents by key; `total` rows where that is known, and how many `pages`."""

    ids: tuple[str, ...]
    where: dict[str, Loaded]
    words: str
    pages: int
    total: int | None


def all_documents_wanted(ui: UiState) -> bool:
    """The switch above the table; whether it shows all documents."""
    set_widget(WHICH, MANY if ui.kept.get("all-documents-open") else ONE)

    def choose() -> None:
        ui.kept["all-documents-open"] = widget_value(WHICH) == MANY

    st.segmented_control(
        "Segments of",
        [ONE, MANY],
        key=WHICH,
        required=True,
        label_visibility="collapsed",
        on_change=choose,
    )
    return bool(ui.kept.get("all-documents-open"))


def all_documents(
    ui: UiState, reader: Reader, session: Session, draft: Draft, shape: Shape, *, read_only: bool
) -> None:
    """The table, a page at a time, with its filter above and what is done to ticked rows below."""
    table = _table(ui, session)
    with st.container(key="all-documents"):
        _filter(table, draft, shape)
        with loading("read the documents"):
            shown = _shown(reader, session, draft, shape, table)
        if shown is None:
            return
        _rows(ui, reader, session, draft, shape, table, shown, read_only=read_only)
        _pager(table, shown)
        if not read_only:
            _bulk(ui, reader, session, draft, shape, table, shown)


def _table(ui: UiState, session: Session) -> Table:
    known: Table | None = ui.kept.get("all-documents")
    if known is None or known.session != session.key:
        known = ui.kept["all-documents"] = Table(session.key)
    return known


# Which rows


def _filter(table: Table, draft: Draft, shape: Shape) -> None:
    """The fields say how the table is filtered, also after a look at one document."""
    now = table.filter
    if now.class_ not in draft.classes or now.label not in draft.labels:
        table.filter = now = now._replace(
            class_=now.class_ if now.class_ in draft.classes else "",
            label=now.label if now.label in draft.labels else "",
        )
    change = partial(_set_filter, table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for key, title, names, value in (
            ("rows-class", "Class", draft.classes if shape.classes else (), now.class_),
            ("rows-label", "Label", draft.labels if shape.labels else (), now.label),
        ):
            if names:
                set_widget(key, value or None)
                st.selectbox(
                    title, names, index=None, key=key, placeholder="any", width=150, on_change=change
                )
        if (widget_value("rows-words") or "").strip() != now.words:
            set_widget("rows-words", now.words)
        st.text_input("Words in the segment", key="rows-words", width=220, on_change=change)
        set_widget("rows-kinds", [word for word, name in KINDS.items() if getattr(now, name)])
        st.pills(
            "Only",
            list(KINDS),
            selection_mode="multi",
            key="rows-kinds",
            label_visibility="collapsed",
            on_change=change,
        )
        if table.stale and not now.is_empty:
            st.button(
                "Filter again",
                key="rows-again",
                icon=":material/refresh:",
                help="Rows stay while you edit them, also those that the filter does not admit any more",
                on_click=_anew,
                args=(table,),
            )


def _set_filter(table: Table) -> None:
    kinds = widget_value("rows-kinds") or []
    table.filter = RowFilter(
        class_=widget_value("rows-class") or "",
        label=widget_value("rows-label") or "",
        words=(widget_value("rows-words") or "").strip(),
        **{name: word in kinds for word, name in KINDS.items()},
    )
    table.ticked.clear()
    _anew(table)


def _anew(table: Table) -> None:
    table.taken, table.page, table.starts = -1, 1, [Place()]


def _shown(reader: Reader, session: Session, draft: Draft, shape: Shape, table: Table) -> Shown | None:
    """The page of rows; nothing while every document would have to be read first."""
    if table.filter.changed:
        views = draft.changed_documents
        where = {view.key: Loaded(view.key, view.position, view.source) for view in views}
        return _page_of(
            table, draft, where, lambda: chain(*(rows_in(view, table.filter, draft, shape) for view in views))
        )
    documents = _documents(reader, session)
    if documents is None:
        if not table.filter.is_empty:
            st.caption("A filter looks at every document.")
        if _read_all(reader, session):
            documents = reader.whole
    if documents is None:
        return _unread(reader, session, draft, table) if table.filter.is_empty else None
    index = table.index
    if (
        index is None
        or index.filter != table.filter
        or len(index.documents) != len(documents)
        or not all(map(is_, index.documents, documents))
    ):
        index = table.index = RowIndex(table.filter, documents)
        if table.filter.is_empty:
            table.taken = -1
        table.stale = True
    return _page_of(
        table, draft, {loaded.key: loaded for loaded in documents}, lambda: index.rows(draft, shape)
    )


def _page_of(table: Table, draft: Draft, where: dict[str, Loaded], admitted: Callable[[], Any]) -> Shown:
    if table.taken != draft.taken:
        table.ids, table.taken, table.stale = tuple(admitted()), draft.taken, False
    pages = max(1, -(-len(table.ids) // ROWS))
    table.page = min(table.page, pages)
    begin = (table.page - 1) * ROWS
    ids = table.ids[begin : begin + ROWS]
    words = f"Rows {begin + 1:,}–{begin + len(ids):,} of {len(table.ids):,}" if ids else ""
    return Shown(ids, where, words, pages, len(table.ids))


def _documents(reader: Reader, session: Session) -> Sequence[Loaded] | None:
    """Every document where that costs little: they were read, or are few."""
    if reader.whole is not None or session.document_count > CHUNK:
        return reader.whole
    pages = (reader.page(offset).items for offset in range(0, session.document_count, PAGE))
    return tuple(chain(*pages))


def _read_all(reader: Reader, session: Session) -> bool:
    if not st.button(f"Read all {session.document_count:,} documents", key="rows-read-all"):
        return False
    read_everything(reader)
    return True


def _unread(reader: Reader, session: Session, draft: Draft, table: Table) -> Shown:
    """A page of rows while only so much is read as it needs; nobody knows how many rows there are."""
    table.page = min(table.page, len(table.starts))
    start = table.starts[table.page - 1]
    where: dict[str, Loaded] = {}

    def views() -> Iterator[DraftDocument]:
        for offset in range(start.position - start.position % PAGE, session.document_count, PAGE):
            for loaded in reader.page(offset).items:
                if loaded.position >= start.position:
                    where[loaded.key] = loaded
                    yield draft.view(loaded.key, loaded.document, loaded.position)

    found = cut(views(), start, LOOKED_AT)
    # Where the next page begins follows what was edited on this one.
    following = [found.next] if found.next is not None else []
    if table.starts[table.page : table.page + 1] != following:
        table.starts[table.page :] = following
    words = (
        f"{count_of(len(found.rows), 'row')} of documents {start.position + 1:,}–{found.last + 1:,} "
        f"of {session.document_count:,}"
    )
    return Shown(found.rows, where, words, len(table.starts), None)


def _pager(table: Table, shown: Shown) -> None:
    # A page turned by other means is another widget: this one cannot be given a value.
    key = f"rows-page-{shown.pages}-{table.page}"

    def turn() -> None:
        table.page = int(widget_value(key))

    if shown.words:
        st.caption(shown.words)
    if shown.pages > 1:
        st.pagination(shown.pages, default=table.page, key=key, max_visible_pages=7, on_change=turn)


# The rows of a page


def _rows(
    ui: UiState,
    reader: Reader,
    session: Session,
    draft: Draft,
    shape: Shape,
    table: Table,
    shown: Shown,
    *,
    read_only: bool,
) -> None:
    found = _page_rows(draft, shape, shown)
    ids = [row["id"] for _, row in found]
    editor = Editor(ui, "all", ids, _apply_to(ui, session, shape, table, shown), keeps_ticks=True)
    if editor.take_late(read_only=read_only):
        st.rerun()
    not_taken(ui)
    if found:
        editor.draw(
            _frame(found, shape, table),
            _columns(ui, reader, draft, ids),
            fixed=("document", "segment", "text", "problem"),
            alt="The segments of many documents, one row a tag.",
            read_only=read_only,
        )
    else:
        st.info(
            "No segment here." if table.filter.is_empty else "No segment fits the filter.",
            icon=":material/info:",
        )
    refusals(ui)


def _page_rows(draft: Draft, shape: Shape, shown: Shown) -> list[tuple[int, Row]]:
    """(number of the document, row) of each row of the page that is still there."""
    found = []
    for key, wanted in by_document(shown.ids).items():
        if key not in shown.where:
            continue
        loaded = shown.where[key]
        view = draft.view(loaded.key, loaded.document, loaded.position)
        mine = set(wanted)
        for row in rows_of(view, draft.classes, draft.labels, shape):
            if row["id"] in mine:
                words = words_of(view.text, row["start"], row["end"])
                found.append(
                    (loaded.position + 1, Row(**{**row, "id": row_key(key, row["id"]), "text": words}))
                )
    return found


def _frame(found: Sequence[tuple[int, Row]], shape: Shape, table: Table) -> pd.DataFrame:
    frame = frame_of([row for _, row in found], shape)
    frame["tick"] = [row["id"] in table.ticked for _, row in found]
    frame["problem"] = [row["problem"] for _, row in found]
    frame.insert(1, "document", [f"{number:,}" for number, _ in found])
    return frame


def _columns(ui: UiState, reader: Reader, draft: Draft, ids: Sequence[str]) -> dict[str, Any]:
    key = "rows-open"

    def open_document() -> None:
        click = widget_value(key)
        ui.kept["all-documents-open"] = False
        go(ui, reader, int(str(click["label"]).replace(",", "")) - 1)
        row = ids[click["row"]] if click["row"] < len(ids) else ""
        ui.show(row.partition("/")[2].rpartition("/")[0])

    column = st.column_config
    return {
        **columns(draft),
        "tick": column.CheckboxColumn("", width=36, help="Ticked rows are retagged or deleted at once"),
        "document": column.ButtonColumn(
            "Doc", width=70, help="Open the document", type="tertiary", key=key, on_click=open_document
        ),
        "problem": column.TextColumn("Problem", width=150),
    }


def _apply_to(
    ui: UiState, session: Session, shape: Shape, table: Table, shown: Shown
) -> Callable[[str, str, Any], bool]:
    def apply(key: str, column: str, value: Any) -> bool:
        document, _, row = key.partition("/")
        loaded = shown.where.get(document)
        if column == "tick":
            if value and loaded is not None:
                table.ticked[key] = loaded
            else:
                table.ticked.pop(key, None)
            return True
        why = "this document is no longer here"
        if loaded is not None:
            given = None if value == EMPTY else value
            before = ui.draft_of(session).taken
            why = ui.edit_document(
                session, loaded, lambda view, draft: change_cell(view, row, column, given, draft, shape)
            )
            if table.taken == before:
                # The rows stay while they are typed in, also those that the filter does not admit any more.
                table.taken = ui.draft_of(session).taken
                table.stale = table.stale or table.taken != before
        if why:
            ui.refusals.append(f"Not stored: {why}.")
        return not why

    return apply


# What is done to ticked rows


def _bulk(
    ui: UiState, reader: Reader, session: Session, draft: Draft, shape: Shape, table: Table, shown: Shown
) -> None:
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
                _retag(ui, reader, session, draft, shape, table, words)
        st.button(
            f"Delete {words}" if ticked else "Delete rows",
            key="rows-delete",
            icon=":material/delete:",
            disabled=not ticked,
            help="Deletes the ticked tags; with its last tag a segment goes. Undo brings all of them back.",
            on_click=_do,
            args=(ui, reader, session, table, lambda views, draft, rows: delete_everywhere(views, rows)),
        )


def _tick_buttons(table: Table, shown: Shown) -> None:
    def tick(ids: Sequence[str]) -> None:
        table.ticked.update({row: shown.where[row.partition("/")[0]] for row in ids})

    page = [row for row in shown.ids if row.partition("/")[0] in shown.where]
    st.button(
        "Tick this page",
        key="rows-tick-page",
        disabled=not page or all(row in table.ticked for row in page),
        on_click=tick,
        args=(page,),
    )
    if shown.total is not None and shown.pages > 1:
        st.button(f"Tick all {shown.total:,}", key="rows-tick-all", on_click=tick, args=(table.ids,))
    st.button("Untick", key="rows-untick", disabled=not table.ticked, on_click=table.ticked.clear)


def _retag(
    ui: UiState, reader: Reader, session: Session, draft: Draft, shape: Shape, table: Table, words: str
) -> None:
    chosen = []
    for title, names, allowed in (
        ("Class", draft.classes, shape.classes),
        ("Label", draft.labels, shape.labels),
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
        args=(
            ui,
            reader,
            session,
            table,
            lambda views, draft, rows: retag(views, rows, class_, label, draft, shape),
        ),
    )


def _do(
    ui: UiState,
    reader: Reader,
    session: Session,
    table: Table,
    action: Callable[[Sequence[DraftDocument], Draft, Sequence[str]], Outcome | Refused],
) -> None:
    """One step on the ticked rows. What is no longer there is left out, and said."""
    rows = tuple(table.ticked)
    outcomes: list[Outcome] = []

    def make(views: Sequence[DraftDocument], draft: Draft) -> Change | Refused:
        outcome = action(views, draft, rows)
        if isinstance(outcome, Refused):
            return outcome
        outcomes.append(outcome)
        return outcome.change

    with reporting(ui, "read the documents of the ticked rows"):
        why = ui.edit_documents(session, _as_now(reader, ui.draft_of(session), table), make)
        if why:
            ui.refusals.append(f"Not stored: {why}.")
            return
        last = outcomes[-1]
        ui.said = (ui.run, last.change.name)
        if last.left_out:
            was = "row was" if last.left_out == 1 else "rows were"
            ui.notice("info", f"{last.left_out:,} of {len(rows):,} {was} no longer there and left out.")
        draft = ui.draft_of(session)
        for document, mine in by_document(rows).items():
            gone = (
                [row for row in mine if find_row(draft.document(document), row) is None]
                if document in draft.documents
                else []
            )
            for row in gone:
                table.ticked.pop(row_key(document, row), None)


def _as_now(reader: Reader, draft: Draft, table: Table) -> list[Loaded]:
    """The documents of the ticked rows: they may have been saved, or others read, since they were ticked."""
    found = []
    for loaded in {one.key: one for one in table.ticked.values()}.values():
        known = draft.documents.get(loaded.key)
        now = (
            Loaded(known.key, known.position, known.source)
            if known is not None
            else reader.at(loaded.position)
        )
        if now is not None and now.key == loaded.key:
            found.append(now)
    return found
