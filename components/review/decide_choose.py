"""Which sessions are decided: those of a plan, or any; their final version is made at first use, once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import streamlit as st

from components.review.decide_acts import Deciding
from components.review.decide_bulk import take_over
from components.review.decide_reading import DecideReading
from components.review.decide_tell import close_met
from components.review.place import choose, hold_one, numbers_in, propose, word
from components.shell.answers import forget
from components.shell.desk import Desk, desk_at
from components.shell.long_work import each_shown, pressed, read_everything
from components.shell.pickers import sessions_of, told_apart
from components.shell.showing import showing
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.agreement.shared import Counted, SharedText
from labeling.agreement.tags import TaggedText
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.model import Part, Project, Session
from labeling.reviewing.bulk_rules import Rule
from labeling.reviewing.final_version import (
    documents_to_decide,
    final_name,
    final_session,
    is_finished,
    plan_for,
    plan_of,
    rows_to_decide,
    tagged_texts,
)
from labeling.reviewing.plan_progress import known_together
from labeling.reviewing.side_by_side import SideBySide, Stamp, keep_as, known_as, stamp_of
from labeling.store.review import ReviewStore
from labeling.store.review_values import PlanSession, StoredPlan, Who

SESSIONS = "review-sessions"
Read = Sequence[tuple[Session, Sequence[Loaded]]]
"""Sessions with their documents."""


class ReadBefore(NamedTuple):
    """Sessions that were read before their final version was made, with what is compared of them. `began`:
    how they stood when that began."""

    began: Stamp | None
    read: Read
    texts: Sequence[Sequence[TaggedText]]


COUNTED = {
    Counted.DONE: "those that are done",
    Counted.SHARED: "all, done or not",
    Counted.TAGGED: "those in which somebody tagged something",
}
"""Which of a session's documents count, in words."""


def chosen_sessions(ui: UiState, project: Project, plans: Sequence[StoredPlan]) -> list[Session]:
    """The sessions that are compared: those of a plan, or any."""
    there = [session for session in sessions_of(ui, project) if not session.is_busy]
    finals = {one.session for plan in plans for one in plan.sessions if one.part != "WORK"}
    offered = {one.id: one for one in there if one.lasting_name not in finals}
    names = told_apart({number: one.name or f"Session {number}" for number, one in offered.items()})
    propose(ui, "sessions", ",".join(map(str, known_together(plans, there))))
    chosen = [number for number in numbers_in(word(ui, "sessions")) if number in offered]
    known = {one.lasting_name: one.id for one in offered.values()}
    planned = {
        plan.id: (plan.name, [known[one.session] for one in plan.sessions if one.session in known])
        for plan in plans
    }
    planned = {id_: of for id_, of in planned.items() if len(of[1]) > 1}

    def take(numbers: Sequence[int]) -> None:
        choose(ui, "sessions", ",".join(map(str, numbers)))

    def by_plan(id_: str | None) -> None:
        if id_ in planned:
            take(planned[id_][1])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        if planned:
            now = next((id_ for id_, of in planned.items() if set(of[1]) == set(chosen)), None)
            key, chose = showing(ui, "decide-plan", now, by_plan)
            st.selectbox(
                "Plan",
                [None, *planned],
                format_func=lambda id_: "Any sessions" if id_ is None else planned[id_][0],
                key=key,
                on_change=chose,
                width=320,
            )
        key, chose = showing(ui, SESSIONS, chosen, take)
        st.multiselect(
            "Sessions",
            list(offered),
            format_func=lambda number: names.get(number, ""),
            key=key,
            on_change=chose,
            placeholder="two or more",
        )
    return [offered[number] for number in chosen]


def counted_by(ui: UiState) -> Counted:
    return next((one for one in Counted if one.value == word(ui, "counted")), Counted.DONE)


def choose_counted(ui: UiState) -> None:
    options = [one.value for one in Counted]
    key, on_change = hold_one(ui, "review-counted", options)
    st.selectbox(
        "Documents that count",
        options,
        format_func=lambda value: COUNTED[Counted(value)],
        key=key,
        on_change=on_change,
        width=320,
        help="Whoever has not done a document says nothing about it.",
    )


def is_of(reading: DecideReading | None, sessions: Sequence[Session], counted: Counted) -> bool:
    """Whether what was read is about these sessions, whatever became of them since; nothing is about any."""
    if reading is None:
        return True
    keys = [one.key for one in reading.sessions]
    return reading.counted == counted and keys == [one.key for one in sessions]


def begun(
    ui: UiState,
    project: Project,
    review: ReviewStore,
    plans: Sequence[StoredPlan],
    sessions: list[Session],
) -> None:
    """Read what there is to decide; the final version is made when the person says so, once."""
    counted = counted_by(ui)
    found = plan_of(plans, sessions)
    final = None if found is None or found[1] is None else final_of(ui, project, found[1])
    if final is not None and found is not None:
        _read(ui, project, review, found[0], sessions, final, counted)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = pressed(ui, "Start deciding", key="decide-start", icon=":material/gavel:", kind="primary")
        st.caption("It makes a session for the final version, and takes over what everybody agrees on.")
    if not is_wanted:
        return
    with loading("read the sessions"):
        began = stamp_of(ui.api, ui.api_name, sessions, counted)
        read = [(session, read_everything(Reader(ui.api, session))) for session in sessions]
        texts = [tagged_texts(items) for _, items in read]
        shared = documents_to_decide(texts, [is_finished(one) for one in sessions], counted)
        if not shared:
            unmarked = all(one.done is None for those in texts for one in those)
            st.info(_nothing_shared(sessions, counted, unmarked=unmarked), icon=":material/info:")
            return
        plan = found[0] if found is not None else None
        plan, final = _make_final(ui, project, review, plan, sessions, shared)
    _read(ui, project, review, plan, sessions, final, counted, ReadBefore(began, read, texts))


def _nothing_shared(sessions: Sequence[Session], counted: Counted, *, unmarked: bool = False) -> str:
    why = (
        "This server does not say which documents are done. " if unmarked and counted is Counted.DONE else ""
    )
    which = "" if counted is Counted.SHARED else " that count for two of them"
    return (
        f"These {len(sessions)} sessions share no documents{which}. {why}"
        "Choose other sessions, or which documents count."
    )


def final_of(ui: UiState, project: Project, planned: PlanSession) -> Session | None:
    """The final version that a plan names, where it is there; one that was made and not noted is found."""
    sessions = sessions_of(ui, project)
    if planned.session is not None:
        return next((one for one in sessions if one.lasting_name == planned.session), None)
    name = planned.body.get("name")
    return next((one for one in sessions if name and one.name == name), None)


def _make_final(
    ui: UiState,
    project: Project,
    review: ReviewStore,
    plan: StoredPlan | None,
    sessions: Sequence[Session],
    shared: Sequence[SharedText],
) -> tuple[StoredPlan, Session]:
    """Make it. The plan says first how it will be called, so that one that was made is never made again."""
    me = Who(ui.sign_in.owner, ui.sign_in.name)
    plan = plan or plan_for(secrets.token_hex(8), project.id, sessions, secrets.randbits(31), me, {})
    taken = [one.name for one in sessions_of(ui, project)]
    known = next((one for one in plan.sessions if one.part == "DECIDED"), None)
    number = max((one.number for one in plan.sessions), default=0) + 1
    planned = known or PlanSession(number, me, "DECIDED")
    planned = planned._replace(session=None, session_id=None, body={"name": final_name(sessions, taken)})
    others = tuple(one for one in plan.sessions if one.number != planned.number)
    review.put_plan(plan._replace(sessions=(*others, planned)))
    by_ids = ui.api.info().can("ids")
    new = final_session(planned.body["name"], sessions, shared, by_ids=by_ids)
    if ui.api.info().can("assign"):
        # Nobody but managers sees what is decided before they are told.
        new = new.model_copy(update={"part": Part.DECIDED, "plan": plan.id})
    final = ui.api.create_session(project.id, new)
    made = planned._replace(session=final.lasting_name, session_id=final.id)
    review.put_plan_session(plan.id, made)
    forget(ui)
    return plan._replace(sessions=(*others, made)), final


def _read(
    ui: UiState,
    project: Project,
    review: ReviewStore,
    plan: StoredPlan,
    sessions: list[Session],
    final: Session,
    counted: Counted,
    known: ReadBefore | None = None,
) -> None:
    with loading("read the sessions"):
        desk = desk_at(ui, final, project)
        made, items = _side_by_side(ui, desk, review, sessions, counted, known)
    west = st.context.timezone_offset
    zone = None if west is None else timezone(-timedelta(minutes=west))
    reading = DecideReading(
        sessions=tuple(sessions),
        counted=counted,
        plan=plan,
        final=final,
        rows=made.rows,
        left_out=made.left_out,
        done=dict(made.done),
        shared=made,
        at=datetime.now(zone),
    )
    if not made.rows:
        st.info(_nothing_shared(sessions, counted), icon=":material/info:")
        return
    reading.refresh(desk, review)
    state = ui.of(Deciding)
    is_new = not reading.is_begun and not desk.draft.is_changed
    rules = [Rule("agreed")] * is_new + [Rule("single")] * state.takes_single
    for rule in rules if not desk.locked else ():
        items = items or read_everything(desk.reader)
        take_over(desk, reading, items, rule)
    # Only now: where it is broken off before, it begins anew.
    state.reading, state.takes_single = reading, False
    st.rerun()


def _side_by_side(
    ui: UiState,
    desk: Desk,
    review: ReviewStore,
    sessions: list[Session],
    counted: Counted,
    known: ReadBefore | None,
) -> tuple[SideBySide, Sequence[Loaded]]:
    """As another tab has it, where the server says that nothing changed since; else as it is read now, with
    the documents of the final version."""
    before = stamp_of(ui.api, ui.api_name, [*sessions, desk.session], counted)
    if (made := known_as(before)) is not None:
        return made, ()
    began, read, texts = known or (
        before,
        [(session, read_everything(Reader(ui.api, session))) for session in sessions],
        None,
    )
    items = read_everything(desk.reader)
    for session, those in read:
        close_met(review, session, those)

    def shown(those: Sequence[SharedText]) -> Iterator[SharedText]:
        return each_shown(those, len(those), "documents put side by side")

    rows, left_out = rows_to_decide(read, items, counted, texts=texts, each=shown)
    made = SideBySide(rows, left_out, {item.key: bool(item.document.annotated) for item in items})
    after = stamp_of(ui.api, ui.api_name, [*sessions, desk.session], counted)
    keep_as(began, (before, after), made)
    return made, items


def read_again(ui: UiState) -> None:
    ui.of(Deciding).reading = None
    forget(ui)
