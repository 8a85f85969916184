"""What a person does is taken whole, though the browser asks for the page anew or is closed amid it.

Streamlit gives way at each look at its session's state, so also where a callback first reads its own
widget: the next run finds the value there already, and calls nothing back for it. A press is told once, and
would be lost even before that look. Private names of Streamlit's stand here as in `compat`.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequest,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.runtime.state import SafeSessionState


def hear_out() -> None:
    """Have each run of every tab call everything back that it was asked for, before it gives way or ends.

    Where a tab is closed, what it asked for last is heard first.
    """
    _call_back_in_one()
    _end_after_what_waits()


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
