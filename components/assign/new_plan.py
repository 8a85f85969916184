"""A new plan, step by step: documents, people, what is done twice, and what that comes to."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from components.assign.choosing import keep
from components.assign.documents import choose_documents, choose_gold
from components.assign.people import choose_people
from components.assign.preview import better_share, hands_table, pairs_table, summary, what_it_shows
from components.shell.answers import forget
from components.shell.state import UiState, set_widget, widget_value
from components.shell.telling import reporting
from labeling.agreement.deal import Deal, Pair, Terms, share_to_judge
from labeling.model import Project
from labeling.phrases import count_of, length_problem
from labeling.reviewing.plans import NewPlan, Plan, dealt, planned
from labeling.store.review_values import Who

SHARE, FIXED = "assign-share", "assign-fixed"
MOST_TOGETHER = 5


@dataclass
class DealShown:
    """The seed of the plan that is made, and what was dealt last with what."""

    seed: int = field(default_factory=lambda: secrets.randbelow(2**31))
    new: NewPlan | None = None
    deal: Deal | None = None


def new_plan(ui: UiState, project: Project, plans: Sequence[Plan]) -> None:
    """The steps on the left, what they come to on the right."""
    steps, result = st.columns((5, 6), gap="large")
    with steps:
        st.subheader("1 · Documents", anchor=False)
        documents = choose_documents(ui, project, plans)
        st.subheader("2 · People", anchor=False)
        people = choose_people(ui, project, key="assign-people")
        st.subheader("3 · Twice", anchor=False)
        terms = _terms(ui, len(people))
        gold, gold_texts = choose_gold(ui, project)
        golden = {text.key for text in gold_texts}
    new = NewPlan(
        project.id,
        _name(plans),
        Who(ui.sign_in.owner, ui.sign_in.name),
        people,
        [text for text in documents.texts if text.key not in golden],
        terms,
        documents.source,
        None if gold is None else gold.id,
        gold_texts,
        *(documents.session.classes, documents.session.labels) if documents.session else (None, None),
    )
    with result, st.container(border=True, key="preview"):
        _preview(ui, project, new)


def _name(plans: Sequence[Plan]) -> str:
    typed: str = widget_value("assign-name") or ""
    return typed.strip() or f"Plan {len(plans) + 1}"


def _terms(ui: UiState, people: int) -> Terms:
    most = max(2, min(people, MOST_TOGETHER))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.number_input("Shared, in percent", 0, 100, 20, 5, key=SHARE, width=160)
        by = st.number_input("By how many people", 2, most, 2, key=f"assign-by-{most}", width=160)
    fixed = st.checkbox(
        "Always the same people together",
        key=FIXED,
        disabled=people <= by,
        help="Fewer pairs, which share more each.",
    )
    can_repeat = ui.api.info().can("assign")
    again = st.number_input(
        "A second time, in percent of one's own",
        *(0, 50, 0, 5),
        key="assign-again",
        disabled=not can_repeat,
        help="Each person gets some of their documents again, later: do they agree with themselves?"
        if can_repeat
        else "This Studio API cannot put a document into a session at a place of its own.",
    )
    return Terms(share / 100, by, again / 100, fixed and people > by, ui.of(DealShown).seed)


def _preview(ui: UiState, project: Project, new: NewPlan) -> None:
    st.subheader("What it comes to", anchor=False)
    too_long = length_problem(new.name, "plan")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name of the plan", key="assign-name", placeholder=new.name)
        st.button(
            f"Create {count_of(len(new.people), 'session')}",
            key="assign-create",
            type="primary",
            disabled=not (new.people and new.texts) or bool(too_long),
            on_click=partial(_create, ui, project, new),
        )
    if too_long:
        st.warning(too_long, icon=":material/block:")
    if not new.texts:
        st.info("There are no documents to deal. Choose others.", icon=":material/info:")
        return
    if not new.people:
        st.info("Choose who works on it: the deal is shown here before anything is made.")
        return
    shown = ui.of(DealShown)
    if shown.deal is None or shown.new != new:
        shown.new, shown.deal = new, dealt(new)
    deal = shown.deal
    hands_table(new, deal)
    _judged(new, deal.pairs)
    if len(new.people) > 1:
        pairs_table(new.people, deal.pairs)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(summary(new, deal))
        st.button(
            "Deal anew", key="assign-deal-anew", icon=":material/casino:", on_click=_deal_anew, args=(ui,)
        )


def _judged(new: NewPlan, pairs: Sequence[Pair]) -> None:
    """What the shared documents will say, and how they would say more."""
    words = what_it_shows(pairs)
    if not pairs or any(pair.is_judged for pair in pairs):
        st.markdown(words)
        return
    count, terms = len(new.texts), new.terms
    share = share_to_judge(count, len(new.people), terms)
    fixed = Terms(terms.share, terms.by, terms.again, True, terms.seed)
    st.warning(words if share is not None else f"{words} {better_share(None)}", icon=":material/balance:")
    with st.container(horizontal=True):
        if share is not None:
            percent = int(better_share(share).split()[0])
            st.button(
                f"Share {percent} %",
                key="assign-share-more",
                on_click=set_widget,
                args=(SHARE, percent),
            )
        least = share_to_judge(count, len(new.people), fixed)
        if not terms.in_fixed_groups and least is not None and least <= terms.share:
            st.button(
                "Always the same people together",
                key="assign-fix",
                on_click=set_widget,
                args=(FIXED, True),
            )


def _deal_anew(ui: UiState) -> None:
    ui.of(DealShown).seed = secrets.randbelow(2**31)


def _create(ui: UiState, project: Project, new: NewPlan) -> None:
    if new.terms.seed != ui.of(DealShown).seed:
        return  # the second of two clicks
    with reporting(ui, "make the plan"):
        plan = planned(new, {session.name for session in ui.api.sessions(project.id)})
        if keep(ui, plan, "keep the plan"):
            ui.of(DealShown).seed = secrets.randbelow(2**31)
            set_widget("assign-name", "")
    forget(ui)
