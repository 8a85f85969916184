"""What a person does is taken whole, though the browser asks for the page anew or turns it, or is closed.

Streamlit gives way at each look at its session's state, so also where a callback first reads its own
widget: the next run finds the value there already, and calls nothing back for it. A press is told once, and
would be lost even before that look. And what is told of a page just left would lead back to it, as would
what a widget still tells that is gone. Private names of Streamlit's stand here as in `compat`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequest,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.runtime.state import SafeSessionState
from streamlit.runtime.state.common import user_key_from_element_id

ON_ALL_PAGES = ("appearance", "reconnection")
"""The keys of what app.py draws around each page: a browser tells of nothing else when it turns the page."""

GONE = "gone"
"""Where a tab's state has what its widgets held that were taken away."""

TOLD_ONCE = ("trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value")
"""What a press or another event is told by."""


def hear_out() -> None:
    """Have each run of every tab call everything back that it was asked for, before it gives way or ends.

    Where a tab is closed, what it asked for last is heard first.
    """
    _call_back_in_one()
    _end_after_what_waits()
    _stay_on_the_page()
    _hear_nothing_twice_of_what_is_gone()


@dataclass
class Pages:
    """Which page a tab goes to, and the one that it comes from as long as the browser may still show that.

    `now` is empty while nobody knows, and so may `left` be; that is None where the browser shows `now`.
    """

    now: str = ""
    left: str | None = None

    def go(self, page: str) -> None:
        """The tab goes to a page, or stays there."""
        if page != self.now:
            self.left, self.now = self.now, page

    def asked(self, state: ClientState) -> ClientState:
        """What a browser asks for; that of the page which it has left is taken where it goes to.

        A field tells what was typed when it is left: that may come after the click which turns the page.
        """
        page = state.page_script_hash
        keys = [user_key_from_element_id(widget.id) for widget in state.widget_states.widgets]
        if not page:
            return state
        if all(key in ON_ALL_PAGES for key in keys):  # it turns the page, or nothing was done on it
            self.go(page)
        elif self.left in ("", page) and page != self.now:
            there = ClientState()
            there.CopyFrom(state)
            there.page_script_hash, there.fragment_id = self.now, ""
            return there
        else:
            self.now, self.left = page, None
        return state


def _call_back_in_one() -> None:
    hear = SafeSessionState.on_script_will_rerun

    @wraps(hear)
    def heard(state: SafeSessionState, *given: Any, **named: Any) -> None:
        gives_way = state._yield_callback
        vars(state)["_yield_callback"] = lambda: None
        try:
            hear(state, *given, **named)
        finally:
            vars(state)["_yield_callback"] = gives_way

    setattr(SafeSessionState, hear.__name__, heard)


def _end_after_what_waits() -> None:
    stop, ask, look = (
        ScriptRunner.request_stop,
        ScriptRequests.request_rerun,
        ScriptRequests.on_scriptrunner_yield,
    )

    def stopped(runner: ScriptRunner) -> None:
        asked = runner._requests
        if asked._state is ScriptRequestType.RERUN and asked._rerun_data.widget_states is not None:
            vars(asked)["ends"] = True
        else:
            stop(runner)

    def asked_again(asked: ScriptRequests, data: RerunData) -> bool:
        vars(asked)["ends"] = False  # the tab is back
        return ask(asked, data)

    def looked(asked: ScriptRequests) -> ScriptRequest | None:
        if vars(asked).get("ends") and asked._state is not ScriptRequestType.RERUN:
            asked.request_stop()
        return look(asked)

    setattr(ScriptRunner, stop.__name__, stopped)
    setattr(ScriptRequests, ask.__name__, asked_again)
    setattr(ScriptRequests, look.__name__, looked)


def _hear_nothing_twice_of_what_is_gone() -> None:
    """A browser tells with each message what all its widgets hold, also those that were taken away and that
    it has not seen gone. Streamlit has forgotten what they held, and would call each back as if that were
    new. Only what was put into such a widget since is a wish.
    """
    hear, end = SafeSessionState.on_script_will_rerun, SafeSessionState.on_script_finished

    @wraps(hear)
    def heard(safe: SafeSessionState, told: WidgetStates | None, *given: Any, **named: Any) -> None:
        with safe._lock:
            new, old = safe._state._new_widget_state, safe._state._old_state
            gone = old.get(GONE, {})
            for widget in told.widgets if told else ():
                if widget.id in gone and widget.id not in new:
                    old.setdefault(widget.id, gone[widget.id])
        hear(safe, told, *given, **named)

    @wraps(end)
    def ended(safe: SafeSessionState, *given: Any, **named: Any) -> None:
        with safe._lock:
            new, old = safe._state._new_widget_state, safe._state._old_state
            held = {key: new.get(key, old.get(key)) for key in {*old, *new} if is_called_back(safe, key)}
            end(safe, *given, **named)
            old = safe._state._old_state
            gone = {key: value for key, value in held.items() if key not in new and key not in old}
            old.setdefault(GONE, {}).update(gone)

    def is_called_back(safe: SafeSessionState, key: str) -> bool:
        widget = safe._state._new_widget_state.widget_metadata.get(key)
        return bool(widget and widget.callback and widget.value_type not in TOLD_ONCE)

    setattr(SafeSessionState, hear.__name__, heard)
    setattr(SafeSessionState, end.__name__, ended)


def _stay_on_the_page() -> None:
    ask, begin = AppSession.request_rerun, AppSession._create_new_session_message

    def pages_of(session: AppSession) -> Pages:
        found: Pages = vars(session).setdefault("pages", Pages())
        return found

    def asked(session: AppSession, state: ClientState | None) -> None:
        ask(session, state and pages_of(session).asked(state))

    def begun(session: AppSession, page_script_hash: str, *given: Any, **named: Any) -> ForwardMsg:
        # The first run of all begins on no page: it finds out on which it is.
        if page_script_hash != session._pages_manager.main_script_hash:
            pages_of(session).go(page_script_hash)
        return begin(session, page_script_hash, *given, **named)

    setattr(AppSession, ask.__name__, asked)
    setattr(AppSession, begin.__name__, begun)
