"""Tags suggested while somebody annotates: the switch, what they are worth, what was said of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from components.shell.answers import fresh
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.showing import showing
from components.shell.state import SessionKey
from labeling.access import is_lead
from labeling.documents.overview import about_done
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.ruled import Ghost
from labeling.editing.ghosts import open_ghosts
from labeling.editing.text import Act
from labeling.errors import LabelingError, NotKept
from labeling.model import Mode, Session
from labeling.phrases import count_of
from labeling.prediction.learner import NO_LIBRARY, can_train
from labeling.reviewing.plans import Plan, dealt_plans
from labeling.store.drafts import DraftStore
from labeling.store.preferences import Preferences
from labeling.store.review_values import ReviewKey, StoredVerdict, Who
from labeling.suggesting.decisions import Influence, bias_of, other_sources
from labeling.suggesting.said import (
    SUGGESTED,
    SaidOf,
    SaidOfSuggestion,
    read_said,
    verdict_on_ghost,
    worth_of,
)
from labeling.suggesting.showing import live_only, suggestions
from labeling.suggesting.suggester import Suggested, Suggester, SuggestionKey, Wish

AGE = 60.0
"""Seconds after which it is read again what others decided about suggestions."""
SWITCH = "suggestions"
"""The person's choice: false where they want none."""
EVERYBODY = ""
"""Whose choice holds for all of a project; a person's name is never empty."""
Raw = tuple[object, ...]
"""What the suggestions for a document are made of: the same, the same suggestions."""


@dataclass
class Suggestions:
    """What is known in this tab about a session's suggestions: what was said of them, by document and at all,
    where they would bias, whose documents are learned from as well."""

    session: tuple[SessionKey, str] | None = None
    suggester: Suggester | None = None
    looked: float = -AGE
    said: dict[str, tuple[SaidOfSuggestion, ...]] = field(default_factory=dict)
    bias: Influence = field(default_factory=Influence)
    uses_others: bool = False
    is_allowed: bool = False
    others: tuple[Session, ...] = ()


@st.cache_resource(show_spinner=False, hash_funcs={DraftStore: id})
def suggester(store: DraftStore) -> Suggester:
    """The one of this process, which has one store."""
    return Suggester(store)


def _suggester(desk: Desk) -> Suggester:
    # Streamlit's cache is not asked again and again in each edit.
    state = desk.ui.of(Suggestions)
    if state.suggester is None:
        assert desk.ui.store is not None
        state.suggester = suggester(desk.ui.store)
    return state.suggester


def why_none(desk: Desk, document: str = "") -> str:
    """Why nothing is suggested, in the document with the key or at all; empty where something may be."""
    state = _state(desk)
    if not can_train():
        return NO_LIBRARY
    if desk.session.mode == Mode.CORRECTION:
        return "In this session a model of the project proposes the tags."
    if desk.read_only:
        return "This session is read-only."
    return "" if state.is_allowed else state.bias.of(document)


def is_on(desk: Desk) -> bool:
    """Whether the person wants suggestions; they do until they say otherwise."""
    return desk.ui.preferences.get(SWITCH) is not False


def wish_for(desk: Desk, at_hand: Sequence[Loaded]) -> None:
    """Have what is needed learned and proposed for these documents, the open one first; nothing is waited
    for."""
    if at_hand and is_on(desk) and not why_none(desk):
        draft = desk.draft
        done = sum(bool(one.done) - bool(one.base_done) for one in draft.documents.values())
        done += about_done(desk.session)
        others = _state(desk).others
        _suggester(desk).wish(_key(desk), Wish(desk.api, desk.session, draft, at_hand, done, others))


def raw_suggestions(desk: Desk, document: str) -> Raw:
    """What the suggestions for the document with the key are made of; empty for none."""
    if not is_on(desk) or why_none(desk, document):
        return ()
    known = _known(desk)
    predictions = known.predictions.get(document, ())
    return (predictions, _state(desk).said.get(document, ()), known.clock) if predictions else ()


def suggested(desk: Desk, view: DraftDocument) -> tuple[Ghost, ...]:
    """What is suggested for a document as it is now; nothing once it is done."""
    if view.done or not raw_suggestions(desk, view.key):
        return ()
    known, said = _known(desk), _state(desk).said.get(view.key, ())
    predictions = known.predictions.get(view.key, ())
    return suggestions(view, predictions, said, desk.draft.renames, known.clock)


def remember_act(desk: Desk, act: Act, view: DraftDocument) -> None:
    """Keep what an act that was done says of what is suggested for the document, as it was before."""
    if act.kind == "take":
        is_other = any(act.tag)
        for ghost in live_only(act.ghosts):
            outcome: SaidOf = "changed" if is_other and act.tag != ghost.tag else "taken"
            _remember(desk, view.key, [ghost], outcome, act.tag if outcome == "changed" else (None, None))
    elif act.kind == "reject":
        _remember(desk, view.key, list(live_only(act.ghosts)), "rejected")
    elif act.kind == "done" and act.done:
        remember_left(desk, view)


def remember_left(desk: Desk, view: DraftDocument) -> None:
    """Keep that the document was called done with something still suggested; say it of what a model of the
    project proposes, which waits there on and is in no export."""
    draft = desk.draft
    waiting = open_ghosts(
        view, desk.reader.proposals.at_hand(view.source, view.position), draft.renames, draft.scheme
    )
    if waiting:
        are = f"{count_of(len(waiting), 'proposed tag')} there {'is' if len(waiting) == 1 else 'are'}"
        words = f"Document {view.position + 1:,} is done, but {are} not decided and so not in the data"
        desk.tell("text", "info", words)
    shown = open_ghosts(view, suggested(desk, view), draft.renames, draft.scheme)
    _remember(desk, view.key, list(shown), "left")


def _remember(
    desk: Desk,
    document: str,
    ghosts: Sequence[Ghost],
    outcome: SaidOf,
    names: tuple[str | None, str | None] = (None, None),
) -> None:
    if not ghosts:
        return
    who = Who(desk.ui.sign_in.owner, desk.ui.sign_in.name)
    new = [verdict_on_ghost(document, ghost, outcome, who, names) for ghost in ghosts]
    _take_in(_state(desk), new)
    try:
        assert desk.ui.store is not None
        desk.ui.store.review(desk.ui.api_name).put_verdicts(_review_key(desk), new)
    except NotKept:
        return  # what is only said of a suggestion holds in this tab; the tag itself is kept elsewhere


def _take_in(state: Suggestions, verdicts: Sequence[StoredVerdict]) -> None:
    for one in read_said(verdicts):
        before = state.said.get(one.document, ())
        state.said[one.document] = (*(old for old in before if old.unit != one.unit), one)


def _known(desk: Desk) -> Suggested:
    return _suggester(desk).known(_key(desk))


def _key(desk: Desk) -> SuggestionKey:
    sources = frozenset(one.lasting_name for one in _state(desk).others)
    return SuggestionKey(desk.ui.api_name, desk.ui.sign_in.owner, desk.session.lasting_name, sources)


def _review_key(desk: Desk) -> ReviewKey:
    return ReviewKey(str(desk.session.project_id), desk.session.lasting_name)


def _state(desk: Desk) -> Suggestions:
    """Looked for when the session is opened, and now and then; what cannot be read stays as it was."""
    state, of = desk.ui.of(Suggestions), (desk.session.key, desk.ui.sign_in.owner)
    if state.session != of:
        desk.ui.others[Suggestions] = state = Suggestions(session=of)
    if time.monotonic() > state.looked + AGE:
        state.looked = time.monotonic()
        try:
            _look(desk, state)
        except LabelingError:
            return state
    return state


def _look(desk: Desk, state: Suggestions) -> None:
    assert desk.ui.store is not None
    store, key = desk.ui.store.review(desk.ui.api_name), _review_key(desk)
    plans = dealt_plans(store.plans(key.project))
    mine = [one for one in store.verdicts(key, SUGGESTED) if one.by.person == desk.ui.sign_in.owner]
    state.said = {}
    _take_in(state, mine)
    state.bias = bias_of(desk.session, plans)
    chosen = _of_project(desk).get(_project_name(desk)) or {}
    state.uses_others, state.is_allowed = bool(chosen.get("others")), bool(chosen.get("planned"))
    state.others = _others(desk, plans) if state.uses_others else ()


def _others(desk: Desk, plans: Sequence[Plan]) -> tuple[Session, ...]:
    project = desk.session.project_id
    sessions = fresh(desk.ui, f"sessions-{project}", lambda: desk.api.sessions(project))
    return other_sources(desk.session, sessions, plans)


def _of_project(desk: Desk) -> Preferences:
    assert desk.ui.store is not None
    return Preferences(desk.ui.store, desk.ui.api_name, EVERYBODY)


def _project_name(desk: Desk) -> str:
    return f"{SWITCH}/{desk.session.project_id}"


# The switch


def suggestions_switch(desk: Desk, role: str | None) -> None:
    """The switch and what suggestions were worth here, behind a button."""
    on = is_on(desk) and not why_none(desk)
    box = st.popover(
        "Suggestions",
        key="suggestions",
        icon=":material/lightbulb:" if on else ":material/lightbulb_2:",
        help="Tags that are suggested while you work, learned from the documents that are done",
        on_change="rerun",
    )
    if box.open:
        with box:
            _choices(desk, role)


def _choices(desk: Desk, role: str | None) -> None:
    key, switched = showing(desk.ui, "suggest", is_on(desk), partial(_switch, desk))
    st.toggle("Suggest tags while I work", key=key, on_change=switched)
    document = desk.ui.place.document
    if why := why_none(desk, document):
        st.info(plain(why), icon=":material/info:")
    elif is_on(desk):
        st.markdown(_standing(desk))
        st.caption(
            "**Tab** walks them, **Enter** takes one, **Delete** rejects it, "
            "**Shift+Enter** takes all that are sure enough."
        )
    rejected = [one for one in _state(desk).said.get(document, ()) if one.outcome == "rejected"]
    if rejected:
        words = f"Suggest {count_of(len(rejected), 'rejected tag')} of this document again"
        st.button(words, key="suggest-again", icon=":material/undo:", on_click=_again, args=(desk, document))
    if is_lead(role):
        _for_all(desk)


def _standing(desk: Desk) -> str:
    """What suggestions were worth, or what they wait for."""
    known = _known(desk)
    worth = str(worth_of(one for said in _state(desk).said.values() for one in said))
    if known.is_ready:
        if not worth:
            return "No suggestion was taken or rejected yet."
        return f"**{worth[0].upper()}{worth[1:]}** that were suggested to you here."
    if known.why:
        return f"It could not be learned: {plain(known.why)}"
    return known.missing or "They begin with 10 done documents that have 30 tags."


def _for_all(desk: Desk) -> None:
    """What the project's lead chooses for everybody."""
    state = _state(desk)
    st.divider()
    st.caption("For everybody in this project:")
    for what, words, value, help_ in (
        ("others", "Learn from other people's sessions, too", state.uses_others, "None that is in a plan."),
        (
            "planned",
            "Suggest in plans as well",
            state.is_allowed,
            "Suggestions make people alike: agreement then says less about what they find by themselves.",
        ),
    ):
        key, chose = showing(desk.ui, f"suggest-{what}", value, partial(_choose_for_all, desk, what))
        st.toggle(words, key=key, help=help_, on_change=chose)


def _switch(desk: Desk, wanted: bool) -> None:
    desk.ui.preferences.change(SWITCH, lambda before: wanted)


def _choose_for_all(desk: Desk, what: str, wanted: bool) -> None:
    kept = _of_project(desk)
    kept.change(_project_name(desk), lambda before: {**(before or {}), what: wanted})
    if kept.why is not None:
        desk.tell("page", "warning", f"That could not be kept: {kept.why.message}")
    desk.ui.of(Suggestions).looked = -AGE


def _again(desk: Desk, document: str) -> None:
    """Nothing is said any more of what was rejected in the document."""
    state, who = _state(desk), Who(desk.ui.sign_in.owner, desk.ui.sign_in.name)
    rejected = [one for one in state.said.get(document, ()) if one.outcome == "rejected"]
    state.said[document] = tuple(one for one in state.said[document] if one not in rejected)
    assert desk.ui.store is not None
    store = desk.ui.store.review(desk.ui.api_name)
    for one in rejected:
        start, end, class_, label = one.unit
        ghost = Ghost(key="", start=start, end=end, tag=(class_, label))
        mark = verdict_on_ghost(document, ghost, "rejected", who)
        try:
            store.take_back_verdict(_review_key(desk), SUGGESTED, mark.item)
        except NotKept as error:
            desk.tell("page", "warning", f"That could not be kept: {error.message}")
            return
