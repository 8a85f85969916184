"""What every page starts from: the signed-in client, the tab's state, its notices."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

import httpx
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.shell.leaving import leaving
from components.shell.markdown import plain
from components.shell.state import UiState, ui_state, widget_value
from labeling.draft.summary import change_count
from labeling.errors import Failed, LabelingError, NotSignedIn, Unavailable, explain
from labeling.model import Person
from labeling.settings import Settings
from labeling.store.drafts import DraftStore, open_drafts
from labeling.studio.client import LabelingClient, pool

T = TypeVar("T")
FRESH = 5.0
"""Seconds for which what the server said of projects and sessions is shown again without asking."""
AWAY = 15.0
"""The same while the server cannot be reached: each try may take its time."""
_LINK = ("project", "session", "document")

_STYLE = """<style>
.stMainBlockContainer { padding: 4.5rem 1.5rem 3rem; }
.stMainBlockContainer h2 { padding: 0 0 .25rem; font-size: 1.5rem; }
.st-key-standing { min-height: 3.25rem; }
.stMainBlockContainer h3 { padding: .5rem 0 .25rem; font-size: 1.1rem; }
button[kind^="primary"]:enabled, .stMultiSelect [data-tag] { color: oklch(from currentColor calc(1 - round(l, 1)) 0 0); }
@media (forced-colors: active) {
  [role="radio"][aria-checked="true"], [role="tab"][aria-selected="true"], [role="option"][aria-selected="true"],
  .stProgress [data-testid="stProgressBarTrack"] > div {
    background: Highlight !important; color: HighlightText !important; forced-color-adjust: none;
  }
  .stProgress [data-testid="stProgressBarTrack"], .stCheckbox label:has(input) > span + div { outline: 1px solid CanvasText; }
  .stCheckbox label:has([role="switch"]) > span + div > div { background: CanvasText; forced-color-adjust: none; }
  .stCheckbox label:has(:checked) > span + div { background: Highlight; forced-color-adjust: none; }
  .stCheckbox label:has([role="switch"]:checked) > span + div > div { background: HighlightText; }
}
</style>"""
"""Streamlit writes in white on primary buttons and on chosen names, also where the primary colour is light, on a dark
page: there they are written in black, the opposite of the text around them. In forced colours it tells what is chosen,
and a switch, by backgrounds alone, which are not drawn there."""

_COMPACT = """<style>
.stMainBlockContainer { padding-top: 3.6rem; }
.stMainBlockContainer h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
</style>"""


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return Settings()


@st.cache_resource(show_spinner=False)
def _http(url: str) -> httpx.Client:
    """One pool of connections for everybody: tokens go with each request, not with the pool."""
    return pool(url)


@st.cache_resource(show_spinner=False)
def _drafts() -> DraftStore:
    settings = _settings()
    return open_drafts(settings.data_dir, settings.database_url.get_secret_value())


def draft_store() -> DraftStore:
    """Where everybody's drafts are kept."""
    return _drafts()


def connect(token: str) -> LabelingClient:
    """A client for the configured API. The embedded server's token is read for the embedded server only."""
    settings = _settings()
    if not settings.embedded:
        return LabelingClient(_http(settings.api_url), token or settings.api_token.get_secret_value())
    if not token and settings.token_file.is_file():
        token = settings.token_file.read_text(encoding="utf-8").strip()
    address = st.get_option("server.address") or "127.0.0.1"
    host = f"[{address}]" if ":" in address else address
    return LabelingClient(_http(f"http://{host}:{st.get_option('server.port')}/api"), token)


def frame(title: str, *, compact: bool = False) -> tuple[UiState, LabelingClient]:
    """Start a page: adopt what the link asks for, say what there is to say, sign in where that is needed.

    A compact page leaves its room to the work: its title is there for screen readers only. It says by itself what
    is unsaved, with `window`.
    """
    ui = ui_state()
    if title != ui.title:
        ui.title, ui.visit = title, ui.visit + 1
    ui.run += 1
    ui.store = draft_store()
    ui.api_name = _settings().api_name
    adopt_link(ui)
    st.html(_STYLE + (_COMPACT if compact else ""))
    st.header(title, anchor=False)
    if ui.collect_save():
        forget(ui)
    with loading("reach the API"):
        api = _client(ui)
    with slot():
        _notices(ui)
        _account(ui, api)
        _offline_banner(ui)
    if not compact:
        window(ui)
    if ui.signed_out:
        sign_in(ui)
        stop(ui)
    return ui, api


def slot() -> DeltaGenerator:
    """A place for what comes and goes.

    Streamlit tells blocks apart by their number in the page: without a place of its own, what appears here would make
    everything below it other elements, and the text would lose its cursor, a table its open cell.
    """
    return st.container()


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


def link(ui: UiState, *, document: bool = False) -> None:
    """Keep the browser's address true, so that it can be bookmarked: the document is the number shown."""
    wanted: dict[str, int | None] = {"project": ui.project_id, "session": ui.session_id}
    if document:
        wanted["document"] = ui.position + 1
    params = {name: str(value) for name, value in wanted.items() if value is not None}
    if ui.address.set(params):
        st.query_params.from_dict(params)


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
    _try_again(ui, key)


def _try_again(ui: UiState, key: str) -> None:
    def ask_again() -> None:
        ui.offline = ""
        forget(ui)

    st.button("Try again", key=key, icon=":material/refresh:", on_click=ask_again)


@contextmanager
def reporting(ui: UiState, doing: str) -> Iterator[None]:
    """Write to the server in a callback; when that fails, the next screen says so."""
    try:
        yield
    except LabelingError as error:
        ui.signed_out = ui.signed_out or isinstance(error, NotSignedIn)
        ui.notice("error", explain(error, doing))


def fresh(ui: UiState, name: str, make: Callable[[], T], seconds: float = FRESH) -> T:
    """What `make` gives, remembered for a few seconds so that a keystroke need not ask the server.

    What is older is shown once more and read again when the page is drawn, by `read_late`: so nobody waits for it.
    Zero seconds, and `forget`, ask at once. While the server cannot be reached, what it said before stays on the
    screen, and the work goes on.
    """
    known: tuple[float, T] | None = ui.kept.get(f"fresh-{name}")
    was = ui.offline
    if known is not None:
        age = time.monotonic() - known[0]
        if age < (AWAY if was else seconds) or (seconds and not was and math.isfinite(age)):
            ui.late_reads[name] = (make, seconds)
            return known[1]
    made = _read(ui, name, make)
    ui.late_reads[name] = (make, seconds or FRESH)
    if bool(was) != bool(ui.offline):
        st.rerun()
    return made


@contextmanager
def reading_late(ui: UiState) -> Iterator[None]:
    """Around a page: when it is drawn, `read_late`.

    A page that stops cannot be drawn again: it has to ask at once for what it stops for.
    """
    ui.late_reads.clear()
    yield
    read_late(ui)


def read_late(ui: UiState) -> None:
    """Read what the page shows for too long already, and draw it again if that changed."""
    was, now = ui.offline, time.monotonic()
    is_news = False
    for name, (make, seconds) in ui.late_reads.items():
        read, shown = ui.kept[f"fresh-{name}"]
        if now - read < (AWAY if was else seconds):
            continue
        try:
            is_news |= _read(ui, name, make) != shown
        except LabelingError:
            # The page that needs it reads it at once, and says what is wrong.
            ui.kept[f"fresh-{name}"] = (-math.inf, shown)
            is_news = True
    if is_news or bool(was) != bool(ui.offline):
        st.rerun()


def _read(ui: UiState, name: str, make: Callable[[], T]) -> T:
    """Ask the server; while it cannot be reached, say so, with what it said before."""
    known: tuple[float, T] | None = ui.kept.get(f"fresh-{name}")
    try:
        made = make()
        ui.offline = ""
    except (Unavailable, Failed) as error:
        if known is None:
            raise
        made = known[1]
        ui.offline = explain(error, "ask the server")
    ui.kept[f"fresh-{name}"] = (time.monotonic(), made)
    return made


def forget(ui: UiState) -> None:
    """Ask the server anew: something was changed."""
    ui.writes += 1
    for name in [name for name in ui.kept if name.startswith("fresh-")]:
        ui.kept[name] = (-math.inf, ui.kept[name][1])


def _offline_banner(ui: UiState) -> None:
    """Say truthfully that the screen shows what the server said before, and that the work can go on."""
    if ui.offline:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                f"{plain(ui.offline)} You can go on editing: your changes are kept, and Save sends them when the server is back.",
                icon=":material/cloud_off:",
            )
            _try_again(ui, "ask-again")


def sign_in(ui: UiState) -> None:
    """Ask for e-mail and password, in place; what was edited stays as it is."""
    with st.form("sign-in", width=420):
        st.subheader("Sign in", anchor=False)
        st.caption("Your unsaved changes are kept.")
        st.text_input("E-mail", key="sign-in-email", autocomplete="email")
        st.text_input("Password", key="sign-in-password", type="password", autocomplete="current-password")
        st.form_submit_button("Sign in", type="primary", on_click=_sign_in, args=(ui,))


def _sign_in(ui: UiState) -> None:
    with reporting(ui, "sign in"):
        email = widget_value("sign-in-email").strip()
        ui.token = connect("").sign_in(email, widget_value("sign-in-password"))
        ui.kept["signed-in-as"] = email
        ui.signed_out = False
        ui.offline = ""
        forget(ui)


def _client(ui: UiState) -> LabelingClient:
    """This tab's client, made anew for each token; it remembers what the server can do."""
    known: tuple[str, LabelingClient] | None = ui.kept.get("api")
    if known is None or known[0] != ui.token:
        known = ui.kept["api"] = (ui.token, connect(ui.token))
        email = ui.kept.get("signed-in-as", "")
        person = _who(known[1])
        ui.become(str(person.id or person.email or email or ""), person.email or email)
    return known[1]


def _who(api: LabelingClient) -> Person:
    """Who is signed in; nobody in particular where the server does not say."""
    try:
        return api.who()
    except LabelingError:
        return Person()


def _account(ui: UiState, api: LabelingClient) -> None:
    """Who is signed in, where somebody signed in by hand, and the way out."""
    if ui.token and not ui.signed_out:
        with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            st.caption(f"Signed in as {plain(ui.person)}")
            st.button("Sign out", key="sign-out", type="tertiary", on_click=_sign_out, args=(ui, api))


def _sign_out(ui: UiState, api: LabelingClient) -> None:
    with reporting(ui, "sign out"):
        api.sign_out()
    ui.token = ""
    ui.signed_out = True


def adopt_link(ui: UiState) -> bool:
    """Go where the browser's address leads, if the person went there; whether they did. Asked once a run."""
    params = {name: value for name, value in st.query_params.to_dict().items() if name in _LINK}
    context = get_script_run_ctx()
    by_button = context is not None and context.is_history_navigation
    if not ui.address.is_news(params, by_button=by_button):
        return False
    numbers = {
        name: int(value)
        for name, value in params.items()
        if value.isdecimal() and 0 < int(value[:10]) < 10**9
    }
    if "project" in numbers:
        same = ui.session_id if numbers["project"] == ui.project_id else None
        ui.choose_session(numbers["project"], numbers.get("session", same))
    if "document" in numbers:
        ui.open_document(numbers["document"] - 1)
        ui.kept["show-document"] = True
    if len(numbers) < len(params):
        ui.notice("warning", "The link names something that is not a number from 1 up; it was left out.")
    return True


def _notices(ui: UiState) -> None:
    show = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}
    for kind, text in ui.notices:
        show[kind](plain(text))
    ui.notices.clear()
