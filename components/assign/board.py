"""Documents by people: to do, done, twice, gold. A cell leads to that person's document; an empty one gives
it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from components.assign.choosing import keep
from components.shell.answers import forget
from components.shell.long_work import pressed
from components.shell.markdown import plain
from components.shell.state import UiState, widget_value
from labeling.agreement.deal import Why
from labeling.model import Project
from labeling.phrases import count_of
from labeling.reviewing.plan_progress import PartProgress, PartState
from labeling.reviewing.plans import Plan, given

SHOW = "assign-show"
ROW = 35
EVERYTHING, TO_DO, DONE, SHARED, GOLD = "Everything", "To do", "Done", "Shared", "Gold"


@dataclass
class BoardCell:
    """The cell that was chosen: the plan, the document's index, the number of the person's part."""

    plan: str = ""
    document: int = -1
    part: int = 0


def board(ui: UiState, project: Project, plan: Plan, progress: Sequence[PartProgress]) -> None:
    """The matrix, narrowed, and what can be done with the cell that is chosen."""
    holders = Counter(
        one.document for part in plan.work for one in part.documents if one.why is not Why.AGAIN
    )
    gold = set(plan.gold_indexes)
    show = st.segmented_control(
        "Show",
        [EVERYTHING, TO_DO, DONE, SHARED, *([GOLD] if gold else [])],
        default=EVERYTHING,
        required=True,
        key=SHOW,
        label_visibility="collapsed",
    )
    keeps = _keeps(show, progress, holders, gold)
    documents = [index for index in range(len(plan.texts)) if index in holders and keeps(index)]
    _chosen(ui, project, plan, progress)
    _table(ui, plan, progress, documents, holders, gold)
    st.caption(f"{count_of(len(documents), 'document')} of {len(holders):,}")


def _keeps(
    show: str, progress: Sequence[PartProgress], holders: Counter[int], gold: set[int]
) -> Callable[[int], bool]:
    """Which documents are shown."""
    open_ = {index for one in progress for index, standing in one.first.items() if not standing.is_done}
    if show == TO_DO:
        return open_.__contains__
    if show == DONE:
        return lambda index: index not in open_
    if show == SHARED:
        return lambda index: holders[index] > 1 and index not in gold
    return gold.__contains__ if show == GOLD else lambda index: True


def _table(
    ui: UiState,
    plan: Plan,
    progress: Sequence[PartProgress],
    documents: Sequence[int],
    holders: Counter[int],
    gold: set[int],
) -> None:
    words = {index: text for one in progress for index, text in one.words.items()}
    columns: dict[str, list[str]] = {
        "document": [words.get(index, plan.texts[index].key) for index in documents],
        "dealt": [_dealt(index, holders, gold) for index in documents],
    }
    for one in progress:
        columns[str(one.part.number)] = [_cell(one, index) for index in documents]
    key = f"assign-board-{plan.id}"

    def chose() -> None:
        cells = widget_value(key)["selection"]["cells"]
        row, column = cells[0] if cells else (-1, "")
        is_cell = 0 <= row < len(documents) and str(column).isdecimal()
        cell = ui.of(BoardCell)
        cell.plan, cell.document, cell.part = (
            (plan.id, documents[row], int(column)) if is_cell else ("", -1, 0)
        )

    text = st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(columns, index=[index + 1 for index in documents]),
        key=key,
        height=min(38 + ROW * max(1, len(documents)), 38 + ROW * 14),
        row_height=ROW,
        on_select=chose,
        selection_mode="single-cell",
        column_config={
            "document": text("Document", width=320, pinned=True),
            "dealt": text("Dealt", width=90),
            **{str(one.part.number): text(_head(one)) for one in progress},
        },
        placeholder="",
        alt="Documents by people. Choose a cell to open that person's document or to give it to them.",
    )


def _head(one: PartProgress) -> str:
    return f"{one.part.who.name} (handed over)" if one.part.has_left else one.part.who.name


def _dealt(index: int, holders: Counter[int], gold: set[int]) -> str:
    if index in gold:
        return "gold"
    return "alone" if holders[index] < 2 else "twice" if holders[index] == 2 else f"{holders[index]} times"


def _cell(one: PartProgress, index: int) -> str:
    if index not in one.first:
        planned = index in one.part.indexes
        return "not made yet" if planned and one.session is None else "missing" if planned else ""
    words = _state(one.first[index])
    return f"{words}, again {_state(one.again[index])}" if index in one.again else words


def _state(standing: PartState) -> str:
    return {True: "done", False: "to do", None: "given"}[standing.is_done]


def _chosen(ui: UiState, project: Project, plan: Plan, progress: Sequence[PartProgress]) -> None:
    cell = ui.of(BoardCell)
    one = next((one for one in progress if one.part.number == cell.part), None)
    with st.container(horizontal=True, vertical_alignment="center", key="assign-cell", height="content"):
        if cell.plan != plan.id or one is None:
            st.caption("Choose a cell to open that person's document, or an empty one to give it to them.")
            return
        name, number = plain(one.part.who.name), cell.document + 1
        standing = one.first.get(cell.document)
        if standing is None:
            st.markdown(f"**{name}** does not have document {number:,}.")
            if one.part in plan.receiving and cell.document not in one.part.indexes:
                st.button(
                    f"Give it to {name}",
                    key="assign-give",
                    icon=":material/person_add:",
                    disabled=not _can_give(ui),
                    help=None
                    if _can_give(ui)
                    else "This Studio API puts no documents into a session safely.",
                    on_click=partial(_give, ui, plan, one.part.number, cell.document),
                )
            return
        st.markdown(f"**{name}**, document {number:,}: {_cell(one, cell.document)}.")
        if pressed(ui, "Open it", key="assign-open", icon=":material/sell:") and one.session is not None:
            ui.place.choose_session(project.id, one.session.id)
            ui.place.open_document(standing.position)
            ui.place.list_follows = True
            st.switch_page("pages/annotate.py")


def _can_give(ui: UiState) -> bool:
    return ui.api.info().can("assign")


def _give(ui: UiState, plan: Plan, part: int, document: int) -> None:
    keep(ui, given(plan, part, document), "give the document")
    forget(ui)
