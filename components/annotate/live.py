"""The part of a page that all the work is done in, drawn again alone: a tag need not wait for everything
around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from components.annotate.show_only import ShownOnly
from components.shell.answers import AT_WORK, read_late
from components.shell.desk import Desk
from components.shell.link import adopt_link

T = TypeVar("T")


def annotate_page(desk: Desk, *, asked_to_send: object, follows_every_edit: bool) -> tuple[object, ...]:
    """What all of the page but the open document and its list is drawn from.

    `follows_every_edit`: something is shown around the document that any edit may change.
    """
    ui = desk.ui
    return (
        ui.sign_in.token,
        ui.sign_in.is_over,
        ui.answers.offline,
        tuple(notice for notice in ui.notices if notice.where == "page"),
        ui.save.job,
        ui.save.next,
        ui.save.reports.get(desk.session.key),
        asked_to_send,
        desk.draft.classes,
        desk.draft.labels,
        ui.of(ShownOnly).chosen,
        object() if follows_every_edit else None,
    )


def live(desk: Desk, draw: Callable[[Desk], T], around: Callable[[Desk], object]) -> T:
    """Draw a part of the page, which may write into containers anywhere on it; gives what `draw` gives.

    What is done in the part draws it alone while `around` gives the same as before, otherwise the whole page.
    """
    screen = desk.ui.screen
    drawn_around: list[object] = []

    @st.fragment
    def part() -> T:
        if not drawn_around:
            drawn_around.append(around(desk.now()))
            return draw(desk.now())
        # As with each run of the page, it is looked what other windows did and where the browser is.
        screen.run += 1
        now = around(desk.now())
        if adopt_link(desk.ui) or drawn_around != [now]:
            screen.run -= 1
            st.rerun()
        drawn = draw(desk.now())
        read_late(desk.ui, AT_WORK)
        return drawn

    return part()
