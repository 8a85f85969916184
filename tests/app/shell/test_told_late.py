"""What a browser tells of a page that it has not drawn yet is no wish: it tells all that its widgets held."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from labeling.model import Session
from labeling.studio.client import LabelingClient
from tests.app.browser import show_tab, tag_on_text, whole
from tests.app.build import a_session, opened, tagged


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(api, tagged("Nice staff, small room", ("staff", "Staff", "POS")))


def late(app: AppTest, told: Any) -> AppTest:
    """The page, after a message that was on its way when it was drawn."""
    app._run(told)
    return whole(app)


def as_held(app: AppTest) -> Any:
    """What the browser tells as long as it shows this."""
    return app._tree.get_widget_states()


def tab(app: AppTest) -> str:
    (tabs,) = (one for one in app.segmented_control if str(one.key).startswith("which-table"))
    return str(tabs.value)


def test_a_tab_that_the_page_opened_stays_open(app: AppTest, session: Session) -> None:
    opened(app, session)
    for chosen in ("Tags", "Problems"):
        show_tab(app, chosen)
        told = as_held(app)
        tag_on_text(app, {"kind": "ask", "what": "note", "span": [5, 10]}, window=chosen)
        assert tab(app) == "Notes"
        assert tab(late(app, told)) == "Notes"
        assert "Note on" in app.selectbox(key="note-kind").label
