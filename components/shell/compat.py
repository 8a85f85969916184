"""Every name of Streamlit's that it does not promise to keep, each with the reason: the one place to look
at an upgrade."""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, NoReturn

from streamlit.config import get_config_options
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequestType
from streamlit.runtime.state.common import is_element_id, user_key_from_element_id
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import _is_internal_key


def is_script() -> bool:
    """Whether this is a run of the script, not the server that begins; one file is both."""
    return get_script_run_ctx(suppress_warning=True) is not None


def run_pages_within_app() -> None:
    """Have every page run within app.py, also the first one asked for.

    Before the first `st.navigation` of a process, Streamlit would run a file of pages/ without the shell
    around it.
    """
    PagesManager.uses_pages_directory = False


class WholeQueue(ForwardMsgQueue):
    """What waits to be sent to a browser, where a part that is drawn alone throws nothing away.

    Streamlit's own drops of the drawing before what the part drew in it, but lets that drawing end well.
    Where the event loop had not sent it yet, the browser takes what is missing away and then finds no
    place for what comes next: the page stands still until it is loaded again.
    """

    def clear(
        self, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
    ) -> None:
        if retain_lifecycle_msgs and fragment_ids_this_run is not None:
            self._delta_index_map = {}  # of the drawing before nothing is replaced either
        else:
            super().clear(retain_lifecycle_msgs, fragment_ids_this_run)


def send_all_that_is_drawn() -> None:
    """Use `WholeQueue` for every tab that is opened from here on."""
    vars(app_session).update(ForwardMsgQueue=WholeQueue)


TOGETHER = 0.005
"""Seconds for which what is drawn waits for what is drawn next, to be sent with it."""


class Wakes:
    """What a script's thread wants done by the server's loop, which is called once for all that waits.

    Streamlit calls it for each message, some forty times an edit, and the two threads are in each other's
    way. `call` has something done by the loop, a little later.
    """

    def __init__(self, call: Callable[[Callable[[], None]], None]) -> None:
        self._call = call
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_called = False

    def add(self, work: Callable[[], None]) -> None:
        """Have it done by the loop, after all that was added before."""
        self._waiting.append(work)
        if not self._is_called:
            self._is_called = True
            self._call(self.finish)

    def finish(self) -> None:
        """Do all that waits, on the loop."""
        # First of all: what is added from here on calls again, or is done here.
        self._is_called = False
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            # What fails holds nothing up that comes after it.
            if self._waiting:
                self._call(self.finish)


def send_together() -> None:
    """Use `Wakes` for every tab, and have the loop that sends its messages wake nobody but itself."""
    on_loop, begin_run = AppSession._call_soon_on_event_loop, AppSession._create_scriptrunner

    def wakes_of(session: AppSession) -> Wakes:
        def call(work: Callable[[], None]) -> None:
            def later() -> None:
                session._event_loop.call_later(TOGETHER, work)

            on_loop(session, later)

        own = vars(session)
        if "wakes" not in own:
            own.setdefault("wakes", Wakes(call))  # two threads may come first at once
        wakes: Wakes = own["wakes"]
        return wakes

    def create_runner(session: AppSession, data: RerunData) -> None:
        # What the run before has drawn to its end would not be taken from it any more.
        wakes_of(session).finish()
        begin_run(session, data)

    def wake_sender(runtime: Runtime) -> None:
        sender = runtime._get_async_objs()
        if sender.need_send_data.is_set():
            return  # whoever is woken looks for all that waits, after it has forgotten that
        if _running_loop() is sender.eventloop:
            sender.need_send_data.set()
        else:
            sender.eventloop.call_soon_threadsafe(sender.need_send_data.set)

    setattr(AppSession, on_loop.__name__, lambda session, work: wakes_of(session).add(work))
    setattr(AppSession, begin_run.__name__, create_runner)
    setattr(Runtime, Runtime._enqueued_some_message.__name__, wake_sender)


def _running_loop() -> AbstractEventLoop | None:
    try:
        return get_running_loop()
    except RuntimeError:
        return None


def remember_themes() -> None:
    """Have the app's colours, which go with every run of every tab, worked out once.

    Streamlit looks through all of its settings for them, six times a run. They stand until it reads its
    settings again.
    """
    populate, known = app_session._populate_theme_msg, dict[str, CustomThemeConfig]()
    settings: object = None

    def remembered(message: CustomThemeConfig, section: str = "theme") -> None:
        nonlocal settings
        if settings is not (now := get_config_options()):
            settings = now
            known.clear()
        if section not in known:
            populate(theme := CustomThemeConfig(), section)
            known[section] = theme
        if known[section].ByteSize():  # what is merged from an empty one would be there, though empty
            message.MergeFrom(known[section])

    setattr(app_session, populate.__name__, remembered)


class OneByOne(Mapping[str, Any]):
    """What a tab's widgets with keys hold, worked out for those alone that are asked for."""

    def __init__(self, state: SafeSessionState) -> None:
        self._lock, self._state = state._lock, state._state

    def __getitem__(self, key: str) -> Any:
        if is_element_id(key) or _is_internal_key(key):
            raise KeyError(key)
        with self._lock:
            return self._state[key]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(self._state.filtered_state)

    def __len__(self) -> int:
        with self._lock:
            return len(self._state.filtered_state)


def look_at_one_widget() -> None:
    """Have a field that asks whether it holds anything look at itself alone.

    Streamlit works out for each text field and choice what all widgets of the page hold: a tenth of a run.
    """

    def filtered_state(safe: SafeSessionState) -> OneByOne:
        return OneByOne(safe)

    setattr(SafeSessionState, filtered_state.__name__, property(filtered_state))


def this_tab() -> str:
    """What Streamlit calls the tab that the script runs for; empty where none does."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id


def is_open(tab: str) -> bool:
    """Whether a browser shows that tab."""
    return _session_of(tab) is not None


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

    session = _session_of(tab)
    if session is not None:
        session._call_soon_on_event_loop(lambda: draw(session))


def _session_of(tab: str) -> AppSession | None:
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
