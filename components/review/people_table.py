"""The people by name, each with their figures, and the spans in which one of them differs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.review.agreement_place import At, Behind, open_number
from components.review.agreement_spans import list_behind
from components.review.agreement_tables import figures_table
from components.review.place import word
from components.shell.markdown import plain
from components.shell.state import UiState
from labeling.agreement import wording
from labeling.agreement.answers import CHARACTERS, behind_answers
from labeling.agreement.intervals import Estimate
from labeling.agreement.people import BLOCK, FEWEST_DOCUMENTS, FEWEST_TAGS, Funnel
from labeling.model import Project
from labeling.phrases import count_of
from labeling.reviewing.agreement_job import Agreement
from labeling.reviewing.people_job import PeopleSeen, PersonSeen

OTHERS, ANSWERS, TWICE = "", "answers", "twice"
"""With whom a person's differences are listed, in words of the address."""
FEW = f"at least {FEWEST_DOCUMENTS} documents and {FEWEST_TAGS} tags"
LAST = (
    "F1 of identical tags in the documents handed in last, and in those before: against known answers and "
    "documents that came twice, where these are 40 or more, else against the others."
)
WITH = {
    **dict.fromkeys(("recall", "precision", "answers"), ANSWERS),
    **dict.fromkeys(("self", "twice"), TWICE),
}
"""With whom a column compares."""


def people_table(
    ui: UiState,
    project: Project,
    seen: PeopleSeen,
    of: Agreement | None,
    names: Sequence[str],
    people: Sequence[int],
) -> None:
    """`of`: the comparison with the others, where there is one; `people`: who is shown."""
    shown = sorted((seen.people[person] for person in people), key=lambda one: names[one.person])
    rows = [{"name": names[one.person], **_row(seen, of, one)} for one in shown]
    columns = _columns(seen, of, shown)
    ids = [str(seen.sessions[one.person].id) for one in shown]

    def choose(cell: tuple[int, str] | None) -> None:
        if cell is None:
            open_number(ui)
        else:
            open_number(ui, person=ids[cell[0]], **{"with": WITH.get(cell[1], OTHERS)})

    said, with_ = word(ui, "person"), word(ui, "with")
    alike = [name for name in columns if WITH.get(name, OTHERS) == with_] or list(columns)
    figures_table(
        "people-table",
        rows,
        columns,
        alt="The people by name, each with their agreement with the others and with known answers.",
        at=At(ids.index(said), tuple(alike[::-1])) if said in ids else None,
        choose=choose,
    )
    st.caption(plain(_told(seen, of)))
    if said in ids:
        _behind(ui, project, seen, of, names, shown[ids.index(said)].person)


def _told(seen: PeopleSeen, of: Agreement | None) -> str:
    """With what people are compared, and what the figures stand on."""
    words = ["In brackets: 95 % intervals, by document."]
    if seen.answers:
        given = ", ".join(f"“{one.session.name}” ({one.word})" for one in seen.answers)
        words.append(f"Known answers: {given}.")
    elif of is not None:
        words.append("No answers are known: no plan of these sessions has gold or decided documents.")
    words.append(f"A figure stands on {FEW}.")
    return " ".join(words)


def _row(seen: PeopleSeen, of: Agreement | None, one: PersonSeen) -> dict[str, object]:
    other = None if seen.funnel is None else seen.funnel.people[one.person]
    found: dict[str, object] = {}
    if of is not None and other is not None and seen.funnel is not None:
        found |= {
            "documents": other.documents,
            "tags": other.tags,
            "f1": _with_interval(other.f1),
            "chance": _against_chance(seen.funnel, one.person),
            "differences": sum(pair.differences for pair in of.figures.people if one.person in pair.people),
        }
    else:
        texts = seen.read[one.person].first
        done = [text for text in texts if text.done]
        found |= {"documents": len(done), "tags": sum(len(text.tags) for text in done)}
    answers, themselves, pace = one.answers, one.themselves, one.pace
    return found | {
        "recall": _with_interval(answers.recall),
        "precision": _with_interval(answers.precision),
        "answers": answers.documents,
        "self": _with_interval(themselves.f1),
        "twice": themselves.documents,
        "drift": _drift_words(one),
        "pace": wording.NOTHING if pace is None else _quartiles(pace.for_text),
        "by_tag": wording.NOTHING if pace is None or pace.for_tag is None else _quartiles(pace.for_tag),
    }


def _columns(seen: PeopleSeen, of: Agreement | None, shown: Sequence[PersonSeen]) -> dict[str, object]:
    """Those about which anything is known of anybody."""
    column = st.column_config
    compared = of is not None and seen.funnel is not None
    known = any(one.answers.documents for one in shown)
    twice = any(one.themselves.documents for one in shown)
    quartiles = "Median, and the quartiles. Active work until a document was first handed in; long texts "
    quartiles += "with few tags go faster."
    return {
        "name": column.TextColumn("Session", width=150, pinned=True),
        "documents": column.NumberColumn("Documents", width=90, format="localized"),
        "tags": column.NumberColumn("Tags", width=65, format="localized"),
        **(
            {
                "f1": column.TextColumn(
                    "F1 with the others", width=150, help="Of identical tags, over all pairs with the person"
                ),
                "chance": column.TextColumn("Against chance", width=110),
                "differences": column.NumberColumn("Differences", width=90, format="localized"),
            }
            if compared
            else {}
        ),
        **(
            {
                "recall": column.TextColumn(
                    "Recall", width=140, help="Of the tags of the known answers: how many the person has"
                ),
                "precision": column.TextColumn(
                    "Precision", width=140, help="Of the person's tags: how many the known answers have"
                ),
                "answers": column.NumberColumn("Known", width=70, help="Documents with known answers"),
            }
            if known
            else {}
        ),
        **(
            {
                "self": column.TextColumn(
                    "F1 with themselves", width=150, help="Documents that came a second time"
                ),
                "twice": column.NumberColumn("Twice", width=65, help="Documents that came a second time"),
            }
            if twice
            else {}
        ),
        **(
            {"drift": column.TextColumn(f"Last {BLOCK} documents", width=190, help=LAST)}
            if any(one.drift is not None for one in shown)
            else {}
        ),
        **(
            {
                "pace": column.TextColumn(f"Seconds for {CHARACTERS} characters", width=190, help=quartiles),
                "by_tag": column.TextColumn("Seconds for a tag", width=140, help=quartiles),
            }
            if any(one.pace is not None for one in shown)
            else {}
        ),
    }


def _with_interval(found: Estimate) -> str:
    """`0.81 (0.75–0.86)`; the dash where there is no figure."""
    if found.value is None:
        return wording.NOTHING
    if found.low is None or found.high is None:
        return wording.short(found.value)
    return f"{wording.short(found.value)} ({wording.short(found.low)}–{wording.short(found.high)})"


def _quartiles(found: tuple[float, float, float]) -> str:
    low, middle, high = (f"{value:.3g}" for value in found)
    return f"{middle} ({low}–{high})"


def _against_chance(funnel: Funnel, person: int) -> str:
    one = funnel.people[person]
    if one.f1.value is None:
        return wording.NOTHING
    if not funnel.is_apart(one):
        return "within chance"
    return "below it" if one.f1.value < (funnel.pooled or 0) else "above it"


def _drift_words(one: PersonSeen) -> str:
    found = one.drift
    if found is None or found.newest.value is None:
        return wording.NOTHING
    said = f"{wording.short(found.newest.value)}, before {wording.short(found.earlier)}"
    what = "" if one.is_known else " (others)"
    return f"lower: {said}{what}" if found.is_lower else f"{said}{what}"


def _behind(
    ui: UiState,
    project: Project,
    seen: PeopleSeen,
    of: Agreement | None,
    names: Sequence[str],
    person: int,
) -> None:
    """The spans in which a person differs."""
    with_ = word(ui, "with")
    if with_ in (ANSWERS, TWICE):
        meetings = behind_answers(seen.comparison, person, len(seen.answers), themselves=with_ == TWICE)
        of_answers = [one.session.name or f"Session {one.session.id}" for one in seen.answers]
        called = [*names, *of_answers, *(f"{name}, the first time" for name in names)]
        whom = "themselves, the first time" if with_ == TWICE else "known answers"
        title = f"Differences of {names[person]} with {whom}: {count_of(len(meetings), 'span')}"
        list_behind(ui, project, seen, called, Behind(title, meetings), "person", to=person)
    elif of is not None:
        comparison = of.comparison
        meetings = [one for one in comparison.meetings(~comparison.strict) if person in one.people]
        opened = Behind(f"Differences of {names[person]}", meetings)
        list_behind(ui, project, of, names, opened, "person", to=person)
