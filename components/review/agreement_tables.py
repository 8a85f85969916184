"""The tables of the tab Agreement. A click on a number, or the arrow keys, open the spans behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.review.agreement_place import (
    At,
    cell_choice,
    name_word,
    open_number,
    pair_of,
    pair_words,
    text_word,
)
from components.review.place import say, word
from components.review.tables import height_of
from components.shell.pickers import first_words
from components.shell.state import UiState
from labeling.agreement import wording
from labeling.agreement.comparison import NamePart, TaskKind
from labeling.agreement.figures import LadderStep
from labeling.phrases import count_of
from labeling.reviewing.agreement_job import Agreement

ALL_PAIRS = "all"
TEXT = 90
"""Characters of a document shown in a cell."""
ROWS, CONFUSED = 12, 24
"""Rows of a table, and of one of names, before it scrolls."""
Choose = Callable[[tuple[int, str] | None], None]


def figures_table(
    key: str,
    rows: Sequence[Mapping[str, object]],
    columns: Mapping[str, Any],
    *,
    alt: str,
    at: At | None,
    choose: Choose,
    style: Callable[[pd.DataFrame], Any] = lambda frame: frame,
    most: int = ROWS,
    idle: str = "",
) -> None:
    """A table of figures; `choose` gets the (row, column) of the number that is chosen, or None. `idle`: the
    column that opens nothing."""
    on_select = cell_choice(key, len(rows), at, choose, idle)
    st.dataframe(
        style(pd.DataFrame(rows, columns=list(columns))),
        key=key,
        width="content",
        hide_index=True,
        height=height_of(len(rows), most),
        row_height=35,
        on_select=on_select,
        selection_mode="single-cell",
        column_config=dict(columns),
        alt=alt,
    )


def ladder_table(ui: UiState, found: Agreement) -> None:
    """What pairs of tags share, step by step, and how many fall at each."""
    figures, comparison = found.figures, found.comparison
    rungs = [
        rung
        for rung in figures.ladder
        if not (comparison.kind is TaskKind.NAMING and rung.step in (LadderStep.PLACE, LadderStep.BORDERS))
        and not (rung.step is LadderStep.CLASS and not comparison.has(NamePart.CLASS))
        and not (rung.step is LadderStep.LABEL and not comparison.has(NamePart.LABEL))
    ] or [figures.ladder[-1]]
    rows = [
        {
            "step": wording.STEPS[rung.step],
            "f1": wording.number(rung.f1.value),
            "interval": wording.interval(rung.f1),
            "passed": rung.passed,
            "lost": rung.lost,
        }
        for rung in rungs
    ]
    column = st.column_config
    steps = [rung.step for rung in rungs]
    at = next(
        (
            At(steps.index(LadderStep(said)), columns)
            for way, columns in (("lost", ("lost", "step", "f1", "interval")), ("passed", ("passed",)))
            if (said := word(ui, way)) in [str(step) for step in steps]
        ),
        None,
    )

    def choose(cell: tuple[int, str] | None) -> None:
        row, way = cell or (0, "")
        words = {"passed": {"passed": steps[row]}, "": {}}.get(way, {"lost": steps[row]})
        open_number(ui, **words)

    figures_table(
        "agreement-ladder",
        rows,
        {
            "step": column.TextColumn("Step", width=150, pinned=True),
            "f1": column.TextColumn("F1", width=70, alignment="right"),
            "interval": column.TextColumn("95 %", width=330),
            "passed": column.NumberColumn("Pairs that pass", width=120, format="localized"),
            "lost": column.NumberColumn(
                "Lost here", width=100, format="localized", help="Pairs; at the first step, single tags"
            ),
        },
        alt="The ladder of agreement: the same place, the same borders, class and label, with F1.",
        at=at,
        choose=choose,
    )
    st.caption(
        f"Of {count_of(figures.pairs, 'pair')} of overlapping tags {figures.same_borders:,} have the same "
        f"borders, {figures.same_class:,} the same class, {figures.same_label:,} the same label. "
        "F1 = 2 × pairs ÷ all tags, summed over documents. Choose a number in any table, by a click or "
        "with the arrow keys, to see its spans."
    )


def chance_table(found: Agreement) -> None:
    """Agreement beyond chance, each figure with what it is counted on."""
    rows = wording.beyond_chance(found.figures, len(found.sessions))
    is_first = found.comparison.kind is TaskKind.NAMING
    with st.expander("Beyond chance", icon=":material/casino:", expanded=is_first):
        st.table(pd.DataFrame(rows, columns=list(wording.CHANCE)).set_index("Figure"))
        st.caption(wording.CHANCE_NOTE)


def names_table(ui: UiState, found: Agreement, names: Sequence[str], part: NamePart) -> None:
    """Each class or label: how well people agree on it, and how often each uses it."""
    figures = found.figures.by_class if part is NamePart.CLASS else found.figures.by_label
    ids = [str(session.id) for session in found.sessions]
    rows = [
        {
            "name": wording.name_of(one.name, part),
            "f1": wording.number(one.f1.value),
            "interval": wording.interval(one.f1),
            "both": one.both,
            "apart": one.apart,
            **dict(zip(ids, one.tags, strict=True)),
            **(
                {"alpha": wording.number(one.alpha.value if one.alpha else None)}
                if part is NamePart.CLASS
                else {}
            ),
        }
        for one in figures
    ]
    column = st.column_config
    columns = {
        "name": column.TextColumn(str(part).capitalize(), width=200, pinned=True),
        "f1": column.TextColumn("F1", width=70, alignment="right"),
        "interval": column.TextColumn("95 %", width=250),
        "both": column.NumberColumn("Both", width=80, format="localized", help="Pairs in which both have it"),
        "apart": column.NumberColumn(
            "One only", width=90, format="localized", help="Where only one of two people has it"
        ),
        **{
            id_: column.NumberColumn(name, width=110, format="localized", help=f"Tags of {name}")
            for id_, name in zip(ids, names, strict=True)
        },
        **(
            {"alpha": column.TextColumn("α by character", width=120, alignment="right")}
            if part is NamePart.CLASS
            else {}
        ),
    }
    words = [name_word(one.name) for one in figures]
    here, cell = word(ui, "of") == part and word(ui, "name") in words, word(ui, "cell")
    alike = ("apart", *(name for name in columns if name not in ("apart", "both", *ids)))
    if cell != "apart":
        alike = tuple(name for name in columns if name == cell)

    def choose(at: tuple[int, str] | None) -> None:
        if at is None:
            open_number(ui)
        else:
            cell = at[1] if at[1] in ("both", *ids) else "apart"
            open_number(ui, of=part, name=words[at[0]], cell=cell)

    figures_table(
        f"agreement-names-{part}-{'-'.join(ids)}",
        rows,
        columns,
        alt=f"Agreement by {part}, with the number of tags of each session.",
        at=At(words.index(word(ui, "name")), alike) if here else None,
        choose=choose,
        most=CONFUSED,
    )


def people_table(ui: UiState, found: Agreement, names: Sequence[str]) -> None:
    """Each pair of people: how many documents they share, and both ends of their ladder."""
    pairs = pair_words(found)
    rows = [
        {
            "left": names[one.people[0]],
            "right": names[one.people[1]],
            "documents": one.documents,
            "place": wording.number(one.place.value),
            "f1": wording.number(one.strict.value),
            "interval": wording.interval(one.strict) if one.documents else "they share no done document",
            "differences": one.differences,
        }
        for one in found.figures.people
    ]
    column = st.column_config

    def choose(cell: tuple[int, str] | None) -> None:
        open_number(ui)
        say(ui, pair="" if cell is None else pairs[cell[0]])

    open_ = pair_of(ui, found)
    columns = {
        "left": column.TextColumn("Session", width=200),
        "right": column.TextColumn("And", width=200),
        "documents": column.NumberColumn("Documents", width=100, format="localized", help="Done by both"),
        "place": column.TextColumn("Same place", width=100, alignment="right"),
        "f1": column.TextColumn("Identical", width=90, alignment="right", help="F1 of identical tags"),
        "interval": column.TextColumn("95 %", width=290),
        "differences": column.NumberColumn("Differences", width=110, format="localized"),
    }
    figures_table(
        f"agreement-people-{len(rows)}",
        rows,
        columns,
        alt="The pairs of sessions, with the documents that both have done and the F1 of their tags.",
        at=None if open_ is None else At(open_, tuple(columns)[::-1]),
        choose=choose,
    )


def texts_table(ui: UiState, found: Agreement, names: Sequence[str]) -> None:
    """The documents, those with the most differences first."""
    comparison = found.comparison
    differing = [one for one in found.figures.texts if one.differences]
    if not differing:
        st.success("No document differs.", icon=":material/check_circle:")
        return
    words = [text_word(found, one.text) for one in differing]
    of = [comparison.texts[one.text] for one in differing]
    rows = [
        {
            "number": int(said.split("-")[1]),
            "differences": one.differences,
            "f1": wording.number(one.f1),
            "text": first_words(text.text, TEXT),
            "people": len(text.people),
        }
        for said, one, text in zip(words, differing, of, strict=True)
    ]
    column = st.column_config

    def choose(cell: tuple[int, str] | None) -> None:
        open_number(ui, text="" if cell is None else words[cell[0]])

    said = word(ui, "text")
    columns = {
        "number": column.NumberColumn(
            "Document", width=100, help="Its number in the first session that has it"
        ),
        "differences": column.NumberColumn("Differences", width=110, format="localized"),
        "f1": column.TextColumn("F1", width=70, alignment="right", help="Of identical tags"),
        "text": column.TextColumn("Text", width=560),
        **({"people": column.NumberColumn("Sessions", width=90)} if len(names) > 2 else {}),
    }
    figures_table(
        "agreement-documents",
        rows,
        columns,
        alt="The documents in which people differ, those with the most differences first.",
        at=At(words.index(said), tuple(columns)) if said in words else None,
        choose=choose,
    )
    st.caption(f"{count_of(len(differing), 'document')} of {found.figures.documents:,} with differences.")
