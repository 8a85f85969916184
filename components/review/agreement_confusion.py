"""Who called it what: the confusion of two people's names, each number with its spans."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.review.agreement_place import (
    ABSENT,
    At,
    cell_word,
    open_number,
    pair_of,
    pair_words,
    part_of,
    parts_of,
    people_words,
)
from components.review.agreement_tables import ALL_PAIRS, CONFUSED, figures_table
from components.review.place import hold_one, word
from components.shell.markdown import plain
from components.shell.state import UiState
from labeling.agreement import wording
from labeling.agreement.behind import confusion
from labeling.reviewing.agreement_job import Agreement


def confusion_table(ui: UiState, found: Agreement, names: Sequence[str]) -> None:
    """Who called it what: the rows are one person's names, the columns the other's."""
    comparison = found.comparison
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _choose_part(ui, found)
        _choose_pair(ui, found, names)
    part, pair = part_of(ui, comparison), pair_of(ui, found)
    table = confusion(comparison, part, pair)
    heads = [*(wording.name_of(name, part) for name in table.names), "not tagged"]
    ids = [str(at) for at in range(len(heads))]
    rows = [
        {"name": head, **{id_: int(table.counts[row, at]) for at, id_ in enumerate(ids)}}
        for row, head in enumerate(heads)
    ]
    left, right = people_words(found, names, pair)
    column = st.column_config
    words = [cell_word(table.names, at) for at in range(len(table.names))] + [ABSENT]
    row, at = word(ui, "row"), word(ui, "column")

    def choose(cell: tuple[int, str] | None) -> None:
        if cell is None or cell[1] == "name":
            open_number(ui)
        else:
            open_number(ui, row=words[cell[0]], column=words[int(cell[1])])

    apart = table.counts.copy()
    apart[range(len(ids)), range(len(ids))] = 0
    most = max(int(apart.max()), 1)

    def tinted(frame: pd.DataFrame) -> Any:
        def tint(cells: Any) -> list[str]:
            here = int(cells.name)
            return [
                "color: rgba(128, 128, 128, 0.6)"
                if not value
                else "background-color: rgba(31, 145, 137, 0.16)"
                if row == here
                else f"background-color: rgba(217, 119, 6, {0.12 + 0.38 * value / most:.2f})"
                for row, value in enumerate(cells)
            ]

        return frame.style.apply(tint, subset=list[Hashable](ids))

    figures_table(
        f"agreement-confusion-{part}-{len(ids)}",
        rows,
        {
            "name": column.TextColumn("", width=150, pinned=True),
            **{
                id_: column.NumberColumn(
                    head, format="localized", width=max(60, min(7 * len(head) + 28, 160))
                )
                for id_, head in zip(ids, heads, strict=True)
            },
        },
        alt=f"Confusion of {part}: rows {left}, columns {right}; last in each is what one did not tag.",
        at=At(words.index(row), (str(words.index(at)),)) if row in words and at in words else None,
        choose=choose,
        style=tinted,
        most=CONFUSED,
        idle="name",
    )
    st.caption(f"Rows: {plain(left)}. Columns: {plain(right)}.")


def _choose_part(ui: UiState, found: Agreement) -> None:
    parts = parts_of(found.comparison)
    if len(parts) < 2:
        return
    key, held = hold_one(ui, "review-part-agreement", parts)

    def chose() -> None:
        open_number(ui)
        held()

    st.segmented_control(
        "Names",
        parts,
        format_func=wording.PARTS.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=chose,
    )


def _choose_pair(ui: UiState, found: Agreement, names: Sequence[str]) -> None:
    pairs = pair_words(found)
    if len(pairs) < 2:
        return
    said = {ALL_PAIRS: "All pairs"} | {
        pair: f"{names[i]} and {names[j]}" for pair, (i, j) in zip(pairs, found.comparison.pairs, strict=True)
    }
    key, on_change = hold_one(ui, "review-pair", list(said))
    st.selectbox(
        "Pair of sessions",
        list(said),
        format_func=lambda pair: said.get(pair, ""),
        key=key,
        on_change=on_change,
        label_visibility="collapsed",
        width=420,
    )
