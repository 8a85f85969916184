"""The part of a page that all the work is done in, drawn again alone: a tag need not wait for everything
around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from components.annotate.show_only import ChosenTags, ShownOnly
from components.shell.answers import read_late
from components.shell.desk import Desk
from components.shell.link import adopt_link
from components.shell.state import NextSave, Notice
from labeling.saving.job import SaveJob
from labeling.saving.report import Report

T = TypeVar("T")


@dataclass(frozen=True)
class AnnotatePage:
    """What all of the page but the open document and its list is drawn from, compared whole with what it is
    next time.

    `follows_every_edit`: something is shown around the document that any edit may change.
    """

    token: str
    signed_out: bool
    offline: str
    notices: tuple[Notice, ...]
    saving: SaveJob | None
    next_save: NextSave | None
    report: Report | None
    asked_to_send: object
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    only: ChosenTags | None
    follows_every_edit: bool


def annotate_page(desk: Desk, *, asked_to_send: object, follows_every_edit: bool) -> AnnotatePage:
    return AnnotatePage(
        token=desk.ui.sign_in.token,
        signed_out=desk.ui.sign_in.is_over,
        offline=desk.ui.answers.offline,
        notices=tuple(notice for notice in desk.ui.notices if notice.where == "page"),
        saving=desk.ui.save.job,
        next_save=desk.ui.save.next,
        report=desk.ui.save.reports.get(desk.session.key),
        asked_to_send=asked_to_send,
        classes=desk.draft.classes,
        labels=desk.draft.labels,
        only=desk.ui.of(ShownOnly).chosen,
        follows_every_edit=follows_every_edit,
    )


def live(desk: Desk, draw: Callable[[Desk], T], around: Callable[[Desk], AnnotatePage]) -> T:
    """Draw a part of the page, which may write into containers that stand anywhere on it; gives what `draw`
    gives.

    What is done with an element of the part draws the part alone, as long as that which is `around` it is
    drawn from the same as before; otherwise the whole page. Both get the desk as it is then.
    """
    screen = desk.ui.screen
    drawn_around: list[AnnotatePage] = []

    @st.fragment
    def part() -> T:
        if not drawn_around:
            drawn_around.append(around(desk.now()))
            return draw(desk.now())
        # As with each run of the page, it is looked what other windows did and where the browser is.
        screen.run += 1
        now = around(desk.now())
        if adopt_link(desk.ui) or now.follows_every_edit or drawn_around != [now]:
            screen.run -= 1
            st.rerun()
        drawn = draw(desk.now())
        read_late(desk.ui)
        return drawn

    return part()
