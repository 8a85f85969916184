"""Which number of the tab Agreement is open: its words in the address, and the spans behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from components.review.place import say, to_words, word
from components.shell.state import UiState, set_widget, widget_value
from labeling.agreement import wording
from labeling.agreement.behind import NOT_TAGGED, in_cell, in_text, lost_at, of_pair, tags_of, with_name
from labeling.agreement.comparison import Comparison, Meeting, NamePart
from labeling.agreement.figures import LadderStep, passes
from labeling.model import Session
from labeling.reviewing.agreement_job import Agreement

OPEN = ("row", "column", "lost", "passed", "name", "of", "cell", "text", "person", "with", "bias")
"""The words of the address that say which number is open."""
ABSENT = "-"
"""Stands in the address for "not tagged"."""


class Compared(Protocol):
    """Sessions, and what their comparison has; the people of it are indexes of the sessions."""

    @property
    def sessions(self) -> tuple[Session, ...]: ...

    @property
    def comparison(self) -> Comparison: ...


class Behind(NamedTuple):
    """The spans behind an open number, and what it is in words."""

    title: str
    meetings: list[Meeting]


def open_number(ui: UiState, **words: str) -> None:
    """Open the spans behind one number, instead of those behind another. For callbacks."""
    say(ui, **{**dict.fromkeys(OPEN, ""), **words})


def part_of(ui: UiState, comparison: Comparison) -> NamePart:
    """What of the tags the confusion shows; their classes, where there are any, until something else is
    chosen."""
    known = parts_of(comparison)
    said = word(ui, "part")
    return next((part for part in known if part == said), known[0])


def parts_of(comparison: Comparison) -> list[NamePart]:
    return [part for part in NamePart if comparison.has(part)] or [NamePart.CLASS]


def pair_of(ui: UiState, found: Agreement) -> int | None:
    """The pair of people that is looked at, by its index; None: all of them, or there is but one."""
    words = pair_words(found)
    said = word(ui, "pair")
    return words.index(said) if said in words and len(words) > 1 else None


def pair_words(found: Agreement) -> list[str]:
    """The pairs of sessions as the address has them: `5-6`."""
    ids = [session.id for session in found.sessions]
    return [f"{ids[i]}-{ids[j]}" for i, j in found.comparison.pairs]


def name_word(name: object) -> str:
    """A class, a label, or both, in the address."""
    return to_words(name if isinstance(name, tuple) else [name])  # type: ignore[list-item]


def cell_word(names: Sequence[object], at: int) -> str:
    """A row or column of the confusion in the address."""
    return name_word(names[at]) if at < len(names) else ABSENT


def text_word(found: Agreement, text: int) -> str:
    """A document in the address: the first session that has it, and its number there."""
    by_person = found.comparison.texts[text].by_person
    person, given = next((person, given) for person, given in enumerate(by_person) if given is not None)
    return f"{found.sessions[person].id}-{given.position + 1}"


def behind(ui: UiState, found: Agreement, names: Sequence[str], view: str) -> Behind | None:
    """The spans behind the number that the address names, if it stands in this view."""
    make: Callable[[], Behind | None] | None = {
        "ladder": partial(_behind_step, ui, found),
        "confusion": partial(_behind_cell, ui, found, names),
        "names": partial(_behind_name, ui, found, names),
        "people": partial(_behind_pair, ui, found, names),
        "documents": partial(_behind_text, ui, found, names),
    }.get(view)
    return make() if make is not None else None


def _behind_step(ui: UiState, found: Agreement) -> Behind | None:
    comparison = found.comparison
    for way, flags_of, words in (
        ("lost", lost_at, "lost at"),
        ("passed", passes, "that pass"),
    ):
        if (said := word(ui, way)) in list(LadderStep):
            step = LadderStep(said)
            what = (
                "Tags without a partner"
                if (way, step) == ("lost", LadderStep.PLACE)
                else (f"Pairs {words} “{wording.STEPS[step].removeprefix('And ')}”")
            )
            return Behind(what, [*comparison.meetings(flags_of(comparison, step))])
    return None


def _behind_cell(ui: UiState, found: Agreement, names: Sequence[str]) -> Behind | None:
    comparison, part = found.comparison, part_of(ui, found.comparison)
    known = comparison.names(part)
    codes = {cell_word(known, at): at for at in range(len(known))} | {ABSENT: NOT_TAGGED}
    row, column = word(ui, "row"), word(ui, "column")
    if row not in codes or column not in codes:
        return None
    pair = pair_of(ui, found)
    left, right = people_words(found, names, pair)
    said = [
        "not tagged" if code == NOT_TAGGED else wording.name_of(known[code], part)
        for code in (codes[row], codes[column])
    ]
    flags = in_cell(comparison, part, codes[row], codes[column], pair)
    return Behind(f"{left}: {said[0]} · {right}: {said[1]}", [*comparison.meetings(flags)])


def people_words(found: Agreement, names: Sequence[str], pair: int | None) -> tuple[str, str]:
    """Who stands in the rows of a table of pairs, and who in its columns."""
    pairs = found.comparison.pairs
    if pair is None and len(pairs) > 1:
        return "The session with the lower id", "the other"
    i, j = pairs[pair or 0]
    return names[i], names[j]


def _behind_name(ui: UiState, found: Agreement, names: Sequence[str]) -> Behind | None:
    comparison, cell = found.comparison, word(ui, "cell")
    parts = [part for part in (NamePart.CLASS, NamePart.LABEL) if part == word(ui, "of")]
    if not parts:
        return None
    known = comparison.names(parts[0])
    at = {name_word(name): code for code, name in enumerate(known)}.get(word(ui, "name"))
    if at is None:
        return None
    called = wording.name_of(known[at], parts[0])
    if cell in ("both", "apart"):
        flags = with_name(comparison, parts[0], at, both=cell == "both")
        words = "in both" if cell == "both" else "in one of two only"
        return Behind(f"{called} {words}", [*comparison.meetings(flags)])
    ids = [str(session.id) for session in found.sessions]
    if cell not in ids:
        return None
    person = ids.index(cell)
    return Behind(f"{called} in {names[person]}", [*tags_of(comparison, person, parts[0], known[at])])


def _behind_pair(ui: UiState, found: Agreement, names: Sequence[str]) -> Behind | None:
    pair = pair_of(ui, found)
    if pair is None:
        return None
    flags = of_pair(found.comparison, pair) & ~found.comparison.strict
    i, j = found.comparison.pairs[pair]
    return Behind(f"Differences between {names[i]} and {names[j]}", [*found.comparison.meetings(flags)])


def _behind_text(ui: UiState, found: Agreement, names: Sequence[str]) -> Behind | None:
    said = word(ui, "text")
    for text in range(len(found.comparison.texts)) if said else ():
        if text_word(found, text) == said:
            number, person = (
                said.split("-")[1],
                [str(one.id) for one in found.sessions].index(said.split("-")[0]),
            )
            title = f"Differences in document {int(number):,} of {names[person]}"
            return Behind(title, [*found.comparison.meetings(in_text(found.comparison, text))])
    return None


class At(NamedTuple):
    """A cell of a table that is open: its row, and the columns that open the same, the plainest first."""

    row: int
    columns: tuple[str, ...]


def cell_choice(
    key: str,
    rows: int,
    at: At | None,
    choose: Callable[[tuple[int, str] | None], None],
    idle: str = "",
) -> Callable[[], None]:
    """Show a table's open cell before it is drawn; gives its `on_select`, which hands over the (row, column)
    that was chosen, or None. A cell that opens the same stays the chosen one, so that the arrow keys go on
    from it; so does one of the column that opens nothing (`idle`)."""
    alike = [] if at is None or at.row >= rows else [(at.row, column) for column in at.columns]
    selection = (widget_value(key) or {}).get("selection", {})
    here = [tuple(cell) for cell in selection.get("cells", [])]
    is_idle = not alike and [cell[1] for cell in here] == [idle]
    if not is_idle and (here[:1] != [cell for cell in alike if cell in here] if alike else here):
        set_widget(key, {"selection": {"rows": [], "columns": [], "cells": alike[:1]}})

    def chose() -> None:
        cells = widget_value(key)["selection"]["cells"]
        choose((cells[0][0], cells[0][1]) if cells and cells[0][0] < rows else None)

    return chose
