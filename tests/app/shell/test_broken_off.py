"""What a person does is taken whole though the browser asks for the page anew, or is closed, amid it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import ScriptRunContext, ScriptRunner, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state import SafeSessionState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.testing.v1 import AppTest

from components.shell.turns import turns
from labeling.model import Session
from labeling.studio.client import LabelingClient
from tests.app.browser import TRIGGERS, edit_cells, press, rows, table, whole
from tests.app.build import a_session, opened, tagged
from tests.app.conftest import new_app

Browser = Callable[[ScriptRunContext, WidgetStates], object]
"""What a browser does whose widgets held that when it last told anything."""
Amid = Callable[[Browser], None]


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(
        api, tagged("Nice staff, small room", ("staff", "Staff", "POS"), ("room", "Room", "NEG"))
    )


def asks_again(run: ScriptRunContext, told: WidgetStates) -> None:
    """It asks for the whole page; a press is told once only."""
    held = WidgetStates(widgets=[one for one in told.widgets if one.WhichOneof("value") not in TRIGGERS])
    assert run.script_requests is not None
    run.script_requests.request_rerun(
        RerunData(run.query_string, held, page_script_hash=run.page_script_hash)
    )


def is_closed(run: ScriptRunContext, told: WidgetStates) -> None:
    """As the server's part for that tab is told."""
    runner: Any = run._enqueue
    runner.__self__.request_stop()


@pytest.fixture(params=["before", "within"])
def amid(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Amid:
    """Has the browser do something, once: before or while the next run hears what it told."""
    waiting: list[Browser] = []
    heard: list[WidgetStates] = []
    hear, read = SafeSessionState.on_script_will_rerun, SafeSessionState.__getitem__

    def now() -> None:
        run = get_script_run_ctx()
        assert run is not None
        waiting.pop()(run, heard[0])

    def hearing(state: SafeSessionState, told: WidgetStates, **named: Any) -> None:
        heard[:] = [told]
        if waiting and request.param == "before":
            now()
        hear(state, told, **named)
        heard.clear()

    def reading(state: SafeSessionState, key: str) -> Any:
        if waiting and heard:
            now()
        return read(state, key)

    monkeypatch.setattr(SafeSessionState, hear.__name__, hearing)
    monkeypatch.setattr(SafeSessionState, read.__name__, reading)
    return waiting.append


@pytest.mark.parametrize("browser", [asks_again, is_closed])
def test_cells_that_are_typed_are_kept(app: AppTest, session: Session, amid: Amid, browser: Browser) -> None:
    opened(app, session)
    amid(browser)
    edit_cells(app, {0: {"label": "NEU"}, 1: {"end": 16}})
    again = opened(new_app(), session)
    assert [(row["label"], row["end"]) for row in rows(again, "segments-")] == [("NEU", 10), ("NEG", 16)]


def test_a_cell_that_waits_for_its_run_is_kept_where_the_tab_is_closed_before(
    app: AppTest, session: Session, amid: Amid
) -> None:
    def types_on_and_is_closed(run: ScriptRunContext, told: WidgetStates) -> None:
        (grid,) = (one for one in told.widgets if "segments-" in one.id)
        grid.string_value = json.dumps({"edited_rows": {0: {"label": "NEU"}, 1: {"end": 16}}})
        asks_again(run, told)
        is_closed(run, told)

    opened(app, session)
    amid(types_on_and_is_closed)
    edit_cells(app, {0: {"label": "NEU"}})
    again = opened(new_app(), session)
    assert [(row["label"], row["end"]) for row in rows(again, "segments-")] == [("NEU", 10), ("NEG", 16)]


@pytest.mark.parametrize("browser", [asks_again, is_closed])
def test_a_name_that_is_typed_is_kept_and_a_button_that_is_pressed_does_it(
    app: AppTest, session: Session, amid: Amid, browser: Browser
) -> None:
    def name(app: AppTest) -> Any:
        return opened(app, session, "sessions").text_input(key=f"session-name-{session.id}")

    field = name(app)
    amid(browser)
    whole(field.set_value("Second round").run())
    again = new_app()
    assert name(again).value == "Second round"
    amid(browser)
    press(again, "revert-name")
    assert name(new_app()).value == "First round"


def test_a_press_that_leads_to_another_page_leads_there(app: AppTest, session: Session, amid: Amid) -> None:
    opened(app, session, "sessions")
    amid(asks_again)
    press(app, "open-annotate")
    assert rows(app, "segments-")


def test_a_cell_typed_while_an_app_started_anew_draws_its_table_is_taken(
    app: AppTest, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = table(opened(app, session), "segments-")
    draw, typed = SafeSessionState.register_widget, [{0: {"label": "NEU"}}]

    def drawing(state: SafeSessionState, widget: WidgetMetadata[Any], key: str | None) -> Any:
        if widget.id == grid.proto.id and typed:
            cells = json.dumps({"edited_rows": typed.pop()})
            run = get_script_run_ctx()
            assert run is not None
            asks_again(run, WidgetStates(widgets=[WidgetState(id=grid.proto.id, string_value=cells)]))
        return draw(state, widget, key)

    monkeypatch.setattr(SafeSessionState, draw.__name__, drawing)
    again = opened(new_app(), session)
    assert not typed
    assert rows(again, "segments-")[0]["label"] == "NEU"


def test_a_whole_page_that_a_part_became_is_drawn_in_no_turn(
    app: AppTest, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, found = ScriptRunner._run_script, list[int]()

    def in_turn(runner: ScriptRunner, data: RerunData) -> None:
        with turns.one():
            run(runner, data)

    monkeypatch.setattr(ScriptRunner, run.__name__, in_turn)
    monkeypatch.setattr(turns, "step_back", lambda: found.append(len(turns)))
    opened(app, session)
    assert found == [0]
