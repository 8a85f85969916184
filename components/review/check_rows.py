"""All rows of a work list: one is picked by a click, ticked ones are taken in one step after a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from components.review.check_search import Checking, Item
from components.review.reviewer import reviewer
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import UiState, set_widget, widget_value
from components.shell.telling import reporting
from labeling.checking.suspect_fixes import fix_all, proposal_in_words
from labeling.checking.suspects import BARE, Suspect
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.many import BulkOutcome
from labeling.phrases import count_of, tag_in_words
from labeling.reviewing.search import Found
from labeling.reviewing.work_lists import ListStanding, verdict_on

SHOWN = 200
"""Rows of a list shown at a time: as some are settled, others follow."""
KINDS_SHOWN = 8
KEY = "check-rows"


def rows_table(
    desk: Desk, found: Found, chosen: ListStanding, rows: Sequence[Suspect], here: Suspect
) -> None:
    """The first rows of the list, with ticks, and what is done to the ticked ones."""
    shown = rows[:SHOWN]
    items = [_item(row) for row in shown]
    scheme = desk.draft.scheme
    frame = pd.DataFrame(
        {
            "document": [row.position + 1 for row in shown],
            "words": [_words(row) for row in shown],
            "stands": [_stands(row) for row in shown],
            "proposed": [proposal_in_words(row, scheme) for row in shown],
            "why": [row.why for row in shown],
        }
    )
    column = st.column_config
    st.dataframe(
        frame,
        key=KEY,
        hide_index=True,
        height=38 + 35 * min(len(shown), 12),
        row_height=35,
        on_select=_choices(desk.ui, items),
        selection_mode=("multi-row", "single-cell"),
        column_config={
            "document": column.NumberColumn("Document", width=88, format="localized"),
            "words": column.TextColumn("Words", width=420),
            "stands": column.TextColumn("Stands", width=150),
            "proposed": column.TextColumn("Proposed", width=170),
            "why": column.TextColumn("Why", width=360),
        },
        placeholder="–",
        alt="The rows of the list, the likeliest error first. Tick rows to take them at once; "
        "choose a cell to open its row above.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _bulk(desk, found, chosen, rows, shown)
        more = f"The first {len(shown):,} of {len(rows):,} rows." if len(shown) < len(rows) else ""
        st.caption(f"{more} A click on a cell opens its row above.".strip())


def _item(row: Suspect) -> Item:
    return (row.document, row.mark)


def _words(row: Suspect) -> str:
    before, words, after = row.context
    return f"{before}[{words}]{after}"


def _stands(row: Suspect) -> str:
    if row.problem is not None or row.list == "sparse":
        return ""
    return "no tag" if row.names == BARE else tag_in_words(row.names)


def _choices(ui: UiState, items: Sequence[Item]) -> Callable[[], None]:
    """Give the table its ticks before it is drawn; gives its `on_select`."""
    state = ui.of(Checking)
    at = [place for place, item in enumerate(items) if item in state.ticked]
    selection = (widget_value(KEY) or {}).get("selection", {})
    if list(selection.get("rows", [])) != at or selection.get("cells"):
        set_widget(KEY, {"selection": {"rows": at, "columns": [], "cells": []}})

    def chose() -> None:
        now = widget_value(KEY)["selection"]
        if now["cells"]:
            row = now["cells"][0][0]
            state.at = items[row] if row < len(items) else None
            return
        kept = {item: None for item in state.ticked if item not in set(items)}
        state.ticked = {**kept, **{items[row]: None for row in now["rows"] if row < len(items)}}

    return chose


# The ticked rows


def _bulk(
    desk: Desk, found: Found, chosen: ListStanding, rows: Sequence[Suspect], shown: Sequence[Suspect]
) -> None:
    state = desk.ui.of(Checking)
    scheme = desk.draft.scheme
    ticked = [row for row in rows if _item(row) in state.ticked]
    can = [row for row in ticked if proposal_in_words(row, scheme)]

    def tick() -> None:
        state.ticked.update({_item(row): None for row in shown})

    st.button("Tick these", key="check-tick", on_click=tick, disabled=desk.read_only)
    st.button("Untick", key="check-untick", on_click=state.ticked.clear, disabled=not ticked)
    box = st.popover(
        f"Take {len(can):,} ticked" if can else "Take ticked rows",
        key="check-bulk",
        icon=":material/done_all:",
        disabled=not can or desk.read_only,
        on_change="rerun",
    )
    if not (box.open and can):
        return
    with box:
        kinds = Counter(f"{_stands(row) or row.why} → {proposal_in_words(row, scheme)}" for row in can)
        lines = [f"- {count:,} × {plain(words)}" for words, count in kinds.most_common(KINDS_SHOWN)]
        if len(kinds) > KINDS_SHOWN:
            left = sum(kinds.values()) - sum(count for _, count in kinds.most_common(KINDS_SHOWN))
            lines.append(f"- {left:,} more of {len(kinds) - KINDS_SHOWN:,} kinds")
        st.markdown("\n".join(lines))
        where = count_of(len({row.document for row in can}), "document")
        if len(can) < len(ticked):
            st.caption(f"{len(ticked) - len(can):,} ticked without a proposal are left out.")
        st.caption("One step, which one *Undo* takes back. It does not count for the list's rate.")
        st.button(
            f"Take {len(can):,} in {where}",
            key="check-take-all",
            type="primary",
            on_click=_take_all,
            args=(desk, found, chosen.title, can),
        )


def _take_all(desk: Desk, found: Found, title: str, rows: Sequence[Suspect]) -> None:
    outcomes: list[BulkOutcome] = []

    def make(views: Sequence[DraftDocument], draft: Draft) -> Change | Refused:
        outcomes.append(fix_all(views, rows, title, desk.step_name, draft.scheme))
        return outcomes[-1].change if outcomes[-1].done else Refused("nothing of it is as it was listed")

    with reporting(desk.ui, "read the documents of the ticked rows"):
        where = [found.loaded[key] for key in dict.fromkeys(row.document for row in rows)]
        if why := desk.edit_documents(desk.as_now(where), make):
            desk.tell("page", "warning", f"Not taken: {why}.")
            return
        last = outcomes[-1]
        at = reviewer(desk)
        at.store.put_verdicts(at.key, [verdict_on(row, "wrong", at.who, alone=False) for row in rows])
        state = desk.ui.of(Checking)
        state.settled.update(_item(row) for row in rows)
        state.ticked.clear()
        left = f" {last.left_out:,} had changed and were left out." if last.left_out else ""
        desk.tell("page", "success", f"{last.change.name}.{left}")
