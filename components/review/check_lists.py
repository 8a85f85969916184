"""The work lists with what they proved, and the row of one that is open: taken, right, or put off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from components.review.check_right import called_right
from components.review.check_rows import rows_table
from components.review.check_search import Checking, item, lists_now
from components.review.keys import review_keys
from components.review.opening import go_where_wanted, want_text
from components.review.place import say, word
from components.review.reviewer import reviewer
from components.review.tables import height_of
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.showing import ShownTurn, turn_of
from components.shell.state import row_choice
from components.shell.telling import loading, reporting
from labeling.checking.suspect_fixes import fix, proposal_in_words
from labeling.checking.suspects import BARE, Suspect
from labeling.phrases import tag_in_words
from labeling.reviewing.search import Found
from labeling.reviewing.work_lists import ListStanding, Said, suspects_in_words, verdict_on

LIST = "list"
"""The word of the address that names the open list."""


def work_lists(desk: Desk, found: Found) -> None:
    """The lists, the open one's first row, and its rows as a table."""
    with loading("read what was said of the lists"):
        at = reviewer(desk)
        verdicts = at.store.verdicts(at.key)
    lists = lists_now(desk.draft, found, desk.ui.of(Checking).settled, verdicts)
    name = word(desk.ui, LIST)
    there = [one for one in lists if one.open or one.looked_at]
    if not there:
        st.success("Nothing is suspected in this session.", icon=":material/check_circle:")
        return
    chosen = next(
        (one for one in there if one.name == name), next((one for one in there if one.open), there[0])
    )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _lists(desk, there, chosen)
        called_right(desk, chosen, verdicts)
    state = desk.ui.of(Checking)
    rows = sorted(chosen.open, key=lambda row: item(row) in state.later) if state.later else chosen.open
    here = next((row for row in rows if item(row) == state.at), rows[0] if rows else None)
    with right:
        if here is None:
            st.success(f"{chosen.title}: all of it is settled.", icon=":material/check_circle:")
        else:
            _card(desk, found, chosen, rows, here)
    if here is not None:
        rows_table(desk, found, chosen, rows, here)


def _lists(desk: Desk, lists: Sequence[ListStanding], chosen: ListStanding) -> None:
    names = [one.name for one in lists]

    def choose(name: str) -> None:
        state = desk.ui.of(Checking)
        state.at = None
        state.ticked.clear()
        say(desk.ui, **{LIST: name})

    frame = pd.DataFrame(
        {
            "list": [one.title for one in lists],
            "open": [len(one.open) for one in lists],
            "rate": [one.rate for one in lists],
        }
    )
    column = st.column_config
    st.dataframe(
        frame,
        key="check-lists",
        hide_index=True,
        height=height_of(len(lists), 11),
        row_height=35,
        on_select=row_choice("check-lists", names, chosen.name, choose),
        selection_mode=("single-row", "single-cell"),
        column_config={
            "list": column.TextColumn("List", width=220),
            "open": column.NumberColumn("Open", format="localized", width=64),
            "rate": column.TextColumn(
                "Were errors",
                width=170,
                help="Of the rows that you settled one by one: how many were errors, with a range of 95 %",
            ),
        },
        alt="The work lists, the one that proved itself most first. Choose a row to go through its list.",
    )
    st.caption(suspects_in_words(lists))
    st.caption("Lists that found more errors stand higher, by the lower end of their range.")


# The open row


def _in_its_sentence(here: Suspect) -> str:
    """What stands at its edges keeps its space: a colour is none behind a letter or a colon."""
    before, words, after = here.context
    left, right = (" " * side for side in (before.endswith(" "), after.startswith(" ")))
    joined = "" if left or not before else "\u2060"
    return f"{plain(before)}{left}{joined}:orange-background[{plain(words)}]{right}{plain(after)}"


def _card(desk: Desk, found: Found, chosen: ListStanding, rows: Sequence[Suspect], here: Suspect) -> None:
    number, proposed = rows.index(here) + 1, proposal_in_words(here, desk.draft.scheme)
    turn = turn_of(desk.ui, "check-card", " ".join(item(here)))
    card = st.container(key="check-card", border=True)
    words = card.container()
    with card:  # first, so that whoever sees the words has their buttons
        _buttons(desk, found, rows, here, turn, bool(proposed))
    with words:
        st.markdown(f"**{chosen.title}** · {number:,} of {len(rows):,} · document {here.position + 1:,}")
        st.markdown(_in_its_sentence(here))
        stands = "the document" if here.list == "sparse" else tag_in_words(here.names)
        if here.names == BARE and here.problem is None and here.list != "sparse":
            stands = "no tag"
        arrow = f" → **{plain(proposed)}**" if proposed else ""
        st.markdown(f"{plain(stands)}{arrow}" if here.problem is None else f"**{plain(proposed)}**")
        st.caption(plain(here.why))
    keys = {"Enter": "check-take" if proposed else "check-open", "x": "check-right", ".": "check-later"}
    review_keys("check-card", {**keys, "o": "check-open"}, turn=turn.words)


def _buttons(
    desk: Desk, found: Found, rows: Sequence[Suspect], here: Suspect, turn: ShownTurn, can_take: bool
) -> None:
    settle = turn.once(partial(_settle, desk, found, rows, here))
    with st.container(horizontal=True):
        st.button(
            "Take it (Enter)",
            key=turn.key("check-take"),
            type="primary",
            icon=":material/check:",
            disabled=not can_take or desk.read_only,
            help="Does what is proposed, as a step that can be undone",
            on_click=settle,
            args=("wrong",),
        )
        st.button(
            "It is right (X)",
            key=turn.key("check-right"),
            icon=":material/verified:",
            disabled=desk.read_only,
            help="Remembered: it is listed no more unless its tag changes",
            on_click=settle,
            args=("right",),
        )
        st.button(
            "Later (.)",
            key=turn.key("check-later"),
            icon=":material/schedule:",
            on_click=turn.once(_later),
            args=(desk, rows, here),
        )
        st.button(
            "Open the text (O)",
            key=turn.key("check-open"),
            icon=":material/open_in_new:",
            type="tertiary",
            on_click=turn.once(_open),
            args=(desk, here),
        )
    go_where_wanted(desk)


def _settle(desk: Desk, found: Found, rows: Sequence[Suspect], here: Suspect, said: Said) -> None:
    """Take what is proposed, or remember that it is right; then the next row."""
    with reporting(desk.ui, "settle this"):
        if said == "wrong":
            loaded = found.loaded[here.document]
            why = desk.edit_document(
                loaded, lambda view, draft: fix(view, here, desk.step_name, draft.scheme)
            )
            if why:
                desk.tell("page", "warning", f"Not taken: {why}.")
                return
            desk.ui.of(Checking).settled.add(item(here))
        at = reviewer(desk)
        at.store.put_verdicts(at.key, [verdict_on(here, said, at.who)])
        _next(desk, rows, here)


def _later(desk: Desk, rows: Sequence[Suspect], here: Suspect) -> None:
    later = desk.ui.of(Checking).later
    later.pop(item(here), None)
    later[item(here)] = None
    _next(desk, rows, here)


def _next(desk: Desk, rows: Sequence[Suspect], here: Suspect) -> None:
    after = rows.index(here) + 1
    state = desk.ui.of(Checking)
    state.ticked.pop(item(here), None)
    state.at = item(rows[after]) if after < len(rows) else None


def _open(desk: Desk, here: Suspect) -> None:
    want_text(desk, here.position, None if here.list == "sparse" else here.span)
