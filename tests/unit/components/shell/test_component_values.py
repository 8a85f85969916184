"""What a component holds is read as Streamlit reads it, without a class made for each reading."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.components.v2.bidi_component import main as component_mounts
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.common import WidgetMetadata

from components.shell.compat import read_components_plainly

HELD = {"stand": 3, "report": "old"}
EVENTS = "events"


def state_with(reported: Any, kind: Any = "json_trigger_value") -> SessionState:
    """The state of a tab in which the component's event holds that."""
    state = SessionState()
    metadata = WidgetMetadata[Any](EVENTS, lambda value: value, lambda value: value, kind)
    state._new_widget_state.set_widget_metadata(metadata)
    state._new_widget_state.set_from_value(EVENTS, reported)
    return state


@pytest.mark.parametrize(
    "state",
    [
        SessionState(),
        state_with(None),
        state_with({"event": "press", "value": {"n": 1}}),
        state_with(
            [{"event": "press", "value": 1}, {"event": "report", "value": 2}, {"event": 7}, "no event"]
        ),
        state_with([{"event": "press", "value": 1}], "json_value"),
    ],
)
@pytest.mark.parametrize("held", [HELD, {}, None, "words"])
def test_a_component_reads_as_streamlit_reads_it(
    monkeypatch: pytest.MonkeyPatch, held: object, state: SessionState
) -> None:
    monkeypatch.setattr(component_mounts, "make_bidi_component_presenter", make_bidi_component_presenter)
    read_components_plainly()
    read = component_mounts.make_bidi_component_presenter(EVENTS, "component", {"stand"})(held, state)
    assert read == make_bidi_component_presenter(EVENTS, "component")(held, state)
    assert type(read) is type(held)
