"""What a new session would hold: counts, the first documents, and the rows that are refused."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.new_session.fields import CSV, JSON, JSONL, PASTE, Filled
from components.shell.markdown import plain
from labeling.formats.records import Imported, RefusedRow
from labeling.model import Document
from labeling.phrases import count_of

SHOWN = 20
"""Documents in the preview."""
SHOWN_REFUSED = 100
_UNITS = {PASTE: "line", CSV: "row", JSONL: "line", JSON: "document"}
_EMPTY = {
    PASTE: "Paste your texts on the left: each becomes a document.",
    CSV: "Choose a table on the left: each row becomes a document.",
    JSONL: "Choose a JSONL file on the left: each line becomes a document.",
    JSON: "Choose a JSON file on the left.",
}


def import_counts(form: Filled) -> None:
    """What came of the source: numbers, or what is wrong with it, or what to do first."""
    found = form.imported
    if form.records.problem:
        st.error(plain(form.records.problem), icon=":material/error:")
    elif not found.documents and not found.refused:
        st.info(_EMPTY[form.source.kind], icon=":material/visibility:")
    else:
        st.markdown(f"**{counts(found, _UNITS[form.source.kind])}**")
        if form.records.note:
            st.caption(form.records.note)


def import_preview(form: Filled) -> None:
    """The first documents, then every row that is refused."""
    documents = form.imported.documents
    if documents:
        st.dataframe(
            preview_frame(documents[:SHOWN]),
            hide_index=True,
            height=min(38 + 35 * min(len(documents), SHOWN), 388),
            row_height=35,
            column_config={
                "#": st.column_config.NumberColumn("#", width=44),
                "text": st.column_config.TextColumn("Document", width="large"),
                "tags": st.column_config.TextColumn("Tags", width="small"),
            },
            alt="The first documents of the new session.",
        )
        if len(documents) > SHOWN:
            st.caption(f"The first {SHOWN} of {len(documents):,} are shown.")
    if form.imported.refused:
        _refused(form.imported.refused, _UNITS[form.source.kind], are_all=not documents)


def counts(found: Imported, unit: str) -> str:
    """What came of the source, in numbers."""
    parts = [count_of(len(found.documents), "document")]
    if tags := found.tag_count:
        parts.append(count_of(tags, "tag"))
    if done := sum(document.annotated is True for document in found.documents):
        parts.append(f"{done:,} marked done")
    if found.refused:
        parts.append(f"{count_of(len(found.refused), unit)} refused")
    if repeated := found.repeated_count:
        parts.append(f"{count_of(repeated, 'text')} occurring again")
    return " · ".join(parts)


def preview_frame(documents: Sequence[Document]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "#": range(1, len(documents) + 1),
            "text": [" ".join(document.text[:400].split()) for document in documents],
            "tags": [_tags(document) for document in documents],
        }
    )


def refused_file(rows: Sequence[RefusedRow]) -> bytes:
    frame = pd.DataFrame(rows, columns=["number", "reason", "begins"])
    frame["begins"] = "'" + frame["begins"]
    return frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _refused(rows: Sequence[RefusedRow], unit: str, *, are_all: bool) -> None:
    with st.container(border=True):
        rest = "there is no other" if are_all else "the others can be imported"
        st.markdown(f":material/block: **{count_of(len(rows), unit)} refused**; {rest}.")
        shown = rows[:SHOWN_REFUSED]
        st.dataframe(
            pd.DataFrame(shown, columns=["number", "reason", "begins"]),
            hide_index=True,
            height=min(38 + 35 * len(shown), 248),
            row_height=35,
            column_config={
                "number": st.column_config.NumberColumn(unit.capitalize(), width="small"),
                "reason": st.column_config.TextColumn("Reason", width="large"),
                "begins": st.column_config.TextColumn("Begins with", width="small"),
            },
            alt="What is refused, with its number in the file and the reason.",
        )
        if len(rows) > len(shown):
            st.caption(f"The first {len(shown)} of {len(rows):,} are shown.")
            st.download_button(
                "Download the whole list", refused_file(rows), "refused.csv", "text/csv", on_click="ignore"
            )


def _tags(document: Document) -> str:
    tags = (tag.names for segment in document.segments for tag in segment.tags)
    return ", ".join("/".join(name for name in names if name) for names in tags)
