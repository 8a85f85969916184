"""Paste rows of a spreadsheet or a CSV file: what each of them will do, then all of it as one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from components.annotate.table_pane import show_tab
from components.shell.desk import Desk
from components.shell.long_work import read_everything
from components.shell.markdown import plain
from components.shell.state import SessionKey, set_widget, widget_value
from components.shell.telling import loading, reporting
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.pasted import ADDS, Pasted, PastePlan, Planned, left_over, places_in, plan, read_rows
from labeling.model import Shape
from labeling.phrases import EMPTY, count_of

T = TypeVar("T")
TEXT = "paste-text"
MOST = 5000
"""Rows taken at a time."""
ONE_BY_ONE = 20
"""Documents read by their places; for more of them all are read, once."""
DOES = {"segment": "adds a segment", "tag": "adds a tag to its segment", "nothing": "is there already"}


@dataclass
class Pasting:
    """What was pasted in one session; and what was made of it, by name: (what it follows from, it)."""

    text: str = ""
    made: dict[str, tuple[object, Any]] = field(default_factory=dict, repr=False)

    def once(self, name: str, of: object, make: Callable[[], T]) -> T:
        """What `make` gives, made anew only where it follows from something else than before."""
        if name not in self.made or self.made[name][0] != of:
            self.made[name] = (of, make())
        made: T = self.made[name][1]
        return made


@dataclass
class Pastings:
    of_session: dict[SessionKey, Pasting] = field(default_factory=dict)


def _pasting(desk: Desk) -> Pasting:
    return desk.ui.of(Pastings).of_session.setdefault(desk.session.key, Pasting())


def paste_rows(desk: Desk, loaded: Loaded) -> None:
    """The rows, what each will do to the session as it is now, and the step; what was typed stays."""
    pasting = _pasting(desk)
    if desk.read_only:
        st.caption("Nothing can be tagged here.")
        return
    shape = desk.draft.scheme.shape
    with st.container(key="paste"):
        _question(pasting, shape)
        found = pasting.once("rows", (pasting.text, shape), lambda: read_rows(pasting.text, shape))
        count, add = 0, None
        if len(found.rows) > MOST:
            many = f"{len(found.rows):,} rows; at most {MOST:,} are taken at a time."
            st.warning(f"{many} Please paste a part of them.")
        elif found.rows:
            count, add = _planned(desk, loaded, pasting, found)
        if add is not None:
            words = f"Add {count_of(count, 'row')}"
            st.button(words, key="paste-add", type="primary", disabled=not count, on_click=add)


def _planned(desk: Desk, loaded: Loaded, pasting: Pasting, found: Pasted) -> tuple[int, Callable[[], None]]:
    """Show what each row will do; gives how many add something, and what adds them."""
    shape, step = desk.draft.scheme.shape, desk.step_name
    with loading("read the documents that the rows name"):
        documents = _documents(desk, places_in(found.rows, loaded.position))
    everywhere, with_names = (bool(widget_value(key)) for key in ("paste-everywhere", "paste-names"))

    def planned(views: Sequence[DraftDocument], draft: Draft) -> PastePlan:
        how = {"everywhere": everywhere, "with_names": with_names}
        return plan(found.rows, views, loaded.position, draft.scheme, step, **how)

    def planned_now() -> PastePlan:
        return planned([desk.draft.view(one) for one in documents], desk.draft)

    of = (pasting.text, loaded.position, everywhere, with_names, *_facts(desk.draft, documents))
    outcome = pasting.once("plan", of, planned_now)
    count = sum(outcome.count(does) for does in ADDS)
    _preview(outcome, count, pasting.once("frame", outcome, lambda: _frame(outcome, shape)))
    _choices(outcome)
    return count, partial(_add, desk, pasting, found, outcome, documents, planned)


def _add(
    desk: Desk,
    pasting: Pasting,
    found: Pasted,
    outcome: PastePlan,
    documents: Sequence[Loaded],
    planned: Callable[[Sequence[DraftDocument], Draft], PastePlan],
) -> None:
    """One step of what was shown; rows that are refused stay in the panel, to be put right."""
    doing = {row.document.key for row in outcome.rows if row.document and row.does in ADDS}
    plans: list[PastePlan] = []

    def make(views: Sequence[DraftDocument], draft: Draft) -> Change | Refused:
        plans.append(planned(views, draft))
        return plans[-1].change if plans[-1].change.edits else Refused("everything is there already")

    with reporting(desk.ui, "read the documents that the rows name"):
        now = desk.as_now(one for one in documents if one.key in doing)
        if why := desk.edit_documents(now, make):
            desk.tell("table", "warning", f"Not stored: {why}.")
            return
        desk.tell("text", "info", plans[-1].change.name)
        lost = {row.row.number for row in plans[-1].rows if row.does == "refused"}
        left = [
            row.row.number
            for row in outcome.rows
            if row.does == "refused" or (row.does in ADDS and row.row.number in lost)
        ]
        pasting.text = left_over(found, left) if left else ""
        set_widget(TEXT, pasting.text)
        if not left:
            show_tab(desk.ui, "Tags")


def _facts(draft: Draft, documents: Sequence[Loaded]) -> tuple[object, ...]:
    """What a plan follows from in the draft and in the documents that it looks at."""
    touched = tuple(draft.documents.get(one.key) for one in documents)
    return (draft.taken, draft.renames_held, draft.scheme, draft.renames, tuple(documents), touched)


def _question(pasting: Pasting, shape: Shape) -> None:
    names = [name for name, has in (("class", shape.classes), ("label", shape.labels)) if has]
    named = ", ".join(names)
    st.caption(
        f"Columns by a header in any order (document, start, end, text, {named}), or without one: document, "
        f"start, end, {named}. Documents are counted from 1, characters from 0; without a document "
        "the open one is meant, and instead of start and end the words themselves may stand."
    )
    set_widget(TEXT, pasting.text)

    def typed() -> None:
        pasting.text = widget_value(TEXT) or ""

    st.text_area("Rows", key=TEXT, height=120, label_visibility="collapsed", on_change=typed)


def _documents(desk: Desk, places: Sequence[int]) -> tuple[Loaded, ...]:
    """The documents at these places, as far as the session has them."""
    wanted = set(places)
    known = desk.reader.whole
    if known is None and len(places) > ONE_BY_ONE:
        known = read_everything(desk.reader)
    if known is not None:
        return tuple(one for one in known if one.position in wanted)
    found = (desk.reader.at(place) for place in sorted(wanted) if place < desk.session.document_count)
    return tuple(one for one in found if one is not None)


def _preview(outcome: PastePlan, adds: int, frame: pd.DataFrame) -> None:
    counts = [
        f"{count_of(count, 'row')} {words}"
        for words, count in (
            ("to add", adds),
            ("there already", outcome.count("nothing")),
            ("refused", outcome.count("refused")),
        )
        if count
    ]
    st.markdown("; ".join(counts))
    st.dataframe(
        frame,
        key="paste-preview",
        hide_index=True,
        height=min(38 + 35 * len(outcome.rows), 300),
        row_height=35,
        column_config={
            "Row": st.column_config.NumberColumn(width=50),
            "Document": st.column_config.TextColumn(width=88),
            "What it does": st.column_config.TextColumn(width="large"),
        },
        alt="What each pasted row will do.",
    )


def _frame(outcome: PastePlan, shape: Shape) -> pd.DataFrame:
    columns = {
        "Row": [one.row.number for one in outcome.rows],
        "Document": [one.row.document or "open" for one in outcome.rows],
        "What it does": [_does(one) for one in outcome.rows],
        "Text": [_words(one) for one in outcome.rows],
    }
    if shape.classes:
        columns["Class"] = [one.row.class_ or EMPTY for one in outcome.rows]
    if shape.labels:
        columns["Label"] = [one.row.label or EMPTY for one in outcome.rows]
    return pd.DataFrame(columns)


def _does(one: Planned) -> str:
    if one.does == "refused":
        return f"✕ refused: {one.why}"
    places = f", at {one.places} places" if one.places > 1 else ""
    if one.does == "replace":
        return f"⇄ replaces {one.replaced}{places}"
    sign = "=" if one.does == "nothing" else "+"
    return f"{sign} {DOES[one.does]}{places}"


def _words(one: Planned) -> str:
    if one.document is None or not one.spans:
        return one.row.text
    return " ".join(one.document.text[slice(*one.spans[0])].split())


def _choices(outcome: PastePlan) -> None:
    """What could be done with rows that are refused: asked only where there are such."""
    if any(one.places > 1 for one in outcome.rows):
        st.checkbox("Tag words that stand several times at each of their places", key="paste-everywhere")
    if outcome.unknown:
        names = ", ".join(f"“{plain(name)}”" for _, name in outcome.unknown)
        st.checkbox(f"Add to the session's classes and labels: {names}", key="paste-names")
