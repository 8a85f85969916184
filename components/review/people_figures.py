"""The tab People: each person against the others, told from chance; never a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.review.agreement import compared_sessions, is_comparable, names_of
from components.review.agreement_place import At, Behind, name_word, open_number, parts_of
from components.review.agreement_spans import list_behind
from components.review.agreement_tables import figures_table
from components.review.charts import funnel_chart
from components.review.place import word
from components.shell.markdown import plain
from components.shell.state import UiState
from labeling.agreement import wording
from labeling.agreement.comparison import NamePart
from labeling.agreement.people import (
    BLOCK,
    FEWEST_DOCUMENTS,
    FEWEST_TAGS,
    Bias,
    Drift,
    Funnel,
    behind_bias,
    biases,
    drift,
    funnel,
)
from labeling.model import Project, Role
from labeling.reviewing.agreement_job import Agreement

LIMITS = (
    "What these figures cannot say: whose documents were harder, which guidelines changed in between, who "
    "was in the first weeks. People are compared with the others, and the others may be wrong."
)
TOLD, PLACES = 20, 5
"""Rows of biases shown, and at how many places each is, both ways together."""


@dataclass
class PeopleSeen:
    """What was worked out of a comparison, as long as that is the one shown."""

    of: Agreement | None = None
    funnel: Funnel | None = None
    drifts: tuple[Drift | None, ...] = ()
    biases: tuple[tuple[NamePart, Bias], ...] = ()


def people_figures(ui: UiState, project: Project) -> None:
    """The funnel, bias and drift; who leads the project sees everybody, others themselves."""
    st.info(LIMITS, icon=":material/info:")
    found, place = compared_sessions(ui, project)
    if found is None:
        return
    with place:
        names = names_of(found.sessions)
        if not is_comparable(ui, found, names):
            return
        seen = _worked_out(ui, found)
        mine = _seen_by(ui, project, found)
        if not mine:
            st.info("Only who leads the project sees the figures of others.", icon=":material/lock:")
            return
        assert seen.funnel is not None
        if len(mine) == len(names):
            funnel_chart(seen.funnel, names, key="people-funnel")
        _people_table(ui, found, names, seen, mine)
        _bias_table(ui, found, names, [one for one in seen.biases if one[1].person in mine])


def _seen_by(ui: UiState, project: Project, found: Agreement) -> list[int]:
    """Whose figures the person may see: all of them where the server names no roles."""
    everybody = range(len(found.sessions))
    if project.role in (None, Role.MANAGER):
        return list(everybody)
    return [at for at in everybody if str(found.sessions[at].user_id) == ui.sign_in.owner]


def _worked_out(ui: UiState, found: Agreement) -> PeopleSeen:
    seen = ui.of(PeopleSeen)
    if seen.of is not found:
        seed = [session.id for session in found.sessions]
        comparison = found.comparison
        seen.of, seen.funnel = found, funnel(comparison, seed)
        seen.drifts = tuple(drift(comparison, person, seed) for person in range(comparison.people))
        parts = [part for part in parts_of(comparison) if part is not NamePart.BOTH]
        seen.biases = tuple((part, one) for part in parts for one in biases(comparison, part))
    return seen


def _people_table(
    ui: UiState, found: Agreement, names: Sequence[str], seen: PeopleSeen, mine: Sequence[int]
) -> None:
    assert seen.funnel is not None
    people = sorted((seen.funnel.people[person] for person in mine), key=lambda one: names[one.person])
    rows = [
        {
            "name": names[one.person],
            "documents": one.documents,
            "tags": one.tags,
            "f1": wording.number(one.f1.value),
            "interval": wording.interval(one.f1)
            if one.f1.value is not None
            else f"at least {FEWEST_DOCUMENTS} documents and {FEWEST_TAGS} tags",
            "chance": _against_chance(seen.funnel, one.person),
            "drift": _drift_words(seen.drifts[one.person]),
            "differences": _differences(found, one.person),
        }
        for one in people
    ]
    ids = [str(found.sessions[one.person].id) for one in people]

    def choose(cell: tuple[int, str] | None) -> None:
        open_number(ui, person="" if cell is None else ids[cell[0]])

    column = st.column_config
    columns = {
        "name": column.TextColumn("Session", width=170, pinned=True),
        "documents": column.NumberColumn("Documents", width=95, format="localized"),
        "tags": column.NumberColumn("Tags", width=70, format="localized"),
        "f1": column.TextColumn("F1", width=65, alignment="right", help="Of identical tags, with the others"),
        "interval": column.TextColumn("95 %", width=250),
        "chance": column.TextColumn("Against chance", width=200),
        "drift": column.TextColumn(f"Last {BLOCK} documents", width=200),
        "differences": column.NumberColumn("Differences", width=100, format="localized"),
    }
    said = word(ui, "person")
    figures_table(
        "people-table",
        rows,
        columns,
        alt="The people by name, each with their agreement with the others.",
        at=At(ids.index(said), tuple(columns)[::-1]) if said in ids else None,
        choose=choose,
    )
    if said in ids:
        person = people[ids.index(said)].person
        meetings = [
            one for one in found.comparison.meetings(~found.comparison.strict) if person in one.people
        ]
        list_behind(ui, found, names, Behind(f"Differences of {names[person]}", meetings), "person")


def _differences(found: Agreement, person: int) -> int:
    return sum(one.differences for one in found.figures.people if person in one.people)


def _against_chance(funnel_: Funnel, person: int) -> str:
    one = funnel_.people[person]
    if one.f1.value is None:
        return wording.NOTHING
    if not funnel_.is_apart(one):
        return "within chance"
    return "below it" if one.f1.value < (funnel_.pooled or 0) else "above it"


def _drift_words(found: Drift | None) -> str:
    if found is None:
        return wording.NOTHING
    said = f"{wording.number(found.newest.value)}, before {wording.number(found.earlier)}"
    return f"lower: {said}" if found.is_lower else said


def _bias_table(
    ui: UiState, found: Agreement, names: Sequence[str], known: Sequence[tuple[NamePart, Bias]]
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
        list_behind(ui, found, names, Behind(plain(title), meetings), "bias")
