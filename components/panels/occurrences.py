"""Tag every occurrence of some words: the hits with what stands around them, tagged as one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from components.annotate.table_pane import show_tab
from components.shell.desk import Desk
from components.shell.long_work import each_document, pressed
from components.shell.state import SessionKey, UiState
from components.shell.telling import reporting
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.occurrences import Hit, hits_in, tag_hits
from labeling.editing.tagging import tag_problem
from labeling.editing.text import Act
from labeling.model import TagNames
from labeling.phrases import count_of

Place = tuple[Loaded, Hit]
AROUND = 40
"""Code points shown on each side of a hit."""
SIDE = 290
"""Pixels in which that much is seen."""
MOST = 1000
"""Hits listed; with more, the words are too common to be tagged without looking."""


@dataclass(frozen=True)
class Search:
    """What is looked for, in which session, and what it found there: (document, hit) in order.

    `found` is None until it was searched; `writes` tells when that was, `is_stale` that it no longer holds.
    """

    session: SessionKey
    run: int
    words: str
    names: TagNames
    whole: bool = True
    case: bool = False
    found: tuple[Place, ...] | None = None
    writes: int = 0
    is_stale: bool = False

    def places(self, draft: Draft, loaded: Loaded) -> tuple[Place, ...]:
        """Where the words stand in a document as the draft has it."""
        view, how = draft.view(loaded), {"whole_words": self.whole, "match_case": self.case}
        return tuple((loaded, hit) for hit in hits_in(view, self.words, self.names, **how))


@dataclass
class Occurrences:
    """What was asked for on the text just now, and what is looked for."""

    asked: Act | None = None
    search: Search | None = None


def _take_up(desk: Desk, loaded: Loaded) -> None:
    """Take up what was asked for on the text: the words of a segment or of a selection."""
    panel = desk.ui.of(Occurrences)
    act, panel.asked = panel.asked, None
    if act is None or act.span is None or act.document != loaded.key or desk.read_only:
        return
    words, shape = loaded.document.text[slice(*act.span)], desk.draft.scheme.shape
    names = (act.tag[0] if shape.classes else None, act.tag[1] if shape.labels else None)
    panel.search = Search(desk.session.key, desk.ui.screen.run, words, names)


def ask_occurrences(ui: UiState, act: Act) -> None:
    """It is taken up when the page is drawn, if its document is still open then."""
    ui.of(Occurrences).asked = act
    show_tab(ui, "Every occurrence")


def _wanted(desk: Desk) -> Search:
    """What is looked for in this session: nothing yet, where nothing was asked for."""
    wanted = desk.ui.of(Occurrences).search
    if wanted is None or wanted.session != desk.session.key:
        wanted = Search(desk.session.key, desk.ui.screen.run, "", (None, None))
    return wanted


def occurrences_panel(desk: Desk, loaded: Loaded) -> None:
    """What is looked for, and its hits, to be tagged as one step."""
    _take_up(desk, loaded)
    wanted = _wanted(desk)
    if desk.read_only:
        st.caption("Nothing can be tagged here.")
        return
    with st.container(key="occurrences"):
        wanted, everywhere = _questions(desk, wanted)
        if everywhere:
            wanted = _everywhere(desk, wanted)
            found = wanted.found
        else:
            wanted, found = replace(wanted, found=None), wanted.places(desk.draft, loaded)
        desk.ui.of(Occurrences).search = wanted
        if not wanted.words.strip():
            st.caption("Type the words, or select them on the text and press =.")
            return
        chosen = _hits(wanted, found) if found is not None else []
        _buttons(desk, wanted.names, chosen)


def _everywhere(desk: Desk, wanted: Search) -> Search:
    """The search of the whole session, by a button; what it found is dropped when it no longer holds."""
    if wanted.found is not None and wanted.writes != desk.ui.answers.writes:
        wanted = replace(wanted, found=None, is_stale=True)
    if pressed(desk.ui, f"Search all {desk.session.document_count:,} documents", key="occurrences-search"):
        with reporting(desk.ui, "search the session"):
            found = _search(desk, wanted)
            wanted = replace(wanted, found=found, writes=desk.ui.answers.writes, is_stale=False)
    if wanted.is_stale:
        st.caption("Something was saved or read anew since the search: search again.")
    return wanted


def _questions(desk: Desk, wanted: Search) -> tuple[Search, bool]:
    """The words, the tag, and how to look, as the person has it now; and whether everywhere."""
    own, shape = wanted.run, desk.draft.scheme.shape
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Words", value=wanted.words, key=f"occurrences-words-{own}", width=260)
        class_, label = wanted.names
        if shape.classes:
            class_ = _choice("Class", desk.draft.classes, class_, f"occurrences-class-{own}")
        if shape.labels:
            label = _choice("Label", desk.draft.labels, label, f"occurrences-label-{own}")
        whole = st.checkbox("Whole words", value=True, key=f"occurrences-whole-{own}")
        case = st.checkbox("Match case", key=f"occurrences-case-{own}")
        everywhere = desk.session.document_count > 1 and st.checkbox(
            "In the whole session", key=f"occurrences-everywhere-{own}"
        )
    now = replace(wanted, words=words, names=(class_, label), whole=whole, case=case)
    return (now if now == wanted else replace(now, found=None, is_stale=False)), everywhere


def _choice(title: str, names: Sequence[str], value: str | None, key: str) -> str | None:
    index = names.index(value) if value in names else None
    return st.selectbox(title, names, index=index, key=key, placeholder="–", width=170)


def _search(desk: Desk, wanted: Search) -> tuple[Place, ...]:
    """Every hit of the session as the draft has it, up to one more than are listed."""
    found: list[Place] = []
    for loaded in each_document(desk.reader, "searched"):
        found += wanted.places(desk.draft, loaded)
        if len(found) > MOST:
            break
    return tuple(found)


def _hits(wanted: Search, found: Sequence[Place]) -> list[Place]:
    """The hits in a table, those that lack the tag ticked; gives the ticked ones."""
    if not found:
        st.caption("These words do not stand there.")
        return []
    if len(found) > MOST:
        instead = ", or in one document" if wanted.found is not None else ""
        st.warning(f"More than {MOST:,} places: look for more words{instead}.")
        return []
    frame = pd.DataFrame(
        [_row(*place) for place in found],
        index=pd.Index([f"{loaded.key}:{hit.start}" for loaded, hit in found], name="id"),
    )
    column = st.column_config
    edited = st.data_editor(
        frame,
        key=f"occurrences-hits-{wanted.run}-{wanted.words}-{wanted.names[0]}-{wanted.names[1]}",
        num_rows="fixed",
        hide_index=True,
        height=min(38 + 35 * len(frame), 320),
        row_height=35,
        disabled=["_index", *frame.columns.drop("tick")],
        column_config={
            "_index": None,
            "tick": column.CheckboxColumn("", width=36, help="Ticked places are tagged"),
            "document": column.NumberColumn("Document", width=88),
            "before": column.TextColumn("Before", width=SIDE, alignment="right"),
            "hit": column.TextColumn("Words", width=110),
            "after": column.TextColumn("After", width=SIDE),
            "state": column.TextColumn("", width=60),
        },
        alt="The places where the words stand.",
    )
    return [
        place for place, ticked in zip(found, edited["tick"], strict=True) if ticked and not place[1].tagged
    ]


def _row(loaded: Loaded, hit: Hit) -> dict[str, object]:
    before, words, after = around(loaded.document.text, hit.start, hit.end)
    return {
        "tick": not hit.tagged,
        "document": loaded.position + 1,
        "before": before,
        "hit": words,
        "after": after,
        "state": "has it" if hit.tagged else "",
    }


def around(text: str, start: int, end: int, most: int = AROUND) -> tuple[str, str, str]:
    """What stands before a hit, the hit, and what stands after it, each on one line: at most so many code
    points on a side, from a whole word on and with … where it goes on."""
    before, words, after = (
        part.replace("\n", " ")
        for part in (text[max(0, start - most) : start], text[start:end], text[end : end + most])
    )
    if start > most:
        before = f"…{before.partition(' ')[2] or before}"
    if end + most < len(text):
        after = f"{after.rpartition(' ')[0] or after}…"
    return before, words, after


def _buttons(desk: Desk, names: TagNames, chosen: Sequence[Place]) -> None:
    step, why = desk.step_name, tag_problem(names, desk.draft.scheme) if chosen else ""

    def tag() -> None:
        places = [(loaded.key, hit.start, hit.end) for loaded, hit in chosen]

        def make(views: Sequence[DraftDocument], draft: Draft) -> Change | Refused:
            there = {view.key: view for view in views}
            left = [place for place in places if place[0] in there]
            return tag_hits(there, left, names, step, draft.scheme)

        with reporting(desk.ui, "read the documents to be tagged"):
            now = desk.as_now(loaded for loaded, _ in chosen)
            if refused := desk.edit_documents(now, make):
                desk.tell("page", "warning", f"Not tagged: {refused}.")
                return
            desk.ui.of(Occurrences).search = None
            show_tab(desk.ui, "Tags")
            here = {loaded.key for loaded in now}
            if gone := sum(key not in here for key, _, _ in places):
                was = "place was" if gone == 1 else "places were"
                desk.tell("page", "info", f"{gone:,} of {len(places):,} {was} no longer there and left out.")

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Tag {count_of(len(chosen), 'place')}",
            key="occurrences-tag",
            type="primary",
            disabled=not chosen or bool(why),
            on_click=tag,
        )
        if why:
            st.caption(f"{why[0].upper()}{why[1:]}.")
