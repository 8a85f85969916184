"""Tell those who tagged what was decided otherwise: all of one person that went the same way at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st

from components.review.decide_acts import Deciding
from components.review.decide_note import told_note
from components.review.decide_reading import DecideReading, key_of
from components.review.reached import say_who_sees
from components.review.tables import height_of
from components.shell.desk import Desk
from components.shell.telling import loading, reporting
from labeling.draft.document import Loaded
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.reviewing.decisions import PlaceStanding
from labeling.reviewing.final_version import DecideRow
from labeling.reviewing.notes import Otherwise, differences, otherwise_of, settled
from labeling.store.review import ReviewStore
from labeling.store.review_values import Who

TOLD = "decide-told"


class Untold(NamedTuple):
    """What one person has at a place otherwise than it was decided."""

    row: DecideRow
    place: PlaceStanding
    session: str
    said: Otherwise


def tell_annotators(
    desk: Desk, project: Project, state: Deciding, review: ReviewStore, reading: DecideReading
) -> None:
    """What can be told, gathered by person and by what became of what; and the button that does so."""
    box = st.expander("Tell the annotators", icon=":material/forum:", key="decide-tell", on_change="rerun")
    if not box.open:
        return
    with box, loading("read the notes"):
        only = st.toggle("The open document alone", key="decide-tell-here")
        rows = [row for row in reading.rows if not only or row.key == state.open]
        found = _untold(review, reading, rows)
        if not found:
            st.caption("Nobody has anything else than what was decided, or they were told.")
            return
        groups: dict[tuple[str, str], list[Untold]] = {}
        for one in found:
            groups.setdefault((one.session, one.said.words), []).append(one)
        _groups(desk, project, review, reading, list(groups.values()))


def _untold(review: ReviewStore, reading: DecideReading, rows: Sequence[DecideRow]) -> list[Untold]:
    """What nobody was told yet, of decisions that stand."""
    told = {
        (note.key.session, note.document, said)
        for session in reading.sessions
        for note in review.notes.of_session(key_of(session))
        if (said := otherwise_of(note)) is not None
    }
    return [
        Untold(row, place, session, said)
        for row in rows
        for place in reading.places(row)
        for session, said in differences(place).items()
        if (session, row.there[session][0], said) not in told
    ]


def close_met(review: ReviewStore, session: Session, items: Sequence[Loaded]) -> None:
    """Close the notes on a session that ask for what it has by now."""
    waiting = review.notes.of_session(key_of(session), only_open=True)
    about = {note.document for note in waiting}
    for item in items if about else ():
        if item.key in about:
            units = (unit for segment in item.document.segments for unit in segment.units)
            if done := settled(waiting, item.key, units):
                review.notes.close(done, "taken")


def _groups(
    desk: Desk, project: Project, review: ReviewStore, reading: DecideReading, groups: list[list[Untold]]
) -> None:
    groups.sort(key=lambda group: -len(group))
    frame = pd.DataFrame(
        [(reading.names[group[0].session], group[0].said.words, len(group)) for group in groups],
        columns=["Whose", "What was decided", "Places"],
    )
    table = st.dataframe(
        frame,
        key=TOLD,
        hide_index=True,
        height=height_of(len(frame), 8),
        row_height=35,
        on_select="rerun",
        selection_mode="multi-row",
        alt="What was decided otherwise than somebody has it, by person and by what became of what.",
    )
    ticked = [groups[at] for at in table["selection"]["rows"] if at < len(groups)]
    chosen = [one for group in ticked or groups for one in group]
    words = f"Tell them: {count_of(len(chosen), 'place')}"
    st.button(
        words if ticked else f"{words}, all of these",
        key="decide-tell-all",
        icon=":material/send:",
        on_click=partial(_tell, desk, review, reading, chosen),
    )
    told = {one.session for one in chosen}
    say_who_sees(desk.ui, project, [one for one in reading.sessions if one.lasting_name in told])


def _tell(desk: Desk, review: ReviewStore, reading: DecideReading, chosen: Sequence[Untold]) -> None:
    by = Who(desk.ui.sign_in.owner, desk.ui.sign_in.name)
    with reporting(desk.ui, "keep the notes"):
        review.notes.add(
            [told_note(reading, one.row, one.place, one.session, one.said, by) for one in chosen]
        )
        desk.tell("page", "success", f"{count_of(len(chosen), 'note')} made: they stand on the text there.")
