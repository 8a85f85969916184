"""What a new session would hold: counts, the first documents, what became of each column, and the rows that
are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.new_session.fields import NOTHING_IN_IT, Filled
from components.shell.markdown import plain
from labeling.formats.records import KEPT, OUT, KeyUse
from labeling.formats.refused import refused_file
from labeling.formats.report import BECOMES, SHOWN_REFUSED, counts
from labeling.model import Document, NewProject
from labeling.phrases import count_of

SHOWN = 20
"""Documents in the preview."""


def import_counts(form: Filled) -> None:
    """What came of the source: numbers, or what is wrong with it, or what to do first."""
    found = form.imported
    if form.records.problem:
        st.error(plain(form.records.problem), icon=":material/error:")
    elif not found.documents and not found.refused and form.given.mark:
        st.warning(NOTHING_IN_IT, icon=":material/block:")
    elif not found.documents and not found.refused:
        st.info(
            "Drop a file or paste your texts. What would be imported is shown here.",
            icon=":material/visibility:",
        )
    else:
        st.markdown(f"**{counts(found, form.records.unit)}**")
        for one in found.renamed:
            words = f"{plain(one.given)} → **{plain(one.label)}**, as the project writes it"
            st.caption(f"{words} ({count_of(one.times, 'tag')})")
        if form.records.note:
            st.caption(plain(form.records.note))


def where_it_goes(form: Filled) -> None:
    """One sentence: which project and which session it becomes."""
    project = form.wanted.project
    if project is None or not form.imported.documents:
        return
    is_new = isinstance(project, NewProject)
    into = "the new project" if is_new else "the project"
    named = plain(project.name) or "still without a name"
    st.markdown(f"Into {into} **{named}**, as the session **{plain(form.wanted.name)}**.")


def import_preview(form: Filled) -> None:
    """The first documents, what became of each column, then every row that is refused."""
    documents = form.imported.documents
    if form.imported.keys:
        _keys(form.imported.keys)
    if documents:
        frame = preview_frame(documents[:SHOWN])
        has_more = "information" in frame
        st.dataframe(
            frame,
            hide_index=True,
            height=min(38 + 35 * min(len(documents), SHOWN), 388),
            row_height=35,
            column_config={
                "#": st.column_config.NumberColumn("Document", width=88),
                "text": st.column_config.TextColumn("Text", width=290 if has_more else 360),
                "tags": st.column_config.TextColumn("Tags", width=130 if has_more else 190),
                "information": st.column_config.TextColumn("Information", width=130),
            },
            alt="The first documents of the new session.",
        )
        if len(documents) > SHOWN:
            st.caption(f"The first {SHOWN} of {len(documents):,} are shown.")
    if form.imported.refused:
        _refused(form)


def _keys(keys: Sequence[KeyUse]) -> None:
    """Nothing of a file is dropped without standing here."""
    uses = Counter(KEPT if one.use == KEPT else OUT if one.use == OUT else "used" for one in keys)
    said = [f"{uses['used']} used", f"{uses[KEPT]} kept as information", f"{uses[OUT]} left out"]
    with st.expander(f"What becomes of each column: {', '.join(said)}", expanded=False, key="keys"):
        st.dataframe(
            pd.DataFrame(
                [(one.key, BECOMES.get(one.use, one.use), one.values) for one in keys],
                columns=["key", "use", "values"],
            ),
            hide_index=True,
            height=min(38 + 35 * len(keys), 248),
            row_height=35,
            column_config={
                "key": st.column_config.TextColumn("Column or key", width="medium"),
                "use": st.column_config.TextColumn("Becomes", width="medium"),
                "values": st.column_config.NumberColumn("Values", width="small"),
            },
            alt="Every column or key of the file, with what becomes of it and how many values it has.",
        )


def preview_frame(documents: Sequence[Document]) -> pd.DataFrame:
    """The columns are those that say anything."""
    columns: dict[str, list[object]] = {
        "#": list(range(1, len(documents) + 1)),
        "text": [" ".join(document.text[:400].split()) for document in documents],
        "tags": [_tags(document) for document in documents],
    }
    if any(document.meta for document in documents):
        columns["information"] = [_information(document) for document in documents]
    return pd.DataFrame(columns)


def _refused(form: Filled) -> None:
    rows, unit = form.imported.refused, form.records.unit
    rest = "the others can be imported" if form.imported.documents else "there is no other"
    with st.container(border=True):
        st.markdown(f":material/block: **{count_of(len(rows), unit)} refused**; {rest}.")
        shown = rows[:SHOWN_REFUSED]
        st.dataframe(
            pd.DataFrame([row[:3] for row in shown], columns=["number", "reason", "begins"]),
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
        name, data = refused_file(rows)
        st.download_button(
            "Download them as they were",
            data,
            name,
            "application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            help="To put them right and import them. Number and reason stand beside each.",
        )


def _tags(document: Document) -> str:
    tags = (tag.names for segment in document.segments for tag in segment.tags)
    return ", ".join("/".join(name for name in names if name) for names in tags)


def _information(document: Document) -> str:
    return ", ".join(f"{key}: {value}" for key, value in (document.meta or {}).items())[:200]
