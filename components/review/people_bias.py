"""Who says what where the others say something else: a table, and the spans behind it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.review.agreement_place import At, Behind, name_word, open_number
from components.review.agreement_spans import list_behind
from components.review.agreement_tables import figures_table
from components.review.place import word
from components.shell.state import UiState
from labeling.agreement import wording
from labeling.agreement.comparison import NamePart
from labeling.agreement.people import Bias, behind_bias
from labeling.model import Project
from labeling.reviewing.agreement_job import Agreement

TOLD, PLACES = 20, 5
"""Rows of biases shown, and at how many places each is, both ways together."""


def bias_table(
    ui: UiState,
    project: Project,
    found: Agreement,
    names: Sequence[str],
    known: Sequence[tuple[NamePart, Bias]],
) -> None:
    """Who says what where the others say something else, the surest first."""
    st.subheader("Where a person says one thing and the others another", anchor=False)
    shown = [(part, one) for part, one in known if one.so + one.reverse >= PLACES][:TOLD]
    if not shown:
        st.caption(f"Nobody says one thing where the others say another at {PLACES} or more places.")
        return
    rows = [
        {
            "name": names[one.person],
            "said": f"{wording.name_of(one.name, part)} where others say {wording.name_of(one.other, part)}",
            "so": one.so,
            "reverse": one.reverse,
            "p": f"{one.corrected:.4f}" if one.corrected >= 0.0001 else "< 0.0001",
            "told": "told from chance" if one.is_told else "may be chance",
        }
        for part, one in shown
    ]
    words = [
        f"{found.sessions[one.person].id}-{part}-{name_word(one.name)}-{name_word(one.other)}"
        for part, one in shown
    ]

    def choose(cell: tuple[int, str] | None) -> None:
        open_number(ui, bias="" if cell is None else words[cell[0]])

    column = st.column_config
    columns = {
        "name": column.TextColumn("Session", width=170, pinned=True),
        "said": column.TextColumn("Says", width=330),
        "so": column.NumberColumn("So", width=70, format="localized"),
        "reverse": column.NumberColumn("The other way", width=110, format="localized"),
        "p": column.TextColumn("p", width=80, alignment="right", help="Exact McNemar, corrected (Holm)"),
        "told": column.TextColumn("", width=140),
    }
    said = word(ui, "bias")
    figures_table(
        "people-bias",
        rows,
        columns,
        alt="Differences in one direction, each with the exact p of McNemar's test.",
        at=At(words.index(said), tuple(columns)[::-1]) if said in words else None,
        choose=choose,
    )
    st.caption(
        f"{len(shown):,} of {len(known):,}, at {PLACES} or more places. p: exact McNemar, corrected for all "
        "of them (Holm)."
    )
    if said in words:
        part, one = shown[words.index(said)]
        title = (
            f"{names[one.person]}: {wording.name_of(one.name, part)}, "
            f"the others: {wording.name_of(one.other, part)}"
        )
        meetings = behind_bias(found.comparison, part, one)
        list_behind(ui, project, found, names, Behind(title, meetings), "bias")
