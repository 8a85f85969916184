"""A place behind a number is settled: the same step on the final version as on the tab Decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import streamlit as st

from components.review.decide_acts import Deciding
from components.review.decide_choose import final_of, is_of
from components.review.decide_reading import key_of
from components.review.keys import review_keys
from components.review.place import say_on
from components.saving.changes import changes, changes_bar
from components.saving.panel import save_result
from components.shell.desk import Desk, desk_at, reader_of
from components.shell.long_work import read_everything
from components.shell.markdown import plain
from components.shell.showing import ShownTurn, turn_of
from components.shell.state import UiState
from components.shell.telling import loading, why_locked
from labeling.access import is_lead
from labeling.agreement.comparison import Meeting
from labeling.agreement.shared import counts
from labeling.agreement.tags import PlacedTag, tagged_text
from labeling.draft.decided import Decision
from labeling.draft.document import Loaded
from labeling.draft.keys import document_keys
from labeling.model import Document, Project, Session
from labeling.phrases import quote, tag_in_words
from labeling.reviewing.agreement_job import Agreement
from labeling.reviewing.decisions import Decided, PlaceStanding, decide, standing, to_decide
from labeling.reviewing.final_version import is_finished, plan_of

LETTERS = "ABCDFGHIJKLM"
"""The keys of people; E edits."""


class Ticks(NamedTuple):
    """What becomes of the tick in the list of places: it goes to the row behind one that was settled, or
    stays where it is by now."""

    go_on: Callable[[], None]
    stay: Callable[[], None]


class SettledPlace(NamedTuple):
    """A place of the final version as it stands now: its document there, the other decisions of that."""

    desk: Desk
    loaded: Loaded
    where: PlaceStanding
    others: list[Decision]


@dataclass
class FinalVersion:
    """The final version of the sessions of a comparison, once it was found."""

    of: Agreement | None = None
    session: Session | None = None


def final_version(ui: UiState, project: Project, found: Agreement) -> Session | None:
    """The final version of these sessions, where it was begun and the person decides it."""
    if not is_lead(project.role) or ui.store is None:
        return None
    state = ui.of(FinalVersion)
    if state.of is not found or state.session is None:
        with loading("read the plans"):
            plans = ui.store.review(ui.api_name).plans(str(project.id))
        planned = plan_of(plans, found.sessions)
        state.of = found
        state.session = None if planned is None or planned[1] is None else final_of(ui, project, planned[1])
    return state.session


def settled_words(ui: UiState, final: Session, found: Agreement, rows: Sequence[Meeting]) -> list[str]:
    """For each of the meetings what was decided where its tags stand; empty where nothing was."""
    assert ui.store is not None
    keys = [_key_of(found, row.text) for row in rows]
    with loading("read the decisions"):
        stored = ui.store.review(ui.api_name).decisions(key_of(final), documents=keys)
    by_document: dict[str, list[Decision]] = {}
    for one in stored:
        if one.decision is not None:
            by_document.setdefault(one.document, []).append(one.decision)
    return [
        next(
            (
                ", ".join(tag_in_words(unit[2:]) for unit in one.outcome) or "nothing"
                for one in by_document.get(key, ())
                if _is_about(one, found, row)
            ),
            "",
        )
        for key, row in zip(keys, rows, strict=True)
    ]


def settle(
    ui: UiState,
    project: Project,
    found: Agreement,
    row: Meeting,
    names: Sequence[str],
    ticks: Ticks,
) -> None:
    """The ways to settle a place, and what was decided there."""
    final = final_version(ui, project, found)
    if final is None:
        if is_lead(project.role):
            st.button(
                "Settle these on Decide …",
                key="settle-start",
                icon=":material/gavel:",
                help="It begins a final version of these sessions; then each place is settled from here too.",
                on_click=partial(_to_decide, ui, found, ""),
            )
        return
    place = _place(ui, project, final, found, row)
    if place is None:
        st.caption("Nobody has anything at this place any more, or the final version lacks the document.")
        return
    text = found.comparison.texts[row.text].text
    # Of one place there may be several rows, each with the tags of other people.
    turn = turn_of(ui, "settle", f"{place.loaded.key} {place.where.key} {row.people} {row.tags}")
    with st.container(horizontal=True, vertical_alignment="center", key="settle"):
        choices: dict[PlacedTag, list[int]] = {}
        for person, tag in zip(row.people, row.tags, strict=True):
            if tag is not None:
                choices.setdefault(tag, []).append(person)
        for letter, (tag, people) in zip(LETTERS, choices.items(), strict=False):
            whose = ", ".join(names[person] for person in people)
            words = f"{plain(whose)}: {plain(tag_in_words(tag.names))} {plain(quote(text, *tag.span, 24))}"
            _choice(place, turn, words, letter, (tag,), ticks)
        _choice(place, turn, "Nothing", "0", (), ticks)
        st.button(
            "Edit",
            key=turn.key("settle-edit"),
            icon=":material/edit:",
            shortcut="E",
            disabled=place.desk.read_only,
            on_click=turn.once(partial(_edit, ui, found, place)),
        )
        if place.where.state == "decided" and place.where.decision is not None:
            said = ", ".join(tag_in_words(unit[2:]) for unit in place.where.decision.outcome) or "nothing"
            st.caption(f"Settled: {plain(said)}", width="content")
        elif place.where.state == "overtaken":
            st.caption("Settled, and overtaken since then", width="content")
    review_keys("settle", {}, turn=turn.words)


def work_on_final(ui: UiState, project: Project, final: Session) -> None:
    """The unsaved decisions, with undo and Save."""
    desk = desk_at(ui, final, project)
    with st.container(horizontal=True, vertical_alignment="center", key="settle-bar"):
        st.caption(f"Settled places go to “{plain(final.name or '')}”.", width="content")
        bar = changes_bar()
    why_locked(desk)
    save_result(desk)
    with bar:
        changes(desk)


def _choice(
    place: SettledPlace,
    turn: ShownTurn,
    words: str,
    letter: str,
    outcome: tuple[PlacedTag, ...],
    ticks: Ticks,
) -> None:
    st.button(
        words,
        key=turn.key(f"settle-{letter}"),
        shortcut=letter,
        disabled=place.desk.read_only,
        on_click=turn.once(partial(_decide, place, outcome, ticks.go_on), ticks.stay),
    )


def _decide(place: SettledPlace, outcome: tuple[PlacedTag, ...], on_settled: Callable[[], None]) -> None:
    desk = place.desk.now()
    step = f"settle-{desk.step_name}"
    what = [Decided(place.where, outcome, "chosen" if outcome else "nothing")]
    why = desk.edit_document(
        place.loaded, lambda document, draft: decide(document, draft, what, step, place.others)
    )
    if why:
        desk.tell("page", "warning", why)
    else:
        on_settled()


def _to_decide(ui: UiState, found: Agreement, at: str) -> None:
    ids = ",".join(str(one.id) for one in found.sessions)
    say_on(ui, "decide", sessions=ids, counted="" if found.counted == "done" else found.counted, at=at)


def _edit(ui: UiState, found: Agreement, place: SettledPlace) -> None:
    """To the text of the final version on Decide, as it is tagged by hand there."""
    state, of = ui.of(Deciding), (ui.sign_in.owner, found.sessions[0].project_id)
    if state.of != of or not is_of(state.reading, found.sessions, found.counted):
        state.begin_anew()
    state.of, state.editing = of, (place.loaded.key, place.where.key)
    _to_decide(ui, found, str(place.loaded.position + 1))


def _key_of(found: Agreement, text: int) -> str:
    """The key of a document in a final version: its id, or its text with which of the copies it is."""
    person, given = next(
        (at, one) for at, one in enumerate(found.comparison.texts[text].by_person) if one is not None
    )
    if given.id is not None:
        return f"id:{given.id}"
    before = [one for one in found.read[person].texts if one.position <= given.position]
    copies = [Document(text=one.text) for one in before if one.text == given.text]
    return document_keys(copies)[-1]


def _is_about(decision: Decision, found: Agreement, row: Meeting) -> bool:
    """Whether a decision was made on the tags of a meeting."""
    votes = {(vote.session, vote.tag) for vote in decision.votes if vote.tag is not None}
    mine = {
        (found.sessions[person].lasting_name, (tag.start, tag.end, tag.class_, tag.label))
        for person, tag in zip(row.people, row.tags, strict=True)
        if tag is not None
    }
    return mine <= votes


def _place(
    ui: UiState, project: Project, final: Session, found: Agreement, row: Meeting
) -> SettledPlace | None:
    """The place of the final version that a meeting is at, as people have it now."""
    assert ui.store is not None
    desk = desk_at(ui, final, project)
    key = _key_of(found, row.text)
    with loading("read the document"):
        loaded = _in_final(desk, key)
        if loaded is None:
            return None
        sides = []
        for person, given in enumerate(found.comparison.texts[row.text].by_person):
            session = found.sessions[person]
            there = None if given is None else reader_of(ui, session).at(given.position)
            if there is None or there.document.fault or there.document.text != loaded.document.text:
                continue
            text = tagged_text(there.document, there.position)
            if counts(text, found.counted, finished=is_finished(session)):
                sides.append((session.lasting_name, text.tags))
        stored = ui.store.review(ui.api_name).decisions(key_of(final), documents=[key])
    decided = {one.place: one.decision for one in stored if one.decision is not None}
    known = desk.draft.documents.get(key)
    is_done = bool(loaded.document.annotated if known is None else known.done)
    places = standing(to_decide(sides), decided, is_done=is_done)
    where = max(places, key=partial(_nearness, found, row), default=None)
    if where is None or not any(_nearness(found, row, where)):
        return None
    others = [one for one in decided.values() if where.decision is None or one.place != where.decision.place]
    return SettledPlace(desk, loaded, where, others)


def _nearness(found: Agreement, row: Meeting, place: PlaceStanding) -> tuple[int, int]:
    """How many of the meeting's tags are at a place, and how many characters both share."""
    votes = {(vote.session, vote.tag) for vote in place.votes if vote.tag is not None}
    tags = [(person, tag) for person, tag in zip(row.people, row.tags, strict=True) if tag is not None]
    same = sum(
        (found.sessions[person].lasting_name, (tag.start, tag.end, tag.class_, tag.label)) in votes
        for person, tag in tags
    )
    start, end = place.span
    return same, max(max(0, min(end, tag.end) - max(start, tag.start)) for _, tag in tags)


def _in_final(desk: Desk, key: str) -> Loaded | None:
    """A document of the final version, by its key."""
    known = desk.draft.documents.get(key)
    if known is not None:
        return desk.reader.now(desk.draft, key, known.position)
    if key.startswith("id:") and desk.api.info().can("ids"):
        session = desk.session
        document = desk.api.document(session.project_id, session.id, int(key.removeprefix("id:")))
        place = (document.model_extra or {}).get("position")
        if isinstance(place, int):
            return desk.reader.now(desk.draft, key, place)
    return next((one for one in read_everything(desk.reader) if one.key == key), None)
