"""All tags of a session and what is left to do, each row with a link to its document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from components.review.charts import NO_CLASS, NO_LABEL, shown
from components.review.place import hold_one, hold_several, hold_text
from components.shell.pickers import first_words
from components.shell.state import Span, UiState
from labeling.documents.overview import Crossing, DocumentRow, Overview, SegmentRow, TagFilter, TagRow
from labeling.model import Session
from labeling.phrases import count_of

T = TypeVar("T")
ROWS = 1_000
"""Rows of a table handed to the browser at a time."""
SLICE = 160
"""Characters of a slice shown in a cell."""
LEFT = {
    "untagged": "Documents without tags",
    "not-done": "Documents not done",
    "bare": "Segments without tags",
}


def document_query(session: Session, number: int, segment: Span | None = None) -> dict[str, str]:
    """What the page Annotate needs to open a document by the number shown on screen, with the segment picked
    that stands at a span (code points)."""
    query = {"project": str(session.project_id), "session": str(session.id), "document": str(number)}
    return query if segment is None else {**query, "segment": f"{segment[0]}-{segment[1]}"}


def document_link(session: Session, row: TagRow | SegmentRow | DocumentRow) -> str:
    """Relative to the page that shows it, so that it holds wherever the app is mounted."""
    segment = None if isinstance(row, DocumentRow) else (row.start, row.end)
    return f"annotate?{urlencode(document_query(session, row.document, segment))}"


def tag_table(ui: UiState, seen: Overview, session: Session, table: Crossing) -> None:
    """All tags, filtered by class, label and text, each with a link to its document."""
    wanted = _tag_filter(ui, session, table)
    found = [tag for tag in seen.tags if wanted.admits(tag)]
    if not found:
        st.info(
            "No tag fits the filter." if seen.tags else "There are no tags in this session yet.",
            icon=":material/info:",
        )
        return
    frame = rows_frame(paged(found, len(seen.tags), "tag", f"review-tags-{session.id}"), session)
    parts = (("class_", table.has_classes), ("label", table.has_labels))
    linked_table(
        frame.drop(columns=[part for part, has in parts if not has]),
        session,
        key=f"review-tags-table-{session.id}",
        alt="The tags, one a row, each with a link to its document.",
    )


def rows_frame(rows: Sequence[TagRow | SegmentRow | DocumentRow], session: Session) -> pd.DataFrame:
    """The rows as the table shows them, each with the link to its document."""
    frame = pd.DataFrame(rows)
    frame["link"] = [document_link(session, row) for row in rows]
    frame["text"] = frame["text"].map(shortened)
    if "done" in frame:
        frame["done"] = frame["done"].map({True: "yes", False: "no", None: "not said"}.get)
    return frame


def left_to_do(ui: UiState, seen: Overview, session: Session) -> None:
    """Documents without tags, documents not done, segments without tags: how many, and where they are."""
    left: dict[str, Sequence[SegmentRow | DocumentRow]] = {"untagged": seen.untagged}
    if seen.done_count is not None:
        left["not-done"] = seen.not_done
    left["bare"] = seen.bare
    key, on_change = hold_one(ui, "review-left", list(left))
    chosen = st.segmented_control(
        "What is left to do",
        list(left),
        format_func=lambda kind: f"{LEFT[kind]} ({len(left[kind]):,})",
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=on_change,
    )
    assert chosen is not None
    rows = left[chosen]
    if not rows:
        st.success(f"{LEFT[chosen]}: none.", icon=":material/check_circle:")
        return
    what = "segment" if chosen == "bare" else "document"
    linked_table(
        rows_frame(paged(rows, len(rows), what, f"review-left-{chosen}-{session.id}"), session),
        session,
        key=f"review-left-table-{chosen}-{session.id}",
        alt=f"{LEFT[chosen]}, each with a link to its document.",
    )


def linked_table(frame: pd.DataFrame, session: Session, *, key: str, alt: str) -> None:
    """Rows that name a document. *Open* makes a new tab; a ticked row can be opened here, by keyboard too."""
    place, columns = st.empty(), _document_columns()
    table = st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=height_of(len(frame), 16),
        row_height=35,
        on_select="rerun",
        selection_mode="single-row",
        column_order=[name for name in columns if name in frame],
        column_config=columns,
        alt=alt,
    )
    ticked = [row for row in table["selection"]["rows"] if row < len(frame)]
    if not ticked:
        place.caption(
            "*Open* shows the document in a new tab. Tick a row (Shift+Space) to open its document here."
        )
        return
    row = frame.iloc[ticked[0]]
    number = int(row["document"])
    segment = (int(row["start"]), int(row["end"])) if "start" in frame else None
    place.page_link(
        "pages/annotate.py",
        label=f"Open document {number:,}",
        icon=":material/sell:",
        query_params=document_query(session, number, segment),
    )


def paged(rows: Sequence[T], of: int, what: str, key: str) -> Sequence[T]:
    """The rows of the page chosen, with words that say truthfully which and how many there are."""
    pages = -(-len(rows) // ROWS)
    words = among(len(rows), of, what)
    if pages == 1:
        st.caption(words)
        return rows
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.pagination(pages, key=f"{key}-{pages}")
        first = (page - 1) * ROWS
        part = rows[first : first + ROWS]
        st.caption(
            f"{words}: rows {first + 1:,} to {first + len(part):,}. A click on a head sorts these rows only."
        )
    return part


def among(count: int, of: int, what: str) -> str:
    """`3 of 7 tags`, or `7 tags` when it is all of them."""
    return count_of(of, what) if count == of else f"{count:,} of {count_of(of, what)}"


def shortened(text: str) -> str:
    """A slice on one line; one that is cut ends in an ellipsis."""
    line = first_words(text, SLICE)
    return f"{line}…" if len(" ".join(text[: 5 * SLICE].split())) > SLICE else line


def _tag_filter(ui: UiState, session: Session, table: Crossing) -> TagFilter:
    key, typed = hold_text(ui, f"review-text-{session.id}")
    held = {
        part: hold_several(ui, f"review-{part}-{session.id}", names)
        for part, names in (("class", table.classes), ("label", table.labels))
    }
    with st.container(horizontal=True):
        text = st.text_input(
            "Tagged text",
            key=key,
            on_change=typed,
            icon=":material/search:",
            placeholder="any",
            width=320,
        )
        classes, labels = (
            st.multiselect(
                part.capitalize(),
                names,
                format_func=partial(shown, part=none),
                key=held[part][0],
                on_change=held[part][1],
                placeholder="any",
                width=width,
            )
            if has
            else []
            for part, names, has, none, width in (
                ("class", table.classes, table.has_classes, NO_CLASS, 360),
                ("label", table.labels, table.has_labels, NO_LABEL, 320),
            )
        )
    return TagFilter(frozenset(classes), frozenset(labels), text.strip())


def _document_columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "link": column.LinkColumn(
            "Open", display_text="Open", width=64, help="The document on the page Annotate"
        ),
        "document": column.NumberColumn("Document", width=88, help="Its number in the session"),
        "text": column.TextColumn("Text", width=380),
        "class_": column.TextColumn("Class", width="medium"),
        "label": column.TextColumn("Label"),
        "start": column.NumberColumn("Start", width=72, help="In characters, from 0"),
        "end": column.NumberColumn("End", width=72, help="In characters; the first one after the segment"),
        "length": column.NumberColumn("Characters", format="localized"),
        "segments": column.NumberColumn("Segments", format="localized"),
        "tags": column.NumberColumn("Tags", format="localized"),
        "done": column.TextColumn("Done", width=72),
    }


def height_of(rows: int, most: int) -> int:
    """Pixels for so many rows and their head; past `most` rows the table scrolls."""
    return 38 + 35 * min(rows, most)
