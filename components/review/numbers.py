"""A project's sessions side by side, and one session in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from components.review.charts import NO_CLASS, NO_LABEL, shown
from components.review.place import hold_several
from components.review.tables import among, height_of
from components.shell.state import UiState, row_choice
from components.shell.status import SESSION_COLUMNS, percent, sessions_frame, with_status_and_mode
from labeling.documents.overview import Crossing, Overview, spread, totals
from labeling.model import Session
from labeling.phrases import count_of
from labeling.saving.report import named_places


def session_table(
    ui: UiState, sessions: Sequence[Session], undealt: Sequence[Session], zone: str | None
) -> None:
    """The sessions with status and progress, filtered; choosing a row chooses the session. `undealt`: those
    whose documents are dealt out to others."""
    with st.container(horizontal=True):
        listed = with_status_and_mode(sessions, "review", mode_width=320, hold=partial(hold_several, ui))
    if not listed:
        st.info("No session fits the filter.", icon=":material/info:")
        return
    ids = [session.id for session in listed]
    choose = partial(ui.place.choose_session, listed[0].project_id)
    chose = row_choice("review-sessions", ids, ui.place.session_id, choose)
    column = st.column_config
    st.dataframe(
        sessions_frame(listed).assign(finished=pd.Series([session.finished for session in listed])),
        key="review-sessions",
        hide_index=True,
        height=height_of(len(listed), 10),
        row_height=35,
        on_select=chose,
        selection_mode="single-row",
        column_config={
            **SESSION_COLUMNS,
            "name": column.TextColumn("Session", width=340),
            "created": column.DatetimeColumn("Created", format="YYYY-MM-DD", timezone=zone),
            "finished": column.DatetimeColumn("Finished", format="YYYY-MM-DD", timezone=zone),
        },
        placeholder="–",
        alt="The sessions of the project with status and progress. Choose a row to review the session.",
    )
    sum_ = totals([one for one in listed if one not in undealt])
    rest = sum(one.document_count for one in listed if one in undealt)
    st.caption(
        f"{among(len(listed), len(sessions), 'session')} · {sum_.finished:,} finished · "
        f"{count_of(sum_.documents, 'document')}, {percent(sum_.progress)} of them done"
        + (f" · {count_of(rest, 'document')} that a plan deals out" if rest else "")
    )


def facts(seen: Overview) -> None:
    """The session's numbers, and how they are spread."""
    done = "not said" if seen.done_count is None else f"{seen.done_count:,}"
    numbers = {
        "Documents": f"{len(seen.documents) + len(seen.unreadable):,}",
        "Documents done": done,
        "Documents without tags": f"{len(seen.untagged):,}",
        "Segments": f"{seen.segment_count:,}",
        "Segments without tags": f"{len(seen.bare):,}",
        "Tags": f"{len(seen.tags):,}",
    }
    with st.container(key="facts"):
        for column, (name, number) in zip(st.columns(len(numbers)), numbers.items(), strict=True):
            column.metric(name, number)
    if seen.unreadable:
        where = named_places([number - 1 for number in seen.unreadable])
        st.warning(f"No other number counts what cannot be read: {where}.", icon=":material/warning:")
    if seen.done_count is None:
        st.caption("This server does not say which documents are done.")


def lengths(seen: Overview) -> None:
    """How long texts and segments are, and how densely they are tagged."""
    st.subheader("Length and density", anchor=False)
    measured = (
        ("Characters in a document", spread([row.length for row in seen.documents])),
        ("Tags in a document", spread([row.tags for row in seen.documents])),
        ("Characters under a tag", spread([tag.end - tag.start for tag in seen.tags])),
    )
    heads = ["Smallest", "Median", "Mean", "Largest"]
    rows = [(what, *values) for what, values in measured if values is not None]
    st.dataframe(
        pd.DataFrame(rows, columns=["", *heads]),
        key="review-lengths",
        width="content",
        hide_index=True,
        height=height_of(len(rows), 3),
        row_height=35,
        column_config={
            "": st.column_config.TextColumn("What", width="medium"),
            **{
                head: st.column_config.NumberColumn(head, format="%.1f" if head == "Mean" else "%.10g")
                for head in heads
            },
        },
        alt="How long documents and tagged segments are, and how many tags a document has.",
    )
    st.caption(f"{seen.density:.1f} tags for each 1,000 characters of text.")


def crossing_table(table: Crossing) -> None:
    """The numbers behind the chart, with sums."""
    heads, rows = crossing_rows(table)
    ids = [str(n) for n in range(len(heads))]
    columns = {
        id_: st.column_config.NumberColumn(head, format="localized")
        for id_, head in zip(ids, heads, strict=True)
    }
    columns[ids[0]] = st.column_config.TextColumn(heads[0], width=260, pinned=True)
    st.dataframe(
        pd.DataFrame(rows, columns=ids),
        key="review-crossing",
        width="content",
        hide_index=True,
        height=height_of(len(rows), 14),
        row_height=35,
        column_config=columns,
        alt="Tags by class and label, with sums in the last row and column.",
    )


def crossing_rows(table: Crossing) -> tuple[list[str], list[list[str | int]]]:
    """Heads and rows: a row a class, a column a label, sums last; one part alone has one column."""
    rows: list[list[str | int]]
    if not table.has_classes:
        rows = [[shown(label, NO_LABEL), table.of_label(label)] for label in table.labels]
        return ["Label", "Tags"], [*rows, ["Total", table.total]]
    labels = table.labels if table.has_labels else ()
    rows = [
        [shown(class_, NO_CLASS), *(table.counts[class_, label] for label in labels), table.of_class(class_)]
        for class_ in table.classes
    ]
    rows.append(["Total", *map(table.of_label, labels), table.total])
    last = "Total" if table.has_labels else "Tags"
    return ["Class", *(shown(label, NO_LABEL) for label in labels), last], rows
