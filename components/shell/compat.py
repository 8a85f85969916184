"""Every name of Streamlit's that it does not promise to keep, each with the reason: the one place to look
at an upgrade."""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from streamlit import file_util
from streamlit.commands import navigation
from streamlit.components.v2.bidi_component import main as component_mounts
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.config import get_config_options
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequestType
from streamlit.runtime.session_manager import ActiveSessionInfo, SessionManager
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


class WholeQueue(ForwardMsgQueue):
    """What waits to be sent to a browser, where a part that is drawn alone throws nothing away.

    Streamlit's own drops of the drawing before what the part drew in it, but lets that drawing end well.
    Where the event loop had not sent it yet, the browser takes what is missing away and then finds no
    place for what comes next: the page stands still until it is loaded again.

    What comes after `wait` is not sent before `go_on` is called.
    """

    name = ""
    _first: int | None = None

    def wait(self, name: str) -> None:
        """Let what comes from here on wait, under this name."""
        self.name, self._first = name, len(self._queue)

    def go_on(self, name: str) -> bool:
        """Let what waits be sent, if it waits under this name; whether it did."""
        was_waiting = self._first is not None and self.name == name
        if was_waiting:
            self._first = None
        return was_waiting

    def flush(self) -> list[ForwardMsg]:
        if self._first is None:
            return super().flush()
        sent, self._queue = self._queue[: self._first], self._queue[self._first :]
        self._first, self._delta_index_map = 0, {}
        return sent

    def clear(
        self, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
    ) -> None:
        if retain_lifecycle_msgs and fragment_ids_this_run is not None:
            self._delta_index_map = {}  # of the drawing before nothing is replaced either
        else:
            self._first = None
            super().clear(retain_lifecycle_msgs, fragment_ids_this_run)


def send_all_that_is_drawn() -> None:
    """Use `WholeQueue` for every tab that is opened from here on."""
    vars(app_session).update(ForwardMsgQueue=WholeQueue)


def streamlit_files() -> Path:
    """Where what a browser loads of Streamlit is: its page, and the scripts that this one names."""
    return Path(file_util.get_static_dir())


BEGIN_AT_ONCE = (
    "window.__streamlit = {BACKEND_BASE_URL: new URL('.', document.baseURI).href, "
    "HOST_CONFIG: {allowedOrigins: [location.origin], useExternalAuthToken: false}};"
)
"""What tells Streamlit's page where the app is, so that it need not look for it first: it is for pages that
show an app of another address. Whose messages are listened to is asked of the app all the same."""

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
        begin_one_run(session, data, wakes_of(session).finish, begin_run)

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


class TabsToTell:
    """The tabs as the loop that sends asks for them: those alone for which something waits.

    Streamlit's loop goes through all that are open, up to a hundred times a second.
    """

    def __init__(self, tabs: SessionManager) -> None:
        self._tabs = tabs

    def list_active_sessions(self) -> list[ActiveSessionInfo]:
        return [tab for tab in self._tabs.list_active_sessions() if _waits(tab.session)]

    def __getattr__(self, name: str) -> object:
        return getattr(self._tabs, name)


def _waits(session: AppSession) -> bool:
    return not session._browser_queue.is_empty() or session._settle_pending


def send_where_something_waits() -> None:
    """Have the loop that sends look at `TabsToTell`."""
    loop = Runtime._loop_coroutine

    async def send(runtime: Runtime) -> None:
        vars(runtime)["_session_mgr"] = TabsToTell(runtime._session_mgr)
        await loop(runtime)

    setattr(Runtime, loop.__name__, send)


def begin_one_run(
    session: AppSession,
    data: RerunData,
    finish: Callable[[], None],
    begin: Callable[[AppSession, RerunData], None],
) -> None:
    """Begin a run of a tab after all that waits is done: what the run before has drawn to its end would not
    be taken from it any more.

    Among what waits may be a wish to have the page drawn (`draw_again`), which begins a run as well. With two
    at once in a tab, nothing of the first would be taken, and both would change what the tab remembers.
    """
    before = session._scriptrunner
    finish()
    begun = session._scriptrunner
    if begun is not None and begun is not before:
        # A part that is drawn alone leaves the whole page to that run, and comes after it.
        if data.fragment_id and begun.request_rerun(data):
            return
        begun.request_stop()
        session._scriptrunner = None
    begin(session, data)


def _running_loop() -> AbstractEventLoop | None:
    try:
        return get_running_loop()
    except RuntimeError:
        return None


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


def let_rest_wait(name: str, seconds: float) -> None:
    """Have what this tab's run draws from here on sent when `send_rest` is called with that name, or after so
    long."""
    session = _session_of(this_tab())
    if session is None:
        return

    def wait(session: AppSession = session) -> None:
        if isinstance(queue := session._browser_queue, WholeQueue):
            queue.wait(name)
            session._event_loop.call_later(seconds, send_rest, name)

    session._call_soon_on_event_loop(wait)


def send_rest(name: str) -> None:
    """Send what waits under that name, if anything does. Called on the server's loop."""
    tabs = Runtime.instance()._session_mgr.list_sessions() if Runtime.exists() else ()
    for session in (tab.session for tab in tabs):
        queue = session._browser_queue
        if isinstance(queue, WholeQueue) and queue.go_on(name):
            Runtime.instance()._enqueued_some_message()


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
