"""What is drawn is sent to the browsers whole, together, and without a look at all tabs.

Private names of Streamlit's stand here as in `compat`.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from collections import deque
from collections.abc import Callable

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.session_manager import ActiveSessionInfo, SessionManager

from components.shell.compat import session_of, this_tab

TOGETHER = 0.005
"""Seconds for which what is drawn waits for what is drawn next, to be sent with it."""


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


def let_rest_wait(name: str, seconds: float) -> None:
    """Have what this tab's run draws from here on sent when `send_rest` is called with that name, or after so
    long."""
    session = session_of(this_tab())
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
