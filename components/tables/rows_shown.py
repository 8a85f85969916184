"""Which rows the table of all documents shows: its filter, the page of rows that it admits, the pager."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from operator import is_
from typing import Any

import streamlit as st

from components.shell.desk import Desk
from components.shell.long_work import pressed, read_everything
from components.shell.showing import showing
from components.shell.state import UiState, widget_value
from labeling.documents.listing import named_now
from labeling.documents.reader import CHUNK, PAGE
from labeling.documents.rows import ALL, ROWS, PageStart, RowFilter, RowIndex, cut, rows_in
from labeling.draft.document import DraftDocument, Loaded, loaded_from
from labeling.draft.draft import Draft
from labeling.phrases import count_of

LOOKED_AT = 500
"""Documents read at most for one page of the table, where few have segments."""
KINDS = {"Changed": "changed", "With problems": "problems", "Untagged": "untagged"}


@dataclass
class Table:
    """The table of one session: its filter, its page, its ticked rows.

    `ids` are the rows admitted when the filter was last applied, at the draft's step `taken`, after so many
    `writes`. The filter has the names of that `clock` of the renames. `starts`: where each page begins, as
    far as that is known while not every document was read.
    """

    session: tuple[int, int]
    filter: RowFilter = ALL
    page: int = 1
    starts: list[PageStart] = field(default_factory=lambda: [PageStart()])
    ids: tuple[str, ...] = ()
    taken: int = -1
    writes: int = 0
    stale: bool = False
    index: RowIndex | None = None
    clock: int = 0
    ticked: dict[str, Loaded] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """A page of rows, its documents by key; `total` rows where that is known, and how many `pages`."""

    ids: tuple[str, ...]
    where: dict[str, Loaded]
    words: str
    pages: int
    total: int | None


def row_filter(ui: UiState, table: Table, draft: Draft) -> None:
    """The fields say how the table is filtered, also after a look at one document."""
    now = table.filter = named_now(table.filter, draft, table.clock)
    table.clock = draft.renames.clock
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        for field, title, names, value in (
            ("class_", "Class", draft.scheme.offered("classes"), now.class_),
            ("label", "Label", draft.scheme.offered("labels"), now.label),
        ):
            if names:
                by = partial(_narrow, table, field)
                key, chose = showing(ui, f"rows-{title.lower()}", value or None, by)
                st.selectbox(
                    title,
                    names,
                    index=None,
                    key=key,
                    placeholder=f"Any {title.lower()}",
                    width=150,
                    label_visibility="collapsed",
                    on_change=chose,
                )
        key, typed = showing(ui, "rows-words", now.words, partial(_narrow, table, "words"))
        st.text_input(
            "Words in the segment",
            key=key,
            width=200,
            placeholder="Words in the segment",
            label_visibility="collapsed",
            on_change=typed,
        )
        kinds = [word for word, name in KINDS.items() if getattr(now, name)]
        key, chose = showing(ui, "rows-kinds", kinds, partial(_of_kinds, table))
        st.pills(
            "Only",
            list(KINDS),
            selection_mode="multi",
            key=key,
            label_visibility="collapsed",
            on_change=chose,
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


def _narrow(table: Table, field: str, words: str | None) -> None:
    _filter_by(table, **{field: (words or "").strip() if field == "words" else words or ""})


def _of_kinds(table: Table, kinds: Sequence[str] | None) -> None:
    _filter_by(table, **{name: word in (kinds or ()) for word, name in KINDS.items()})


def _filter_by(table: Table, **fields: Any) -> None:
    table.filter = table.filter._replace(**fields)
    table.ticked.clear()
    _anew(table)


def _anew(table: Table) -> None:
    table.taken, table.page, table.starts = -1, 1, [PageStart()]


def rows_shown(desk: Desk, table: Table) -> Shown | None:
    """The page of rows; nothing while every document would have to be read first."""
    if table.filter.changed:
        views = desk.draft.changed_documents
        # A row stays while it is typed in, also where its document is no longer changed.
        where = {key: loaded_from(document) for key, document in desk.draft.documents.items()}
        return _page_of(
            table,
            desk.draft,
            where,
            lambda: chain(*(rows_in(view, table.filter, desk.draft.scheme) for view in views)),
        )
    documents = _documents(desk)
    if documents is None:
        if not table.filter.is_empty:
            st.caption("A filter looks at every document.")
        if pressed(desk.ui, f"Read all {desk.session.document_count:,} documents", key="rows-read-all"):
            documents = read_everything(desk.reader)
    if documents is None:
        return _unread(desk, table) if table.filter.is_empty else None
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
        table, desk.draft, {loaded.key: loaded for loaded in documents}, lambda: index.rows(desk.draft)
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


def _documents(desk: Desk) -> Sequence[Loaded] | None:
    """Every document where that costs little: they were read, or are few."""
    if desk.reader.whole is not None or desk.session.document_count > CHUNK:
        return desk.reader.whole
    pages = (desk.reader.page(offset).items for offset in range(0, desk.session.document_count, PAGE))
    return tuple(chain(*pages))


def _unread(desk: Desk, table: Table) -> Shown:
    """A page of rows while only so much is read as it needs; nobody knows how many rows there are."""
    table.page = min(table.page, len(table.starts))
    start = table.starts[table.page - 1]
    where: dict[str, Loaded] = {}

    def views() -> Iterator[DraftDocument]:
        for offset in range(start.position - start.position % PAGE, desk.session.document_count, PAGE):
            for loaded in desk.reader.page(offset).items:
                if loaded.position >= start.position:
                    where[loaded.key] = loaded
                    yield desk.draft.view(loaded)

    found = cut(views(), start, LOOKED_AT)
    # Where the next page begins follows what was edited on this one.
    following = [found.next] if found.next is not None else []
    if table.starts[table.page : table.page + 1] != following:
        table.starts[table.page :] = following
    words = (
        f"{count_of(len(found.rows), 'row')} of documents {start.position + 1:,}–{found.last + 1:,} "
        f"of {desk.session.document_count:,}"
    )
    return Shown(found.rows, where, words, len(table.starts), None)


def row_pager(table: Table, shown: Shown) -> None:
    # A page turned by other means is another widget: this one cannot be given a value.
    key = f"rows-page-{shown.pages}-{table.page}"

    def turn() -> None:
        table.page = int(widget_value(key))

    if shown.words:
        st.caption(shown.words)
    if shown.pages > 1:
        st.pagination(shown.pages, default=table.page, key=key, max_visible_pages=7, on_change=turn)
