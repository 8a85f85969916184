"""The spans behind a number, in their words, with both people's tags side by side and the way to the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from components.review.agreement_place import Behind, Compared, behind, open_number
from components.review.agreement_settle import Ticks, final_version, settle, settled_words, work_on_final
from components.review.people_tell import tell
from components.review.place import say
from components.review.tables import document_query, height_of, paged
from components.shell.markdown import plain
from components.shell.state import Span, UiState, set_widget
from labeling.access import is_lead
from labeling.agreement.comparison import Meeting
from labeling.agreement.tags import PlacedTag, TaggedText
from labeling.model import Project
from labeling.phrases import quote, tag_in_words
from labeling.reviewing.agreement_job import Agreement

AROUND = 40
"""Characters of the text shown on each side of a span."""
NOTHING = "nothing"
FEW = 3
"""People with a column each; more of them share one."""
ROWS = 10


def spans_behind(ui: UiState, project: Project, found: Agreement, names: Sequence[str], view: str) -> None:
    """The list behind the number that is open in this view, if one is: as many rows as it says."""
    opened = behind(ui, found, names, view)
    if opened is not None:
        list_behind(ui, project, found, names, opened, view)


def list_behind(
    ui: UiState,
    project: Project,
    found: Compared,
    names: Sequence[str],
    opened: Behind,
    view: str,
    *,
    to: int | None = None,
) -> None:
    """The spans behind a number, and what it is in words. `to`: who can be told something about them."""
    with st.container(border=True, key=f"spans-{view}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(opened.title)}**")
            st.button(
                "Close", key=f"close-spans-{view}", icon=":material/close:", on_click=_close, args=(ui,)
            )
        if not opened.meetings:
            st.caption("There is none.")
            return
        if (
            len(names) > 2
            and len(opened.meetings[0].people) == 2
            and len({one.people for one in opened.meetings}) > 1
        ):
            st.caption("Every two people count: a place stands here once for each pair of them.")
        rows = paged(opened.meetings, len(opened.meetings), "span", f"spans-page-{view}")
        final = final_version(ui, project, found) if isinstance(found, Agreement) else None
        settled = settled_words(ui, final, found, rows) if final and isinstance(found, Agreement) else None
        row = _list(ui, found, names, rows, view, settled)
        if row is not None:
            if isinstance(found, Agreement):
                key = _table_key(rows, view)
                ticks = Ticks(partial(_tick_next, ui, key, rows, row), partial(_tick, ui, key))
                settle(ui, project, found, row, names, ticks)
            if to is not None and to in row.people:
                tell(ui, project, found, row, [to], names)
            elif isinstance(found, Agreement) and to is None and is_lead(project.role):
                tell(ui, project, found, row, row.people, names)
        if final is not None:
            work_on_final(ui, project, final)


def _table_key(rows: Sequence[Meeting], view: str) -> str:
    return f"spans-table-{view}-{len(rows)}"


@dataclass
class Ticked:
    """The row that is ticked in a table, by the table's key."""

    at: dict[str, int] = field(default_factory=dict)


def _tick_next(ui: UiState, key: str, rows: Sequence[Meeting], row: Meeting) -> None:
    """On to the row behind that one. For callbacks, before the table is drawn."""
    after = rows.index(row) + 1
    if after < len(rows):
        ui.of(Ticked).at[key] = after
        _tick(ui, key)


def _tick(ui: UiState, key: str) -> None:
    """Tick the row that is ticked by now, whatever the browser told last. For callbacks, too."""
    if key in ui.of(Ticked).at:
        set_widget(key, {"selection": {"rows": [ui.of(Ticked).at[key]], "columns": [], "cells": []}})


def _close(ui: UiState) -> None:
    open_number(ui)
    say(ui, pair="")


def _list(
    ui: UiState,
    found: Compared,
    names: Sequence[str],
    rows: Sequence[Meeting],
    view: str,
    settled: Sequence[str] | None,
) -> Meeting | None:
    """The rows as a table; the one that is ticked."""
    people = rows[0].people
    apart = len(people) <= FEW and all(row.people == people for row in rows)
    place = st.empty()
    column = st.column_config
    extra = {} if settled is None else {"settled": column.TextColumn("Settled", width=140)}
    heads = {f"tags-{at}": names[person] for at, person in enumerate(people)} if apart else {"tags": "Tags"}
    table = st.dataframe(
        pd.DataFrame(
            [
                _row(found, names, row, apart) | {"settled": said}
                for row, said in zip(rows, settled or [""] * len(rows), strict=True)
            ]
        ),
        key=_table_key(rows, view),
        hide_index=True,
        height=height_of(len(rows), ROWS),
        row_height=35,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "link": column.LinkColumn("Open", display_text="Open", width=64, help="The text on Annotate"),
            "number": column.TextColumn(
                "Document",
                width=88,
                help="Its number in the first of the sessions that has it; that is opened",
            ),
            "words": column.TextColumn("Text", width=380 if extra else 520),
            **{key: column.TextColumn(head, width=240 if apart else 480) for key, head in heads.items()},
            **extra,
        },
        column_order=["link", "number", "words", *extra, *heads],
        alt="The spans behind the number, each with the tags of the people who met there.",
    )
    ticked = [at for at in table["selection"]["rows"] if at < len(rows)]
    if not ticked:
        place.caption("*Open* shows the text in a new tab. Tick a row (Shift+Space) to open it here.")
        return None
    ui.of(Ticked).at[_table_key(rows, view)] = ticked[0]
    row = rows[ticked[0]]
    with place.container(horizontal=True):
        for person, tag in zip(row.people, row.tags, strict=True):
            given = found.comparison.texts[row.text].by_person[person]
            assert given is not None
            st.page_link(
                "pages/annotate.py",
                label=f"Open document {given.position + 1:,} in {plain(names[person])}",
                icon=":material/sell:",
                query_params=document_query(
                    found.sessions[person], given.position + 1, None if tag is None else tag.span
                ),
            )
    return row


def _row(found: Compared, names: Sequence[str], row: Meeting, apart: bool) -> dict[str, str]:
    text = found.comparison.texts[row.text]
    person, number, span = _opened(text.by_person, row)
    query = document_query(found.sessions[person], number, span)
    said = [_tag_words(tag, text.text) for tag in row.tags]
    tags = (
        {f"tags-{at}": words for at, words in enumerate(said)}
        if apart
        else {
            "tags": " · ".join(f"{names[one]}: {words}" for one, words in zip(row.people, said, strict=True))
        }
    )
    return {
        "link": f"annotate?{urlencode(query)}",
        "number": f"{number}",
        "words": _in_context(text.text, _reach(row)),
        **tags,
    }


def _opened(by_person: Sequence[TaggedText | None], row: Meeting) -> tuple[int, int, Span]:
    """Whose text is opened, its number there, and the span: every row about a document has the number that it
    has with the first who has it, and somebody's tag is picked where one has the document by that number."""
    first, theirs = next((at, given) for at, given in enumerate(by_person) if given is not None)
    for person, tag in zip(row.people, row.tags, strict=True):
        given = by_person[person]
        if tag is not None and given is not None and given.position == theirs.position:
            return person, theirs.position + 1, tag.span
    return first, theirs.position + 1, _reach(row)


def _tag_words(tag: PlacedTag | None, text: str) -> str:
    return NOTHING if tag is None else f"{tag_in_words(tag.names)} {quote(text, tag.start, tag.end)}"


def _reach(row: Meeting) -> Span:
    tags = [tag for tag in row.tags if tag is not None]
    return min(tag.start for tag in tags), max(tag.end for tag in tags)


def _in_context(text: str, span: Span) -> str:
    """The span in brackets, with the text around it, on one line."""
    start, end = span
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    lead, tail = ("…" if start > AROUND else ""), ("…" if end + AROUND < len(text) else "")
    return " ".join(f"{lead}{before}⟦{text[start:end]}⟧{after}{tail}".split())
