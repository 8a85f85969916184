"""How the person is told something: what failed, what is unsaved in the window, what is new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st

from components.shell.answers import forget, try_again
from components.shell.compat import end_page
from components.shell.desk import Desk
from components.shell.leaving import leaving
from components.shell.markdown import plain
from components.shell.state import Kind, UiState, Where, ui_state
from labeling.draft.summary import change_count
from labeling.errors import Failed, LabelingError, NotFound, NotSignedIn, explain

NEWS: dict[Kind, str] = {"success": ":material/check_circle:", "info": ":material/info:"}
"""What is only news, and its signs."""


def window(ui: UiState, subject: str = "") -> None:
    """The window's title says what is worked on, or the page, and counts what is unsaved; the window asks
    before it is closed while it holds that alone."""
    ui.screen.window_run = ui.screen.run
    here = ui.mine.drafts.get((ui.place.project_id or 0, ui.place.session_id or 0))
    leaving(
        unkept=sum(work.waiting for work in ui.mine.drafts.values()),
        unsaved=0 if here is None else change_count(here.draft),
        title=subject or ui.screen.title,
    )


def stop(ui: UiState) -> NoReturn:
    """End the page here. What the window says of unsaved work holds for half a page, too."""
    if ui.screen.window_run != ui.screen.run:
        window(ui)
    end_page()


def why_locked(desk: Desk) -> None:
    """Why nothing can be edited, where that is so."""
    if desk.locked:
        st.info(desk.locked, icon=":material/lock:")


@contextmanager
def loading(doing: str, *, broken: str = "") -> Iterator[None]:
    """Read from the server in the body of a page; when that fails, say so and end the page there.

    `broken`: what cannot be done where the server has a fault of its own, if that is something else.
    """
    try:
        yield
    except NotSignedIn as error:
        # The whole page begins with the form: a part that is drawn alone would go on with the old token.
        ui = ui_state()
        ui.sign_in.is_over = True
        ui.tell("page", "warning", explain(error, doing))
        st.rerun()
    except LabelingError as error:
        doing = broken or doing if isinstance(error, Failed) else doing
        failed(ui_state(), error, doing, key="load-again")
        stop(ui_state())


def failed(ui: UiState, error: LabelingError, doing: str, *, key: str) -> None:
    """Say that something could not be read, in its place, with a way to try again."""
    if isinstance(error, NotFound):
        forget(ui)  # what led to it is older than that
    st.error(plain(explain(error, doing)), icon=":material/error:")
    try_again(ui, key)


@contextmanager
def reporting(ui: UiState, doing: str) -> Iterator[None]:
    """Write to the server in a callback; when that fails, the next screen says so."""
    try:
        yield
    except LabelingError as error:
        ui.sign_in.is_over = ui.sign_in.is_over or isinstance(error, NotSignedIn)
        ui.tell("page", "error", explain(error, doing))


def notices(ui: UiState, where: Where) -> None:
    """What the person is told there, once. On the page, what is only news goes by itself."""
    show = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}
    for notice in ui.notices:
        if notice.where != where:
            continue
        if where == "page" and notice.kind in NEWS:
            news(notice.words, notice.kind)
        else:
            show[notice.kind](plain(notice.words), icon=":material/block:" if where == "table" else None)
    if where == "page":
        ui.screen.told = [one for one in ui.notices if one.where == where and one.kind not in NEWS]
    ui.notices = [notice for notice in ui.notices if notice.where != where]


def tell_again(ui: UiState) -> None:
    """Have the page that is drawn anew at once say what this drawing said: nobody has read it."""
    ui.notices = [*ui.screen.told, *ui.notices]


def news(words: str, kind: Kind = "info") -> None:
    """Tell the person something at once, over the page, which stays where it is; it goes by itself."""
    st.toast(plain(words), icon=NEWS[kind], duration="long")
