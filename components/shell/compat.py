"""Names of Streamlit's that it does not promise to keep, each with the reason: what to look at before an
upgrade, with `sending`, `heard_out`, `turns` and `arrow_editor` beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from streamlit import file_util
from streamlit.commands import navigation
from streamlit.components.v2.bidi_component import main as component_mounts
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.config import get_config_options
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequestType
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.common import user_key_from_element_id


def is_script() -> bool:
    """Whether this is a run of the script, not the server that begins; one file is both."""
    return get_script_run_ctx(suppress_warning=True) is not None


def run_pages_within_app() -> None:
    """Have every page run within app.py, also the first one asked for.

    Before the first `st.navigation` of a process, Streamlit would run a file of pages/ without the shell
    around it.
    """
    PagesManager.uses_pages_directory = False


def tell_of_missing_pages(tell: Callable[[], None]) -> None:
    """Have `tell` called in the run that draws the first page because its address is that of none.

    Streamlit would say so in a dialog, in words about files.
    """
    vars(navigation)[navigation.send_page_not_found.__name__] = lambda context: tell()


def streamlit_files() -> Path:
    """Where what a browser loads of Streamlit is: its page, and the scripts that this one names."""
    return Path(file_util.get_static_dir())


BEGIN_AT_ONCE = (
    "window.__streamlit = {BACKEND_BASE_URL: new URL('.', document.baseURI).href, "
    "HOST_CONFIG: {allowedOrigins: [location.origin], useExternalAuthToken: false}};"
)
"""What tells Streamlit's page where the app is, so that it need not look for it first: it is for pages that
show an app of another address. Whose messages are listened to is asked of the app all the same."""


def read_components_plainly() -> None:
    """Have what a component of ours holds, and what it just reported, be read as a plain mapping.

    Streamlit makes a class for each reading, some seventeen an edit, so that a script can write through it:
    ours never does, and each class is left to the garbage collector.
    """

    def presenter(events_id: str, *_: object) -> Callable[[object, SessionState], object]:
        def read(held: object, state: SessionState) -> object:
            widgets = state._new_widget_state
            events = widgets.widget_metadata.get(events_id)
            if not isinstance(held, dict) or events is None or events.value_type != "json_trigger_value":
                return held
            reported: object = None
            with suppress(KeyError):
                reported = widgets[events_id]
            if isinstance(reported, dict):
                reported = [reported]
            each = [one for one in reported if isinstance(one, dict)] if isinstance(reported, list) else []
            named = {one["event"]: one.get("value") for one in each if isinstance(one.get("event"), str)}
            return {**named, **held}

        return read

    vars(component_mounts)[make_bidi_component_presenter.__name__] = presenter


def remember_settings() -> None:
    """Have the app's colours and what else of its settings goes with every run of every tab worked out once.

    Streamlit looks through all of them for the colours, six times a run. What was worked out stands until it
    reads its settings again.
    """
    for populate, empty in (
        (app_session._populate_theme_msg, CustomThemeConfig),
        (app_session._populate_config_msg, Config),
    ):
        setattr(app_session, populate.__name__, _remembered(populate, empty))


def _remembered(populate: Callable[..., None], empty: Callable[[], Any]) -> Callable[..., None]:
    known: dict[tuple[str, ...], Any] = {}
    settings: object = None

    def remembered(message: Any, *section: str) -> None:
        nonlocal settings
        if settings is not (now := get_config_options()):
            settings = now
            known.clear()
        if section not in known:
            populate(found := empty(), *section)
            known[section] = found
        if known[section].ByteSize():  # what is merged from an empty one would be there, though empty
            message.MergeFrom(known[section])

    return remembered


def this_tab() -> str:
    """What Streamlit calls the tab that the script runs for; empty where none does."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id


def is_open(tab: str) -> bool:
    """Whether a browser shows that tab."""
    return session_of(tab) is not None


def draw_again(tab: str, still: Callable[[], bool]) -> None:
    """Have the whole page of a tab drawn where no run is under way there, with what its widgets hold by then,
    if it is `still` to be.

    Streamlit's own way forgets where the tab is, or what its widgets hold.
    """

    def draw(session: AppSession) -> None:
        if session._scriptrunner is None and still():
            was = session._client_state
            session._create_scriptrunner(
                RerunData(
                    query_string=was.query_string,
                    page_script_hash=was.page_script_hash,
                    context_info=was.context_info if was.HasField("context_info") else None,
                )
            )

    session = session_of(tab)
    if session is not None:
        session._call_soon_on_event_loop(lambda: draw(session))


def session_of(tab: str) -> AppSession | None:
    """Streamlit's own side of a tab that is open; None where it is not."""
    # Streamlit's own tests of pages run without a server: there is nobody who could be told.
    tabs = getattr(Runtime.instance(), "_session_mgr", None) if Runtime.exists() else None
    found = None if tabs is None else tabs.get_active_session_info(tab)
    return None if found is None else found.session


def stops_itself() -> AbstractContextManager[object]:
    """Around a page: what comes after it is drawn also when the page ended with `end_page`."""
    return suppress(StopException)


def end_page() -> NoReturn:
    """End the page, or the part of it that is drawn, here. After Streamlit's own way, which also stops all
    else that is drawn in the run, nothing could come after the page."""
    raise StopException


@contextmanager
def where_stopped(end: Callable[[], object]) -> Iterator[None]:
    """Around long work: what else is ended where Streamlit's own Stop ends it, or the page is gone."""
    try:
        yield
    except StopException:
        end()
        raise


def is_history_navigation() -> bool:
    """Whether the browser's button back or forward led here: the address alone does not say so."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def is_waited_for() -> bool:
    """Whether the person did something since this run began.

    A part that is drawn alone is not broken off for it.
    """
    context = get_script_run_ctx()
    requests = None if context is None else context.script_requests
    return requests is not None and requests._state is ScriptRequestType.RERUN


def widgets_sent(start: str = "") -> Iterator[tuple[str, str]]:
    """(key, text) of each widget whose key begins so in what the browser sent, also of those that no run has
    drawn.

    A session that begins anew is sent what the open page holds; `st.session_state` shows it to drawn widgets
    alone.
    """
    context = get_script_run_ctx(suppress_warning=True)
    for widget in context.session_state.get_widget_states() if context is not None else ():
        key = user_key_from_element_id(widget.id)
        if key is not None and key.startswith(start):
            yield key, widget.string_value
