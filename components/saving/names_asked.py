"""What has to be answered of names that others took away or gave otherwise: asked until it is answered."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import widget_value
from labeling.documents.gone_names import compare_names
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.others import NameQuestion, questions
from labeling.draft.vocabulary import NameGone
from labeling.editing.answers import Answer, answers, asked_in_words
from labeling.errors import LabelingError

BUTTONS = 4
"""Answers to be pressed; where there are more, the rest stand in a list."""


def names_asked(desk: Desk) -> None:
    """Each question with its answers. An answer is a step like any other: undo asks again."""
    if desk.why:
        return
    draft = _compared(desk)
    for question in questions(draft):
        _asked(desk, question, answers(draft, question))


def _compared(desk: Desk) -> Draft:
    """The draft that also knows which of the names are called otherwise now, where that can be had."""
    told = None
    with suppress(LabelingError):
        told = None if desk.ui.answers.offline else compare_names(desk.draft, desk.reader)
    if told is None:
        return desk.draft
    desk.kept.keep(told)
    return desk.now().draft


def _asked(desk: Desk, question: NameQuestion, found: tuple[Answer, ...]) -> None:
    gone = question.gone
    key = f"asked-{gone.field}-{gone.old}"
    is_likely = gone.field == "name" or gone.rename == "seen"
    # The likeliest first; what is not a name of the list ends it, and is to be seen as well.
    first = found if len(found) <= BUTTONS + 1 else (*found[: max(1, len(gone.new))][:BUTTONS], *found[-2:])
    with st.container(border=True, key=f"{key}-box"):
        what = "" if gone.rename == "seen" else " What is it to be?"
        st.markdown(f"**{plain(asked_in_words(question))}**{what} The rest can be saved meanwhile.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for n, answer in enumerate(first):
                st.button(
                    plain(answer.words),
                    key=f"{key}-{answer.key}",
                    type="primary" if n == 0 and is_likely else "secondary",
                    on_click=_answer,
                    args=(desk, gone, answer.key),
                )
            rest = {answer.key: answer.words for answer in found if answer not in first}
            if rest:
                st.selectbox(
                    "Another name",
                    list(rest),
                    format_func=rest.__getitem__,
                    index=None,
                    key=f"{key}-rest",
                    placeholder="Another name",
                    label_visibility="collapsed",
                    width=220,
                    on_change=_chosen,
                    args=(desk, gone, f"{key}-rest"),
                )


def _chosen(desk: Desk, gone: NameGone, key: str) -> None:
    if widget_value(key):
        _answer(desk, gone, widget_value(key))


def _answer(desk: Desk, gone: NameGone, key: str) -> None:
    def step(draft: Draft) -> Change | Refused:
        asked = next((one for one in questions(draft) if one.gone.is_same(gone)), None)
        found = () if asked is None else answers(draft, asked)
        given = next((answer for answer in found if answer.key == key), None)
        if given is None:
            return Refused("This is no longer asked: the names have changed again.")
        return given.step()

    desk.step(step)
