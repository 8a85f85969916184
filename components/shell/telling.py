"""How the person is told something: what failed, what is unsaved in the window, what is new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st

from components.shell.answers import try_again
from components.shell.leaving import leaving
from components.shell.markdown import plain
from components.shell.state import UiState, ui_state
from labeling.draft.summary import change_count
from labeling.errors import LabelingError, NotSignedIn, explain


def window(ui: UiState) -> None:
    """The window's title counts what is unsaved here; it asks before it is closed while something is in it alone."""
    ui.window_run = ui.run
    here = ui.drafts.get((ui.project_id or 0, ui.session_id or 0))
    leaving(
        unkept=sum(work.waiting for work in ui.drafts.values()),
        unsaved=0 if here is None else change_count(here.draft),
        title=ui.title,
    )


def stop(ui: UiState) -> NoReturn:
    """End the page here. What the window says of unsaved work holds for half a page, too."""
    if ui.window_run != ui.run:
        window(ui)
    st.stop()


@contextmanager
def loading(doing: str) -> Iterator[None]:
    """Read from the server in the body of a page; when that fails, say so and end the page there."""
    try:
        yield
    except NotSignedIn as error:
        # The whole page begins with the form: a part that is drawn alone would go on with the old token.
        ui = ui_state()
        ui.signed_out = True
        ui.notice("warning", explain(error, doing))
        st.rerun()
    except LabelingError as error:
        failed(ui_state(), error, doing, key="load-again")
        stop(ui_state())


def failed(ui: UiState, error: LabelingError, doing: str, *, key: str) -> None:
    """Say that something could not be read, in its place, with a way to try again."""
    st.error(plain(explain(error, doing)), icon=":material/error:")
    try_again(ui, key)


@contextmanager
def reporting(ui: UiState, doing: str) -> Iterator[None]:
    """Write to the server in a callback; when that fails, the next screen says so."""
    try:
        yield
    except LabelingError as error:
        ui.signed_out = ui.signed_out or isinstance(error, NotSignedIn)
        ui.notice("error", explain(error, doing))


def notices(ui: UiState) -> None:
    show = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}
    for kind, text in ui.notices:
        show[kind](plain(text))
    ui.notices.clear()
